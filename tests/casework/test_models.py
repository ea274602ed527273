"""What must never be is refused by the database, behind every action's back."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from casework.models import Household, Membership, Person
from tests.casework.make import id_number, make_file, make_household, make_person

pytestmark = pytest.mark.django_db


def refused(name: str):
    return pytest.raises(IntegrityError, match=name)


def test_an_id_number_is_in_the_registry_once(office):
    number = id_number()
    make_person(office=office, id_number=number)

    with refused("person_id_number_is_unique"), transaction.atomic():
        make_person(office=office, name="another", id_number=number)


def test_people_without_an_id_number_may_be_many(office):
    make_person(office=office, id_number=None)
    make_person(office=office, id_number=None)

    assert Person.objects.filter(id_number__isnull=True).count() == 2


def test_a_person_is_in_one_household_at_a_time_and_earlier_ones_stay(office, officer):
    child = make_person(office=office, name="child")
    first = make_household(office=office, others=(child,))
    second = make_household(office=office)

    with refused("person_is_in_one_household_at_a_time"), transaction.atomic():
        Membership.objects.create(household=second, person=child, relation="20")
    Membership.objects.filter(household=first, person=child).update(until="2026-01-01")
    Membership.objects.create(household=second, person=child, relation="20")

    assert child.memberships.count() == 2


def test_a_household_has_one_living_file(office, officer):
    file = make_file(office=office, by=officer)

    with refused("household_has_one_living_file"), transaction.atomic():
        make_file(office=office, by=officer, household=file.household, status="draft")


@pytest.mark.parametrize("typed", ["zhaolihua", "zhaol", "zlh", "丽华", "赵丽", "lihua"])
def test_a_name_is_found_by_pinyin_initials_and_parts(office, typed):
    person = make_person(office=office, name="赵丽华")
    make_person(office=office, name="钱大力")

    assert list(Person.objects.named_like(typed)) == [person]


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("单雄信", "shan"),
        ("单雄信", "danxiongxin"),
        ("曾志伟", "zeng"),
        ("曾志伟", "cengzhiwei"),
        ("仇和", "qiuhe"),
        ("解珍", "xiezhen"),
        ("查良", "zhaliang"),
        ("区大", "ouda"),
        ("吕布", "lvbu"),
        ("吕布", "lubu"),
        ("吕布", "lübu"),
        ("阿卜杜拉·买买提", "阿卜杜拉•买"),
        ("阿卜杜拉.买买提", "阿卜杜拉・买买提"),
        ("阿卜杜拉·买买提", "abdl"),
        ("𠮷田", "𠮷"),
        ("O'Neill", "oneill"),
    ],
)
def test_surnames_dots_and_rare_characters_are_found_either_way(office, name, typed):
    person = make_person(office=office, name=name)

    assert list(Person.objects.named_like(typed)) == [person]


def test_history_is_kept_even_of_bulk_updates(office):
    make_household(office=office)

    Household.objects.update(address="elsewhere")

    assert [event.address for event in Household.objects.get().events.order_by("pgh_id")] == [
        "test street 1",
        "elsewhere",
    ]
