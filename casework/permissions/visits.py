"""Who logs visits, takes them back, adds to them, calls back."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _

from center.roles import Permission

if TYPE_CHECKING:
    from casework.models import Callback, Visit
    from center.models import Office, Staff


P = Permission
UNDO_SECONDS = 30


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
