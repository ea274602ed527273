"""What an import made and changed, written down so that it can be undone."""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from center.exchange.copying import copy_in
from center.privacy import keys
from center.privacy.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.db import models

LABEL = b"center.import.journal:"


class Journal:
    """Rows made, by number; rows edited, with what they said before."""

    def __init__(self) -> None:
        self.made: dict[str, list[int]] = defaultdict(list)
        self.edited: dict[str, dict[str, dict[str, Any]]] = defaultdict(dict)

    def make(self, model: type[models.Model], rows: Sequence[Mapping[str, Any]], **same: Any) -> list[int]:
        """Write rows of one model together; history is kept by the database. Their numbers, in the same order."""
        numbers = copy_in(model, rows, **same)
        self.made[model._meta.label_lower] += numbers
        return numbers

    def edit(self, record: models.Model, values: dict[str, Any]) -> None:
        before = self.edited[record._meta.label_lower].setdefault(str(record.pk), {})
        for name, value in values.items():
            before.setdefault(name, _frozen(getattr(record, attribute(type(record), name))))
            setattr(record, name, value)
        extra = ["search_keys"] if {"full_name", "name"} & values.keys() else []
        record.save(update_fields=[*values, *extra])

    def sealed(self, code: str) -> bytes:
        text = json.dumps({"made": self.made, "edited": self.edited})
        return keys.ring().encrypt(text.encode(), label=LABEL + code.encode())


def opened(sealed: bytes, code: str) -> dict[str, Any]:
    return dict(json.loads(keys.ring().decrypt(sealed, label=LABEL + code.encode())))


def attribute(model: type[models.Model], name: str) -> str:
    """Where the plain value of a field lies: `employer_id` of `employer`."""
    return str(getattr(model._meta.get_field(name), "attname", name))


def _frozen(value: Any) -> Any:
    if isinstance(value, Secret):
        return {"secret": bytes(value).hex()}
    if isinstance(value, date | Decimal):
        return str(value)
    return value


def thawed(value: Any) -> Any:
    return bytes.fromhex(value["secret"]) if isinstance(value, dict) and "secret" in value else value
