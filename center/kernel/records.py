"""Records by their names as text (`casework.person:7`), as logs and destructions know them: which they are, who keeps them."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from django.apps import apps

if TYPE_CHECKING:
    from collections.abc import Iterable, Set

    from django.db.models import Model


def record_of(subject: str) -> Model | None:
    """The record that a subject names; None when it is gone, or when the text names none."""
    model = model_of(subject)
    found: Model | None = model._default_manager.filter(pk=subject.partition(":")[2]).first() if model else None
    return found


def pages_of(record: Any) -> list[str]:
    """Where a record is told of: its own page, then those for people who work on it and may not open that one."""
    own = [record.get_absolute_url()] if hasattr(record, "get_absolute_url") else []
    return [*own, *(record.other_pages() if hasattr(record, "other_pages") else ())]


def model_of(subject: str) -> type[Model] | None:
    label, _colon, pk = subject.partition(":")
    try:
        return apps.get_model(label) if pk.isdigit() else None
    except (LookupError, ValueError):
        return None


def by_model(subjects: Iterable[str]) -> dict[type[Model], list[str]]:
    """The numbers of each model's records among these subjects, in order; texts that name no model are left out."""
    found: dict[type[Model], list[str]] = defaultdict(list)
    for subject in sorted(subjects):
        if model := model_of(subject):
            found[model].append(subject.partition(":")[2])
    return found


def offices_of(subjects: Iterable[str]) -> list[int]:
    """The offices that keep these records, as ids in order; records of models without an office add none."""
    found: set[int] = set()
    for model, pks in by_model(subjects).items():
        if any(field.name == "office" for field in model._meta.fields):
            found |= set(model._default_manager.filter(pk__in=pks).values_list("office_id", flat=True))
    return sorted(found)


def is_kept_within(subject: str, offices: Set[int]) -> bool:
    """Whether a record is kept at these offices only; one of a model without an office is nobody's secret."""
    return set(offices_of([subject])) <= offices
