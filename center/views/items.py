"""One item of the committee's agenda: its facts, who steps aside, what is moved, how each votes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from center import desk
from center.actions import ballots
from center.actions import meetings as actions
from center.forms.meetings import MotionForm, RecusalForm
from center.forms.notices import ReasonForm
from center.kernel.errors import Refusal
from center.kernel.roles import Permission
from center.models import AgendaItem, Meeting, Poll, Vote, codes
from center.papers import documents
from center.permissions.meetings import why_not_change_agenda, why_not_decide, why_not_prepare
from center.permissions.voters import why_not_cast, why_not_discuss_singly, why_not_recuse, why_not_take_back_recusal
from center.queries import meetings, notices
from center.site.guard import needs, posted
from center.views.meetings import READ, found_meeting, votes_now
from center.views.papers import as_file, openable_here, why_not_of_kind

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.forms import Form
    from django.http import HttpResponse

    from center.models import Motion, Staff
    from center.site.guard import StaffRequest


def found_item(request: StaffRequest, code: str, position: int) -> AgendaItem:
    rows = AgendaItem.objects.select_related("meeting__office")
    return get_object_or_404(rows, meeting=found_meeting(request, code), position=position)


def is_spent(item: AgendaItem) -> bool:
    """An emergency to ratify: its money is out."""
    return bool(item.facts.get("spent"))


@require_http_methods(["GET", "POST"])
@needs(READ)
def item(request: StaffRequest, code: str, position: int) -> HttpResponse:
    """One case: all its facts, who is recused, what was moved; the secretary records a motion and the votes."""
    found = found_item(request, code, position)
    form = MotionForm(posted(request), seats=actions.entitled(found), poll=poll_of(found), spent=is_spent(found))
    if request.method == "POST" and form.is_valid():
        try:
            motion = form.apply(found, by=request.staff)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return _answer(request, found, motion)
    return _show_item(request, found, form=form)


def _answer(request: StaffRequest, found: AgendaItem, made: Motion | Poll) -> HttpResponse:
    """What the vote came to, in the words of what was moved, and where to go on: the next item that waits."""
    place = [found.meeting.code, found.position]
    if isinstance(made, Poll):
        messages.success(request, _("The members are asked to vote on their own devices."))
        return redirect("center:agenda_item", *place)
    said = {"number": found.number, "motion": made.get_result_display()}
    if not made.carried:
        messages.warning(request, _("The motion “%(motion)s” was not carried; item %(number)s stays open.") % said)
        return redirect("center:agenda_item", *place)
    made.item.refresh_from_db(fields=["status"])
    if made.item.status == AgendaItem.Status.SENT_UP:
        beyond = _("Item %(number)s: %(motion)s. It is above the committee's band and goes to the upper union.")
        messages.warning(request, beyond % said)
    else:
        messages.success(request, _("Item %(number)s: %(motion)s.") % said)
    waiting = found.meeting.items.filter(status=AgendaItem.Status.WAITING)
    following = waiting.filter(position__gt=found.position).first() or waiting.first()
    if following is None:
        return redirect("center:meeting", found.meeting.code)
    return redirect("center:agenda_item", found.meeting.code, following.position)


def poll_of(item: AgendaItem) -> Poll | None:
    """What the members are voting on now."""
    return item.polls.filter(ended_at=None).first()


def voters_of(item: AgendaItem, poll: Poll, staff: Staff) -> dict[str, object]:
    """Who has voted on what is put; how, only the secretary and each member themselves are shown before the count."""
    cast, counts = poll.choices(), staff.may(Permission.PREPARE_MEETINGS, item.meeting.office_id)
    seats = actions.entitled(item)
    labels = dict(Vote.Choice.choices)
    rows = [
        (
            seat.staff,
            seat.staff_id in cast,
            labels.get(cast.get(seat.staff_id, ""), "") if counts or seat.staff_id == staff.pk else "",
        )
        for seat in seats
    ]
    voted = sum(has for _staff, has, _how in rows)
    offered = not why_not_cast(staff, poll)
    return {"poll": poll, "voters": rows, "voted": voted, "item": item, "offered": offered}


def _show_item(request: StaffRequest, found: AgendaItem, **forms: Form) -> HttpResponse:
    """The item with what was typed into one of its forms."""
    seats, poll = actions.entitled(found), poll_of(found)
    context: dict[str, object] = {
        "item": found,
        "meeting": found.meeting,
        "facts": meetings.measured(found),
        "form": MotionForm(seats=seats, poll=poll, spent=is_spent(found)),
        "poll": poll,
        "choices": Vote.Choice.choices,
        "why_not_cast": why_not_cast(request.staff, poll) if poll else "",
        "secretary": not why_not_prepare(request.staff, found.meeting.office),
        "recusals": [
            (one, codes.label("recusal_reason", one.reason_code)) for one in found.recusals.select_related("staff")
        ],
        "motions": [(one, codes.reason(one.reason_code)) for one in found.motions.prefetch_related("votes__staff")],
        "recusal_form": RecusalForm(item=found, by=request.staff, auto_id="recuse_%s"),
        "reason_form": ReasonForm(auto_id="why_%s"),
        "entitled": len(seats),
        "must_go_up": actions.must_go_up(found),
        "why_not_decide": why_not_decide(request.staff, found),
        "why_not_recuse": why_not_recuse(request.staff, found, request.staff)
        if not request.staff.may(Permission.PREPARE_MEETINGS, found.meeting.office_id)
        else "",
        "why_not_singly": why_not_discuss_singly(request.staff, found),
        "why_not_take_off": why_not_change_agenda(request.staff, found.meeting),
        "is_recused": found.recusals.standing().filter(staff=request.staff).exists(),
        "why_not_take_part": why_not_take_back_recusal(request.staff, found),
    }
    if found.meeting.status == Meeting.Status.SITTING:
        context |= votes_now(found.meeting, request.staff, but=found.position)
    if poll:
        context |= voters_of(found, poll, request.staff)
    if not context["is_recused"]:
        context |= _judged_on(request, found)
    wrong = any(form.errors for form in forms.values())
    return render(request, "center/agenda_item.html", context | forms, status=422 if wrong else 200)


def _judged_on(request: StaffRequest, found: AgendaItem) -> dict[str, object]:
    """The facts of the case, and what was said against it while it was on notice."""
    case = desk.desk_of(found.subject).dossier(found.subject, on=found.meeting.held_on, by=request.staff)
    return {
        "case": case,
        **(case.context if case else {}),
        "openable": openable_here(case.papers, request.staff) if case else set(),
        "papers_at": reverse("center:agenda_item", args=[found.meeting.code, found.position]) + "papers/",
        "objections": notices.objections_to(found.subject),
    }


@require_GET
@needs(READ)
def item_paper(request: StaffRequest, code: str, position: int, paper: str) -> HttpResponse:
    """A paper of the case, for whoever judges it: logged, and none for a recused member."""
    found = found_item(request, code, position)
    if found.recusals.standing().filter(staff=request.staff).exists():
        raise PermissionDenied(_("You are recused from this item. Its facts are not shown to you."))
    case = desk.desk_of(found.subject).dossier(found.subject, on=found.meeting.held_on, by=request.staff)
    document = next((one for one in case.papers if one.code == paper), None) if case else None
    if document is None:
        raise Http404
    if why_not := why_not_of_kind(document.subject, document.kind, request.staff):
        raise PermissionDenied(why_not)
    return as_file(documents.open_document(document, by=request.staff), document.content_type, document.file_name)


def _act_on_item(
    request: StaffRequest,
    code: str,
    position: int,
    act: Callable[[AgendaItem], object],
    done: str,
) -> HttpResponse:
    found = found_item(request, code, position)
    try:
        act(found)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("center:agenda_item", code, position)
    messages.success(request, done)
    return redirect("center:meeting", code)


@require_POST
@needs(READ)
def item_recuse(request: StaffRequest, code: str, position: int) -> HttpResponse:
    found = found_item(request, code, position)
    form = RecusalForm(request.POST, item=found, by=request.staff, auto_id="recuse_%s")
    if form.is_valid():
        try:
            form.apply(found, by=request.staff)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The recusal was recorded."))
            return redirect("center:agenda_item", code, position)
    return _show_item(request, found, recusal_form=form)


@require_POST
@needs(Permission.VOTE)
def item_take_part(request: StaffRequest, code: str, position: int) -> HttpResponse:
    """A recusal that was declared by mistake is taken back, and the facts are shown again."""
    found = found_item(request, code, position)
    try:
        ballots.take_back_recusal(found, by=request.staff)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The recusal is taken back; you take part in this item again."))
    return redirect("center:agenda_item", code, position)


@require_POST
@needs(READ)
def item_singly(request: StaffRequest, code: str, position: int) -> HttpResponse:
    done = _("The item will be discussed singly.")
    return _act_on_item(request, code, position, lambda found: actions.discuss_singly(found, by=request.staff), done)


@require_POST
@needs(Permission.PREPARE_MEETINGS)
def item_send_up(request: StaffRequest, code: str, position: int) -> HttpResponse:
    done = _("The item goes to the upper union.")
    return _act_on_item(request, code, position, lambda found: actions.send_up(found, by=request.staff), done)


@require_POST
@needs(Permission.PREPARE_MEETINGS)
def item_take_off(request: StaffRequest, code: str, position: int) -> HttpResponse:
    found = found_item(request, code, position)
    form = ReasonForm(request.POST, auto_id="why_%s")
    if form.is_valid():
        try:
            actions.take_off(found, reason=form.cleaned_data["reason"], by=request.staff)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The item waits for the next meeting."))
            return redirect("center:meeting", code)
    return _show_item(request, found, reason_form=form)
