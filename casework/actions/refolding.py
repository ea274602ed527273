"""Rows of before get the one way of writing and the search keys of today (docs/decisions; after an upgrade)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from casework.models import Employer, Person
from casework.rules.names import normal_name, search_keys
from center.evidence import trail
from center.kernel.action import action
from center.kernel.normal import key, why_not_a_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db import models

    from center.models import Staff

CHUNK = 1_000


def stale(row: Person | Employer) -> dict[str, Any]:
    """What of a row would be written otherwise today; a name that is none by now stays as it is, for a person to mend."""
    source = "full_name" if isinstance(row, Person) else "name"
    written = getattr(row, source)
    name = normal_name(written)
    found: dict[str, Any] = {}
    if isinstance(row, Person):
        if name != written and not why_not_a_name(name):
            found |= {"full_name": name, "name_as_given": row.name_as_given or written}
        else:
            name = written
    else:
        name = written
        if row.name_key != key(written):
            found["name_key"] = key(written)
    if list(row.search_keys) != search_keys(name):
        found["search_keys"] = search_keys(name)
    return found


def in_chunks(model: type[models.Model]) -> Iterator[list[Any]]:
    last = 0
    while rows := list(model._default_manager.filter(pk__gt=last).order_by("pk")[:CHUNK]):
        last = rows[-1].pk
        yield rows


@action
def refold(rows: list[Any], *, by: Staff) -> int:
    """Write what is stale of these rows; how many were."""
    changed = 0
    for row in rows:
        values = stale(row)
        for name, value in values.items():
            setattr(row, name, value)
        if values:
            row.save(update_fields=list(values))
            changed += 1
    if changed:
        trail.record("casework.names.refolded", by, by=by, rows=changed)
    return changed
