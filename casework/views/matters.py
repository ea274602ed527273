"""Matters: the list with its badges, one matter with its clock, its steps and the gate of the four."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods

from casework.enums import MatterKind
from casework.exchange.lists import MATTERS, matter_states
from casework.forms.matters import STEPS
from casework.models import Matter
from casework.permissions import (
    why_not_accept_matter,
    why_not_assign_matter,
    why_not_close_matter,
    why_not_correct_matter,
    why_not_extend_matter,
    why_not_handle_matter,
    why_not_reopen_matter,
    why_not_return_matter,
    why_not_supervise_matter,
)
from casework.queries import lists
from casework.queries.closing_checklist import closing_checklist
from casework.views.visits import PER_PAGE
from center.kernel.errors import Refusal
from center.kernel.roles import Permission
from center.privacy import access
from center.site.guard import needs, posted
from center.site.pages import Pages
from center.views.lists import exported

if TYPE_CHECKING:
    from django.http import HttpResponse

    from center.models import Staff
    from center.site.guard import StaffRequest

# In the order in which a matter moves; the first possible one is proposed.
WHY_NOT = {
    "accept": why_not_accept_matter,
    "assign": why_not_assign_matter,
    "close": why_not_close_matter,
    "deliver": why_not_handle_matter,
    "tell": why_not_handle_matter,
    "return": why_not_return_matter,
    "correct": why_not_correct_matter,
    "extend": why_not_extend_matter,
    "supervise": why_not_supervise_matter,
    "reopen": why_not_reopen_matter,
}


def titles() -> dict[str, str]:
    return {
        "accept": _("Accept"),
        "return": _("Return"),
        "assign": _("Assign"),
        "tell": _("Tell the person it is taken on"),
        "deliver": _("Deliver for handling"),
        "correct": _("Put right"),
        "extend": _("Extend the time"),
        "supervise": _("Supervise"),
        "close": pgettext("matter", "Close"),
        "reopen": _("Reopen"),
    }


def possible(staff: Staff, matter: Matter) -> list[tuple[str, str]]:
    """The steps that this person can take now, each with its title."""
    words = titles()
    return [(step, words[step]) for step, why_not in WHY_NOT.items() if not why_not(staff, matter)]


@require_http_methods(["GET", "POST"])
@needs(Permission.HANDLE_MATTERS, Permission.SUPERVISE_MATTERS, Permission.READ_VISITS)
def matters(request: StaffRequest) -> HttpResponse:
    """Open matters first, the most urgent on top."""
    if request.method == "POST":
        return exported(request, MATTERS)
    found, chosen = lists.matters(request.staff, request.GET)
    context = {
        "page": Pages(found, PER_PAGE).get_page(request.GET.get("page")),
        "chosen": chosen,
        "kinds": MatterKind.choices,
        "states": matter_states(),
    }
    return render(request, "casework/matters.html", context)


def _next_step(matter: Matter, steps: list[str]) -> str:
    """What this person most likely does next: deliver before closing."""
    if "deliver" in steps and matter.delivered_at is None:
        return "deliver"
    return steps[0] if steps else ""


@require_http_methods(["GET", "POST"])
@needs(Permission.HANDLE_MATTERS, Permission.SUPERVISE_MATTERS, Permission.READ_VISITS)
def matter(request: StaffRequest, code: str) -> HttpResponse:
    """One matter: what was asked, where it stands, what can be done next."""
    related = ("visit__person", "visit__purpose", "visit__first_handler", "assignee", "office", "accepted_by")
    found = get_object_or_404(Matter.objects.visible_to(request.staff).select_related(*related), code=code)
    steps = possible(request.staff, found)
    chosen = request.POST.get("step") or request.GET.get("step") or _next_step(found, [step for step, _title in steps])
    if chosen and chosen not in STEPS:
        raise Http404
    form: Any = STEPS[chosen](posted(request), matter=found) if chosen else None
    if form is not None and form.is_valid() and request.method == "POST":
        try:
            form.apply(by=request.staff)
            messages.success(request, _("Done: %(step)s.") % {"step": titles()[chosen]})
            return redirect("casework:matter", found.code)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
    if request.method == "GET":
        access.read(found, by=request.staff, what="casework.matter")
    context = {
        "matter": found,
        "form": form,
        "steps": steps,
        "chosen": chosen,
        "chosen_title": titles().get(chosen, ""),
        "why_not": WHY_NOT[chosen](request.staff, found) if chosen else "",
        "haves": closing_checklist(found),
        "callbacks": found.callbacks.select_related("done_by"),
    }
    return render(request, "casework/matter.html", context, status=422 if form is not None and form.errors else 200)
