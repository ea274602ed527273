"""Who moves a file through its chain: from the draft to the archive."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _

from casework.enums import IN_FORCE, ChangeKind, ChangeStatus, FileStatus
from casework.permissions.states import state_of
from casework.rules import eligibility
from casework.rules.eligibility import Amount, MemberFacts
from center.kernel.roles import Permission
from center.kernel.sentences import listed
from center.permissions.turns import not_yours
from center.privacy.masks import mask_name

if TYPE_CHECKING:
    from casework.models import HardshipFile, Household
    from center.models import Staff


P = Permission
S = FileStatus


def why_not_of_the_living(file: HardshipFile) -> str:
    """Nothing is done in the name of a head who has died: another takes the place first, or the file ends."""
    died_on = file.household.head.died_on
    if died_on is None:
        return ""
    if file.is_in_force:
        return _("The head died on %(day)s: change the head, or end the file.") % {"day": died_on.isoformat()}
    return _("The head died on %(day)s: change the head, or give the draft up.") % {"day": died_on.isoformat()}


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
    lacking = without_income(household)
    income = _("the income of %(names)s in the last twelve months (enter 0 when there was none)")
    wanted.append((not lacking, income % {"names": listed(lacking)}))
    return [label for value, label in wanted if not value]


def without_income(household: Household) -> list[str]:
    """Whose income the rule needs and nobody has entered: without it nothing can be computed, and nobody judges."""
    today = timezone.localdate()
    entered: dict[int, list[Amount]] = {}
    for item in household.incomes.filter(dropped_at=None):
        amount = Amount(kind=item.kind, amount=item.amount, month=item.month, year_ending_on=item.year_ending_on)
        entered.setdefault(item.person_id, []).append(amount)
    people = [membership.person for membership in household.members_on(today).select_related("person")]
    members = {
        person: MemberFacts(
            name=person.full_name,
            birth_date=person.birth_date,
            person_identity=person.person_identity,
            incomes=tuple(entered.get(person.pk, ())),
        )
        for person in people
    }
    return [
        mask_name(person.full_name) for person, member in members.items() if eligibility.lacks_income(member, on=today)
    ]


def why_not_submit(staff: Staff, file: HardshipFile) -> str:
    if not file.may_become(S.SUBMITTED):
        return state_of(file)
    if not staff.may(P.EDIT_FILES, file.office_id):
        return not_yours(staff, _("Your roles do not edit files of this office."), P.EDIT_FILES, office=file.office_id)
    if sentence := why_not_of_the_living(file):
        return sentence
    missing = missing_for_submission(file)
    if missing:
        return _("Still missing: %(what)s.") % {"what": listed(missing)}
    return ""


def why_not_review(staff: Staff, file: HardshipFile) -> str:
    if file.status != S.SUBMITTED:
        return state_of(file)
    if not staff.may(P.REVIEW_FILES, file.office_id):
        return not_yours(staff, _("Only an officer reviews files."), P.REVIEW_FILES, office=file.office_id)
    if staff.pk in {file.filed_by_id, file.submitted_by_id}:
        return _("You filed this; another officer must review it.")
    return why_not_of_the_living(file)


def why_not_return(staff: Staff, file: HardshipFile) -> str:
    if not file.may_become(S.RETURNED):
        return state_of(file)
    if not (staff.may(P.REVIEW_FILES, file.office_id) or staff.may(P.DECIDE_FILES, file.office_id)):
        return _("Only an officer or the leader returns a file.")
    return ""


def why_not_record_home_visit(staff: Staff, file: HardshipFile) -> str:
    if file.status in {S.DRAFT, S.RETURNED, S.REFUSED, S.CANCELLED, S.ARCHIVED}:
        return state_of(file)
    if not staff.may(P.EDIT_FILES, file.office_id) and not staff.may(P.DECIDE_FILES, file.office_id):
        return not_yours(
            staff,
            _("Your roles do not record home visits of this office."),
            P.EDIT_FILES,
            P.DECIDE_FILES,
            office=file.office_id,
        )
    return ""


def why_not_ready_for_notice(file: HardshipFile) -> str:
    """Before a file may hang on the board, two people have seen the household. Without consent a number hangs there."""
    if file.status != S.SURVEY:
        return state_of(file)
    if not file.home_visits.filter(visited_on__gte=timezone.localdate(file.filed_at)).exists():
        return _("The home visit by two people is still to be made.")
    return why_not_of_the_living(file) or why_not_settled(file)


def why_not_settled(file: HardshipFile) -> str:
    """What the public or a committee is to be told stands still: a proposed change is confirmed or refused first.

    Of a bank account nothing is told.
    """
    waiting = [change for change in file.changes.all() if change.status == ChangeStatus.PROPOSED]
    kinds = {str(change.get_kind_display()): None for change in waiting if change.kind != ChangeKind.ACCOUNT}
    return _("A change waits for its second person: %(kinds)s.") % {"kinds": listed(kinds)} if kinds else ""


def why_not_skip_notice(staff: Staff, file: HardshipFile) -> str:
    """Only a temporary file goes to the leader without a notice."""
    if file.status != S.SURVEY:
        return state_of(file)
    if not file.is_temporary:
        return _("Only a temporary file goes to the decision without a public notice.")
    if not staff.may(P.REVIEW_FILES, file.office_id):
        return not_yours(staff, _("Only an officer sends a file on."), P.REVIEW_FILES, office=file.office_id)
    if not file.home_visits.exists():
        return _("The home visit by two people is still to be made.")
    return why_not_of_the_living(file)


def why_not_decide(staff: Staff, file: HardshipFile) -> str:
    """Grant a file. Who filed or reviewed it may not."""
    if file.status != S.PENDING:
        return state_of(file)
    if not staff.may(P.DECIDE_FILES, file.office_id):
        return not_yours(staff, _("Only the leader decides about files."), P.DECIDE_FILES, office=file.office_id)
    if staff.pk in {file.filed_by_id, file.submitted_by_id, file.reviewed_by_id}:
        return _("You filed or reviewed this; another leader must decide it.")
    if file.household.exclusions_checked_at is None:
        return _("The list of exclusions has not been checked.")
    if file.household.exclusions:
        return _("An exclusion stands against this household; it can only be refused.")
    return why_not_of_the_living(file)


def why_not_refuse(staff: Staff, file: HardshipFile) -> str:
    if not file.may_become(S.REFUSED):
        return state_of(file)
    needed = P.DECIDE_FILES if file.status == S.PENDING else P.REVIEW_FILES
    if not staff.may(needed, file.office_id) and not staff.may(P.DECIDE_FILES, file.office_id):
        return not_yours(
            staff,
            _("Your roles do not refuse a file in this state."),
            needed,
            P.DECIDE_FILES,
            office=file.office_id,
        )
    if staff.pk == file.filed_by_id:
        return _("You filed this; another person must refuse it.")
    return ""


def why_not_monitor(staff: Staff, file: HardshipFile) -> str:
    if file.status != S.ACTIVE:
        return state_of(file)
    if not staff.may(P.DECIDE_FILES, file.office_id):
        return not_yours(staff, _("Only the leader decides about files."), P.DECIDE_FILES, office=file.office_id)
    return why_not_of_the_living(file)


def why_not_end(staff: Staff, file: HardshipFile) -> str:
    """Exit and de-registration of a file in force. `open_work` of all desks is asked by the action beside this."""
    if file.status not in IN_FORCE:
        return state_of(file)
    if not staff.may(P.DECIDE_FILES, file.office_id):
        return not_yours(staff, _("Only the leader ends a file."), P.DECIDE_FILES, office=file.office_id)
    return ""


def why_not_withdraw(staff: Staff, file: HardshipFile) -> str:
    """De-register what never came into force."""
    if file.is_in_force or not file.may_become(S.CANCELLED):
        return state_of(file)
    if staff.may(P.EDIT_FILES, file.office_id) or staff.may(P.DECIDE_FILES, file.office_id):
        return ""
    return not_yours(
        staff, _("Your roles do not edit files of this office."), P.EDIT_FILES, P.DECIDE_FILES, office=file.office_id
    )


def why_not_reopen(staff: Staff, file: HardshipFile) -> str:
    if file.status not in {S.EXITED, S.CANCELLED} or not file.number:
        return state_of(file)
    if not staff.may(P.DECIDE_FILES, file.office_id):
        return not_yours(staff, _("Only the leader reopens a file."), P.DECIDE_FILES, office=file.office_id)
    return ""


def why_not_archive(staff: Staff, file: HardshipFile) -> str:
    if not file.may_become(S.ARCHIVED):
        return state_of(file)
    if not staff.may(P.REVIEW_FILES, file.office_id) and not staff.may(P.DECIDE_FILES, file.office_id):
        return _("Only an officer or the leader archives a file.")
    return ""


def why_not_convert(staff: Staff, file: HardshipFile) -> str:
    if file.status not in IN_FORCE:
        return state_of(file)
    if not file.is_temporary:
        return _("This is a full file already.")
    if not staff.may(P.DECIDE_FILES, file.office_id):
        return not_yours(
            staff, _("Only the leader makes a temporary file a full one."), P.DECIDE_FILES, office=file.office_id
        )
    return why_not_of_the_living(file)


def why_not_recheck(staff: Staff, file: HardshipFile) -> str:
    if file.status not in IN_FORCE:
        return state_of(file)
    if not staff.may(P.REVIEW_FILES, file.office_id):
        return not_yours(staff, _("Only an officer rechecks files."), P.REVIEW_FILES, office=file.office_id)
    return why_not_of_the_living(file)
