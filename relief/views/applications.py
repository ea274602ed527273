"""Applications: the list, the task list of one, and every step of it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.db.models import Q, Sum
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from casework.models import Person, Visit
from casework.permissions import why_not_belong
from center.kernel.errors import Refusal
from center.kernel.periods import first_moment, last_moment
from center.kernel.roles import Permission
from center.models import Staff, codes
from center.papers.prints import papers_of
from center.site.guard import StaffRequest, needs, posted, reads
from center.views import turns
from center.views.papers import openable
from relief.actions import applications as actions
from relief.forms import applications as forms
from relief.models import Application, Programme
from relief.permissions import (
    decision_in_force,
    missing,
    told_of,
    why_not_assess,
    why_not_decline,
    why_not_edit,
    why_not_issue_letter,
    why_not_open,
    why_not_record_upper,
    why_not_redirect,
    why_not_resume,
    why_not_return,
    why_not_second,
    why_not_stop,
    why_not_submit,
    why_not_tell,
    why_not_withdraw,
)
from relief.prints import letters_not_in_force
from relief.queries.applications import bills_of, of_same_school_year
from relief.queries.assessment import basis_of
from relief.queries.given import household_given
from relief.views.shortcuts import act, attempt, found_application, home_of, judged_on, page_of, show, whole
from relief.views.whole import WholePage

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.forms import BaseForm
    from django.http import HttpResponse

    from relief.models.application import ApplicationQuerySet

S = Application.Status
DAYS = {
    "since": ("submitted_at__gte", first_moment),
    "until": ("submitted_at__lte", last_moment),
    "granted_since": ("award__granted_at__gte", first_moment),
    "granted_until": ("award__granted_at__lte", last_moment),
}


@reads
@needs(Permission.READ_APPLICATIONS)
def applications(request: StaffRequest) -> HttpResponse:
    """By stage and programme; the footer repeats the sum."""
    rows = _filtered(Application.objects.visible_to(request.staff), request)
    page = page_of(request, rows.with_people().select_related("award"))
    sums = rows.order_by().aggregate(proposed=Sum("proposed_amount"), granted=Sum("award__amount"))
    return show(
        request,
        "applications.html",
        {
            "page": page,
            "statuses": S.choices,
            "programmes": Programme.objects.serving(home_of(request)),
            "chosen": request.GET,
            "sums": sums,
            "days": {name: request.GET[name] for name in DAYS if request.GET.get(name)},
            "why_not": why_not_open(request.staff, request.staff.home_office),
        },
    )


def _filtered(rows: ApplicationQuerySet, request: StaffRequest) -> ApplicationQuerySet:
    wanted = request.GET
    if wanted.get("status") in S.values:
        rows = rows.filter(status=wanted["status"])
    if (programme := whole(wanted.get("programme"))) is not None:
        rows = rows.filter(programme_id=programme)
    if wanted.get("mine"):
        rows = rows.filter(handler=request.staff)
    for name, (lookup, moment) in DAYS.items():
        try:
            rows = rows.filter(**{lookup: moment(date.fromisoformat(wanted[name]))}) if wanted.get(name) else rows
        except ValueError:
            continue
    return rows


UNDER_WAY = {  # the step at which an application stands
    S.DRAFT: "answers",
    S.RETURNED: "answers",
    S.SUBMITTED: "assessed",
    S.DEFERRED: "assessed",
    S.ASSESSED: "noticed",
    S.NOTICED: "noticed",
    S.READY: "decided",
    S.LISTED: "decided",
    S.SECOND: "decided",
    S.UPPER: "decided",
}


@require_http_methods(["GET", "POST"])
@needs(Permission.TAKE_APPLICATIONS)
def new(request: StaffRequest) -> HttpResponse:
    """From a person, a file or a visit: choose the programme, nothing else is asked."""
    given = request.POST or request.GET
    visit = Visit.objects.visible_to(request.staff).filter(code=given.get("visit", "-")).first()
    person = visit.person if visit else None
    person = person or Person.objects.visible_to(request.staff).filter(code=given.get("person", "-")).first()
    office = home_of(request)
    programmes = Programme.objects.serving(office)
    if request.method == "POST" and person:
        programme = get_object_or_404(programmes, pk=whole(given.get("programme")))
        emergency = bool(given.get("is_emergency"))
        try:
            made = actions.open_application(
                programme, person=person, office=office, visit=visit, is_emergency=emergency, by=request.staff
            )
        except Refusal as refusal:
            messages.error(request, str(refusal))
        else:
            return redirect("relief:application", code=made.code)
    chosen = given.get("programme", "")
    why_not = (
        (why_not_open(request.staff, office) or why_not_belong(person)) if person else _("Choose the person first.")
    )
    context: dict[str, Any] = {"person": person, "visit": visit, "programmes": programmes, "chosen": chosen}
    context |= {"why_not": why_not, "others": _under_way(request, person) if person else ()}
    return show(request, "application_new.html", context)


def _under_way(request: StaffRequest, person: Person) -> Iterable[Application]:
    """What is asked for already, for this person or somebody of the household; drafts, too."""
    homes = person.memberships.current().values("household")
    seen = Application.objects.visible_to(request.staff).exclude(status__in=Application.ENDED)
    return seen.filter(Q(person=person) | Q(household__in=homes)).select_related("programme", "handler", "person")


@require_http_methods(["GET", "POST"])
@needs(Permission.READ_APPLICATIONS)
def application(request: StaffRequest, code: str) -> HttpResponse:
    """The task list: what is done, what is missing, whose turn it is, and every number with its basis."""
    found = found_application(request, code)
    if request.method != "POST":
        return _task_list(request, found)
    page = WholePage(request, found)
    if not page.save():
        return _task_list(request, found, **page.forms)
    messages.success(request, _("Saved."))
    then = request.POST.get("then", "")
    return redirect(reverse("relief:application", args=[code]) + (f"#{then}" if then in {"invoices", "papers"} else ""))


def _letters(found: Application, staff: Staff) -> dict[str, object]:
    """The papers about it, which letters stand no more, and whether the applicant was told of the decision in force."""
    papers = papers_of(found)
    final = decision_in_force(found)
    told = told_of(final) if final else None
    latest = final or found.decisions.order_by("-pk").first()
    return {
        "letters": papers,
        "not_in_force": letters_not_in_force(found, papers),
        "told": told,
        "told_by": Staff.objects.filter(username=told.actor).first() if told else None,
        "why_not_letter": why_not_issue_letter(latest) if latest else "",
        "why_not_tell": why_not_tell(staff, latest) if latest else "",
    }


def _task_list(request: StaffRequest, found: Application, **bound: BaseForm) -> HttpResponse:
    """The page, with what was refused as it was typed."""
    staff = request.staff
    papers = list(found.papers.select_related("document", "ticked_by"))
    award = getattr(found, "award", None)
    forms_here = {
        "form": forms.AnswersForm(instance=found),
        "papers_form": forms.PapersForm(papers=papers),
        "invoice_form": forms.InvoiceForm(),
    }
    context = {
        "application": found,
        "papers": papers,
        "openable": openable([paper.document for paper in papers if paper.document], staff),
        "invoices": bills_of(found),
        "decisions": found.decisions.select_related("decided_by", "seconded_by"),
        "award": award,
        "instalments": award.instalments.select_related("fund_source").prefetch_related("payments") if award else (),
        **_letters(found, staff),
        "given": household_given(found),
        "category": codes.label(
            "hardship_category", found.category or (found.file.category if found.file else "temporary")
        ),
        "lacks": missing(found) if found.status in {S.DRAFT, S.RETURNED} else (),
        "steps": _steps(found),
        "may_open_file": staff.may(Permission.EDIT_FILES, found.office_id),
        "why_not_edit": why_not_edit(staff, found),
        "why_not_submit": why_not_submit(staff, found),
        "why_not_assess": why_not_assess(staff, found),
        "why_not_return": why_not_return(staff, found),
        "why_not_withdraw": why_not_withdraw(staff, found),
        "why_not_decide": why_not_decline(staff, found),
        "why_not_second": why_not_second(staff, found),
        "why_not_upper": why_not_record_upper(staff, found),
        "why_not_resume": why_not_resume(staff, found),
        "why_not_stop": why_not_stop(staff, award) if award else "",
        "why_not_redirect": why_not_redirect(staff, award) if award and award.status == award.Status.HELD else "",
    }
    return show(request, "application.html", context | forms_here | bound)


def _steps(found: Application) -> list[tuple[str, str, str]]:
    """(step, state, tone): what has happened, and, while it goes on, what still will (screens.md P05)."""
    done, open_, waits = (_("done"), "ok"), (_("in work"), "info"), (_("not begun"), "plain")
    happened = {
        "answers": found.submitted_at is not None,
        "assessed": found.assessed_at is not None,
        "noticed": bool(found.notice_number),
        "decided": found.status == S.GRANTED or found.decisions.exists(),
    }
    labels = {
        "answers": _("Answers and papers"),
        "assessed": _("Assessment"),
        "noticed": _("Public notice"),
        "decided": _("Decision"),
    }
    if found.status in {S.WITHDRAWN, S.REFUSED}:
        day = timezone.localdate(found.ended_at).isoformat() if found.ended_at else ""
        ended = (str(found.get_status_display()), day, "danger" if found.status == S.REFUSED else "plain")
        return [*((labels[step], *done) for step, is_so in happened.items() if is_so), ended]
    now = UNDER_WAY.get(S(found.status), "")
    order = list(labels)
    at = order.index(now) if now else len(order)
    steps: list[tuple[str, str, str]] = []
    for place, step in enumerate(order):
        if place < at and not happened[step]:
            continue  # a step that was not needed did not happen
        steps.append((labels[step], *(done if place < at else open_ if place == at else waits)))
    if found.status == S.RETURNED and found.returned_at:
        day = timezone.localdate(found.returned_at).isoformat()
        steps.insert(0, (_("Returned for supplement"), day, "warning"))
    award = getattr(found, "award", None)
    paid = award and not award.instalments.exclude(status="paid").exists()
    return [*steps, (_("Payment"), *(done if paid else open_ if award else waits))]


@require_http_methods(["GET", "POST"])
@needs(Permission.TAKE_APPLICATIONS)
def confirm(request: StaffRequest, code: str) -> HttpResponse:
    """Check the answers on one page, then submit."""
    found = found_application(request, code)
    if request.method == "POST":
        try:
            submitted = actions.submit(found, by=request.staff)
        except Refusal as refusal:
            messages.error(request, str(refusal))
        else:
            done = _("Submitted. The number is drawn; the applicant can be told it.")
            turns.say(request, submitted, done=done, code="relief.fill_in")
        return redirect("relief:application", code=code)
    other = of_same_school_year(found)
    context = {
        "application": found,
        "papers": found.papers.all(),
        "invoices": bills_of(found),
        "why_not": why_not_submit(request.staff, found),
        "other": other,
        "other_is_seen": other is not None
        and Application.objects.visible_to(request.staff).filter(pk=other.pk).exists(),
    }
    return show(request, "application_confirm.html", context)


@require_http_methods(["GET", "POST"])
@needs(Permission.ASSESS_APPLICATIONS)
def assess(request: StaffRequest, code: str) -> HttpResponse:
    """The computed amount line by line; the officer proposes that or less."""
    found = found_application(request, code)
    basis = basis_of(found)
    initial = {"proposed_amount": found.proposed_amount or basis.amount, "fund_source": found.fund_source_id}
    if found.asked_amount and basis.amount and found.proposed_amount is None:
        initial["proposed_amount"] = min(found.asked_amount, basis.amount)
    form = forms.AssessForm(posted(request), application=found, initial=initial)
    if not found.fund_source_id and form.sources:
        form.initial["fund_source"] = next(iter(form.sources))
    if act(form, lambda: form.apply(found, by=request.staff)):
        found.refresh_from_db()
        turns.say(request, found, done=_("Assessed."), code="relief.assess")
        return redirect("relief:application", code=code)
    context = {
        **judged_on(request, found, facts=basis.facts),
        "application": found,
        "measured": basis,
        "form": form,
        "why_not": why_not_assess(request.staff, found),
    }
    return show(request, "application_assess.html", context)


@require_http_methods(["GET", "POST"])
@needs(Permission.ASSESS_APPLICATIONS)
def send_back(request: StaffRequest, code: str) -> HttpResponse:
    """Return for supplement, once."""
    found = found_application(request, code)
    form = forms.ReturnForm(posted(request))
    if act(form, lambda: actions.return_for_supplement(found, by=request.staff, **form.cleaned_data)):
        found.refresh_from_db()
        turns.say(request, found, done=_("Returned. Print the sheet for the applicant."), code="relief.assess")
        return redirect("relief:application", code=code)
    heading = _("Return %(number)s for supplement") % {"number": found}
    why_not = why_not_return(request.staff, found)
    return show(request, "form.html", {"form": form, "heading": heading, "verb": _("Return once"), "why_not": why_not})


@require_http_methods(["GET", "POST"])
@needs(Permission.TAKE_APPLICATIONS)
def withdraw(request: StaffRequest, code: str) -> HttpResponse:
    found = found_application(request, code)
    form = forms.WithdrawForm(posted(request))
    if act(form, lambda: actions.withdraw(found, by=request.staff, **form.cleaned_data)):
        messages.success(request, _("Withdrawn."))
        return redirect("relief:application", code=code)
    heading = _("Withdraw %(number)s") % {"number": found}
    why_not = why_not_withdraw(request.staff, found)
    return show(request, "form.html", {"form": form, "heading": heading, "verb": _("Withdraw"), "why_not": why_not})


@require_POST
@needs(Permission.ASSESS_APPLICATIONS)
def resume(request: StaffRequest, code: str) -> HttpResponse:
    found = found_application(request, code)
    back = reverse("relief:application", args=[code])
    return attempt(request, lambda: actions.resume(found, by=request.staff), done=_("Taken up again."), back=back)
