"""Who may do what to which record: "" means yes, anything else is the sentence that the disabled button shows."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _

from center.roles import Permission
from relief.enums import Decider, ProgrammeKind
from relief.models import Application, ApprovalBand, Award, Batch, Correction, EmergencyPower, Instalment, Payment
from relief.models.programme import offices_up

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from casework.models import BankAccount
    from center.models import Office, Staff
    from relief.models import FundSource, LedgerTransaction

A = Application.Status
ZERO = Decimal("0.00")


def _needs(staff: Staff, permission: Permission, office: Office | int, sentence: str) -> str:
    return "" if staff.may(permission, office) else sentence


# -- money ----------------------------------------------------------------------------------------------------------


def why_not_receive(staff: Staff, office: Office) -> str:
    return _needs(
        staff, Permission.RECEIVE_FUNDS, office, _("Only the accountant of this office can enter money received.")
    )


def why_not_ask_correction(staff: Staff, source: FundSource) -> str:
    return _needs(
        staff,
        Permission.RECEIVE_FUNDS,
        source.office_id,
        _("Only the accountant of this office can ask for a correction."),
    )


def why_not_ask_reversal(staff: Staff, entry: LedgerTransaction) -> str:
    """Money received and money paid are reversed; what lies between has its own way back."""
    if not staff.may(Permission.RECEIVE_FUNDS, entry.office_id):
        return _("Only the accountant of this office can ask for a correction.")
    if entry.kind not in {"receive", "pay"}:
        return _("Only money received and payments are reversed.")
    if hasattr(entry, "reversed_by"):
        return _("This entry is already reversed by %(voucher)s.") % {"voucher": entry.reversed_by}
    if Correction.objects.filter(wrong=entry, status="asked").exists():
        return _("A reversal of this entry is already waiting for its second person.")
    return ""


def why_not_settle(staff: Staff, correction: Correction) -> str:
    if not staff.may(Permission.CHECK_MONEY, correction.office_id):
        return _("Only the leader or a deputy can settle a correction.")
    if staff.pk == correction.asked_by_id:
        return _("You asked for this correction; somebody else must settle it.")
    if not correction.may_become(correction.Status.DONE):
        return _("This correction is already settled.")
    return ""


# -- programmes -------------------------------------------------------------------------------------------------------


def why_not_edit_programmes(staff: Staff, office: Office) -> str:
    return _needs(staff, Permission.EDIT_PROGRAMMES, office, _("Only the leader of this office can change programmes."))


def band_of(office: Office, amount: Decimal, *, on: date | None = None) -> Decider:
    """Who may grant an amount: the nearest office that has bands decides; without any, the committee."""
    day = on or timezone.localdate()
    for office_id in offices_up(office, on=day):
        bands = list(ApprovalBand.objects.filter(office_id=office_id, during__contains=day))
        if bands:
            fits = [band for band in bands if band.up_to is None or amount <= band.up_to]
            return Decider(fits[0].decider) if fits else Decider.UPPER
    return Decider.MEETING


def limit_without_meeting(office: Office, *, on: date | None = None) -> Decimal | None:
    """Up to which amount the leader decides, alone or with a second person; None where no band sets a limit."""
    day = on or timezone.localdate()
    for office_id in offices_up(office, on=day):
        bands = list(ApprovalBand.objects.filter(office_id=office_id, during__contains=day))
        if bands:
            alone = [band.up_to for band in bands if band.decider in {Decider.LEADER, Decider.TWO}]
            return None if None in alone else max((limit for limit in alone if limit is not None), default=ZERO)
    return ZERO


def committee_limit(office: Office, *, on: date | None = None) -> Decimal | None:
    """Above which amount the upper union decides; None where no band says so."""
    day = on or timezone.localdate()
    for office_id in offices_up(office, on=day):
        bands = list(ApprovalBand.objects.filter(office_id=office_id, during__contains=day))
        if bands:
            return max((band.up_to for band in bands if band.up_to is not None), default=None)
    return None


def emergency_ceiling(staff: Staff, office: Office, *, on: date | None = None) -> Decimal | None:
    """Up to how much this person may grant as an emergency at an office; None when not named."""
    day = on or timezone.localdate()
    power = EmergencyPower.objects.filter(staff=staff, office_id__in=offices_up(office, on=day), during__contains=day)
    return power.order_by("-ceiling").values_list("ceiling", flat=True).first()


# -- applications -------------------------------------------------------------------------------------------------------


def why_not_open(staff: Staff, office: Office | None) -> str:
    if office is None or not staff.may(Permission.TAKE_APPLICATIONS, office):
        return _("Only the front desk, officers and grass-roots contacts can take applications.")
    return ""


def why_not_edit(staff: Staff, application: Application) -> str:
    if not staff.may(Permission.TAKE_APPLICATIONS, application.office_id):
        return _("Only the front desk, officers and grass-roots contacts can take applications.")
    if application.status not in {A.DRAFT, A.RETURNED}:
        return _("This application is submitted; its answers are locked.")
    return ""


def missing(application: Application) -> list[str]:
    """What an application still lacks before it can be submitted, in sentences."""
    lacks = []
    if not application.request.strip():
        lacks.append(_("what the relief is for"))
    if application.programme.kind == ProgrammeKind.MEDICAL and not application.invoices.filter(counts=True).exists():
        lacks.append(_("at least one invoice with its number"))
    if application.programme.kind == ProgrammeKind.EDUCATION and not (
        application.school_stage and application.school_year
    ):
        lacks.append(_("school stage and school year"))
    if not application.is_emergency:
        waiting = [paper.label for paper in application.papers.all() if not paper.is_there]
        if waiting:
            lacks.append(_("papers: %(papers)s") % {"papers": _(", ").join(waiting)})
    return lacks


def why_not_submit(staff: Staff, application: Application) -> str:
    if sentence := why_not_edit(staff, application):
        return sentence
    lacks = missing(application)
    return _("Still missing: %(what)s.") % {"what": _("; ").join(lacks)} if lacks else ""


def why_not_assess(staff: Staff, application: Application) -> str:
    if not staff.may(Permission.ASSESS_APPLICATIONS, application.office_id):
        return _("Only an officer of this office can assess applications.")
    if application.status not in {A.SUBMITTED, A.ASSESSED, A.READY}:
        return _("Only an application that was submitted and not yet noticed or listed can be assessed.")
    if application.person.related_staff.filter(pk=staff.pk).exists():
        return _("You are related to the applicant; another officer must assess this application.")
    return ""


def why_not_return(staff: Staff, application: Application) -> str:
    if not staff.may(Permission.ASSESS_APPLICATIONS, application.office_id):
        return _("Only an officer of this office can return applications.")
    if application.returned_times:
        return _("Papers are asked for once. This application was already returned; decide it with what is there.")
    if application.status not in {A.SUBMITTED, A.ASSESSED}:
        return _("Only an application under assessment can be returned.")
    return ""


def why_not_withdraw(staff: Staff, application: Application) -> str:
    if not staff.may(Permission.TAKE_APPLICATIONS, application.office_id):
        return _("Only the front desk, officers and grass-roots contacts can take applications.")
    if not application.may_become(A.WITHDRAWN):
        return _("This application can no longer be withdrawn.")
    return ""


def why_not_resume(staff: Staff, application: Application) -> str:
    if not staff.may(Permission.ASSESS_APPLICATIONS, application.office_id):
        return _("Only an officer of this office can assess applications.")
    if application.status != A.DEFERRED:
        return _("Only a deferred application is taken up again.")
    return ""


# -- decisions ------------------------------------------------------------------------------------------------------------


def _why_not_decide_at_all(staff: Staff, application: Application) -> str:
    if not staff.may(Permission.DECIDE_APPLICATIONS, application.office_id):
        return _("Only the leader of this office can decide applications.")
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
    band = band_of(application.office, amount)
    if band in {Decider.LEADER, Decider.TWO}:
        return ""
    if band == Decider.MEETING:
        return _("%(amount)s yuan is for the committee to grant.") % {"amount": amount}
    return _("%(amount)s yuan waits for the upper union.") % {"amount": amount}


def why_not_second(staff: Staff, application: Application) -> str:
    if not (
        staff.may(Permission.DECIDE_APPLICATIONS, application.office_id)
        or staff.may(Permission.CHAIR_MEETINGS, application.office_id)
    ):
        return _("Only the leader, a deputy or the committee's chair can be the second approver.")
    if application.status != A.SECOND:
        return _("This application does not wait for a second approver.")
    if staff.pk == application.granting_by_id:
        return _("You are the first approver; the second must be somebody else.")
    if staff.pk == application.assessed_by_id:
        return _("You assessed this application; somebody else must decide it.")
    if application.person.related_staff.filter(pk=staff.pk).exists():
        return _("You are related to the applicant and may not decide.")
    return ""


def why_not_decide_emergency(staff: Staff, application: Application, amount: Decimal) -> str:
    """The named leader, up to the ceiling; ratified at the next meeting (domain.md R6)."""
    if sentence := _why_not_decide_at_all(staff, application):
        return sentence
    if not (application.is_emergency and application.status == A.READY):
        return _("Only an assessed emergency can be granted this way.")
    ceiling = emergency_ceiling(staff, application.office)
    if ceiling is None or not staff.may(Permission.DECIDE_EMERGENCIES, application.office_id):
        return _("You are not named for emergency relief.")
    if amount > ceiling:
        return _("Your ceiling for emergencies is %(ceiling)s yuan.") % {"ceiling": ceiling}
    return ""


def why_not_record_upper(staff: Staff, application: Application) -> str:
    if not staff.may(Permission.DECIDE_APPLICATIONS, application.office_id):
        return _("Only the leader of this office can enter the upper union's answer.")
    if application.status != A.UPPER:
        return _("This application does not wait for the upper union.")
    if staff.pk == application.assessed_by_id:
        return _("You assessed this application; somebody else must decide it.")
    return ""


def why_not_stop(staff: Staff, award: Award) -> str:
    office = award.application.office_id
    if not staff.may(Permission.DECIDE_APPLICATIONS, office):
        return _("Only the leader of this office can stop an award.")
    if award.status == Award.Status.STOPPED:
        return _("This award is already stopped.")
    if award.instalments.filter(status=Instalment.Status.PAYING).exists():
        return _("A payment of this award is in a batch; wait for the bank's answer.")
    if not award.instalments.filter(status=Instalment.Status.OWED).exists():
        return _("Nothing of this award is left to stop.")
    return ""


# -- payments ---------------------------------------------------------------------------------------------------------------


def why_not_make_batch(staff: Staff, office: Office | None) -> str:
    if office is None or not staff.may(Permission.MAKE_BATCHES, office):
        return _("Only the accountant of this office can make payment batches.")
    return ""


def why_not_payable(
    instalment: Instalment, account: BankAccount | None, *, office_id: int, failed: bool | None = None
) -> str:
    """Why an instalment cannot go into a batch now; read by the queue, the page and the action.

    A list that already knows which instalments the bank returned says so in `failed` and saves a query a row.
    """
    return next(_why_not_payable(instalment, account, office_id, failed), "")


def _why_not_payable(
    instalment: Instalment, account: BankAccount | None, office_id: int, failed: bool | None
) -> Iterator[str]:
    award, application = instalment.award, instalment.award.application
    number = {"number": application}
    if application.office_id != office_id:
        yield _("%(number)s belongs to another office.") % number
    if instalment.status != Instalment.Status.OWED:
        yield _("%(number)s is already being paid.") % number
    if award.status != Award.Status.PAYABLE:
        yield _("%(number)s: the award is %(status)s.") % (number | {"status": award.get_status_display()})
    if instalment.due_on > timezone.localdate():
        yield _("%(number)s is due on %(day)s.") % (number | {"day": instalment.due_on.isoformat()})
    if account is None:
        yield _("%(number)s has no checked bank account.") % number
    if instalment.fund_source.is_central and not (application.file and application.file.is_in_force):
        yield _("%(number)s: central money is paid on a file in force only.") % number
    if application.person.died_on:
        yield _("%(number)s: the person has died; stop the award.") % number
    if failed is None:
        failed = instalment.payments.filter(status=Payment.Status.FAILED, failure_settled_by=None).exists()
    if failed:
        yield _("%(number)s was returned by the bank; the account must be corrected first.") % number


def why_not_drop(staff: Staff, batch: Batch) -> str:
    if not staff.may(Permission.MAKE_BATCHES, batch.office_id):
        return _("Only the accountant of this office can make payment batches.")
    if batch.status not in {Batch.Status.DRAFT, Batch.Status.CHECKED}:
        return _("This batch is at the bank.")
    return ""


def why_not_check(staff: Staff, batch: Batch) -> str:
    if not staff.may(Permission.CHECK_MONEY, batch.office_id):
        return _("Only the leader or a deputy can check a batch.")
    if staff.pk == batch.made_by_id:
        return _("You made this batch; somebody else must check it.")
    if batch.status != Batch.Status.DRAFT:
        return _("Only a batch that is being made can be checked.")
    own = list(_lines_approved_by(staff, batch))
    if own:
        return _("You approved line %(lines)s yourself; another person must check this batch.") % {
            "lines": _(", ").join(own)
        }
    return ""


def why_not_hand_over(staff: Staff, batch: Batch) -> str:
    if not staff.may(Permission.PAY, batch.office_id):
        return _("Only the cashier of this office can hand a batch to the bank.")
    if staff.pk in {batch.made_by_id, batch.checked_by_id}:
        return _("You made or checked this batch; somebody else must pay it.")
    if batch.status != Batch.Status.CHECKED:
        return _("Only a checked batch goes to the bank.")
    own = list(_lines_approved_by(staff, batch))
    if own:
        return _("You approved line %(lines)s yourself; another person must pay it.") % {"lines": _(", ").join(own)}
    return ""


def _lines_approved_by(staff: Staff, batch: Batch) -> Iterable[str]:
    lines = batch.payments.filter(status=Payment.Status.LISTED, approved_by=staff).order_by("line")
    return (str(line) for line in lines.values_list("line", flat=True))


def why_not_read_return(staff: Staff, batch: Batch) -> str:
    if not (staff.may(Permission.PAY, batch.office_id) or staff.may(Permission.MAKE_BATCHES, batch.office_id)):
        return _("Only the accountant or the cashier of this office can read bank returns.")
    if batch.status not in {Batch.Status.HANDED_OVER, Batch.Status.ANSWERED}:
        return _("This batch is not at the bank.")
    return ""


def why_not_settle_failure(staff: Staff, payment: Payment) -> str:
    if not (
        staff.may(Permission.TAKE_APPLICATIONS, payment.office_id)
        or staff.may(Permission.MAKE_BATCHES, payment.office_id)
    ):
        return _("Only the front desk can settle a returned payment with the worker.")
    if payment.status != Payment.Status.FAILED or payment.failure_settled_by_id:
        return _("This payment does not wait for a corrected account.")
    return ""


def why_not_confirm_receipt(staff: Staff, payment: Payment) -> str:
    if not staff.may(Permission.CONFIRM_RECEIPTS, payment.office_id):
        return _("Only the front desk, an officer or the cashier can confirm a receipt.")
    if payment.status != Payment.Status.PAID:
        return _("Only a paid payment has a receipt.")
    if payment.receipt_confirmed_by_id:
        return _("The receipt is already confirmed.")
    if staff.pk == payment.paid_by_id:
        return _("You paid this; somebody else must confirm the receipt.")
    return ""


def why_not_take_sheet(staff: Staff, batch: Batch) -> str:
    """The signed sheet of a batch confirms every receipt on it at once."""
    if not staff.may(Permission.CONFIRM_RECEIPTS, batch.office_id):
        return _("Only the front desk, an officer or the cashier can confirm a receipt.")
    if staff.pk == batch.paid_by_id:
        return _("You paid this; somebody else must confirm the receipt.")
    if not batch.payments.filter(status=Payment.Status.PAID, receipt_confirmed_by=None).exists():
        return _("No line of this batch waits for its receipt.")
    return ""


def why_not_earmark(source: FundSource, kind: str) -> str:
    if source.serves(kind):
        return ""
    return _("%(source)s is earmarked for other relief.") % {"source": source}


def why_not_spend(source: FundSource, amount: Decimal, left: Decimal) -> str:
    """The sentence of a source that has not enough; read after the lock."""
    if amount <= left:
        return ""
    return _("%(source)s has %(left)s yuan left; %(amount)s are needed.") % {
        "source": source,
        "left": left,
        "amount": amount,
    }
