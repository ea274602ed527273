"""Sending people to work: one letter, one answer, and the questions afterwards."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from center.evidence import trail
from center.kernel.action import action
from center.kernel.errors import Incomplete, require
from center.kernel.periods import months_later
from center.reference import numbering, working_days
from employment.actions.ends import end
from employment.enums import CloseReason, Evidence, ReferralStatus, RefusalReason, SeekerStatus, Stay, VacancyStatus
from employment.errors import Filled
from employment.models import Placement, Referral, RetentionCheck, Seeker, Vacancy
from employment.permissions import why_not_answer, why_not_check, why_not_refer, why_not_refer_again
from employment.queries.pairs import match_of
from employment.queries.terms import terms_of

if TYPE_CHECKING:
    from decimal import Decimal

    from center.models import Staff


MONTHS_AHEAD = 3  # in which work that was agreed begins


@action
def refer(seeker: Seeker, *, vacancy: Vacancy, by: Staff) -> Referral:
    """推荐: the reasons of the pair are kept, the number is drawn last."""
    seeker = Seeker.objects.select_for_update(of=("self",), no_key=True).select_related("office").get(pk=seeker.pk)
    vacancy = Vacancy.objects.get(pk=vacancy.pk)
    require(why_not_refer(by, seeker, vacancy))
    require(why_not_refer_again(seeker, vacancy))
    found = match_of(seeker, vacancy)
    today = timezone.localdate()
    referral = Referral(
        office=seeker.office,
        seeker=seeker,
        vacancy=vacancy,
        score=found.score,
        reasons=[reason.stored() for reason in found.reasons],
        sent_by=by,
        sent_at=timezone.now(),
        sent_on=today,
        answer_by=working_days.roll(today + timedelta(days=terms_of(seeker.office, on=today).answer_days)),
    )
    referral.number = numbering.draw("referral", office=seeker.office, on=today)
    referral.save()
    trail.record("employment.referral.sent", referral, by=by, post=vacancy.post, score=found.score)
    return referral


@action
def answer_referral(
    referral: Referral,
    *,
    result: str,
    reason: str = "",
    text: str = "",
    started_on: date | None = None,
    wage: Decimal | None = None,
    by: Staff,
) -> Referral:
    """What the slip says. Hired takes a place, ends the registration and sets the follow-ups of its terms."""
    referral = (
        Referral.objects.select_for_update(of=("self",), no_key=True).select_related("office").get(pk=referral.pk)
    )
    require(why_not_answer(by, referral))
    if result not in ReferralStatus.values or result == ReferralStatus.SENT:
        raise Incomplete(_("Choose what the employer answered."))
    if result == ReferralStatus.NOT_HIRED and reason not in RefusalReason.values:
        raise Incomplete(_("Say why nobody was hired."))
    if result == ReferralStatus.NOT_HIRED and reason == RefusalReason.OTHER and not text.strip():
        raise Incomplete(_("Say in words why nobody was hired."))
    referral.become(result)
    referral.reason = reason if result == ReferralStatus.NOT_HIRED else ""
    referral.text = text.strip()
    referral.answered_by, referral.answered_at = by, timezone.now()
    if result == ReferralStatus.HIRED:
        _place(referral, started_on=started_on, wage=wage, by=by)
    referral.save(update_fields=["status", "reason", "text", "answered_by", "answered_at"])
    trail.record("employment.referral.answered", referral, by=by, result=result, reason=referral.reason)
    return referral


def _place(referral: Referral, *, started_on: date | None, wage: Decimal | None, by: Staff) -> Placement:
    if started_on is None or not wage:
        raise Incomplete(_("A placement needs its first day and its wage."))
    if started_on < referral.sent_on:
        raise Incomplete(_("Work begins on or after the day of the referral."))
    if started_on > months_later(timezone.localdate(), MONTHS_AHEAD):
        raise Incomplete(_("The first day of work lies at most three months ahead; is the year right?"))
    vacancy = Vacancy.objects.select_for_update(of=("self",), no_key=True).get(pk=referral.vacancy_id)
    if vacancy.left == 0:
        raise Filled(_("Every place of this vacancy is taken; the employer names another number first."))
    vacancy.taken = F("taken") + 1
    vacancy.save(update_fields=["taken"])
    vacancy.refresh_from_db()
    if vacancy.left == 0 and vacancy.status == VacancyStatus.OPEN:
        end(vacancy, reason=CloseReason.FILLED, by=by)
    seeker = Seeker.objects.select_for_update(of=("self",), no_key=True).get(pk=referral.seeker_id)
    if seeker.may_become(SeekerStatus.PLACED):
        seeker.become(SeekerStatus.PLACED)
    seeker.placed_by, seeker.placed_at = by, timezone.now()
    seeker.save(update_fields=["status", "placed_by", "placed_at"])
    placement = Placement.objects.create(
        referral=referral, started_on=started_on, wage=wage, placed_by=by, placed_at=timezone.now()
    )
    RetentionCheck.objects.bulk_create(
        RetentionCheck(placement=placement, months=months, due_on=working_days.roll(months_later(started_on, months)))
        for months in terms_of(referral.office, on=started_on).follow_up_months
    )
    return placement


@action
def follow_up(
    check: RetentionCheck, *, outcome: str, evidence: str = Evidence.CALL, note: str = "", by: Staff
) -> RetentionCheck:
    """跟踪: still there, elsewhere, without work again, or not reached. Who lost the work may look again."""
    check = (
        RetentionCheck.objects.select_for_update(of=("self",), no_key=True)
        .select_related("placement__referral")
        .get(pk=check.pk)
    )
    require(why_not_check(by, check))
    if outcome not in Stay.values:
        raise Incomplete(_("Choose what the follow-up found."))
    check.outcome, check.note = outcome, note.strip()
    check.evidence = evidence if outcome != Stay.UNREACHED else ""
    check.done_by, check.done_at = by, timezone.now()
    check.save(update_fields=["outcome", "note", "evidence", "done_by", "done_at"])
    trail.record("employment.follow_up.made", check, by=by, months=check.months, outcome=outcome)
    return check
