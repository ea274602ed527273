"""To tell several applicants what was decided, one after the other, and to note it once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from center.kernel.errors import Refusal
from center.kernel.roles import Permission
from center.site.guard import StaffRequest, needs
from center.site.pages import Pages
from relief.actions import telling
from relief.desk.tasks import to_tell

if TYPE_CHECKING:
    from django.http import HttpResponse

PER_PAGE = 50


@require_http_methods(["GET", "POST"])
@needs(Permission.TAKE_APPLICATIONS)
def told(request: StaffRequest) -> HttpResponse:
    """Whom I have to tell; nobody is ticked before a tick says that this one knows."""
    waiting = to_tell(request.staff)
    if request.method == "POST":
        chosen = {int(pk) for pk in request.POST.getlist("decisions") if pk.isdecimal()}
        _note(request, chosen)
        return redirect("relief:applications_told")
    page = Pages(waiting, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "relief/applications_told.html", {"page": page})


def _note(request: StaffRequest, chosen: set[int]) -> None:
    rows = list(to_tell(request.staff).filter(pk__in=chosen))
    if not rows:
        messages.error(request, _("Tick whom you have told."))
        return
    try:
        count = telling.tell_together(rows, by=request.staff)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return
    said = ngettext("Noted: %(count)s applicant was told.", "Noted: %(count)s applicants were told.", count)
    messages.success(request, said % {"count": count})
