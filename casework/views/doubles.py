"""The same person registered twice: the pairs, the other record of one person, both side by side, the second person's word."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from casework import permissions as may
from casework.enums import ChangeStatus
from casework.forms.joining import JoiningDecisionForm, JoiningForm
from casework.models import Joining, Person
from casework.queries import doubles as questions
from casework.queries.search import detail_of, people_like
from casework.views.visits import PER_PAGE
from center.kernel.errors import Refusal
from center.kernel.roles import Permission
from center.privacy import access
from center.site.guard import needs, posted
from center.views.shell import words_of

if TYPE_CHECKING:
    from django.http import HttpResponse

    from center.site.guard import StaffRequest

P = Permission
SHOWN = 8


def _person(request: StaffRequest, code: str) -> Person:
    return get_object_or_404(Person.objects.visible_to(request.staff).select_related("employer", "office"), code=code)


@require_http_methods(["GET"])
@needs(P.REVIEW_FILES, P.DECIDE_FILES, P.AUDIT)
def doubles(request: StaffRequest) -> HttpResponse:
    """Who may be here twice; what waits for a second person; what was decided."""
    state = request.GET.get("state", "")
    rows: Any
    if state in ChangeStatus.values:
        found = Joining.objects.visible_to(request.staff).filter(status=state)
        rows = found.select_related("keep__office", "drop__office", "proposed_by", "decided_by").order_by("-pk")
    else:
        state, rows = "", questions.pairs(request.staff)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "state": state,
        "states": [("", _("Perhaps the same person")), *ChangeStatus.choices],
    }
    return render(request, "casework/doubles.html", context)


@require_http_methods(["GET", "POST"])
@needs(P.REVIEW_FILES, P.DECIDE_FILES)
def other_record(request: StaffRequest, code: str) -> HttpResponse:
    """Where else this person may be registered: those alike, and a search. The words travel in the body."""
    person = _person(request, code)
    access.read(person, by=request.staff, what="casework.doubles")
    query = words_of(request)
    alike = [
        (pair.other if pair.one.pk == person.pk else pair.one, pair.why)
        for pair in questions.pairs(request.staff)
        if person.pk in {pair.one.pk, pair.other.pk}
    ]
    found = people_like(query, by=request.staff).exclude(pk=person.pk) if query else Person.objects.none()
    alike += [(each, "") for each in found.select_related("employer").order_by("pk")[:SHOWN]]
    for each, _why in alike:
        each.detail = detail_of(each)  # type: ignore[attr-defined] # for the template
    context = {"person": person, "detail": detail_of(person), "alike": alike, "query": query}
    return render(request, "casework/other_record.html", context)


@require_http_methods(["GET", "POST"])
@needs(P.REVIEW_FILES, P.DECIDE_FILES)
def compare(request: StaffRequest, code: str, other: str) -> HttpResponse:
    """Both records field by field; which one stays, whose fact is right."""
    first, second = _person(request, code), _person(request, other)
    for person in (first, second):
        access.read(person, by=request.staff, what="casework.compare")
    form = JoiningForm(posted(request), one=first, other=second)
    if form.is_valid():
        try:
            joining = form.apply(by=request.staff)
            messages.success(request, _("Proposed. Another person compares both records and confirms."))
            return redirect("casework:joining", joining.code)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
    context = {
        "form": form,
        "one": first,
        "other": second,
        "moving": [questions.moving(first), questions.moving(second)],
        "hindrances": questions.hindrances(first, second) + questions.hindrances(second, first),
        "why_not": may.why_not_join(request.staff, first, second),
    }
    return render(request, "casework/compare.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@needs(P.REVIEW_FILES, P.DECIDE_FILES, P.AUDIT)
def joining(request: StaffRequest, code: str) -> HttpResponse:
    """What one proposed and another confirms: both records, what each fact will be, and that nothing brings it back."""
    related = ("keep__office", "keep__employer", "drop__office", "drop__employer", "proposed_by", "decided_by")
    found = get_object_or_404(Joining.objects.visible_to(request.staff).select_related(*related), code=code)
    form = JoiningDecisionForm(posted(request))
    if form.is_valid():
        try:
            form.apply(found, verdict=request.POST.get("verdict", ""), by=request.staff)
            messages.success(request, _("Done."))
            return redirect("casework:joining", found.code)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
    for person in (found.keep, found.drop):
        access.read(person, by=request.staff, what="casework.joining")
    waits = found.status == ChangeStatus.PROPOSED
    context = {
        "joining": found,
        "form": form,
        "facts": questions.facts(found.keep, found.drop),
        "moving": questions.moving(found.drop),
        "twice": questions.counted_twice(found.keep, found.drop) if waits else [],
        "hindrances": questions.hindrances(found.keep, found.drop) if waits else [],
        "why_not_confirm": may.why_not_confirm_joining(request.staff, found),
        "why_not_refuse": may.why_not_refuse_joining(request.staff, found),
    }
    return render(request, "casework/joining.html", context, status=422 if form.errors else 200)
