"""A column beside the text by which something is recognised: the same text however it is written (fault kind 8)."""

from __future__ import annotations

from typing import Any

from django.db import models

from center.kernel.normal import key


class KeyOf(models.CharField):  # type: ignore[type-arg]  # the plugin wants Django's own arguments
    """The normal form of another field of the row, made anew whenever the row is saved. Uniqueness stands on it."""

    def __init__(self, source: str = "", **options: Any) -> None:
        self.source = source
        options |= {"editable": False, "blank": True, "default": ""}
        super().__init__(**options)

    def deconstruct(self) -> Any:
        name, path, args, options = super().deconstruct()
        for made in ("editable", "blank", "default"):
            options.pop(made, None)
        return name, path, args, options | {"source": self.source}

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        made = key(str(getattr(model_instance, self.source)))
        setattr(model_instance, self.attname, made)
        return made
