"""The field history of one record, told as changes: field, before, after, by whom; numbers and names as masks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.utils.translation import gettext as _

from center.destruction import facts_of
from center.privacy.masks import mask_name
from center.records import model_of
from center.sentences import listed

if TYPE_CHECKING:
    from datetime import datetime

    from center.models import Staff

MOST_ROWS = 500


@dataclass(frozen=True)
class Change:
    """One field between two states of a record. `before` and `after` are empty where the reader may not see the record."""

    at: datetime
    by: str
    action: str
    field: str
    before: str
    after: str


def may_see(subject: str, staff: Staff) -> bool:
    """Whether the record itself is open to this person; the administrator sees that something changed, not what."""
    model = model_of(subject)
    rows = model._default_manager.all() if model else None
    seen = getattr(rows, "ever_visible_to", None) or getattr(rows, "visible_to", None)
    return seen is not None and seen(staff).filter(pk=subject.partition(":")[2]).exists()


def changes(subject: str, *, by: Staff) -> list[Change]:
    """Newest first; at most 500 states are compared."""
    model = model_of(subject)
    histories = [one for one in apps.get_models() if model and getattr(one, "pgh_tracked_model", None) is model]
    if not histories:
        return []
    rows = list(histories[0]._default_manager.filter(pgh_obj_id=subject.partition(":")[2]).order_by("-pk")[:MOST_ROWS])
    names = facts_of([field.attname for field in histories[0]._meta.concrete_fields])
    seen, found = may_see(subject, by), []
    for later, earlier in zip(rows, [*rows[1:], None], strict=True):
        found += _between(earlier, later, names, shown=seen)
    return found


def _between(earlier: Any, later: Any, names: tuple[str, ...], *, shown: bool) -> list[Change]:
    context = later.pgh_context or {}
    told = {"at": later.pgh_created_at, "by": context.get("by", ""), "action": context.get("action", "")}
    if later.salt is None:
        return [Change(**told, field=_("destroyed"), before="", after="")]
    return [
        Change(
            **told,
            field=str(later._meta.get_field(name).verbose_name),
            before=_told(name, getattr(earlier, name, None)) if shown else "",
            after=_told(name, getattr(later, name)) if shown else "",
        )
        for name in names
        if getattr(earlier, name, None) != getattr(later, name) and not (earlier is None and not getattr(later, name))
    ]


def _told(name: str, value: Any) -> str:
    if value in (None, "", []):
        return ""
    if "name" in name and isinstance(value, str):
        return mask_name(value)
    return listed(value) if isinstance(value, list) else str(value)
