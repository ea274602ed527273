"""Values of the trail's facts as people read them: codes stay sealed in the rows, their words are found by what they are of.

A fact holds what an action wrote: the code of a choice, of a list, of a person. Its name and the kind of its record say
which; where they do not, a word is told only when all who know the code call it the same.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist

from center.kernel.sentences import listed
from center.models import Code, Staff, codes
from center.models.base import DRAFT_ALPHABET, called, random_code

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from django.db.models import Model

ROOMS = ("center", "casework", "relief", "employment", "legal")
OPAQUE = re.compile(rf"[{DRAFT_ALPHABET}]{{10,20}}")
PLAIN = re.compile(r"[a-z][a-z0-9_]*")
DIGEST = re.compile(r"[0-9a-f]{64}")
FIELDS = "fields"  # a fact that names the fields that were written
# Facts that hold a user name. It may read like a code of something else (`officer`), and is the person all the same.
PEOPLE = frozenset(
    {"actor", "asked_by", "colleague", "colleagues", "giver", "handler", "lifted_by"}
    | {"member", "person", "staff", "to", "username"}
)
PAPER, KEY = "center.issueddocument", re.compile(r"_\d+$")  # a kind of paper may end with the key of its record


class Values:
    """The words of the values of one page of the log: people, records and reference rows are read at once."""

    def __init__(self, facts: Iterable[Mapping[str, str]]) -> None:
        values = {part for each in facts for value in each.values() for part in _parts(value)}
        self.staff = dict(Staff.objects.filter(username__in=values).values_list("username", "full_name"))
        self.coded = dict(_called({value for value in values if OPAQUE.fullmatch(value)}))
        self.named = dict(_referenced({value for value in values if PLAIN.fullmatch(value)}))

    def told(self, name: str, value: str, *, of: str) -> str:
        """A value in words, or as it is; `of` is the model of the record: `casework.visit`."""
        return listed(self._one(name, part, of) for part in _parts(value)) if value else ""

    def _one(self, name: str, value: str, of: str) -> str:
        if value in self.coded:
            return self.coded[value]
        if name in PEOPLE and value in self.staff:
            return self.staff[value]
        if DIGEST.fullmatch(value):
            return f"{value[:12]}…"
        if not PLAIN.fullmatch(value):
            return value
        if (of, name) == (PAPER, "kind"):
            return KEY.sub("", value)
        return self._known(name, value, of)

    def _known(self, name: str, value: str, of: str) -> str:
        """A code in the words of what it is of."""
        if name == FIELDS:
            return _field(of, value) or value
        known = _choice(of, name, value) or self.named.get(value) or _agreed(value) or self.staff.get(value)
        return known or value


def _parts(value: str) -> list[str]:
    """What stands one after the other in a fact: `health_status, job_wish`."""
    parts = value.strip("[]").replace("'", "").split(", ")
    return parts if all(PLAIN.fullmatch(part) or OPAQUE.fullmatch(part) for part in parts) else [value]


def _ours() -> Iterator[type[Model]]:
    """Our models, without those of their field history."""
    for model in apps.get_models():
        if model._meta.app_label in ROOMS and not hasattr(model, "pgh_tracked_model"):
            yield model


def _called(values: set[str]) -> Iterator[tuple[str, str]]:
    """Records by the codes of their addresses."""
    for model in _ours() if values else ():
        field = next((one for one in model._meta.local_fields if one.name == "code"), None)
        if field is not None and field.default is random_code:
            for row in model._default_manager.filter(code__in=values):
                yield row.code, called(row)  # type: ignore[attr-defined] # the field was looked for


def _referenced(values: set[str]) -> Iterator[tuple[str, str]]:
    """Rows of reference tables that have a code and a label in two languages."""
    for model in _ours() if values else ():
        names = {one.name for one in model._meta.local_fields}
        if {"code", "label_zh"} <= names and model is not Code:
            yield from ((row.code, row.label) for row in model._default_manager.filter(code__in=values))  # type: ignore[attr-defined]


def _choice(of: str, name: str, value: str) -> str:
    """The label of a choice: of the record's own field of that name, else of one of the same room."""
    room = of.partition(".")[0]
    fields = [
        field
        for model in sorted(_ours(), key=lambda model: model._meta.label_lower != of)
        if model._meta.app_label == room
        for field in model._meta.local_fields
        if field.name == name and field.choices
    ]
    return next((str(dict(field.flatchoices)[value]) for field in fields if value in dict(field.flatchoices)), "")


def _agreed(value: str) -> str:
    """What every list and every choice that knows this code calls it; nothing where two call it differently."""
    labels = {codes.label(name, value) for name in codes.names() if codes.knows(name, value)}
    labels |= {
        str(dict(field.flatchoices)[value])
        for model in _ours()
        for field in model._meta.local_fields
        if field.choices and value in dict(field.flatchoices)
    }
    return labels.pop() if len(labels) == 1 else ""


def _field(of: str, name: str) -> str:
    try:
        field: Any = apps.get_model(of)._meta.get_field(name)
    except (LookupError, ValueError, FieldDoesNotExist):
        return ""
    return str(getattr(field, "verbose_name", ""))
