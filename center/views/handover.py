"""Going on holiday: what is open goes to a colleague, who finds it among their tasks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from center import desk
from center.errors import Refusal
from center.forms.handover import HandOverForm
from center.roles import Permission
from center.views.guard import needs, posted

if TYPE_CHECKING:
    from django.http import HttpResponse

    from center.views.guard import StaffRequest


@require_http_methods(["GET", "POST"])
@needs(Permission.USE_THE_SHELL)
def hand_over(request: StaffRequest) -> HttpResponse:
    """My own open work."""
    form = HandOverForm(posted(request), staff=request.staff)
    if form.is_valid():
        try:
            moved = form.apply()
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            told = ngettext("%(n)s record was handed over.", "%(n)s records were handed over.", moved) % {"n": moved}
            messages.success(request, told)
            return redirect("center:tasks")
    tasks = [task for each in desk.desks() for task in each.tasks(request.staff)]
    context = {
        "form": form,
        "tasks": tasks[:50],
        "note": _("Tasks that a role has, and not a person, need no handing over."),
    }
    return render(request, "center/hand_over.html", context, status=422 if form.errors else 200)
