"""Vacancies: what employers offer, until when, and whom it would suit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.db.models import F
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from center.kernel.errors import Refusal
from center.kernel.roles import Permission
from center.kernel.sentences import listed
from center.privacy import access
from center.site.guard import StaffRequest, needs, posted, reads
from employment.enums import Origin, VacancyStatus
from employment.forms import vacancies as forms
from employment.models import Vacancy
from employment.permissions import (
    why_not_check_papers,
    why_not_close_vacancy,
    why_not_edit_vacancy,
    why_not_enter_vacancy,
    why_not_offer,
    why_not_reopen_vacancy,
    why_not_send_to,
)
from employment.queries import pairs
from employment.queries.terms import ends_soon
from employment.views.shortcuts import Step, home_of, page_of, step_page, within

if TYPE_CHECKING:
    from django.http import HttpResponse

    from employment.models.vacancy import VacancyQuerySet

P = Permission


def _found(request: StaffRequest, code: str) -> Vacancy:
    rows = Vacancy.objects.visible_to(request.staff).select_related(
        "employer", "office", "entered_by", "papers_checked_by"
    )
    return get_object_or_404(rows, code=code)


def _filtered(rows: VacancyQuerySet, request: StaffRequest) -> VacancyQuerySet:
    wanted, today = request.GET, timezone.localdate()
    standing = rows.open().filter(valid_until__gte=today)
    soon = ends_soon(request.staff.sight(P.READ_JOBS), days="vacancy_warn_days", on=today)
    states = {
        "": standing,
        "soon": standing.filter(soon),
        "papers": standing.filter(papers_checked_at=None),
        "expired": rows.open().filter(valid_until__lt=today),
        "closed": rows.filter(status=VacancyStatus.CLOSED),
        "all": rows,
    }
    found = states.get(wanted.get("state", ""), states[""])
    if wanted.get("work"):
        found = found.filter(post__icontains=wanted["work"][:60])
    if wanted.get("origin") in Origin.values:
        found = found.filter(origin=wanted["origin"])
    return within(found, "entered_at__date", request)


@reads
@needs(P.READ_JOBS)
def vacancies(request: StaffRequest) -> HttpResponse:
    """What can be offered today, the soonest end first."""
    rows = _filtered(Vacancy.objects.visible_to(request.staff), request).select_related("employer")
    page = page_of(request, rows.order_by("valid_until", "pk"))
    context = {
        "page": page,
        "chosen": request.GET,
        "left": sum(vacancy.left for vacancy in page),
        "origins": Origin.choices,
        "states": [
            ("", _("open")),
            ("soon", _("ending soon")),
            ("papers", _("papers to check")),
            ("expired", _("expired")),
            ("closed", _("closed")),
            ("all", _("all")),
        ],
        "why_not": why_not_enter_vacancy(request.staff, request.staff.home_office),
    }
    return render(request, "employment/vacancies.html", context)


@require_http_methods(["GET", "POST"])
@needs(P.PLACE)
def new(request: StaffRequest) -> HttpResponse:
    """The six facts, the day it ends, where it comes from."""
    office = home_of(request)
    form = forms.EnterForm(posted(request), office=office)
    if request.method == "POST" and form.is_valid():
        try:
            vacancy = form.apply(office=office, by=request.staff)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The vacancy is entered. Now check the papers of the employer."))
            return redirect("employment:vacancy", vacancy.code)
    context = {"form": form, "why_not": why_not_enter_vacancy(request.staff, office)}
    return render(request, "employment/vacancy_new.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@needs(P.READ_JOBS)
def vacancy(request: StaffRequest, code: str) -> HttpResponse:
    """One vacancy: the facts, who was sent, who works there."""
    found, staff = _found(request, code), request.staff
    steps = [
        Step(
            code="papers",
            title=_("Check papers"),
            form=forms.PapersForm,
            why_not=why_not_check_papers(staff, found),
            at_once=True,
        ),
        Step(
            code="edit", title=_("Change or prolong"), form=forms.EditForm, why_not=why_not_edit_vacancy(staff, found)
        ),
        Step(code="close", title=_("Close"), form=forms.CloseForm, why_not=why_not_close_vacancy(staff, found)),
        Step(
            code="reopen", title=_("Offer again"), form=forms.ReopenForm, why_not=why_not_reopen_vacancy(staff, found)
        ),
    ]
    others = Vacancy.objects.visible_to(staff).filter(employer=found.employer).exclude(pk=found.pk)
    context = {
        "vacancy": found,
        "facts": _facts(found),
        "referrals": found.referrals.visible_to(staff).with_all(),
        "others": others.open().filter(taken__lt=F("posts"))[:10],
        "why_not_offer": why_not_offer(found),
    }
    return step_page(request, "employment/vacancy.html", found, steps=steps, context=context)


def _facts(vacancy: Vacancy) -> list[tuple[str, object]]:
    return [
        (_("Employer"), vacancy.employer),
        (_("Basic monthly pay, yuan"), vacancy.pay),
        (_("Place of work"), vacancy.place),
        (_("Conditions"), vacancy.conditions),
        (_("Content of the work"), vacancy.content),
        (_("Insurance, meals, lodging"), vacancy.benefits),
        (_("Form of work"), f"{vacancy.get_work_form_display()} · {vacancy.get_shift_display()}"),
        (_("Skill level asked for"), vacancy.get_skill_level_display()),
        (_("The work demands"), listed(vacancy.demand_labels) or _("nothing said")),
        (_("Whom to ask for"), vacancy.contact),
        (_("Where it comes from"), vacancy.get_origin_display()),
        (_("Shown in the hall"), _("yes") if vacancy.in_hall else _("no")),
    ]


@reads
@needs(P.READ_JOBS)
def match(request: StaffRequest, code: str) -> HttpResponse:
    """People for this vacancy, best first."""
    found = _found(request, code)
    ranked = pairs.seekers_for(found, by=request.staff)
    access.read_each([pair.seeker.person for pair in ranked], by=request.staff, what="employment.match")
    context = {
        "vacancy": found,
        "pairs": ranked,
        "many": sum(pair.match.fits for pair in ranked),
        "why_not": why_not_offer(found),
        "why_not_refer": why_not_send_to(request.staff, found),
    }
    return render(request, "employment/vacancy_match.html", context)
