"""Receipts: what is not signed for, the sheets that came back, and what was read from each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from center.kernel.roles import Permission
from center.models import Document
from center.models.base import subject_of
from center.site.guard import StaffRequest, needs, posted
from relief import permissions
from relief.actions import receipts as actions
from relief.forms.receipts import LookedThroughForm, NamedLinesForm, SecondForm, SignedSheetForm, TakeOffForm
from relief.models import Batch, Payment, SignedSheet
from relief.views.shortcuts import act, attempt, page_of, show

if TYPE_CHECKING:
    from django.http import HttpResponse

S = SignedSheet.Status


@require_http_methods(["GET", "POST"])
@needs(Permission.CONFIRM_RECEIPTS, Permission.READ_FUNDS)
def receipts(request: StaffRequest) -> HttpResponse:
    """Paid and not yet signed for; the sheets that wait for somebody (screens.md P18)."""
    staff = request.staff
    rows = (
        Payment.objects.visible_to(staff).filter(status="paid").select_related("batch", "receipt", *Payment.NAMED_WITH)
    )
    waiting = rows.filter(receipt_confirmed_by=None)
    taking = staff.sight(Permission.CONFIRM_RECEIPTS)
    batches = Batch.objects.filter(pk__in=waiting.values("batch"), office_id__in=taking).exclude(paid_by=staff)
    form = SignedSheetForm(
        posted(request), request.FILES if request.method == "POST" else None, waiting=batches.select_related("office")
    )
    if taken := act(form, lambda: form.apply(by=staff)):
        return redirect("relief:signed_sheet", code=taken.code)
    open_sheets = SignedSheet.objects.visible_to(staff).filter(status__in=(S.TAKEN, S.ASKED))
    page = page_of(request, waiting.order_by("answered_on", "pk"))
    context = {"page": page, "missing": waiting.count(), "all": rows.count(), "form": form}
    context["sheets"] = open_sheets.select_related("batch", "taken_by", "named_by").order_by("pk")[:50]
    context["may_confirm"] = batches.exists()
    return show(request, "receipts.html", context)


def _sheet(request: StaffRequest, code: str) -> SignedSheet:
    rows = SignedSheet.objects.visible_to(request.staff).select_related(
        "batch__office", "taken_by", "named_by", "settled_by"
    )
    return get_object_or_404(rows, code=code)


@require_http_methods(["GET", "POST"])
@needs(Permission.CONFIRM_RECEIPTS, Permission.READ_FUNDS)
def sheet(request: StaffRequest, code: str) -> HttpResponse:
    """One sheet: its scan, its lines, and what this person does with it now."""
    found = _sheet(request, code)
    answers = posted(request)
    form = (LookedThroughForm if found.recognised else NamedLinesForm)(answers, sheet=found)
    if named := act(form, lambda: form.apply(by=request.staff)):
        messages.success(request, actions.said_of(named))
        return redirect("relief:signed_sheet", code=code)
    paper = found.paper
    return show(
        request,
        "signed_sheet.html",
        {
            "sheet": found,
            "paper": paper,
            "scan_is_off": paper is None and Document.objects.filter(subject=subject_of(found)).exists(),
            "is_picture": paper is not None and paper.content_type == "image/jpeg",
            "lines": found.batch.payments.filter(line__in=found.lines).order_by("line"),
            "form": form,
            **actions.ink_said(found),
            "why_not_name": permissions.why_not_look_through(request.staff, found),
            "why_not_second": permissions.why_not_second_sheet(request.staff, found),
            "second_form": SecondForm(auto_id="second-%s"),
            "off_form": TakeOffForm(auto_id="off-%s"),
            "why_not_take_off": permissions.why_not_take_off_sheet(request.staff, found),
        },
    )


@require_POST
@needs(Permission.CONFIRM_RECEIPTS)
def second(request: StaffRequest, code: str) -> HttpResponse:
    """The second person confirms the named lines, or turns them down."""
    found = _sheet(request, code)
    back = found.get_absolute_url()
    if "turn_down" in request.POST:
        answer = request.POST.get("answer", "")
        said = _("Turned down. The lines wait for their receipts.")
        return attempt(
            request, lambda: actions.turn_down_sheet(found, answer=answer, by=request.staff), done=said, back=back
        )
    return attempt(
        request, lambda: actions.second_sheet(found, by=request.staff), done=_("The receipts are confirmed."), back=back
    )


@require_POST
@needs(Permission.CONFIRM_RECEIPTS)
def take_off(request: StaffRequest, code: str) -> HttpResponse:
    """A wrong sheet goes, and its receipts are missing again."""
    found = _sheet(request, code)
    reason = request.POST.get("reason", "")
    return attempt(
        request,
        lambda: actions.take_off_sheet(found, reason=reason, by=request.staff),
        done=_("Taken off. The receipts that rested on it are missing again."),
        back=found.get_absolute_url(),
    )
