"""Why not: every answer is empty or the sentence that the button, the page, the action and the test read alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from center.boards import preflight
from center.desk import desks
from center.models import (
    AgendaItem,
    Import,
    ImportStatus,
    IssuedDocument,
    JobStatus,
    Meeting,
    Notice,
    Objection,
    Office,
    Succession,
)
from center.models.base import subject_of
from center.models.seconded import ASKED
from center.roles import Permission
from center.sentences import listed
from center.turns import not_yours

if TYPE_CHECKING:
    from collections.abc import Set
    from datetime import date

    from center.models import ComparedScan, Document, Job, Staff, Standard
    from center.models.seconded import Seconded

# -- papers --------------------------------------------------------------------------------------------------------


def why_not_remove(staff: Staff, paper: Document) -> str:
    """The desk of the paper's record must say yes, and no desk may have settled something that rests on it."""
    if paper.removed_at:
        return _("This paper was taken off already.")
    answers = [answer for desk in desks() if (answer := desk.why_not_remove(paper, by=staff)) is not None]
    return next(filter(None, answers), "") if answers else _("Nobody takes papers off this record.")


def why_not_keep_scan(staff: Staff, record: Meeting | Notice) -> str:
    """Beside the record whose printed sheet it is, once that sheet was issued: its code is how a scan is recognised."""
    is_meeting = isinstance(record, Meeting)
    needed = Permission.PREPARE_MEETINGS if is_meeting else Permission.COMPOSE_NOTICES
    if not staff.may(needed, record.office_id):
        return not_yours(staff, _("Your roles do not bring in this scan."), needed, office=record.office_id)
    if is_meeting and record.status not in {Meeting.Status.CLOSED, Meeting.Status.SIGNED}:
        return _("This meeting is %(state)s.") % {"state": record.get_status_display()}
    if not IssuedDocument.objects.filter(subject=subject_of(record)).exists():
        return _("Issue the sheet first: a scan is recognised by the code that is printed on it.")
    return ""


def why_not_second(staff: Staff, word: Seconded, *, stands: str, own: str) -> str:
    """The rule of the second person, wherever a paper rests on somebody's word: it waits for one, and nobody seconds their
    own. `stands` and `own` say both in the words of the record."""
    if word.status != ASKED:
        return stands
    return own if staff.pk == word.named_by_id else ""


def why_not_second_scan(staff: Staff, scan: ComparedScan) -> str:
    """Minutes by the secretary or the chair, a notice by those who compose or publish notices."""
    stands = _("This scan is %(state)s.") % {"state": scan.get_status_display()}
    own = _("You brought in this scan; another person confirms that it is this paper.")
    if sentence := why_not_second(staff, scan, stands=stands, own=own):
        return sentence
    office = scan.record.office_id
    if scan.meeting_id:
        if not staff.may(Permission.PREPARE_MEETINGS, office) and not staff.may(Permission.CHAIR_MEETINGS, office):
            return not_yours(
                staff,
                _("Your roles do not confirm scans of minutes."),
                Permission.PREPARE_MEETINGS,
                Permission.CHAIR_MEETINGS,
                office=office,
            )
        return ""
    if not staff.may(Permission.COMPOSE_NOTICES, office) and not staff.may(Permission.PUBLISH_NOTICES, office):
        return not_yours(
            staff,
            _("Your roles do not confirm pictures of notices."),
            Permission.COMPOSE_NOTICES,
            Permission.PUBLISH_NOTICES,
            office=office,
        )
    return ""


# -- notices -------------------------------------------------------------------------------------------------------


def why_not_compose(staff: Staff, office: Office) -> str:
    if not staff.may(Permission.COMPOSE_NOTICES, office):
        return _("Composing notices is the case officer's and the secretary's work.")
    return ""


def why_not_publish(staff: Staff, notice: Notice) -> str:
    if not notice.may_become(Notice.Status.PUBLISHED):
        return _("This notice is %(state)s.") % {"state": notice.get_status_display()}
    if not staff.may(Permission.PUBLISH_NOTICES, notice.office_id):
        return not_yours(
            staff,
            _("Publishing is the leader's or the leader's deputy's decision."),
            Permission.PUBLISH_NOTICES,
            office=notice.office_id,
        )
    if staff.pk == notice.composed_by_id:
        return not_yours(
            staff,
            _("You composed this notice; a second person publishes it."),
            Permission.PUBLISH_NOTICES,
            office=notice.office_id,
        )
    return preflight(notice)


def why_not_withdraw(staff: Staff, notice: Notice) -> str:
    if not notice.may_become(Notice.Status.WITHDRAWN):
        return _("This notice is %(state)s.") % {"state": notice.get_status_display()}
    allowed = Permission.COMPOSE_NOTICES if notice.status == Notice.Status.DRAFT else Permission.PUBLISH_NOTICES
    if not staff.may(allowed, notice.office_id):
        return not_yours(
            staff,
            _("Taking a notice down is the leader's decision; a draft is its composer's."),
            allowed,
            office=notice.office_id,
        )
    return ""


def why_not_object(staff: Staff, notice: Notice) -> str:
    if notice.status != Notice.Status.PUBLISHED:
        return _("Objections are taken while the notice is on display.")
    if not (
        staff.may(Permission.HANDLE_OBJECTIONS, notice.office_id) or staff.may(Permission.LOG_VISITS, notice.office_id)
    ):
        return not_yours(
            staff,
            _("Your roles do not record objections at this office."),
            Permission.HANDLE_OBJECTIONS,
            Permission.LOG_VISITS,
            office=notice.office_id,
        )
    return ""


def why_not_answer_objection(staff: Staff, objection: Objection) -> str:
    if objection.status != Objection.Status.OPEN:
        return _("This objection has been answered.")
    if not staff.may(Permission.HANDLE_OBJECTIONS, objection.entry.notice.office_id):
        return _("Objections are answered by case officers and the leader.")
    return ""


def why_not_end_notice(staff: Staff, notice: Notice) -> str:
    if notice.status != Notice.Status.PUBLISHED:
        return _("This notice is %(state)s.") % {"state": notice.get_status_display()}
    if not (
        staff.may(Permission.COMPOSE_NOTICES, notice.office_id)
        or staff.may(Permission.HANDLE_OBJECTIONS, notice.office_id)
    ):
        return not_yours(
            staff,
            _("Your roles do not record the result of a notice of this office."),
            Permission.COMPOSE_NOTICES,
            Permission.HANDLE_OBJECTIONS,
            office=notice.office_id,
        )
    if notice.ends_on and timezone.localdate() <= notice.ends_on:
        return _("It hangs until the end of %(day)s.") % {"day": notice.ends_on.isoformat()}
    waiting = Objection.objects.filter(entry__notice=notice, status=Objection.Status.OPEN).count()
    if waiting:
        said = ngettext(
            "%(count)s objection is not answered yet.", "%(count)s objections are not answered yet.", waiting
        )
        return said % {"count": waiting}
    return ""


# -- reference -----------------------------------------------------------------------------------------------------


def why_not_manage_reference(staff: Staff) -> str:
    """Calendar and code lists hold for the whole house."""
    if not staff.may_somewhere(Permission.MANAGE_REFERENCE):
        return _("Offices, calendar and code lists are the administrator's work.")
    if not staff.everywhere(Permission.MANAGE_REFERENCE):
        return _("Calendar and code lists hold for every office: an administrator above all of them changes them.")
    return ""


def why_not_manage_office(staff: Staff, office: Office | None) -> str:
    """An administrator's offices are those of the roles held, and all below them; a new top (None) is for who has all."""
    if not staff.may_somewhere(Permission.MANAGE_REFERENCE):
        return _("Offices, calendar and code lists are the administrator's work.")
    there = staff.may(Permission.MANAGE_REFERENCE, office) if office else staff.everywhere(Permission.MANAGE_REFERENCE)
    if not there:
        return _("%(office)s is not below your office; an administrator there or above changes it.") % {
            "office": office or _("A new office at the top")
        }
    return ""


def why_not_decide_standards(staff: Staff, office: Office) -> str:
    if staff.may(Permission.DECIDE_STANDARDS, office) or staff.may(Permission.MANAGE_REFERENCE, office):
        return ""
    return _("Standards are entered by the leader and the administrator of the office.")


def why_not_correct_standard(staff: Staff, standard: Standard) -> str:
    if sentence := why_not_decide_standards(staff, standard.office):
        return sentence
    if standard.during.lower <= timezone.localdate():
        return _("It has been in force since %(day)s. Enter a new value from a day on.") % {
            "day": standard.during.lower.isoformat()
        }
    return ""


def why_not_close_office(office: Office, *, on: date) -> str:
    if office.closed_on:
        return _("It closed on %(day)s.") % {"day": office.closed_on.isoformat()}
    children = office.links_down.filter(during__contains=on).exclude(child__closed_on__lte=on).count()
    if children:
        said = ngettext(
            "%(count)s office stands below it; move it first, or merge.",
            "%(count)s offices stand below it; move them first, or merge.",
            children,
        )
        return said % {"count": children}
    staffed = office.assignments.filter(Q(ends_on=None) | Q(ends_on__gt=on)).count()
    if staffed:
        said = ngettext(
            "%(count)s role is still held here; end it first, or merge.",
            "%(count)s roles are still held here; end them first, or merge.",
            staffed,
        )
        return said % {"count": staffed}
    return ""


def why_not_go_live(staff: Staff, office: Office) -> str:
    """Who ends the time in which the paper registry is brought in as it is: a second pair of eyes on all of it."""
    if not staff.may(Permission.DECIDE_FILES, office):
        return _("The first day of work is named by the leader of the office.")
    if office.went_live_on and office.went_live_on <= timezone.localdate():
        return _("It has been at work since %(day)s.") % {"day": office.went_live_on.isoformat()}
    if Import.objects.filter(office=office, status=ImportStatus.APPLIED, applied_by=staff).exists():
        return _("You brought the registry in yourself; another leader or a deputy names the first day.")
    return ""


def why_not_merge(old: Office, into: Office) -> str:
    """An office continues one that is not itself, not above it, and not continued by another already."""
    merged = Succession.objects.filter(old=old).exists()
    if old.pk == into.pk or merged or into.closed_on or into.pk in Office.objects.ids_below([old.pk]):
        return _("%(old)s cannot be merged into %(new)s.") % {"old": old, "new": into}
    return ""


# -- meetings ------------------------------------------------------------------------------------------------------


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


# -- jobs ----------------------------------------------------------------------------------------------------------------


def why_not_stop(staff: Staff, job: Job) -> str:
    if not job.is_live:
        return _("This job has ended.")
    if job.owner_id != staff.pk and not staff.may(Permission.MANAGE_STAFF, job.office_id):
        return not_yours(
            staff,
            _("Who asked for a job, or the administrator, stops it: %(owner)s asked for it.") % {"owner": job.owner},
            Permission.MANAGE_STAFF,
            office=job.office_id,
        )
    return ""


def why_not_again(staff: Staff, job: Job) -> str:
    if job.status not in {JobStatus.FAILED, JobStatus.CANCELLED}:
        return _("Only what failed or was cancelled is tried again.")
    return "" if job.owner_id == staff.pk else _("Who asked for a job tries it again.")


def why_not_fetch(staff: Staff, job: Job) -> str:
    """What a job made belongs to who asked for it."""
    return "" if job.owner_id == staff.pk else _("What a job made belongs to who asked for it.")
