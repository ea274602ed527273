"""People without a file of their own, and employers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from casework import actions
from casework import permissions as may
from casework.models import Consent, Employer, Person
from casework.queries import files as lists
from casework.queries.search import detail_of
from casework.views.shortcuts import moment_of
from casework.views.visits import PER_PAGE
from center.desk import desks
from center.kernel.errors import Refusal
from center.kernel.roles import Permission
from center.models import codes
from center.privacy import access
from center.site.guard import needs
from center.site.pages import Pages

if TYPE_CHECKING:
    from django.http import HttpResponse

    from center.site.guard import StaffRequest

P = Permission


@require_http_methods(["GET"])
@needs(Permission.READ_FILES, Permission.READ_VISITS)
def person(request: StaffRequest, code: str) -> HttpResponse:
    """Somebody in the registry: their file when there is one, otherwise what is known and what can be started."""
    people = Person.objects.ever_visible_to(request.staff)
    found = get_object_or_404(people.select_related("employer", "joined_into"), code=code)
    if found.joined_into:
        return redirect("casework:person", found.joined_into.code)
    behind = lists.living_file_of(found)
    if behind and behind.household.head_id == found.pk and request.staff.may(Permission.READ_FILES, behind.office_id):
        return redirect("casework:file", behind.code)
    access.read(found, by=request.staff, what="casework.person")
    entries = sorted(
        (entry for each in desks() for entry in each.timeline(found, by=request.staff)), key=moment_of, reverse=True
    )
    office, home = request.staff.home_office, lists.home_of(found)
    context = {
        "person": found,
        "detail": detail_of(found),
        "file": behind,
        "sentences": [sentence for each in desks() if (sentence := each.state(found, by=request.staff))],
        "entries": entries[:60],
        "services": [service for each in desks() for service in each.services(found, by=request.staff)],
        "joined": found.joined.all(),
        "writes": any(
            request.staff.may(each, (home or found).office_id)
            for each in (P.EDIT_FILES, P.REVIEW_FILES, P.DECIDE_FILES)
        ),
        "why_not_leave": may.why_not_leave(request.staff, found, home),
        "may_read_file": bool(behind and request.staff.may(Permission.READ_FILES, behind.office_id)),
        "why_not_visit": may.why_not_log_visit(request.staff, office) if office else _("You have no office."),
    }
    return render(request, "casework/person.html", context)


@require_http_methods(["GET", "POST"])
@needs(Permission.EDIT_FILES)
def consent(request: StaffRequest, code: str) -> HttpResponse:
    """A consent is taken back: what that changes, then the deed."""
    related = ("person", "entered_by", "withdrawn_by")
    found = get_object_or_404(Consent.objects.visible_to(request.staff).select_related(*related), code=code)
    refusal = ""
    if request.method == "POST":
        try:
            hanging = actions.withdraw_consent(found, by=request.staff)
        except Refusal as refused:
            refusal = str(refused)
        else:
            messages.success(request, _("The consent is taken back."))
            for notice in hanging:
                messages.warning(
                    request,
                    _("Notice %(notice)s shows the number now: print its sheet again and change the one on the board.")
                    % {"notice": notice},
                )
            return redirect("casework:person", found.person.code)
    context = {
        "consent": found,
        "refusal": refusal,
        "why_not": may.why_not_withdraw_consent(request.staff, found),
    }
    return render(request, "casework/consent.html", context, status=422 if refusal else 200)


@require_http_methods(["GET"])
@needs(Permission.READ_FILES)
def employer(request: StaffRequest, code: str) -> HttpResponse:
    """An employer and the people in sight who work there."""
    found = get_object_or_404(Employer, code=code)
    workers = Person.objects.visible_to(request.staff).filter(employer=found).order_by("pk")
    page = Pages(workers, PER_PAGE).get_page(request.GET.get("page"))
    facts = [
        (_("Unified social credit code"), found.credit_code),
        (_("Nature of the employer"), codes.label("employer_nature", found.nature)),
        (_("State of the enterprise"), codes.label("employer_status", found.status)),
        (_("Industry"), codes.label("industry", found.industry)),
        (_("Address"), found.address),
        (_("Telephone"), found.phone),
        (_("Union contact"), found.contact),
    ]
    return render(request, "casework/employer.html", {"employer": found, "page": page, "facts": facts})
