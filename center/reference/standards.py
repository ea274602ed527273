"""Regional standards by day: every cap and every test of eligibility reads them here (domain.md §3.2, §3.5)."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from center.kernel.errors import Incomplete
from center.kernel.remarks import Remark, word
from center.models.office import Office, OfficeLink
from center.models.reference import Standard

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from django.db.models import QuerySet

M = TypeVar("M", bound=Model)


class Dated(Protocol):
    """A row that stands at an office over some days."""

    office_id: int
    during: Any


D = TypeVar("D", bound=Dated)
NOVEMBER = 11


def upwards(office: Office, *, on: date) -> Iterator[Office]:
    """An office and those above it in the tree of a day, nearest first: whose word counts where."""
    place: Office | None = office
    while place is not None:
        yield place
        link = OfficeLink.objects.filter(child=place, during__contains=on).select_related("parent").first()
        place = link.parent if link else None


def nearest(rows: QuerySet[M], *, office: Office, on: date) -> M | None:
    """Of dated rows (`office`, `during`) the one that counts at an office on a day: its own, else the nearest above it."""
    for place in upwards(office, on=on):
        if found := rows.filter(office=place, during__contains=on).first():
            return found
    return None


def nearest_among(rows: Iterable[D], links: Iterable[OfficeLink], *, office: Office, on: date) -> D | None:
    """The same among rows and places in the tree that were read already, for many offices and days."""
    here = {row.office_id: row for row in rows if on in row.during}
    above = {link.child_id: link.parent_id for link in links if on in link.during}
    place: int | None = office.pk
    while place is not None and place not in here:
        place = above.get(place)
    return here.get(place) if place is not None else None


def find(key: str, *, office: Office, on: date) -> Standard:
    """The standard in force at an office on a day: its own, else that of the nearest office above it.

    Raises `Incomplete`, naming what is missing and since when, when no value covers the day.
    """
    if found := nearest(Standard.objects.filter(key=key), office=office, on=on):
        return found
    raise Incomplete(str(missing(key, office=office, on=on)))


def missing(key: str, *, office: Office, on: date) -> Remark:
    """What is said where no value covers the day."""
    return Remark(
        gettext_noop("No “%(what)s” is on record for %(office)s on %(day)s. The leader enters it under Standards."),
        {"what": word(Standard.Key(key).label), "office": str(office), "day": on.isoformat()},
    )


def value(key: str, *, office: Office, on: date) -> Decimal:
    """The figure in force (yuan a month for lines and wages; a plain factor for multiples)."""
    return find(key, office=office, on=on).value


def value_or(usual: Decimal, key: str, *, office: Office, on: date) -> Decimal:
    """The figure in force, or what is usual elsewhere where nobody has decided."""
    found = nearest(Standard.objects.filter(key=key), office=office, on=on)
    return found.value if found else usual


def line_on(office: Office, day: date) -> Decimal | None:
    """The minimum living line of an office on a day, by which everything shown side by side is measured."""
    found = nearest(Standard.objects.filter(key=Standard.Key.DIBAO_LINE), office=office, on=day)
    return found.value if found else None


def of_line(per_capita: Decimal | str | None, line: Decimal | None) -> Decimal | None:
    """A monthly income per head as a multiple of the line, to two places; unknown without either."""
    if per_capita in {None, ""} or not line:
        return None
    return (Decimal(str(per_capita)) / line).quantize(Decimal("0.01"), ROUND_HALF_UP)


def warnings(offices: Iterable[Office], today: date | None = None) -> list[str]:
    """Sentences about lines that end: today's always, those of the coming year from November on."""
    day = today or timezone.localdate()
    coming = [date(day.year + 1, 1, 1)] if day.month >= NOVEMBER else []
    held = Standard.objects.filter(office__in=offices).order_by("office", "key").values_list("office", "key").distinct()
    places = {office.pk: office for office in offices}
    return [
        _missing(key, places[office], on)
        for office, key in held
        for on in (day, *coming)
        if not covers(key, office=places[office], on=on)
    ]


LEAP = 10


def is_leap(before: Decimal | None, value: Decimal) -> bool:
    """Ten times the last figure or more, a tenth of it or less: more often a slip of the keys than a decision."""
    return before is not None and before > 0 and (value >= before * LEAP or value * LEAP <= before)


def before(key: str, *, office: Office, on: date, but: Standard | None = None) -> Decimal | None:
    """The last figure that an office has before a new one of a day (`but` is the one that is corrected)."""
    own = Standard.objects.filter(key=key, office=office, during__startswith__lt=on)
    own = own.exclude(pk=but.pk) if but else own
    if latest := own.order_by("-during").first():
        return latest.value
    return value(key, office=office, on=on) if but is None and covers(key, office=office, on=on) else None


def covers(key: str, *, office: Office, on: date) -> bool:
    try:
        find(key, office=office, on=on)
    except Incomplete:
        return False
    return True


def _missing(key: str, office: Office, on: date) -> str:
    return _("%(office)s: “%(what)s” is missing from %(day)s on.") % {
        "what": Standard.Key(key).label,
        "office": office,
        "day": on.isoformat(),
    }
