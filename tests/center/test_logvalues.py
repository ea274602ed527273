"""Values of the trail in words: choices, lists, people, records; what nobody knows stays as it was sealed."""

import pytest

from center.logvalues import Values
from center.roles import Role
from tests.casework.make import make_person
from tests.center.make import make_office, make_staff

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("of", "name", "value", "said"),
    [
        ("casework.visit", "channel", "window", "Window"),
        ("casework.visit", "purpose", "living", "Living"),
        ("casework.hardshipfile", "category", "deep", "Deep hardship"),
        ("casework.person", "fields", "health_status, job_wish", "health, job wish"),
        ("casework.person", "purpose", "economic_check", "Check the economic situation"),
        ("relief.fundsource", "amount", "1,200.00", "1,200.00"),
        ("relief.fundsource", "reason", "as agreed on the phone", "as agreed on the phone"),
        ("center.document", "sha256", "0123456789abcdef" * 4, "0123456789ab…"),
        ("casework.visit", "channel", "nobody_knows_this", "nobody_knows_this"),
    ],
)
def test_a_value_is_told_in_words(of, name, value, said):
    assert Values([{name: value}]).told(name, value, of=of) == said


def test_people_are_told_by_name_or_by_its_mask():
    office = make_office()
    person = make_person(office=office, name="赵秀华")
    make_staff(Role.OFFICER, office=office, username="wangli", full_name="王丽")
    facts = {"member": person.code, "handler": "wangli"}

    values = Values([facts])

    assert [values.told(name, value, of="casework.matter") for name, value in facts.items()] == ["赵*华", "王丽"]
