"""Jobs that somebody asked for: how far they are, what came of them, their files for seven days."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from center.actions import jobs as actions
from center.kernel.errors import Refusal
from center.kernel.roles import Permission
from center.models import Job
from center.permissions import jobs as may
from center.privacy import access, vault
from center.queries.growing import growing
from center.site import worker
from center.site.guard import needs
from center.site.pages import Pages

if TYPE_CHECKING:
    from collections.abc import Callable

    from center.site.guard import StaffRequest

PER_PAGE = 25
TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv",
    "pdf": "application/pdf",
}


@require_GET
@needs(Permission.USE_THE_SHELL)
def work_list(request: StaffRequest) -> HttpResponse:
    """One's own jobs, the newest first; the administrator sees those of the office."""
    found = Job.objects.visible_to(request.staff).select_related("owner")
    page = Pages(found, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "center/work_list.html", {"page": page})


@require_GET
@needs(Permission.USE_THE_SHELL)
def work(request: StaffRequest, code: str) -> HttpResponse:
    """One job; while it lives the page asks for itself every two seconds."""
    job = _job(request, code)
    context = _context(request, job)
    if request.htmx:
        return render(request, "center/work.html#progress", context)
    return render(request, "center/work.html", context)


@require_GET
@needs(Permission.USE_THE_SHELL)
def practice_line(request: StaffRequest) -> HttpResponse:
    """How far the invented district is: everybody sees it at the head of the page, which asks every two seconds."""
    if not settings.DEMO:
        raise Http404
    return render(request, "center/_growing.html", {"growing": growing()})


def _context(request: StaffRequest, job: Job) -> dict[str, Any]:
    refused = _why_not_fetch(request, job)
    return {
        "job": job,
        "why_not_stop": may.why_not_stop(request.staff, job),
        "why_not_again": may.why_not_again(request.staff, job),
        "why_not_fetch": refused,
        "is_mine": job.owner_id == request.staff.pk,
        "minutes": int(job.has_waited.total_seconds() // 60) if job.has_waited else None,
    }


def _job(request: StaffRequest, code: str) -> Job:
    return get_object_or_404(Job.objects.visible_to(request.staff).select_related("owner", "office"), code=code)


def _why_not_fetch(request: StaffRequest, job: Job) -> str:
    """The permission for the work is the permission for what it made, on the day of the download."""
    return may.why_not_fetch(request.staff, job) or worker.why_not_work(request.staff, job)


@require_POST
@needs(Permission.USE_THE_SHELL)
def work_stop(request: StaffRequest, code: str) -> HttpResponse:
    return _acted(request, code, actions.stop_job, _("Asked to stop."))


@require_POST
@needs(Permission.USE_THE_SHELL)
def work_again(request: StaffRequest, code: str) -> HttpResponse:
    return _acted(request, code, actions.try_again, _("It waits for the worker again."))


def _acted(request: StaffRequest, code: str, action: Callable[..., Job], sentence: str) -> HttpResponse:
    job = _job(request, code)
    try:
        action(job, by=request.staff)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, sentence)
    return redirect(job)


@require_POST
@needs(Permission.USE_THE_SHELL)
def work_open(request: StaffRequest, code: str) -> HttpResponse:
    """From the notice on every page to what came of the job; the notice goes."""
    job = actions.see_job(_job(request, code), by=request.staff)
    return redirect(job.answer or job.get_absolute_url())


@require_GET
@needs(Permission.USE_THE_SHELL)
def work_file(request: StaffRequest, code: str, which: str) -> HttpResponse:
    """The file that it made, or the file of what was wrong; each download is logged before its first byte."""
    job = _job(request, code)
    places = {"result": (job.result, job.result_name), "errors": (job.errors, job.errors_name)}
    place, name = places.get(which, ("", ""))
    if not place or _why_not_fetch(request, job):
        raise Http404
    access.downloaded(job, by=request.staff, what=f"{job.kind} {which}")
    response = HttpResponse(vault.get(place), content_type=TYPES.get(name.rsplit(".", 1)[-1], TYPES["xlsx"]))
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response
