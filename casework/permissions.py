"""Who may do what to which record: "" means yes, anything else is the sentence that says why not."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _

from casework.enums import IN_FORCE, ChangeKind, ChangeStatus, FileStatus, MatterStatus
from center import codes
from center.models import ImportStatus
from center.roles import Permission

if TYPE_CHECKING:
    from casework.models import (
        BankAccount,
        Callback,
        ChangeRequest,
        Consent,
        HardshipFile,
        Matter,
        Person,
        Visit,
    )
    from center.models import Import, Office, Staff

P = Permission
S = FileStatus
M = MatterStatus
UNDO_SECONDS = 30


def _state(record: HardshipFile | Matter | ChangeRequest) -> str:
    return _("“%(record)s” is %(state)s.") % {"record": record, "state": record.get_status_display()}


# -- visits ------------------------------------------------------------------------------------------------------------


def why_not_log_visit(staff: Staff, office: Office | int) -> str:
    if not staff.may(P.LOG_VISITS, office):
        return _("Your roles do not log visits at this office.")
    return ""


def why_not_undo_visit(staff: Staff, visit: Visit) -> str:
    if visit.undone_at:
        return _("This visit was taken back already.")
    if staff.pk != visit.entered_by_id:
        return _("Only the person who entered a visit takes it back.")
    if timezone.now() > visit.entered_at + timedelta(seconds=UNDO_SECONDS):
        return _("A visit is taken back within %(seconds)s seconds; afterwards add a note.") % {"seconds": UNDO_SECONDS}
    if visit.opened:
        return _("This visit has opened a record; add a note instead.")
    matter = getattr(visit, "matter", None)
    if matter and (matter.accepted_at or matter.returned_at):
        return _("The matter of this visit is in hand already.")
    return ""


def why_not_write_note(staff: Staff, visit: Visit) -> str:
    if visit.undone_at:
        return _("This visit was taken back.")
    if not staff.may(P.LOG_VISITS, visit.office_id):
        return _("Your roles do not log visits at this office.")
    return ""


def why_not_call(staff: Staff, callback: Callback) -> str:
    if callback.done_at:
        return _("This call was made already.")
    if not staff.may(P.LOG_VISITS, callback.visit.office_id):
        return _("Your roles do not log visits at this office.")
    return ""


# -- matters -----------------------------------------------------------------------------------------------------------


def why_not_accept_matter(staff: Staff, matter: Matter) -> str:
    if not matter.may_become(M.ACCEPTED) or matter.status == M.CLOSED:
        return _state(matter)
    if staff.pk != matter.assignee_id:
        return _("Only the person it was given to accepts a matter.")
    return ""


def why_not_return_matter(staff: Staff, matter: Matter) -> str:
    if not matter.may_become(M.RETURNED):
        return _state(matter)
    if staff.pk != matter.assignee_id:
        return _("Only the person it was given to returns a matter.")
    if matter.returns >= 2:  # noqa: PLR2004 - once to the first receiver, once to the leader
        return _("The leader has assigned this matter; it cannot be returned again.")
    return ""


def why_not_assign_matter(staff: Staff, matter: Matter) -> str:
    if matter.status not in {M.REGISTERED, M.RETURNED}:
        return _state(matter)
    if staff.may(P.SUPERVISE_MATTERS, matter.office_id):
        return ""
    if matter.returns > 1:
        return _("It was returned twice: the leader assigns it now.")
    if staff.pk != matter.visit.first_handler_id:
        return _("The first receiver or the leader assigns a matter.")
    return ""


def why_not_handle_matter(staff: Staff, matter: Matter) -> str:
    """Tell the person, deliver, hand over, write the reply of a body."""
    if matter.status != M.ACCEPTED:
        return _state(matter)
    if staff.pk != matter.assignee_id:
        return _("Only its handler works on a matter.")
    return ""


def why_not_extend_matter(staff: Staff, matter: Matter) -> str:
    if matter.status == M.CLOSED:
        return _state(matter)
    if matter.extended_at:
        return _("A matter is extended once.")
    if not staff.may(P.SUPERVISE_MATTERS, matter.office_id):
        return _("Only a leader extends the time of a matter.")
    return ""


def why_not_supervise_matter(staff: Staff, matter: Matter) -> str:
    if matter.status == M.CLOSED:
        return _state(matter)
    if not staff.may(P.SUPERVISE_MATTERS, matter.office_id):
        return _("Only a leader supervises a matter.")
    if staff.pk == matter.assignee_id:
        return _("Nobody supervises their own matter.")
    return ""


def why_not_close_matter(staff: Staff, matter: Matter) -> str:
    return why_not_handle_matter(staff, matter)


def why_not_reopen_matter(staff: Staff, matter: Matter) -> str:
    if matter.status != M.CLOSED:
        return _state(matter)
    if staff.may(P.SUPERVISE_MATTERS, matter.office_id) or staff.may(P.LOG_VISITS, matter.office_id):
        return ""
    return _("Your roles do not reopen matters at this office.")


# -- files: writing ----------------------------------------------------------------------------------------------------


def why_not_start_file(staff: Staff, office: Office | int) -> str:
    if not staff.may(P.EDIT_FILES, office):
        return _("Your roles do not open files at this office.")
    return ""


def why_not_edit_file(staff: Staff, file: HardshipFile) -> str:
    """Facts that need no second person. Officers may complete a file in any living state; others only a draft."""
    if not staff.may(P.EDIT_FILES, file.office_id):
        return _("Your roles do not edit files of this office.")
    if file.status in {S.DRAFT, S.RETURNED, *IN_FORCE}:
        return ""
    if file.status in {S.SUBMITTED, S.SURVEY} and staff.may(P.REVIEW_FILES, file.office_id):
        return ""
    return _state(file) + " " + _("It is not edited in this state.")


def why_not_edit_directly(staff: Staff, file: HardshipFile) -> str:
    """Members, income and category: directly before the decision, by a confirmed change afterwards."""
    return why_not_edit_file(staff, file) or (
        _("This file is in force: propose the change, a second person confirms it.") if file.is_in_force else ""
    )


def why_not_edit_person(staff: Staff, person: Person) -> str:
    if not staff.may(P.EDIT_FILES, person.office_id):
        return _("Your roles do not edit people of this office.")
    return ""


def why_not_record_consent(staff: Staff, person: Person) -> str:
    return why_not_edit_person(staff, person)


def why_not_withdraw_consent(staff: Staff, consent: Consent) -> str:
    if consent.withdrawn_at:
        return _("This consent was withdrawn already.")
    return why_not_edit_person(staff, consent.person)


def why_not_propose_change(staff: Staff, file: HardshipFile) -> str:
    if not staff.may(P.EDIT_FILES, file.office_id):
        return _("Your roles do not edit files of this office.")
    if file.status not in {S.DRAFT, S.RETURNED, S.SUBMITTED, S.SURVEY, S.NOTICED, S.PENDING, *IN_FORCE}:
        return _state(file)
    return ""


def why_not_confirm_change(staff: Staff, change: ChangeRequest) -> str:
    if change.status != ChangeStatus.PROPOSED:
        return _state(change)
    needed = P.DECIDE_FILES if change.kind == ChangeKind.CATEGORY else P.REVIEW_FILES
    if not staff.may(needed, change.file.office_id) and not staff.may(P.DECIDE_FILES, change.file.office_id):
        return _("Your roles do not confirm this kind of change.")
    if staff.pk == change.proposed_by_id:
        return _("You proposed this change; another person must confirm it.")
    return ""


def why_not_refuse_change(staff: Staff, change: ChangeRequest) -> str:
    if change.status != ChangeStatus.PROPOSED:
        return _state(change)
    if staff.pk == change.proposed_by_id:
        return ""  # one may take back one's own
    return why_not_confirm_change(staff, change)


def why_not_use_account(account: BankAccount | None) -> str:
    """Asked by relief before money goes out."""
    if account is None:
        return _("No bank account is on record.")
    if account.checked_at is None:
        return _("The bank account has not been checked by a second person.")
    if account.until is not None:
        return _("The bank account was replaced.")
    return ""


# -- files: the chain --------------------------------------------------------------------------------------------------


def missing_for_submission(file: HardshipFile) -> list[str]:
    """What the official form marks with * and is not there yet."""
    household, head = file.household, file.household.head
    wanted = [
        (file.primary_cause, _("the primary cause")),
        (household.address, _("the home address")),
        (household.housing_type, _("the housing")),
        (head.id_number, _("the ID number of the head")),
        (head.phone or head.other_contact, _("a telephone number")),
        (head.ethnic_group, _("the ethnic group")),
        (head.political_status, _("the political status")),
        (head.marital_status, _("the marital status")),
        (head.health_status, _("the health")),
        (head.person_identity, _("the identity")),
        (head.work_status, _("the work state")),
        (head.medical_insurance, _("the medical insurance")),
    ]
    return [label for value, label in wanted if not value]


def why_not_submit(staff: Staff, file: HardshipFile) -> str:
    if not file.may_become(S.SUBMITTED):
        return _state(file)
    if not staff.may(P.EDIT_FILES, file.office_id):
        return _("Your roles do not edit files of this office.")
    missing = missing_for_submission(file)
    if missing:
        return _("Still missing: %(what)s.") % {"what": ", ".join(missing)}
    return ""


def why_not_review(staff: Staff, file: HardshipFile) -> str:
    if file.status != S.SUBMITTED:
        return _state(file)
    if not staff.may(P.REVIEW_FILES, file.office_id):
        return _("Only an officer reviews files.")
    if staff.pk in {file.filed_by_id, file.submitted_by_id}:
        return _("You filed this; another officer must review it.")
    return ""


def why_not_return(staff: Staff, file: HardshipFile) -> str:
    if not file.may_become(S.RETURNED):
        return _state(file)
    if not (staff.may(P.REVIEW_FILES, file.office_id) or staff.may(P.DECIDE_FILES, file.office_id)):
        return _("Only an officer or the leader returns a file.")
    return ""


def why_not_record_home_visit(staff: Staff, file: HardshipFile) -> str:
    if file.status in {S.DRAFT, S.RETURNED, S.REFUSED, S.CANCELLED, S.ARCHIVED}:
        return _state(file)
    if not staff.may(P.EDIT_FILES, file.office_id) and not staff.may(P.DECIDE_FILES, file.office_id):
        return _("Your roles do not record home visits of this office.")
    return ""


def why_not_ready_for_notice(file: HardshipFile) -> str:
    """Before a file may hang on the board: two people have seen the household, and its head allows it."""
    if file.status != S.SURVEY:
        return _state(file)
    if not file.home_visits.filter(visited_on__gte=timezone.localdate(file.filed_at)).exists():
        return _("The home visit by two people is still to be made.")
    if not file.household.head.consents.valid_on(timezone.localdate()).filter(purpose="publish").exists():
        return _("The consent to publication has not been signed.")
    return ""


def why_not_skip_notice(staff: Staff, file: HardshipFile) -> str:
    """Only a temporary file goes to the leader without a notice."""
    if file.status != S.SURVEY:
        return _state(file)
    if not file.is_temporary:
        return _("Only a temporary file goes to the decision without a public notice.")
    if not staff.may(P.REVIEW_FILES, file.office_id):
        return _("Only an officer sends a file on.")
    if not file.home_visits.exists():
        return _("The home visit by two people is still to be made.")
    return ""


def why_not_decide(staff: Staff, file: HardshipFile) -> str:
    """Grant a file. Who filed or reviewed it may not."""
    if file.status != S.PENDING:
        return _state(file)
    if not staff.may(P.DECIDE_FILES, file.office_id):
        return _("Only the leader decides about files.")
    if staff.pk in {file.filed_by_id, file.submitted_by_id, file.reviewed_by_id}:
        return _("You filed or reviewed this; another leader must decide it.")
    if file.household.exclusions_checked_at is None:
        return _("The list of exclusions has not been checked.")
    if file.household.exclusions:
        return _("An exclusion stands against this household; it can only be refused.")
    return ""


def why_not_refuse(staff: Staff, file: HardshipFile) -> str:
    if not file.may_become(S.REFUSED):
        return _state(file)
    needed = P.DECIDE_FILES if file.status == S.PENDING else P.REVIEW_FILES
    if not staff.may(needed, file.office_id) and not staff.may(P.DECIDE_FILES, file.office_id):
        return _("Your roles do not refuse a file in this state.")
    if staff.pk == file.filed_by_id:
        return _("You filed this; another person must refuse it.")
    return ""


def why_not_monitor(staff: Staff, file: HardshipFile) -> str:
    if file.status != S.ACTIVE:
        return _state(file)
    if not staff.may(P.DECIDE_FILES, file.office_id):
        return _("Only the leader decides about files.")
    return ""


def why_not_end(staff: Staff, file: HardshipFile) -> str:
    """Exit and de-registration of a file in force. `open_work` of all desks is asked by the action beside this."""
    if file.status not in IN_FORCE:
        return _state(file)
    if not staff.may(P.DECIDE_FILES, file.office_id):
        return _("Only the leader ends a file.")
    return ""


def why_not_withdraw(staff: Staff, file: HardshipFile) -> str:
    """De-register what never came into force."""
    if file.is_in_force or not file.may_become(S.CANCELLED):
        return _state(file)
    if staff.may(P.EDIT_FILES, file.office_id) or staff.may(P.DECIDE_FILES, file.office_id):
        return ""
    return _("Your roles do not edit files of this office.")


def why_not_reopen(staff: Staff, file: HardshipFile) -> str:
    if file.status not in {S.EXITED, S.CANCELLED} or not file.number:
        return _state(file)
    if not staff.may(P.DECIDE_FILES, file.office_id):
        return _("Only the leader reopens a file.")
    return ""


def why_not_archive(staff: Staff, file: HardshipFile) -> str:
    if not file.may_become(S.ARCHIVED):
        return _state(file)
    if not staff.may(P.REVIEW_FILES, file.office_id) and not staff.may(P.DECIDE_FILES, file.office_id):
        return _("Only an officer or the leader archives a file.")
    return ""


def why_not_convert(staff: Staff, file: HardshipFile) -> str:
    if file.status not in IN_FORCE:
        return _state(file)
    if not file.is_temporary:
        return _("This is a full file already.")
    if not staff.may(P.DECIDE_FILES, file.office_id):
        return _("Only the leader makes a temporary file a full one.")
    return ""


def why_not_recheck(staff: Staff, file: HardshipFile) -> str:
    if file.status not in IN_FORCE:
        return _state(file)
    if not staff.may(P.REVIEW_FILES, file.office_id):
        return _("Only an officer rechecks files.")
    return ""


def why_not_assess(staff: Staff, file: HardshipFile) -> str:
    if not (staff.may(P.EDIT_FILES, file.office_id) or staff.may(P.REVIEW_FILES, file.office_id)):
        return _("Your roles do not compute eligibility at this office.")
    return ""


def category_is_known(code: str) -> bool:
    return codes.knows("hardship_category", code)


# -- imports -------------------------------------------------------------------------------------------------------------


def why_not_import(staff: Staff, office: Office | int) -> str:
    if not staff.may(P.IMPORT_FILES, office):
        return _("Only an officer or the leader brings registry workbooks into this office.")
    return ""


def why_not_apply_import(staff: Staff, record: Import) -> str:
    if record.status != ImportStatus.CHECKED:
        return _("This workbook was applied or discarded already.")
    if not record.original:
        return _("This workbook lay for more than a day and is gone. Upload it again.")
    return why_not_import(staff, record.office_id)


def why_not_withdraw_import(staff: Staff, record: Import) -> str:
    if record.status != ImportStatus.APPLIED:
        return _("Only an applied import is withdrawn.")
    return why_not_import(staff, record.office_id)
