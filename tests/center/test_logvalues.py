"""Values of the trail in words: choices, lists, people, records; what nobody knows stays as it was sealed."""

import re

import pytest
from django.conf import settings
from django.utils import translation

from center.evidence.log_values import ROOMS, Values
from center.evidence.logbook import facts, in_words
from center.kernel.roles import Role
from center.models import Event
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


@pytest.mark.parametrize("fact", ["to", "handler", "person", "member", "giver", "username"])
def test_a_person_whose_user_name_is_a_word_for_a_role_is_told_by_name(fact):
    make_staff(Role.OFFICER, office=make_office(), username="officer", full_name="李敏")

    values = Values([{fact: "officer", "role": "officer"}])

    assert values.told(fact, "officer", of="center.assignment") == "李敏"
    assert values.told("role", "officer", of="center.assignment") == "Case officer"


def test_the_kind_of_a_paper_is_told_without_the_key_of_its_record():
    event = Event(subject="center.issueddocument:1", facts={"kind": "decision_letter_79"})

    assert facts(event) == [("kind", "Decision letter")]


def test_every_kind_of_paper_and_every_look_has_its_words():
    kinds = {"decision_letter", "approval_form", "supplement", "sign_sheet", "trace", "findings", "closing_sheet"}
    kinds |= {"hardship_file", "visit_slip", "referral_letter", "aid_granted", "aid_refused", "minutes", "notice"}
    rooms = (path for room in ROOMS for path in (settings.BASE_DIR / room).rglob("*.py"))
    looks = {look for path in rooms for look in re.findall(r'what=f?"([a-z_.]+\.[a-z_.]+)', path.read_text("utf-8"))}

    with translation.override("zh-hans"):
        assert {word for word in kinds | looks if in_words(word) == word} == set()


def test_people_are_told_by_name_or_by_its_mask():
    office = make_office()
    person = make_person(office=office, name="赵秀华")
    make_staff(Role.OFFICER, office=office, username="wangli", full_name="王丽")
    said = {"member": person.code, "handler": "wangli"}

    values = Values([said])

    assert [values.told(name, value, of="casework.matter") for name, value in said.items()] == ["赵*华", "王丽"]
