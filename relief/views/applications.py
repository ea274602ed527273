"""Applications: the list, the task list of one, and every step of it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from casework.models import Person, Visit
from center import codes
from center.documents import attach
from center.errors import Refusal
from center.prints import papers_of
from center.roles import Permission
from center.views.guard import StaffRequest, needs, reads
from relief.actions import applications as actions
from relief.actions import decisions
from relief.assessment import basis_of
from relief.forms import applications as forms
from relief.models import Application, ApplicationPaper, Programme
from relief.permissions import (
    missing,
    why_not_assess,
    why_not_decline,
    why_not_edit,
    why_not_open,
    why_not_record_upper,
    why_not_resume,
    why_not_return,
    why_not_second,
    why_not_stop,
    why_not_submit,
    why_not_withdraw,
)
from relief.prints import issue_letter, print_approval, print_supplement
from relief.queries import household_given
from relief.views.parts import act, attempt, home_of, page_of, show

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpResponse

S = Application.Status


def _found(request: StaffRequest, code: str) -> Application:
    rows = Application.objects.visible_to(request.staff).with_people().select_related("household", "visit", "opened_by")
    return get_object_or_404(rows, code=code)


@reads
@needs(Permission.READ_APPLICATIONS)
def applications(request: StaffRequest) -> HttpResponse:
    """By stage and programme; the footer repeats the sum."""
    rows = Application.objects.visible_to(request.staff).with_people()
    page = page_of(request, _filtered(rows, request))
    return show(
        request,
        "applications.html",
        {
            "page": page,
            "statuses": S.choices,
            "programmes": Programme.objects.serving(home_of(request)),
            "chosen": request.GET,
            "sum": sum(row.proposed_amount or 0 for row in page),
            "why_not": why_not_open(request.staff, request.staff.home_office),
        },
    )


def _filtered(rows: QuerySet[Application], request: StaffRequest) -> QuerySet[Application]:
    wanted = request.GET
    if wanted.get("status") in S.values:
        rows = rows.filter(status=wanted["status"])
    if wanted.get("programme", "").isdigit():
        rows = rows.filter(programme_id=int(wanted["programme"]))
    if wanted.get("mine"):
        rows = rows.filter(handler=request.staff)
    for name, lookup in (("since", "submitted_at__date__gte"), ("until", "submitted_at__date__lte")):
        try:
            rows = rows.filter(**{lookup: date.fromisoformat(wanted[name])}) if wanted.get(name) else rows
        except ValueError:
            continue
    return rows


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
        programme = get_object_or_404(programmes, pk=given.get("programme") or 0)
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
        why_not_open(request.staff, office) if person else _("Choose the person first: search, or open their file.")
    )
    context = {"person": person, "visit": visit, "programmes": programmes, "chosen": chosen, "why_not": why_not}
    return show(request, "application_new.html", context)


@require_http_methods(["GET", "POST"])
@needs(Permission.READ_APPLICATIONS)
def application(request: StaffRequest, code: str) -> HttpResponse:
    """The task list: what is done, what is missing, whose turn it is, and every number with its basis."""
    found = _found(request, code)
    staff = request.staff
    form = forms.AnswersForm(request.POST or None, instance=found)
    if request.method == "POST":
        fresh = Application.objects.get(pk=found.pk)
        if act(form, lambda: form.apply(fresh, by=staff)):
            messages.success(request, _("Saved."))
            return redirect("relief:application", code=code)
    award = getattr(found, "award", None)
    context = {
        "application": found,
        "form": form,
        "papers": found.papers.select_related("document", "ticked_by"),
        "invoices": found.invoices.filter(counts=True),
        "invoice_form": forms.InvoiceForm(),
        "decisions": found.decisions.select_related("decided_by", "seconded_by"),
        "award": award,
        "instalments": award.instalments.select_related("fund_source").prefetch_related("payments") if award else (),
        "letters": papers_of(found),
        "given": household_given(found),
        "category": codes.label(
            "hardship_category", found.category or (found.file.category if found.file else "temporary")
        ),
        "lacks": missing(found) if found.status in {S.DRAFT, S.RETURNED} else (),
        "steps": _steps(found),
        "may_open_file": staff.may(Permission.EDIT_FILES),
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
    }
    return show(request, "application.html", context)


def _steps(found: Application) -> list[tuple[str, str, str]]:
    """(step, state, tone) of the fixed chain (screens.md P05)."""
    done, open_, waits = (_("done"), "ok"), (_("in work"), "info"), (_("not begun"), "plain")
    order = [S.DRAFT, S.RETURNED, S.SUBMITTED, S.ASSESSED, S.NOTICED, S.READY, S.LISTED, S.SECOND, S.UPPER]
    at = order.index(S(found.status)) if found.status in order else len(order)
    stages = (
        (_("Answers and papers"), 2),
        (_("Assessment"), 3),
        (_("Public notice"), 5),
        (_("Decision"), 9),
    )
    steps, begun = [], 0
    for label, until in stages:
        state = done if at >= until else open_ if at >= begun else waits
        steps.append((label, *state))
        begun = until
    award = getattr(found, "award", None)
    paid = award and not award.instalments.exclude(status="paid").exists()
    steps.append((_("Payment"), *(done if paid else open_ if award else waits)))
    return steps


@require_POST
@needs(Permission.TAKE_APPLICATIONS)
def paper(request: StaffRequest, code: str, pk: int) -> HttpResponse:
    """Tick a paper, with its scan when there is one, or strike it for this case."""
    found = get_object_or_404(ApplicationPaper, pk=pk, application=_found(request, code))
    upload = request.FILES.get("scan")
    state = request.POST.get("state", ApplicationPaper.State.RECEIVED)
    if state not in ApplicationPaper.State.values:
        raise Http404

    def tick() -> None:
        document = attach(found.application, kind=found.kind, upload=upload, by=request.staff) if upload else None
        actions.tick_paper(
            found, state=state, document=document, note=request.POST.get("note", "")[:120], by=request.staff
        )

    return attempt(request, tick, done=_("Saved."), back=reverse("relief:application", args=[code]) + "#papers")


@require_POST
@needs(Permission.TAKE_APPLICATIONS)
def invoice(request: StaffRequest, code: str) -> HttpResponse:
    found = _found(request, code)
    back = reverse("relief:application", args=[code]) + "#invoices"
    if request.POST.get("drop"):
        dropped = get_object_or_404(found.invoices, pk=request.POST["drop"])
        return attempt(
            request, lambda: actions.drop_invoice(dropped, by=request.staff), done=_("Taken back."), back=back
        )
    form = forms.InvoiceForm(request.POST)
    if act(form, lambda: actions.add_invoice(found, by=request.staff, **form.cleaned_data)):
        messages.success(request, _("Saved."))
    else:
        messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
    return redirect(back)


@require_http_methods(["GET", "POST"])
@needs(Permission.TAKE_APPLICATIONS)
def confirm(request: StaffRequest, code: str) -> HttpResponse:
    """Check the answers on one page, then submit."""
    found = _found(request, code)
    if request.method == "POST":
        done = _("Submitted. The number is drawn; the applicant can be told it.")
        back = reverse("relief:application", args=[code])
        return attempt(request, lambda: actions.submit(found, by=request.staff), done=done, back=back)
    context = {
        "application": found,
        "papers": found.papers.all(),
        "invoices": found.invoices.filter(counts=True),
        "why_not": why_not_submit(request.staff, found),
    }
    return show(request, "application_confirm.html", context)


@require_http_methods(["GET", "POST"])
@needs(Permission.ASSESS_APPLICATIONS)
def assess(request: StaffRequest, code: str) -> HttpResponse:
    """The computed amount line by line; the officer proposes that or less."""
    found = _found(request, code)
    basis = basis_of(found)
    initial = {"proposed_amount": found.proposed_amount or basis.amount, "fund_source": found.fund_source_id}
    if found.asked_amount and basis.amount and found.proposed_amount is None:
        initial["proposed_amount"] = min(found.asked_amount, basis.amount)
    form = forms.AssessForm(request.POST or None, application=found, initial=initial)
    if act(form, lambda: form.apply(found, by=request.staff)):
        messages.success(request, _("Assessed."))
        return redirect("relief:application", code=code)
    context = {"application": found, "basis": basis, "form": form, "why_not": why_not_assess(request.staff, found)}
    return show(request, "application_assess.html", context)


@require_http_methods(["GET", "POST"])
@needs(Permission.ASSESS_APPLICATIONS)
def send_back(request: StaffRequest, code: str) -> HttpResponse:
    """Return for supplement, once."""
    found = _found(request, code)
    form = forms.ReturnForm(request.POST or None)
    if act(form, lambda: actions.return_for_supplement(found, by=request.staff, **form.cleaned_data)):
        messages.success(request, _("Returned. Print the sheet for the applicant."))
        return redirect("relief:application", code=code)
    heading = _("Return %(number)s for supplement") % {"number": found}
    why_not = why_not_return(request.staff, found)
    return show(request, "form.html", {"form": form, "heading": heading, "verb": _("Return once"), "why_not": why_not})


@require_http_methods(["GET", "POST"])
@needs(Permission.TAKE_APPLICATIONS)
def withdraw(request: StaffRequest, code: str) -> HttpResponse:
    found = _found(request, code)
    form = forms.WithdrawForm(request.POST or None)
    if act(form, lambda: actions.withdraw(found, by=request.staff, **form.cleaned_data)):
        messages.success(request, _("Withdrawn."))
        return redirect("relief:application", code=code)
    heading = _("Withdraw %(number)s") % {"number": found}
    why_not = why_not_withdraw(request.staff, found)
    return show(request, "form.html", {"form": form, "heading": heading, "verb": _("Withdraw"), "why_not": why_not})


@require_POST
@needs(Permission.ASSESS_APPLICATIONS)
def resume(request: StaffRequest, code: str) -> HttpResponse:
    found = _found(request, code)
    back = reverse("relief:application", args=[code])
    return attempt(request, lambda: actions.resume(found, by=request.staff), done=_("Taken up again."), back=back)


@require_http_methods(["GET", "POST"])
@needs(Permission.DECIDE_APPLICATIONS)
def decide(request: StaffRequest, code: str) -> HttpResponse:
    """The leader's decision on one page, with the facts beside it."""
    found = _found(request, code)
    form = forms.DecideForm(request.POST or None, initial={"amount": found.proposed_amount})
    if act(form, lambda: form.apply(found, by=request.staff)):
        messages.success(request, _("Decided."))
        return redirect("relief:application", code=code)
    why_not = why_not_decline(request.staff, found)
    return show(request, "application_decide.html", {"application": found, "form": form, "why_not": why_not})


@require_POST
@needs(Permission.DECIDE_APPLICATIONS, Permission.CHAIR_MEETINGS)
def second(request: StaffRequest, code: str) -> HttpResponse:
    """The second approver agrees, or says why not."""
    rows = Application.objects.with_people().filter(
        office_id__in=request.staff.sight(Permission.DECIDE_APPLICATIONS)
        | request.staff.sight(Permission.CHAIR_MEETINGS)
    )
    found = get_object_or_404(rows, code=code)
    back = reverse("relief:application", args=[code])
    if not request.staff.may(Permission.READ_APPLICATIONS):
        back = reverse("center:home")
    if reason := request.POST.get("reason", "").strip():
        return attempt(
            request,
            lambda: decisions.send_back(found, reason=reason[:200], by=request.staff),
            done=_("Sent back to the first approver."),
            back=back,
        )
    return attempt(request, lambda: decisions.second(found, by=request.staff), done=_("Granted."), back=back)


@require_http_methods(["GET", "POST"])
@needs(Permission.DECIDE_APPLICATIONS)
def upper(request: StaffRequest, code: str) -> HttpResponse:
    """The upper union's answer, with the number of its document."""
    found = _found(request, code)
    form = forms.UpperForm(request.POST or None, initial={"amount": found.granting_amount})
    if act(form, lambda: form.apply(found, by=request.staff)):
        messages.success(request, _("Entered."))
        return redirect("relief:application", code=code)
    heading = _("Answer of the upper union to %(number)s") % {"number": found}
    why_not = why_not_record_upper(request.staff, found)
    return show(
        request, "form.html", {"form": form, "heading": heading, "verb": _("Enter the answer"), "why_not": why_not}
    )


@require_http_methods(["GET", "POST"])
@needs(Permission.DECIDE_APPLICATIONS)
def stop(request: StaffRequest, code: str) -> HttpResponse:
    """Stop what is still owed of an award."""
    found = _found(request, code)
    award = getattr(found, "award", None)
    if award is None:
        raise Http404
    form = forms.StopForm(request.POST or None)
    if act(form, lambda: form.apply(award, by=request.staff)):
        messages.success(request, _("Stopped; the money is available again."))
        return redirect("relief:application", code=code)
    heading = _("Stop the award of %(number)s") % {"number": found}
    why_not = why_not_stop(request.staff, award)
    return show(request, "form.html", {"form": form, "heading": heading, "verb": _("Stop it"), "why_not": why_not})


@require_POST
@needs(Permission.READ_APPLICATIONS)
def letter(request: StaffRequest, code: str) -> HttpResponse:
    """Freeze the decision letter of the latest decision, once; later prints are copies of it."""
    found = _found(request, code)
    decision = found.decisions.order_by("-pk").first()
    if decision is None:
        raise Http404
    back = reverse("relief:application", args=[code]) + "#papers-issued"
    done = _("The letter is issued; print it below.")
    return attempt(request, lambda: issue_letter(decision, by=request.staff), done=done, back=back)


@require_POST
@needs(Permission.READ_APPLICATIONS)
def approval_form(request: StaffRequest, code: str) -> HttpResponse:
    """救助申请/审批表 with the decisions so far."""
    found = _found(request, code)
    back = reverse("relief:application", args=[code]) + "#papers-issued"
    done = _("The form is issued; print it below.")
    return attempt(request, lambda: print_approval(found, by=request.staff), done=done, back=back)


@require_POST
@needs(Permission.READ_APPLICATIONS)
def supplement(request: StaffRequest, code: str) -> HttpResponse:
    """One sheet that names everything missing."""
    found = _found(request, code)
    back = reverse("relief:application", args=[code]) + "#papers-issued"
    done = _("The sheet is issued; print it below.")
    return attempt(request, lambda: print_supplement(found, by=request.staff), done=done, back=back)
