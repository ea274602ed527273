"""After a step: what was done, whose turn it is and by when, and the next of the same kind among one's own tasks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe

from center import desk
from center.kernel.sentences import listed
from center.models.base import subject_of
from center.queries import people as queries
from center.site import task_inbox
from center.site.guard import opens

if TYPE_CHECKING:
    from django.db.models import Model

    from center.site.guard import StaffRequest

NAMED = 3


def say(request: StaffRequest, record: Model, *, done: str, code: str) -> None:
    """The sentence of a step that was done. `code` is the kind of task from which the next one is offered."""
    turn = desk.desk_of(subject_of(record)).turn(record)
    same = [task for task in task_inbox.ordered(task_inbox.tasks_for(request, request.staff)) if task.code == code]
    able = queries.holders(turn.office, turn.needs, but=turn.but) if turn else []
    context = {
        "done": done,
        "turn": turn,
        "who": listed(able[:NAMED]),
        "more": len(able) > NAMED,
        "opens": turn is not None and opens(request.staff, turn.url),
        "following": same[0] if same else None,
        "left": len(same),
    }
    said = render_to_string("center/_turn.html", context).strip()
    messages.success(request, mark_safe(said))  # noqa: S308 - our own template, which escapes what it is given
