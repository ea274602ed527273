"""Changes that wait for a second person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from casework import permissions as may
from casework.forms.steps import ChangeDecisionForm
from casework.models import ChangeRequest, Person
from casework.views.visits import PER_PAGE, posted
from center import codes
from center.errors import Refusal
from center.roles import Permission
from center.views.guard import needs

if TYPE_CHECKING:
    from django.http import HttpResponse

    from center.views.guard import StaffRequest


@require_http_methods(["GET"])
@needs(Permission.REVIEW_FILES, Permission.DECIDE_FILES, Permission.EDIT_FILES)
def changes(request: StaffRequest) -> HttpResponse:
    """What waits for a second person, oldest first."""
    found = (
        ChangeRequest.objects.visible_to(request.staff).open().select_related("file__household__head", "proposed_by")
    )
    page = Paginator(found.order_by("pk"), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "casework/changes.html", {"page": page})


@require_http_methods(["GET", "POST"])
@needs(Permission.REVIEW_FILES, Permission.DECIDE_FILES, Permission.EDIT_FILES)
def change(request: StaffRequest, code: str) -> HttpResponse:
    """Before and after, side by side; confirm or refuse."""
    related = ("file__household__head", "proposed_by", "decided_by", "account__holder")
    found = get_object_or_404(ChangeRequest.objects.visible_to(request.staff).select_related(*related), code=code)
    form = ChangeDecisionForm(posted(request))
    if form.is_valid():
        try:
            form.apply(found, verdict=request.POST.get("verdict", ""), by=request.staff)
            messages.success(request, _("Done."))
            return redirect("casework:changes")
        except Refusal as refusal:
            form.add_error(None, str(refusal))
    context = {
        "change": found,
        "form": form,
        "rows": _change_rows(found),
        "why_not_confirm": may.why_not_confirm_change(request.staff, found),
        "why_not_refuse": may.why_not_refuse_change(request.staff, found),
    }
    return render(request, "casework/change.html", context, status=422 if form.errors else 200)


def _change_rows(change: ChangeRequest) -> list[tuple[str, object, object]]:
    """Field, before, after: codes in words, people by name, cards as masks."""
    names = dict.fromkeys([*change.old, *change.new])
    return [(name, _said(name, change.old.get(name)), _said(name, change.new.get(name))) for name in names]


def _said(name: str, value: Any) -> object:
    if value in (None, ""):
        return ""
    if name == "person":
        person = Person.objects.filter(pk=value).first()
        return person.full_name if person else ""
    lists_of = {"category": "hardship_category", "relation": "relation"}
    return codes.label(lists_of[name], value) if name in lists_of else value
