"""Who reads which part of a file (domain.md §7.3): health, bank account and state of mind are need-to-know."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from center.kernel.roles import Permission
from center.permissions.turns import not_yours

if TYPE_CHECKING:
    from casework.models import HardshipFile
    from center.models import Staff

P = Permission
HEALTH_PAPERS = frozenset({"diagnosis", "medical_bill", "disability_certificate", "home_survey"})
ACCOUNT_PAPERS = frozenset({"bank_card"})
# What the form of a person asks about health; whoever may not read it is not asked for it either.
HEALTH_FIELDS = ("health_status", "disability_kind", "disability_grade", "medicine")


def is_own_draft(staff: Staff, file: HardshipFile) -> bool:
    """What somebody writes down from the person in front of them they also see, until it is handed in; and whoever took
    the draft over, or stands in for them."""
    mine = not staff.hands.isdisjoint({file.filed_by_id, file.owner_id})
    return file.is_open_for_edits and mine and staff.may(P.EDIT_FILES, file.office_id)


def why_not_read_health(staff: Staff, file: HardshipFile) -> str:
    """Illness, disability, the cause in words, findings of home visits."""
    if staff.may(P.READ_HEALTH, file.office_id) or is_own_draft(staff, file):
        return ""
    return not_yours(staff, _("Your roles do not read details of health."), P.READ_HEALTH, office=file.office_id)


def why_not_read_mind(staff: Staff, file: HardshipFile) -> str:
    """The state of mind is a counselling note: for those who help, not for those who audit."""
    if staff.may(P.READ_MIND, file.office_id) or is_own_draft(staff, file):
        return ""
    return not_yours(staff, _("Your roles do not read notes on the state of mind."), P.READ_MIND, office=file.office_id)


def why_not_read_account(staff: Staff, file: HardshipFile) -> str:
    if staff.may(P.READ_ACCOUNTS, file.office_id) or is_own_draft(staff, file):
        return ""
    return not_yours(staff, _("Your roles do not read bank accounts."), P.READ_ACCOUNTS, office=file.office_id)


def why_not_print_file(staff: Staff, file: HardshipFile) -> str:
    """The official form shows everything."""
    return why_not_read_health(staff, file) or why_not_read_account(staff, file)


def why_not_open_paper(staff: Staff, file: HardshipFile, kind: str) -> str:
    """A scan of the file; a print of the whole form is one, too."""
    if kind in HEALTH_PAPERS:
        return why_not_read_health(staff, file)
    if kind in ACCOUNT_PAPERS:
        return why_not_read_account(staff, file)
    if kind == "hardship_file":
        return why_not_print_file(staff, file)
    return ""


@dataclass(frozen=True, kw_only=True)
class Sight:
    """What a page of this file shows to one person."""

    health: bool
    mind: bool
    account: bool


def sight_of(staff: Staff, file: HardshipFile) -> Sight:
    return Sight(
        health=not why_not_read_health(staff, file),
        mind=not why_not_read_mind(staff, file),
        account=not why_not_read_account(staff, file),
    )
