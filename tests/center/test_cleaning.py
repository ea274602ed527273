"""Cells into values: each way of writing that offices have, and the sentence for what is none."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from center.exchange import cleaning
from center.exchange.cleaning import Fault

D = Decimal
TODAY = date(2026, 3, 5)


def answer(clean, value):
    """The value, or the code of what is wrong."""
    try:
        return clean(value)
    except Fault as fault:
        return fault.code


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("1,234.50元", D("1234.50")),
        ("¥ 800", D("800.00")),
        ("３００", D("300.00")),
        (12, D("12.00")),
        (0.1 + 0.2, D("0.30")),
        (0, D("0.00")),
        ("about 800", "text_money"),
        (True, "text_money"),
        ("NaN", "text_money"),
        ("1e12", "text_money"),
        (float("inf"), "text_money"),
        ("-5", "negative_money"),
    ],
)
def test_an_amount_is_digits_and_never_a_guess(value, said):
    assert answer(cleaning.money(), value) == said


def test_an_amount_below_nothing_is_for_columns_that_take_it():
    assert answer(cleaning.money(negative=True), "-5") == D("-5.00")


@pytest.mark.parametrize(
    ("value", "said"),
    [("4", 4), (4.0, 4), ("０", 0), (32_000, 32_000)]
    + [(wrong, "bad_number") for wrong in ("four", 4.5, -1, 32_001, "Infinity", float("nan"))],
)
def test_a_whole_number_is_whole_small_and_not_below_nought(value, said):
    assert answer(cleaning.whole, value) == said


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("2026-03-01", date(2026, 3, 1)),
        ("2026年3月1日", date(2026, 3, 1)),
        ("2026.3", date(2026, 3, 1)),
        ("2026年3月", date(2026, 3, 1)),
        ("20260301", date(2026, 3, 1)),
        (20260301, date(2026, 3, 1)),
        (46082, date(2026, 3, 1)),
        (46082.75, date(2026, 3, 1)),
        (date(2026, 3, 1), date(2026, 3, 1)),
        (datetime(2026, 3, 1, 10), date(2026, 3, 1)),  # noqa: DTZ001 - as a workbook says it
        ("2026-02-30", "bad_date"),
        ("in March", "bad_date"),
        (60_001, "bad_date"),
        ("1899-12-31", "bad_date"),
        ("2026-03-05", TODAY),
        ("2026-03-06", "future_date"),
    ],
)
def test_a_day_is_read_in_every_way_in_which_offices_write_it(value, said):
    assert answer(cleaning.day(today=TODAY), value) == said


def test_a_day_to_come_is_for_columns_that_take_it():
    assert answer(cleaning.day(today=TODAY, future=True), "2026-03-06") == date(2026, 3, 6)


@pytest.mark.parametrize(
    ("value", "said"), [("是", True), ("YES", True), (" 否 ", False), ("no", False), ("perhaps", "bad_yes_no")]
)
def test_yes_is_yes_and_no_is_no(value, said):
    assert answer(cleaning.yes_no, value) == said


def test_a_text_is_as_long_as_its_column_and_nothing_is_nothing():
    assert answer(cleaning.text(5), " '五个字　符 ") == "五个字 符"
    assert answer(cleaning.text(5), "\u200b ") is None
    assert answer(cleaning.text(5), "六个字就太长") == "overlong"
    assert answer(cleaning.text(5), 12.0) == "12"
    assert answer(cleaning.name(5), "阿依古丽·买") == "overlong_name"
    assert answer(cleaning.name(), " ") is None


def test_words_stand_once_in_their_order_and_none_is_no_word():
    assert answer(cleaning.words(), "高血压、糖尿病,高血压;无") == ["高血压", "糖尿病"]
    assert answer(cleaning.words(), "无") is None
    assert answer(cleaning.words(most=3), "高血压、很长的病名") == "overlong"


@pytest.mark.django_db
def test_a_value_of_a_list_is_known_by_any_of_its_words():
    assert answer(cleaning.listed("sex"), " 女 ") == answer(cleaning.listed("sex"), "female") == "2"
    assert answer(cleaning.listed("sex"), "其他性") == "unknown_code"
    assert answer(cleaning.listed("sex", fault="unknown_category"), "其他性") == "unknown_category"


@pytest.mark.django_db
def test_several_values_of_a_list_stand_once_in_their_order():
    assert answer(cleaning.several("sex"), "女、男、女") == ["2", "1"]
    assert answer(cleaning.several("sex"), "女") == ["2"]
    assert answer(cleaning.several("sex"), "") is None
    assert answer(cleaning.several("sex"), "女、其他性") == "unknown_code"


@pytest.mark.parametrize(
    ("clean", "value", "said"),
    [
        (cleaning.id_number, 511111196101136939, "id_as_number"),
        (cleaning.id_number, "511111", "id_shape"),
        (cleaning.card, 6.22848e18, "card_scientific"),
        (cleaning.card, "6228", "card_shape"),
        (cleaning.phone, 13800138000, "13800138000"),
        (cleaning.phone, 8332345678, "phone_as_number"),
        (cleaning.phone, "12", "phone_shape"),
    ],
)
def test_a_number_of_a_person_that_a_spreadsheet_has_touched_is_refused(clean, value, said):
    assert answer(clean, value) == said
