"""Working days by the State Council's calendar with 调休; a year without one falls back to weekends, visibly."""

from __future__ import annotations

import time
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models.signals import post_delete, post_save
from django.utils import timezone
from django.utils.translation import gettext as _

from center.models.reference import CalendarDay, CalendarYear

if TYPE_CHECKING:
    from collections.abc import Iterator

SATURDAY = 5
FRESH_FOR = float("inf") if settings.TESTING else 60.0  # seconds; tests count queries
NOVEMBER = 11


class _Calendar:
    """The exceptions of every entered year; read again after a change here, and after a minute for other processes."""

    exceptions: dict[date, bool] | None = None
    years: frozenset[int] = frozenset()
    read_at = 0.0

    def fresh(self) -> dict[date, bool]:
        if self.exceptions is None or time.monotonic() - self.read_at > FRESH_FOR:
            self.read_at = time.monotonic()
            self.exceptions = dict(CalendarDay.objects.values_list("day", "works"))
            self.years = frozenset(CalendarYear.objects.values_list("year", flat=True))
        return self.exceptions

    def forget(self, **_kwargs: object) -> None:
        self.exceptions = None


_calendar = _Calendar()
for _model in (CalendarDay, CalendarYear):
    post_save.connect(_calendar.forget, sender=_model, weak=False)
    post_delete.connect(_calendar.forget, sender=_model, weak=False)


def forget() -> None:
    """Read the calendar again; called after it was written by statement (seed, restore, a test's rollback)."""
    _calendar.forget()


def is_working(day: date) -> bool:
    return _calendar.fresh().get(day, day.weekday() < SATURDAY)


def add(start: date, days: int) -> date:
    """The `days`-th working day after `start`; the day of the event itself is not counted (domain.md §4.4)."""
    day = start
    for _n in range(days):
        day = next(_after(day))
    return day


def between(start: date, end: date) -> int:
    """Working days after `start` up to and including `end`; negative when `end` lies before."""
    if end < start:
        return -between(end, start)
    return sum(1 for day in _after(start, until=end))


def roll(day: date) -> date:
    """The day itself, or the first working day after it: a limit that falls on a holiday moves (民法典 203)."""
    return day if is_working(day) else next(_after(day))


def _after(start: date, *, until: date | None = None) -> Iterator[date]:
    day = start + timedelta(days=1)
    while until is None or day <= until:
        if is_working(day):
            yield day
        day += timedelta(days=1)


def is_known(year: int) -> bool:
    _calendar.fresh()
    return year in _calendar.years


def warnings(today: date | None = None) -> list[str]:
    """Sentences about missing years: this one always, the coming one from November on."""
    day = today or timezone.localdate()
    wanted = [day.year] + ([day.year + 1] if day.month >= NOVEMBER else [])
    return [
        _("The working calendar of %(year)s is missing: deadlines count weekends only. Enter the year's notice.")
        % {"year": year}
        for year in wanted
        if not is_known(year)
    ]
