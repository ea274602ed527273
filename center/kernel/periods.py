"""Months and years on the calendar, as the law counts them."""

from __future__ import annotations

from datetime import date, datetime, time

from dateutil.relativedelta import relativedelta
from django.utils import timezone


def months_later(day: date, months: int) -> date:
    """The corresponding day so many months later (earlier when negative), or the last day of a shorter month.

    民法典 202; domain.md §4.4. A year is twelve months.
    """
    later: date = day + relativedelta(months=months)
    return later


def first_moment(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def last_moment(day: date) -> datetime:
    """The last microsecond, which is the finest that the database keeps."""
    return timezone.make_aware(datetime.combine(day, time.max))


def moments(since: date, until: date) -> tuple[datetime, datetime]:
    """From the first moment of `since` to the last of `until`, both included: for `__range`.

    The same rows as `__date__range`, but the database can use its index and knows how many there are.
    """
    return first_moment(since), last_moment(until)
