"""Meetings: agenda, quorum, decisions, minutes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from center.kernel.roles import Permission
from center.kernel.sentences import listed
from center.models import (
    AgendaItem,
    Meeting,
    Objection,
    Office,
)
from center.permissions.turns import not_yours

if TYPE_CHECKING:
    from collections.abc import Set

    from center.models import Staff


def why_not_prepare(staff: Staff, office: Office) -> str:
    if not staff.may(Permission.PREPARE_MEETINGS, office):
        return _("Meetings are prepared by the secretary.")
    return ""


def why_not_change_agenda(staff: Staff, meeting: Meeting) -> str:
    if meeting.status not in {Meeting.Status.PREPARING, Meeting.Status.SITTING}:
        return _("This meeting is %(state)s; its agenda stays as it is.") % {"state": meeting.get_status_display()}
    return why_not_prepare(staff, meeting.office)


def why_not_open(staff: Staff, meeting: Meeting) -> str:
    if not meeting.may_become(Meeting.Status.SITTING):
        return _("This meeting is %(state)s.") % {"state": meeting.get_status_display()}
    if not meeting.items.exists():
        return _("The agenda is empty.")
    if meeting.held_on > timezone.localdate():
        return _("The meeting is set for %(day)s.") % {"day": meeting.held_on.isoformat()}
    return why_not_prepare(staff, meeting.office) or why_no_quorum(meeting)


def why_no_quorum(meeting: Meeting, *, needed: int = 0) -> str:
    """Of the meeting itself, or of one item whose programme asks for more members (`needed`)."""
    seats, needed = meeting.seats_today(), needed or meeting.quorum_for(list(meeting.items.all()))
    present = sum(seat.is_present for seat in seats)
    if present < needed:
        said = ngettext(
            "%(present)s member is present; the quorum is %(quorum)s. Missing: %(names)s.",
            "%(present)s members are present; the quorum is %(quorum)s. Missing: %(names)s.",
            present,
        )
        return said % {
            "present": present,
            "quorum": needed,
            "names": listed(seat.staff for seat in seats if not seat.is_present),
        }
    return ""


def why_not_record_attendance(staff: Staff, meeting: Meeting) -> str:
    if meeting.status not in {Meeting.Status.PREPARING, Meeting.Status.SITTING}:
        return _("This meeting is %(state)s.") % {"state": meeting.get_status_display()}
    return why_not_prepare(staff, meeting.office)


def why_not_decide(staff: Staff, item: AgendaItem) -> str:
    meeting = item.meeting
    if meeting.status != Meeting.Status.SITTING:
        return _("The meeting is %(state)s; decisions are made while it is in session.") % {
            "state": meeting.get_status_display()
        }
    if item.status != AgendaItem.Status.WAITING:
        return _("Item %(number)s is %(state)s already.") % {"number": item.number, "state": item.get_status_display()}
    return why_not_prepare(staff, meeting.office) or why_no_quorum(meeting, needed=item.quorum)


def why_not_by_consent(item: AgendaItem, *, objected: Set[str] | None = None) -> str:
    """The consent agenda takes what nobody questions: no flag, no recusal, nobody asked to discuss it.

    `objected` are the subjects of a list against which somebody said something, where they were asked for at once.
    """
    if item.motions.exists() or item.polls.exists():
        return _("It was put to the vote by itself; that is how it is decided.")
    against = Objection.objects.filter(entry__subject=item.subject)
    if against.exists() if objected is None else item.subject in objected:
        return _("Somebody objected to it while it was on notice.")
    if item.singly:
        return _("A member asked to discuss it.")
    if item.flags:
        return _("It carries a flag: %(flag)s.") % {"flag": item.flags[0]}
    if any(recusal.taken_back_at is None for recusal in item.recusals.all()):
        return _("A member is recused.")
    return ""


def why_not_close(staff: Staff, meeting: Meeting) -> str:
    if not meeting.may_become(Meeting.Status.CLOSED):
        return _("This meeting is %(state)s.") % {"state": meeting.get_status_display()}
    waiting = meeting.items.filter(status=AgendaItem.Status.WAITING).count()
    if waiting:
        said = ngettext(
            "%(count)s item is not decided yet: decide it, defer it or take it off.",
            "%(count)s items are not decided yet: decide them, defer them or take them off.",
            waiting,
        )
        return said % {"count": waiting}
    return why_not_prepare(staff, meeting.office)


def why_not_sign(staff: Staff, meeting: Meeting) -> str:
    """The chair signs what the secretary wrote: two people for every minute."""
    if not meeting.may_become(Meeting.Status.SIGNED):
        return _("This meeting is %(state)s.") % {"state": meeting.get_status_display()}
    if not meeting.seats.filter(staff=staff, is_chair=True).exists():
        return _("The minutes are signed by the chair of this meeting.")
    if staff.pk == meeting.closed_by_id:
        return _("You wrote these minutes; somebody else signs them.")
    return ""


def why_not_see_meeting(staff: Staff, meeting: Meeting) -> str:
    """Members see what is put before them; nobody else does without the right to read meetings."""
    if staff.may(Permission.READ_MEETINGS, meeting.office_id):
        return ""
    return not_yours(
        staff,
        _("Your roles do not see the meetings of this office."),
        Permission.READ_MEETINGS,
        office=meeting.office_id,
    )
