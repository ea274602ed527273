"""Voting on one's own device: the vote itself, who has voted, and where a vote is going on (screens.md §4.4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from center.actions import ballots
from center.kernel.errors import Refusal
from center.kernel.roles import Permission
from center.site.guard import needs
from center.views.items import found_item, poll_of, voters_of
from center.views.meetings import READ, found_meeting, votes_now

if TYPE_CHECKING:
    from django.http import HttpResponse

    from center.site.guard import StaffRequest


@require_GET
@needs(READ)
def meeting_now(request: StaffRequest, code: str) -> HttpResponse:
    """The part of the room that says what is being voted on; asked again every few seconds."""
    but = int(request.GET["but"]) if request.GET.get("but", "").isdecimal() else 0
    found = found_meeting(request, code)
    item = {"position": but} if but else None
    return render(request, "center/_meeting_now.html", votes_now(found, request.staff, but=but) | {"item": item})


@require_GET
@needs(READ)
def item_ballots(request: StaffRequest, code: str, position: int) -> HttpResponse:
    """The part of the item that says who has voted; asked again every few seconds while the vote goes on."""
    found = found_item(request, code, position)
    poll = poll_of(found) or found.polls.order_by("pk").last()
    if poll is None:
        raise Http404
    context = voters_of(found, poll, request.staff)
    response = render(request, "center/_ballots.html", context | {"meeting": found.meeting})
    if request.GET.get("offered", "") not in {"", "yes" if context["offered"] else "no"}:
        response["HX-Refresh"] = "true"  # what the page offers is not what may be done any more
    return response


@require_POST
@needs(Permission.VOTE)
def item_vote(request: StaffRequest, code: str, position: int) -> HttpResponse:
    """One tap: for, against, abstain."""
    found = found_item(request, code, position)
    poll = poll_of(found)
    if poll is None:
        messages.error(request, _("This vote is over."))
        return redirect("center:agenda_item", code, position)
    try:
        ballot = ballots.cast(poll, choice=request.POST.get("choice", ""), by=request.staff)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        said = _("Your vote is in: %(choice)s. Until the count you may change it.")
        messages.success(request, said % {"choice": ballot.get_choice_display()})
    return redirect("center:agenda_item", code, position)


@require_POST
@needs(Permission.PREPARE_MEETINGS)
def item_vote_back(request: StaffRequest, code: str, position: int) -> HttpResponse:
    """The vote is not counted; another motion may be put."""
    poll = poll_of(found_item(request, code, position))
    if poll is None:
        raise Http404
    try:
        ballots.take_back(poll, by=request.staff)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The vote was taken back."))
    return redirect("center:agenda_item", code, position)
