"""Who joins two records of one person: an officer or the leader of both offices proposes, another one confirms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from casework.enums import ChangeStatus
from casework.permissions.states import state_of
from center.kernel.roles import Permission

if TYPE_CHECKING:
    from casework.models import Joining, Person
    from center.models import Staff

P = Permission


def _compares(staff: Staff, person: Person) -> bool:
    return staff.may(P.REVIEW_FILES, person.office_id) or staff.may(P.DECIDE_FILES, person.office_id)


def why_not_join(staff: Staff, one: Person, other: Person) -> str:
    if one.pk == other.pk:
        return _("These are not two records.")
    for person in (one, other):
        if person.joined_into_id:
            return _("The record of %(name)s was joined with another one already.") % {"name": person}
        if not _compares(staff, person):
            return _("Only an officer or the leader of both offices joins two records.")
    return ""


def why_not_confirm_joining(staff: Staff, joining: Joining) -> str:
    if joining.status != ChangeStatus.PROPOSED:
        return state_of(joining)
    if staff.pk == joining.proposed_by_id:
        return _("You proposed to join these records; another person must confirm it.")
    return why_not_join(staff, joining.keep, joining.drop)


def why_not_refuse_joining(staff: Staff, joining: Joining) -> str:
    """One may take back one's own; whoever compares either record may say that they are two people."""
    if joining.status != ChangeStatus.PROPOSED:
        return state_of(joining)
    if staff.pk == joining.proposed_by_id or (_compares(staff, joining.keep) and _compares(staff, joining.drop)):
        return ""
    return _("Only an officer or the leader of both offices joins two records.")
