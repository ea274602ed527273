"""What the auditor's rules found: the two values that differ, the marks on them, and the list on paper."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from django.contrib import messages
from django.db.models import Sum
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from center.kernel.roles import Permission
from center.papers import prints
from center.site.guard import StaffRequest, needs, posted
from relief.exchange import offices_of_the_register
from relief.forms.findings import MarkForm
from relief.models import FindingMark, Payment
from relief.permissions import why_not_mark
from relief.prints import print_findings
from relief.queries import findings
from relief.queries.finding_facts import compared
from relief.views.audit import issuer, year_of
from relief.views.shortcuts import act, page_of, show

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet

ZERO = Decimal("0.00")
MOST_PRINTED = 500


def _found(request: StaffRequest, code: str, year: int) -> QuerySet[Payment]:
    rows = findings.rows(code, year=year, offices=offices_of_the_register(request.staff))
    return rows.select_related(
        "batch", "office", "payee", "approved_by", "fund_source", "instalment__award", "application__person",
        "application__programme", "application__household", "application__handler", "application__opened_by", "application__file",
    ).order_by("paid_at", "pk")  # fmt: skip


def lines_of(code: str, payments: Iterable[Payment]) -> list[dict[str, object]]:
    """Each payment with what the rule compared on it, and the last mark."""
    payments = list(payments)
    marks = FindingMark.objects.filter(rule=code, payment__in=payments).select_related("marked_by").order_by("pk")
    last = {mark.payment_id: mark for mark in marks}
    return [{"payment": one, "compared": compared(code, one), "mark": last.get(one.pk)} for one in payments]


@require_http_methods(["GET", "POST"])
@needs(Permission.AUDIT, Permission.READ_FUNDS)
def finding(request: StaffRequest, code: str) -> HttpResponse:
    """The rows that one rule found; each opens its trace, and is marked as looked at, explained or a fault."""
    year = year_of(request)
    if code == "idle":
        rows = findings.idle(year, offices_of_the_register(request.staff))
        page, today = page_of(request, rows), timezone.localdate()
        unused = [(source, (today - source.idle_since).days) for source in page]
        return show(request, "finding_idle.html", {"page": page, "rows": unused, "year": year})
    if code not in findings.RULES:
        raise Http404
    found = _found(request, code, year)
    form = MarkForm(posted(request), rule=code, found=found)
    if marked := act(form, lambda: form.apply(by=request.staff)):
        messages.success(request, _("%(count)s payments are marked.") % {"count": len(marked)})
        return redirect(f"{reverse('relief:finding', args=[code])}?year={year}")
    page = page_of(request, found)
    context = {
        "page": page,
        "lines": lines_of(code, page),
        "label": findings.RULES[code],
        "code": code,
        "year": year,
        "total": found.order_by().aggregate(sum=Sum("amount"))["sum"] or ZERO,
        "form": form,
        "may_mark": bool(page.object_list) and not why_not_mark(request.staff, page.object_list[0]),
    }
    return show(request, "finding.html", context)


@require_POST
@needs(Permission.AUDIT, Permission.READ_FUNDS)
def print_finding(request: StaffRequest, code: str) -> HttpResponse:
    """The list on paper, frozen: rule, both values, days, marks."""
    if code not in findings.RULES:
        raise Http404
    year, found = year_of(request), _found(request, code, year_of(request))
    issued = print_findings(
        issuer(request),
        rule=str(findings.RULES[code]),
        year=year,
        lines=lines_of(code, found[:MOST_PRINTED]),
        left_out=max(found.count() - MOST_PRINTED, 0),
        by=request.staff,
    )
    pdf, _copy = prints.reprint(issued, by=request.staff)
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{issued.code}.pdf"'
    response["Cache-Control"] = "no-store"
    return response
