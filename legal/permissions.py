"""Who may do what to which case: "" means yes, anything else is the sentence that the disabled button shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from center.kernel.roles import Permission
from center.kernel.sentences import listed
from center.permissions.turns import not_yours
from legal.enums import CaseStatus

if TYPE_CHECKING:
    from casework.models import Person
    from center.models import Office, Staff
    from legal.models import Case, Clock

P = Permission
S = CaseStatus


def _state(case: Case) -> str:
    return _("“%(record)s” is %(state)s.") % {"record": case, "state": case.get_status_display()}


def _only_theirs(case: Case) -> str:
    people = listed([case.handler, *case.colleagues.order_by("pk")])
    return _("Only the handler and the colleagues on this case work on it: %(people)s.") % {"people": people}


def is_named(staff: Staff, case: Case) -> bool:
    """The handler, who stands in for them, or a colleague who was put on this case."""
    return case.handler_id in staff.hands or case.colleagues.filter(pk=staff.pk).exists()


def why_not_take_in(staff: Staff, office: Office | int | None) -> str:
    """The legal officer, and whoever sits at the window; the case then belongs to its handler."""
    if office is None:
        return _("You have no office.")
    if staff.may(P.HANDLE_CASES, office) or staff.may(P.LOG_VISITS, office):
        return ""
    return not_yours(
        staff, _("Your roles do not take in cases at this office."), P.HANDLE_CASES, P.LOG_VISITS, office=office
    )


def why_not_be_helped(person: Person) -> str:
    """What a worker who has died was owed is claimed by those who survive them, in their own name."""
    if person.died_on is None:
        return ""
    return _("This person died on %(day)s. Take the case in for the survivor who claims.") % {
        "day": person.died_on.isoformat()
    }


def why_not_work_on(staff: Staff, case: Case) -> str:
    """Write events, start and stop clocks, move the stage, write down money."""
    if not case.is_open:
        return _state(case)
    if not (staff.may(P.HANDLE_CASES, case.office_id) and is_named(staff, case)):
        return _only_theirs(case)
    return ""


def why_not_decide(staff: Staff, case: Case) -> str:
    """受理审查: within seven days, by somebody who did not take it in."""
    if case.status not in {S.APPLIED, S.REFUSED}:
        return _state(case)
    if not staff.may(P.SUPERVISE_CASES, case.office_id):
        return _("The leader decides on legal aid.")
    if staff.pk == case.taken_by_id:
        return _("Nobody decides on aid that they took in themselves.")
    return ""


def why_not_refuse(staff: Staff, case: Case) -> str:
    return why_not_decide(staff, case) if case.status == S.APPLIED else _state(case)


def why_not_assign(staff: Staff, case: Case) -> str:
    if not case.is_open:
        return _state(case)
    if staff.may(P.SUPERVISE_CASES, case.office_id) or (
        case.handler_id in staff.hands and staff.may(P.HANDLE_CASES, case.office_id)
    ):
        return ""
    return not_yours(
        staff,
        _("The leader or the handler says who works on a case: %(handler)s handles it.") % {"handler": case.handler},
        P.SUPERVISE_CASES,
        office=case.office_id,
    )


def why_not_write_recovery(staff: Staff, case: Case) -> str:
    """Money may still arrive after the case was closed."""
    if case.status == S.REFUSED:
        return _state(case)
    if not (staff.may(P.HANDLE_CASES, case.office_id) and is_named(staff, case)):
        return _only_theirs(case)
    return ""


def why_not_close(staff: Staff, case: Case) -> str:
    return why_not_work_on(staff, case)


def why_not_reopen(staff: Staff, case: Case) -> str:
    if case.status != S.CLOSED:
        return _state(case)
    if case.decided_at is None:
        return _("Advice that was closed is not reopened; take in a new case.")
    if not staff.may(P.SUPERVISE_CASES, case.office_id):
        return not_yours(staff, _("Only the leader reopens a case."), P.SUPERVISE_CASES, office=case.office_id)
    return ""


def why_not_print(staff: Staff, case: Case) -> str:
    """The letter of the decision: those on the case, and the leader."""
    if case.decided_at is None:
        return _("Aid is not decided yet.")
    if staff.may(P.SUPERVISE_CASES, case.office_id):
        return ""
    if not (staff.may(P.HANDLE_CASES, case.office_id) and is_named(staff, case)):
        return _only_theirs(case)
    return ""


def why_not_stop(staff: Staff, clock: Clock) -> str:
    if clock.ended_at:
        return _("This clock stopped already.")
    return why_not_work_on(staff, clock.case)


def why_not_drop(staff: Staff, case: Case) -> str:
    why_not = why_not_work_on(staff, case)
    if not why_not and not case.clocks.filter(ended_at=None).exists():
        return _("No limit runs in this case.")
    return why_not


def why_not_pause(staff: Staff, case: Case) -> str:
    why_not = why_not_work_on(staff, case)
    if not why_not and not case.clocks.filter(ended_at=None, rule__may_pause=True).exists():
        return _("No limit runs in this case that the law lets stand still.")
    return why_not


def why_not_pause_clock(staff: Staff, clock: Clock) -> str:
    return why_not_stop(staff, clock) if clock.rule.may_pause else _("The law does not let this limit stand still.")


def why_not_extend(staff: Staff, clock: Clock) -> str:
    if not clock.rule.extension:
        return _("The law does not extend this limit.")
    if clock.extended_at:
        return _("A limit is extended once.")
    return why_not_stop(staff, clock)
