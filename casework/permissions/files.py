"""Who writes facts of a file, directly or as a change that a second person confirms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from casework.enums import IN_FORCE, Exclusion, FileStatus
from casework.permissions.reading import why_not_open_paper
from casework.permissions.states import state_of
from center.kernel.roles import Permission
from center.kernel.sentences import listed
from center.models import codes
from center.permissions.turns import not_yours

if TYPE_CHECKING:
    from casework.models import BankAccount, Consent, HardshipFile, Household, Person
    from center.models import Document, Office, Staff


P = Permission
S = FileStatus


def why_not_start_file(staff: Staff, office: Office | int) -> str:
    if not staff.may(P.EDIT_FILES, office):
        return not_yours(staff, _("Your roles do not open files at this office."), P.EDIT_FILES, office=office)
    return ""


def why_not_edit_file(staff: Staff, file: HardshipFile) -> str:
    """Facts that need no second person. Officers may complete a file in any living state; others only a draft."""
    if not staff.may(P.EDIT_FILES, file.office_id):
        return not_yours(staff, _("Your roles do not edit files of this office."), P.EDIT_FILES, office=file.office_id)
    if file.status in {S.DRAFT, S.RETURNED, *IN_FORCE}:
        return ""
    if file.status not in {S.SUBMITTED, S.SURVEY}:
        return state_of(file) + " " + _("It is not edited in this state.")
    if not (staff.may(P.EDIT_FILES, file.office_id) and staff.may(P.REVIEW_FILES, file.office_id)):
        return not_yours(
            staff,
            state_of(file) + " " + _("Only who reviews it edits it now."),
            frozenset({P.EDIT_FILES, P.REVIEW_FILES}),
            office=file.office_id,
        )
    return ""


def why_not_remove_paper(staff: Staff, file: HardshipFile, paper: Document) -> str:
    """A scan of the file: freely while it is written, by a second person once it was handed in."""
    if sentence := why_not_edit_file(staff, file) or why_not_open_paper(staff, file, paper.kind):
        return sentence
    if file.status in {S.DRAFT, S.RETURNED}:
        return ""
    if not staff.may(P.REVIEW_FILES, file.office_id):
        return _("This file was handed in; an officer takes papers off it.")
    if staff.pk == paper.added_by_id:
        return _("You added this paper; somebody else takes it off a file that was handed in.")
    return ""


def why_not_remove_sheet(staff: Staff, consent: Consent) -> str:
    """The signed sheet is the consent itself."""
    if consent.withdrawn_at is None:
        return _("The consent rests on this sheet. Take the consent back first and record it anew with its own sheet.")
    return why_not_edit_person(staff, consent.person)


def why_not_edit_directly(staff: Staff, file: HardshipFile) -> str:
    """Members, income and category: directly before the decision, by a confirmed change afterwards."""
    return why_not_edit_file(staff, file) or (
        _("This file is in force: propose the change, a second person confirms it.") if file.is_in_force else ""
    )


def why_not_edit_person(staff: Staff, person: Person) -> str:
    if not staff.may(P.EDIT_FILES, person.office_id):
        return not_yours(
            staff, _("Your roles do not edit people of this office."), P.EDIT_FILES, office=person.office_id
        )
    return ""


def why_not_record_consent(staff: Staff, person: Person) -> str:
    return why_not_edit_person(staff, person)


def why_not_withdraw_consent(staff: Staff, consent: Consent) -> str:
    if consent.withdrawn_at:
        return _("This consent was withdrawn already.")
    return why_not_edit_person(staff, consent.person)


def why_not_use_account(account: BankAccount | None) -> str:
    """Asked by relief before money goes out."""
    if account is None:
        return _("No bank account is on record.")
    if account.checked_at is None:
        return _("The bank account has not been checked by a second person.")
    if account.until is not None:
        return _("The bank account was replaced.")
    return ""


def why_not_give_living_relief(household: Household | None) -> str:
    """Asked by relief: living relief is for households against which nothing stands (domain.md §3.2, exclusions)."""
    if household is None or not household.exclusions:
        return ""
    found = listed(Exclusion(code).label for code in household.exclusions)
    return _("The household is excluded from living relief: %(exclusions)s.") % {"exclusions": found}


def why_not_assess(staff: Staff, file: HardshipFile) -> str:
    if not (staff.may(P.EDIT_FILES, file.office_id) or staff.may(P.REVIEW_FILES, file.office_id)):
        return not_yours(
            staff,
            _("Your roles do not compute eligibility at this office."),
            P.EDIT_FILES,
            P.REVIEW_FILES,
            office=file.office_id,
        )
    return ""


def category_is_known(code: str) -> bool:
    return codes.knows("hardship_category", code)
