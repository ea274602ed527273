"""One case, for those who are on it: limits, timeline, parties, money, and its steps."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from center.kernel.errors import Refusal
from center.kernel.roles import Permission
from center.papers.prints import papers_of
from center.privacy import access
from center.site.guard import StaffRequest, needs
from legal import actions
from legal import permissions as may
from legal.forms import STEPS
from legal.models import Case, Clock
from legal.prints import decision_kind, issue_decision
from legal.queries.chronology import chronology
from legal.queries.conflicts import conflicts
from legal.queries.thresholds import final_award_cap, may_choose_representatives

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpResponse

    from center.models import Staff

P = Permission
WHY_NOT: dict[str, Callable[[Staff, Case], str]] = {
    "grant": may.why_not_decide,
    "refuse": may.why_not_refuse,
    "event": may.why_not_work_on,
    "party": may.why_not_work_on,
    "clock": may.why_not_work_on,
    "drop": may.why_not_drop,
    "pause": may.why_not_pause,
    "stage": may.why_not_work_on,
    "assign": may.why_not_assign,
    "received": may.why_not_write_recovery,
    "close": may.why_not_close,
    "reopen": may.why_not_reopen,
}


def titles() -> dict[str, str]:
    return {
        "grant": _("Grant aid"),
        "refuse": _("Refuse aid"),
        "event": _("Write what happened"),
        "party": _("Add a party"),
        "clock": _("Start a limit"),
        "drop": _("Limit not needed"),
        "pause": _("Limit stood still"),
        "stage": _("Move the stage"),
        "assign": _("Assign the case"),
        "received": _("Money received"),
        "close": _("Close the case"),
        "reopen": _("Open again"),
    }


def _found(request: StaffRequest, code: str) -> Case:
    """Outside of the wall there is no such case."""
    related = ("person", "handler", "office", "visit", "taken_by", "decided_by", "assigned_by", "closed_by")
    return get_object_or_404(Case.objects.visible_to(request.staff).select_related(*related), code=code)


@require_http_methods(["GET", "POST"])
@needs(P.READ_CASES)
def case(request: StaffRequest, code: str) -> HttpResponse:
    """What is claimed, what runs, what happened, what arrived, and what can be done now."""
    found, staff, words = _found(request, code), request.staff, titles()
    steps = [(step, words[step]) for step, why_not in WHY_NOT.items() if not why_not(staff, found)]
    is_posted = request.method == "POST"
    first = steps[0][0] if steps else ""
    chosen = request.POST.get("step", "") if is_posted else request.GET.get("step") or first
    if chosen not in STEPS and (chosen or is_posted):
        raise Http404  # what is sent says which step it is; nothing happens by default
    known: dict[str, Any] = {"initial": {"clock": request.GET.get("clock", "")}} if chosen == "drop" else {}
    form: Any = STEPS[chosen](request.POST if is_posted else None, case=found, **known) if chosen else None
    if form is not None and is_posted and form.is_valid():
        try:
            form.apply(by=staff)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Done: %(step)s.") % {"step": words[chosen]})
            return redirect("legal:case", found.code)
    if request.method == "GET":
        access.read(found.person, by=staff, what="legal.case")
    context = {
        "case": found,
        "person": found.person,
        "form": form,
        "steps": steps,
        "chosen": chosen,
        "chosen_title": words.get(chosen, ""),
        "why_not": WHY_NOT[chosen](staff, found) if chosen else "",
        **_parts(found, staff),
    }
    return render(request, "legal/case.html", context, status=422 if form is not None and form.errors else 200)


def _parts(case: Case, staff: Staff) -> dict[str, Any]:
    clocks = list(
        case.clocks.select_related("rule", "started_by", "extended_by", "ended_by").order_by("ended_at", "due_on", "pk")
    )
    running = [clock for clock in clocks if clock.ended_at is None]
    for clock in running:
        clock.case = case
    recoveries = list(case.recoveries.select_related("written_by"))
    parties = list(case.parties.select_related("employer"))
    others = {
        other.pk: other for party in parties for other in conflicts(name=party.name, employer=party.employer, but=case)
    }
    letters = papers_of(case)
    return {
        "running": running,
        "extendable": {clock.pk for clock in running if not may.why_not_extend(staff, clock)},
        "stopped": [clock for clock in clocks if clock.ended_at],
        "why_not_work": may.why_not_work_on(staff, case),
        "lines": chronology(
            case, events=case.events.select_related("written_by"), clocks=clocks, recoveries=recoveries
        ),
        "final_award_cap": final_award_cap(case, on=timezone.localdate()),
        "may_choose_representatives": may_choose_representatives(case),
        "parties": parties,
        "conflicts": list(others.values()),
        "recoveries": recoveries,
        "received": sum((one.amount for one in recoveries), Decimal("0.00")),
        "colleagues": case.colleagues.all(),
        "letters": letters,
        "letter_due": case.decided_at is not None and decision_kind(case) not in {one.kind for one in letters},
        "why_not_print": may.why_not_print(staff, case),
    }


@require_POST
@needs(P.READ_CASES)
def letter(request: StaffRequest, code: str) -> HttpResponse:
    """Freeze the letter of acceptance or refusal; later prints are copies of it."""
    found = _found(request, code)
    try:
        issue_decision(found, by=request.staff)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The letter is issued; print it below."))
    return redirect(f"{found.get_absolute_url()}#letter")


def _on_clock(request: StaffRequest, code: str, pk: int, change: Callable[[Clock], Clock], done: str) -> HttpResponse:
    found = _found(request, code)
    clock = get_object_or_404(found.clocks, pk=pk)
    try:
        change(clock)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    return redirect(f"{found.get_absolute_url()}#clocks")


@require_POST
@needs(P.HANDLE_CASES)
def stop_clock(request: StaffRequest, code: str, pk: int) -> HttpResponse:
    """Done."""
    return _on_clock(
        request, code, pk, lambda clock: actions.stop_clock(clock, by=request.staff), _("The limit is met.")
    )


@require_POST
@needs(P.HANDLE_CASES)
def extend_clock(request: StaffRequest, code: str, pk: int) -> HttpResponse:
    """Prolonged as the law allows, once."""
    done = _("The limit is extended.")
    text = request.POST.get("text", "")[:200]
    return _on_clock(request, code, pk, lambda clock: actions.extend_clock(clock, text=text, by=request.staff), done)
