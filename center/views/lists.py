"""The answer to “export what I see” on a list page."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from center.actions.jobs import start_job
from center.exchange.lists import going_out, issue_list, why_not_export_list
from center.kernel.errors import Refusal, require
from center.kernel.remarks import word
from center.kernel.roles import Permission
from center.site.worker import LIST

if TYPE_CHECKING:
    from center.exchange.lists import Listed
    from center.models import Office
    from center.site.guard import StaffRequest

INLINE_ROWS = 5_000  # screens.md P20; more go to the worker
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def exported(request: StaffRequest, entry: Listed) -> HttpResponse:
    """The workbook of the list at this address, or the job that makes it; a refusal leads back to the list."""
    query = request.GET.copy()
    query.pop("page", None)
    office = cast("Office", request.staff.office_for(Permission.EXPORT_LISTS))  # refused below when there is none
    try:
        require(why_not_export_list(request.staff) or ("" if office else _("You have no office.")))
        if going_out(entry, query, by=request.staff).count() > INLINE_ROWS:
            args = {"list": entry.kind, "query": query.urlencode()}
            return redirect(start_job(LIST, title=word(entry.title), office=office, args=args, by=request.staff))
        export, data = issue_list(entry, query.urlencode(), office=office, by=request.staff)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect(request.get_full_path())
    response = HttpResponse(data, content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="{entry.kind.split(".")[1]}-{export.number}.xlsx"'
    response["Cache-Control"] = "no-store"
    return response
