"""Somebody alike is here already: open that file, take the person into the household, or say why it is another one."""

from __future__ import annotations

import pytest
from django.urls import reverse

from casework import actions
from casework.models import HardshipFile, Person
from center.kernel.errors import Incomplete
from center.models import Event
from tests.casework.make import id_number, make_file, make_household, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def alike(office, officer):
    """The head of a file in force."""
    person = make_person(office=office, name="赵丽华", phone="13800001234")
    return make_file(office=office, by=officer, household=make_household(office=office, head=person))


@pytest.fixture
def draft(office, clerk):
    return make_file(office=office, by=clerk, status="draft")


def told_apart():
    return [event.facts for event in Event.objects.filter(verb="casework.person.told_apart")]


def test_a_file_for_somebody_alike_needs_a_reason_and_offers_the_other_ways(at, clerk, alike):
    client, url = at(clerk), reverse("casework:file_start")
    given = {"full_name": "赵丽华", "phone": "13800001234", "id_number": id_number(), "category": "deep"}

    stopped = client.post(url, given)
    opened = client.post(url, given | {"told_apart": "another face, no relatives"})

    page = stopped.content.decode()
    assert (stopped.status_code, opened.status_code) == (422, 302)
    assert reverse("casework:person", args=[alike.household.head.code]) in page
    assert reverse("casework:file_edit", args=[alike.code, "members"]) in page
    assert Person.objects.filter(full_name="赵丽华").count() == 2
    assert [(facts["reason"], facts["likes"]) for facts in told_apart()] == [
        ("another face, no relatives", alike.household.head.code)
    ]


def test_a_reason_where_nobody_is_alike_is_not_written_down(at, clerk):
    given = {"full_name": "钱大力", "id_number": id_number(), "category": "deep", "told_apart": "no need"}

    assert at(clerk).post(reverse("casework:file_start"), given).status_code == 302
    assert (HardshipFile.objects.count(), told_apart()) == (1, [])


def test_a_member_alike_somebody_needs_a_reason_too(at, clerk, draft, alike):
    client, url = at(clerk), reverse("casework:file_edit", args=[draft.code, "members"])
    given = {"part": "add", "relation": "10", "full_name": "赵丽华", "phone": "13800001234"}

    assert client.post(url, given).status_code == 422
    assert client.post(url, given | {"told_apart": "her cousin"}).status_code == 302
    assert draft.household.memberships.count() == 2
    assert [facts["reason"] for facts in told_apart()] == ["her cousin"]


def test_a_member_who_was_met_before_is_not_made_twice_and_keeps_what_was_known(office, clerk, draft):
    number = id_number()
    known = make_person(office=office, name="钱大力", id_number=number, job_wish="sewing", school="")

    membership = actions.add_member(
        draft,
        relation="20",
        person=known,
        full_name="钱大力",
        facts={"job_wish": "welding", "school": "No. 2"},
        by=clerk,
    )

    person = Person.objects.get(pk=known.pk)
    assert membership.person == known
    assert (person.job_wish, person.school) == ("sewing", "No. 2")


def test_an_id_number_under_another_name_is_refused(office, clerk, draft):
    known = make_person(office=office, name="钱大力")

    with pytest.raises(Incomplete, match="another name"):
        actions.add_member(draft, relation="20", person=known, full_name="孙小明", by=clerk)


def test_a_known_member_without_new_facts_is_only_taken_in(office, clerk, draft):
    known = make_person(office=office, name="钱大力")

    actions.add_member(draft, relation="20", person=known, by=clerk)

    assert draft.household.memberships.filter(person=known).exists()
    assert not Event.objects.filter(verb="casework.person.edited").exists()
