"""Names, exclusions and departures of a file in force count when a second person has confirmed them."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from casework import actions
from casework import permissions as may
from casework.enums import ChangeKind
from casework.models import ChangeRequest, HardshipFile, Person
from casework.queries import timeline
from casework.queries.economy import compute, facts_of
from casework.queries.files import rows
from center.kernel.errors import Incomplete, NotAllowed, Refusal
from tests.casework.make import (
    card_number,
    id_number,
    make_account,
    make_file,
    make_household,
    make_income,
    make_person,
    make_picture,
)
from tests.casework.test_imports import bring, checked, column, edited, few
from tests.refused import ours

pytestmark = pytest.mark.django_db

SHOWN = "This number was shown to you: typing it again proves nothing. Another person confirms it, card in hand."


@pytest.fixture
def son(office):
    return make_person(office=office, name="赵小山", sex="1")


@pytest.fixture
def file(office, officer, son):
    return make_file(office=office, by=officer, household=make_household(office=office, others=(son,)))


def name_of(file):
    return Person.objects.get(pk=file.household.head_id).full_name


def by_kind(file, kind):
    return ChangeRequest.objects.get(file=file, kind=kind)


# -- names ---------------------------------------------------------------------------------------------------------------


def test_a_name_in_force_changes_by_two_people_whatever_the_way(file, clerk, officer):
    head = file.household.head
    with pytest.raises(NotAllowed, match="another name is proposed"):
        actions.edit_person(file, person=head, values={"full_name": "钱多多"}, by=clerk)
    change = actions.propose_name(file, person=head, full_name="钱多多", reason="as the card says", by=clerk)
    with pytest.raises(NotAllowed, match="waits for its second person already"):
        actions.propose_name(file, person=head, full_name="钱少少", reason="as the card says", by=clerk)
    before = name_of(file)

    actions.confirm_change(change, by=officer)

    assert (before, name_of(file)) == ("赵丽华", "钱多多")
    assert Person.objects.get(pk=head.pk).search_keys[0] == "钱多多"


def test_the_same_name_in_another_writing_needs_nobody(file, clerk):
    head = file.household.head
    actions.edit_person(file, person=head, values={"full_name": "赵 丽华", "job_wish": "any"}, by=clerk)

    assert (name_of(file), ChangeRequest.objects.count()) == ("赵丽华", 0)


def test_the_form_saves_the_rest_and_the_name_waits(at, file, clerk, officer):
    page = reverse("casework:file_edit", args=[file.code, "person"])
    given = {"full_name": "钱多多", "job_wish": "a shop", "skills": "none"}

    without = at(clerk).post(page, given)
    asked = at(clerk).post(page, given | {"name_reason": "as the card says"})

    head = Person.objects.get(pk=file.household.head_id)
    change = by_kind(file, ChangeKind.NAME)
    assert (without.status_code, asked.status_code) == (422, 302)
    assert (head.full_name, head.job_wish) == ("赵丽华", "a shop")
    shown = at(officer).get(reverse("casework:change", args=[change.code]))
    assert [(old, new) for label, old, new in shown.context["rows"] if label == "Name"] == [
        ('<span class="person-name">赵丽华</span>', '<span class="person-name">钱多多</span>')
    ]


def _without_names_of_heads(members):
    for row in range(2, members.max_row + 1):
        members.cell(row, column(members, "户主姓名", header=1)).value = None


def test_a_workbook_with_the_same_number_and_another_name_is_refused_head_and_member_alike(officer):
    data, renamed = few(2), edited(few(2, 姓名="另一人"), lambda book: _without_names_of_heads(book.worksheets[1]))
    bring(data, officer)
    names = dict(Person.objects.values_list("pk", "full_name"))

    record = checked(renamed, officer)

    (fault,) = record.found["faults"]
    assert record.found["totals"] == {"new": 0, "changed": 0, "unchanged": 1, "refused": 1}
    assert fault["reason"]["en"].startswith("This ID number is on record with another name (")
    again = bring(renamed, officer)
    assert again.found["totals"]["refused"] == 1
    assert dict(Person.objects.values_list("pk", "full_name")) == names


# -- ID numbers ----------------------------------------------------------------------------------------------------------


def test_an_id_number_in_force_changes_by_two_people_and_the_second_types_it_again(file, clerk, officer):
    head, number = file.household.head, id_number(born=date(1971, 5, 6), serial=222)
    before = Person.objects.get(pk=head.pk).id_number
    with pytest.raises(NotAllowed, match="another ID number is proposed"):
        actions.edit_person(file, person=head, values={"id_number": number}, by=clerk)
    change = actions.propose_number(file, person=head, id_number=number, reason="misread", by=clerk)
    with pytest.raises(NotAllowed, match="waits for its second person already"):
        actions.propose_number(file, person=head, id_number=id_number(serial=224), reason="misread", by=clerk)
    with pytest.raises(Incomplete, match="Type the ID number from the card"):
        actions.confirm_change(change, by=officer)
    with pytest.raises(Refusal, match="not the number that was entered"):
        actions.confirm_change(change, id_number=id_number(serial=226), by=officer)
    assert Person.objects.get(pk=head.pk).id_number == before

    change = actions.confirm_change(change, id_number=number, by=officer)

    head.refresh_from_db()
    assert (head.id_number.same_as(number), head.birth_date, change.id_number) == (True, date(1971, 5, 6), None)
    assert number not in str((change.old, change.new))


def test_the_same_number_and_a_first_one_need_nobody(file, son, clerk):
    head = file.household.head
    same = head.id_number.open(by=clerk, reason="verify")
    Person.objects.filter(pk=son.pk).update(id_number=None)
    first = id_number(serial=228)

    actions.edit_person(file, person=head, values={"id_number": same}, by=clerk)
    actions.edit_person(file, person=son, values={"id_number": first}, by=clerk)

    son.refresh_from_db()
    assert (son.id_number.same_as(first), ChangeRequest.objects.count()) == (True, 0)


def test_a_number_that_another_has_and_the_one_on_record_are_not_proposed(file, son, clerk):
    head = file.household.head
    theirs, own = (one.id_number.open(by=clerk, reason="verify") for one in (son, head))

    with pytest.raises(Refusal, match="in the registry already"):
        actions.propose_number(file, person=head, id_number=theirs, reason="misread", by=clerk)
    with pytest.raises(Incomplete, match="the ID number on record"):
        actions.propose_number(file, person=head, id_number=own, reason="misread", by=clerk)


def test_the_form_proposes_the_number_and_the_page_asks_the_second_person_to_type_it(at, file, clerk, officer):
    number = id_number(born=date(1971, 5, 6), serial=230)
    page = reverse("casework:file_edit", args=[file.code, "person"])
    given = {"full_name": "赵丽华", "job_wish": "a shop", "skills": "none", "id_number": number}

    without = at(clerk).post(page, given)
    asked = at(clerk).post(page, given | {"name_reason": "misread"})
    change = by_kind(file, ChangeKind.NUMBER)
    confirm = reverse("casework:change", args=[change.code])
    shown = at(officer).get(confirm).content.decode()
    done = at(officer).post(confirm, {"verdict": "confirm", "id_number": number})

    assert (without.status_code, asked.status_code, done.status_code) == (422, 302, 302)
    assert ('name="id_number"' in shown, number in shown) == (True, False)
    head = Person.objects.get(pk=file.household.head_id)
    assert (head.job_wish, head.id_number.same_as(number)) == ("a shop", True)


def test_who_had_the_new_number_shown_does_not_confirm_it(file, clerk, officer, leader):
    number = id_number(serial=232)
    change = actions.propose_number(file, person=file.household.head, id_number=number, reason="misread", by=clerk)
    change.id_number.open(by=officer, reason="verify")

    assert may.why_not_confirm_change(officer, change) == SHOWN
    assert may.why_not_confirm_change(leader, change) == ""


# -- exclusions ----------------------------------------------------------------------------------------------------------


def test_what_stands_against_a_household_in_force_is_two_peoples_word(file, clerk, officer, leader):
    with pytest.raises(NotAllowed, match="second person confirms it"):
        actions.check_exclusions(file, exclusions=["excl_vehicle"], by=officer)
    change = actions.propose_exclusions(file, exclusions=["excl_vehicle"], reason="seen at home", by=officer)
    with pytest.raises(NotAllowed, match="waits for its second person already"):
        actions.propose_exclusions(file, exclusions=[], reason="sold", by=clerk)

    assert ours(may.why_not_confirm_change(officer, change)) == "Your roles do not confirm this kind of change."
    actions.confirm_change(change, by=leader)

    file.household.refresh_from_db()
    assert file.household.exclusions == ["excl_vehicle"]
    with pytest.raises(Incomplete, match="stands on record already"):
        actions.propose_exclusions(file, exclusions=["excl_vehicle"], reason="again", by=officer)


def test_looking_again_and_finding_the_same_needs_nobody(file, officer):
    actions.check_exclusions(file, exclusions=[], by=officer)

    assert HardshipFile.objects.get(pk=file.pk).household.exclusions_checked_by == officer


# -- leaving -------------------------------------------------------------------------------------------------------------


def test_who_leaves_says_why_once_and_the_household_tells_it(at, file, son, clerk, officer):
    place = file.household.memberships.get(person=son)
    yesterday = timezone.localdate() - timedelta(days=1)
    asked = {"membership": place, "until": yesterday, "reason": "with his wife", "by": clerk}
    with pytest.raises(Incomplete, match="Choose why"):
        actions.propose_leaving(file, why="", **asked)
    with pytest.raises(Incomplete, match="lies ahead"):
        actions.propose_leaving(file, why="married", **(asked | {"until": yesterday + timedelta(days=9)}))
    change = actions.propose_leaving(file, why="married", **asked)
    with pytest.raises(NotAllowed, match="waits for its second person already"):
        actions.propose_leaving(file, why="moved", **asked)
    page = at(clerk).get(reverse("casework:file_edit", args=[file.code, "members"]))

    actions.confirm_change(change, by=officer)

    assert reverse("casework:change", args=[change.code]) in page.content.decode()
    place.refresh_from_db()
    assert (place.until, place.left_why, place.left_text) == (yesterday, "married", "with his wife")
    told = at(clerk).get(reverse("casework:file", args=[file.code])).context["entries"]
    assert f"{son.full_name} left the household: Married" in [entry.title for entry in told]


def test_the_figures_count_who_is_asked_to_leave_until_it_is_confirmed_and_then_no_more(at, file, son, clerk, officer):
    """The wage of the son, a head for the division, and a line of the list."""
    household, today = file.household, timezone.localdate()
    make_income(household, son, "24000.00", by=clerk)
    page = reverse("casework:file", args=[file.code])

    def figures():
        found = facts_of(household, on=today, file=file)
        amounts = [item.amount for member in found.members for item in member.incomes]
        listed = rows(HardshipFile.objects.all()).get().people
        return compute(household, on=today, file=file).people, amounts, listed

    before = figures()
    change = actions.propose_leaving(
        file, membership=household.memberships.get(person=son), until=today, why="moved", reason="works away", by=clerk
    )
    asked, told = figures(), at(clerk).get(page).content.decode()
    actions.confirm_change(change, by=officer)

    assert before == asked == (2, [Decimal("24000.00")], 2)
    assert reverse("casework:change", args=[change.code]) in told
    assert figures() == (1, [], 1)
    assert reverse("casework:change", args=[change.code]) not in at(clerk).get(page).content.decode()


def test_entered_by_mistake_belonged_on_no_day(office, clerk, son):
    draft = make_file(office=office, by=clerk, status="draft", household=make_household(office=office, others=(son,)))
    place = draft.household.memberships.get(person=son)

    actions.end_membership(draft, membership=place, until=timezone.localdate(), why="mistake", by=clerk)

    assert son not in [one.person for one in draft.household.members_on(place.since)]


def test_who_has_died_is_led_to_the_record_of_the_death(at, file, son, clerk):
    page = reverse("casework:file_edit", args=[file.code, "members"])
    place = file.household.memberships.get(person=son)

    answer = at(clerk).post(page, {"part": "leave", "member": place.code, "why": "died", "until": ""})

    assert answer["Location"] == reverse("casework:death", args=[son.code])
    assert ChangeRequest.objects.count() == 0


def test_who_had_the_same_number_shown_at_another_record_does_not_confirm_it(file, clerk, officer, leader):
    card = card_number()
    old = make_account(file.household.head, by=clerk, checked_by=leader, card=card)
    change = actions.propose_account(file, holder=file.household.head, card=card, bank="ABC", reason="again", by=clerk)
    before = may.why_not_confirm_change(officer, change)

    old.card.open(by=officer, reason="payment")

    assert before == ""
    assert may.why_not_confirm_change(officer, change) == SHOWN
    assert may.why_not_confirm_change(leader, change) == ""


def test_who_had_the_number_shown_does_not_confirm_the_account(at, file, clerk, officer, leader):
    """Copied from the screen, a number that is typed again is no look at the card."""
    card = card_number()
    change = actions.propose_account(
        file, holder=file.household.head, card=card, bank="ABC", reason="card lost", by=clerk
    )
    page = reverse("casework:change", args=[change.code])
    assert "/reveal/" not in at(officer).get(page).content.decode()

    assert change.account.card.open(by=officer, reason="payment") == card

    with pytest.raises(NotAllowed, match="This number was shown to you"):
        actions.confirm_change(change, card=card, by=officer)
    actions.confirm_change(change, card=card, by=leader)


def test_the_past_of_a_file_says_from_what_to_what_it_changed(file, son, clerk, officer, leader):
    home, former = file.household, file.household.head
    wife = make_person(office=file.office, name="钱进")
    home.memberships.create(person=wife, relation="10", since=date(2024, 1, 1))
    category = actions.propose_category(file, category="relative", reason="earns more", by=clerk)
    actions.confirm_change(category, by=leader)
    home.memberships.filter(person=son).delete()
    asked = {"why": "divorce", "on": timezone.localdate(), "relations": {}, "upload": make_picture()}
    change = actions.propose_head(file, head=wife, reason="by the court", by=clerk, **asked)
    actions.confirm_change(change, by=leader)
    file.refresh_from_db()

    told = {(entry.title, entry.detail) for entry in timeline.past_of(file, by=officer)}

    assert told >= {
        ("Hardship category · Confirmed", "Deep hardship → Relative hardship, earns more"),
        ("Head of the household · Confirmed", f"{former.full_name} → 钱进, by the court"),
        (f"{former.full_name} left the household: Divorce", "head of the household"),
    }
