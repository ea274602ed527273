"""Statutory time, counted as the law counts it (domain.md §4.4). Pure but for the working calendar."""

from __future__ import annotations

import calendar
from datetime import date, timedelta

from center import working_days
from legal.enums import Unit


def ends_on(start: date, *, amount: int, unit: str) -> date:
    """The last day of a limit.

    The day of the event is not counted; months and years end on the corresponding day, or on the last one of a
    shorter month; a last day that is no working day moves to the next one (民法典 201–203).
    """
    if unit == Unit.WORKING_DAY:
        return working_days.add(start, amount)
    if unit == Unit.DAY:
        return working_days.roll(start + timedelta(days=amount))
    return working_days.roll(_months_later(start, amount * (12 if unit == Unit.YEAR else 1)))


def _months_later(start: date, months: int) -> date:
    year, month = divmod(start.month - 1 + months, 12)
    year, month = start.year + year, month + 1
    return date(year, month, min(start.day, calendar.monthrange(year, month)[1]))
