"""Hardship files: the lists, and the start of a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from casework import permissions as may
from casework.exchange.lists import FILES, file_views
from casework.forms.choices import code_list
from casework.forms.start import StartForm
from casework.models import Person
from casework.queries import lists
from casework.queries.search import detail_of
from casework.views.shortcuts import label_codes
from casework.views.visits import PER_PAGE, office_of
from center.kernel.errors import Refusal
from center.kernel.roles import Permission
from center.privacy.fields import doubts
from center.site.guard import needs, posted
from center.site.pages import Pages
from center.views.lists import exported

if TYPE_CHECKING:
    from django.http import HttpResponse

    from center.site.guard import StaffRequest

P = Permission


@require_http_methods(["GET", "POST"])
@needs(P.READ_FILES)
def files(request: StaffRequest) -> HttpResponse:
    """The registry by saved view and filters, fifty a page."""
    if request.method == "POST":
        return exported(request, FILES)
    found, chosen = lists.files(request.staff, request.GET)
    page = Pages(found, PER_PAGE).get_page(request.GET.get("page"))
    for file in page.object_list:
        label_codes(file)
    context = {
        "page": page,
        "chosen": chosen,
        "views": file_views(),
        "categories": code_list("hardship_category"),
        "causes": code_list("hardship_cause"),
        "why_not_start": _why_not_start(request),
        "reads_changes": any(
            request.staff.may_somewhere(one) for one in (P.REVIEW_FILES, P.DECIDE_FILES, P.EDIT_FILES, P.AUDIT)
        ),
    }
    return render(request, "casework/files.html", context)


def _why_not_start(request: StaffRequest) -> str:
    office = request.staff.home_office
    return may.why_not_start_file(request.staff, office) if office else _("You have no office.")


@require_http_methods(["GET", "POST"])
@needs(P.EDIT_FILES)
def start(request: StaffRequest) -> HttpResponse:
    """ID first; who is here already is shown before anything is created."""
    person = None
    if request.GET.get("person"):
        person = get_object_or_404(Person.objects.visible_to(request.staff), code=request.GET["person"])
    initial = {"visit": request.GET.get("visit", "")}
    form = StartForm(posted(request), staff=request.staff, office=office_of(request), person=person, initial=initial)
    if form.is_valid():
        try:
            file = form.apply(by=request.staff)
            messages.success(request, _("The draft is open. Nothing typed in it is lost."))
            for doubt in doubts(form):
                messages.warning(request, doubt)
            return redirect("casework:file_edit", file.code, "person")
        except Refusal as refusal:
            form.add_error(None, str(refusal))
    context = {
        "form": form,
        "known": form.known,
        "known_detail": detail_of(form.known) if form.known else "",
        "matches": form.matches if form.is_bound else [],
    }
    return render(request, "casework/file_start.html", context, status=422 if form.errors else 200)
