"""Deadlines over the Spring Festival and shifted working days."""

from datetime import date

import pytest

from center.models import CalendarDay, CalendarYear
from center.reference import working_days

pytestmark = pytest.mark.django_db


def test_the_spring_festival_of_2026_is_not_worked_but_its_shifted_saturdays_are():
    # 15–23 February are holidays; Saturday 14 and Saturday 28 are worked.
    assert working_days.is_working(date(2026, 2, 14)) is True
    assert working_days.is_working(date(2026, 2, 16)) is False
    assert working_days.add(date(2026, 2, 13), 2) == date(2026, 2, 24)


def test_the_day_of_the_event_is_not_counted():
    assert working_days.add(date(2026, 3, 2), 5) == date(2026, 3, 9)
    assert working_days.between(date(2026, 3, 2), date(2026, 3, 9)) == 5
    assert working_days.between(date(2026, 3, 9), date(2026, 3, 2)) == -5


def test_a_limit_that_falls_on_a_holiday_moves_to_the_first_day_after_it():
    assert working_days.roll(date(2026, 2, 18)) == date(2026, 2, 24)
    assert working_days.roll(date(2026, 3, 3)) == date(2026, 3, 3)


def test_a_year_without_a_table_falls_back_to_weekends_and_says_so():
    assert working_days.add(date(2031, 1, 3), 1) == date(2031, 1, 6)
    assert "2031" in working_days.warnings(date(2031, 3, 1))[0]


def test_the_missing_coming_year_is_a_named_warning_from_november_on():
    assert working_days.warnings(date(2026, 10, 31)) == []
    assert len(working_days.warnings(date(2026, 11, 1))) == 1
    assert "2027" in working_days.warnings(date(2026, 11, 1))[0]


def test_a_year_that_the_office_enters_counts_at_once():
    CalendarYear.objects.create(year=2027, source="国办发明电")
    CalendarDay.objects.create(day=date(2027, 1, 4), works=False, name="元旦")

    assert working_days.warnings(date(2026, 11, 1)) == []
    assert working_days.add(date(2027, 1, 1), 1) == date(2027, 1, 5)
