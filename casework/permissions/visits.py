"""Who logs visits, takes them back, adds to them, calls back."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _

from center.kernel.roles import Permission
from center.permissions.turns import not_yours

if TYPE_CHECKING:
    from casework.models import Callback, QuickText, Visit
    from center.models import Office, Staff


P = Permission
UNDO_SECONDS = 30


def why_not_log_visit(staff: Staff, office: Office | int) -> str:
    if not staff.may(P.LOG_VISITS, office):
        return not_yours(staff, _("Your roles do not log visits at this office."), P.LOG_VISITS, office=office)
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
        return not_yours(staff, _("Your roles do not log visits at this office."), P.LOG_VISITS, office=visit.office_id)
    return ""


def why_not_see_group(staff: Staff, visit: Visit) -> str:
    """A leader takes notice of a large group."""
    if not visit.is_large_group or visit.undone_at:
        return _("Only of a group of more than five people is notice taken.")
    if visit.seen_at:
        return _("Notice of this group was taken already.")
    if not staff.may(P.SUPERVISE_MATTERS, visit.office_id):
        return not_yours(
            staff, _("Only a leader takes notice of a group."), P.SUPERVISE_MATTERS, office=visit.office_id
        )
    return ""


def why_not_share_quick_text(staff: Staff, office: Office | int) -> str:
    if staff.may(P.REVIEW_FILES, office) or staff.may(P.SUPERVISE_MATTERS, office):
        return ""
    return _("Only an officer or the leader writes quick texts for all.")


def why_not_drop_quick_text(staff: Staff, text: QuickText) -> str:
    if text.owner_id == staff.pk:
        return ""
    office = staff.home_office
    if text.owner_id is None and office is not None:
        return why_not_share_quick_text(staff, office)
    return _("This quick text is somebody else's.")


def why_not_call(staff: Staff, callback: Callback) -> str:
    if callback.done_at:
        return _("This call was made already.")
    if not staff.may(P.LOG_VISITS, callback.visit.office_id):
        return not_yours(
            staff, _("Your roles do not log visits at this office."), P.LOG_VISITS, office=callback.visit.office_id
        )
    return ""
