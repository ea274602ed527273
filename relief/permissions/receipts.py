"""Who takes in signatures, names lines, confirms what another named, and takes a wrong sheet off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from center.kernel.roles import Permission
from center.permissions.papers import why_not_second
from center.permissions.turns import not_yours
from relief.models import Payment, SignedSheet
from relief.permissions.closing import why_not_change_receipt

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from center.models import Office, Staff
    from relief.models import Batch

S = SignedSheet.Status


def why_not_take_receipts(staff: Staff, office: Office | int) -> str:
    if not staff.may(Permission.CONFIRM_RECEIPTS, office):
        return not_yours(
            staff,
            _("Only the front desk, an officer or the cashier can confirm a receipt."),
            Permission.CONFIRM_RECEIPTS,
            office=office,
        )
    return ""


def why_not_confirm_receipt(staff: Staff, payment: Payment) -> str:
    if sentence := why_not_take_receipts(staff, payment.office_id):
        return sentence
    if payment.status != Payment.Status.PAID:
        return _("Only a paid payment has a receipt.")
    if payment.receipt_confirmed_by_id:
        return _("The receipt is already confirmed.")
    if staff.pk == payment.paid_by_id:
        return _("You paid this; somebody else must confirm the receipt.")
    return ""


def why_not_take_sheet(staff: Staff, batch: Batch) -> str:
    """Signatures of a batch are taken in by somebody who did not pay it."""
    if sentence := why_not_take_receipts(staff, batch.office_id):
        return sentence
    if staff.pk == batch.paid_by_id:
        return _("You paid this; somebody else must confirm the receipt.")
    if not batch.payments.filter(status=Payment.Status.PAID, receipt_confirmed_by=None).exists():
        return _("No line of this batch waits for its receipt.")
    return ""


def why_not_look_through(staff: Staff, sheet: SignedSheet) -> str:
    if sheet.status != S.TAKEN:
        return _("This sheet is %(state)s.") % {"state": sheet.get_status_display()}
    return why_not_take_sheet(staff, sheet.batch)


def why_not_second_sheet(staff: Staff, sheet: SignedSheet) -> str:
    stands = _("This sheet is %(state)s.") % {"state": sheet.get_status_display()}
    own = _("You named these lines; another person who takes receipts confirms them.")
    return why_not_second(staff, sheet, stands=stands, own=own) or why_not_take_sheet(staff, sheet.batch)


def why_not_take_off_sheet(staff: Staff, sheet: SignedSheet) -> str:
    """By those who take receipts and did not pay, while the period of its payments is open; confirmed yet or not."""
    if sentence := why_not_take_receipts(staff, sheet.office_id):
        return sentence
    if staff.pk == sheet.batch.paid_by_id:
        return _("You paid this; somebody else takes its receipt off.")
    if not sheet.may_become(S.TAKEN_OFF):
        return _("This sheet is %(state)s.") % {"state": sheet.get_status_display()}
    rows = sheet.batch.payments.filter(line__in=sheet.signed, receipt_confirmed_by__isnull=False)
    return _why_not_unconfirm(staff, rows.select_related("office").order_by("pk")) if sheet.status == S.DONE else ""


def why_not_take_off_receipt(staff: Staff, payments: QuerySet[Payment]) -> str:
    """The same of the receipts that rest on one paper."""
    return _why_not_unconfirm(staff, payments.select_related("office").order_by("pk"))


def _why_not_unconfirm(staff: Staff, payments: QuerySet[Payment]) -> str:
    for payment in payments:
        if payment.status != Payment.Status.PAID:
            return _("Payment %(payment)s is reversed; its receipt stays.") % {"payment": payment}
        if staff.pk == payment.paid_by_id:
            return _("You paid this; somebody else takes its receipt off.")
        if sentence := why_not_change_receipt(payment):
            return sentence
    return ""
