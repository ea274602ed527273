"""Who counts in a meeting, and the order of its locks: membership is that of the day of every act."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone

from center.evidence import trail
from center.models import AgendaItem, Meeting, Seat, members_on

if TYPE_CHECKING:
    from datetime import date

    from center.models import Office, Staff

SMALLEST_COMMITTEE = 3  # two people agree or disagree; three can decide
TWO_THIRDS = 66  # percent; rounded up it is exact for every committee below fifty


def locked(meeting: Meeting) -> Meeting:
    return Meeting.objects.select_for_update(of=("self",), no_key=True).select_related("office").get(pk=meeting.pk)


def locked_item(item: AgendaItem, *, by: Staff) -> AgendaItem:
    """The meeting first, then the item: every action of a sitting takes its locks in this order, and counts who is a
    member today."""
    as_of_today(locked(item.meeting), by=by)
    return (
        AgendaItem.objects.select_for_update(of=("self",), no_key=True)
        .select_related("meeting__office")
        .get(pk=item.pk)
    )


def usual_quorum(office: Office, *, on: date) -> int:
    """Two thirds of the members of that day; a programme may ask for more, item by item."""
    return quorum_of(max(len(members_on(office, on)), SMALLEST_COMMITTEE), TWO_THIRDS)


def as_of_today(meeting: Meeting, *, by: Staff) -> Meeting:
    """Membership is that of the day of the act: who became a member gets a seat, whose term ended or whose deputy stands
    in loses it, and what each item needs is counted anew. What was voted before stays as it was."""
    if not meeting.is_open:
        return meeting
    members, seats = members_on(meeting.office, meeting.its_day), list(meeting.seats.select_related("staff"))
    gone = [seat for seat in seats if seat.staff_id not in members]
    came = {pk: chairs for pk, chairs in members.items() if pk not in {seat.staff_id for seat in seats}}
    changed = [seat for seat in seats if members.get(seat.staff_id, seat.is_chair) != seat.is_chair]
    for seat in changed:
        seat.is_chair = members[seat.staff_id]
        seat.save(update_fields=["is_chair"])
    for seat in gone:
        _leave(seat)
    Seat.objects.bulk_create(Seat(meeting=meeting, staff_id=pk, is_chair=chair) for pk, chair in came.items())
    for item in meeting.items.filter(status=AgendaItem.Status.WAITING):
        quorum = max(meeting.quorum, quorum_of(len(members), int(item.facts.get("quorum_percent", TWO_THIRDS))))
        if quorum != item.quorum:
            item.quorum = quorum
            item.save(update_fields=["quorum"])
    if gone or came or changed:
        left = [seat.staff.username for seat in gone]
        trail.record(
            "center.meeting.members_changed", meeting, by=by, left=left, joined=sorted(came), seats=len(members)
        )
    return meeting


def _leave(seat: Seat) -> None:
    """A seat on which something was done stays, with the time at which it was left."""
    if seat.came_at is None:
        seat.delete()
    elif seat.left_at is None:
        seat.left_at = timezone.now()
        seat.save(update_fields=["left_at"])


def quorum_of(seats: int, percent: int) -> int:
    """How many of so many members this share is, rounded up: 66 percent of seven is five."""
    return -(-seats * percent // 100)
