"""What is decided about an application, and the papers that say so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from center.kernel.errors import Refusal
from center.kernel.roles import Permission
from center.site.guard import StaffRequest, needs, posted
from center.views import turns
from relief.actions import telling
from relief.forms import applications as forms
from relief.permissions import (
    decision_in_force,
    todo_first,
    why_not_decline,
    why_not_record_upper,
    why_not_second,
    why_not_stop,
)
from relief.prints import issue_letter, print_approval, print_supplement
from relief.views.shortcuts import act, attempt, found_application, judged_on, show

if TYPE_CHECKING:
    from django.http import HttpResponse

    from relief.models import Application, Decision

READ = Permission.READ_APPLICATIONS


@require_http_methods(["GET", "POST"])
@needs(Permission.DECIDE_APPLICATIONS)
def decide(request: StaffRequest, code: str) -> HttpResponse:
    """The leader's decision on one page, with the facts beside it."""
    found = found_application(request, code)
    first = todo_first(found)
    form = forms.DecideForm(posted(request), only_decline=bool(first), initial={"amount": found.proposed_amount})
    if made := act(form, lambda: form.apply(found, by=request.staff)):
        turns.say(request, made, done=_said(made), code="relief.decide")
        return redirect("relief:application", code=code)
    why_not = why_not_decline(request.staff, found)
    context = {"application": found, "form": form, "why_not": why_not, "first": first, **judged_on(request, found)}
    return show(request, "application_decide.html", context)


def _said(decided: Application) -> str:
    """What the decision came to, and whose turn it is now."""
    if decided.status == decided.Status.SECOND:
        return _("Your word is recorded; nothing is granted before a second person agrees.")
    return _("Application %(number)s is %(state)s.") % {"number": decided, "state": decided.get_status_display()}


@require_http_methods(["GET", "POST"])
@needs(Permission.DECIDE_APPLICATIONS, Permission.CHAIR_MEETINGS)
def second(request: StaffRequest, code: str) -> HttpResponse:
    """The second approver reads what the first one granted and why, then agrees or says why not."""
    found = found_application(request, code)
    form = forms.SecondForm(posted(request))
    may_read = request.staff.may(READ, found.office_id)
    if act(form, lambda: form.apply(found, by=request.staff)):
        granted = form.cleaned_data["verdict"] == "approve"
        found.refresh_from_db()
        done = _("Granted.") if granted else _("Sent back to the first approver.")
        turns.say(request, found, done=done, code="relief.second")
        return redirect("relief:application", code) if may_read else redirect("center:home")
    why_not = why_not_second(request.staff, found)
    return show(
        request,
        "application_second.html",
        {"application": found, "form": form, "why_not": why_not, "may_read": may_read, **judged_on(request, found)},
    )


@require_http_methods(["GET", "POST"])
@needs(Permission.DECIDE_APPLICATIONS)
def upper(request: StaffRequest, code: str) -> HttpResponse:
    """The upper union's answer, with the number of its document."""
    found = found_application(request, code)
    form = forms.UpperForm(posted(request), initial={"amount": found.granting_amount})
    if act(form, lambda: form.apply(found, by=request.staff)):
        messages.success(request, _("Entered."))
        return redirect("relief:application", code=code)
    heading = _("Answer of the upper union to %(number)s") % {"number": found}
    why_not = why_not_record_upper(request.staff, found)
    context = {"application": found, "form": form, "heading": heading, "why_not": why_not}
    return show(request, "application_upper.html", context)


@require_http_methods(["GET", "POST"])
@needs(Permission.DECIDE_APPLICATIONS)
def stop(request: StaffRequest, code: str) -> HttpResponse:
    """Stop what is still owed of an award."""
    found = found_application(request, code)
    award = getattr(found, "award", None)
    if award is None:
        raise Http404
    form = forms.StopForm(posted(request))
    if act(form, lambda: form.apply(award, by=request.staff)):
        messages.success(request, _("Stopped; the money is available again."))
        return redirect("relief:application", code=code)
    heading = _("Stop the award of %(number)s") % {"number": found}
    why_not = why_not_stop(request.staff, award)
    instalments = list(award.instalments.select_related("fund_source"))
    context = {
        "application": found,
        "award": award,
        "instalments": instalments,
        "owed": sum(part.amount for part in instalments if part.status == part.Status.OWED),
        "form": form,
        "heading": heading,
        "why_not": why_not,
    }
    return show(request, "application_stop.html", context)


@require_POST
@needs(Permission.READ_APPLICATIONS)
def letter(request: StaffRequest, code: str) -> HttpResponse:
    """Freeze the letter of the decision in force, once; later prints are copies of it."""
    found = found_application(request, code)
    decision = _latest(found)
    back = reverse("relief:application", args=[code]) + "#papers-issued"
    done = _("The letter is issued; print it below.")
    return attempt(request, lambda: issue_letter(decision, by=request.staff), done=done, back=back)


@require_POST
@needs(Permission.TAKE_APPLICATIONS, Permission.ASSESS_APPLICATIONS, Permission.DECIDE_APPLICATIONS)
def tell(request: StaffRequest, code: str) -> HttpResponse:
    """Note that the applicant was told of the decision."""
    found = found_application(request, code)
    decision = _latest(found)
    back = reverse("relief:application", args=[code]) + "#decisions"
    done = _("Noted: the applicant was told.")
    try:
        telling.tell(decision, by=request.staff)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        turns.say(request, found, done=done, code="relief.tell")
    return redirect(back)


def _latest(found: Application) -> Decision:
    """The decision in force, or the last word there was, to say why it is not to be told."""
    decision = decision_in_force(found) or found.decisions.order_by("-pk").first()
    if decision is None:
        raise Http404
    return decision


@require_POST
@needs(Permission.READ_APPLICATIONS)
def approval_form(request: StaffRequest, code: str) -> HttpResponse:
    """救助申请/审批表 with the decisions so far."""
    found = found_application(request, code)
    back = reverse("relief:application", args=[code]) + "#papers-issued"
    done = _("The form is issued; print it below.")
    return attempt(request, lambda: print_approval(found, by=request.staff), done=done, back=back)


@require_POST
@needs(Permission.READ_APPLICATIONS)
def supplement(request: StaffRequest, code: str) -> HttpResponse:
    """One sheet that names everything missing."""
    found = found_application(request, code)
    back = reverse("relief:application", args=[code]) + "#papers-issued"
    done = _("The sheet is issued; print it below.")
    return attempt(request, lambda: print_supplement(found, by=request.staff), done=done, back=back)
