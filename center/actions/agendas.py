"""What is on the agenda of a meeting: what is ready and was chosen, with its facts as they stand; and taken off again."""

from __future__ import annotations

from dataclasses import asdict
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db.models import F, Max
from django.utils.translation import gettext as _

from center import desk
from center.actions.seats import as_of_today, locked, locked_item, quorum_of
from center.evidence import trail
from center.kernel.action import action
from center.kernel.errors import Incomplete, NotAllowed, require
from center.models import AgendaItem, Meeting, Recusal
from center.permissions.meetings import why_not_change_agenda

if TYPE_CHECKING:
    from collections.abc import Collection

    from center.models import Staff


@action
def fill_agenda(meeting: Meeting, *, subjects: Collection[str] | None = None, by: Staff) -> int:
    """Put on the agenda what is ready and not on it yet, all of it or what was chosen; how many were added."""
    meeting = as_of_today(locked(meeting), by=by)
    require(why_not_change_agenda(by, meeting))
    listed = set(AgendaItem.objects.filter(status=AgendaItem.Status.WAITING).values_list("subject", flat=True))
    listed |= set(meeting.items.values_list("subject", flat=True))
    ready = [
        line
        for each in desk.desks()
        for line in each.docket(meeting.office)
        if not line.not_ready and line.subject not in listed and (subjects is None or line.subject in subjects)
    ]
    last, seats = meeting.items.aggregate(last=Max("position"))["last"] or 0, len(meeting.seats_today())
    for position, line in enumerate(sorted(ready, key=lambda line: (line.programme, line.number)), last + 1):
        item = AgendaItem.objects.create(
            meeting=meeting,
            position=position,
            subject=line.subject,
            number=line.number,
            programme=line.programme,
            proposed=line.proposed,
            facts=facts_of(line),
            quorum=max(meeting.quorum, quorum_of(seats, line.quorum_percent)),
            majority_percent=line.majority_percent,
        )
        desk.desk_of(line.subject).agenda_listed(line.subject, meeting=meeting.code, by=by)
        _propose_recusals(item, line, by=by)
    trail.record("center.agenda.filled", meeting, by=by, added=len(ready))
    return len(ready)


def facts_of(line: desk.AgendaLine) -> dict[str, object]:
    """The line as JSON: amounts as text, so that no yuan becomes a float."""
    facts = {name: str(value) if isinstance(value, Decimal) else value for name, value in asdict(line).items()}
    return facts | {"flags": [flag.stored() for flag in line.flags]}


def _propose_recusals(item: AgendaItem, line: desk.AgendaLine, *, by: Staff) -> None:
    for seat in item.meeting.seats.filter(staff_id__in=line.related_staff):
        why = line.related_staff[seat.staff_id]
        Recusal.objects.create(item=item, staff=seat.staff, reason_code=why, declared_by=by)


@action
def take_off(item: AgendaItem, *, reason: str, by: Staff) -> None:
    """Take an undecided item off the agenda; it waits for the next meeting."""
    item = locked_item(item, by=by)
    require(why_not_change_agenda(by, item.meeting))
    if item.status != AgendaItem.Status.WAITING or item.motions.exists() or item.polls.exists():
        raise NotAllowed(_("Item %(number)s has been voted on; it stays.") % {"number": item.number})
    if not reason.strip():
        raise Incomplete(_("Say why it is taken off."))
    desk.desk_of(item.subject).agenda_listed(item.subject, meeting="", by=by)
    trail.record("center.agenda.taken_off", item.meeting, by=by, number=item.number, reason=reason)
    item.delete()
    if item.meeting.status == Meeting.Status.PREPARING:  # nobody has called an item by its place yet
        item.meeting.items.filter(position__gt=item.position).update(position=F("position") - 1)
