"""What waits for somebody, asked of every desk; its number stands on every page and is not asked for each of them."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from django.utils import timezone

from center import desk
from center.kernel.action import acted

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.http import HttpRequest

    from center.models import Staff

KEY, KEPT = "waiting", 60  # of the session; seconds


def tasks_of(staff: Staff) -> list[desk.Task]:
    """Everything this person can act on now, desk by desk."""
    return list(chain.from_iterable(each.tasks(staff) for each in desk.desks()))


def ordered(tasks: Iterable[desk.Task]) -> list[desk.Task]:
    """As a person works through them: by verb, what is due first, then by title."""
    late = timezone.localdate().replace(year=9999)
    return sorted(tasks, key=lambda task: (str(task.verb), task.due or late, task.title))


def tasks_for(request: HttpRequest, staff: Staff) -> list[desk.Task]:
    """The same for a page that shows them; the number above such a page is theirs."""
    found = tasks_of(staff)
    request.session[KEY] = [len(found), _now()]
    request.counted_after = acted.get()  # type: ignore[attr-defined] # our own mark
    return found


def count_for(request: HttpRequest, staff: Staff) -> int:
    """How many tasks wait; at most a minute old, and never older than what this person did last."""
    number, counted_at = request.session.get(KEY, (0, 0))
    if 0 <= _now() - counted_at < KEPT and not is_outdated(request):
        return int(number)
    return len(tasks_for(request, staff))


def is_outdated(request: HttpRequest) -> bool:
    """Whether this request has carried an action out since it began, or since it counted."""
    return acted.get() != getattr(request, "counted_after", 0)


def _now() -> int:
    return int(timezone.now().timestamp())
