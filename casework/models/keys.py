"""Search keys beside the name that they are made of."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Func, Value

from casework.rules.names import plain, search_keys


class KeysField(ArrayField):  # type: ignore[type-arg]  # the plugin wants Django's own arguments
    """Keys of another field of the row, made anew whenever the row is saved."""

    def __init__(self, source: str = "", **options: Any) -> None:
        self.source = source
        options |= {"base_field": models.CharField(max_length=300), "default": list, "blank": True, "editable": False}
        super().__init__(**options)

    def deconstruct(self) -> Any:
        name, path, args, options = super().deconstruct()
        for made in ("base_field", "default", "blank", "editable"):
            options.pop(made, None)
        return name, path, args, options | {"source": self.source}

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        keys = search_keys(str(getattr(model_instance, self.source)))
        setattr(model_instance, self.attname, keys)
        return keys


def keys_index(name: str) -> GinIndex:
    return GinIndex(Func(F("search_keys"), function="array_to_tsvector"), name=name)


class StartsAKey(Func):
    """True where one of the row's search keys begins with what was typed."""

    template = "(array_to_tsvector(%(expressions)s AS tsquery))"
    arg_joiner = ") @@ CAST("
    output_field = models.BooleanField()

    def __init__(self, typed: str, field: str = "search_keys") -> None:
        quoted = plain(typed).replace("\\", "\\\\").replace("'", "''")
        super().__init__(F(field), Value(f"'{quoted}':*"))
