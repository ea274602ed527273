"""Who proposes a change of a file, and who is its second person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from casework.enums import IN_FORCE, ChangeKind, ChangeStatus, FileStatus
from casework.models import BankAccount, Person
from casework.permissions.receivers import why_not_receive
from casework.permissions.states import state_of
from center.desk import desks
from center.kernel.roles import Permission
from center.models.base import subject_of
from center.permissions.turns import not_yours
from center.privacy import access

if TYPE_CHECKING:
    from casework.models import ChangeRequest, HardshipFile, Membership
    from center.models import Staff
    from center.privacy.secret import Secret


P = Permission
S = FileStatus
LEADERS = {ChangeKind.CATEGORY, ChangeKind.EXCLUSION}  # what decides whether there is relief at all


def pending_leaving(file: HardshipFile) -> dict[int, ChangeRequest]:
    """Members whose leaving waits for its second person, by the number of their membership."""
    asked = file.changes.open().filter(kind=ChangeKind.MEMBERS, new__do="end")
    return {change.new["membership"]: change for change in asked}


def why_not_remove_member(file: HardshipFile, membership: Membership) -> str:
    """Once is enough, and the head does not simply go."""
    if membership.person_id == file.household.head_id:
        return _("The head stays in the household: name another head first, or end the file.")
    if membership.pk in pending_leaving(file):
        return _("The leaving of this member waits for its second person already.")
    return ""


def why_not_rename(file: HardshipFile, person: Person) -> str:
    """A name is who somebody is: on a file in force it changes by two people, and by one change at a time."""
    if not file.is_in_force:
        return ""
    asked = file.changes.open().filter(kind=ChangeKind.NAME, new__person=person.pk)
    if asked.exists():
        return _("Another name of this person waits for its second person already.")
    return ""


def why_not_renumber(file: HardshipFile, person: Person) -> str:
    """By one change at a time."""
    if file.changes.open().filter(kind=ChangeKind.NUMBER, new__person=person.pk).exists():
        return _("Another ID number of this person waits for its second person already.")
    return ""


def why_not_renumber_alone(file: HardshipFile, person: Person, id_number: str) -> str:
    """The number is who somebody is, too. What nobody knew yet is filled in by one person."""
    if not file.is_in_force or not id_number or not person.id_number or person.id_number.same_as(id_number):
        return ""
    return _("This file is in force: another ID number is proposed, and a second person confirms it.")


def why_not_exclude_alone(file: HardshipFile, exclusions: list[str]) -> str:
    """What is found against a household in force stops its relief, and what is lifted lets it flow: two people."""
    if file.is_in_force and set(exclusions) != set(file.household.exclusions):
        return _("This file is in force: propose the change, a second person confirms it.")
    return ""


def why_not_propose_exclusions(file: HardshipFile) -> str:
    if file.changes.open().filter(kind=ChangeKind.EXCLUSION).exists():
        return _("Another change of the exclusions waits for its second person already.")
    return ""


def why_not_propose_change(staff: Staff, file: HardshipFile) -> str:
    if not staff.may(P.EDIT_FILES, file.office_id):
        return not_yours(staff, _("Your roles do not edit files of this office."), P.EDIT_FILES, office=file.office_id)
    if file.status not in {S.DRAFT, S.RETURNED, S.SUBMITTED, S.SURVEY, S.NOTICED, S.PENDING, *IN_FORCE}:
        return state_of(file)
    return ""


def why_not_confirm_change(staff: Staff, change: ChangeRequest) -> str:
    if sentence := _why_not_settle(staff, change):
        return sentence
    if change.kind == ChangeKind.NAME and _is_named_otherwise(change):
        return _("The name was changed since: propose it anew.")
    if change.kind == ChangeKind.NUMBER:
        return _why_not_confirm_number(staff, change)
    if change.kind == ChangeKind.ACCOUNT and change.account:
        if has_seen_card(staff, change.account.card):
            return _shown_to_you()
        return why_not_receive(change.account.holder, card=change.account.card, household=change.file.household_id)
    return ""


def _why_not_confirm_number(staff: Staff, change: ChangeRequest) -> str:
    person = Person.objects.filter(pk=change.new["person"]).first()
    if person is None or str(person.id_number or "") != change.old["id_number"]:
        return _("The ID number was changed since: propose it anew.")
    return _shown_to_you() if access.was_shown([subject_of(change)], to=staff) else ""


def _shown_to_you() -> str:
    return _("This number was shown to you: typing it again proves nothing. Another person confirms it, card in hand.")


def has_seen_card(staff: Staff, card: Secret) -> bool:
    """Whoever had the number shown can copy it: what they type is no second look at the card (fault kind 26). Shown beside
    this account or another record of the same number, on a whole form, in a file for the bank, in an export."""
    same = BankAccount.objects.filter(card=card)
    if access.was_shown([subject_of(one) for one in same], to=staff):
        return True
    return any(desk.has_shown(card, to=staff) for desk in desks())


def _is_named_otherwise(change: ChangeRequest) -> bool:
    person = Person.objects.filter(pk=change.new["person"]).first()
    return person is None or person.full_name != change.old["full_name"]


def _why_not_settle(staff: Staff, change: ChangeRequest) -> str:
    if change.status != ChangeStatus.PROPOSED:
        return state_of(change)
    needed = P.DECIDE_FILES if change.kind in LEADERS else P.REVIEW_FILES
    if not staff.may(needed, change.file.office_id) and not staff.may(P.DECIDE_FILES, change.file.office_id):
        return not_yours(
            staff,
            _("Your roles do not confirm this kind of change."),
            needed,
            P.DECIDE_FILES,
            office=change.file.office_id,
        )
    if staff.pk == change.proposed_by_id:
        return _("You proposed this change; another person must confirm it.")
    return ""


def why_not_refuse_change(staff: Staff, change: ChangeRequest) -> str:
    if change.status != ChangeStatus.PROPOSED:
        return state_of(change)
    if staff.pk == change.proposed_by_id:
        return ""  # one may take back one's own
    return _why_not_settle(staff, change)
