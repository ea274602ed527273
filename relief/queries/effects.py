"""What another figure would do to applications and to a year's money: read before it is entered, an estimate."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from center.desk import Effect
from center.kernel.periods import months_later
from center.models import Standard
from relief.enums import Formula
from relief.models import Application, Award
from relief.rules import caps

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from django.db.models import QuerySet

    from relief.models import Programme, ProgrammeVersion

S = Application.Status
UNDECIDED = (S.SUBMITTED, S.ASSESSED, S.NOTICED, S.READY, S.LISTED, S.DEFERRED)
NAMED, MONTHS = 20, 12


def of_line(*, offices: frozenset[int], before: Decimal | None, value: Decimal) -> Sequence[Effect]:
    """Of the minimum-living line: whatever a rule computes as a multiple of it grows with it."""
    by_line = {"version__formula": Formula.LINE_MULTIPLE, "office__in": offices}
    grows = value / before - 1 if before else None
    open_ones = Application.objects.filter(status__in=UNDECIDED, **by_line)
    return [
        _open(open_ones, _share(open_ones.values_list("computed_amount", flat=True), grows)),
        _year(_lately(application__in=Application.objects.filter(**by_line)), grows),
    ]


def _share(amounts: Iterable[Decimal | None], grows: Decimal | None) -> Decimal | None:
    return None if grows is None else _fen(sum((amount or Decimal(0) for amount in amounts), Decimal(0)) * grows)


def _year(rows: QuerySet[Award], grows: Decimal | None) -> Effect:
    cost = _share(rows.values_list("amount", flat=True), grows)
    return Effect(
        label=_("Granted in the last twelve months; the same in a year from now"), count=rows.count(), cost=cost
    )


def of_version(programme: Programme, *, formula: str, rule: Mapping[str, Any]) -> Sequence[Effect]:
    """Of a programme's new rules: each open case and each grant of a year, computed by them from the facts it was judged on."""
    open_ones = Application.objects.filter(programme=programme, status__in=UNDECIDED)
    more = [
        _grown(row.proposed_amount or Decimal(0), row.version, row.snapshot.get("facts", {}), formula, rule)
        for row in open_ones.exclude(computed_amount=None).select_related("version")
    ]
    given = _lately(application__programme=programme).select_related("decision", "application__version")
    year = [_grown(award.amount, award.application.version, award.decision.facts, formula, rule) for award in given]
    label = _("Granted in the last twelve months; the same in a year from now")
    return [
        _open(open_ones, _fen(sum(more, Decimal(0)))),
        Effect(label=label, count=len(year), cost=_fen(sum(year, Decimal(0)))),
    ]


def _grown(
    amount: Decimal, version: ProgrammeVersion, facts: Mapping[str, Any], formula: str, rule: Mapping[str, Any]
) -> Decimal:
    """What the same case would get more or less: who got all that the rule gave gets all that it gives now, who asked for
    less gets that as long as the rule allows it. Nothing, where the kept facts do not suffice."""
    before, after = _by(version.formula, version.rule, facts), _by(formula, rule, facts)
    if before is None or after is None:
        return Decimal(0)
    return after - before if amount >= before else min(after, amount) - amount


def _by(formula: str, rule: Mapping[str, Any], facts: Mapping[str, Any]) -> Decimal | None:
    """What the rule allows on kept facts; None where they do not suffice."""

    def figure(name: str) -> Decimal | None:
        return Decimal(facts[name]) if facts.get(name) else None

    try:
        return caps.compute(
            formula,
            rule,
            caps.Facts(
                category=facts.get("category", ""),
                given=figure("given_this_year") or Decimal(0),
                line=figure("line"),
                self_paid=figure("self_paid"),
                other_aid=figure("other_aid") or Decimal(0),
                stage=facts.get("school_stage", ""),
            ),
        ).amount
    except caps.CannotCompute:
        return None


def _lately(**of: Any) -> QuerySet[Award]:
    since = months_later(timezone.localdate(), -MONTHS)
    return Award.objects.filter(granted_at__date__gte=since, **of)


def _open(rows: QuerySet[Application], cost: Decimal | None) -> Effect:
    named = [(str(row), reverse("relief:application", args=[row.code])) for row in rows.order_by("pk")[:NAMED]]
    return Effect(label=_("Applications that are not decided yet"), count=rows.count(), cost=cost, rows=named)


def _fen(amount: Decimal) -> Decimal:
    return amount.quantize(caps.FEN)


def of_standard(key: str, *, offices: frozenset[int], before: Decimal | None, value: Decimal) -> Sequence[Effect]:
    return of_line(offices=offices, before=before, value=value) if key == Standard.Key.DIBAO_LINE else ()
