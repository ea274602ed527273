"""Official numbers: gapless per office, kind and year, drawn last, in the transaction that decides."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from django.db import connection

from center.models.reference import VoidNumber
from center.privacy.numbers import squeeze

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from center.models import Office, Staff

# The letters of each series; the pattern is LETTERS + office code + year + serial: "K0101-2026-00017".
SERIES: dict[str, tuple[str, int]] = {
    "file": ("K", 5),
    "visit": ("F", 5),
    "matter": ("S", 4),
    "application": ("Q", 4),
    "batch": ("B", 3),
    "notice": ("G", 3),
    "meeting": ("H", 3),
    "voucher": ("P", 5),
    "letter": ("T", 5),
    "case": ("L", 4),
    "referral": ("J", 4),
    "payment": ("Z", 5),
    "export": ("X", 4),
    "print": ("D", 5),
}
# The upsert takes the row lock that makes a series gapless: a second drawer waits for the first one's end.
DRAW = """
INSERT INTO center_counter (kind, office_id, year, last) VALUES (%(kind)s, %(office)s, %(year)s, %(many)s)
ON CONFLICT (kind, office_id, year) DO UPDATE SET last = center_counter.last + %(many)s
RETURNING last
"""


def written_out(text: str) -> str:
    """A number typed in one piece, F0101202600083, as it stands on paper; anything else as it was typed.

    What is printed behind a number, the line of a voucher, stays behind it.
    """
    written = squeeze(text)
    for letters, width in SERIES.values():
        found = re.fullmatch(rf"{letters}([0-9A-Z]{{1,9}})-?(20\d\d)-?(\d{{{width}}})(-\d+)?", written)
        if found:
            return f"{letters}{found[1]}-{found[2]}-{found[3]}{found[4] or ''}"
    return text


def is_whole(text: str) -> bool:
    """Whether it is written as our numbers are: what nobody is called."""
    return any(
        re.fullmatch(rf"{letters}[0-9A-Z]{{1,9}}-20\d\d-\d{{{width}}}(-\d+)?", text)
        for letters, width in SERIES.values()
    )


def draw(kind: str, *, office: Office, on: date) -> str:
    """The next number of a series. Raises outside a transaction: a rolled-back decision must give its number back."""
    return draw_each(kind, office=office, days=[on])[0]


def draw_each(kind: str, *, office: Office, days: Sequence[date]) -> list[str]:
    """The next numbers of a series, one for each day in the order given, by one statement for each year."""
    if not connection.in_atomic_block:
        raise RuntimeError("A number is drawn inside the transaction of the decision it belongs to.")
    letters, width = SERIES[kind]
    serials = {}
    with connection.cursor() as cursor:
        for year, many in sorted(Counter(day.year for day in days).items()):
            cursor.execute(DRAW, {"kind": kind, "office": office.pk, "year": year, "many": many})
            last = cursor.fetchone()[0]
            serials[year] = iter(range(last - many + 1, last + 1))
    return [f"{letters}{office.code}-{day.year}-{next(serials[day.year]):0{width}d}" for day in days]


def void(number: str, *, reason: VoidNumber.Reason, by: Staff) -> VoidNumber:
    """Give up a number that was drawn; it stays in the series, shown as void."""
    return VoidNumber.objects.create(number=number, reason=reason, voided_by=by)
