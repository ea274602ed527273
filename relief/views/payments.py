"""What is due, the batches, the bank's answers, receipts, and the trace of one payment."""

from __future__ import annotations

from decimal import Decimal

from django.contrib import messages
from django.db.models import Count, F, Q, Sum
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from center.errors import Refusal
from center.permissions import why_not_remove
from center.prints import papers_of
from center.remarks import told
from center.roles import Permission
from center.views.guard import StaffRequest, needs, posted, reads
from relief import permissions
from relief.actions import bank as bank_actions
from relief.actions import payments as actions
from relief.actions.receipts import said_of
from relief.capitals import in_capitals
from relief.forms.payments import BankReturnForm, BatchForm, DropForm, LayoutChoice
from relief.forms.receipts import ReceiptForm
from relief.models import BankReturn, Batch, Instalment, Payment, SignedSheet
from relief.prints import print_signsheet
from relief.queries import accounts_of
from relief.trace import trace_of
from relief.views.parts import act, attempt, home_of, page_of, show

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
@needs(Permission.READ_FUNDS)
def batches(request: StaffRequest) -> HttpResponse:
    rows = Batch.objects.visible_to(request.staff).select_related("made_by", "checked_by", "paid_by")
    live = ~Q(payments__status=Payment.Status.DROPPED)
    rows = rows.annotate(lines=Count("payments", filter=live), total=Sum("payments__amount", filter=live, default=ZERO))
    return show(request, "batches.html", {"page": page_of(request, rows.order_by("-pk"))})


def _batch(request: StaffRequest, code: str) -> Batch:
    rows = Batch.objects.visible_to(request.staff).select_related("office", "made_by", "checked_by", "paid_by")
    return get_object_or_404(rows, code=code)


@reads
@needs(Permission.READ_FUNDS)
def batch(request: StaffRequest, code: str) -> HttpResponse:
    """Lines, sum in figures and capitals, the three people, and what the bank said."""
    found = _batch(request, code)
    return _show_batch(request, found, DropForm(batch=found))


def _show_batch(request: StaffRequest, found: Batch, drop_form: DropForm) -> HttpResponse:
    lines = list(found.payments.select_related("fund_source", "application").order_by("line"))
    live = [line for line in lines if line.status != Payment.Status.DROPPED]
    total = sum((line.amount for line in live), ZERO)
    returns = [(kept, [told(fault) for fault in kept.faults]) for kept in found.returns.select_related("read_by")]
    staff = request.staff
    return show(
        request,
        "batch.html",
        {
            "batch": found,
            "lines": lines,
            "count": len(live),
            "total": total,
            "capitals": in_capitals(total),
            "returns": returns,
            "unanswered": [line for line in live if line.status == Payment.Status.IN_TRANSIT],
            "return_form": BankReturnForm(batch=found),
            "layout_form": LayoutChoice(batch=found, auto_id="out-%s"),
            "drop_form": drop_form,
            "why_not_drop": permissions.why_not_drop(staff, found),
            "why_not_check": permissions.why_not_check(staff, found),
            "why_not_hand_over": permissions.why_not_hand_over(staff, found),
            "letters": papers_of(found),
            "why_not_sheet": permissions.why_not_print_signsheet(staff, found),
            "why_not_read": permissions.why_not_read_return(staff, found),
        },
    )


@require_POST
@needs(Permission.CHECK_MONEY)
def check(request: StaffRequest, code: str) -> HttpResponse:
    found = _batch(request, code)
    back = reverse("relief:batch", args=[code])
    return attempt(
        request, lambda: actions.check_batch(found, by=request.staff), done=_("Checked. The cashier pays."), back=back
    )


@require_POST
@needs(Permission.PAY)
def hand_over(request: StaffRequest, code: str) -> HttpResponse:
    found = _batch(request, code)
    back = reverse("relief:batch", args=[code])
    done = _("Handed over. Download the file for the bank.")
    return attempt(request, lambda: actions.hand_over(found, by=request.staff), done=done, back=back)


@require_POST
@needs(Permission.MAKE_BATCHES)
def drop(request: StaffRequest, code: str) -> HttpResponse:
    """Drop the batch, or take one line out of it."""
    found = _batch(request, code)
    form = DropForm(request.POST, batch=found)
    if not act(form, lambda: form.apply(by=request.staff)):
        return _show_batch(request, _batch(request, code), form)
    taken_out = form.cleaned_data["line"] is not None
    messages.success(
        request,
        _("The line is taken out; the batch must be checked again.") if taken_out else _("The batch is dropped."),
    )
    return redirect("relief:batch", code=code)


@require_POST
@needs(Permission.PAY, Permission.MAKE_BATCHES)
def bank_file(request: StaffRequest, code: str) -> HttpResponse:
    """The file for the bank; every account in it is logged."""
    found = _batch(request, code)
    form = LayoutChoice(request.POST, batch=found)
    layout = form.cleaned_data.get("layout") if form.is_valid() else None
    try:
        content = actions.write_bank_file(found, layout=layout, by=request.staff)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("relief:batch", code=code)
    response = HttpResponse(content, content_type="text/csv; charset=gb18030")
    response["Content-Disposition"] = f'attachment; filename="{found.bank_number}.csv"'
    response["Cache-Control"] = "no-store"
    return response


@require_http_methods(["GET", "POST"])
@needs(Permission.PAY, Permission.MAKE_BATCHES)
def bank_return(request: StaffRequest, code: str) -> HttpResponse:
    """Read the bank's answer: carried out, nothing new, or refused whole with every line that is wrong."""
    found = _batch(request, code)
    form = BankReturnForm(posted(request), request.FILES if request.method == "POST" else None, batch=found)
    kept = act(form, lambda: form.apply(found, by=request.staff))
    if kept is not None:
        _say(request, kept)
        return redirect(reverse("relief:batch", args=[code]) + "#returns")
    heading = _("Bank return of %(batch)s") % {"batch": found}
    why_not = permissions.why_not_read_return(request.staff, found)
    context = {"form": form, "heading": heading, "verb": _("Read the return"), "why_not": why_not, "files": True}
    return show(request, "form.html", context)


def _say(request: StaffRequest, kept: BankReturn) -> None:
    if kept.outcome == BankReturn.Outcome.REFUSED:
        count = len(kept.faults)
        said = ngettext(
            "Refused whole, nothing was posted: %(count)s line is wrong.",
            "Refused whole, nothing was posted: %(count)s lines are wrong.",
            count,
        )
        messages.error(request, said % {"count": count})
    elif kept.outcome == BankReturn.Outcome.UNCHANGED:
        messages.info(request, _("This answer was already read: nothing changed."))
    else:
        facts = {"paid": kept.paid, "failed": kept.failed, "unanswered": kept.unanswered}
        messages.success(
            request, _("%(paid)s paid, %(failed)s returned, %(unanswered)s without an answer yet.") % facts
        )


@require_POST
@needs(Permission.READ_FUNDS)
def return_file(request: StaffRequest, code: str) -> HttpResponse:
    """The bank's file as it came, kept whether it was carried out or refused."""
    rows = BankReturn.objects.filter(batch__in=Batch.objects.visible_to(request.staff))
    kept = get_object_or_404(rows, code=code)
    content = bank_actions.hand_out(kept, by=request.staff)
    response = HttpResponse(content, content_type="application/octet-stream")
    response["Content-Disposition"] = f'attachment; filename="return-{kept.code}.csv"'
    response["Cache-Control"] = "no-store"
    return response


@require_POST
@needs(Permission.READ_FUNDS)
def signsheet(request: StaffRequest, code: str) -> HttpResponse:
    """Freeze the sign-off sheet; the page offers its copies."""
    found = _batch(request, code)
    back = reverse("relief:batch", args=[code])
    return attempt(
        request,
        lambda: print_signsheet(found, by=request.staff),
        done=_("The sheet is issued; print it below."),
        back=back,
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
        "batch__made_by", "batch__checked_by", "batch__paid_by", "fund_source", "application__version", "instalment__award",
        "receipt", "receipt_confirmed_by", "approved_by", "office", "application__file", "failure_settled_by",
    )  # fmt: skip
    found = get_object_or_404(rows, code=code)
    form = ReceiptForm(posted(request), request.FILES if request.method == "POST" else None)
    if sheet := act(form, lambda: form.apply(found, by=request.staff)):
        messages.success(request, said_of(sheet))
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
@needs(Permission.TAKE_APPLICATIONS, Permission.MAKE_BATCHES)
def settle_failure(request: StaffRequest, code: str) -> HttpResponse:
    found = get_object_or_404(Payment.objects.visible_to(request.staff), code=code)
    back = reverse("relief:payment", args=[code])
    done = _("The instalment waits for its next batch.")
    return attempt(request, lambda: actions.settle_failure(found, by=request.staff), done=done, back=back)
