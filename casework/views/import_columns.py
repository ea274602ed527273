"""What the columns of a workbook mean, when its headings are not ours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from casework import jobs
from casework import permissions as may
from casework.actions import imports as actions
from casework.exchange.check import check
from casework.exchange.registry import Unrecognised, asked_about
from casework.forms.imports import ColumnsForm
from casework.queries.imports import mappings_of
from casework.views.imports import checked_by_worker, record_of
from center.exchange.reading import Unreadable
from center.kernel.errors import Refusal
from center.kernel.roles import Permission
from center.models import ImportStatus
from center.privacy import vault
from center.site.guard import needs, posted

if TYPE_CHECKING:
    from casework.exchange.registry import Asked
    from center.models import Import
    from center.site.guard import StaffRequest

KINDS = ("heads", "members")


@needs(Permission.IMPORT_FILES)
@require_http_methods(["GET", "POST"])
def columns(request: StaffRequest, code: str) -> HttpResponse:
    """One sheet at a time: each heading, what its cells look like, and what it means."""
    record = record_of(request, code)
    if record.status not in {ImportStatus.RECEIVED, ImportStatus.CHECKED} or not record.original:
        return redirect("casework:import", code=code)
    try:
        asked = _asked(record)
    except Unreadable as refusal:
        messages.error(request, str(refusal))
        return redirect("casework:import", code=code)
    sheet = _chosen(request, asked)
    form = ColumnsForm(posted(request), columns=sheet.columns, choices=sheet.choices)
    if request.method == "POST" and form.is_valid():
        try:
            return _said(request, record, sheet, form)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
    context = {
        "import": record,
        "form": form,
        "sheet": sheet,
        "sheets": asked,
        "why_not": may.why_not_check_import(request.staff, record),
    }
    return render(request, "casework/import_columns.html", context, status=422 if form.errors else 200)


def _asked(record: Import) -> list[Asked]:
    """A large file is kept before anybody has looked into it: it may be damaged, or hold no headings at all."""
    asked = asked_about(vault.get(record.original), mapped=mappings_of(record.office))
    if not asked:
        raise Unreadable(_("No sheet of this workbook has a row of headings. Discard it, and upload the right one."))
    return asked


def _chosen(request: StaffRequest, asked: list[Asked]) -> Asked:
    """`?sheet=1&as=members`; the first sheet, as what it looks like, when nothing is said."""
    place, kind = request.GET.get("sheet", "0"), request.GET.get("as", "")
    if not place.isdigit() or int(place) >= len(asked) or kind not in {"", *KINDS}:
        raise Http404
    return asked[int(place)].taken_as(kind)


def _said(request: StaffRequest, record: Import, sheet: Asked, form: ColumnsForm) -> HttpResponse:
    actions.map_columns(
        record, sheet=sheet.kind, headings=sheet.headings, columns=form.columns_by_heading, by=request.staff
    )
    if record.size > jobs.INLINE_BYTES:
        return checked_by_worker(request, record)
    try:
        check(record, by=request.staff)
    except Unrecognised:
        messages.warning(
            request, _("Remembered. A sheet with the name and the ID number of each household is missing still.")
        )
        return redirect("casework:import_columns", code=record.code)
    messages.success(request, _("Remembered for the next workbook with these headings."))
    return redirect("casework:import", code=record.code)
