"""Code lists, calendar and standards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _

from center.kernel.roles import Permission

if TYPE_CHECKING:
    from center.models import (
        Office,
        Staff,
        Standard,
    )


def why_not_manage_reference(staff: Staff) -> str:
    """Calendar and code lists hold for the whole house."""
    if not staff.may_somewhere(Permission.MANAGE_REFERENCE):
        return _("Offices, calendar and code lists are the administrator's work.")
    if not staff.everywhere(Permission.MANAGE_REFERENCE):
        return _("Calendar and code lists hold for every office: an administrator above all of them changes them.")
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
