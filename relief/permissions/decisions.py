"""Who may decide an application, as the first or the second, and who may stop an award."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _

from center.kernel.roles import Permission
from center.kernel.sentences import listed, yuan
from center.models import Event
from center.models.base import subject_of
from center.permissions.turns import not_yours
from relief.enums import DecidedHow, Decider, Result
from relief.models import Application, Award, Decision, Instalment
from relief.permissions.programmes import band_of, emergency_ceiling, emergency_people
from relief.queries import limits
from relief.queries.terms import terms_of

if TYPE_CHECKING:
    from decimal import Decimal

    from center.models import Staff

A = Application.Status


def _why_not_decide_at_all(staff: Staff, application: Application) -> str:
    if not staff.may(Permission.DECIDE_APPLICATIONS, application.office_id):
        return not_yours(
            staff,
            _("Only the leader of this office can decide applications."),
            Permission.DECIDE_APPLICATIONS,
            office=application.office_id,
        )
    if staff.pk == application.assessed_by_id:
        return _("You assessed this application; somebody else must decide it.")
    if application.person.related_staff.filter(pk=staff.pk).exists():
        return _("You are related to the applicant and may not decide.")
    return ""


def why_not_decide(staff: Staff, application: Application) -> str:
    """Grant or defer; the amount is looked at by `why_not_decide_amount`."""
    if sentence := _why_not_decide_at_all(staff, application):
        return sentence
    if application.status != A.READY:
        return _("This application is %(status)s; only one that is ready can be decided.") % {
            "status": application.get_status_display()
        }
    return ""


def why_not_decline(staff: Staff, application: Application) -> str:
    """Decline: also what cannot be assessed because the conditions are not met."""
    if sentence := _why_not_decide_at_all(staff, application):
        return sentence
    if application.status not in {A.SUBMITTED, A.READY, A.DEFERRED}:
        return _("This application is %(status)s; only one that is ready can be decided.") % {
            "status": application.get_status_display()
        }
    return ""


def why_not_decide_amount(staff: Staff, application: Application, amount: Decimal) -> str:
    """Whether the leader may grant this amount without the committee (domain.md §3.6)."""
    if sentence := why_not_decide(staff, application):
        return sentence
    if application.is_emergency:
        return _("An emergency is granted as one: by the named leader and a second approver.")
    if amount <= 0:
        return _("The granted amount is above zero.")
    return _why_not_without_meeting(application, amount) or why_not_beyond_notice(application, amount)


def decider_of(application: Application, amount: Decimal) -> Decider:
    """Who may grant it: asked for the amount together with what the household was granted lately."""
    return band_of(application.office, limits.together(application, amount))


def _why_not_without_meeting(application: Application, amount: Decimal) -> str:
    whole = limits.together(application, amount)
    band = band_of(application.office, whole)
    if band in {Decider.LEADER, Decider.TWO}:
        return ""
    facts = {"amount": yuan(amount), "sum": yuan(whole), "months": application.version.sum_months}
    if band == Decider.MEETING:
        alone = _("%(amount)s yuan is for the committee to grant.")
        added = _(
            "With what this household was granted in %(months)s months, %(sum)s yuan is for the committee to grant."
        )
    else:
        alone = _("%(amount)s yuan waits for the upper union.")
        added = _("With what this household was granted in %(months)s months, %(sum)s yuan waits for the upper union.")
    return (alone if whole == amount else added) % facts


def why_not_beyond_notice(application: Application, amount: Decimal) -> str:
    """Above the noticed amount by more than the office's share, the public is told anew (relief terms of the day)."""
    noticed = application.noticed_amount
    if noticed is None or amount <= noticed:
        return ""
    percent = terms_of(application.office, on=timezone.localdate()).notice_excess_percent
    if amount <= noticed * (100 + percent) / 100:
        return ""
    return _(
        "%(amount)s yuan is more than %(percent)s percent above the noticed %(noticed)s: it needs a new notice first."
    ) % {"amount": yuan(amount), "percent": percent, "noticed": yuan(noticed)}


def why_not_second(staff: Staff, application: Application) -> str:
    if not (
        staff.may(Permission.DECIDE_APPLICATIONS, application.office_id)
        or staff.may(Permission.CHAIR_MEETINGS, application.office_id)
    ):
        return not_yours(
            staff,
            _("Only the leader, a deputy or the committee's chair can be the second approver."),
            Permission.DECIDE_APPLICATIONS,
            Permission.CHAIR_MEETINGS,
            office=application.office_id,
        )
    if application.status != A.SECOND:
        return _("This application does not wait for a second approver.")
    if staff.pk == application.granting_by_id:
        return _("You are the first approver; the second must be somebody else.")
    if staff.pk == application.assessed_by_id:
        return _("You assessed this application; somebody else must decide it.")
    if application.person.related_staff.filter(pk=staff.pk).exists():
        return _("You are related to the applicant and may not decide.")
    return _why_not_as_granted(application)


def _why_not_as_granted(application: Application) -> str:
    """Looked at again at the second word: another decision may have gone before."""
    first, amount = application.granting_by, application.granting_amount
    if first is None or amount is None:
        return ""
    if application.is_emergency:
        return _why_not_within_ceiling(first, application, amount)
    return _why_not_without_meeting(application, amount) or why_not_beyond_notice(application, amount)


def why_not_decide_emergency(staff: Staff, application: Application, amount: Decimal) -> str:
    """The named leader, up to the ceiling; ratified at the next meeting (domain.md R6)."""
    if sentence := _why_not_decide_at_all(staff, application):
        return sentence
    if not (application.is_emergency and application.status == A.READY):
        return _("Only an assessed emergency can be granted this way.")
    if not staff.may(Permission.DECIDE_EMERGENCIES, application.office_id):
        return _why_not_named(application)
    return _why_not_within_ceiling(staff, application, amount)


def _why_not_within_ceiling(staff: Staff, application: Application, amount: Decimal) -> str:
    """The ceiling stands for the household's emergencies of the period, and not for each one anew."""
    ceiling = emergency_ceiling(staff, application.office)
    if ceiling is None:
        return _why_not_named(application)
    if amount > ceiling:
        return _("Your ceiling for emergencies is %(ceiling)s yuan.") % {"ceiling": yuan(ceiling)}
    whole = limits.together(application, amount)
    if whole > ceiling:
        return _(
            "The ceiling for emergencies is %(ceiling)s yuan; with this one the household would have %(sum)s"
            " in %(months)s months."
        ) % {"ceiling": yuan(ceiling), "sum": yuan(whole), "months": application.version.sum_months}
    return ""


def _why_not_named(application: Application) -> str:
    """Being the leader is not enough: the office names who grants emergencies, and up to how much."""
    people = listed(emergency_people(application.office))
    if not people:
        return _("Nobody is named for emergency relief at this office; the leader names people under Programmes.")
    return _("You are not named for emergency relief. Named are: %(people)s.") % {"people": people}


def why_not_record_upper(staff: Staff, application: Application) -> str:
    if not staff.may(Permission.DECIDE_APPLICATIONS, application.office_id):
        return not_yours(
            staff,
            _("Only the leader of this office can enter the upper union's answer."),
            Permission.DECIDE_APPLICATIONS,
            office=application.office_id,
        )
    if application.status != A.UPPER:
        return _("This application does not wait for the upper union.")
    if staff.pk == application.assessed_by_id:
        return _("You assessed this application; somebody else must decide it.")
    return ""


def why_not_stop(staff: Staff, award: Award) -> str:
    office = award.application.office_id
    if not staff.may(Permission.DECIDE_APPLICATIONS, office):
        return not_yours(
            staff, _("Only the leader of this office can stop an award."), Permission.DECIDE_APPLICATIONS, office=office
        )
    if award.status == Award.Status.STOPPED:
        return _("This award is already stopped.")
    if award.instalments.filter(status=Instalment.Status.PAYING).exists():
        return _("A payment of this award is in a batch; wait for the bank's answer.")
    if not award.instalments.filter(status=Instalment.Status.OWED).exists():
        return _("Nothing of this award is left to stop.")
    return ""


DECIDED = {A.GRANTED, A.REFUSED, A.DEFERRED}
TOLD = "relief.decision.told"  # in the trail, about the decision


def told_of(decision: Decision) -> Event | None:
    """Who noted that the applicant was told of it, and when."""
    return Event.objects.filter(subject=subject_of(decision), verb=TOLD).first()


def decision_in_force(application: Application) -> Decision | None:
    """The decision that the applicant is told: none while a second person or the upper union has still to agree, and none
    of an application that was taken up again. Ratifying an emergency changes nothing of what was granted."""
    if application.status not in DECIDED:
        return None
    ratified = {"how": DecidedHow.RATIFICATION, "result": Result.GRANTED}
    return application.decisions.exclude(**ratified).order_by("-pk").first()


def why_not_issue_letter(decision: Decision) -> str:
    """A letter says what is final: domain.md §3.6 leaves the last word with whoever the band names."""
    application = decision.application
    if application.status not in DECIDED:
        return _("This application is %(status)s; a letter is issued of the final decision only.") % {
            "status": application.get_status_display()
        }
    if decision_in_force(application) != decision:
        return _("A later decision has replaced this one.")
    return ""


def why_not_tell(staff: Staff, decision: Decision) -> str:
    """Whoever takes, assesses or decides applications here may say that the applicant was told."""
    office = decision.application.office_id
    those = (Permission.TAKE_APPLICATIONS, Permission.ASSESS_APPLICATIONS, Permission.DECIDE_APPLICATIONS)
    if not any(staff.may(one, office) for one in those):
        return not_yours(staff, _("Your roles do not note that the applicant was told."), *those, office=office)
    return why_not_issue_letter(decision)
