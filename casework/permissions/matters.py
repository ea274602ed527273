"""Who moves a matter on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _

from casework.enums import MatterKind, MatterStatus
from casework.permissions.states import state_of
from center.kernel.roles import Permission
from center.permissions.turns import not_yours
from center.reference import working_days

if TYPE_CHECKING:
    from casework.models import Matter
    from center.models import Staff


P = Permission
M = MatterStatus
RETURN_WORKING_DAYS = (
    5  # 《信访工作条例》 23: whoever holds that a petition is not theirs says so within five working days
)


def _only_theirs(matter: Matter, sentence: str) -> str:
    """Whose turn it is instead, by name."""
    if matter.assignee is None:
        return sentence
    return _("%(sentence)s It is with %(name)s.") % {"sentence": sentence, "name": matter.assignee}


def _is_handler(staff: Staff, matter: Matter) -> bool:
    """Who has it, or who stands in for them and handles matters there."""
    if staff.pk == matter.assignee_id:
        return True
    return matter.assignee_id in staff.hands and staff.may(P.HANDLE_MATTERS, matter.office_id)


def why_not_accept_matter(staff: Staff, matter: Matter) -> str:
    if not matter.may_become(M.ACCEPTED) or matter.status == M.CLOSED:
        return state_of(matter)
    if not _is_handler(staff, matter):
        return _only_theirs(matter, _("Only the person it was given to accepts a matter."))
    return ""


def why_not_return_matter(staff: Staff, matter: Matter) -> str:
    if not matter.may_become(M.RETURNED):
        return state_of(matter)
    if not _is_handler(staff, matter):
        return _only_theirs(matter, _("Only the person it was given to returns a matter."))
    if matter.returns >= 2:  # noqa: PLR2004 - once to the first receiver, once to the leader
        return _("The leader has assigned this matter; it cannot be returned again.")
    if matter.kind == MatterKind.PETITION and matter.assigned_at:
        # from the day of its receipt, however late it was entered; whoever is given it anew receives it anew
        received = timezone.localdate(matter.assigned_at) if matter.returns else matter.visit.received_on
        last = working_days.add(received, RETURN_WORKING_DAYS)
        if timezone.localdate() > last:
            return _("A petition is returned within five working days of its receipt; that was until %(day)s.") % {
                "day": last.isoformat()
            }
    return ""


def why_not_assign_matter(staff: Staff, matter: Matter) -> str:
    if matter.status not in {M.REGISTERED, M.RETURNED}:
        return state_of(matter)
    if staff.may(P.SUPERVISE_MATTERS, matter.office_id):
        return ""
    if matter.returns > 1:
        return _("It was returned twice: the leader assigns it now.")
    if matter.visit.first_handler_id not in staff.hands:
        return _("The first receiver or the leader assigns a matter.")
    return ""


def why_not_handle_matter(staff: Staff, matter: Matter) -> str:
    """Tell the person, deliver, hand over, write the reply of a body."""
    if matter.status != M.ACCEPTED:
        return state_of(matter)
    if not _is_handler(staff, matter):
        return _only_theirs(matter, _("Only its handler works on a matter."))
    return ""


def why_not_correct_matter(staff: Staff, matter: Matter) -> str:
    """What was filled in by itself: by its handler, or by the leader."""
    if matter.status == M.CLOSED:
        return state_of(matter)
    if not _is_handler(staff, matter) and not staff.may(P.SUPERVISE_MATTERS, matter.office_id):
        return _only_theirs(matter, _("Only its handler works on a matter."))
    return ""


def why_not_extend_matter(staff: Staff, matter: Matter) -> str:
    if matter.status == M.CLOSED:
        return state_of(matter)
    if matter.extended_at:
        return _("A matter is extended once.")
    if not staff.may(P.SUPERVISE_MATTERS, matter.office_id):
        return not_yours(
            staff, _("Only a leader extends the time of a matter."), P.SUPERVISE_MATTERS, office=matter.office_id
        )
    return ""


def why_not_supervise_matter(staff: Staff, matter: Matter) -> str:
    if matter.status == M.CLOSED:
        return state_of(matter)
    if not staff.may(P.SUPERVISE_MATTERS, matter.office_id):
        return not_yours(staff, _("Only a leader supervises a matter."), P.SUPERVISE_MATTERS, office=matter.office_id)
    if staff.pk == matter.assignee_id:
        return _("Nobody supervises their own matter.")
    return ""


def why_not_close_matter(staff: Staff, matter: Matter) -> str:
    return why_not_handle_matter(staff, matter)


def why_not_reopen_matter(staff: Staff, matter: Matter) -> str:
    if matter.status != M.CLOSED:
        return state_of(matter)
    if staff.may(P.SUPERVISE_MATTERS, matter.office_id) or staff.may(P.LOG_VISITS, matter.office_id):
        return ""
    return not_yours(
        staff,
        _("Your roles do not reopen matters at this office."),
        P.SUPERVISE_MATTERS,
        P.LOG_VISITS,
        office=matter.office_id,
    )
