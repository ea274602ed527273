"""Statutory time, counted by hand on a calendar: 30 April and 2–4 May 2026 stand for holidays, Saturday the 9th is worked."""

from __future__ import annotations

from datetime import date

import pytest

from center.kernel.periods import months_later
from center.reference import working_days
from legal.enums import Sense, Unit
from legal.rules.clocks import ends_on

HOLIDAYS = (date(2026, 4, 30), date(2026, 5, 1), date(2026, 5, 4))
WORKED = date(2026, 5, 9)


@pytest.fixture(autouse=True)
def calendar(monkeypatch):
    exceptions = dict.fromkeys(HOLIDAYS, False) | {WORKED: True}
    monkeypatch.setattr(working_days._calendar, "exceptions", exceptions)


@pytest.mark.parametrize(
    ("start", "limit", "last"),
    [
        (date(2026, 5, 5), {"amount": 3, "unit": Unit.DAY}, date(2026, 5, 8)),
        (date(2026, 4, 29), {"amount": 1, "unit": Unit.DAY}, date(2026, 5, 5)),
        (date(2026, 5, 8), {"amount": 1, "unit": Unit.DAY}, date(2026, 5, 9)),
        (date(2026, 5, 7), {"amount": 3, "unit": Unit.DAY}, date(2026, 5, 11)),
        (date(2026, 5, 5), {"amount": 3, "unit": Unit.DAY, "paused": 3}, date(2026, 5, 11)),
        (date(2026, 4, 29), {"amount": 5, "unit": Unit.WORKING_DAY}, date(2026, 5, 9)),
        (date(2026, 1, 31), {"amount": 2, "unit": Unit.MONTH}, date(2026, 3, 31)),
        (date(2025, 11, 29), {"amount": 3, "unit": Unit.MONTH}, date(2026, 3, 2)),
        (date(2024, 5, 6), {"amount": 2, "unit": Unit.YEAR}, date(2026, 5, 6)),
        (date(2026, 4, 29), {"amount": 1, "unit": Unit.DAY, "sense": Sense.FROM}, date(2026, 5, 1)),
        (date(2026, 5, 5), {"amount": 2, "unit": Unit.DAY, "sense": Sense.BEFORE}, date(2026, 5, 3)),
    ],
)
def test_a_limit_ends_where_the_law_counts_it_to(start, limit, last):
    assert ends_on(start, **limit) == last


def test_a_month_ends_on_the_same_day_or_on_the_last_of_a_shorter_one():
    assert months_later(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert months_later(date(2028, 1, 31), 1) == date(2028, 2, 29)
    assert months_later(date(2026, 3, 31), -1) == date(2026, 2, 28)
    assert months_later(date(2028, 2, 29), 12) == date(2029, 2, 28)
