"""Statutory time, counted as the law counts it (domain.md §4.4). Pure but for the working calendar."""

from __future__ import annotations

from datetime import date, timedelta

from center.kernel.periods import months_later
from center.reference import working_days
from legal.enums import Sense, Unit


def ends_on(start: date, *, amount: int, unit: str, sense: str = Sense.UNTIL, paused: int = 0) -> date:
    """The last day of a limit; of what may only be asked for later, the first day.

    The day of the event is not counted; months and years end on the corresponding day, or on the last one of a
    shorter month; a last day that is no working day moves to the next one (民法典 201–203). Days for which the limit
    stood still are added. What must be done so many days before a day is not moved: it would take from those days.
    """
    if sense == Sense.BEFORE:
        return start - timedelta(days=amount)
    if unit == Unit.WORKING_DAY:
        return working_days.add(start, amount)
    if unit == Unit.DAY:
        natural = start + timedelta(days=amount)
    else:
        natural = months_later(start, amount * (12 if unit == Unit.YEAR else 1))
    if sense == Sense.FROM:
        return natural + timedelta(days=1)
    return working_days.roll(natural + timedelta(days=paused))
