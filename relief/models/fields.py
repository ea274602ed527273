"""What the nouns of this room are made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from datetime import datetime

    from django.utils.functional import _StrPromise

    from center.models import Staff


def now() -> datetime:
    """The clock, asked when a row is made; practice data set it."""
    return timezone.now()


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


def english_name(length: int) -> models.CharField[str, str]:
    """What English pages call it, where the office gives it an English name."""
    return models.CharField(_("name in English"), max_length=length, blank=True, default="")


def reads_english() -> bool:
    return (get_language() or "").startswith("en")


def in_the_readers_language(name: str, name_en: str) -> str:
    """The English name on English pages; where there is none, the Chinese one stands everywhere."""
    return name_en if name_en and reads_english() else name


def money(label: _StrPromise, *, empty: bool = False) -> models.DecimalField[Any, Any]:
    """Yuan and fen. Empty means unknown, which is not nothing."""
    return models.DecimalField(label, max_digits=14, decimal_places=2, null=empty, blank=empty)
