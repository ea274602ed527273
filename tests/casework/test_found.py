"""The promise of every slip: the number that is printed on it finds what it is about, for those whom it concerns."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from casework import actions
from casework.actions.visits import Words
from center.desk import desks
from center.kernel.roles import Permission, Role
from center.models import IssuedDocument, VoidNumber
from center.papers import papercode
from center.permissions.turns import who_can
from center.reference import numbering
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


@pytest.mark.parametrize(
    ("ticket", "typed", "exact"),
    [
        ("12345-20261130-018", "20261130-018", True),
        ("12345-20261130-018", "20261130018", True),
        ("12345-20261130-018", "20261130", None),
        ("20261130018", "12345-20261130018", True),
        ("GD 20261130018", "２０２６１１３００１８", False),
        ("12345-88-7", "12345 88 7", True),
    ],
)
def test_a_ticket_is_found_without_its_lead_and_however_its_signs_are_parted(office, clerk, ticket, typed, exact):
    visit = actions.log_visit(office, purpose=make_purpose("advice"), words=Words(note="x", ticket=ticket), by=clerk)

    assert found(typed, by=clerk) == ([] if exact is None else [("visit", visit.number, exact)])


def ask(enter, staff, typed):
    """What the search page and the list under the search box say in English, as text."""
    staff.language = "en"
    staff.save()
    pages = [enter(staff).post(reverse(name), {"q": typed}) for name in ("center:search", "center:suggest")]
    return {" ".join(BeautifulSoup(page.content, "html.parser").select_one("p.p-2").text.split()) for page in pages}


def test_a_number_that_one_may_not_see_is_told_as_such_and_nothing_else_of_it(enter, office, clerk):
    cashier = make_staff(Role.CASHIER, office=office)
    file = make_file(office=office, by=clerk, household=make_household(office=office), number="K0101-2026-00017")

    assert ask(enter, cashier, "k0101202600017") == {
        (
            f"The number {file.number} exists (hardship file, {office}), but your role does not show it. "
            f"Who can see it: {who_can([Permission.READ_FILES], office.pk)}."
        )
    }


def test_a_number_given_up_and_one_that_never_was_are_no_new_visitor(enter, office, clerk):
    numbering.void("F0101-2026-00099", reason=VoidNumber.Reason.TAKEN_BACK, by=clerk)

    assert ask(enter, clerk, "F0101-2026-00099") == {
        "The number F0101-2026-00099 was given up: the visit was taken back."
    }
    assert ask(enter, clerk, "F0101-2026-00098") == {
        "Nothing that you may see bears the number F0101-2026-00098. Compare it with the paper."
    }
    assert ask(enter, clerk, "无此人") == {
        "Nothing found for “无此人”. Try the last 4 of the ID or the phone number, or log a new visitor."
    }


@pytest.fixture
def paper(office, clerk):
    file = make_file(office=office, by=clerk, household=make_household(office=office), number="K0101-2026-00018")
    return IssuedDocument.objects.create(
        code="23456789AB",
        kind="casework.file",
        title="档案",
        subject=f"casework.hardshipfile:{file.pk}",
        template="print/file.html",
        sha256="0" * 64,
        size=1,
        pages=1,
        issued_by=clerk,
    )


@pytest.mark.parametrize(
    "typed", ["D1-23456789AB-YK", "D1-23456789AB", "d123456789ab", "23456789AB", "Ｄ１－２３４５６７８９ＡＢ"]
)
def test_a_print_by_the_code_under_its_picture_with_the_check_letters_or_without(office, clerk, paper, typed):
    assert found(typed, by=clerk) == [("paper", paper.code, True)]


def test_a_print_of_a_record_that_one_may_not_see_is_for_those_who_see_the_record(enter, office, paper):
    cashier = make_staff(Role.CASHIER, office=office)

    assert papercode.read("D1-23456789AB-YY") is None  # a misread code is nobody's
    assert ask(enter, cashier, "D1-23456789AB") == {
        (
            f"The number D1-23456789AB exists (issued document, {office}), but your role does not show it. "
            f"Who can see it: {who_can([Permission.READ_FILES], office.pk)}."
        )
    }


def test_the_sentence_is_said_in_chinese(enter, office, clerk):
    make_file(office=office, by=clerk, household=make_household(office=office), number="K0101-2026-00017")
    cashier = make_staff(Role.CASHIER, office=office)

    page = enter(cashier).post(reverse("center:suggest"), {"q": "K0101-2026-00017"}).content.decode()

    assert f"编号K0101-2026-00017存在（困难职工档案，{office}），您的岗位看不到。可以查看的：前台（{clerk}）。" in page
