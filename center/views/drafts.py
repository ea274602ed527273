"""The drafts of a person: kept while typing, listed, taken up or thrown away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from center.kernel.roles import Permission
from center.models import Draft
from center.privacy import drafts
from center.site.guard import needs

if TYPE_CHECKING:
    from center.site.guard import StaffRequest


@require_GET
@needs(Permission.USE_THE_SHELL)
def draft_list(request: StaffRequest) -> HttpResponse:
    """What I began and have not sent; each is kept for thirty days."""
    return render(request, "center/drafts.html", {"drafts": drafts.of_staff(request.staff)})


@require_POST
@needs(Permission.USE_THE_SHELL)
def draft_save(request: StaffRequest) -> HttpResponse:
    """Ten seconds after a change and on leaving a field, the page sends what was typed; the answer is one sentence."""
    found = drafts.marked(request)
    if found is None or found.staff != request.staff.pk or drafts.save(found, request.POST) is None:
        return HttpResponse(status=204)
    now = timezone.localtime()
    return HttpResponse(_("Draft saved %(time)s") % {"time": f"{now:%H:%M}"}, content_type="text/plain; charset=utf-8")


@require_POST
@needs(Permission.USE_THE_SHELL)
def draft_drop(request: StaffRequest, code: str) -> HttpResponse:
    """Throw one of one's own drafts away; from the form itself, the form comes back as the record has it."""
    draft = get_object_or_404(Draft, staff=request.staff, code=code)
    path = draft.path if drafts.marked(request) else ""
    drafts.discard(draft)
    messages.success(request, _("The draft was thrown away."))
    return redirect(path or "center:drafts")
