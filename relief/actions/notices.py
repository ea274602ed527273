"""What a public notice does to applications and awards; called inside the notice's own actions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from center.evidence import trail
from center.kernel.action import action
from relief.actions.deaths import hold
from relief.actions.facts import locked
from relief.models import Application, Award

if TYPE_CHECKING:
    from datetime import date

    from center.models import Staff

S = Application.Status


@action
def notice_up(application: Application, *, notice: str, ends_on: date, by: Staff) -> Application:
    """The public is told: before the decision the amount proposed, after it the amount granted."""
    application = locked(application)
    if application.status == S.GRANTED:
        award = _locked_award(application)
        award.become(Award.Status.NOTICED)
        award.notice_number, award.notice_ends_on = notice, ends_on
        award.save(update_fields=["status", "notice_number", "notice_ends_on"])
    else:
        application.become(S.NOTICED)
        application.notice_number, application.notice_ends_on = notice, ends_on
        application.noticed_amount = application.proposed_amount
        application.save(update_fields=["status", "notice_number", "notice_ends_on", "noticed_amount"])
    trail.record("relief.application.noticed", application, by=by, notice=notice, until=ends_on)
    return application


@action
def notice_down(application: Application, *, notice: str, upheld: bool, by: Staff) -> Application:
    """The period is over. An upheld objection sends the application back to its officer; an award waits on."""
    application = locked(application)
    if application.status == S.GRANTED:
        award = _locked_award(application)
        award.become(Award.Status.WAITING if upheld else Award.Status.PAYABLE)
        award.save(update_fields=["status"])
        if not upheld and award.receiver.died_on:
            hold(award, by=by)
    else:
        application.become(S.SUBMITTED if upheld else S.READY)
        application.save(update_fields=["status"])
    trail.record("relief.application.notice_ended", application, by=by, notice=notice, upheld=upheld)
    return application


@action
def notice_taken_down(application: Application, *, notice: str, reason: str, by: Staff) -> Application:
    """The notice went down before its time: what it said no longer binds, and another one will say it anew."""
    application = locked(application)
    if application.status == S.GRANTED:
        award = _locked_award(application)
        award.become(Award.Status.WAITING)
        award.notice_number, award.notice_ends_on = "", None
        award.save(update_fields=["status", "notice_number", "notice_ends_on"])
    else:
        application.become(S.ASSESSED)
        application.notice_number, application.notice_ends_on, application.noticed_amount = "", None, None
        application.save(update_fields=["status", "notice_number", "notice_ends_on", "noticed_amount"])
    trail.record("relief.application.notice_withdrawn", application, by=by, notice=notice, reason=reason)
    return application


def _locked_award(application: Application) -> Award:
    rows = Award.objects.select_related("application__person", "payee")
    return rows.select_for_update(of=("self",), no_key=True).get(application=application)
