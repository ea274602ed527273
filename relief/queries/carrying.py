"""From what was available on the last day of a year to what its closing carried over: why the two sums differ."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db.models import Sum
from django.utils.translation import gettext as _

from center.kernel.periods import last_moment
from center.models.base import subject_of
from relief.enums import Bucket, LedgerKind
from relief.models import LedgerTransaction, Posting

if TYPE_CHECKING:
    from relief.queries.closing import Sheet

ZERO = Decimal("0.00")


@dataclass(frozen=True, kw_only=True)
class Bridge:
    """Available on the last day + every line between = carried over on the day of the closing."""

    available: Decimal
    lines: list[tuple[str, Decimal]]
    carried: Decimal


def bridge_of(sheet: Sheet) -> Bridge | None:
    """Of a closed year. Books stay open until they are closed, so grants of the days between are gone from its rest."""
    closing = sheet.closing
    if not closing.is_year or closing.closed_at is None:
        return None
    own = list(closing.carried.all())
    carried = sum((one.amount for one in own), ZERO)
    later = sum((row.cells["available"] for row in sheet.rows if row.source.year > closing.year), ZERO)
    lines = [(_("in sources of a later year"), -later)] if later else []
    between = Posting.objects.filter(
        bucket=Bucket.AVAILABLE,
        fund_source__office=closing.office_id,
        fund_source__year__lte=closing.year,
        transaction__posted_at__gt=last_moment(closing.until),
        transaction__posted_at__lte=closing.closed_at,
    )
    subjects = [subject_of(one) for one in own]
    if first := LedgerTransaction.objects.filter(subject__in=subjects).order_by("pk").first():
        between = between.filter(transaction__lt=first.pk)
    sums = between.order_by().values_list("transaction__kind").annotate(sum=Sum("amount"))
    lines += [(str(LedgerKind(kind).label), amount) for kind, amount in sorted(sums) if amount]
    return Bridge(available=sheet.total["available"], lines=lines, carried=carried)
