"""Going away: what is open goes to a colleague for good, or a colleague does it for some days."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from center.actions.handover import givers
from center.actions.stand_ins import end_stand_in, why_not_end_stand_in
from center.forms.handover import AwayForm, HandOverForm
from center.kernel.errors import Refusal
from center.kernel.roles import Permission
from center.models import Staff, StandIn
from center.site import task_inbox
from center.site.guard import needs, posted
from center.views import previews

if TYPE_CHECKING:
    from django.http import HttpResponse

    from center import desk
    from center.site.guard import StaffRequest

TASKS_SHOWN = 50


@require_http_methods(["GET", "POST"])
@needs(Permission.USE_THE_SHELL)
def hand_over(request: StaffRequest) -> HttpResponse:
    """My own open work; for whoever assigns work, that of a colleague. What would move is shown before it does."""
    giver = _whose(request)
    form = HandOverForm(posted(request), giver=giver, by=request.staff)
    moving = form.moving() if form.is_valid() else []
    if form.is_valid() and (previews.was_shown(request) or not moving):
        try:
            moved = form.apply()
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            told = ngettext(
                "%(n)s record was handed over to %(name)s.", "%(n)s records were handed over to %(name)s.", moved
            )
            messages.success(request, told % {"n": moved, "name": form.cleaned_data["taker"]})
            return redirect("center:tasks")
    note = _("Tasks that a role has, and not a person, need no handing over.")
    waiting_for = _tasks(request, giver)
    context = {"form": form, "tasks": waiting_for[:TASKS_SHOWN], "task_total": len(waiting_for), "note": note}
    context |= _people(request, giver)
    if moving and not form.errors:
        context |= _before(form, moving) | {"shown": previews.stamp(request)}
    return render(request, "center/hand_over.html", context, status=422 if form.errors else 200)


def _before(form: HandOverForm, moving: list[tuple[str, int]]) -> dict[str, object]:
    """What is asked before work changes hands: how much of what, to whom, and whether they are there at all."""
    taker = form.cleaned_data["taker"]
    absence = StandIn.objects.today().filter(absent=taker).select_related("colleague").first()
    return {"moving": moving, "total": sum(count for _kind, count in moving), "taker": taker, "absence": absence}


@require_http_methods(["GET", "POST"])
@needs(Permission.USE_THE_SHELL)
def away(request: StaffRequest) -> HttpResponse:
    """Who stands in for me from one day to another, and for whom I do."""
    absent = _whose(request)
    form = AwayForm(posted(request), absent=absent, by=request.staff)
    if form.is_valid():
        try:
            made = form.apply()
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            said = _("%(name)s stands in from %(first)s to %(last)s.")
            facts = {"name": made.colleague, "first": made.starts_on.isoformat(), "last": made.ends_on.isoformat()}
            messages.success(request, said % facts)
            return redirect(_page(request, absent))
    rows = StandIn.objects.filter(absent=absent) | StandIn.objects.filter(colleague=absent)
    rows = rows.select_related("absent", "colleague").order_by("-ends_on", "-pk")[:50]
    named = [(row, why_not_end_stand_in(request.staff, row)) for row in rows]
    context = {"form": form, "named": named, **_people(request, absent)}
    return render(request, "center/away.html", context, status=422 if form.errors else 200)


@require_POST
@needs(Permission.USE_THE_SHELL)
def end_away(request: StaffRequest, pk: int) -> HttpResponse:
    """Back earlier: the colleague does no more of it."""
    seen = Q(absent__in=givers(request.staff)) | Q(colleague=request.staff)
    found = get_object_or_404(StandIn.objects.filter(seen), pk=pk)
    try:
        end_stand_in(found, by=request.staff)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Taken back."))
    return redirect(_page(request, request.staff if found.colleague_id == request.staff.pk else found.absent))


def _tasks(request: StaffRequest, giver: Staff) -> list[desk.Task]:
    """What waits for the giver; of somebody who works at other offices, too, nothing is told."""
    seen = request.staff.sight(Permission.ASSIGN_WORK)
    if giver.pk != request.staff.pk and not giver.sight(Permission.USE_THE_SHELL) <= seen:
        return []
    return task_inbox.ordered(task_inbox.tasks_of(giver))


def _whose(request: StaffRequest) -> Staff:
    """Oneself, unless the address names a colleague whose work this person may give away."""
    asked = request.GET.get("of", "")
    if not asked.isdecimal() or int(asked) == request.staff.pk:
        return request.staff
    return get_object_or_404(givers(request.staff), pk=int(asked))


def _page(request: StaffRequest, whose: Staff) -> str:
    own = reverse("center:away")
    return own if whose.pk == request.staff.pk else f"{own}?of={whose.pk}"


def _people(request: StaffRequest, chosen: Staff) -> dict[str, object]:
    people = givers(request.staff)
    return {"chosen": chosen, "is_own": chosen.pk == request.staff.pk, "people": people if len(people) > 1 else ()}
