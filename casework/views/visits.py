"""The visit desk: who came today, the panel for the next one, calls to make."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from casework import actions
from casework.enums import Answer, VisitResult
from casework.exchange.lists import CALLS_BACK, VISITS, visit_kinds, visit_results
from casework.forms.visits import CallForm, GroupVisitForm, LateVisitForm, NoteForm, VisitForm
from casework.models import Callback, Matter, Person, Visit, VisitPurpose
from casework.permissions import (
    why_not_call,
    why_not_log_visit,
    why_not_see_group,
    why_not_undo_visit,
    why_not_write_note,
)
from casework.queries import lists, timeline
from casework.queries.closing_checklist import closing_checklist
from casework.queries.search import detail_of, look_alikes
from center.desk import Service, desk_of, desks
from center.kernel.errors import Refusal
from center.kernel.roles import Permission
from center.privacy import access, numbers
from center.site import task_inbox
from center.site.guard import needs, posted
from center.site.pages import Pages
from center.views.lists import exported

if TYPE_CHECKING:
    from django.http import HttpResponse

    from center.models import Office
    from center.site.guard import StaffRequest

PER_PAGE = 50
TASKS_SHOWN = CALLS_SHOWN = 20


def office_of(request: StaffRequest) -> Office:
    """Where this person's new visits belong."""
    office = request.staff.home_office
    if office is None:
        raise Http404
    return office


def today_context(request: StaffRequest) -> dict[str, Any]:
    """The left side of the desk: today's visits, calls due, what is mine and open."""
    staff, today = request.staff, timezone.localdate()
    visits = (
        Visit.objects.visible_to(staff)
        .standing()
        .on(today)
        .select_related("person", "purpose", "first_handler", "employer", "matter__assignee")
    )
    calls = (
        Callback.objects.visible_to(staff)
        .open()
        .filter(due_on__lte=today)
        .select_related("visit__person", "visit__purpose", "matter")
    )
    found = task_inbox.tasks_for(request, staff)
    return {
        "visits": list(visits[:PER_PAGE]),
        "more_visits": max(visits.count() - PER_PAGE, 0),
        "mine": visits.filter(first_handler=staff).count(),
        "many": visits.count(),
        "callbacks": list(calls[:CALLS_SHOWN]),
        "more_calls": max(calls.count() - CALLS_SHOWN, 0),
        "tasks": found[:TASKS_SHOWN],
        "more_tasks": max(len(found) - TASKS_SHOWN, 0),
    }


def _known(request: StaffRequest) -> Person | None:
    """The person that a search hit or a link brought along, by code."""
    code = request.GET.get("person", "")
    return get_object_or_404(Person.objects.visible_to(request.staff), code=code) if code else None


def _panel(form: VisitForm, request: StaffRequest) -> dict[str, Any]:
    known = form.known
    return {
        "form": form,
        "known": known,
        "known_detail": detail_of(known) if known else "",
        "known_state": timeline.sentence_of_person(known) if known else "",
        "known_visits": _last_visits(known, request) if known else [],
        "matches": form.matches if form.is_bound and form.errors else [],
        "quick_texts": list(form.fields["quick"].queryset),  # type: ignore[attr-defined]
        "why_not": why_not_log_visit(request.staff, form.office),
    }


def _last_visits(person: Person, request: StaffRequest) -> list[Visit]:
    visits = Visit.objects.visible_to(request.staff).standing().filter(person=person)
    return list(visits.select_related("purpose", "first_handler")[:2])


def _taken(request: StaffRequest, panel: type[VisitForm], office: Office) -> VisitForm | None:
    """“This person”: the panel with the person who was recognised, and all else as it was typed."""
    if request.method != "POST" or "take" not in request.POST:
        return None
    person = get_object_or_404(Person.objects.visible_to(request.staff), code=request.POST["take"])
    access.read(person, by=request.staff, what="casework.desk")
    whose = {"person", "full_name", "phone", "id_number", "anonymous", "another"}
    kept = {name: request.POST[name] for name in panel.base_fields if name in request.POST and name not in whose}
    return panel(None, staff=request.staff, office=office, person=person, initial=kept)


def _answer(request: StaffRequest, form: VisitForm, template: str, extra: dict[str, Any]) -> HttpResponse:
    """Act on a valid panel and clear it, or show it again with everything that was typed."""
    if request.method == "POST" and form.is_bound and form.is_valid():
        try:
            visit = form.apply(by=request.staff)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return _saved(request, visit)
    return render(request, template, _panel(form, request) | extra, status=422 if form.errors else 200)


def _saved(request: StaffRequest, visit: Visit) -> HttpResponse:
    """To the record that the visit opens, or back to an empty panel with one line and its undo."""
    if visit.result == VisitResult.ACCEPTED and visit.person:
        messages.success(request, _("Visit %(number)s is saved.") % {"number": visit.number})
        offered = openings(visit, request)
        able = [service for service in offered if not service.why_not]
        if len(able) == 1:
            return redirect(able[0].url)
        return redirect("casework:visit", visit.code)
    return redirect(f"{reverse('casework:desk')}?saved={visit.code}")


def openings(visit: Visit, request: StaffRequest) -> list[Service]:
    """What this visit may open at the desk of its purpose; the links carry the visit."""
    person, wanted = visit.person, visit.purpose
    if person is None:
        return []
    found = [service for each in desks() for service in each.services(person, by=request.staff)]
    if wanted.desk:
        found = [service for service in found if service.code.startswith(f"{wanted.desk}.")]
        found = [service for service in found if service.code == wanted.service] or found
    return [
        Service(
            code=service.code,
            label=service.label,
            url=f"{service.url}{'&' if '?' in service.url else '?'}visit={visit.code}",
            why_not=service.why_not,
        )
        for service in found
    ]


@require_http_methods(["GET", "POST"])
@needs(Permission.LOG_VISITS)
def desk(request: StaffRequest) -> HttpResponse:
    """The front desk: today on the left, the next visitor on the right."""
    office = office_of(request)
    known = _known(request) if request.method == "GET" else None
    form = _taken(request, VisitForm, office) or VisitForm(
        posted(request), staff=request.staff, office=office, person=known
    )
    extra = today_context(request) | {"saved": None}
    if request.method == "GET" and request.GET.get("saved"):
        saved = Visit.objects.visible_to(request.staff).filter(code=request.GET["saved"]).first()
        extra["saved"] = saved
        extra["why_not_undo"] = why_not_undo_visit(request.staff, saved) if saved else ""
    if known:
        access.read(known, by=request.staff, what="casework.desk")
    return _answer(request, form, "casework/desk.html", extra)


@require_http_methods(["GET", "POST"])
@needs(Permission.LOG_VISITS)
def group(request: StaffRequest) -> HttpResponse:
    """A group: how many, who speaks for them."""
    form = GroupVisitForm(posted(request), staff=request.staff, office=office_of(request))
    extra = {"title": _("Group visit"), "kind": "group"}
    return _answer(request, form, "casework/visit_form.html", extra)


@require_http_methods(["GET", "POST"])
@needs(Permission.LOG_VISITS)
def late(request: StaffRequest) -> HttpResponse:
    """From the paper register, with the true time."""
    office = office_of(request)
    form = _taken(request, LateVisitForm, office) or LateVisitForm(posted(request), staff=request.staff, office=office)
    extra = {"title": _("Visit from the paper register"), "kind": "late"}
    return _answer(request, form, "casework/visit_form.html", extra)


@require_http_methods(["GET"])
@needs(Permission.LOG_VISITS)
def sheet(request: StaffRequest) -> HttpResponse:
    """Blank register lines to print ahead, for hours without power or network."""
    context = {"office": office_of(request), "purposes": VisitPurpose.objects.filter(active=True), "lines": range(14)}
    return render(request, "casework/visit_sheet.html", context)


@require_http_methods(["POST"])
@needs(Permission.LOG_VISITS)
def matches(request: StaffRequest) -> HttpResponse:
    """While typing a newcomer: who may be the same person. Beside the field, never in the way."""
    found = look_alikes(
        by=request.staff,
        full_name=request.POST.get("full_name", "").strip(),
        phone=numbers.normalise("phone", request.POST.get("phone", "")),
        id_number=numbers.normalise("id", request.POST.get("id_number", "")),
    )
    return render(request, "casework/_visit_matches.html", {"matches": found})


@require_http_methods(["GET", "POST"])
@needs(Permission.READ_VISITS)
def visits(request: StaffRequest) -> HttpResponse:
    """Every visit in sight, newest first."""
    if request.method == "POST":
        return exported(request, VISITS)
    found, chosen = lists.visits(request.staff, request.GET)
    page = Pages(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "chosen": chosen,
        "purposes": VisitPurpose.objects.all(),
        "results": visit_results(),
        "receives": request.staff.may_somewhere(Permission.LOG_VISITS),
        "kinds": visit_kinds(),
    }
    return render(request, "casework/visits.html", context)


@require_http_methods(["GET", "POST"])
@needs(Permission.READ_VISITS)
def visit(request: StaffRequest, code: str) -> HttpResponse:
    """One visit: facts, what it opened, the four haves, notes below."""
    related = ("person", "purpose", "first_handler", "entered_by", "employer", "office", "matter__assignee")
    found = get_object_or_404(Visit.objects.visible_to(request.staff).select_related(*related), code=code)
    form = NoteForm(posted(request))
    if form.is_valid():
        try:
            form.apply(found, by=request.staff)
            return redirect("casework:visit", found.code)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
    if request.method == "GET":
        access.read(found, by=request.staff, what="casework.visit")
    context = {
        "visit": found,
        "form": form,
        "haves": closing_checklist(found),
        "opened_state": desk_of(found.opened).state_of(found.opened) if found.opened else "",
        "openings": openings(found, request) if not found.opened else [],
        "notes": found.notes.select_related("written_by"),
        "callbacks": found.callbacks.select_related("done_by"),
        "representatives": found.representatives.all(),
        "sees_matter": Matter.objects.visible_to(request.staff).filter(visit=found).exists(),
        "why_not_see": why_not_see_group(request.staff, found),
        "why_not_note": why_not_write_note(request.staff, found),
        "why_not_undo": why_not_undo_visit(request.staff, found),
    }
    return render(request, "casework/visit.html", context, status=422 if form.errors else 200)


@require_http_methods(["POST"])
@needs(Permission.LOG_VISITS)
def undo(request: StaffRequest, code: str) -> HttpResponse:
    """Take the last visit back."""
    found = get_object_or_404(Visit.objects.visible_to(request.staff), code=code)
    try:
        actions.undo_visit(found, by=request.staff)
        messages.success(request, _("Visit %(number)s was taken back.") % {"number": found.number})
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("casework:desk")


@require_http_methods(["POST"])
@needs(Permission.SUPERVISE_MATTERS)
def seen(request: StaffRequest, code: str) -> HttpResponse:
    """The leader takes notice of a large group."""
    found = get_object_or_404(Visit.objects.visible_to(request.staff), code=code)
    try:
        actions.see_group(found, by=request.staff)
        messages.success(request, _("Notice is taken."))
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("casework:visit", found.code)


@require_http_methods(["GET", "POST"])
@needs(Permission.LOG_VISITS)
def callbacks(request: StaffRequest) -> HttpResponse:
    """The call list: what is due first, with the number behind its reveal."""
    if request.method == "POST":
        return exported(request, CALLS_BACK)
    found, answer = lists.calls_back(request.staff, request.GET)
    page = Pages(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "answer": answer, "answers": [("", _("to call")), *Answer.choices]}
    return render(request, "casework/callbacks.html", context)


@require_http_methods(["GET", "POST"])
@needs(Permission.LOG_VISITS)
def callback(request: StaffRequest, code: str) -> HttpResponse:
    """One call: what was promised, what was said."""
    found = get_object_or_404(lists.calls_in_sight(request.staff), code=code)
    form = CallForm(posted(request))
    if form.is_valid():
        try:
            form.apply(found, by=request.staff)
            messages.success(request, _("The call is written down."))
            return redirect("casework:callbacks")
        except Refusal as refusal:
            form.add_error(None, str(refusal))
    context = {"callback": found, "form": form, "why_not": why_not_call(request.staff, found)}
    return render(request, "casework/callback.html", context, status=422 if form.errors else 200)
