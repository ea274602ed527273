"""Official numbers have no gaps, whoever draws them and whatever fails in between."""

from datetime import date

import pytest
from django.db import transaction

from center.models import Counter
from center.reference import numbering
from tests.center.make import make_office

SPRING = date(2026, 3, 5)


@pytest.mark.django_db
def test_numbers_follow_each_other_per_office_kind_and_year():
    office, other = make_office(code="0101"), make_office(code="0102")

    drawn = [
        numbering.draw("file", office=office, on=SPRING),
        numbering.draw("file", office=office, on=SPRING),
        numbering.draw("visit", office=office, on=SPRING),
        numbering.draw("file", office=other, on=SPRING),
        numbering.draw("file", office=office, on=date(2027, 1, 1)),
    ]

    assert drawn == ["K0101-2026-00001", "K0101-2026-00002", "F0101-2026-00001", "K0102-2026-00001", "K0101-2027-00001"]


@pytest.mark.django_db
def test_a_decision_that_fails_gives_its_number_back():
    office = make_office(code="0101")

    with pytest.raises(ZeroDivisionError), transaction.atomic():
        numbering.draw("file", office=office, on=SPRING)
        _ = 1 / 0

    assert numbering.draw("file", office=office, on=SPRING) == "K0101-2026-00001"


def test_eight_people_at_once_draw_eight_numbers_without_a_gap(racing_db):
    office = make_office(code="0101")

    def draw():
        with transaction.atomic():
            return numbering.draw("file", office=office, on=SPRING)

    drawn = racing_db(*[draw] * 8)

    assert sorted(drawn) == [f"K0101-2026-{serial:05d}" for serial in range(1, 9)]
    assert Counter.objects.get().last == 8


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("f0101202600083", "F0101-2026-00083"),
        ("F0101-202600083", "F0101-2026-00083"),
        ("Ｆ０１０１－２０２６－０００８３", "F0101-2026-00083"),
        ("P0101202600042-3", "P0101-2026-00042-3"),
        ("赵丽华", "赵丽华"),
        ("12345-20261130-018", "12345-20261130-018"),
    ],
)
def test_a_number_typed_in_one_piece_is_written_out_with_the_line_behind_it(typed, meant):
    assert numbering.written_out(typed) == meant
    assert numbering.is_whole(meant) == meant.startswith(("F", "P0101-"))
