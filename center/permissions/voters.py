"""Who may vote on an item now, who steps aside from it, and what stands against either."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from center.kernel.roles import Permission
from center.kernel.sentences import listed
from center.models import AgendaItem, Meeting, Vote
from center.permissions.meetings import why_no_quorum, why_not_decide, why_not_prepare
from center.permissions.turns import not_yours

if TYPE_CHECKING:
    from collections.abc import Mapping, Set
    from decimal import Decimal

    from center.models import Poll, Staff


def why_not_put_to_vote(staff: Staff, item: AgendaItem) -> str:
    if item.polls.filter(ended_at=None).exists():
        return _("Item %(number)s is being voted on already.") % {"number": item.number}
    return why_not_decide(staff, item)


def why_not_cast(staff: Staff, poll: Poll) -> str:
    """A member who is present, not recused, and a member of today."""
    item = poll.item
    if poll.ended_at or item.status != AgendaItem.Status.WAITING:
        return _("This vote is over.")
    seat = next((seat for seat in item.meeting.seats_today() if seat.staff_id == staff.pk), None)
    if seat is None:
        return _("%(name)s has no seat in this meeting.") % {"name": staff}
    if not seat.is_present:
        return _("The secretary has not noted that you are present; say that you are here.")
    recused = set(item.recusals.standing().values_list("staff_id", flat=True))
    if staff.pk in recused:
        return _("You are recused from this item.")
    return why_no_quorum(item.meeting, needed=item.quorum) or why_no_quorum_of(item, recused)


def waits_for(staff: Staff, poll: Poll) -> bool:
    """Whether this member's own word is still asked for."""
    return staff.pk not in poll.choices() and not why_not_cast(staff, poll)


def why_no_quorum_of(item: AgendaItem, recused: Set[int]) -> str:
    """The meeting has its quorum, and too few of those present may vote on this item."""
    present = [seat for seat in item.meeting.seats_today() if seat.is_present]
    away = [seat.staff for seat in present if seat.staff_id in recused]
    left = len(present) - len(away)
    if left >= item.quorum:
        return ""
    said = ngettext(
        "%(count)s member may vote, the quorum is %(quorum)s. Recused: %(names)s.",
        "%(count)s members may vote, the quorum is %(quorum)s. Recused: %(names)s.",
        left,
    )
    return said % {"count": left, "quorum": item.quorum, "names": listed(away)}


def why_not_take_back(staff: Staff, poll: Poll) -> str:
    return _("This vote is over.") if poll.ended_at else why_not_prepare(staff, poll.item.meeting.office)


def why_not_against_ballots(item: AgendaItem, *, result: str, amount: Decimal | None, votes: Mapping[int, str]) -> str:
    """What members voted themselves is counted as they voted it, on the motion that was put."""
    poll = item.polls.filter(ended_at=None).first()
    if poll is None:
        return ""
    cast = poll.choices()
    if cast and (result != poll.result or (result == AgendaItem.Status.LESS and amount != poll.amount)):
        return _("Members are voting on another motion: count it, or take it back first.")
    for seat in item.meeting.seats.select_related("staff"):
        if seat.staff_id in votes and votes[seat.staff_id] != cast.get(seat.staff_id, votes[seat.staff_id]):
            return _("%(name)s voted by themselves: %(choice)s.") % {
                "name": seat.staff,
                "choice": Vote.Choice(cast[seat.staff_id]).label,
            }
    return ""


def why_not_recuse(staff: Staff, item: AgendaItem, member: Staff) -> str:
    """A member declares for themselves; the secretary records what a member declared."""
    if item.status != AgendaItem.Status.WAITING or item.meeting.status not in {
        Meeting.Status.PREPARING,
        Meeting.Status.SITTING,
    }:
        return _("Item %(number)s is decided.") % {"number": item.number}
    if member.pk not in {seat.staff_id for seat in item.meeting.seats_today()}:
        return _("%(name)s has no seat in this meeting.") % {"name": member}
    if staff.pk != member.pk and not staff.may(Permission.PREPARE_MEETINGS, item.meeting.office_id):
        return not_yours(
            staff,
            _("Members declare for themselves; the secretary records it."),
            Permission.PREPARE_MEETINGS,
            office=item.meeting.office_id,
        )
    return ""


def why_not_take_back_recusal(staff: Staff, item: AgendaItem) -> str:
    """The member's own word alone, before anybody was asked to vote; what the records say of a member stays."""
    if item.status != AgendaItem.Status.WAITING or not item.meeting.is_open:
        return _("Item %(number)s is decided.") % {"number": item.number}
    if not item.recusals.standing().filter(staff=staff).exists():
        return _("You are not recused from this item.")
    if str(staff.pk) in item.facts.get("related_staff", {}):
        return _("The records say why you stay out of this item; a word of yours does not lift that.")
    if item.polls.filter(ended_at=None).exists() or item.motions.exists():
        return _("Item %(number)s has been put to the vote; the recusal stays.") % {"number": item.number}
    return ""


def why_not_discuss_singly(staff: Staff, item: AgendaItem) -> str:
    if item.status != AgendaItem.Status.WAITING:
        return _("Item %(number)s is decided.") % {"number": item.number}
    seated = staff.pk in {seat.staff_id for seat in item.meeting.seats_today()}
    if not seated and not staff.may(Permission.PREPARE_MEETINGS, item.meeting.office_id):
        return not_yours(
            staff,
            _("Only members and the secretary take an item out of the consent list."),
            Permission.PREPARE_MEETINGS,
            office=item.meeting.office_id,
        )
    return ""
