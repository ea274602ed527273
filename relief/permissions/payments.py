"""Who may make, check and pay a batch, read the bank's answer and confirm a receipt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _

from casework.models import BankAccount
from center.kernel.roles import Permission
from center.kernel.sentences import listed
from center.permissions.turns import not_yours
from relief.enums import ProgrammeKind
from relief.models import Application, Award, Batch, Instalment, Payment
from relief.queries.receivers import Receiver, Receivers

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from center.models import Office, Staff


def why_not_keep_layouts(staff: Staff, office: Office | None) -> str:
    if office is None or not staff.may(Permission.MAKE_BATCHES, office):
        return not_yours(
            staff,
            _("Only the accountant of this office keeps the layouts of its banks."),
            Permission.MAKE_BATCHES,
            office=office,
        )
    return ""


def why_not_make_batch(staff: Staff, office: Office | None) -> str:
    if office is None or not staff.may(Permission.MAKE_BATCHES, office):
        return not_yours(
            staff,
            _("Only the accountant of this office can make payment batches."),
            Permission.MAKE_BATCHES,
            office=office,
        )
    return ""


def why_not_payable(
    instalment: Instalment,
    account: BankAccount | None,
    *,
    office_id: int,
    failed: bool | None = None,
    receivers: Receivers | None = None,
) -> str:
    """Why an instalment cannot go into a batch now; read by the queue, the page and the action.

    A list that already knows which instalments the bank returned, and who receives, says so and saves queries a row.
    """
    return next(_why_not_payable(instalment, account, office_id, failed, receivers), "")


def receivers_of(instalments: Iterable[Instalment], accounts: Mapping[int, BankAccount]) -> Receivers:
    """What is known of whoever would receive these instalments."""
    applications = {part.award.application_id: part.award.application for part in instalments}
    return Receivers.of(
        Receiver(application=applications[pk], payee=account.holder, card=account.card)
        for pk, account in accounts.items()
        if pk in applications
    )


def _why_not_payable(
    instalment: Instalment,
    account: BankAccount | None,
    office_id: int,
    failed: bool | None,
    receivers: Receivers | None,
) -> Iterator[str]:
    application = instalment.award.application
    number = {"number": application}
    if application.office_id != office_id:
        yield _("%(number)s belongs to another office.") % number
    if instalment.status != Instalment.Status.OWED:
        yield _("%(number)s is already being paid.") % number
    yield from _why_not_awarded(instalment.award)
    if instalment.due_on > timezone.localdate():
        yield _("%(number)s is due on %(day)s.") % (number | {"day": instalment.due_on.isoformat()})
    if account is None:
        yield _("%(number)s has no checked bank account.") % number
    if instalment.fund_source.is_central and not (application.file and application.file.is_in_force):
        yield _("%(number)s: central money is paid on a file in force only.") % number
    if failed is None:
        failed = instalment.payments.filter(status=Payment.Status.FAILED, failure_settled_by=None).exists()
    if failed:
        yield _("%(number)s was returned by the bank; the account must be corrected first.") % number
    yield from _why_not_people(instalment.award, account, receivers)


def _why_not_people(award: Award, account: BankAccount | None, receivers: Receivers | None) -> Iterator[str]:
    """Whom the award is for, the student and whoever receives are looked at, each as what they are."""
    application = award.application
    number = {"number": application}
    if award.receiver.died_on:
        yield _("%(number)s: the person has died; stop the award.") % number
    if application.programme.kind == ProgrammeKind.EDUCATION and application.helped.died_on:
        yield _("%(number)s: the student has died; stop the award.") % number
    if account is None:
        return
    receiver = Receiver(application=application, payee=account.holder, card=account.card)
    for sentence in (receivers or Receivers.of([receiver])).why_not(receiver):
        yield _("%(number)s: %(why)s.") % (number | {"why": sentence})


def _why_not_awarded(award: Award) -> Iterator[str]:
    number = {"number": award.application}
    if award.status != Award.Status.PAYABLE:
        yield _("%(number)s is not to be paid: %(status)s.") % (number | {"status": award.get_status_display()})
    if award.application.ratification == Application.Ratification.NOT_RATIFIED:
        yield _("%(number)s was not ratified by the committee; stop the award.") % number


def why_not_print_signsheet(staff: Staff, batch: Batch) -> str:
    """A sheet is signed for money that somebody has checked, and never for what came back."""
    if not staff.may(Permission.READ_FUNDS, batch.office_id):
        return not_yours(
            staff,
            _("Your roles do not print sign-off sheets of this office."),
            Permission.READ_FUNDS,
            office=batch.office_id,
        )
    if batch.status in {Batch.Status.DRAFT, Batch.Status.DROPPED}:
        return _("Only a checked batch has a sign-off sheet.")
    if not batch.payments.exclude(status__in=("dropped", "failed")).exists():
        return _("The bank returned every line of this batch.")
    return ""


def why_not_drop(staff: Staff, batch: Batch) -> str:
    if not staff.may(Permission.MAKE_BATCHES, batch.office_id):
        return not_yours(
            staff,
            _("Only the accountant of this office can make payment batches."),
            Permission.MAKE_BATCHES,
            office=batch.office_id,
        )
    if batch.status not in {Batch.Status.DRAFT, Batch.Status.CHECKED}:
        return _("This batch is at the bank.")
    return ""


def why_not_pay_lines(batch: Batch) -> str:
    """Why a line of the batch can no longer be paid: looked at when it is checked, and again when it leaves."""
    rows = batch.payments.filter(status=Payment.Status.LISTED).select_related(
        "instalment__award__payee", "instalment__award__application__person", "application__file", "application__person", "application__beneficiary",
        "application__programme", "payee",
    )  # fmt: skip
    lines = list(rows.order_by("line"))
    named = {
        line.pk: Receiver(application=line.application, payee=line.payee, card=line.card_number)
        for line in lines
        if line.payee is not None
    }
    receivers = Receivers.of(named.values())
    in_use = {(account.holder_id, account.card) for account in _accounts(named.values())}
    for line in lines:
        facts = {"line": line.line}
        if why := _why_stopped(line):
            return _("Line %(line)s: %(why)s; take it out of the batch.") % (facts | {"why": why})
        receiver = named.get(line.pk)
        if receiver is None or (receiver.payee.pk, receiver.card) not in in_use:
            return _("Line %(line)s: the account is no longer in use; take it out of the batch.") % facts
        for why in receivers.why_not(receiver):
            return _("Line %(line)s: %(why)s; take it out of the batch.") % (facts | {"why": why})
    return ""


def _accounts(rows: Iterable[Receiver]) -> Iterable[BankAccount]:
    return BankAccount.objects.current().filter(holder__in={row.payee.pk for row in rows})


def _why_stopped(line: Payment) -> str:
    """A person may have died, the award have been stopped, a file have ended since the batch was made."""
    application, award = line.application, line.instalment.award
    if award.receiver.died_on or (line.payee and line.payee.died_on):
        return _("the receiver has died")
    if application.programme.kind == ProgrammeKind.EDUCATION and application.helped.died_on:
        return _("the student has died")
    if award.status != Award.Status.PAYABLE:
        return _("the award is %(status)s") % {"status": award.get_status_display()}
    if application.ratification == Application.Ratification.NOT_RATIFIED:
        return _("the committee did not ratify it")
    if line.source_origin == "central_finance" and not (application.file and application.file.is_in_force):
        return _("central money is paid on a file in force only")
    return ""


def why_not_send_back(staff: Staff, batch: Batch) -> str:
    """Whoever may check may say no, and need not be able to say yes: lines that cannot be paid are a reason to send it back."""
    if not staff.may(Permission.CHECK_MONEY, batch.office_id):
        return not_yours(
            staff,
            _("Your roles do not check batches of this office."),
            Permission.CHECK_MONEY,
            office=batch.office_id,
        )
    if staff.pk == batch.made_by_id:
        return not_yours(
            staff,
            _("You made this batch; somebody else must check it."),
            Permission.CHECK_MONEY,
            office=batch.office_id,
        )
    if batch.status != Batch.Status.DRAFT:
        return _("Only a batch that is being made can be checked.")
    return ""


def why_not_answer_objections(staff: Staff, batch: Batch) -> str:
    if not staff.may(Permission.MAKE_BATCHES, batch.office_id):
        return not_yours(
            staff,
            _("Only the accountant of this office can make payment batches."),
            Permission.MAKE_BATCHES,
            office=batch.office_id,
        )
    if batch.status != Batch.Status.DRAFT or batch.sent_back_by_id is None:
        return _("This batch was not sent back.")
    return ""


def why_not_check(staff: Staff, batch: Batch) -> str:
    if not staff.may(Permission.CHECK_MONEY, batch.office_id):
        return not_yours(
            staff,
            _("Your roles do not check batches of this office."),
            Permission.CHECK_MONEY,
            office=batch.office_id,
        )
    if staff.pk == batch.made_by_id:
        return not_yours(
            staff,
            _("You made this batch; somebody else must check it."),
            Permission.CHECK_MONEY,
            office=batch.office_id,
        )
    if batch.status != Batch.Status.DRAFT:
        return _("Only a batch that is being made can be checked.")
    if batch.sent_back_by_id:
        return _("It was sent back (%(reason)s); the accountant answers first.") % {"reason": batch.sent_back_reason}
    own = list(_lines_approved_by(staff, batch))
    if own:
        said = _("You approved line %(lines)s yourself; another person must check this batch.") % {"lines": listed(own)}
        return not_yours(staff, said, Permission.CHECK_MONEY, office=batch.office_id)
    return why_not_pay_lines(batch)


def why_not_hand_over(staff: Staff, batch: Batch) -> str:
    if not staff.may(Permission.PAY, batch.office_id):
        return not_yours(
            staff,
            _("Only the cashier of this office can hand a batch to the bank."),
            Permission.PAY,
            office=batch.office_id,
        )
    if staff.pk in {batch.made_by_id, batch.checked_by_id}:
        return not_yours(
            staff,
            _("You made or checked this batch; somebody else must pay it."),
            Permission.PAY,
            office=batch.office_id,
        )
    if batch.status != Batch.Status.CHECKED:
        return _("Only a checked batch goes to the bank.")
    own = list(_lines_approved_by(staff, batch))
    if own:
        said = _("You approved line %(lines)s yourself; another person must pay it.") % {"lines": listed(own)}
        return not_yours(staff, said, Permission.PAY, office=batch.office_id)
    return why_not_pay_lines(batch)


def _lines_approved_by(staff: Staff, batch: Batch) -> Iterable[str]:
    lines = batch.payments.filter(status=Payment.Status.LISTED, approved_by=staff).order_by("line")
    return (str(line) for line in lines.values_list("line", flat=True))


def why_not_fetch_file(staff: Staff, batch: Batch) -> str:
    keeper = batch.paid_by_id is not None and (
        staff.pk == batch.paid_by_id or not why_not_make_batch(staff, batch.office)
    )
    if not keeper:
        return _("The file is written for a batch that was handed over, by its cashier or the accountant.")
    return ""


def why_not_tell_failure(staff: Staff, payment: Payment) -> str:
    """A line that the bank returned without a file: by those who read its files."""
    if not (staff.may(Permission.PAY, payment.office_id) or staff.may(Permission.MAKE_BATCHES, payment.office_id)):
        return not_yours(
            staff,
            _("Only the accountant or the cashier of this office can read bank returns."),
            Permission.PAY,
            Permission.MAKE_BATCHES,
            office=payment.office_id,
        )
    if payment.status != Payment.Status.IN_TRANSIT:
        return _("This payment is not at the bank.")
    if payment.told_by_id:
        return _("Its return waits for the second person already.")
    return ""


def why_not_second_failure(staff: Staff, payment: Payment) -> str:
    """Money moves on somebody's word: another one has seen the bank's paper."""
    office = payment.office_id
    if not any(staff.may(one, office) for one in (Permission.PAY, Permission.MAKE_BATCHES, Permission.CHECK_MONEY)):
        return not_yours(
            staff,
            _("Your roles do not confirm what the bank said."),
            Permission.PAY,
            Permission.MAKE_BATCHES,
            Permission.CHECK_MONEY,
            office=office,
        )
    if payment.status != Payment.Status.IN_TRANSIT or payment.told_by_id is None:
        return _("Nothing of this payment waits for a second person.")
    if staff.pk == payment.told_by_id:
        return _("You said so; another person who has seen the bank's paper confirms it.")
    return ""


def why_not_read_return(staff: Staff, batch: Batch) -> str:
    if not (staff.may(Permission.PAY, batch.office_id) or staff.may(Permission.MAKE_BATCHES, batch.office_id)):
        return not_yours(
            staff,
            _("Only the accountant or the cashier of this office can read bank returns."),
            Permission.PAY,
            Permission.MAKE_BATCHES,
            office=batch.office_id,
        )
    if batch.status not in {Batch.Status.HANDED_OVER, Batch.Status.ANSWERED}:
        return _("This batch is not at the bank.")
    return ""


def why_not_mark(staff: Staff, payment: Payment) -> str:
    if not staff.may(Permission.AUDIT, payment.office_id):
        return not_yours(
            staff, _("Only the auditor marks what the rules found."), Permission.AUDIT, office=payment.office_id
        )
    return ""


def why_not_settle_failure(staff: Staff, payment: Payment) -> str:
    if not (
        staff.may(Permission.TAKE_APPLICATIONS, payment.office_id)
        or staff.may(Permission.MAKE_BATCHES, payment.office_id)
    ):
        return not_yours(
            staff,
            _("Your roles do not settle a returned payment with the worker."),
            Permission.TAKE_APPLICATIONS,
            Permission.MAKE_BATCHES,
            office=payment.office_id,
        )
    if payment.status != Payment.Status.FAILED or payment.failure_settled_by_id:
        return _("This payment does not wait for a corrected account.")
    return ""
