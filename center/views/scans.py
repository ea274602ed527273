"""Bringing in the scan of signed minutes and the picture of a posted notice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from center.errors import Refusal
from center.forms.papers import ScanForm
from center.models import Document, Notice
from center.models.base import subject_of
from center.permissions import why_not_keep_scan
from center.roles import Permission
from center.sentences import listed
from center.views.guard import needs

if TYPE_CHECKING:
    from django.http import HttpResponse

    from center.models import Meeting
    from center.views.guard import StaffRequest


def scans_of(request: StaffRequest, record: Meeting | Notice) -> dict[str, object]:
    """What a page of the record shows of them."""
    rows = Document.objects.filter(subject=subject_of(record), removed_at=None).select_related("added_by")
    why_not = why_not_keep_scan(request.staff, record)
    return {"scans": list(rows.order_by("pk")), "scan_form": ScanForm(auto_id="scan_%s"), "why_not_scan": why_not}


def taken(request: StaffRequest, record: Meeting | Notice) -> HttpResponse:
    form = ScanForm(request.POST, request.FILES)
    if not form.is_valid():
        messages.error(request, listed(error for errors in form.errors.values() for error in errors))
        return redirect(record.get_absolute_url())
    try:
        kept = form.apply(record, by=request.staff)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        read = _("The scan is kept; its code was recognised.")
        messages.success(request, read if kept.print_code else _("The scan is kept on your word; no code was read."))
    return redirect(record.get_absolute_url())


@require_POST
@needs(Permission.COMPOSE_NOTICES)
def notice_scan(request: StaffRequest, code: str) -> HttpResponse:
    return taken(request, get_object_or_404(Notice.objects.visible_to(request.staff), code=code))
