"""The wall of the committee room: one item in large type, names masked, its vote and its result in sight; read only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from center.actions import meetings as actions
from center.kernel.roles import Permission
from center.models import AgendaItem, Motion
from center.permissions.meetings import why_no_quorum
from center.permissions.voters import why_no_quorum_of
from center.queries import meetings as queries
from center.site.guard import needs
from center.views.items import found_item, poll_of
from center.views.meetings import found_meeting

if TYPE_CHECKING:
    from django.http import HttpResponse

    from center.models import Meeting
    from center.site.guard import StaffRequest


@require_GET
@needs(Permission.READ_MEETINGS)
def meeting_screen(request: StaffRequest, code: str) -> HttpResponse:
    """Follows the sitting by itself: what is voted on, else what was voted on last, else what comes first."""
    found = found_meeting(request, code)
    item = _current(found)
    if item is None:
        raise Http404
    return _show(request, item, url=reverse("center:meeting_screen", args=[code]))


@require_GET
@needs(Permission.READ_MEETINGS)
def item_screen(request: StaffRequest, code: str, position: int) -> HttpResponse:
    """Stays at one item."""
    return _show(request, found_item(request, code, position), url=reverse("center:item_screen", args=[code, position]))


def _current(meeting: Meeting) -> AgendaItem | None:
    rows = meeting.items.select_related("meeting__office")
    voted = rows.filter(polls__ended_at=None, polls__isnull=False).first()
    if voted:
        return voted
    last = Motion.objects.filter(item__meeting=meeting).order_by("-recorded_at", "-pk").first()
    if last:
        return rows.get(pk=last.item_id)
    return rows.filter(status=AgendaItem.Status.WAITING).first() or rows.first()


def _show(request: StaffRequest, item: AgendaItem, *, url: str) -> HttpResponse:
    poll, seats = poll_of(item), actions.entitled(item)
    recused = set(item.recusals.standing().values_list("staff_id", flat=True))
    cast = poll.choices() if poll else {}
    context = {
        "item": item,
        "meeting": item.meeting,
        "facts": queries.measured(item),
        "url": url,
        "poll": poll,
        "motion": item.motions.order_by("-pk").first(),
        "entitled": len(seats),
        "voted": sum(seat.staff_id in cast for seat in seats),
        "broken": item.meeting.is_open
        and item.status == AgendaItem.Status.WAITING
        and bool(why_no_quorum(item.meeting, needed=item.quorum) or why_no_quorum_of(item, recused)),
        "is_recused": request.staff.pk in recused,
    }
    return render(request, "center/screen.html" + ("#now" if request.htmx else ""), context)
