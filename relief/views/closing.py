"""The end of a month or a year: the checklist, the sheet whose totals open their rows, and the two people."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.db.models import Sum
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from center.kernel.roles import Permission
from center.papers.prints import papers_of
from center.site.guard import StaffRequest, needs, posted
from relief.actions import closing as actions
from relief.forms.closing import AnswerForm, AskForm, BeginForm, ReopenForm
from relief.models import Closing
from relief.permissions import (
    why_not_ask_closing,
    why_not_ask_reopening,
    why_not_begin_closing,
    why_not_close,
    why_not_reopen,
)
from relief.prints import print_closing
from relief.queries.carrying import bridge_of
from relief.queries.closing import COLUMNS, Sheet, checks, headings
from relief.queries.ledger import with_subjects
from relief.views.shortcuts import act, attempt, home_of, page_of, show

if TYPE_CHECKING:
    from django.http import HttpResponse

S = Closing.Status


def _found(request: StaffRequest, code: str) -> Closing:
    people = ("opened_by", "asked_by", "closed_by", "reopening_asked_by", "reopened_by")
    rows = Closing.objects.visible_to(request.staff).select_related("office", *people)
    return get_object_or_404(rows, code=code)


@require_http_methods(["GET", "POST"])
@needs(Permission.READ_FUNDS)
def closings(request: StaffRequest) -> HttpResponse:
    """Every period that was begun; the accountant begins the next one."""
    form = BeginForm(posted(request), office=home_of(request))
    if begun := act(form, lambda: form.apply(by=request.staff)):
        return redirect(begun)
    rows = Closing.objects.visible_to(request.staff).select_related("office", "asked_by", "closed_by")
    context = {
        "page": page_of(request, rows),
        "form": form,
        "why_not": why_not_begin_closing(request.staff, home_of(request)),
    }
    return show(request, "closings.html", context)


@require_http_methods(["GET", "POST"])
@needs(Permission.READ_FUNDS)
def closing(request: StaffRequest, code: str) -> HttpResponse:
    """One period: what stands in the way, each with its link; what the sheet says; whose turn it is."""
    found = _found(request, code)
    ask = AskForm(request.POST if "remarks" in request.POST else None)
    answer = AnswerForm(request.POST if "answer" in request.POST else None)
    again = ReopenForm(request.POST if "reason_code" in request.POST else None)
    forms: tuple[tuple[Any, str], ...] = (
        (ask, _("Put forward. A second person must close it.")),
        (answer, _("Sent back with your words.")),
        (again, _("Asked for. A second person must open it again.")),
    )
    for form, done in forms:
        if act(form, partial(form.apply, found, by=request.staff)):
            messages.success(request, done)
            return redirect(found)
    sheet, waiting = Sheet(found), found.status in {S.OPEN, S.ASKED}
    column, staff = request.GET.get("column", ""), request.staff
    context = {
        "closing": found,
        "checks": checks(found) if waiting else [],
        "headings": headings(),
        "rows": [(row.source, row.cells.items()) for row in sheet.rows],
        "total": sheet.total.items(),
        "opened": _opened(request, sheet, column) if column in COLUMNS else None,
        "carried": found.carried.select_related("giver", "taker").order_by("pk"),
        "bridge": bridge_of(sheet),
        "papers": papers_of(found),
        "ask": ask,
        "answer": answer,
        "again": again,
        "why_not_ask": why_not_ask_closing(staff, found),
        "why_not_close": why_not_close(staff, found),
        "why_not_again": why_not_ask_reopening(staff, found),
        "why_not_reopen": why_not_reopen(staff, found),
    }
    return show(request, "closing.html", context)


def _opened(request: StaffRequest, sheet: Sheet, column: str) -> dict[str, object]:
    """The rows behind one figure of the sheet; together they are the figure."""
    label, _wanted, sign = COLUMNS[column]
    rows, source = sheet.postings(column), request.GET.get("source", "")
    if source:
        rows = rows.filter(fund_source__code=source)
    total = rows.order_by().aggregate(sum=Sum("amount"))["sum"] or 0
    rows = rows.select_related("transaction__payment", "transaction__posted_by", "transaction__reverses")
    page = page_of(request, rows.order_by("-transaction__posted_at", "-pk"))
    return {"title": str(label), "page": page, "rows": with_subjects(page, sign=sign), "total": sign * total}


@require_POST
@needs(Permission.CHECK_MONEY)
def close(request: StaffRequest, code: str) -> HttpResponse:
    found = _found(request, code)

    def change() -> None:
        print_closing(actions.close_period(found, by=request.staff), by=request.staff)

    return attempt(request, change, done=_("Closed. The sheet is printed below."), back=found.get_absolute_url())


@require_POST
@needs(Permission.CHECK_MONEY)
def reopen(request: StaffRequest, code: str) -> HttpResponse:
    found = _found(request, code)
    back, done = reverse("relief:closings"), _("Open again. Close it anew when it is right.")
    return attempt(request, lambda: actions.reopen_period(found, by=request.staff), done=done, back=back)
