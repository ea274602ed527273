"""What is due, what came back, and the trace of one payment."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from django.contrib import messages
from django.db.models import F
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from center.kernel.roles import Permission
from center.papers.prints import papers_of
from center.permissions.papers import why_not_remove
from center.site.guard import StaffRequest, needs, posted, reads
from relief import permissions
from relief.actions import payments as actions
from relief.actions.receipts import said_of
from relief.forms.payments import BatchForm
from relief.forms.receipts import ReceiptForm
from relief.models import Batch, Instalment, Payment, SignedSheet
from relief.prints import print_trace
from relief.queries.accounts import accounts_of
from relief.queries.trace import trace_of
from relief.views.shortcuts import act, attempt, home_of, page_of, show

if TYPE_CHECKING:
    from django.http import HttpResponse

ZERO = Decimal("0.00")


@require_http_methods(["GET", "POST"])
@needs(Permission.READ_FUNDS)
def queue(request: StaffRequest) -> HttpResponse:
    """Granted and due, by programme and source; a line that cannot be paid says why."""
    office = home_of(request)
    form = BatchForm(posted(request), staff=request.staff, office=office)
    if made := act(form, lambda: form.apply(by=request.staff)):
        messages.success(request, _("The batch is made. Another person checks it."))
        return redirect("relief:batch", code=made.code)
    owed = Instalment.objects.visible_to(request.staff).filter(status="owed", due_on__lte=timezone.localdate())
    rows = owed.due(timezone.localdate())
    rows = rows.select_related(
        "award__application__person", "award__application__programme", "award__application__file", "fund_source",
        "award__application__beneficiary",
    )  # fmt: skip
    page = page_of(request, rows.order_by("due_on", "pk"))
    accounts = accounts_of(page)
    receivers = permissions.receivers_of(page, accounts)
    failed = set(
        Payment.objects.filter(
            instalment__in=[part.pk for part in page], status="failed", failure_settled_by=None
        ).values_list("instalment_id", flat=True)
    )
    lines = [
        {
            "part": part,
            "account": accounts.get(part.award.application_id),
            "why_not": permissions.why_not_payable(
                part,
                accounts.get(part.award.application_id),
                office_id=office.pk,
                failed=part.pk in failed,
                receivers=receivers,
            ),
        }
        for part in page
    ]
    held = owed.exclude(award__status="payable").select_related("award__application__programme")
    batches = Batch.objects.visible_to(request.staff).select_related("made_by", "checked_by", "paid_by")[:12]
    return show(
        request,
        "payments.html",
        {
            "form": form,
            "page": page,
            "lines": lines,
            "sum": sum((part.amount for part in page), ZERO),
            "held": held.order_by("due_on", "pk"),
            "batches": batches,
            "why_not": permissions.why_not_make_batch(request.staff, office),
        },
    )


@reads
@needs(Permission.READ_FUNDS, Permission.TAKE_APPLICATIONS)
def failed(request: StaffRequest) -> HttpResponse:
    """Returned by the bank: why, whom to call, and whether the account was corrected."""
    rows = Payment.objects.visible_to(request.staff).filter(status="failed").select_related("batch", "application")
    return show(
        request,
        "failed.html",
        {"page": page_of(request, rows.order_by(F("failure_settled_at").desc(nulls_first=True), "-pk"))},
    )


@require_http_methods(["GET", "POST"])
@needs(Permission.READ_FUNDS, Permission.READ_APPLICATIONS)
def payment(request: StaffRequest, code: str) -> HttpResponse:
    """One payment from its source to its receipt (screens.md P35); what is missing is red."""
    rows = Payment.objects.visible_to(request.staff).select_related(
        "batch__made_by", "batch__checked_by", "batch__paid_by", "fund_source", "application__version", "application__programme", "instalment__award",
        "receipt", "receipt_confirmed_by", "approved_by", "office", "application__file", "failure_settled_by",
    )  # fmt: skip
    found = get_object_or_404(rows, code=code)
    form = ReceiptForm(posted(request), request.FILES if request.method == "POST" else None)
    if sheet := act(form, lambda: form.apply(found, by=request.staff)):
        messages.success(request, said_of(sheet))
        if sheet.status == sheet.Status.TAKEN:
            return redirect(sheet.get_absolute_url())
        return redirect("relief:payment", code=code)
    steps = trace_of(found)
    return show(
        request,
        "payment.html",
        {
            "payment": found,
            "steps": steps,
            "again": Payment.objects.filter(instalment=found.instalment_id, pk__gt=found.pk).order_by("pk").first(),
            "accounts": _accounts_page(found),
            "gaps": [step for step in steps if not step.there],
            "entries": found.entries.select_related("posted_by", "seconded_by", "reverses").order_by("pk"),
            "form": form,
            "sheets": _sheets_of(found),
            "letters": papers_of(found),
            "may_take_off": found.receipt is not None and not why_not_remove(request.staff, found.receipt),
            "may_reverse": request.staff.may(Permission.RECEIVE_FUNDS, found.office_id),
            "why_not_receipt": permissions.why_not_confirm_receipt(request.staff, found),
            "why_not_settle": permissions.why_not_settle_failure(request.staff, found),
        },
    )


def _sheets_of(payment: Payment) -> list[SignedSheet]:
    """The sheets that speak, or spoke, for this payment."""
    rows = SignedSheet.objects.filter(batch=payment.batch_id, lines__contains=[payment.line]).select_related("batch")
    return list(rows.order_by("pk"))


def _accounts_page(payment: Payment) -> str:
    """Where the account of whoever was not reached is corrected."""
    file = payment.application.file
    return reverse("casework:file_edit", args=[file.code, "papers"]) + "#account" if file else ""


@require_POST
@needs(Permission.READ_FUNDS, Permission.READ_APPLICATIONS)
def trace_print(request: StaffRequest, code: str) -> HttpResponse:
    """Freeze the trace; the page offers its copies."""
    found = get_object_or_404(Payment.objects.visible_to(request.staff), code=code)
    done = _("The trace is issued; print it below.")
    back = reverse("relief:payment", args=[code])
    return attempt(request, lambda: print_trace(found, by=request.staff), done=done, back=back)


@require_POST
@needs(Permission.TAKE_APPLICATIONS, Permission.MAKE_BATCHES)
def settle_failure(request: StaffRequest, code: str) -> HttpResponse:
    found = get_object_or_404(Payment.objects.visible_to(request.staff), code=code)
    back = reverse("relief:payment", args=[code])
    done = _("The instalment waits for its next batch.")
    return attempt(request, lambda: actions.settle_failure(found, by=request.staff), done=done, back=back)
