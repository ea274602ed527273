"""What the shell shows around every page: the rail, the keys, the count of tasks, warnings."""

from __future__ import annotations

import json
from itertools import chain
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from center import desk
from center.kernel.roles import Permission
from center.models import Job
from center.privacy import drafts
from center.queries.growing import growing
from center.reference import working_days
from center.site import shortcuts, task_inbox

if TYPE_CHECKING:
    from django.http import HttpRequest

    from center.models import Staff


def shell(request: HttpRequest) -> dict[str, Any]:
    """Cheap values for every page; what costs queries is read only where base.html shows it."""
    shown: dict[str, Any] = {
        "center_name": settings.CENTER_NAME,
        "center_phone": settings.CENTER_PHONE,
        "demo": settings.DEMO,
        "growing": SimpleLazyObject(growing) if settings.DEMO else None,
        "idle_minutes": settings.IDLE_LOCK_MINUTES,
    }
    staff: Staff | None = getattr(request, "staff", None)
    if staff is None:
        return shown
    keys = shortcuts.of_staff(staff)
    return shown | {
        "own_keys": keys,
        "text_size": staff.text_size,
        "names_masked": staff.names_masked,
        "shortcut_keys": json.dumps(keys),
        "shell_menu": menu(staff, request.path),
        "shell_shortcuts": [
            {
                "code": item.code,
                "label": item.label,
                "key": keys.get(item.code, item.key),
                "url": reverse(item.route),
            }
            for item in chain.from_iterable(each.shortcuts(staff) for each in desk.desks())
        ],
        "shell_warnings": working_days.warnings() if staff.may_somewhere(Permission.MANAGE_REFERENCE) else [],
        "shell_jobs": SimpleLazyObject(lambda: list(Job.objects.ended_unseen(staff)[:3])),
        "draft_count": SimpleLazyObject(lambda: drafts.of_staff(staff).count()),
        "task_count": SimpleLazyObject(lambda: task_inbox.count_for(request, staff)),
    }


def menu(staff: Staff, path: str) -> list[dict[str, object]]:
    items = sorted(chain.from_iterable(each.menu(staff) for each in desk.desks()), key=lambda item: item.position)
    entries = [{"label": item.label, "url": reverse(item.route), "here": False} for item in items]
    under = [entry for entry in entries if path.startswith(str(entry["url"])) and (entry["url"] != "/" or path == "/")]
    if under:
        max(under, key=lambda entry: len(str(entry["url"])))["here"] = True
    return entries
