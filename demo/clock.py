"""Every clock of the application at an invented moment."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

from django.utils import timezone

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime


_invented: ContextVar[datetime | None] = ContextVar("invented", default=None)
_real = timezone.now


def _now() -> datetime:
    return _invented.get() or _real()


@contextmanager
def on(moment: datetime) -> Iterator[None]:
    """Every clock of the application stands at an invented moment, for this thread alone: others go on working."""
    timezone.now = _now  # without an invented moment it is the real clock, so it may stay
    before = _invented.set(moment)
    try:
        yield
    finally:
        _invented.reset(before)
