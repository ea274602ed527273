"""How a registration or a vacancy ends and stands open again; its action has locked it and asked for permission."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone

from center.kernel.errors import Incomplete
from employment.enums import CLOSED, OPEN

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from center.models import Staff
    from employment.models import Seeker, Vacancy


def say_why(reason: str, text: str, *, among: Collection[str], sentence: str) -> str:
    """The words, when the reason is one of these; else the sentence that asks for both."""
    if reason not in among or not text.strip():
        raise Incomplete(sentence)
    return text.strip()


def end(record: Seeker | Vacancy, *, reason: str, text: str = "", by: Staff) -> None:
    record.become(CLOSED)
    record.closed_by, record.closed_at = by, timezone.now()
    record.closed_reason, record.closed_text = reason, text
    record.save(update_fields=["status", "closed_by", "closed_at", "closed_reason", "closed_text"])


def stand_open(record: Seeker | Vacancy, *, until: date, reason: str, text: str, by: Staff) -> None:
    record.become(OPEN)
    record.valid_until = until
    record.reopened_by, record.reopened_at = by, timezone.now()
    record.reopened_reason, record.reopened_text = reason, text
    names = ["status", "valid_until", "reopened_by", "reopened_at", "reopened_reason", "reopened_text"]
    record.save(update_fields=names)
