"""Money comes in, moves between sources, and mistakes are answered by reversals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.utils import timezone
from django.utils.translation import gettext as _

from center.evidence import trail
from center.kernel.action import action, money_action
from center.kernel.errors import Incomplete, Refusal, require
from center.models.base import subject_of
from center.papers.documents import attach
from relief.actions import ledger
from relief.enums import Bucket, CorrectionKind, LedgerKind
from relief.models import Correction, FundSource, Instalment, LedgerTransaction, Payment
from relief.permissions import (
    why_not_ask_correction,
    why_not_ask_reversal,
    why_not_leave_earmark,
    why_not_receive,
    why_not_settle,
    why_not_spend,
    why_not_take_in,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime
    from decimal import Decimal

    from django.core.files.uploadedfile import UploadedFile

    from center.models import Office, Staff
    from center.papers.documents import Document

FUND_DOCUMENT = "fund_document"  # of the code list attachment_type


@action
def open_source(
    *,
    office: Office,
    name: str,
    origin: str,
    year: int,
    document_number: str,
    earmarks: Sequence[str],
    amount: Decimal,
    received_on: date,
    idle_warning_days: int = 180,
    note: str = "",
    planned: Decimal | None = None,
    name_en: str = "",
    scan: UploadedFile[Any] | None = None,
    by: Staff,
) -> FundSource:
    """Enter money that came with a document of its own."""
    require(why_not_receive(by, office))
    source = FundSource.objects.create(
        office=office,
        name=name,
        name_en=name_en,
        origin=origin,
        year=year,
        document_number=document_number,
        earmarks=list(earmarks),
        received_on=received_on,
        idle_warning_days=idle_warning_days,
        note=note,
        planned=planned,
        opened_by=by,
    )
    trail.record("relief.fund_source.opened", source, by=by, origin=origin, document=document_number)
    receive(source, amount=amount, memo=document_number, by=by)
    if scan:
        add_document(source, upload=scan, by=by)
    return source


@action
def name_source_in_english(source: FundSource, *, name_en: str, by: Staff) -> FundSource:
    """What English pages call it. The books keep the Chinese name, which never changes."""
    require(why_not_receive(by, source.office))
    source = FundSource.objects.select_for_update(of=("self",), no_key=True).get(pk=source.pk)
    source.name_en = name_en.strip()
    source.save(update_fields=["name_en"])
    trail.record("relief.fund_source.named_in_english", source, by=by, name_en=source.name_en)
    return source


@action
def add_document(source: FundSource, *, upload: UploadedFile[Any], by: Staff) -> Document:
    """Keep the scan of the document by which the money came; every trace of a payment from it leads there."""
    require(why_not_receive(by, source.office))
    return attach(source, kind=FUND_DOCUMENT, upload=upload, by=by)


@money_action
def receive(
    source: FundSource, *, amount: Decimal, memo: str = "", at: datetime | None = None, by: Staff
) -> LedgerTransaction:
    """Money of this source arrives in the center's account."""
    source = ledger.lock([source.pk])[source.pk]
    require(why_not_receive(by, source.office))
    require(why_not_take_in(source))
    if amount <= 0:
        raise Refusal(_("Money received is more than nothing."))
    entry = _post_one(
        source,
        LedgerKind.RECEIVE,
        Bucket.OUTSIDE,
        Bucket.AVAILABLE,
        amount,
        memo=memo or source.document_number,
        at=at,
        by=by,
    )
    trail.record("relief.money.received", source, by=by, amount=amount, voucher=entry)
    return entry


def _post_one(
    source: FundSource,
    kind: LedgerKind,
    giver: Bucket,
    taker: Bucket,
    amount: Decimal,
    *,
    memo: str,
    at: datetime | None = None,
    by: Staff,
) -> LedgerTransaction:
    moves = [ledger.Move(source=source.pk, giver=giver, taker=taker, amount=amount)]
    draft = ledger.Draft(kind=kind, subject=subject_of(source), moves=moves, memo=memo)
    return ledger.post([draft], office=source.office, at=at, by=by)[0]


# -- asked by one, posted by another -------------------------------------------------------------------------------------


@action
def ask_transfer(
    source: FundSource,
    *,
    taker: FundSource,
    amount: Decimal,
    reason_code: str,
    reason: str,
    lifted_by: str = "",
    scan: UploadedFile[Any] | None = None,
    by: Staff,
) -> Correction:
    """Ask to move available money to another source; the second person posts it. Earmarked money leaves its earmark by the
    document that lifts it only, scanned (专款专用)."""
    lifted_by = lifted_by.strip() if scan else ""
    if not lifted_by:
        require(why_not_leave_earmark(source, taker))
    asked = _ask_move(
        source,
        CorrectionKind.TRANSFER,
        taker=taker,
        amount=amount,
        code=reason_code,
        reason=reason,
        lifted_by=lifted_by,
        by=by,
    )
    if scan:
        attach(asked, kind="fund_document", upload=scan, by=by)
    return asked


@action
def ask_carry_over(source: FundSource, *, taker: FundSource, amount: Decimal, reason: str, by: Staff) -> Correction:
    """Ask to use unspent money of a year in a later one, for the same purpose (domain.md §3.7)."""
    if (taker.origin, taker.office_id) != (source.origin, source.office_id) or taker.year <= source.year:
        raise Refusal(_("Money is carried over to the same origin in a later year."))
    if source.earmarks and set(taker.earmarks) != set(source.earmarks):
        raise Refusal(_("Money is carried over for the same purpose: the earmarks differ."))
    return _ask_move(
        source, CorrectionKind.CARRY_OVER, taker=taker, amount=amount, code="carry_over", reason=reason, by=by
    )


def _ask_move(
    source: FundSource,
    kind: CorrectionKind,
    *,
    taker: FundSource,
    amount: Decimal,
    code: str,
    reason: str,
    lifted_by: str = "",
    by: Staff,
) -> Correction:
    locked = ledger.lock([source.pk, taker.pk])
    source, taker = locked[source.pk], locked[taker.pk]
    require(why_not_ask_correction(by, source))
    require(why_not_ask_correction(by, taker))
    if source.pk == taker.pk or amount <= 0:
        raise Refusal(_("Choose another source and an amount above zero."))
    require(why_not_take_in(taker))
    require(why_not_spend(source, amount, ledger.balance(source)))
    _need_reason(code, reason)
    asked = Correction.objects.create(
        office=source.office,
        kind=kind,
        giver=source,
        taker=taker,
        amount=amount,
        reason_code=code,
        reason=reason,
        lifted_by=lifted_by,
        asked_by=by,
    )
    trail.record("relief.correction.asked", asked, by=by, kind=kind, amount=amount, reason=reason, lifted_by=lifted_by)
    return asked


def _need_reason(code: str, reason: str) -> None:
    if not code or not reason.strip():
        raise Incomplete(_("Give the reason from the list and in words."))


@action
def ask_reversal(
    entry: LedgerTransaction, *, reason_code: str, reason: str, pay_again: bool = False, by: Staff
) -> Correction:
    """Ask to answer a mistake by a negative entry (红字冲销); the second person posts it."""
    entry = LedgerTransaction.objects.select_related("office").get(pk=entry.pk)
    require(why_not_ask_reversal(by, entry))
    _need_reason(reason_code, reason)
    gain = entry.postings.get(amount__gt=0)
    asked = Correction.objects.create(
        office=entry.office,
        kind=CorrectionKind.REVERSE,
        wrong=entry,
        pay_again=pay_again and entry.kind == LedgerKind.PAY,
        giver=gain.fund_source,
        amount=gain.amount,
        reason_code=reason_code,
        reason=reason,
        asked_by=by,
    )
    trail.record(
        "relief.correction.asked", asked, by=by, kind="reverse", voucher=entry, amount=gain.amount, reason=reason
    )
    return asked


def settle(correction: Correction, *, by: Staff) -> LedgerTransaction:
    """Post what somebody else asked for, whatever its kind."""
    kinds = {CorrectionKind.REVERSE: reverse, CorrectionKind.TRANSFER: transfer, CorrectionKind.CARRY_OVER: carry_over}
    return kinds[CorrectionKind(correction.kind)](correction, by=by)


@money_action
def transfer(correction: Correction, *, by: Staff) -> LedgerTransaction:
    """The second person moves money between two sources."""
    return _move_across(correction, LedgerKind.TRANSFER, by=by)


@money_action
def carry_over(correction: Correction, *, by: Staff) -> LedgerTransaction:
    """The second person carries unspent money to the next year's source."""
    return _move_across(correction, LedgerKind.CARRY_OVER, by=by)


def _move_across(correction: Correction, kind: LedgerKind, *, by: Staff) -> LedgerTransaction:
    correction = _locked(correction)
    taker_id = correction.taker_id or 0
    locked = ledger.lock([correction.giver_id, taker_id])
    source = locked[correction.giver_id]
    require(why_not_settle(by, correction))
    require(why_not_take_in(locked[taker_id]))
    if kind == LedgerKind.TRANSFER and not correction.lifted_by:
        require(why_not_leave_earmark(source, locked[taker_id]))
    require(why_not_spend(source, correction.amount, ledger.balance(source)))
    _close(correction, by=by)
    out = ledger.Move(source=source.pk, giver=Bucket.AVAILABLE, taker=Bucket.OUTSIDE, amount=correction.amount)
    into = ledger.Move(source=taker_id, giver=Bucket.OUTSIDE, taker=Bucket.AVAILABLE, amount=correction.amount)
    draft = ledger.Draft(kind=kind, subject=subject_of(correction), moves=[out, into], memo=correction.reason)
    entry = ledger.post([draft], office=correction.office, by=correction.asked_by, seconded_by=by)[0]
    trail.record(f"relief.money.{_PARTICIPLE[kind]}", correction, by=by, amount=correction.amount, voucher=entry)
    return entry


_PARTICIPLE = {LedgerKind.TRANSFER: "transferred", LedgerKind.CARRY_OVER: "carried_over"}


@money_action
def reverse(correction: Correction, *, by: Staff) -> LedgerTransaction:
    """The second person posts the reversal: the payment stays as it was, with its negative entry beside it."""
    correction = _locked(correction)
    wrong = cast("LedgerTransaction", correction.wrong)  # a reversal names what it reverses: the database sees to it
    payment = _locked_payment(wrong) if wrong.kind == LedgerKind.PAY else None
    source = ledger.lock([correction.giver_id])[correction.giver_id]
    require(why_not_settle(by, correction))
    move = _way_back(correction, source, payment)
    _close(correction, by=by)
    if payment is not None:
        _reopen(payment, correction)
    draft = ledger.Draft(
        kind=LedgerKind.REVERSE,
        subject=wrong.subject,
        moves=[move],
        memo=correction.reason,
        reverses=wrong,
        payment=wrong.payment_id,
    )
    entry = ledger.post([draft], office=correction.office, by=correction.asked_by, seconded_by=by)[0]
    trail.record("relief.money.reversed", wrong.subject, by=by, voucher=entry, reverses=wrong, amount=correction.amount)
    return entry


def _way_back(correction: Correction, source: FundSource, payment: Payment | None) -> ledger.Move:
    """A payment goes back to the grant or to the source; money received goes back to whoever sent it."""
    if payment is None:
        require(why_not_spend(source, correction.amount, ledger.balance(source)))
        return ledger.Move(source=source.pk, giver=Bucket.AVAILABLE, taker=Bucket.OUTSIDE, amount=correction.amount)
    taker = Bucket.COMMITTED if correction.pay_again else Bucket.AVAILABLE
    return ledger.Move(source=source.pk, giver=Bucket.PAID, taker=taker, amount=correction.amount)


def _locked_payment(entry: LedgerTransaction) -> Payment:
    """The payment of a `pay` entry, with its instalment: records are locked before sources."""
    payments = Payment.objects.select_related("instalment__award")
    return payments.select_for_update(of=("self", "instalment"), no_key=True).get(pk=entry.payment_id or 0)


def _reopen(payment: Payment, correction: Correction) -> None:
    payment.become(Payment.Status.REVERSED)
    payment.save(update_fields=["status"])
    instalment = payment.instalment
    if correction.pay_again and instalment.award.status == instalment.award.Status.STOPPED:
        raise Refusal(_("The award was stopped; this money goes back to its source."))
    instalment.become(Instalment.Status.OWED if correction.pay_again else Instalment.Status.STOPPED)
    instalment.save(update_fields=["status"])


@action
def turn_down(correction: Correction, *, answer: str, by: Staff) -> Correction:
    """The second person says no; nothing is posted."""
    correction = _locked(correction)
    require(why_not_settle(by, correction))
    if not answer.strip():
        raise Incomplete(_("Say why this correction is turned down."))
    correction.become(Correction.Status.TURNED_DOWN)
    correction.answer = answer
    correction.settled_by, correction.settled_at = by, timezone.now()
    correction.save(update_fields=["status", "answer", "settled_by", "settled_at"])
    trail.record("relief.correction.turned_down", correction, by=by, reason=answer)
    return correction


def _locked(correction: Correction) -> Correction:
    related = Correction.objects.select_related("office", "asked_by", "wrong")
    return related.select_for_update(of=("self",), no_key=True).get(pk=correction.pk)


def _close(correction: Correction, *, by: Staff) -> None:
    correction.become(Correction.Status.DONE)
    correction.settled_by, correction.settled_at = by, timezone.now()
    correction.save(update_fields=["status", "settled_by", "settled_at"])
