"""The promise of every slip: the number that is printed on it finds what it is about, for those whom it concerns."""

from __future__ import annotations

import pytest

from casework import actions
from casework.actions.visits import Words
from center.desk import desks
from center.roles import Role
from tests.casework.make import make_file, make_household, make_office, make_person, make_purpose, make_staff

pytestmark = pytest.mark.django_db


def found(query, *, by):
    return [(hit.group, hit.title, hit.exact) for each in desks() for hit in each.hits(query, by=by)]


def test_a_visit_by_its_number_and_by_the_ticket_that_it_answers(office, clerk, stranger):
    visit = actions.log_visit(
        office, purpose=make_purpose("advice"), words=Words(note="x", ticket="12345-88-7"), by=clerk
    )

    assert found(visit.number.lower(), by=clerk) == [("visit", visit.number, True)]
    assert found("12345-88-7", by=clerk) == [("visit", visit.number, True)]
    assert found(visit.number, by=stranger) == found("12345-88-7", by=stranger) == []


def test_a_draft_by_the_code_of_its_slip(office, clerk, stranger):
    file = make_file(office=office, by=clerk, status="draft", household=make_household(office=office))

    assert found(file.code, by=clerk) == [("person", "赵*华", True)]
    assert found(file.code, by=stranger) == []


@pytest.mark.parametrize("typed", ["4567", "234567", "13901234567"])
def test_a_person_by_the_end_of_the_telephone(office, clerk, typed):
    make_person(office=office, phone="13901234567")

    assert found(typed, by=clerk) == [("person", "赵*华", True)]


def test_a_person_by_the_other_telephone(office, clerk):
    make_person(office=office, other_contact="13901234567")

    assert found("4567", by=clerk) == [("person", "赵*华", True)]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("王丽", []), ("赵王丽", ["赵*丽"]), ("zhaowangli", ["赵*丽"]), ("zwl", ["赵*丽"]), ("丽", [])],
)
def test_a_surname_that_was_written_is_never_answered_with_another(office, clerk, typed, meant):
    make_person(office=office, name="赵王丽")

    assert [title for _group, title, exact in found(typed, by=clerk) if exact] == meant


def test_of_two_of_one_sound_nobody_is_guessed(office, clerk):
    for name in ("赵丽", "赵力"):
        make_person(office=office, name=name)

    assert [exact for _group, _title, exact in found("zhaoli", by=clerk)] == [False, False]
    assert [exact for _group, _title, exact in found("赵丽", by=clerk)] == [True]


def test_papers_notices_and_meetings_are_for_whom_they_concern(office):
    nobody = make_staff(Role.CASHIER, office=make_office("elsewhere"))

    assert found("G0101-2026-001", by=nobody) == []
