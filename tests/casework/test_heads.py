"""Another head of a household, and households that somebody leaves: nobody is locked into an ended record."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from casework import actions
from casework import permissions as may
from casework.errors import Duplicate
from casework.models import ChangeRequest, Household
from casework.queries import files as lists
from center.kernel.errors import Incomplete, NotAllowed
from center.models import Event
from center.models.base import subject_of
from center.papers.documents import Document
from tests.casework.make import make_file, make_household, make_person, make_picture
from tests.refused import ours

pytestmark = pytest.mark.django_db
SINCE = date(2024, 1, 1)  # of every membership that make_household makes
DAY = date(2026, 3, 1)


@pytest.fixture
def wife(office):
    return make_person(office=office, name="钱进")


@pytest.fixture
def son(office):
    return make_person(office=office, name="赵小山", birth_date=date(2008, 1, 1), sex="1")


@pytest.fixture
def file(office, officer, wife, son):
    home = make_household(office=office, head=make_person(office=office, name="赵丽华", sex="1"), others=(wife,))
    home.memberships.create(person=son, relation="20", since=SINCE)
    return make_file(office=office, by=officer, household=home)


def places(household, day):
    """Who belongs to the household on a day, and as what."""
    return {one.person: one.relation for one in household.members_on(day).select_related("person")}


def code_of(household, person):
    return household.memberships.current().get(person=person).code


def propose(file, head, *, why, by, relations=None, on=DAY, upload=True, reason="as the register says"):
    home = file.household
    named = {code_of(home, person): relation for person, relation in (relations or {}).items()}
    return actions.propose_head(
        file,
        head=head,
        why=why,
        on=on,
        relations=named,
        upload=make_picture() if upload else None,
        reason=reason,
        by=by,
    )


def dies(person, *, by):
    return actions.record_death(person, dying=actions.Dying(died_on=DAY, evidence="told"), by=by)


def test_by_agreement_the_places_change_on_one_day_and_the_file_keeps_its_number(file, wife, son, clerk, officer):
    home, former, number = file.household, file.household.head, file.number
    change = propose(file, wife, why="agreement", relations={former: "11", son: "20"}, by=clerk)
    before = Household.objects.get(pk=home.pk).head

    actions.confirm_change(change, by=officer)

    home.refresh_from_db()
    file.refresh_from_db()
    assert (before, home.head, file.number, file.status) == (former, wife, number, "active")
    yesterday = DAY - timedelta(days=1)
    assert places(home, yesterday) == {former: "01", wife: "10", son: "20"}
    assert places(home, DAY) == {wife: "01", former: "11", son: "20"}
    assert Document.objects.get(subject=subject_of(file)).kind == "family_agreement"
    assert Event.objects.filter(verb="casework.household.head_changed").count() == 1


@pytest.mark.parametrize("why", ["divorce", "departure"])
def test_a_head_who_goes_leaves_the_household_and_may_begin_a_file(file, wife, son, office, clerk, officer, why):
    former = file.household.head
    change = propose(file, wife, why=why, relations={son: "20"}, by=clerk)
    actions.confirm_change(change, by=officer)

    own = actions.start_file(office, category="deep", person=former, by=clerk)

    assert places(file.household, DAY) == {wife: "01", son: "20"}
    assert own.household.head == former
    assert lists.living_file_of(wife) == file


def test_after_a_death_the_widow_becomes_the_head_by_the_paper_of_the_death(file, wife, son, clerk, officer):
    with pytest.raises(Incomplete, match="Record the death of the head first"):
        propose(file, wife, why="death", relations={son: "20"}, by=clerk)
    dies(file.household.head, by=clerk)
    with pytest.raises(Incomplete, match="The head has died: that is why"):
        propose(file, wife, why="agreement", relations={son: "20"}, by=clerk)

    change = propose(file, wife, why="death", relations={son: "20"}, upload=False, by=clerk)
    actions.confirm_change(change, by=officer)

    assert places(file.household, timezone.localdate()) == {wife: "01", son: "20"}


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ({"relations": {}}, "Say what every member is to the new head."),
        ({"upload": False}, "Add the paper that shows why the head changes."),
        ({"reason": " "}, "Say why this changes."),
        ({"on": date(2023, 12, 31)}, "The day lies between 2024-01-01 and today."),
        ({"on": date(2100, 1, 1)}, "The day lies between 2024-01-01 and today."),
    ],
)
def test_a_change_of_the_head_is_told_wholly(file, wife, son, clerk, told, sentence):
    with pytest.raises(Incomplete) as refused:
        propose(file, wife, **({"why": "divorce", "relations": {son: "20"}, "by": clerk} | told))

    assert str(refused.value) == sentence
    assert ChangeRequest.objects.count() == 0


def test_the_new_head_is_another_living_member(office, file, son, wife, clerk):
    stranger = make_person(office=office)
    said = []
    for head in (file.household.head, stranger):
        with pytest.raises(Incomplete) as refused:
            propose(file, head, why="divorce", relations={son: "20"}, by=clerk)
        said.append(str(refused.value))
    relations = {son: "20"}
    dies(wife, by=clerk)
    wife.refresh_from_db()
    with pytest.raises(NotAllowed, match="This person died on 2026-03-01"):
        propose(file, wife, why="divorce", relations=relations, by=clerk)

    assert said == ["This person is the head already.", "The new head must be a member of the household."]


def test_nobody_confirms_their_own_and_one_change_waits_at_a_time(file, wife, son, officer, clerk):
    change = propose(file, wife, why="divorce", relations={son: "20"}, by=officer)

    assert may.why_not_confirm_change(officer, change) == "You proposed this change; another person must confirm it."
    assert ours(may.why_not_confirm_change(clerk, change)) == "Your roles do not confirm this kind of change."
    with pytest.raises(Incomplete, match="waits for its second person already"):
        propose(file, son, why="divorce", relations={wife: "97"}, by=clerk)


def test_who_has_come_or_died_since_is_looked_at_again_when_it_is_confirmed(office, file, wife, son, clerk, officer):
    change = propose(file, wife, why="divorce", relations={son: "20"}, by=clerk)
    newborn = make_person(office=office, birth_date=date(2026, 5, 1))
    place = file.household.memberships.create(person=newborn, relation="30")
    with pytest.raises(Incomplete, match="Somebody has joined the household since"):
        actions.confirm_change(change, by=officer)
    place.delete()
    dies(wife, by=clerk)

    with pytest.raises(Incomplete, match="must be a member of the household"):
        actions.confirm_change(change, by=officer)


def test_a_head_by_mistake_among_the_dead_comes_back_as_what_he_is_to_the_head_of_now(
    file, wife, son, clerk, officer, officer2
):
    former = file.household.head
    death = dies(former, by=clerk)
    actions.confirm_change(propose(file, wife, why="death", relations={son: "20"}, upload=False, by=clerk), by=officer)

    sentences = {}
    for relation in ("", "01", "12", "20"):
        with pytest.raises(Incomplete) as refused:
            actions.revoke_death(death, reason="at the window", relation=relation, by=officer2)
        sentences[relation] = str(refused.value)
    actions.revoke_death(death, reason="at the window", relation="11", by=officer2)

    asked = "Another member became the head meanwhile: say what this person is to the head now."
    wrong = "“%s” does not agree with the sex or the birth dates of the member and the new head."
    assert sentences == {"": asked, "01": asked, "12": wrong % "Wife", "20": wrong % "Son"}
    assert places(file.household, timezone.localdate()) == {wife: "01", son: "20", former: "11"}


def test_the_page_of_a_death_asks_for_the_relation_only_when_another_is_the_head(
    at, file, wife, son, clerk, officer, officer2
):
    death = dies(file.household.head, by=clerk)
    page = reverse("casework:death", args=[death.person.code])
    before = set(at(officer2).get(page).context["lives"].fields)
    actions.confirm_change(propose(file, wife, why="death", relations={son: "20"}, upload=False, by=clerk), by=officer)

    assert before == {"reason"}
    assert set(at(officer2).get(page).context["lives"].fields) == {"reason", "relation"}


# -- out of a household that has ended -------------------------------------------------------------------------------


@pytest.fixture
def ended(file, leader):
    actions.exit_file(file, reason="exit_employment", text="works", by=leader)
    file.refresh_from_db()
    return file


def leaves(person, *, by, reason="divorce", text="divorce paper of 2026", on=None):
    on = on or timezone.localdate()
    return actions.leave_ended_household(person, reason=reason, text=text, on=on, by=by)


def test_whoever_leaves_an_ended_household_begins_a_file_of_their_own(office, ended, wife, clerk):
    with pytest.raises(Duplicate, match="Whoever lives apart from it leaves it first"):
        actions.start_file(office, category="deep", person=wife, by=clerk)

    leaves(wife, by=clerk)
    own = actions.start_file(office, category="deep", person=wife, by=clerk)

    assert (own.household.head, own.household == ended.household) == (wife, False)
    assert ended.household.memberships.get(person=wife).until == timezone.localdate()


def test_the_widow_of_an_ended_household_goes_too(office, ended, wife, clerk):
    dies(ended.household.head, by=clerk)

    leaves(wife, reason="head_died", text="the head has died", by=clerk)

    assert actions.start_file(office, category="deep", person=wife, by=clerk).household.head == wife


def test_the_head_stays_and_who_is_in_a_living_file_asks_there(office, file, wife, clerk, stranger):
    home = file.household

    assert may.why_not_leave(clerk, wife, home).endswith("Remove the member there; a second person confirms it.")
    assert may.why_not_leave(clerk, make_person(office=office), None) == "This person belongs to no household."
    assert ours(may.why_not_leave(stranger, wife, home)) == "Your roles do not edit files of this office."


def test_the_head_of_an_ended_household_reopens_the_file(ended, clerk):
    head = ended.household.head

    said = "The head keeps this household and its file: reopen the file instead."
    assert may.why_not_leave(clerk, head, ended.household) == said


@pytest.mark.parametrize("told", [{"reason": ""}, {"text": " "}, {"on": date(2023, 1, 1)}, {"on": date(2100, 1, 1)}])
def test_leaving_has_its_reason_and_a_day_that_was(ended, wife, clerk, told):
    with pytest.raises(Incomplete):
        leaves(wife, by=clerk, **told)


# -- pages -----------------------------------------------------------------------------------------------------------


def test_the_page_proposes_and_the_change_is_read_in_words(at, file, wife, son, clerk, officer):
    home, url = file.household, reverse("casework:file_head", args=[file.code])
    told = {"head": code_of(home, wife), "why": "divorce", "on": "2026-03-01", "reason": "divorced"}
    bare = at(clerk).post(url, told)

    whole = at(clerk).post(url, told | {f"relation_{code_of(home, son)}": "20", "upload": make_picture()})

    change = ChangeRequest.objects.get()
    page = at(officer).get(reverse("casework:change", args=[change.code])).content.decode()
    assert (bare.status_code, whole.status_code) == (422, 302)
    assert url in at(clerk).get(reverse("casework:file", args=[file.code])).content.decode()
    for words in ("Another member becomes the head", "Divorce", "赵小山", "Son", "2026-03-01"):
        assert words in page
    confirmed = at(officer).post(reverse("casework:change", args=[change.code]), {"verdict": "confirm"})
    assert confirmed.status_code == 302
    assert Household.objects.get(pk=home.pk).head == wife


def test_the_page_lets_somebody_leave(at, ended, wife, clerk):
    url = reverse("casework:leave", args=[wife.code])
    assert url in at(clerk).get(reverse("casework:person", args=[wife.code])).content.decode()

    refused = at(clerk).post(url, {"reason": "", "text": "x", "on": "2026-11-01"})
    done = at(clerk).post(url, {"reason": "grown_up", "text": "lives alone", "on": timezone.localdate().isoformat()})

    assert (refused.status_code, done.status_code) == (422, 302)
    assert lists.home_of(wife) is None


def test_a_child_is_no_head_while_somebody_of_age_is_there(file, wife, officer):
    child = make_person(office=file.office, name="赵小女", birth_date=timezone.localdate() - timedelta(days=7 * 365))
    file.household.memberships.create(person=child, relation="30", since=SINCE)

    with pytest.raises(Incomplete, match="must be of age while somebody of age"):
        propose(file, child, why="agreement", by=officer, relations={wife: "51"})


def test_a_child_leaves_no_household_to_begin_one_of_its_own(office, officer):
    child = make_person(office=office, name="赵小女", birth_date=timezone.localdate() - timedelta(days=9 * 365))
    home = make_household(office=office)
    home.memberships.create(person=child, relation="30", since=SINCE)

    assert may.why_not_leave(officer, child, home).startswith("Whoever begins a household of their own is of age")
