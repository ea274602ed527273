"""Every case by number and stage; what it is about only for those who are on it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.contrib import messages
from django.db.models import Exists, Min, OuterRef, Q
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from casework.models import Person, Visit
from center.kernel.errors import Refusal
from center.kernel.roles import Permission
from center.privacy import access
from center.site.guard import StaffRequest, needs, posted, reads
from center.site.pages import Pages
from legal.enums import OPEN, CaseStatus, CaseType, HelpForm, Sense, Stage
from legal.forms import IntakeForm
from legal.models import Case
from legal.permissions import why_not_be_helped, why_not_take_in
from legal.queries.conflicts import cases_of, conflicts

if TYPE_CHECKING:
    from django.http import HttpResponse

    from legal.models.case import CaseQuerySet

P = Permission
ROWS = 50


def _day(request: StaffRequest, name: str) -> date | None:
    try:
        return date.fromisoformat(request.GET.get(name, ""))
    except ValueError:
        return None


def _filtered(rows: CaseQuerySet, request: StaffRequest) -> CaseQuerySet:
    """By state, kind, form, stage and number; of a figure, exactly its rows.

    Kind and form say what a case is about: outside of their own cases nobody filters by them.
    """
    wanted = request.GET
    states = {"": Q(status__in=OPEN), "all": Q(), **{value: Q(status=value) for value in CaseStatus.values}}
    if wanted.get("number"):
        return rows.filter(number__startswith=wanted["number"].strip().upper()[:40])
    rows = rows.filter(states.get(wanted.get("state", ""), states[""]))
    if wanted.get("stage") in Stage.values:
        rows = rows.filter(stage=wanted["stage"])
    inside = Q(pk__in=Case.objects.visible_to(request.staff).values("pk"))
    for name, column, values in (("type", "type", CaseType.values), ("form", "help_form", HelpForm.values)):
        if wanted.get(name) in values:
            rows = rows.filter(inside, **{column: wanted[name]})
    column = {"closed": "closed_on", "received": "recoveries__received_on"}.get(wanted.get("event", ""), "applied_on")
    since, until = _day(request, "since"), _day(request, "until")
    if since and until:
        rows = rows.filter(**{f"{column}__range": (since, until)}).distinct()
        rows = rows.filter(status=CaseStatus.CLOSED) if wanted.get("event") == "closed" else rows
    return rows


@reads
@needs(P.READ_CASES)
def cases(request: StaffRequest) -> HttpResponse:
    """The next limit first. Outside of a case: its number and its stage, nothing else."""
    staff = request.staff
    rows = _filtered(Case.objects.listed_for(staff), request)
    running = Q(clocks__ended_at=None, clocks__sense__in=(Sense.UNTIL, Sense.BEFORE))
    rows = (
        rows.annotate(
            is_inside=Exists(Case.objects.visible_to(staff).filter(pk=OuterRef("pk"))),
            next_limit=Min("clocks__due_on", filter=running),
        )
        .select_related("person", "handler", "office")
        .order_by("next_limit", "-pk")
    )
    page = Pages(rows, ROWS).get_page(request.GET.get("page"))
    mine = [row.person for row in page if getattr(row, "is_inside", False)]
    access.read_each(mine, by=staff, what="legal.cases")
    context = {
        "page": page,
        "chosen": request.GET,
        "states": [("", _("open")), *CaseStatus.choices, ("all", _("all"))],
        "types": CaseType.choices,
        "stages": Stage.choices,
        "why_not": why_not_take_in(staff, staff.home_office),
    }
    return render(request, "legal/cases.html", context)


@require_http_methods(["GET", "POST"])
@needs(P.HANDLE_CASES, P.LOG_VISITS)
def intake(request: StaffRequest) -> HttpResponse:
    """From a visit or a person: kind, other side, claim, days. Limits run from the first minute."""
    staff, office = request.staff, request.staff.home_office
    if office is None:
        raise Http404
    given = request.POST or request.GET
    visit = Visit.objects.visible_to(staff).filter(code=given.get("visit", "-")).first()
    person = visit.person if visit else None
    person = person or Person.objects.visible_to(staff).filter(code=given.get("person", "-")).first()
    form = IntakeForm(posted(request), office=office, staff=staff, person=person)
    why_not = why_not_take_in(staff, office)
    if person is None:
        why_not = _("Choose the person first: search for them above, or begin from their visit.")
    elif sentence := why_not_be_helped(person):
        why_not = why_not or sentence
    elif not form.officers:
        why_not = _("This office has no legal-aid officer yet.")
    if request.method == "POST" and person and form.is_valid():
        try:
            case = form.apply(person, office=office, visit=visit, by=staff)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Case %(number)s is taken in; its limits are running.") % {"number": case})
            if Case.objects.visible_to(staff).filter(pk=case.pk).exists():
                return redirect("legal:case", case.code)
            return redirect("casework:visit", visit.code) if visit else redirect("casework:person", person.code)
    employer = person.employer if person else None
    context = {
        "form": form,
        "person": person,
        "visit": visit,
        "why_not": why_not,
        "earlier": cases_of(person) if person else [],
        "conflicts": conflicts(name=employer.name, employer=employer) if employer else [],
    }
    return render(request, "legal/intake.html", context, status=422 if form.errors else 200)
