"""The name of one person, wherever a record holds one (fault kind 6): form, import and action share one rule."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from center.kernel.errors import Incomplete
from center.kernel.normal import why_not_a_name


class PersonName(models.CharField):  # type: ignore[type-arg]  # the plugin wants Django's own arguments
    """Refuses what is nobody's name when it is written, whatever the way; what was written before stays until then.

    With `titled` it names whom to ask for: 王主任 may stand there, a telephone number or two people may not.
    """

    def __init__(self, *args: Any, titled: bool = False, **options: Any) -> None:
        self.titled = titled
        super().__init__(*args, **options)

    def deconstruct(self) -> Any:
        """The database sees a column of text: the rule is Python's, and changes without a migration."""
        name, _path, args, options = super().deconstruct()
        return name, "django.db.models.CharField", args, options

    def validate(self, value: Any, model_instance: models.Model | None) -> None:
        super().validate(value, model_instance)  # type: ignore[arg-type]
        if sentence := why_not_a_name(str(value or ""), titled=self.titled):
            raise ValidationError(sentence)

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        value = super().pre_save(model_instance, add)
        if sentence := why_not_a_name(str(value or ""), titled=self.titled):
            raise Incomplete(sentence)
        return value
