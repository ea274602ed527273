"""Bringing in the scan of signed minutes and the picture of a posted notice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from center.actions.scans import second_scan, turn_down_scan
from center.forms.papers import ScanForm, SecondScanForm
from center.kernel.errors import Refusal
from center.kernel.roles import Permission
from center.kernel.sentences import listed
from center.models import ComparedScan, Document, Notice
from center.models.base import subject_of
from center.permissions.papers import why_not_keep_scan, why_not_second_scan
from center.site.guard import needs

if TYPE_CHECKING:
    from django.http import HttpResponse

    from center.models import Meeting
    from center.site.guard import StaffRequest


def scans_of(request: StaffRequest, record: Meeting | Notice) -> dict[str, object]:
    """What a page of the record shows of them."""
    rows = Document.objects.filter(subject=subject_of(record), removed_at=None).order_by("pk")
    words = ComparedScan.objects.filter(document__in=rows).select_related("meeting", "notice", "named_by", "settled_by")
    said = {word.document_id: word for word in words}
    return {
        "scans": [_told(request, each, said.get(each.pk)) for each in rows.select_related("added_by")],
        "scan_form": ScanForm(auto_id="scan_%s"),
        "why_not_scan": why_not_keep_scan(request.staff, record),
    }


def _told(request: StaffRequest, scan: Document, word: ComparedScan | None) -> dict[str, object]:
    """One scan, whose word it rests on, and what this person may answer."""
    why_not = why_not_second_scan(request.staff, word) if word else ""
    form = SecondScanForm(auto_id=f"second_{scan.code}_%s") if word and not why_not else None
    return {"scan": scan, "word": word, "why_not_second": why_not, "second_form": form}


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
        unread = _("The scan is kept; no code was read. Another person confirms that it is this paper.")
        messages.success(request, unread if ComparedScan.objects.filter(document=kept).exists() else read)
    return redirect(record.get_absolute_url())


@require_POST
@needs(
    *(Permission.PREPARE_MEETINGS, Permission.CHAIR_MEETINGS, Permission.COMPOSE_NOTICES, Permission.PUBLISH_NOTICES)
)
def scan_second(request: StaffRequest, code: str) -> HttpResponse:
    """The second person: this is that paper, or it is not and why."""
    rows = ComparedScan.objects.seen_by(request.staff).select_related("meeting__office", "notice__office")
    found = get_object_or_404(rows, document__code=code)
    form = SecondScanForm(request.POST)
    try:
        if "turn_down" in request.POST:
            turn_down_scan(found, answer=form.data.get("answer", ""), by=request.staff)
            messages.success(request, _("Turned down. Take the scan off and bring in the right one."))
        else:
            second_scan(found, by=request.staff)
            messages.success(request, _("Confirmed: this is that paper."))
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect(found.get_absolute_url())


@require_POST
@needs(Permission.COMPOSE_NOTICES)
def notice_scan(request: StaffRequest, code: str) -> HttpResponse:
    return taken(request, get_object_or_404(Notice.objects.visible_to(request.staff), code=code))
