"""A name and an ID number at every entrance: one normal form, and facts that follow from one another."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from casework import actions
from casework.models import Employer, Person
from casework.queries import doubles, search
from center.kernel.errors import Incomplete
from tests.casework.make import id_number, make_employer, make_file, make_person
from tests.casework.test_import_rules import HEAD, book, bring, said
from tests.casework.test_import_shapes import shape

pytestmark = pytest.mark.django_db
NUMBER = id_number(born=date(1970, 3, 5), woman=True)
SENTENCE = "A name is the name of one person: no digits, brackets, slashes, other signs or several people."


def refusal_of(act):
    with pytest.raises(Incomplete) as refused:
        act()
    return str(refused.value)


def test_no_action_takes_what_is_no_name(office, officer, clerk):
    file = make_file(office=office, by=officer, status="draft")
    head = file.household.head

    told = [
        refusal_of(lambda: actions.add_person(office, full_name="赵丽华(女)", by=officer)),
        refusal_of(lambda: actions.edit_person(file, person=head, values={"full_name": "赵1"}, by=officer)),
        refusal_of(lambda: actions.add_member(file, relation="20", full_name="赵/钱", by=officer)),
    ]

    assert told == [SENTENCE] * 3


@pytest.mark.parametrize("name", ["赵1", "赵/钱", "赵\u202e钱", "赵、钱", "赵(女)", "赵\u200b"])
def test_the_database_keeps_names_of_letters(office, name):
    person = make_person(office=office)

    with pytest.raises(IntegrityError, match="person_is_named_by_letters"), transaction.atomic():
        Person.objects.filter(pk=person.pk).update(full_name=name)


def test_a_workbook_s_names_are_names(office):
    assert said(book(HEAD | {"姓名": "赵丽华、钱进"}), office) == ([0, 0, 0, 1], [SENTENCE])


def test_names_of_old_fonts_are_found_by_the_ordinary_spelling_and_kept_as_they_came(officer, office):
    bring(shape(35), officer)

    by_name = {person.full_name: person for person in Person.objects.all()}
    assert by_name["方试一"].name_as_given == "\u2f45试\u2f00"
    assert by_name["试\u4dae"].name_as_given in {"试\ue863", ""}
    assert "阿依古丽·试买买提" in by_name
    for typed in ("方试一", "\u2f45试\u2f00"):
        assert [one.full_name for one in search.people_like(typed, by=officer)] == ["方试一"]
    assert said(shape(35), office)[0] == [0, 0, 8, 0]


def test_a_double_in_the_other_spelling_is_asked_about(officer, office):
    make_person(office=office, name="方试一", phone="13800138000")

    found = search.duplicates(by=officer, full_name="\u2f45试\u2f00", phone="13800138000")

    assert [match.why for match in found] == ["the same name and telephone"]


# -- facts that follow from the ID number ------------------------------------------------------------------------------


def test_sex_and_birth_date_follow_from_the_number(office, officer):
    facts = {"id_number": NUMBER}

    person = actions.add_person(office, full_name="赵丽华", facts=facts, by=officer)

    assert (person.birth_date, person.sex) == (date(1970, 3, 5), "2")


@pytest.mark.parametrize(
    "facts, sentence",
    [
        ({"birth_date": date(1971, 3, 5)}, "The ID number says another date of birth. One of the two is wrong."),
        ({"sex": "1"}, "The ID number says the other sex. One of the two is wrong."),
    ],
)
def test_what_contradicts_the_number_is_refused_at_every_entrance(office, officer, facts, sentence):
    file = make_file(office=office, by=officer, status="draft")
    known = actions.add_person(office, full_name="孙立", facts={"id_number": NUMBER}, by=officer)
    actions.add_member(file, relation="12", person=known, by=officer)
    other = {"id_number": id_number(born=date(1970, 3, 5), woman=True)}

    assert [
        refusal_of(lambda: actions.add_person(office, full_name="赵丽华", facts=other | facts, by=officer)),
        refusal_of(lambda: actions.edit_person(file, person=known, values=facts, by=officer)),
    ] == [sentence] * 2


def test_a_corrected_number_takes_sex_and_birth_date_along(office, officer):
    """The page sends what stood there; nobody has said that it is right."""
    file = make_file(office=office, by=officer, status="draft")
    head = file.household.head
    stood = {"birth_date": head.birth_date, "sex": head.sex}

    actions.edit_person(
        file, person=head, values={"id_number": id_number(born=date(1980, 1, 2), woman=False)} | stood, by=officer
    )

    head.refresh_from_db()
    assert (head.birth_date, head.sex) == (date(1980, 1, 2), "1")


def test_an_emptied_birth_date_is_filled_from_the_number_again(office, officer):
    file = make_file(office=office, by=officer, status="draft")
    known = actions.add_person(office, full_name="孙立", facts={"id_number": NUMBER}, by=officer)
    actions.add_member(file, relation="12", person=known, by=officer)

    actions.edit_person(file, person=known, values={"birth_date": None, "sex": "", "job_wish": "sewing"}, by=officer)

    known.refresh_from_db()
    assert (known.birth_date, known.sex, known.job_wish) == (date(1970, 3, 5), "2", "sewing")


# -- firms -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("written", ["红星(北京)纺织厂", "红星（北京）纺织厂", "红星 北京 纺织厂", "红星·北京纺织厂"])
def test_an_employer_is_one_however_it_is_written(officer, written):
    known = make_employer("红星（北京）纺织厂")

    assert actions.name_employer(written, by=officer) == known
    bring(book(HEAD | {"工作单位": written}), officer)
    assert Employer.objects.count() == 1
    assert Person.objects.get(full_name="赵丽华").employer == known


def test_letters_of_another_case_make_no_other_employer(officer):
    known = make_employer("ABC电子厂")

    assert actions.name_employer("ａｂｃ 电子厂", by=officer) == known


def test_nobody_is_registered_before_birth(office):
    person = make_person(office=office)

    with pytest.raises(IntegrityError, match="person_is_born_when_registered"), transaction.atomic():
        Person.objects.filter(pk=person.pk).update(birth_date=date(2099, 1, 1))


DOTTED = "阿卜杜拉·买买提"


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        (DOTTED, "the same name"),
        ("阿卜杜拉买买提", "the same name"),
        ("阿卜杜拉•买买提", "the same name"),
        ("阿卜杜拉 买买提", "the same name"),
        ("阿卜杜拉", "a name that begins so"),
    ],
)
def test_whoever_is_typed_is_recognised_as_the_search_recognises_them(office, officer, typed, why):
    person = make_person(office=office, name=DOTTED)

    assert [(match.person, match.why) for match in search.look_alikes(by=officer, full_name=typed)] == [(person, why)]
    assert list(search.people_like(typed, by=officer)) == [person]


def test_two_characters_begin_too_many_names_and_another_end_is_another_name(office, officer):
    make_person(office=office, name="王建国")

    assert [search.look_alikes(by=officer, full_name=typed) for typed in ("王建", "建国", "王建军")] == [[], [], []]


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("阿卜杜拉买买提", ("the same name and telephone", "the same name and date of birth")),
        ("阿卜杜拉", ("a name that begins so, and the same telephone", "a name that begins so, born on the same day")),
    ],
)
def test_what_must_be_compared_before_somebody_is_added_is_found_without_the_dot(office, officer, typed, why):
    phone, born = "13800138000", date(1980, 2, 3)
    make_person(office=office, name=DOTTED, phone=phone, birth_date=born)

    found = [
        search.duplicates(by=officer, full_name=typed, phone=phone),
        search.duplicates(by=officer, full_name=typed, birth_date=born),
    ]

    assert tuple(one.why for (one,) in found) == why


def test_two_records_with_and_without_the_dot_are_a_pair(office, officer):
    one, other = (make_person(office=office, name=name, phone="13800138000") for name in (DOTTED, "阿卜杜拉买买提"))

    assert [(pair.one, pair.other, pair.why) for pair in doubles.pairs(officer)] == [
        (one, other, "the same name and telephone")
    ]
