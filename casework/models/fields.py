"""What the nouns of this room are made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pghistory
import pgtrigger
from django.db import models
from django.db.models import Q
from pghistory import trigger

if TYPE_CHECKING:
    from datetime import datetime

    from django.utils.functional import _StrPromise

    from center.models import Staff


def who(label: _StrPromise) -> models.ForeignKey[Staff | None, Staff | None]:
    """The person half of a who-and-when pair; empty until it has happened."""
    return models.ForeignKey(
        "center.Staff", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=label
    )


def when(label: _StrPromise) -> models.DateTimeField[datetime | None, datetime | None]:
    """The moment half of a who-and-when pair."""
    return models.DateTimeField(label, null=True, blank=True)


def paired(noun: str, participle: str) -> models.CheckConstraint:
    """Who and when together or not at all."""
    by, at = f"{participle}_by", f"{participle}_at"
    both = Q(**{f"{by}__isnull": False, f"{at}__isnull": False})
    return models.CheckConstraint(
        name=f"{noun}_{participle}_has_who_and_when",
        condition=both | Q(**{f"{by}__isnull": True, f"{at}__isnull": True}),
    )


def reasoned(noun: str, participle: str) -> models.CheckConstraint:
    """What was done for a reason has the code and the text."""
    reason = Q(**{f"{participle}_reason": ""}) | Q(**{f"{participle}_text": ""})
    return models.CheckConstraint(
        name=f"{noun}_{participle}_has_a_reason", condition=Q(**{f"{participle}_at__isnull": True}) | ~reason
    )


class Written(trigger.Event):
    """History by one INSERT … SELECT a statement: a trigger for each row costs forty times as much in a large import."""

    def get_func(self, model: Any) -> Any:
        func = super().get_func(model)
        plain = func.func.replace("WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) ", "")
        return pgtrigger.Func(plain.replace(", _pgh_attached_context;", ";"))  # the context stands in the row itself


class _ByStatement:
    """Mixed into pghistory's trackers, which would write row by row."""

    def add_event_trigger(self: Any, event_model: Any) -> None:
        parts = {name: getattr(self, name) for name in ("label", "row", "operation", "condition")}
        written = Written(event_model=event_model, name=self.trigger_name, level=pghistory.Statement, **parts)
        pgtrigger.register(written)(event_model.pgh_tracked_model)


class Inserted(_ByStatement, pghistory.InsertEvent):
    """A new row."""


class Updated(_ByStatement, pghistory.UpdateEvent):
    """A row that differs from what it was."""


def tracked(*, exclude: tuple[str, ...] = ()) -> Any:
    """Field history by trigger: no bulk update escapes it."""
    changed = pgtrigger.Condition("OLD.* IS DISTINCT FROM NEW.*")  # encrypted columns know no other comparison
    return pghistory.track(Inserted(), Updated(condition=changed), exclude=list(exclude) or None)
