"""A page far down a long list: the right rows in the right order, read without those before them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from center.kernel.periods import moments
from center.models import Office
from center.site.pages import Pages
from tests.center.make import make_office

pytestmark = pytest.mark.django_db


def test_all_pages_together_are_the_list_from_whichever_end_they_are_read():
    for _office in range(7):
        make_office()
    rows = Office.objects.order_by("-pk")

    pages = Pages(rows, 2)

    assert [office for number in pages.page_range for office in pages.page(number)] == list(rows)


def test_rows_that_stand_equal_are_counted_from_one_end_only():
    for _office in range(5):
        make_office()
    rows = Office.objects.order_by("opened_on")

    pages = Pages(rows, 2)

    assert {office for number in pages.page_range for office in pages.page(number)} == set(rows)


def test_a_far_page_is_three_questions_however_far_it_is(django_assert_num_queries):
    for _office in range(9):
        make_office()

    with django_assert_num_queries(3):  # how many, which keys, these rows
        shown = list(Pages(Office.objects.order_by("pk"), 2).get_page(99))

    assert shown == [Office.objects.latest("pk")]


def test_the_moments_of_days_are_those_of_shanghai():
    since, until = moments(date(2026, 1, 1), date(2026, 12, 31))

    assert since == datetime(2025, 12, 31, 16, tzinfo=UTC)
    assert until == datetime(2026, 12, 31, 15, 59, 59, 999999, tzinfo=UTC)
