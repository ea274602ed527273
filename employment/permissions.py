"""Who may do what to which record: "" means yes, anything else is the sentence that the disabled button shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _

from casework.permissions import why_not_belong
from center.kernel.roles import Permission
from center.permissions.turns import not_yours
from employment.enums import LIVE, ReferralStatus, SeekerStatus, VacancyStatus
from employment.queries.terms import terms_of

if TYPE_CHECKING:
    from casework.models import Person
    from center.models import Office, Staff
    from employment.models import Referral, RetentionCheck, Seeker, Vacancy

P = Permission


def _state(record: Seeker | Vacancy | Referral) -> str:
    return _("“%(record)s” is %(state)s.") % {"record": record, "state": record.get_status_display()}


def _place(staff: Staff, office: Office | int) -> str:
    return (
        ""
        if staff.may(P.PLACE, office)
        else not_yours(staff, _("Only the job officer of this office does this."), P.PLACE, office=office)
    )


def why_not_register(staff: Staff, office: Office | int | None) -> str:
    """The job officer, and whoever sits at the window and may read the register."""
    if office is None:
        return _("You have no office.")
    if staff.may(P.PLACE, office) or (staff.may(P.LOG_VISITS, office) and staff.may(P.READ_JOBS, office)):
        return ""
    return not_yours(
        staff,
        _("Only the front desk, case officers and the job officer register job seekers."),
        P.PLACE,
        frozenset({P.LOG_VISITS, P.READ_JOBS}),
        office=office,
    )


def why_not_seek(person: Person) -> str:
    """Nobody looks for work, nor takes up the search again, who has died."""
    return why_not_belong(person)


def why_not_edit_seeker(staff: Staff, seeker: Seeker) -> str:
    return why_not_register(staff, seeker.office_id) or ("" if seeker.status == SeekerStatus.OPEN else _state(seeker))


def why_not_renew_seeker(staff: Staff, seeker: Seeker) -> str:
    if seeker.status != SeekerStatus.OPEN:
        return _state(seeker)
    days = (seeker.valid_until - timezone.localdate()).days
    if days > terms_of(seeker.office, on=timezone.localdate()).renew_days:  # nobody renews what has just begun
        return _("It is valid for %(days)s more days.") % {"days": days}
    return why_not_register(staff, seeker.office_id) or why_not_seek(seeker.person)


def why_not_reopen_seeker(staff: Staff, seeker: Seeker) -> str:
    if seeker.status == SeekerStatus.OPEN:
        return _state(seeker)
    return why_not_register(staff, seeker.office_id) or why_not_seek(seeker.person)


def why_not_close_seeker(staff: Staff, seeker: Seeker) -> str:
    if not seeker.may_become(SeekerStatus.CLOSED) or seeker.status == SeekerStatus.PLACED:
        return _state(seeker)
    return _place(staff, seeker.office_id)


def why_not_enter_vacancy(staff: Staff, office: Office | int | None) -> str:
    return _("You have no office.") if office is None else _place(staff, office)


def why_not_edit_vacancy(staff: Staff, vacancy: Vacancy) -> str:
    return _place(staff, vacancy.office_id) or ("" if vacancy.status == VacancyStatus.OPEN else _state(vacancy))


def why_not_check_papers(staff: Staff, vacancy: Vacancy) -> str:
    if vacancy.papers_checked_at:
        return _("The papers were checked on %(day)s.") % {"day": timezone.localdate(vacancy.papers_checked_at)}
    return why_not_edit_vacancy(staff, vacancy)


def why_not_close_vacancy(staff: Staff, vacancy: Vacancy) -> str:
    return why_not_edit_vacancy(staff, vacancy)


def why_not_reopen_vacancy(staff: Staff, vacancy: Vacancy) -> str:
    if vacancy.status != VacancyStatus.CLOSED:
        return _state(vacancy)
    if vacancy.left == 0:
        return _("Every place of this vacancy is taken.")
    return _place(staff, vacancy.office_id)


def why_not_offer(vacancy: Vacancy) -> str:
    """Why nobody can be sent to this vacancy today."""
    if vacancy.status != VacancyStatus.OPEN:
        return _state(vacancy)
    if vacancy.left == 0:
        return _("Every place of this vacancy is taken.")
    if vacancy.valid_until < timezone.localdate():
        return _("This vacancy ended on %(day)s; ask the employer and renew it.") % {"day": vacancy.valid_until}
    if vacancy.papers_checked_at is None:
        return _("Check the papers of the employer first.")
    return ""


def why_not_look(seeker: Seeker) -> str:
    """Why this person is not sent anywhere today."""
    if seeker.status != SeekerStatus.OPEN:
        return _state(seeker)
    if seeker.wants_no_contact:
        return _("This person wants no contact for now.")
    if seeker.valid_until < timezone.localdate():
        return _("The registration ended on %(day)s; renew it first.") % {"day": seeker.valid_until}
    return ""


def why_not_refer(staff: Staff, seeker: Seeker, vacancy: Vacancy | None = None) -> str:
    why_not = _place(staff, seeker.office_id) or why_not_look(seeker)
    if why_not or vacancy is None:
        return why_not
    if vacancy.office_id not in staff.sight(P.READ_JOBS):
        return _("This vacancy is another office's.")
    return why_not_offer(vacancy)


def why_not_send_to(staff: Staff, vacancy: Vacancy) -> str:
    """The same from the vacancy's side, before a person is chosen."""
    return _place(staff, vacancy.office_id) or why_not_offer(vacancy)


def why_not_refer_again(seeker: Seeker, vacancy: Vacancy) -> str:
    if seeker.referrals.filter(vacancy=vacancy, status__in=LIVE).exists():
        return _("This seeker has been sent to this vacancy already.")
    return ""


def why_not_print_letter(staff: Staff, referral: Referral) -> str:
    return _place(staff, referral.office_id)


def why_not_answer(staff: Staff, referral: Referral) -> str:
    if not referral.may_become(ReferralStatus.HIRED):
        return _state(referral)
    return _place(staff, referral.office_id)


def why_not_check(staff: Staff, check: RetentionCheck) -> str:
    if check.done_at:
        return _("This follow-up is done.")
    return _place(staff, check.placement.referral.office_id)
