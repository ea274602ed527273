"""Medical bills of an application: entered once in the whole center, taken back, free again when nothing was given."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Sum
from django.utils.translation import gettext as _

from center.evidence import trail
from center.kernel.action import action
from center.kernel.errors import Conflict, Incomplete, require
from center.kernel.normal import key
from relief.actions.facts import locked
from relief.models import Application, Invoice
from relief.permissions import why_not_edit

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

    from center.models import Staff


@action
def add_invoice(
    application: Application, *, number: str, self_paid: Decimal, issued_on: date | None, by: Staff
) -> Invoice:
    """Enter a medical bill; its number, however written, counts once in the whole center."""
    application = locked(application)
    require(why_not_edit(by, application))
    number = " ".join(number.split())
    if self_paid <= 0:
        raise Incomplete(_("The self-paid part of an invoice is more than zero."))
    if not key(number):
        raise Incomplete(_("Enter the invoice number."))
    if application.invoices.filter(counts=True, number_key=key(number)).exists():
        raise Conflict(_("This invoice is entered in this application already."))
    invoice = Invoice.objects.create(application=application, number=number, self_paid=self_paid, issued_on=issued_on)
    sum_invoices(application)
    trail.record("relief.invoice.added", application, by=by, invoice=invoice.pk, self_paid=self_paid)
    return invoice


@action
def drop_invoice(invoice: Invoice, *, by: Staff) -> Application:
    """Take a bill back; it may be used elsewhere again."""
    application = locked(invoice.application)
    require(why_not_edit(by, application))
    invoice.counts = False
    invoice.save(update_fields=["counts"])
    sum_invoices(application)
    trail.record("relief.invoice.dropped", application, by=by, invoice=invoice.pk)
    return application


def sum_invoices(application: Application) -> None:
    application.self_paid = application.invoices.filter(counts=True).aggregate(sum=Sum("self_paid"))["sum"]
    application.save(update_fields=["self_paid"])


def free_invoices(application: Application) -> None:
    """Bills of an application that gave nothing may be used again."""
    application.invoices.filter(counts=True).update(counts=False)
