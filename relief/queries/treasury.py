"""What a treasurer and a leader read: each source from its plan to what is left, the kinds of relief, and the months."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db.models import Count, Q, Sum
from django.db.models.functions import TruncMonth
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext

from center.models import codes
from relief.enums import Bucket, ProgrammeKind
from relief.models import Application, Correction, Instalment, Payment
from relief.queries.ledger import balances
from relief.queries.register import register_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from relief.models import FundSource

ZERO = Decimal("0.00")
MONTHS = 12
SHOWN = 8  # bars of a chart
AGES = (7, 30)  # days that separate what is fresh, what waits and what waits long
A = Application.Status
WAITING = (A.SUBMITTED, A.ASSESSED, A.NOTICED, A.READY, A.LISTED, A.SECOND, A.UPPER)


@dataclass(frozen=True, kw_only=True)
class SourceLine:
    """One source. Received + moved + carried over = committed + at the bank + paid + left."""

    source: FundSource
    origin: str
    planned: Decimal | None
    received: Decimal
    moved: Decimal
    carried: Decimal
    committed: Decimal
    in_transit: Decimal
    paid: Decimal
    left: Decimal


@dataclass(frozen=True, kw_only=True)
class KindLine:
    """One kind of relief, over all sources: what is granted and not paid, and what this year paid."""

    kind: str
    label: str
    committed: Decimal
    in_transit: Decimal
    paid: Decimal
    url: str


def by_source(sources: Sequence[FundSource]) -> list[SourceLine]:
    stand, moved = balances(sources), _moved(sources)
    lines = []
    for source in sources:
        held = stand[source.pk]
        transferred, carried = moved[source.pk]["transfer"], moved[source.pk]["carry_over"]
        lines.append(
            SourceLine(
                source=source,
                origin=codes.label("fund_origin", source.origin),
                planned=source.planned,
                received=-held[Bucket.OUTSIDE] - transferred - carried,
                moved=transferred,
                carried=carried,
                committed=held[Bucket.COMMITTED],
                in_transit=held[Bucket.IN_TRANSIT],
                paid=held[Bucket.PAID],
                left=held[Bucket.AVAILABLE],
            )
        )
    return lines


def _moved(sources: Sequence[FundSource]) -> dict[int, dict[str, Decimal]]:
    """Source → what came into it, less what left it, by transfers and by carry-overs; from their own short list."""
    found: dict[int, dict[str, Decimal]] = defaultdict(lambda: {"transfer": ZERO, "carry_over": ZERO})
    done = Correction.objects.filter(status="done", kind__in=("transfer", "carry_over")).order_by()
    for side, sign in (("giver", -1), ("taker", 1)):
        rows = done.filter(**{f"{side}__in": sources}).values_list(side, "kind").annotate(sum=Sum("amount"))
        for source, kind, amount in rows:
            found[source][kind] += sign * amount
    return found


def left_by_source(lines: Iterable[SourceLine]) -> list[tuple[str, Decimal, str]]:
    """(source, what is left, its page), the fullest first; what the chart has no room for is one line: the sum is whole."""
    full = sorted((line for line in lines if line.left), key=lambda line: -line.left)
    room = SHOWN if len(full) <= SHOWN else SHOWN - 1
    rows = [(str(line.source), line.left, line.source.get_absolute_url()) for line in full[:room]]
    if others := full[room:]:
        said = ngettext("%(count)s other source", "%(count)s other sources", len(others)) % {"count": len(others)}
        rows.append((said, sum((line.left for line in others), ZERO), reverse("relief:funds")))
    return rows


def total_of(lines: Iterable[SourceLine]) -> dict[str, Decimal]:
    lines = list(lines)
    names = ("received", "moved", "carried", "committed", "in_transit", "paid", "left")
    found = {name: sum((getattr(line, name) for line in lines), ZERO) for name in names}
    return found | {"planned": sum((line.planned or ZERO for line in lines), ZERO)}


def by_kind(offices: Iterable[int], *, year: int) -> list[KindLine]:
    offices = list(offices)
    live = Instalment.objects.filter(
        award__application__office_id__in=offices, status__in=("owed", "paying")
    ).order_by()
    sent = Payment.objects.filter(office_id__in=offices, status="in_transit").order_by()
    granted = dict(live.values_list("award__application__programme__kind").annotate(sum=Sum("amount")))
    at_bank = dict(sent.values_list("programme_kind").annotate(sum=Sum("amount")))
    rows = register_rows(offices=offices, since=date(year, 1, 1), until=date(year, 12, 31)).order_by()
    paid = dict(rows.values_list("transaction__payment__programme_kind").annotate(sum=Sum("amount")))
    return [
        KindLine(
            kind=kind,
            label=str(kind.label),
            committed=granted.get(kind, ZERO) - at_bank.get(kind, ZERO),
            in_transit=at_bank.get(kind, ZERO),
            paid=paid.get(kind) or ZERO,
            url=f"{reverse('relief:register')}?year={year}&kind={kind.value}",
        )
        for kind in ProgrammeKind
        if granted.get(kind) or paid.get(kind)
    ]


def paid_by_month(offices: Iterable[int]) -> list[tuple[str, Decimal, str]]:
    """(month, yuan paid, its rows) of the last twelve months, the present one last; empty months are nought."""
    today = timezone.localdate()
    first = date(today.year - 1, today.month, 1)
    months = [_month(first, ahead) for ahead in range(1, MONTHS + 1)]
    rows = register_rows(offices=list(offices), since=months[0], until=today).order_by()
    sums = rows.values_list(TruncMonth("transaction__posted_at")).annotate(sum=Sum("amount"))
    found = {timezone.localtime(month).date(): amount for month, amount in sums}
    register = reverse("relief:register")
    return [
        (f"{month:%Y-%m}", found.get(month, ZERO), f"{register}?year={month.year}&month={month.month}")
        for month in months
    ]


def _month(first: date, ahead: int) -> date:
    return date(first.year + (first.month - 1 + ahead) // 12, (first.month - 1 + ahead) % 12 + 1, 1)


def waiting_by_age(offices: Iterable[int]) -> list[tuple[str, list[int]]]:
    """(state, how many within a week, a month, longer) of applications that were handed in and are not decided."""
    rows = Application.objects.filter(office_id__in=list(offices), status__in=WAITING).order_by()
    week, month = (timezone.now() - timedelta(days=days) for days in AGES)
    counted = rows.values_list("status").annotate(
        fresh=Count("pk", filter=Q(submitted_at__gte=week)),
        waits=Count("pk", filter=Q(submitted_at__lt=week, submitted_at__gte=month)),
        long=Count("pk", filter=Q(submitted_at__lt=month)),
    )
    found = {status: [fresh, waits, long] for status, fresh, waits, long in counted}
    return [(str(A(status).label), found[status]) for status in WAITING if status in found]


def to_ratify(offices: Iterable[int]) -> int:
    """Emergencies that a meeting has yet to ratify."""
    rows = Application.objects.filter(office_id__in=list(offices), ratification=Application.Ratification.PENDING)
    return rows.count()
