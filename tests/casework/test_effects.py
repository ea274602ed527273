"""Before another line is entered, the page says whose category it would change: read from what was computed last."""

from datetime import date
from decimal import Decimal

import pytest
from django.utils import timezone

from casework.actions.economy import keep_assessment
from casework.desk.answers import Desk
from tests.casework.make import make_file, make_household, make_income, make_person

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate


@pytest.fixture
def earning(office, officer, lines):
    """A file of one person with this monthly income, computed by the lines of today: 780 and twice that."""

    def made(monthly, **about):
        about = {"work_status": "employed", "health_status": "healthy"} | about
        head = make_person(office=office, birth_date=date(1980, 3, 5), **about)
        household = make_household(office=office, head=head)
        file = make_file(office=office, by=officer, household=household, primary_cause="low_income")
        make_income(household, head, str(Decimal(monthly) * 12), by=officer, ends=TODAY())
        assert keep_assessment(file, on=TODAY(), by=officer).missing == []
        return file

    return made


def touched(office, key, value):
    asked = {"office": office, "offices": frozenset({office.pk}), "before": None, "on": TODAY()}
    return [
        (effect.label, effect.count, [number for number, _url in effect.rows])
        for effect in Desk().touched(key, value=Decimal(value), **asked)
    ]


def test_a_higher_line_makes_relative_hardship_deep_and_takes_in_who_was_above(office, earning):
    earning("700")
    deeper, taken_in = earning("800"), earning("1600")

    assert touched(office, "dibao_line", "810") == [
        ("Above the lines → Relative hardship", 1, [str(taken_in)]),
        ("Relative hardship → Deep hardship", 1, [str(deeper)]),
    ]


def test_the_multiple_moves_the_upper_edge_alone(office, earning):
    earning("700")
    out = earning("1400")

    assert touched(office, "relative_multiple", "1.50") == [
        ("Relative hardship → Above the lines", 1, [str(out)]),
    ]


def test_a_line_that_changes_nothing_says_so(office, earning):
    earning("700")

    assert touched(office, "dibao_line", "781") == []
    assert touched(office, "file_notice", "7") == []


def test_a_minimum_wage_touches_whose_computation_counts_it(office, earning):
    counted = earning("0", work_status="jobless")
    earning("700")

    [(_label, count, rows)] = touched(office, "minimum_wage", "2300")

    assert (count, rows) == (1, [str(counted)])
