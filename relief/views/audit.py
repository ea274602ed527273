"""The auditor's rooms: the year's table, the register behind every cell, findings, and the export."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.db.models import Sum
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST

from center.actions.jobs import start_job
from center.desk import desks
from center.exchange.export import require_export, why_not_export
from center.kernel.errors import Refusal
from center.kernel.remarks import Remark
from center.kernel.roles import Permission
from center.site.guard import StaffRequest, needs, reads
from relief.enums import ProgrammeKind
from relief.exchange import export_register, kind_label, offices_of_the_register, year_rows
from relief.forms.audit import RegisterFilter
from relief.jobs import REGISTER
from relief.models import Payment
from relief.queries.register import register_rows, year_table
from relief.views.shortcuts import home_of, page_of, period_asked, show, whole

if TYPE_CHECKING:
    from center.models import Job, Office

ZERO = Decimal("0.00")
FIRST_YEAR, LAST_YEAR = 2000, 2100
INLINE_ROWS = 5_000  # screens.md P20; more go to the worker


def year_of(request: StaffRequest) -> int:
    year = whole(request.GET.get("year"))
    year = timezone.localdate().year if year is None else year
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Http404
    return year


@reads
@needs(Permission.AUDIT, Permission.READ_FUNDS)
def home(request: StaffRequest) -> HttpResponse:
    """Programme × source × month of a year; every cell opens its rows; beside it the red flags."""
    year, offices = year_of(request), offices_of_the_register(request.staff)
    found = [flag for desk in desks() for flag in desk.findings(year=year, offices=offices)]
    rows, months, total = _table(year, offices)
    context = {
        "year": year,
        "years": range(year - 3, min(year + 2, timezone.localdate().year + 1)),
        "rows": rows,
        "months": months,
        "total": total,
        "findings": found,
        "may_export_full": not why_not_export(request.staff, in_full=True, offices=offices),
    }
    return show(request, "audit.html", context)


def _table(year: int, offices: frozenset[int]) -> tuple[list[dict[str, Any]], list[dict[str, Any]], Decimal]:
    """The rows of the year's table, the months' sums, and the year's total; every sum with its address."""
    cells: dict[tuple[str, str], dict[str, Any]] = {}
    sums: dict[int, Decimal] = defaultdict(lambda: ZERO)
    for cell in year_table(offices=offices, year=year):
        kind, code = cell["transaction__payment__programme_kind"] or "", cell["fund_source__code"]
        row = cells.setdefault(
            (kind, code),
            {
                "kind": kind_label(kind),
                "source": f"{cell['fund_source__name']} {cell['fund_source__year']}",
                "months": {},
                "total": ZERO,
                "url": _register(year, kind=kind, source=code),
            },
        )
        row["months"][cell["month"]] = (cell["sum"], _register(year, month=cell["month"], kind=kind, source=code))
        row["total"] += cell["sum"]
        sums[cell["month"]] += cell["sum"]
    rows = list(cells.values())
    for row in rows:
        row["cells"] = [row["months"].get(month) for month in range(1, 13)]
    months = [{"sum": sums.get(month), "url": _register(year, month=month)} for month in range(1, 13)]
    return rows, months, sum(sums.values(), ZERO)


def _register(year: int, *, month: int = 0, kind: str = "", source: str = "") -> str:
    parts = {"year": str(year), "month": str(month or ""), "kind": kind, "source": source}
    return reverse("relief:register") + "?" + "&".join(f"{name}={value}" for name, value in parts.items() if value)


HELD = ("year", "month", "since", "until", "kind", "source")  # what the list was opened with, and the filter keeps


def period_of(request: StaffRequest) -> tuple[date, date]:
    """`since` and `until`, or a year, or a month of it."""
    if asked := period_asked(request):
        return asked
    year, month = year_of(request), whole(request.GET.get("month"))
    if month and month <= 12:  # noqa: PLR2004 - months
        first = date(year, month, 1)
        following = date(year + first.month // 12, first.month % 12 + 1, 1)
        return first, date.fromordinal(following.toordinal() - 1)
    return date(year, 1, 1), date(year, 12, 31)


@reads
@needs(Permission.AUDIT, Permission.READ_FUNDS)
def register(request: StaffRequest) -> HttpResponse:
    """The rows behind a sum; the footer repeats it, every row opens its trace."""
    since, until = period_of(request)
    kind, source = request.GET.get("kind", ""), request.GET.get("source", "")
    form = RegisterFilter(request.GET or None, staff=request.staff)
    rows = register_rows(
        offices=offices_of_the_register(request.staff), since=since, until=until, kind=kind, source=source
    )
    rows = rows.filter(*form.wanted())
    named = [f"transaction__payment__{each}" for each in Payment.NAMED_WITH]
    page = page_of(request, rows.select_related(*named))
    total = rows.order_by().aggregate(sum=Sum("amount"))["sum"] or ZERO
    context = {
        "page": page,
        "total": total,
        "since": since,
        "until": until,
        "kinds": ProgrammeKind.choices,
        "kind": kind,
        "kind_label": kind_label(kind) if kind else "",
        "source": source,
        "subtotal": sum((row.amount for row in page), ZERO),
        "form": form,
        "here": _without_person(request),
        "held": {name: request.GET.get(name, "") for name in HELD},
    }
    return show(request, "register.html", context)


def _without_person(request: StaffRequest) -> str:
    """This list with its period and filters, for the search of another person."""
    query = request.GET.copy()
    for name in ("person", "page"):
        query.pop(name, None)
    return f"{request.path}?{query.urlencode()}" if query else request.path


@require_POST
@needs(Permission.AUDIT, Permission.READ_FUNDS)
def register_export(request: StaffRequest) -> HttpResponse:
    """One click: the year's register as a workbook that proves itself."""
    fmt = request.POST.get("format", "xlsx")
    year = whole(request.POST.get("year"))
    if year is None or not FIRST_YEAR <= year <= LAST_YEAR:
        raise Http404
    try:
        if year_rows(year, request.staff).count() > INLINE_ROWS:
            return redirect(_by_worker(request, year, fmt))
        export, data, _sums = export_register(
            year=year,
            fmt=fmt,
            office=issuer(request),
            in_full=bool(request.POST.get("full")),
            reason=request.POST.get("reason", ""),
            by=request.staff,
        )
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect(f"{reverse('relief:audit')}?year={year}")
    types = {"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "csv": "text/csv"}
    response = HttpResponse(data, content_type=types.get(fmt, "application/pdf"))
    response["Content-Disposition"] = f'attachment; filename="register-{year}-{export.number}.{fmt}"'
    response["Cache-Control"] = "no-store"
    return response


def issuer(request: StaffRequest) -> Office:
    """The office that numbers the register: the first at which this person reads the money."""
    staff = request.staff
    return staff.office_for(Permission.AUDIT) or staff.office_for(Permission.READ_FUNDS) or home_of(request)


def _by_worker(request: StaffRequest, year: int, fmt: str) -> Job:
    """Asked before it begins, so that nobody waits for a file that will be refused."""
    in_full, reason = bool(request.POST.get("full")), request.POST.get("reason", "")
    require_export(
        fmt=fmt, in_full=in_full, offices=offices_of_the_register(request.staff), reason=reason, by=request.staff
    )
    args = {"year": year, "format": fmt, "in_full": in_full, "reason": reason}
    title = Remark(gettext_noop("Disbursement register %(year)s"), {"year": year})
    return start_job(REGISTER, title=title, office=issuer(request), args=args, by=request.staff)
