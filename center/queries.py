"""Questions about many rows of the center room."""

from __future__ import annotations

from decimal import Decimal
from itertools import chain
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Prefetch, Q, Sum
from django.utils import timezone
from django.utils.translation import get_language

from center import desk, standards
from center.models import AgendaItem, Assignment, Motion, Notice, Objection, Recusal, Staff, Vote
from center.roles import GRANTS, Permission, Role

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from center.models import Meeting, Office
    from center.models.meeting import MeetingQuerySet
    from center.models.notice import NoticeQuerySet


def notices_with_counts(notices: NoticeQuerySet) -> NoticeQuerySet:
    """Annotate `lines` and `open_objections`."""
    return (
        notices.select_related("office", "composed_by")
        .annotate(
            lines=Count("entries", distinct=True),
            open_objections=Count("entries__objections", filter=Q(entries__objections__status="open"), distinct=True),
        )
        .order_by("-composed_at", "-pk")
    )


def lines_to_notice(office: Office) -> list[desk.NoticeLine]:
    """What the desks would put on the next notice of an office; those ready first."""
    lines = list(chain.from_iterable(each.to_notice(office) for each in desk.desks()))
    return sorted(lines, key=lambda line: (not line.ready, line.programme, line.number))


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


def objected(items: Sequence[AgendaItem]) -> set[str]:
    """The subjects against which somebody said something while they were on notice, answered or not."""
    said = Objection.objects.filter(entry__subject__in=[item.subject for item in items])
    return set(said.values_list("entry__subject", flat=True))


def objections_to(subject: str) -> list[Objection]:
    """What was said against a line while it was on notice, and what was answered, the first one first."""
    rows = Objection.objects.filter(entry__subject=subject).select_related("entry__notice", "answered_by")
    return list(rows.order_by("received_at", "pk"))


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


def holders(office: Office, needs: frozenset[Permission], *, but: frozenset[int] = frozenset()) -> list[Staff]:
    """Who may do a step at an office today, by user name: people of the office itself, else of the nearest above it."""
    today = timezone.localdate()
    roles = [role for role in Role if GRANTS[role] & needs]
    held = Assignment.objects.filter(role__in=roles, starts_on__lte=today).exclude(ends_on__lt=today)
    for place in standards.upwards(office, on=today):
        here = Staff.objects.filter(is_active=True, pk__in=held.filter(office=place).values("staff")).exclude(
            pk__in=but
        )
        if found := list(here.order_by("username")):
            return found
    return []


def current_notices() -> NoticeQuerySet:
    """What hangs on the public page now."""
    return Notice.objects.showing().select_related("office").prefetch_related("entries")


def programme_told(name: str, *, office: Office) -> str:
    """A programme or category that is kept in Chinese on notices and agendas, as the reader's language calls it."""
    if not (get_language() or "").startswith("en"):
        return name
    known: dict[str, str] | None = office.__dict__.get("_english_names")  # once a page: its lines are of one office
    if known is None:
        known = office.__dict__["_english_names"] = {}
        for each in desk.desks():
            known.update(each.english_names(office))
    return known.get(name, name)
