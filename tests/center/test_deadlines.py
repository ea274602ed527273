"""Deadlines over holidays and shifted Saturdays, by a calendar that this file enters: the rules need no database."""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from django.utils import timezone

from center.reference import working_days

SPRING_FESTIVAL = [date(2026, 2, 15) + timedelta(days=n) for n in range(9)]  # 15–23 February
WORKED_SATURDAYS = [date(2026, 2, 14), date(2026, 2, 28)]


@pytest.fixture(autouse=True)
def calendar(monkeypatch):
    """The notice of 2026, as far as these tests ask for it, and how often it was read."""
    table = SimpleNamespace(
        days=dict.fromkeys(SPRING_FESTIVAL, False) | dict.fromkeys(WORKED_SATURDAYS, True), years=[2026], reads=0
    )

    class Days:
        @staticmethod
        def values_list(*names):
            assert names == ("day", "works")
            table.reads += 1
            return list(table.days.items())

    class Years:
        @staticmethod
        def values_list(*names, flat):
            assert (names, flat) == (("year",), True)
            return list(table.years)

    monkeypatch.setattr(working_days, "CalendarDay", SimpleNamespace(objects=Days))
    monkeypatch.setattr(working_days, "CalendarYear", SimpleNamespace(objects=Years))
    monkeypatch.setattr(working_days, "_calendar", working_days._Calendar())
    return table


def test_the_spring_festival_of_2026_is_not_worked_but_its_shifted_saturdays_are():
    assert working_days.is_working(date(2026, 2, 14)) is True
    assert working_days.is_working(date(2026, 2, 16)) is False
    assert working_days.add(date(2026, 2, 13), 2) == date(2026, 2, 24)


def test_a_day_without_an_entry_is_worked_from_monday_to_friday():
    week = [date(2026, 3, 2) + timedelta(days=n) for n in range(7)]

    assert [working_days.is_working(day) for day in week] == [True] * 5 + [False] * 2


def test_the_day_of_the_event_is_not_counted():
    assert working_days.add(date(2026, 3, 2), 5) == date(2026, 3, 9)
    assert working_days.between(date(2026, 3, 2), date(2026, 3, 9)) == 5
    assert working_days.between(date(2026, 3, 9), date(2026, 3, 2)) == -5
    assert (working_days.add(date(2026, 3, 2), 0), working_days.between(date(2026, 3, 2), date(2026, 3, 2))) == (
        date(2026, 3, 2),
        0,
    )


def test_a_limit_that_falls_on_a_holiday_moves_to_the_first_day_after_it():
    assert working_days.roll(date(2026, 2, 18)) == date(2026, 2, 24)
    assert working_days.roll(date(2026, 3, 3)) == date(2026, 3, 3)


def test_a_year_without_a_table_falls_back_to_weekends_and_says_so():
    assert working_days.add(date(2031, 1, 3), 1) == date(2031, 1, 6)
    assert working_days.warnings(date(2031, 3, 1)) == [missing(2031)]


def missing(year):
    return f"The working calendar of {year} is missing: deadlines count weekends only. Enter the year's notice."


def test_the_missing_coming_year_is_a_named_warning_from_november_on(monkeypatch):
    assert working_days.warnings(date(2026, 10, 31)) == []
    assert working_days.warnings(date(2026, 11, 1)) == [missing(2027)]
    assert working_days.warnings(date(2030, 12, 1)) == [missing(2030), missing(2031)]


def test_warnings_are_those_of_today(monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda: date(2026, 11, 1))

    assert working_days.warnings() == [missing(2027)]


def test_the_calendar_is_read_once_and_again_when_it_was_changed_here(calendar):
    working_days.is_working(date(2026, 3, 2))
    working_days.is_working(date(2026, 3, 3))
    calendar.days[date(2026, 3, 3)] = False
    calendar.years.append(2027)
    assert (working_days.is_working(date(2026, 3, 3)), working_days.is_known(2027), calendar.reads) == (True, False, 1)

    working_days.forget()

    assert (working_days.is_working(date(2026, 3, 3)), working_days.is_known(2027), calendar.reads) == (False, True, 2)


def test_what_another_process_entered_counts_after_a_minute(calendar, monkeypatch):
    clock = SimpleNamespace(now=1000.0)
    monkeypatch.setattr(working_days, "FRESH_FOR", 60.0)
    monkeypatch.setattr(working_days.time, "monotonic", lambda: clock.now)
    assert working_days.is_known(2027) is False
    calendar.years.append(2027)

    answers = []
    for clock.now in (1060.0, 1060.5, 1120.5, 1121.0):
        answers.append((working_days.is_known(2027), calendar.reads))

    assert answers == [(False, 1), (True, 2), (True, 2), (True, 3)]
