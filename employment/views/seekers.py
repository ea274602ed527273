"""Job seekers: the register, one of them, and what they could be sent to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from casework.models import Person, Visit
from center.kernel.errors import Refusal
from center.kernel.roles import Permission
from center.kernel.sentences import listed
from center.privacy import access
from center.site.guard import StaffRequest, needs, posted, reads
from employment import actions
from employment.enums import HardToPlace, SeekerStatus
from employment.forms import seekers as forms
from employment.models import Seeker, Vacancy
from employment.permissions import (
    why_not_close_seeker,
    why_not_edit_seeker,
    why_not_look,
    why_not_refer,
    why_not_register,
    why_not_renew_seeker,
    why_not_reopen_seeker,
    why_not_seek,
)
from employment.queries import pairs
from employment.views.shortcuts import Step, home_of, page_of, step_page, within

if TYPE_CHECKING:
    from django.http import HttpResponse

    from employment.models.seeker import SeekerQuerySet

P = Permission


def _found(request: StaffRequest, code: str) -> Seeker:
    rows = Seeker.objects.visible_to(request.staff).select_related(
        "person__employer", "office", "registered_by", "visit"
    )
    return get_object_or_404(rows, code=code)


def _filtered(rows: SeekerQuerySet, request: StaffRequest) -> SeekerQuerySet:
    wanted, today = request.GET, timezone.localdate()
    states = {
        "": rows.open().filter(valid_until__gte=today),
        "expired": rows.open().filter(valid_until__lt=today),
        "placed": rows.filter(status=SeekerStatus.PLACED),
        "closed": rows.filter(status=SeekerStatus.CLOSED),
        "all": rows,
    }
    found = states.get(wanted.get("state", ""), states[""])
    if wanted.get("work"):
        found = found.filter(wanted_occupation__icontains=wanted["work"][:60])
    if wanted.get("hard") == "any":
        found = found.exclude(hard_to_place="")
    elif wanted.get("hard") in HardToPlace.values:
        found = found.filter(hard_to_place=wanted["hard"]) if wanted["hard"] else found
    return within(found, "registered_on", request)


@reads
@needs(P.READ_JOBS)
def seekers(request: StaffRequest) -> HttpResponse:
    """Who really looks for work, the newest first."""
    rows = _filtered(Seeker.objects.visible_to(request.staff), request).select_related("person", "office")
    context = {
        "page": page_of(request, rows.order_by("-registered_on", "-pk")),
        "chosen": request.GET,
        "states": [
            ("", _("looking")),
            ("expired", _("expired")),
            ("placed", _("placed")),
            ("closed", _("closed")),
            ("all", _("all")),
        ],
        "kinds": [("any", _("any")), *((kind, label) for kind, label in HardToPlace.choices if kind)],
    }
    return render(request, "employment/seekers.html", context)


@require_http_methods(["GET", "POST"])
@needs(P.PLACE, P.LOG_VISITS)
def new(request: StaffRequest) -> HttpResponse:
    """From a visit or a person: what the five clears say stands in the form already."""
    given = request.POST or request.GET
    visit = Visit.objects.visible_to(request.staff).filter(code=given.get("visit", "-")).first()
    person = visit.person if visit else None
    person = person or Person.objects.visible_to(request.staff).filter(code=given.get("person", "-")).first()
    office = home_of(request)
    why_not = why_not_register(request.staff, office)
    if person is None:
        why_not = _("Choose the person first: search for them above, or begin from their visit.")
    why_not = why_not or (why_not_seek(person) if person else "")
    form = forms.RegisterForm(posted(request), person=person)
    if request.method == "POST" and person and form.is_valid():
        try:
            seeker = form.apply(person, office=office, visit=visit, by=request.staff)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The job seeker is registered until %(day)s.") % {"day": seeker.valid_until})
            return redirect(
                "employment:seeker_match" if request.staff.may(P.PLACE, office) else "employment:seeker", seeker.code
            )
    may_read = request.staff.may(P.READ_JOBS, office)
    context = {"form": form, "person": person, "visit": visit, "why_not": why_not, "may_read": may_read}
    is_refused = form.errors or (request.method == "POST" and person is None)
    return render(request, "employment/seeker_new.html", context, status=422 if is_refused else 200)


@require_http_methods(["GET", "POST"])
@needs(P.READ_JOBS)
def seeker(request: StaffRequest, code: str) -> HttpResponse:
    """One job seeker: the wish, the skills, every referral and what came of it."""
    found, staff = _found(request, code), request.staff
    steps = [
        Step(code="edit", title=_("Change"), form=forms.EditForm, why_not=why_not_edit_seeker(staff, found)),
        Step(code="renew", title=_("Renew"), form=forms.RenewForm, why_not=why_not_renew_seeker(staff, found)),
        Step(code="reopen", title=_("Open again"), form=forms.ReopenForm, why_not=why_not_reopen_seeker(staff, found)),
        Step(code="close", title=_("Close"), form=forms.CloseForm, why_not=why_not_close_seeker(staff, found)),
    ]
    if request.method == "GET":
        access.read(found.person, by=staff, what="employment.seeker")
    referrals = found.referrals.with_all().select_related("placement")
    context = {
        "seeker": found,
        "person": found.person,
        "referrals": referrals,
        "why_not_refer": why_not_refer(staff, found),
        "facts": _facts(found),
    }
    return step_page(request, "employment/seeker.html", found, steps=steps, context=context)


def _facts(seeker: Seeker) -> list[tuple[str, object]]:
    wage = f"{seeker.wanted_wage:,.0f}" if seeker.wanted_wage else ""
    return [
        (_("Occupation wanted"), seeker.wanted_occupation or _("any")),
        (_("Place wanted"), seeker.wanted_place or _("any")),
        (_("Monthly wage wanted, yuan"), wage or _("any")),
        (_("Form of work"), f"{seeker.get_work_form_display()} · {seeker.get_shift_display()}"),
        (_("Skills and trades"), seeker.skills),
        (_("Skill level"), seeker.get_skill_level_display()),
        (_("Certificate number"), seeker.certificate_no),
        (_("Cannot do"), listed(seeker.limit_labels) or _("nothing said")),
        (_("Without work since"), seeker.jobless_since),
        (_("Hard to place"), seeker.get_hard_to_place_display()),
        (_("Nobody in the family works"), _("yes") if seeker.zero_employment_family else _("no")),
    ]


@reads
@needs(P.READ_JOBS)
def match(request: StaffRequest, code: str) -> HttpResponse:
    """Vacancies for this person, best first; what does not fit stays visible with the reason."""
    found = _found(request, code)
    access.read(found.person, by=request.staff, what="employment.match")
    ranked = pairs.vacancies_for(found, by=request.staff)
    context = {
        "seeker": found,
        "pairs": ranked,
        "many": sum(pair.match.fits for pair in ranked),
        "why_not": why_not_look(found),
        "why_not_refer": why_not_refer(request.staff, found),
    }
    return render(request, "employment/seeker_match.html", context)


@require_POST
@needs(P.PLACE)
def refer(request: StaffRequest, code: str, vacancy: str) -> HttpResponse:
    """Write the letter: one click from the list of pairs."""
    found = _found(request, code)
    offered = get_object_or_404(Vacancy.objects.visible_to(request.staff), code=vacancy)
    try:
        referral = actions.refer(found, vacancy=offered, by=request.staff)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("employment:seeker_match", found.code)
    messages.success(request, _("Referral %(number)s is written; print the letter.") % {"number": referral})
    return redirect("employment:referral", referral.code)
