"""The bank's files: the order that goes out once, a form to fill in, and what the bank said by telephone or on paper."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _

from center.evidence import trail
from center.kernel.action import action, money_action
from center.kernel.errors import Incomplete, Refusal, require
from center.models import Event
from center.models.base import subject_of
from relief.actions.payments import locked_batch, return_lines
from relief.models import Batch, Payment
from relief.permissions import why_not_fetch_file, why_not_second_failure, why_not_tell_failure
from relief.rules import bankfile

if TYPE_CHECKING:
    from datetime import date

    from center.models import Staff
    from relief.models import BankLayout
    from relief.rules.bankfile import Layout

S = Payment.Status
WRITTEN = "relief.batch.file_written"


class Kept(Enum):
    """Nobody chose a layout: the batch keeps the one it has. None is a choice, too: the usual one."""

    LAYOUT = "layout"


KEPT = Kept.LAYOUT


def written_of(batch: Batch) -> list[Event]:
    """Each time the file was fetched, the original first: who, when, and of a copy why."""
    return list(Event.objects.filter(subject=subject_of(batch), verb=WRITTEN).order_by("pk"))


def copy_name(batch: Batch, copy: int) -> str:
    """The name of the file: a copy says that it is one, so that nobody hands it to the bank as another order."""
    return f"{batch.bank_number}.csv" if copy == 0 else f"{batch.bank_number}-COPY{copy}-DO-NOT-PAY.csv"


@action
def write_bank_file(
    batch: Batch, *, layout: BankLayout | Kept | None = KEPT, reason: str = "", by: Staff
) -> tuple[bytes, str]:
    """The file for the bank and its name, in the layout that it wants; every card number in it is a logged reveal.

    The first is the order to the bank. What is fetched afterwards is a copy, with who and why: an order that goes out twice
    is paid twice. A copy may be looked at in another layout; the batch keeps its own.
    """
    batch = locked_batch(batch)
    copy = len(written_of(batch))
    if (copy or batch.status == Batch.Status.ANSWERED) and not reason.strip():
        raise Incomplete(_("The file was fetched already. Say what the copy is for."))
    copy = max(copy, int(batch.status == Batch.Status.ANSWERED))
    wanted = choose_layout(batch, layout, keep=not copy)
    require(why_not_fetch_file(by, batch))
    orders = [
        bankfile.Order(
            line=payment.line,
            name=payment.payee_name,
            card=payment.card_number.open(by=by, reason="bank_file"),
            bank=payment.bank_name,
            amount=payment.amount,
            code=payment.line_code,
        )
        for payment in batch.payments.exclude(status=S.DROPPED).order_by("line")
    ]
    trail.record("relief.batch.file_written", batch, by=by, lines=len(orders), copy=copy, reason=reason.strip()[:200])
    return bankfile.write(orders, wanted), copy_name(batch, copy)


def choose_layout(batch: Batch, layout: BankLayout | Kept | None, *, keep: bool = True) -> Layout:
    """Inside an action: how the batch is written or read now, which is kept for the next time. None is the usual layout."""
    if isinstance(layout, Kept):
        return batch.bank_layout
    if layout and layout.office_id != batch.office_id:
        raise Refusal(_("This layout is another office's."))
    if keep and batch.layout != layout:
        batch.layout = layout
        batch.save(update_fields=["layout"])
    return layout.layout if layout else bankfile.STANDARD


# -- what no file says ---------------------------------------------------------------------------------------------------------


def return_form(batch: Batch) -> bytes:
    """The bank's answer as a form: every line that waits, numbers masked; the result is filled in and the file read."""
    layout = batch.bank_layout
    waiting = batch.payments.filter(status=S.IN_TRANSIT).order_by("line")
    return bankfile.form(
        [
            {
                "batch": batch.bank_number,
                "line": str(payment.line),
                "name": payment.payee_name,
                "card": str(payment.card_number),
                "amount": f"{payment.amount:.2f}",
                "code": payment.line_code,
            }
            for payment in waiting
        ],
        layout,
    )


@action
def tell_failure(payment: Payment, *, failure: str, on: date, by: Staff) -> Payment:
    """The bank said by telephone or on paper that a line came back: one person says so, nothing is posted yet."""
    batch = locked_batch(payment.batch)
    payment = Payment.objects.select_for_update(of=("self",), no_key=True).get(pk=payment.pk, batch=batch)
    require(why_not_tell_failure(by, payment))
    if not failure.strip():
        raise Incomplete(_("Say why the bank returned it."))
    if on > timezone.localdate() or (payment.paid_at and on < timezone.localdate(payment.paid_at)):
        raise Refusal(_("The day lies between the hand-over and today."))
    payment.told_failure, payment.told_on = failure.strip()[:80], on
    payment.told_by, payment.told_at = by, timezone.now()
    payment.save(update_fields=["told_failure", "told_on", "told_by", "told_at"])
    trail.record("relief.payment.told_returned", payment, by=by, reason=payment.told_failure, on=on)
    return payment


@money_action
def second_failure(payment: Payment, *, by: Staff) -> Payment:
    """The second person has seen the bank's paper: the line is returned, its money committed again."""
    batch = locked_batch(payment.batch)
    payment = Payment.objects.select_for_update(of=("self",), no_key=True).get(pk=payment.pk, batch=batch)
    require(why_not_second_failure(by, payment))
    return_lines(batch, {payment.pk: (payment.told_failure, payment.told_on or timezone.localdate())}, by=by)
    trail.record("relief.payment.told_returned_seconded", payment, by=by)
    payment.refresh_from_db()
    return payment


@action
def drop_told(payment: Payment, *, reason: str, by: Staff) -> Payment:
    """Not so: the line waits for the bank's answer as before."""
    batch = locked_batch(payment.batch)
    payment = Payment.objects.select_for_update(of=("self",), no_key=True).get(pk=payment.pk, batch=batch)
    if by.pk != payment.told_by_id or payment.status != S.IN_TRANSIT:
        require(why_not_second_failure(by, payment))
    if not reason.strip():
        raise Incomplete(_("Say why."))
    payment.told_failure, payment.told_on, payment.told_by, payment.told_at = "", None, None, None
    payment.save(update_fields=["told_failure", "told_on", "told_by", "told_at"])
    trail.record("relief.payment.told_dropped", payment, by=by, reason=reason.strip()[:200])
    return payment
