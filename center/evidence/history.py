"""The field history of one record, told as changes: field, before, after, by whom; numbers and names as masks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.utils.translation import gettext as _

from center.evidence.destruction import facts_of
from center.evidence.log_values import Values
from center.kernel.records import model_of
from center.kernel.sentences import listed
from center.models.base import called
from center.privacy.masks import mask_name

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import Model

    from center.models import Staff

MOST_ROWS = 500
# What stands in addresses tells nobody anything; when a day was entered is the time of the line itself.
UNTOLD = frozenset({"code", "token", "since_entered_at", "until_entered_at"})


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
    teller = Teller(model) if model and may_see(subject, by) else None
    found: list[Change] = []
    for later, earlier in zip(rows, [*rows[1:], None], strict=True):
        found += _between(earlier, later, [name for name in names if name not in UNTOLD], teller=teller)
    return found


class Teller:
    """Values of one record's fields as people read them: choices and lists in words, other records by what they are
    called, each of them read once."""

    def __init__(self, model: type[Model]) -> None:
        self.model, self.values = model._meta.label_lower, Values(())
        self.records: dict[tuple[type[Model], Any], str] = {}

    def told(self, field: Any, value: Any) -> str:
        if value in (None, "", []):
            return ""
        if field.is_relation:
            return self._record(field.related_model, value)
        if "name" in field.name and isinstance(value, str):
            return mask_name(value)
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        each = value if isinstance(value, list) else [value]
        return listed(self.values.told(field.name, str(one), of=self.model) for one in each)

    def _record(self, model: type[Model], pk: Any) -> str:
        if (model, pk) not in self.records:
            found = model._default_manager.filter(pk=pk).first()
            self.records[model, pk] = called(found) if found else ""
        return self.records[model, pk]


def _between(earlier: Any, later: Any, names: list[str], *, teller: Teller | None) -> list[Change]:
    context = later.pgh_context or {}
    told = {"at": later.pgh_created_at, "by": context.get("by", ""), "action": context.get("action", "")}
    if later.salt is None:
        return [Change(**told, field=_("destroyed"), before="", after="")]
    return [
        Change(
            **told,
            field=str(field.verbose_name),
            before=teller.told(field, getattr(earlier, name, None)) if teller else "",
            after=teller.told(field, getattr(later, name)) if teller else "",
        )
        for name, field in ((name, later._meta.get_field(name)) for name in names)
        if getattr(earlier, name, None) != getattr(later, name) and not (earlier is None and not getattr(later, name))
    ]
