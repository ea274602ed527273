"""Reading the bank's answer: carried out whole, refused whole, or nothing new; the file is kept either way."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from hashlib import sha256
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext_noop

from casework.rules.names import normal_name
from center.evidence import trail
from center.kernel import normal
from center.kernel.action import action
from center.kernel.errors import Refusal, require
from center.kernel.remarks import Remark
from center.kernel.sentences import yuan
from center.privacy import access, keys
from relief.actions.bankfiles import KEPT, Kept, choose_layout
from relief.actions.payments import bank_failed, close_answered, locked_batch, pay
from relief.models import BankReturn, Batch, Payment
from relief.permissions import why_not_read_return
from relief.rules import bankfile

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from center.models import Staff
    from relief.models import BankLayout
    from relief.rules.bankfile import Answered, Stated

MASK, TAIL = "*", 4
LABEL = b"relief.bank_return"
S = Payment.Status

LONGEST_BEFORE = timedelta(days=10)  # a batch that was handed over before a long holiday may be entered after it


@dataclass
class Comparison:
    """The file beside the batch: what is wrong, what is new."""

    faults: list[Remark] = field(default_factory=list)
    paid: dict[int, Answered] = field(default_factory=dict)
    failed: dict[int, Answered] = field(default_factory=dict)

    def fault(self, answered: Answered, text: str, **facts: str) -> None:
        self.faults.append(Remark(text, {"line": answered.number, **facts}))


@action
def read_return(
    batch: Batch, *, content: bytes, file_name: str, layout: BankLayout | Kept | None = KEPT, by: Staff
) -> BankReturn:
    """Compare every line with what was ordered; any fault refuses the whole file, and nothing is posted."""
    batch = locked_batch(batch)
    require(why_not_read_return(by, batch))
    choose_layout(batch, layout)
    try:
        answer = bankfile.read_whole(content, batch.bank_layout)
    except bankfile.Unreadable as unreadable:
        raise Refusal(str(unreadable)) from unreadable
    compared = compare(batch, answer.lines, totals=answer.totals)
    if answer.batches and batch.bank_number not in answer.batches:
        text = gettext_noop("The title names batch %(batch)s; this is %(ours)s.")
        compared.faults.append(Remark(text, {"batch": ", ".join(sorted(answer.batches)), "ours": batch.bank_number}))
    if not compared.faults:
        _carry_out(batch, compared, by=by)
    kept = _keep(batch, compared, content=content, file_name=file_name, by=by)
    trail.record(
        f"relief.bank_return.{kept.outcome}", batch, by=by, paid=kept.paid, failed=kept.failed, faults=len(kept.faults)
    )
    return kept


def compare(batch: Batch, answers: Iterable[Answered], *, totals: Iterable[Stated] = ()) -> Comparison:
    """Every line by its code, or by its number where the bank gives no code back: of this batch, ordered, once, the same
    name, account and amount, a known result; and the totals as the bank states them."""
    answers = list(answers)
    compared, said = Comparison(), batch.bank_layout.fields
    by_code = "code" in said
    live = batch.payments.exclude(status=S.DROPPED)
    ordered = {payment.line_code if by_code else str(payment.line): payment for payment in live}
    keys = [answered.code if by_code else answered.number for answered in answers]
    times = Counter(keys)
    for key, answered in zip(keys, answers, strict=True):
        payment = ordered.get(key)
        if "batch" in said and normal.key(answered.batch) != normal.key(batch.bank_number):
            compared.fault(answered, gettext_noop("Line %(line)s answers batch %(batch)s."), batch=answered.batch)
        elif payment is None:
            compared.fault(answered, gettext_noop("Line %(line)s was never ordered."))
        elif times[key] > 1:
            compared.fault(answered, gettext_noop("Line %(line)s stands more than once."))
        else:
            _compare_line(compared, answered, payment)
    _compare_totals(compared, answers, totals)
    compared.faults = list({(fault.text, *fault.facts.values()): fault for fault in compared.faults}.values())
    return compared


def _compare_totals(compared: Comparison, answers: Sequence[Answered], totals: Iterable[Stated]) -> None:
    whole = sum((answered.amount or Decimal(0) for answered in answers), Decimal(0))
    for stated in totals:
        if stated.amount is not None and stated.amount != whole:
            text = gettext_noop("The total line says %(said)s where the lines come to %(sum)s.")
            compared.faults.append(Remark(text, {"said": yuan(stated.amount), "sum": yuan(whole)}))
        if stated.count is not None and stated.count != len(answers):
            text = gettext_noop("The total line counts %(said)s lines where the file has %(count)s.")
            compared.faults.append(Remark(text, {"said": stated.count, "count": len(answers)}))


def _same_card(payment: Payment, answered: Answered) -> bool:
    """The whole number; of a masked one the last four."""
    if MASK in answered.card:
        tail = answered.card.rsplit(MASK, 1)[1]
        return len(tail) == TAIL and bool(payment.card_number.ends_with(tail))
    return bool(payment.card_number.same_as(answered.card))


def _compare_line(compared: Comparison, answered: Answered, payment: Payment) -> None:
    if normal_name(answered.name) != normal_name(payment.payee_name):
        compared.fault(answered, gettext_noop("Line %(line)s names another person than ordered."))
    elif not _same_card(payment, answered):
        compared.fault(answered, gettext_noop("Line %(line)s names another account than ordered."))
    elif answered.amount != payment.amount:
        text = gettext_noop("Line %(line)s says %(said)s where %(ordered)s was ordered.")
        compared.fault(answered, text, said=said_amount(answered), ordered=yuan(payment.amount))
    elif _is_of_no_day(answered, payment):
        text = gettext_noop("Line %(line)s: “%(said)s” is no day on which the bank can have answered.")
        compared.fault(answered, text, said=answered.day_text)
    elif not (answered.paid or answered.failed or answered.pending):
        text = gettext_noop("Line %(line)s has an unknown result: %(result)s. Add the word to the bank's layout.")
        compared.fault(answered, text, result=answered.result)
    elif answered.pending:
        if payment.status != S.IN_TRANSIT:
            compared.fault(answered, gettext_noop("Line %(line)s contradicts an earlier answer of the bank."))
    elif payment.status == S.IN_TRANSIT:
        (compared.paid if answered.paid else compared.failed)[payment.pk] = answered
    elif answered.paid != (payment.status in {S.PAID, S.REVERSED}):
        compared.fault(answered, gettext_noop("Line %(line)s contradicts an earlier answer of the bank."))


def said_amount(answered: Answered) -> str:
    """As we write amounts; what is none stands as it was written."""
    return answered.amount_text if answered.amount is None else yuan(answered.amount)


def _is_of_no_day(answered: Answered, payment: Payment) -> bool:
    """A line may leave the day out, never write one that is none: unreadable, ahead, or long before the hand-over."""
    if not answered.day_text:
        return False
    today = timezone.localdate()
    handed_over = timezone.localdate(payment.paid_at) if payment.paid_at else today
    return answered.on is None or not handed_over - LONGEST_BEFORE <= answered.on <= today


def _carry_out(batch: Batch, compared: Comparison, *, by: Staff) -> None:
    if compared.paid:
        pay(batch, answers=compared.paid, by=by)
    if compared.failed:
        bank_failed(batch, answers=compared.failed, by=by)
    close_answered(batch)


def _keep(batch: Batch, compared: Comparison, *, content: bytes, file_name: str, by: Staff) -> BankReturn:
    outcomes = BankReturn.Outcome
    outcome = outcomes.REFUSED if compared.faults else outcomes.APPLIED
    known = BankReturn.objects.filter(batch=batch, sha256=sha256(content).hexdigest()).exists()
    if not (compared.faults or compared.paid or compared.failed) and (
        known or not batch.payments.live().filter(status=S.IN_TRANSIT).exists()
    ):
        outcome = outcomes.UNCHANGED
    refused = outcome == outcomes.REFUSED
    return BankReturn.objects.create(
        batch=batch,
        outcome=outcome,
        file_name=file_name[:120],
        sha256=sha256(content).hexdigest(),
        sealed=keys.ring().encrypt(content, label=LABEL),
        paid=0 if refused else len(compared.paid),
        failed=0 if refused else len(compared.failed),
        unanswered=batch.payments.filter(status=S.IN_TRANSIT).count(),
        faults=[fault.stored() for fault in compared.faults],
        read_by=by,
    )


def file_of(kept: BankReturn) -> bytes:
    """The bank's file as it came."""
    return keys.ring().decrypt(bytes(kept.sealed), label=LABEL)


@action
def hand_out(kept: BankReturn, *, by: Staff) -> bytes:
    """Give the bank's file to somebody who keeps or audits the money; the look is logged before the bytes leave."""
    access.downloaded(kept.batch, by=by, what=f"relief.bank_return {kept.code}")
    trail.record("relief.bank_return.handed_out", kept.batch, by=by, file=kept.sha256[:12])
    return file_of(kept)
