"""Months and years on the calendar, as the law counts them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dateutil.relativedelta import relativedelta

if TYPE_CHECKING:
    from datetime import date


def months_later(day: date, months: int) -> date:
    """The corresponding day so many months later (earlier when negative), or the last day of a shorter month.

    民法典 202; domain.md §4.4. A year is twelve months.
    """
    later: date = day + relativedelta(months=months)
    return later
