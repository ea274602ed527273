"""The logs are told in words: every step, look and fact that the code writes has its name, in both languages."""

from __future__ import annotations

import ast
import re
from datetime import UTC, date, datetime

import pytest
from django.conf import settings
from django.utils import translation

from casework.models import HardshipFile, Household, Person, Visit
from center.desk import desks
from center.evidence import logbook
from center.models import AccessEntry, AccessKind, Event
from center.models.base import called
from config.messages import BASE
from tests.house.test_tree import python_of_rooms

# Steps whose last word is known when they happen.
CHOSEN = {
    "center/admin.py": {"center.reference." + what for what in ("added", "changed", "exported", "imported")},
    "relief/actions/bank.py": {"relief.bank_return." + what for what in ("applied", "refused", "unchanged")},
    "relief/actions/decisions.py": {"relief.application.deferred", "relief.application.refused"},
    "relief/actions/funds.py": {"relief.money.carried_over", "relief.money.transferred"},
}


def written():
    """(path, step or None when it is chosen, names of facts) of every line that writes the trail."""
    for path in python_of_rooms():
        for call in ast.walk(ast.parse(path.read_text())):
            if isinstance(call, ast.Call) and ast.unparse(call.func) in {"trail.record", "self.tell"} and call.keywords:
                step = call.args[0].value if isinstance(call.args[0], ast.Constant) else None
                yield path, step, {each.arg for each in call.keywords if each.arg} - {"by"}


def known():
    return {code for desk in desks() for code in desk.log_words()}


def test_every_step_that_is_written_has_its_words_and_no_other():
    lines = list(written())
    chosen = {str(path.relative_to(settings.BASE_DIR)) for path, step, _facts in lines if step is None}
    steps = {step for _path, step, _facts in lines if step} | {step for steps in CHOSEN.values() for step in steps}

    assert chosen == set(CHOSEN)
    assert steps - known() == set()
    assert {code for code in known() if code.count(".") == 2 and code not in steps} == LOOKS


LOOKS = {f"casework.file.{section}" for section in ("cause", "economy", "household", "members", "papers", "person")} | {
    "casework.import.errors",
    *(f"casework.import.{job}" for job in ("apply", "check", "withdraw")),
}


def test_every_fact_that_is_written_has_its_name():
    facts = {name for _path, _step, names in written() for name in names}

    assert facts - known() == set()


def test_no_two_desks_have_different_words_for_one_thing():
    words = [(code, str(word)) for desk in desks() for code, word in desk.log_words().items()]

    assert len(words) == len({code for code, _word in words})


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("casework.file.economy", "Income and spending of the file"),
        ("casework.person.id_number", "ID number"),
        ("document id_copy", "ID cards of the family"),
        ("copy 2 of ABCDE", "copy 2 of print ABCDE"),
        ("casework.files 12", "List of files 12"),
        ("center.list result", "Export of a list result"),
        ("unheard of", "unheard of"),
    ],
)
@pytest.mark.django_db
def test_what_was_seen_is_told_in_words(what, said):
    assert logbook.seen(what) == said


@pytest.mark.django_db
def test_a_record_is_named_by_its_kind_and_one_that_is_gone_says_so():
    with translation.override("zh-hans"):
        assert logbook.record("relief.application:42") == "申请（已不保存）"
    assert logbook.record("center.code") == "codes"
    assert logbook.record("no.such:1") == "no.such:1"
    assert logbook.record("plain") == "plain"


@pytest.mark.django_db
def test_a_fact_without_a_word_is_a_field_of_the_record():
    event = Event(subject="casework.person:7", facts={"full_name": "赵*华", "nobody_knows": "1"})

    assert logbook.facts(event) == [("name", "赵*华"), ("nobody_knows", "1")]


@pytest.mark.django_db
def test_facts_are_told_with_their_names():
    event = Event(facts={"amount": "12.00", "agreed": "True", "carried": "False", "to": "casework.person:7"})

    assert logbook.facts(event) == [
        ("amount", "12.00"),
        ("agreed", "yes"),
        ("carried", "no"),
        ("to", "person that is no longer kept"),
    ]


@pytest.mark.django_db
def test_every_record_of_the_house_is_called_by_words_and_never_by_its_row_or_the_code_of_its_address():
    """A model's own words hold neither; what stands without a number is told by what it is, its day, whose it is."""
    person = Person(pk=987654, code="74TDJKE56T", full_name="赵秀华")
    visit = Visit(pk=987654, code="74TDJKE56T", person=person, received_on=date(2026, 3, 5))
    home = Household(pk=987654, code="74TDJKE56T", head=person)
    file = HardshipFile(pk=987654, code="74TDJKE56T", household=home, filed_at=datetime(2026, 3, 5, 9, tzinfo=UTC))

    assert [called(each) for each in (person, visit, file)] == [
        "赵*华",
        "visit of 2026-03-05 (no number yet) · 赵*华",
        "hardship file of 2026-03-05 (no number yet) · 赵*华",
    ]


@pytest.mark.parametrize(
    ("kind", "reason", "what", "why"),
    [
        (AccessKind.REVEAL, "call", "casework.person.phone", "To telephone"),
        (AccessKind.READ, "", "casework.file", "To work on the file"),
        (AccessKind.READ, "", "casework.file.members", "To fill in or correct the file"),
        (AccessKind.DOWNLOAD, "", "document diagnosis", "To look at the paper"),
        (AccessKind.EXPORT, "", "register X2026-1", "To take the list out"),
    ],
)
def test_every_look_says_why(kind, reason, what, why):
    assert logbook.why(AccessEntry(kind=kind, reason=reason, what=what)) == why


def test_every_page_that_logs_a_look_says_what_it_is_opened_for():
    looks = set()
    for room in ("center", "casework", "relief", "employment", "legal"):
        for path in (BASE / room).rglob("*.py"):
            looks |= set(
                re.findall(r'access\.read(?:_each)?\([^)]*what="([a-z_.]+)"', path.read_text(encoding="utf-8"))
            )

    assert len(looks) > 12
    assert [look for look in looks if not logbook.purpose(look)] == []
