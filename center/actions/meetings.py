"""Preparing, holding and closing a meeting of the committee; its agenda and items by modules of their own, named here too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from center import desk
from center.actions.agendas import facts_of as facts_of
from center.actions.agendas import fill_agenda as fill_agenda
from center.actions.agendas import take_off as take_off
from center.actions.items import checked as checked
from center.actions.items import consent as consent
from center.actions.items import decide as decide
from center.actions.items import discuss_singly as discuss_singly
from center.actions.items import entitled as entitled
from center.actions.items import must_go_up as must_go_up
from center.actions.items import recuse as recuse
from center.actions.items import send_up as send_up
from center.actions.seats import SMALLEST_COMMITTEE, as_of_today, locked
from center.actions.seats import quorum_of as quorum_of
from center.actions.seats import usual_quorum as usual_quorum
from center.evidence import trail
from center.kernel.action import action
from center.kernel.errors import Incomplete, require
from center.models import AgendaItem, Meeting, Seat, members_on
from center.permissions.meetings import (
    why_not_change_agenda,
    why_not_close,
    why_not_open,
    why_not_prepare,
    why_not_record_attendance,
    why_not_sign,
)
from center.reference import numbering

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import date

    from center.models import Office, Staff


@action
def prepare(
    office: Office,
    *,
    title: str,
    held_on: date,
    quorum: int,
    place: str = "",
    subjects: Collection[str] | None = None,
    by: Staff,
) -> Meeting:
    """A meeting with a seat for every member and chair of the office that day, and on its agenda what was chosen of what
    is ready, or all of it."""
    require(why_not_prepare(by, office))
    meeting = Meeting.objects.create(
        office=office, title=title, held_on=held_on, quorum=quorum, place=place, prepared_by=by
    )
    seats = members_on(office, held_on)
    if len(seats) < SMALLEST_COMMITTEE:
        raise Incomplete(
            ngettext(
                "%(office)s has %(count)s committee member; a committee has three at least.",
                "%(office)s has %(count)s committee members; a committee has three at least.",
                len(seats),
            )
            % {"office": office, "count": len(seats)}
        )
    if len(seats) < quorum:
        raise Incomplete(
            _("%(office)s has %(count)s members; a quorum of %(quorum)s cannot be reached.")
            % {"office": office, "count": len(seats), "quorum": quorum}
        )
    if quorum * 2 < len(seats):
        raise Incomplete(_("A quorum is half of the members at least: %(least)s.") % {"least": (len(seats) + 1) // 2})
    Seat.objects.bulk_create(Seat(meeting=meeting, staff_id=pk, is_chair=chair) for pk, chair in seats.items())
    trail.record("center.meeting.prepared", meeting, by=by, seats=len(seats), quorum=quorum)
    fill_agenda(meeting, subjects=subjects, by=by)
    return meeting


@action
def mark_present(meeting: Meeting, *, members: Iterable[int], by: Staff) -> int:
    """These members (staff ids) are present now; the others who had come have left. How many are present."""
    meeting = as_of_today(locked(meeting), by=by)
    require(why_not_record_attendance(by, meeting))
    due = {seat.staff_id for seat in meeting.seats_today()}
    seats, now = list(meeting.seats.select_for_update().filter(staff__in=due)), timezone.now()
    wanted = set(members) & {seat.staff_id for seat in seats}
    for seat in seats:
        if seat.staff_id in wanted and not seat.is_present:
            seat.came_at, seat.left_at = seat.came_at or now, None
        elif seat.staff_id not in wanted and seat.is_present:
            seat.left_at = now
        seat.save(update_fields=["came_at", "left_at"])
    trail.record("center.meeting.attendance", meeting, by=by, present=sorted(wanted))
    return len(wanted)


@action
def open_meeting(meeting: Meeting, *, by: Staff) -> Meeting:
    """The sitting begins: the quorum is there, the meeting gets its number."""
    meeting = as_of_today(locked(meeting), by=by)
    require(why_not_open(by, meeting))
    meeting.become(Meeting.Status.SITTING)
    meeting.opened_by, meeting.opened_at = by, timezone.now()
    meeting.number = numbering.draw("meeting", office=meeting.office, on=meeting.held_on)
    meeting.save(update_fields=["status", "opened_by", "opened_at", "number"])
    trail.record("center.meeting.opened", meeting, by=by, number=meeting.number)
    return meeting


@action
def close_meeting(meeting: Meeting, *, remarks: str = "", by: Staff) -> Meeting:
    """The sitting ends; everything on it stays as it is."""
    meeting = locked(meeting)
    require(why_not_close(by, meeting))
    meeting.become(Meeting.Status.CLOSED)
    meeting.closed_by, meeting.closed_at, meeting.remarks = by, timezone.now(), remarks
    meeting.save(update_fields=["status", "closed_by", "closed_at", "remarks"])
    trail.record("center.meeting.closed", meeting, by=by, items=meeting.items.count())
    return meeting


@action
def sign(meeting: Meeting, *, by: Staff) -> Meeting:
    """The chair signs the minutes; they are filed."""
    meeting = locked(meeting)
    require(why_not_sign(by, meeting))
    meeting.become(Meeting.Status.SIGNED)
    meeting.signed_by, meeting.signed_at = by, timezone.now()
    meeting.save(update_fields=["status", "signed_by", "signed_at"])
    trail.record("center.meeting.signed", meeting, by=by)
    return meeting


@action
def cancel(meeting: Meeting, *, reason: str, by: Staff) -> Meeting:
    """A meeting that will not be held; what was on its agenda waits for the next one."""
    meeting = locked(meeting)
    require(why_not_change_agenda(by, meeting))
    if not reason.strip():
        raise Incomplete(_("Say why the meeting is cancelled."))
    meeting.become(Meeting.Status.CANCELLED)
    meeting.closed_by, meeting.closed_at, meeting.remarks = by, timezone.now(), reason
    meeting.save(update_fields=["status", "closed_by", "closed_at", "remarks"])
    for item in meeting.items.filter(status=AgendaItem.Status.WAITING):
        desk.desk_of(item.subject).agenda_listed(item.subject, meeting="", by=by)
    meeting.items.filter(status=AgendaItem.Status.WAITING).delete()
    trail.record("center.meeting.cancelled", meeting, by=by, reason=reason)
    return meeting
