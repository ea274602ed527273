"""Payments: a batch is made, checked and handed over by three people, and the bank answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.utils import timezone
from django.utils.translation import gettext as _

from casework.models import BankAccount, Household, Person
from casework.rules.names import normal_name
from center.evidence import trail
from center.kernel.action import action, money_action
from center.kernel.errors import Incomplete, Refusal, require
from center.models.base import subject_of
from center.reference import numbering
from relief.actions import ledger
from relief.enums import Bucket, LedgerKind
from relief.models import Batch, Instalment, Payment
from relief.permissions import (
    receivers_of,
    why_not_answer_objections,
    why_not_check,
    why_not_drop,
    why_not_hand_over,
    why_not_make_batch,
    why_not_payable,
    why_not_send_back,
    why_not_settle_failure,
)
from relief.queries.accounts import accounts_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from center.models import Office, Staff
    from relief.queries.receivers import Receivers
    from relief.rules.bankfile import Answered

S = Payment.Status
MOST_LINES = 500


def locked_batch(batch: Batch) -> Batch:
    return (
        Batch.objects.select_related("office", "layout").select_for_update(of=("self",), no_key=True).get(pk=batch.pk)
    )


def _lines(batch: Batch, *statuses: str) -> list[Payment]:
    """The batch's payments, locked in one order."""
    rows = batch.payments.filter(status__in=statuses).select_related("application").order_by("pk")
    return list(rows.select_for_update(of=("self",), no_key=True))


def _instalments(payments: Iterable[Payment]) -> dict[int, Instalment]:
    ids = [payment.instalment_id for payment in payments]
    rows = Instalment.objects.filter(pk__in=ids).order_by("pk")
    return {part.pk: part for part in rows.select_for_update(of=("self",), no_key=True)}


def _set_instalments(instalments: Iterable[Instalment], status: str) -> None:
    parts = list(instalments)
    for part in parts:
        part.become(status)
    Instalment.objects.bulk_update(parts, ["status"])


# -- the batch ----------------------------------------------------------------------------------------------------------


@action
def make_batch(*, office: Office, instalments: Sequence[Instalment], note: str = "", by: Staff) -> Batch:
    """Put granted, due instalments together; accounts are copied, nobody types them."""
    require(why_not_make_batch(by, office))
    rows = Instalment.objects.filter(pk__in=[part.pk for part in instalments]).select_related(
        "award__application__person__employer",
        "award__application__beneficiary",
        "award__application__programme",
        "award__application__file",
        "award__payee",
        "award__decision",
        "fund_source",
    )
    parts = list(rows.order_by("pk").select_for_update(of=("self",), no_key=True))
    if not parts:
        raise Incomplete(_("Choose at least one instalment."))
    if len(parts) > MOST_LINES:
        raise Refusal(_("A batch has at most %(most)s lines.") % {"most": MOST_LINES})
    accounts = accounts_of(parts)
    receivers = receivers_of(parts, accounts)
    batch = Batch.objects.create(office=office, note=note, made_by=by)
    payments = [
        _payment(batch, line, part, accounts.get(part.award.application_id), receivers, by=by)
        for line, part in enumerate(parts, 1)
    ]
    Payment.objects.bulk_create(payments)
    _set_instalments(parts, Instalment.Status.PAYING)
    trail.record("relief.batch.made", batch, by=by, lines=len(parts), total=sum(part.amount for part in parts))
    return batch


def _payment(
    batch: Batch, line: int, part: Instalment, account: BankAccount | None, receivers: Receivers, *, by: Staff
) -> Payment:
    """The payee as of now, kept for thirty years."""
    require(why_not_payable(part, account, office_id=batch.office_id, receivers=receivers))
    account = cast("BankAccount", account)  # without one nothing is payable
    application, decision = part.award.application, part.award.decision
    holder: Person = account.holder
    alone = decision.how in {"leader", "two", "emergency"}
    return Payment(
        office=batch.office,
        batch=batch,
        line=line,
        instalment=part,
        application=application,
        fund_source=part.fund_source,
        amount=part.amount,
        payee=holder,
        payee_name=holder.full_name,
        payee_id_number=holder.id_number,
        payee_phone=holder.phone,
        card_number=account.card,
        bank_name=account.branch or account.bank,
        helped_name=application.person.full_name,
        employer=application.person.employer.name if application.person.employer else "",
        file_number=application.file.number if application.file else "",
        category=application.category,
        programme_name=application.programme.name,
        programme_kind=application.programme.kind,
        source_name=part.fund_source.in_the_books,
        source_origin=part.fund_source.origin,
        approved_by=decision.decided_by if alone else None,
        approved_at=decision.decided_at if alone else None,
        made_by=by,
    )


@action
def take_out(payment: Payment, *, reason: str, by: Staff) -> Payment:
    """Take a line out of a batch that has not left; a check done before falls."""
    batch = locked_batch(payment.batch)
    require(why_not_drop(by, batch))
    payment = Payment.objects.select_for_update(of=("self",), no_key=True).get(pk=payment.pk)
    if not reason.strip():
        raise Incomplete(_("Say why the line is taken out."))
    payment.become(S.DROPPED)
    payment.save(update_fields=["status"])
    _set_instalments(_instalments([payment]).values(), Instalment.Status.OWED)
    if batch.status == Batch.Status.CHECKED:
        batch.become(Batch.Status.DRAFT)
        _uncheck(batch)
    trail.record("relief.payment.taken_out", payment, by=by, reason=reason)
    return payment


def _uncheck(batch: Batch) -> None:
    batch.checked_by = batch.checked_at = None
    batch.save(update_fields=["status", "checked_by", "checked_at"])
    batch.payments.filter(status=S.LISTED).update(checked_by=None, checked_at=None)


@action
def drop_batch(batch: Batch, *, reason: str, by: Staff) -> Batch:
    """Give up a batch that has not left; its instalments wait in the queue again."""
    batch = locked_batch(batch)
    require(why_not_drop(by, batch))
    if not reason.strip():
        raise Incomplete(_("Say why the batch is dropped."))
    payments = _lines(batch, S.LISTED)
    _set_instalments(_instalments(payments).values(), Instalment.Status.OWED)
    for payment in payments:
        payment.become(S.DROPPED)
    Payment.objects.bulk_update(payments, ["status"])
    batch.become(Batch.Status.DROPPED)
    batch.save(update_fields=["status"])
    trail.record("relief.batch.dropped", batch, by=by, reason=reason)
    return batch


@action
def send_back(batch: Batch, *, reason: str, objections: Mapping[int, str] | None = None, by: Staff) -> Batch:
    """The second person does not agree: why, and to which lines. The accountant takes them out or corrects them."""
    batch = locked_batch(batch)
    require(why_not_send_back(by, batch))
    if not reason.strip():
        raise Incomplete(_("Say why the batch goes back."))
    payments = _lines(batch, S.LISTED)
    unknown = set(objections or {}) - {payment.line for payment in payments}
    if unknown:
        raise Refusal(_("This batch has no line %(line)s.") % {"line": min(unknown)})
    for payment in payments:
        payment.objection = (objections or {}).get(payment.line, "").strip()[:120]
    Payment.objects.bulk_update(payments, ["objection"])
    batch.sent_back_by, batch.sent_back_at, batch.sent_back_reason = by, timezone.now(), reason.strip()[:200]
    batch.save(update_fields=["sent_back_by", "sent_back_at", "sent_back_reason"])
    lines = ", ".join(str(payment.line) for payment in payments if payment.objection)
    said = "\n".join(f"{payment.line}: {payment.objection}" for payment in payments if payment.objection)
    trail.record("relief.batch.sent_back", batch, by=by, reason=batch.sent_back_reason, lines=lines, objected=said)
    return batch


@action
def answer_objections(batch: Batch, *, answer: str, by: Staff) -> Batch:
    """The accountant has looked: what became of the objections. The batch may be checked again."""
    batch = locked_batch(batch)
    require(why_not_answer_objections(by, batch))
    if not answer.strip():
        raise Incomplete(_("Say what became of the objections."))
    batch.sent_back_by = batch.sent_back_at = None
    batch.save(update_fields=["sent_back_by", "sent_back_at"])
    trail.record("relief.batch.objections_answered", batch, by=by, reason=answer.strip()[:200])
    return batch


@action
def check_batch(batch: Batch, *, by: Staff) -> Batch:
    """The second person has compared the lines; from here on they are locked."""
    batch = locked_batch(batch)
    payments = _lines(batch, S.LISTED)
    _hold_receivers(payments)
    require(why_not_check(by, batch))
    if not payments:
        raise Incomplete(_("The batch has no lines."))
    now = timezone.now()
    batch.become(Batch.Status.CHECKED)
    batch.checked_by, batch.checked_at = by, now
    batch.save(update_fields=["status", "checked_by", "checked_at"])
    for payment in payments:
        payment.checked_by, payment.checked_at = by, now
    Payment.objects.bulk_update(payments, ["checked_by", "checked_at"])
    trail.record("relief.batch.checked", batch, by=by, lines=len(payments), total=sum(p.amount for p in payments))
    return batch


@money_action
def hand_over(batch: Batch, *, by: Staff) -> Batch:
    """The third person gives the batch to the bank: numbers are drawn, the money is in transit."""
    batch = locked_batch(batch)
    payments = _lines(batch, S.LISTED)
    _hold_receivers(payments)
    ledger.lock(payment.fund_source_id for payment in payments)
    require(why_not_hand_over(by, batch))
    now, today = timezone.now(), timezone.localdate()
    batch.number = numbering.draw("batch", office=batch.office, on=today)
    batch.bank_number = "B" + batch.number.split("-", 1)[1]
    batch.become(Batch.Status.HANDED_OVER)
    batch.paid_by, batch.paid_at = by, now
    batch.save(update_fields=["status", "number", "bank_number", "paid_by", "paid_at"])
    for payment in payments:
        payment.number = numbering.draw("payment", office=batch.office, on=today)
        payment.line_code = f"{batch.bank_number}-{payment.line:04d}"
        payment.become(S.IN_TRANSIT)
        payment.paid_by, payment.paid_at = by, now
    Payment.objects.bulk_update(payments, ["number", "line_code", "status", "paid_by", "paid_at"])
    _post(payments, LedgerKind.HAND_OVER, Bucket.COMMITTED, Bucket.IN_TRANSIT, memo=batch.bank_number, by=by)
    trail.record("relief.batch.handed_over", batch, by=by, lines=len(payments), total=sum(p.amount for p in payments))
    return batch


def _hold_receivers(payments: Iterable[Payment]) -> None:
    """Nobody dies, moves out or changes a card between the last look and the hand-over."""
    people, homes = set[int](), set[int]()
    for payment in payments:
        application = payment.application
        people |= {application.person_id, application.helped_id, payment.payee_id or 0}
        homes.add(application.household_id or 0)
    list(Person.objects.filter(pk__in=people).order_by("pk").select_for_update(of=("self",), no_key=True))
    list(Household.objects.filter(pk__in=homes).order_by("pk").select_for_update(of=("self",), no_key=True))
    held = BankAccount.objects.filter(holder__in=people, until=None)
    list(held.order_by("pk").select_for_update(of=("self",), no_key=True))


def _post(payments: Sequence[Payment], kind: LedgerKind, giver: Bucket, taker: Bucket, *, memo: str, by: Staff) -> None:
    drafts = [
        ledger.Draft(
            kind=kind,
            subject=subject_of(payment),
            payment=payment.pk,
            memo=memo,
            moves=[ledger.Move(source=payment.fund_source_id, giver=giver, taker=taker, amount=payment.amount)],
        )
        for payment in payments
    ]
    ledger.post(drafts, office=payments[0].office, by=by)


# -- the bank's answer --------------------------------------------------------------------------------------------------------


@money_action
def pay(batch: Batch, *, answers: Mapping[int, Answered], by: Staff) -> list[Payment]:
    """Lines that the bank paid: from in transit to paid. Called by the action that reads the return."""
    payments = [payment for payment in _lines(batch, S.IN_TRANSIT) if payment.pk in answers]
    instalments = _instalments(payments)
    ledger.lock(payment.fund_source_id for payment in payments)
    for payment in payments:
        payment.become(S.PAID)
        payment.bank_reference = answers[payment.pk].reference
        payment.answered_on = answers[payment.pk].on or timezone.localdate()
    Payment.objects.bulk_update(payments, ["status", "bank_reference", "answered_on"])
    _set_instalments(instalments.values(), Instalment.Status.PAID)
    _post(payments, LedgerKind.PAY, Bucket.IN_TRANSIT, Bucket.PAID, memo=batch.bank_number, by=by)
    trail.record("relief.payments.paid", batch, by=by, lines=len(payments), total=sum(p.amount for p in payments))
    return payments


@money_action
def bank_failed(batch: Batch, *, answers: Mapping[int, Answered], by: Staff) -> list[Payment]:
    """Lines that the bank returned: the money is committed again, and the front desk calls the worker."""
    said = {pk: (answer.failure, answer.on or timezone.localdate()) for pk, answer in answers.items()}
    return return_lines(batch, said, by=by)


def return_lines(batch: Batch, said: Mapping[int, tuple[str, date]], *, by: Staff) -> list[Payment]:
    """Inside an action that holds the batch: these lines came back, for which reason and when."""
    payments = [payment for payment in _lines(batch, S.IN_TRANSIT) if payment.pk in said]
    instalments = _instalments(payments)
    ledger.lock(payment.fund_source_id for payment in payments)
    for payment in payments:
        payment.become(S.FAILED)
        payment.failure, payment.answered_on = said[payment.pk]
    Payment.objects.bulk_update(payments, ["status", "failure", "answered_on"])
    _set_instalments(instalments.values(), Instalment.Status.OWED)
    _post(payments, LedgerKind.BANK_FAILED, Bucket.IN_TRANSIT, Bucket.COMMITTED, memo=batch.bank_number, by=by)
    trail.record("relief.payments.returned", batch, by=by, lines=", ".join(str(p.line) for p in payments))
    close_answered(batch)
    return payments


def close_answered(batch: Batch) -> None:
    """Inside an action that holds the batch: when no line waits any more, the bank has answered."""
    if batch.status == Batch.Status.HANDED_OVER and not batch.payments.filter(status=S.IN_TRANSIT).exists():
        batch.become(Batch.Status.ANSWERED)
        batch.save(update_fields=["status"])


@action
def settle_failure(payment: Payment, *, by: Staff) -> Payment:
    """The account was corrected with the worker: the instalment may be paid again, to the account now in use."""
    payment = Payment.objects.select_for_update(of=("self",), no_key=True).get(pk=payment.pk)
    require(why_not_settle_failure(by, payment))
    instalment = Instalment.objects.select_related("award__application").get(pk=payment.instalment_id)
    account = accounts_of([instalment]).get(payment.application_id)
    if account is None:
        raise Refusal(
            _("There is no checked bank account. Enter the corrected one in the file; a second person checks it.")
        )
    same_account = account.card == payment.card_number and normal_name(account.holder.full_name) == normal_name(
        payment.payee_name
    )
    if same_account:
        raise Refusal(_("The account in use is still the one that the bank refused. Correct it in the file first."))
    payment.failure_settled_by, payment.failure_settled_at = by, timezone.now()
    payment.save(update_fields=["failure_settled_by", "failure_settled_at"])
    trail.record("relief.payment.failure_settled", payment, by=by, card=account.card)
    return payment
