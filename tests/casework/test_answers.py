"""What a person is told when the database refuses what no look could see: a sentence, and nothing is half-written.

Two people act at one moment, so each test takes away the look that would have answered first, or stands where none is.
"""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError
from django.urls import reverse

from casework import actions
from casework.actions import files
from casework.actions.visits import Newcomer
from casework.models import (
    BankAccount,
    Employer,
    HardshipFile,
    Household,
    Membership,
    Person,
    QuickText,
    Visit,
)
from casework.models.account import BankAccountQuerySet
from casework.models.household import MembershipQuerySet
from center.evidence import trail
from center.kernel.errors import Conflict
from center.models import Event
from tests.casework.make import (
    card_number,
    id_number,
    make_account,
    make_file,
    make_household,
    make_person,
    make_purpose,
    make_visit,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def refuses():
    """The action is answered with exactly this sentence, and nothing of it stays: no event either."""

    def refused(sentence, act):
        before = Event.objects.count()
        with pytest.raises(Conflict) as answer:
            act()
        assert (str(answer.value), Event.objects.count()) == (sentence, before)

    return refused


def nothing(self, *_given):
    return self.none()


# -- people ----------------------------------------------------------------------------------------------------------


def test_an_id_number_is_in_the_registry_once(office, clerk, refuses):
    number = id_number()
    make_person(office=office, id_number=number)

    refuses(
        "This ID number is in the registry already.",
        lambda: actions.add_person(office, full_name="钱大力", facts={"id_number": number}, by=clerk),
    )

    assert Person.objects.count() == 1


def test_nobody_is_given_the_id_number_of_somebody_else(office, clerk, refuses):
    number = id_number()
    make_person(office=office, id_number=number)
    file = make_file(office=office, by=clerk, status="draft")
    head, own = file.household.head, file.household.head.id_number

    refuses(
        "This ID number is in the registry already.",
        lambda: actions.edit_person(file, person=head, values={"id_number": number, "school": "No. 2"}, by=clerk),
    )

    head = Person.objects.get(pk=head.pk)
    assert (head.id_number == own, head.school) == (True, "")


def test_nobody_dies_before_birth(office, clerk, refuses):
    person = make_person(office=office)
    dying = actions.Dying(died_on=date(1969, 1, 1), evidence="told")

    refuses("Nobody dies before birth.", lambda: actions.record_death(person, dying=dying, by=clerk))

    assert Person.objects.get().died_on is None


def test_a_page_says_the_sentence_and_gives_back_what_was_typed(at, office, clerk):
    number = id_number()
    make_person(office=office, id_number=number)
    file = make_file(office=office, by=clerk, status="draft")
    url = reverse("casework:file_edit", args=[file.code, "person"])
    form = at(clerk).get(url).context["form"]
    given = {name: form[name].value() or "" for name in form.fields if not isinstance(form[name].value(), list)}

    answer = at(clerk).post(url, given | {"id_number": number, "school": "第二小学"})

    assert answer.status_code == 422
    assert answer.context["form"].non_field_errors() == ["This ID number is in the registry already."]
    assert answer.context["form"]["school"].value() == "第二小学"


# -- files -----------------------------------------------------------------------------------------------------------


def test_a_household_has_one_living_file_whoever_starts_the_second(office, clerk, refuses, monkeypatch):
    head = make_file(office=office, by=clerk, status="draft").household.head
    monkeypatch.setattr(files, "_refuse_second", lambda _household, _person: None)

    refuses(
        "This household has a file already.",
        lambda: actions.start_file(office, category="deep", person=head, by=clerk),
    )

    assert (HardshipFile.objects.count(), Household.objects.count()) == (1, 1)


def test_a_file_is_not_reopened_beside_a_living_one(office, officer, leader, refuses):
    ended = make_file(office=office, by=officer, status="exited")
    make_file(office=office, by=officer, household=ended.household)

    refuses(
        "This household has a file already.",
        lambda: actions.reopen_file(ended, reason="again_poor", text="ill again", by=leader),
    )

    ended.refresh_from_db()
    assert (ended.status, ended.reopened_by) == ("exited", None)


def test_a_member_lives_in_one_household(office, clerk, refuses, monkeypatch):
    draft = make_file(office=office, by=clerk, status="draft")
    known = make_person(office=office, name="钱大力")
    make_household(office=office, head=known)
    monkeypatch.setattr(MembershipQuerySet, "current", nothing)

    refuses(
        "This person belongs to another household already.",
        lambda: actions.add_member(draft, relation="20", person=known, facts={"school": "No. 2"}, by=clerk),
    )

    known.refresh_from_db()
    assert (known.school, Membership.objects.filter(household=draft.household).count()) == ("", 1)


def test_a_person_has_one_account_in_use(office, officer, officer2, leader, refuses, monkeypatch):
    file = make_file(office=office, by=officer)
    head = file.household.head
    card = card_number()
    change = actions.propose_account(file, holder=head, card=card, bank="ABC", reason="new card", by=officer)
    make_account(head, by=officer, checked_by=officer2)
    monkeypatch.setattr(BankAccountQuerySet, "current", nothing)

    refuses("This person has another account in use.", lambda: actions.confirm_change(change, card=card, by=leader))

    change.refresh_from_db()
    assert (change.status, change.decided_by) == ("proposed", None)
    assert BankAccount.objects.filter(checked_at__isnull=False).count() == 1


# -- the window ------------------------------------------------------------------------------------------------------


def test_initials_write_one_quick_text(office, clerk, refuses):
    actions.add_quick_text(office, text="told all papers", initials="tap", by=clerk)

    refuses(
        "Another quick text has these initials.",
        lambda: actions.add_quick_text(office, text="take a place", initials="tap", by=clerk),
    )

    assert list(QuickText.objects.values_list("text", flat=True)) == ["told all papers"]


def test_a_visitor_whose_number_is_taken_leaves_no_visit(office, clerk, refuses):
    number = id_number()
    make_person(office=office, id_number=number)
    newcomer = Newcomer(full_name="钱大力", id_number=number)

    refuses(
        "This ID number is in the registry already.",
        lambda: actions.log_visit(office, purpose=make_purpose(), newcomer=newcomer, by=clerk),
    )

    assert (Visit.objects.count(), Person.objects.count()) == (0, 1)


def test_the_second_click_of_a_newcomer_with_an_id_number_is_answered_with_the_first_visit(at, clerk):
    given = {"full_name": "赵丽华", "purpose": make_purpose().pk, "result": "answered", "token": "t1"}
    given |= {"id_number": id_number()}

    first, second = (at(clerk).post(reverse("casework:desk"), given) for _click in "ab")

    assert (first.status_code, first.url) == (second.status_code, second.url) == (302, second.url)
    assert (Visit.objects.count(), Person.objects.count()) == (1, 1)


def test_a_group_that_is_refused_leaves_none_of_its_representatives(at, clerk):
    given = {"people": "23", "employer": "红星纺织厂", "representatives": "赵丽华 13800001234\n13800005678"}
    given |= {"purpose": make_purpose("petition").pk, "result": "answered", "token": "g1"}

    answer = at(clerk).post(reverse("casework:visit_group"), given)

    assert answer.status_code == 422
    assert answer.context["form"].non_field_errors() == ["A person needs a name."]
    assert answer.context["form"]["representatives"].value() == given["representatives"]
    assert (Visit.objects.count(), Person.objects.count(), Employer.objects.count()) == (0, 0, 0)


def test_a_fault_that_is_no_rule_is_not_said_as_one(office, clerk, monkeypatch):
    visit = make_visit(office=office, by=clerk)
    monkeypatch.setattr(trail, "record", lambda *_given, **_facts: Visit.objects.update(first_handler=None))

    with pytest.raises(IntegrityError, match="first_handler"):
        actions.write_note(visit, text="came again", by=clerk)
    assert visit.notes.count() == 0


def test_of_a_check_that_has_no_sentence_is_said_what_holds_of_all(office, clerk, monkeypatch):
    account = make_account(make_person(office=office), by=clerk)
    visit = make_visit(office=office, by=clerk)
    behind = BankAccount.objects.filter(pk=account.pk)
    monkeypatch.setattr(trail, "record", lambda *_given, **_facts: behind.update(until=date(1999, 1, 1)))

    with pytest.raises(Conflict, match="Figures or days contradict each other"):
        actions.write_note(visit, text="came again", by=clerk)
    assert visit.notes.count() == 0


def test_another_rule_that_has_no_sentence_stays_a_fault(office, clerk, monkeypatch):
    visit, other = make_visit(office=office, by=clerk), make_visit(office=office, by=clerk)
    behind = Visit.objects.filter(pk=other.pk)
    monkeypatch.setattr(trail, "record", lambda *_given, **_facts: behind.update(code=visit.code))

    with pytest.raises(IntegrityError, match="code"):
        actions.write_note(visit, text="came again", by=clerk)
