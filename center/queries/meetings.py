"""Meetings with their sums, agendas, and what came of them."""

from __future__ import annotations

from decimal import Decimal
from itertools import chain
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Prefetch, Q, Sum

from center import desk
from center.models import AgendaItem, Motion, Recusal, Vote
from center.reference import standards

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from center.models import Meeting, Office
    from center.models.meeting import MeetingQuerySet


def meetings_with_sums(meetings: MeetingQuerySet) -> MeetingQuerySet:
    """Annotate `count`, `waiting` and `granted_sum` (yuan)."""
    granted = Q(items__status__in=["granted", "less"])
    return (
        meetings.select_related("office")
        .annotate(
            count=Count("items", distinct=True),
            waiting=Count("items", filter=Q(items__status="waiting"), distinct=True),
            granted_sum=Sum("items__amount", filter=granted),
        )
        .order_by("-held_on", "-pk")
    )


def agenda(meeting: Meeting) -> list[AgendaItem]:
    """Items in order with recusals, motions and votes, in five queries whatever their number."""
    recusals = Prefetch("recusals", queryset=Recusal.objects.standing().select_related("staff"))
    votes = Prefetch("votes", queryset=Vote.objects.select_related("staff"))
    motions = Prefetch("motions", queryset=Motion.objects.prefetch_related(votes))
    items = list(meeting.items.prefetch_related(recusals, motions, "polls"))
    line = standards.line_on(meeting.office, meeting.held_on)
    for item in items:
        item.ratio = standards.of_line(item.facts.get("per_capita"), line)  # type: ignore[attr-defined]
    return items


def measured(item: AgendaItem) -> dict[str, Any]:
    """The facts of an item as they are shown: its income by the line of the meeting's day, whatever line it was put on the
    agenda with. What is kept stays as it was."""
    line = standards.line_on(item.meeting.office, item.meeting.held_on)
    return {**item.facts, "line": line, "ratio": standards.of_line(item.facts.get("per_capita"), line)}


def docket(office: Office) -> list[desk.AgendaLine]:
    """What the desks have for the committee of an office, ready or not, and not on an agenda yet."""
    listed = set(AgendaItem.objects.filter(status=AgendaItem.Status.WAITING).values_list("subject", flat=True))
    lines = chain.from_iterable(each.docket(office) for each in desk.desks())
    found = [line for line in lines if line.subject not in listed]
    return sorted(found, key=lambda line: (line.alone, line.programme, line.number))


def stages(office: Office) -> list[desk.Stage]:
    """The way to the committee of an office, from the first step to the last."""
    return list(chain.from_iterable(each.stages(office) for each in desk.desks()))


def outcome(items: Sequence[AgendaItem]) -> list[tuple[str, int, int, Decimal]]:
    """What a meeting came to: each result with how many items, how many people and how much (asked for, where nothing was
    granted). A person with two items counts once."""
    found = []
    for status in (*AgendaItem.Status,):
        those = [item for item in items if item.status == status]
        if those:
            granted_ones = status in {AgendaItem.Status.GRANTED, AgendaItem.Status.LESS}
            amounts = [(item.amount if granted_ones else _moved(item)) or Decimal(0) for item in those]
            people = {item.facts.get("person") or item.subject for item in those}
            found.append((str(status.label), len(those), len(people), sum(amounts, Decimal(0))))
    return found


def _moved(item: AgendaItem) -> Decimal | None:
    """What the committee agreed to of an item that went up, else what was proposed."""
    carried = [motion.amount for motion in item.motions.all() if motion.carried and motion.amount is not None]
    return carried[-1] if carried else item.proposed


def fund_lines(meeting: Meeting) -> Sequence[desk.FundLine]:
    """Asked against available, per fund source, for what is not decided yet."""
    waiting = list(meeting.items.filter(status=AgendaItem.Status.WAITING).values_list("subject", flat=True))
    return list(chain.from_iterable(each.fund_lines(waiting) for each in desk.desks()))


def asked(items: Sequence[AgendaItem]) -> Decimal:
    """What the undecided items ask for together, in yuan."""
    waiting = [item for item in items if item.status == AgendaItem.Status.WAITING and not item.facts.get("spent")]
    return sum((item.proposed or Decimal(0) for item in waiting), Decimal(0))


def granted(items: Iterable[AgendaItem]) -> tuple[int, Decimal]:
    """How many items were granted, and how much together (yuan)."""
    amounts = [item.amount for item in items if item.amount is not None]
    return len(amounts), sum(amounts, Decimal(0))


def granted_by_source(items: Sequence[AgendaItem]) -> list[tuple[str, int, Decimal]]:
    """The same per fund source, as the minutes must say (domain.md §6): (source, items, yuan), by name."""
    sources = sorted({str(item.facts.get("fund_source") or "") for item in items if item.amount is not None})
    return [
        (source, *granted(item for item in items if (item.facts.get("fund_source") or "") == source))
        for source in sources
    ]
