"""Who records a death and who takes one back that was recorded by mistake; and who leaves a household that has ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from casework.enums import FileStatus
from casework.permissions.states import state_of
from center.kernel.roles import Permission
from center.permissions.turns import not_yours

if TYPE_CHECKING:
    from casework.models import Death, Household, Person
    from center.models import Staff

P = Permission
HEAD = "01"  # GB/T 4761
S = FileStatus
WRITERS = (P.EDIT_FILES, P.REVIEW_FILES, P.DECIDE_FILES)


def offices_of(person: Person) -> set[int]:
    """Where a person is somebody's business: the office that met them first and those of their households."""
    return {person.office_id, *person.memberships.values_list("household__office", flat=True)}


def _any_of(staff: Staff, person: Person, *permissions: Permission) -> bool:
    return any(staff.may(each, office) for office in offices_of(person) for each in permissions)


def why_not_record_death(staff: Staff, person: Person) -> str:
    """Whoever edits files: it stops money, and stopping waits for nobody. Taking it back needs a second person."""
    if person.joined_into_id:
        return _("The record of %(name)s was joined with another one already.") % {"name": person}
    if not _any_of(staff, person, *WRITERS):
        return not_yours(staff, _("Your roles do not edit people of this office."), *WRITERS, office=person.office_id)
    if person.died_on:
        return _("The death of this person is on record already.")
    return ""


def why_not_prove_death(staff: Staff, death: Death) -> str:
    """The paper that was missing is brought."""
    if death.revoked_at:
        return _("This record of a death was taken back.")
    if not _any_of(staff, death.person, *WRITERS):
        return not_yours(
            staff, _("Your roles do not edit people of this office."), *WRITERS, office=death.person.office_id
        )
    return ""


def why_not_revoke_death(staff: Staff, death: Death) -> str:
    """Money flows again afterwards: a second person, and one who reviews or decides."""
    if death.revoked_at:
        return _("This record of a death was taken back.")
    if not _any_of(staff, death.person, P.REVIEW_FILES, P.DECIDE_FILES):
        return _("Only an officer or the leader takes back the record of a death.")
    if staff.pk == death.recorded_by_id:
        return _("You recorded this death; another person must take it back.")
    return ""


def has_another_head(death: Death) -> bool:
    """Whether somebody became the head of the household after this person was thought to have died."""
    left = death.membership
    if left is None or left.until is None:
        return False
    heads = left.household.memberships.current().filter(relation=HEAD, since__gte=left.until)
    return heads.exclude(person=death.person_id).exists()


def why_not_read_death_paper(staff: Staff, death: Death) -> str:
    """A death certificate names the cause: it is read like a diagnosis, and by whoever took it in."""
    if staff.pk in {death.recorded_by_id, death.proved_by_id} or _any_of(staff, death.person, P.READ_HEALTH):
        return ""
    return not_yours(
        staff, _("Your roles do not read details of health."), P.READ_HEALTH, office=death.person.office_id
    )


def why_not_leave(staff: Staff, person: Person, household: Household | None) -> str:
    """Out of a household whose file has ended, to begin one's own; while it lives, the change waits for a second person."""
    if household is None:
        return _("This person belongs to no household.")
    if not staff.may(P.EDIT_FILES, household.office_id):
        return not_yours(
            staff, _("Your roles do not edit files of this office."), P.EDIT_FILES, office=household.office_id
        )
    living = household.files.living().first()
    if living:
        return state_of(living) + " " + _("Remove the member there; a second person confirms it.")
    if not person.is_adult:
        return _("Whoever begins a household of their own is of age; the date of birth decides.")
    if household.head_id == person.pk and not person.died_on:
        return _("The head keeps this household and its file: reopen the file instead.")
    return ""


def why_not_belong(person: Person) -> str:
    """Nobody who has died joins a household, holds a new account or begins a file."""
    if person.died_on:
        return _("This person died on %(day)s.") % {"day": person.died_on.isoformat()}
    return ""
