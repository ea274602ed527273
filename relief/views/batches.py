"""Batches: made, checked or sent back, handed over; the file for the bank, and the bank's answer."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from django.contrib import messages
from django.db.models import Count, Q, Sum
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from center.kernel.errors import Refusal
from center.kernel.remarks import told
from center.kernel.roles import Permission
from center.papers.prints import papers_of
from center.permissions.turns import who_can
from center.privacy import access
from center.site.guard import StaffRequest, needs, posted, reads
from relief import permissions
from relief.actions import bank as bank_actions
from relief.actions import bankfiles
from relief.actions import payments as actions
from relief.forms.payments import (
    AnswerObjectionsForm,
    BankReturnForm,
    DropForm,
    LayoutChoice,
    SendBackForm,
    ToldForm,
)
from relief.models import BankReturn, Batch, Payment
from relief.prints import print_signsheet
from relief.queries.batch_rounds import rounds_of, with_names
from relief.rules.capitals import in_capitals
from relief.views.shortcuts import act, attempt, page_of, show

if TYPE_CHECKING:
    from django import forms

ZERO = Decimal("0.00")


@reads
@needs(Permission.READ_FUNDS)
def batches(request: StaffRequest) -> HttpResponse:
    rows = Batch.objects.read_by(request.staff).select_related("made_by", "checked_by", "paid_by")
    live = ~Q(payments__status=Payment.Status.DROPPED)
    rows = rows.annotate(lines=Count("payments", filter=live), total=Sum("payments__amount", filter=live, default=ZERO))
    return show(request, "batches.html", {"page": page_of(request, rows.order_by("-pk"))})


def _batch(request: StaffRequest, code: str) -> Batch:
    rows = Batch.objects.read_by(request.staff).select_related("office", "made_by", "checked_by", "paid_by")
    return get_object_or_404(rows, code=code)


@reads
@needs(Permission.READ_FUNDS)
def batch(request: StaffRequest, code: str) -> HttpResponse:
    """Lines, sum in figures and capitals, the three people, and what the bank said."""
    found = _batch(request, code)
    return _show_batch(request, found)


def _show_batch(request: StaffRequest, found: Batch, **refused: forms.Form) -> HttpResponse:
    lines = list(found.payments.select_related("fund_source", "application__programme", "told_by").order_by("line"))
    live = [line for line in lines if line.status != Payment.Status.DROPPED]
    total = sum((line.amount for line in live), ZERO)
    returns = [(kept, [told(fault) for fault in kept.faults]) for kept in found.returns.select_related("read_by")]
    staff = request.staff
    waiting = [line for line in live if line.status == Payment.Status.IN_TRANSIT]
    context = {
        "batch": found,
        "lines": lines,
        "count": len(live),
        "total": total,
        "capitals": in_capitals(total),
        "returns": returns,
        "unanswered": waiting,
        "told": [(line, permissions.why_not_second_failure(staff, line)) for line in waiting if line.told_by],
        "written": with_names(bankfiles.written_of(found)),
        "rounds": rounds_of(found),
        "letters": papers_of(found),
        "objecting": any(line.objection for line in live),
    }
    return show(request, "batch.html", context | _forms(found) | refused | _why_not(request, found, waiting))


def _forms(found: Batch) -> dict[str, forms.Form]:
    return {
        "return_form": BankReturnForm(batch=found),
        "layout_form": LayoutChoice(batch=found, auto_id="out-%s"),
        "drop_form": DropForm(batch=found),
        "send_back_form": SendBackForm(batch=found),
        "answer_form": AnswerObjectionsForm(),
        "told_form": ToldForm(batch=found),
    }


def _why_not(request: StaffRequest, found: Batch, waiting: list[Payment]) -> dict[str, str]:
    staff = request.staff
    untold = next((line for line in waiting if not line.told_by_id), None)
    return {
        "why_not_drop": permissions.why_not_drop(staff, found),
        "why_not_check": permissions.why_not_check(staff, found),
        "why_not_send_back": permissions.why_not_send_back(staff, found),
        "why_not_answer": permissions.why_not_answer_objections(staff, found),
        "why_not_hand_over": permissions.why_not_hand_over(staff, found),
        "why_not_fetch": permissions.why_not_fetch_file(staff, found),
        "why_not_sheet": permissions.why_not_print_signsheet(staff, found),
        "why_not_read": permissions.why_not_read_return(staff, found),
        "why_not_tell": permissions.why_not_tell_failure(staff, untold)
        if untold
        else _("Every line that waits is told already."),
    }


def _paid_by(batch: Batch) -> str:
    return _("Checked. It is paid by: %(who)s.") % {"who": who_can((Permission.PAY,), batch.office_id)}


@require_POST
@needs(Permission.CHECK_MONEY)
def check(request: StaffRequest, code: str) -> HttpResponse:
    found = _batch(request, code)
    back = reverse("relief:batch", args=[code])
    return attempt(request, lambda: actions.check_batch(found, by=request.staff), done=_paid_by(found), back=back)


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
        return _show_batch(request, _batch(request, code), drop_form=form)
    taken_out = form.cleaned_data["line"] is not None
    messages.success(
        request,
        _("The line is taken out; the batch must be checked again.") if taken_out else _("The batch is dropped."),
    )
    return redirect("relief:batch", code=code)


@require_POST
@needs(Permission.CHECK_MONEY)
def send_back(request: StaffRequest, code: str) -> HttpResponse:
    """The checker does not agree: why, and to which lines."""
    found = _batch(request, code)
    form = SendBackForm(request.POST, batch=found)
    if not act(form, lambda: form.apply(by=request.staff)):
        return _show_batch(request, _batch(request, code), send_back_form=form)
    messages.success(request, _("Sent back. The accountant answers, then it is checked again."))
    return redirect("relief:batch", code=code)


@require_POST
@needs(Permission.MAKE_BATCHES)
def answer_objections(request: StaffRequest, code: str) -> HttpResponse:
    """The accountant's answer to what the checker objected to."""
    found = _batch(request, code)
    form = AnswerObjectionsForm(request.POST)
    if not act(form, lambda: form.apply(found, by=request.staff)):
        return _show_batch(request, _batch(request, code), answer_form=form)
    messages.success(request, _("Answered. The batch may be checked again."))
    return redirect("relief:batch", code=code)


@require_POST
@needs(Permission.PAY, Permission.MAKE_BATCHES)
def bank_file(request: StaffRequest, code: str) -> HttpResponse:
    """The file for the bank; every account in it is logged, and whatever follows the first is a copy with its reason."""
    found = _batch(request, code)
    form = LayoutChoice(request.POST, batch=found)
    layout = form.chosen if form.is_valid() else bankfiles.KEPT
    reason = request.POST.get("reason", "")
    try:
        content, name = bankfiles.write_bank_file(found, layout=layout, reason=reason, by=request.staff)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("relief:batch", code=code)
    return _download(content, name, "text/csv; charset=gb18030")


def _download(content: bytes, name: str, content_type: str) -> HttpResponse:
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response


@require_POST
@needs(Permission.PAY, Permission.MAKE_BATCHES)
def return_form(request: StaffRequest, code: str) -> HttpResponse:
    """A form of the bank's answer, filled with the lines that wait."""
    found = _batch(request, code)
    if sentence := permissions.why_not_read_return(request.staff, found):
        messages.error(request, sentence)
        return redirect("relief:batch", code=code)
    access.downloaded(found, by=request.staff, what=f"relief.return_form {found}")
    return _download(bankfiles.return_form(found), f"{found.bank_number}-return.csv", "text/csv; charset=gb18030")


@require_POST
@needs(Permission.PAY, Permission.MAKE_BATCHES)
def tell_failure(request: StaffRequest, code: str) -> HttpResponse:
    """A line that the bank returned by telephone or on paper; a second person confirms it."""
    found = _batch(request, code)
    form = ToldForm(request.POST, batch=found)
    if not act(form, lambda: form.apply(by=request.staff)):
        return _show_batch(request, _batch(request, code), told_form=form)
    messages.success(request, _("Noted. A second person confirms it."))
    return redirect(reverse("relief:batch", args=[code]) + "#told")


@require_POST
@needs(Permission.PAY, Permission.MAKE_BATCHES, Permission.CHECK_MONEY)
def second_failure(request: StaffRequest, code: str) -> HttpResponse:
    """The second person has seen the bank's paper, or says that it is not so."""
    found = get_object_or_404(Payment.objects.visible_to(request.staff).select_related("batch"), code=code)
    back = reverse("relief:batch", args=[found.batch.code]) + "#told"
    if "drop" in request.POST:
        reason = request.POST.get("reason", "")
        return attempt(
            request,
            lambda: bankfiles.drop_told(found, reason=reason, by=request.staff),
            done=_("Dropped. The line waits for the bank's answer."),
            back=back,
        )
    return attempt(
        request, lambda: bankfiles.second_failure(found, by=request.staff), done=_("The line is returned."), back=back
    )


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
    rows = BankReturn.objects.filter(batch__in=Batch.objects.read_by(request.staff))
    kept = get_object_or_404(rows, code=code)
    content = bank_actions.hand_out(kept, by=request.staff)
    return _download(content, f"return-{kept.code}.csv", "application/octet-stream")


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
