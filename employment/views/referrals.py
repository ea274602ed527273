"""Referrals with their letter and their answer, and the follow-ups."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from center.kernel.errors import Refusal
from center.kernel.roles import Permission
from center.papers.prints import papers_of
from center.privacy import access
from center.site.guard import StaffRequest, needs, posted, reads
from employment.enums import IN_WORK, ReferralStatus
from employment.forms.referrals import AnswerForm, FollowUpForm
from employment.models import Referral, RetentionCheck
from employment.permissions import why_not_answer, why_not_check, why_not_print_letter
from employment.prints import issue_letter
from employment.rules.matching import Match, Reason
from employment.views.shortcuts import Step, page_of, period, step_page, within

if TYPE_CHECKING:
    from django.http import HttpResponse

    from employment.models.placement import RetentionQuerySet
    from employment.models.referral import ReferralQuerySet

P = Permission


def _found(request: StaffRequest, code: str) -> Referral:
    rows = Referral.objects.visible_to(request.staff).with_all().select_related("placement", "answered_by")
    return get_object_or_404(rows, code=code)


def _filtered(rows: ReferralQuerySet, request: StaffRequest) -> ReferralQuerySet:
    if request.GET.get("event") == "placed":
        since, until = period(request)
        rows = rows.filter(placement__isnull=False)
        rows = rows.filter(placement__started_on__gte=since) if since else rows
        return rows.filter(placement__started_on__lte=until) if until else rows
    if request.GET.get("state") in ReferralStatus.values:
        rows = rows.filter(status=request.GET["state"])
    return within(rows, "sent_on", request)


@reads
@needs(P.READ_JOBS)
def referrals(request: StaffRequest) -> HttpResponse:
    """Every letter, newest first; the slips that are overdue are amber."""
    rows = _filtered(Referral.objects.visible_to(request.staff), request).with_all().select_related("placement")
    context = {
        "page": page_of(request, rows),
        "chosen": request.GET,
        "states": [("", _("all")), *ReferralStatus.choices],
    }
    return render(request, "employment/referrals.html", context)


@require_http_methods(["GET", "POST"])
@needs(P.READ_JOBS)
def referral(request: StaffRequest, code: str) -> HttpResponse:
    """One referral: why this pair, the letter, the answer, and whether they stayed."""
    found, staff = _found(request, code), request.staff
    steps = [
        Step(
            code="answer",
            title=_("Enter the answer"),
            form=AnswerForm,
            why_not=why_not_answer(staff, found),
            at_once=True,
        )
    ]
    if request.method == "GET":
        access.read(found.seeker.person, by=staff, what="employment.referral")
    placement = getattr(found, "placement", None)
    context = {
        "referral": found,
        "person": found.seeker.person,
        "match": Match(reasons=tuple(Reason.read(reason) for reason in found.reasons)),
        "placement": placement,
        "checks": placement.checks.select_related("done_by") if placement else [],
        "letters": papers_of(found),
        "why_not_print": why_not_print_letter(staff, found),
        "why_not_answer": steps[0].why_not,
    }
    return step_page(request, "employment/referral.html", found, steps=steps, context=context)


@require_POST
@needs(P.PLACE)
def letter(request: StaffRequest, code: str) -> HttpResponse:
    """Freeze the letter in its three parts; later prints are copies of it."""
    found = _found(request, code)
    try:
        issue_letter(found, by=request.staff)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The letter of referral is issued; print it below."))
    return redirect(reverse("employment:referral", args=[code]) + "#letter")


def _checks(rows: RetentionQuerySet, request: StaffRequest) -> RetentionQuerySet:
    state = request.GET.get("state", "")
    if state in {"done", "in_work"}:
        rows = rows.filter(done_at__isnull=False)
        rows = rows.filter(outcome__in=IN_WORK) if state == "in_work" else rows
        since, until = period(request)
        rows = rows.filter(done_at__date__gte=since) if since else rows
        return (rows.filter(done_at__date__lte=until) if until else rows).order_by("-done_at", "-pk")
    return rows.open() if state == "coming" else rows.due(timezone.localdate())


@reads
@needs(P.READ_JOBS)
def follow_ups(request: StaffRequest) -> HttpResponse:
    """Whom to ask whether they still work there; the longest overdue first."""
    rows = _checks(RetentionCheck.objects.visible_to(request.staff), request).with_all()
    context = {
        "page": page_of(request, rows),
        "state": request.GET.get("state", ""),
        "states": [
            ("", _("due")),
            ("coming", _("all to come")),
            ("done", _("asked already")),
            ("in_work", _("found in work")),
        ],
    }
    return render(request, "employment/follow_ups.html", context)


@require_http_methods(["GET", "POST"])
@needs(P.READ_JOBS)
def follow_up(request: StaffRequest, code: str) -> HttpResponse:
    """One question in two clicks, the telephone beside it."""
    rows = RetentionCheck.objects.visible_to(request.staff).with_all()
    found = get_object_or_404(rows, code=code)
    form = FollowUpForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            form.apply(found, by=request.staff)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The follow-up is written down."))
            return redirect("employment:follow_ups")
    referral = found.placement.referral
    if request.method == "GET":
        access.read(referral.seeker.person, by=request.staff, what="employment.follow_up")
    context = {
        "check": found,
        "referral": referral,
        "person": referral.seeker.person,
        "earlier": found.placement.checks.exclude(pk=found.pk).filter(done_at__isnull=False),
        "form": form,
        "why_not": why_not_check(request.staff, found),
    }
    return render(request, "employment/follow_up.html", context, status=422 if form.errors else 200)
