"""Asking for, approving and carrying out the destruction of personal facts; and seeing what was destroyed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.db.models import Count
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from center.evidence import destruction, logbook
from center.forms.audit import DestructionForm
from center.kernel.errors import Refusal
from center.kernel.roles import Permission
from center.models import Destruction, DestructionRequest
from center.site.guard import needs, posted

if TYPE_CHECKING:
    from django.http import HttpResponse

    from center.site.guard import StaffRequest

DESTROY, REVIEW, READ = Permission.DESTROY_RECORDS, Permission.REVIEW_FILES, Permission.READ_TRAIL


@require_http_methods(["GET", "POST"])
@needs(DESTROY, REVIEW, READ)
def destructions(request: StaffRequest) -> HttpResponse:
    """What was asked, by whom it was approved, what is gone. The record of a destruction is never destroyed."""
    form = DestructionForm(posted(request), staff=request.staff, initial={"number": request.GET.get("person", "")})
    if form.is_valid():
        try:
            form.apply(by=request.staff)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Asked. Another person decides."))
            return redirect("center:destructions")
    requests = DestructionRequest.objects.visible_to(request.staff)
    waiting = requests.filter(destruction=None).select_related("asked_by").order_by("pk")
    decided = (
        Destruction.objects.filter(request__in=requests)
        .select_related("asked_by", "approved_by", "request")
        .annotate(blanked=Count("rows"))
        .order_by("-pk")[:200]
    )
    names = logbook.records([each.subject for each in waiting] + [each.subject for each in decided])
    context = {
        "form": form,
        "grounds": destruction.GROUNDS,
        "why_not_ask": destruction.why_not_ask_destruction(request.staff),
        "waiting": [
            (each, names.get(each.subject, each.subject), destruction.why_not_approve_destruction(request.staff, each))
            for each in waiting
        ],
        "decided": [
            (
                each,
                names.get(each.subject, each.subject),
                "" if each.blanked else destruction.why_not_carry_out(request.staff, each),
            )
            for each in decided
        ],
    }
    return render(request, "center/destructions.html", context, status=422 if form.errors else 200)


@require_POST
@needs(DESTROY)
def destruction_approve(request: StaffRequest, pk: int) -> HttpResponse:
    asked = get_object_or_404(DestructionRequest.objects.visible_to(request.staff), pk=pk)
    try:
        destruction.approve_destruction(asked, by=request.staff)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Approved. Nothing is destroyed before it is carried out."))
    return redirect("center:destructions")


@require_POST
@needs(DESTROY)
def destruction_carry_out(request: StaffRequest, pk: int) -> HttpResponse:
    requests = DestructionRequest.objects.visible_to(request.staff)
    approved = get_object_or_404(Destruction, request__in=requests, pk=pk)
    try:
        done = destruction.carry_out(approved, by=request.staff)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        said = ngettext(
            "Destroyed: %(rows)s row of logs and history is blank.",
            "Destroyed: %(rows)s rows of logs and history are blank.",
            done,
        )
        messages.success(request, said % {"rows": done})
    return redirect("center:destructions")
