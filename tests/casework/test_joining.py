"""The same person registered twice: one proposes, another confirms, every desk moves its rows, nothing is lost."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone, translation

from casework import actions
from casework import permissions as may
from casework.enums import ChangeStatus
from casework.models import ChangeRequest, Death, HardshipFile, Household, Joining, Membership, Person
from casework.queries import doubles, figures, search
from center.desk import desks
from center.evidence.history import changes
from center.kernel.errors import Conflict, Incomplete, NotAllowed, Refusal
from center.kernel.roles import Role
from center.models import Event, codes
from center.models.base import subject_of
from employment.models import Seeker
from legal.actions import refuse_aid
from relief.models import Award, LedgerTransaction, Payment, Redirection
from tests.casework.make import (
    id_number,
    make_account,
    make_consent,
    make_file,
    make_household,
    make_income,
    make_person,
    make_purpose,
    make_spending,
    make_staff,
    make_visit,
)
from tests.employment.make import make_seeker
from tests.legal.make import make_case
from tests.relief.make import make_application, make_house, make_paid, make_worker

pytestmark = pytest.mark.django_db


@pytest.fixture
def pair(office):
    """Met twice: with the card, and by telephone."""
    born = date(1970, 3, 5)
    keep = make_person(office=office, name="赵丽华", birth_date=born, phone="13800001234")
    drop = make_person(
        office=office, name="赵丽华", birth_date=born, id_number=None, phone="13800001234", school="一中"
    )
    return keep, drop


def join(keep, drop, *, by, second, taken=()):
    joining = actions.propose_joining(keep, drop=drop, taken=taken, reason="the same face and card", by=by)
    return actions.confirm_joining(joining, by=second)


def pointing_at(person):
    """How many rows of each table point at a person, history and the joinings themselves apart."""
    left_out = {"casework.Joining", "casework.Person"}
    return {
        f"{relation.related_model._meta.label}.{relation.field.name}": relation.related_model._default_manager.filter(
            **{relation.field.name: person.pk}
        ).count()
        for relation in Person._meta.get_fields(include_hidden=True)
        if relation.auto_created
        and not relation.concrete
        and relation.field.name != "pgh_obj"
        and not hasattr(relation.related_model, "pgh_tracked_model")
        and relation.related_model._meta.label not in left_out
    }


def test_every_row_of_every_desk_that_points_at_a_person_follows_them():
    house = make_house()
    office, officer, leader = house.office, house.officer, house.leader
    jurist = make_staff(Role.LEGAL, office=office)
    paid = make_paid(house)
    over = {"status": "withdrawn", "ended_by": house.officer, "ended_at": timezone.now()}
    make_application(house, file=make_worker(house), beneficiary=paid.application.person, **over)
    drop, keep = paid.application.person, make_person(office=office, name="赵丽华")
    household = paid.application.household
    make_seeker(by=make_staff(Role.JOBS, office=office), office=office, person=drop)
    case = make_case(handler=jurist, office=office, person=drop)
    refuse_aid(case, reason="not_ours", text="another office", by=leader)
    make_income(household, drop, "1200", by=officer)
    make_spending(household, "rigid_illness", "100", by=officer)
    household.spendings.update(person=drop)
    make_consent(drop, by=officer)
    make_visit(office=office, by=house.frontdesk, person=drop)
    make_visit(office=office, by=house.frontdesk, people=7, employer=None).representatives.add(drop)
    drop.related_staff.add(leader)
    taken_back = {"revoked_by": leader, "revoked_at": timezone.now(), "revoked_reason": "lives"}
    Death.objects.create(person=drop, died_on=date(2026, 1, 1), evidence="told", recorded_by=officer, **taken_back)
    award = paid.instalment.award
    Award.objects.filter(pk=award.pk).update(payee=drop)
    Redirection.objects.create(award=award, to=drop, reason="the widow", asked_by=officer)
    before = pointing_at(drop)
    booked = list(LedgerTransaction.objects.values_list("pk", "posted_at"))

    join(keep, drop, by=officer, second=leader)

    assert 0 not in before.values()
    assert pointing_at(drop) == dict.fromkeys(before, 0)
    assert pointing_at(keep) == before
    assert list(LedgerTransaction.objects.values_list("pk", "posted_at")) == booked
    assert Payment.objects.get(pk=paid.pk).payee_name == paid.payee_name


def test_a_desk_without_rows_of_the_person_writes_nothing(pair, officer, leader):
    join(*pair, by=officer, second=leader)

    assert list(Event.objects.order_by("pk").values_list("verb", flat=True)) == [
        "casework.joining.proposed",
        "casework.person.joined",
        "casework.person.joined_away",
    ]


def test_what_only_one_record_knows_is_kept_and_what_differs_is_chosen(office, officer, leader):
    keep = make_person(office=office, name="赵丽华", school="", education_level="")
    drop = make_person(office=office, name="赵俪华", school="一中", sex="1")
    numbers = keep.id_number, drop.id_number

    join(keep, drop, by=officer, second=leader, taken=["id_number", "full_name"])
    keep.refresh_from_db()
    drop.refresh_from_db()

    assert (keep.full_name, keep.school, keep.sex) == ("赵俪华", "一中", "1")  # as the number says that was taken
    assert (drop.full_name, drop.school) == ("赵俪华", "一中")
    assert (drop.id_number, keep.id_number) == numbers
    assert list(Person.objects.named_like("zhaolihua").filter(joined_into=None)) == [keep]


def test_either_number_and_either_code_find_the_record_that_stays(at, office, officer, leader):
    keep, drop = make_person(office=office), make_person(office=office)
    typed = id_number()
    drop.id_number = typed
    drop.save(update_fields=["id_number"])
    join(keep, drop, by=officer, second=leader)

    client = at(officer)

    assert list(search.people_like(typed, by=officer)) == [keep]
    assert [(match.person, match.exact) for match in search.duplicates(by=officer, id_number=typed)] == [(keep, True)]
    assert [desk.named(drop.code, by=officer) for desk in desks() if desk.code == "casework"] == [keep]
    assert client.get(reverse("casework:person", args=[drop.code])).url == reverse("casework:person", args=[keep.code])
    assert drop.code in client.get(reverse("casework:person", args=[keep.code])).content.decode()
    assert client.get(reverse("casework:desk"), {"person": drop.code}).status_code == 404


def test_a_record_joined_twice_opens_the_last_one(at, office, officer, leader):
    first, second, third = (make_person(office=office) for _n in range(3))
    join(second, first, by=officer, second=leader)
    join(third, second, by=officer, second=leader)

    first.refresh_from_db()

    assert first.joined_into == third
    assert at(officer).get(reverse("casework:person", args=[first.code])).url == third.get_absolute_url()


def test_an_office_that_knew_the_record_that_went_knows_the_one_that_stays(office, officer, leader, stranger):
    away = stranger.home_office
    keep, drop = make_person(office=office), make_person(office=away)
    for staff in (officer, leader):
        staff.assignments.create(role=Role.LEADER, office=away, starts_on=date(2020, 1, 1))

    join(keep, drop, by=officer, second=leader)

    assert list(Person.objects.visible_to(stranger)) == [keep]


def test_the_proposer_cannot_confirm_and_the_front_desk_cannot_propose(pair, officer, leader, clerk, stranger):
    joining = actions.propose_joining(*pair[:1], drop=pair[1], taken=[], reason="the same card", by=officer)

    with pytest.raises(NotAllowed, match="another person must confirm"):
        actions.confirm_joining(joining, by=officer)
    for staff in (clerk, stranger):
        assert may.why_not_join(staff, *pair) == "Only an officer or the leader of both offices joins two records."
        assert may.why_not_refuse_joining(staff, joining) == may.why_not_join(staff, *pair)
    assert may.why_not_join(officer, pair[0], pair[0]) == "These are not two records."
    assert may.why_not_confirm_joining(leader, joining) == ""


def test_a_joining_says_by_what_it_is_known_and_a_refusal_why(pair, officer, leader):
    keep, drop = pair
    with pytest.raises(Incomplete, match="by what you know"):
        actions.propose_joining(keep, drop=drop, taken=[], reason=" ", by=officer)
    joining = actions.propose_joining(keep, drop=drop, taken=[], reason="the same card", by=officer)

    with pytest.raises(Incomplete, match="why these records are not joined"):
        actions.refuse_joining(joining, text=" ", by=leader)
    joining = actions.refuse_joining(joining, text="twins", by=leader)

    assert joining.status == ChangeStatus.REFUSED
    assert (may.why_not_confirm_joining(leader, joining), may.why_not_refuse_joining(leader, joining)) == (
        f"“{joining}” is Refused.",
        f"“{joining}” is Refused.",
    )
    assert doubles.pairs(officer) == []


def test_one_takes_back_ones_own_proposal(pair, officer):
    joining = actions.propose_joining(pair[0], drop=pair[1], taken=[], reason="the same card", by=officer)

    assert actions.refuse_joining(joining, text="a mistake", by=officer).status == ChangeStatus.REFUSED


def test_open_work_forbids_and_names_its_records(office, officer, leader, clerk, pair):
    keep, drop = pair
    visit = actions.log_visit(
        office,
        purpose=make_purpose("petition"),
        person=drop,
        outcome=actions.visits.Outcome(result="transferred", handler=officer),
        by=clerk,
    )

    with pytest.raises(Incomplete, match=visit.matter.number):
        actions.propose_joining(keep, drop=drop, taken=[], reason="the same card", by=officer)
    joining = actions.propose_joining(drop, drop=keep, taken=[], reason="the same card", by=officer)

    assert actions.confirm_joining(joining, by=leader).status == ChangeStatus.CONFIRMED


def test_work_that_began_after_the_proposal_stops_the_confirmation(office, officer, leader, pair):
    keep, drop = pair
    joining = actions.propose_joining(keep, drop=drop, taken=[], reason="the same card", by=officer)
    file = make_file(office=office, by=officer)
    asked = actions.propose_member(
        file, relation="10", person=drop, full_name=drop.full_name, reason="moved in", by=officer
    )

    with pytest.raises(Incomplete, match="waits to be confirmed"):
        actions.confirm_joining(joining, by=leader)
    assert ChangeRequest.objects.get(pk=asked.pk).status == ChangeStatus.PROPOSED


def test_two_living_files_are_not_joined(office, officer, pair):
    files = [make_file(office=office, by=officer, household=make_household(office=office, head=one)) for one in pair]

    with pytest.raises(Incomplete) as refused:
        actions.propose_joining(pair[0], drop=pair[1], taken=[], reason="the same card", by=officer)

    assert all(file.number in str(refused.value) for file in files)


def test_two_applications_for_one_school_year_are_one_claim_made_twice():
    house = make_house()
    one = make_application(house, kind="education", status="ready")
    other = make_application(house, kind="education", status="ready", version=one.version)
    desk = next(each for each in desks() if each.code == "relief")

    with pytest.raises(Refusal, match=f"{one.number} and {other.number} are both for school year 2026"):
        desk.join(keep=one.person, drop=other.person, by=house.officer)
    assert type(other).objects.get(pk=other.pk).person == other.person


@pytest.mark.parametrize("keeps_head", [True, False])
def test_the_head_entered_again_as_a_member_stays_the_head(office, officer, leader, pair, keeps_head):
    head, member = pair
    household = make_household(office=office, head=head, others=(member,))
    keep, drop = (head, member) if keeps_head else (member, head)

    join(keep, drop, by=officer, second=leader)

    assert Household.objects.get(pk=household.pk).head == keep
    assert [(one.person, one.relation) for one in household.memberships.current()] == [(keep, "01")]
    assert Membership.objects.filter(person=keep).count() == 2


@pytest.mark.parametrize("living", ["kept", "dropped"])
def test_the_household_with_a_living_file_stays_the_home(office, officer, leader, pair, living):
    homes = dict(zip(("kept", "dropped"), (make_household(office=office, head=one) for one in pair), strict=True))
    file = make_file(office=office, by=officer, household=homes[living])

    join(*pair, by=officer, second=leader)

    assert pair[0].memberships.current().get().household == homes[living]
    assert HardshipFile.objects.get(pk=file.pk).household.head == pair[0]


def test_of_two_accounts_in_use_the_kept_ones_stays(office, officer, officer2, leader, pair):
    kept, dropped = (make_account(one, by=officer, checked_by=officer2) for one in pair)

    join(*pair, by=officer, second=leader)

    assert list(pair[0].accounts.current()) == [kept]
    assert pair[0].accounts.get(pk=dropped.pk).until == timezone.localdate()


def test_a_wage_and_an_illness_that_both_records_state_count_once(at, office, officer, leader, pair):
    keep, drop = pair
    household = make_household(office=office, head=keep, others=(drop,))
    ends = timezone.localdate()
    kept = make_income(household, keep, "14400.00", by=officer, ends=ends)
    twice = make_income(household, drop, "14400.00", by=officer, ends=ends)
    other = make_income(household, drop, "300.00", by=officer, kind="property_income", ends=ends)
    for one in pair:
        make_spending(household, "rigid_illness", "900.00", by=officer, ends=ends)
        household.spendings.filter(person=None).update(person=one)
    joining = actions.propose_joining(keep, drop=drop, taken=(), reason="the same face", by=officer)

    page = at(leader).get(reverse("casework:joining", args=[joining.code])).content.decode()
    actions.confirm_joining(joining, by=leader)

    assert page.count("is struck out, or it would count twice") == 2
    assert set(household.incomes.filter(dropped_at=None)) == {kept, other}
    assert household.spendings.get(dropped_at=None).amount == Decimal("900.00")
    assert {one.person for one in household.incomes.all()} == {keep}
    event = Event.objects.get(verb="casework.income.dropped")
    assert (event.subject, event.facts["amount"]) == (subject_of(household), "14400.00")
    assert household.incomes.get(pk=twice.pk).dropped_by == leader


def test_of_two_registrations_for_work_the_dropped_one_closes(office, officer, leader, pair):
    clerk = make_staff(Role.JOBS, office=office)
    kept, dropped = (make_seeker(by=clerk, office=office, person=one) for one in pair)

    join(*pair, by=officer, second=leader)

    assert list(Seeker.objects.open()) == [kept]
    assert Seeker.objects.get(pk=dropped.pk).person == pair[0]


def test_facts_of_two_records_that_contradict_each_other_are_not_mixed(office, officer, leader):
    keep = make_person(office=office, birth_date=date(1990, 1, 1), died_on=None)
    drop = make_person(office=office, birth_date=date(1970, 1, 1), died_on=date(1980, 1, 1))
    joining = actions.propose_joining(keep, drop=drop, taken=[], reason="the same card", by=officer)

    with pytest.raises(Incomplete, match="Nobody dies before birth"):
        actions.confirm_joining(joining, by=leader)


def test_a_record_is_joined_away_once(office, officer, leader, officer2):
    keep, drop, third = (make_person(office=office) for _n in range(3))
    actions.propose_joining(keep, drop=drop, taken=[], reason="the same card", by=officer)

    with pytest.raises(Conflict, match="being joined with another one already"):
        actions.propose_joining(third, drop=drop, taken=[], reason="the same face", by=officer2)


def test_two_records_are_compared_in_words_and_behind_masks(office):
    keep = make_person(
        office=office, name="赵丽华", union_member=True, skills=["sewing", "cooking"], work_status="laid_off"
    )
    drop = make_person(office=office, name="赵丽华", union_member=False, skills=[], work_status="employed", phone=None)

    told = {fact.name: (str(fact.one), str(fact.other), fact.differs) for fact in doubles.facts(keep, drop)}

    assert told["union_member"] == ("yes", "no", True)
    assert told["skills"] == ("sewing, cooking", "", False)
    assert told["work_status"] == (
        codes.label("work_status", "laid_off"), codes.label("work_status", "employed"), True
    )  # fmt: skip
    assert told["id_number"] == (str(keep.id_number), str(drop.id_number), True)
    assert (told["full_name"][2], "phone" in told) == (False, False)


def test_a_joining_whose_record_has_gone_meanwhile_is_refused(office, officer, leader, officer2):
    keep, drop, third = (make_person(office=office) for _n in range(3))
    late = actions.propose_joining(keep, drop=drop, taken=[], reason="the same card", by=officer)
    join(third, keep, by=officer, second=leader)

    with pytest.raises(NotAllowed, match="was joined with another one already"):
        actions.confirm_joining(late, by=officer2)
    assert actions.refuse_joining(late, text="see the other", by=officer2).status == ChangeStatus.REFUSED


@pytest.mark.parametrize(
    ("constraint", "fields"),
    [
        ("joining_is_of_two_records", {"keep": "drop"}),
        ("joining_confirmed_by_someone_else", {"status": "confirmed", "decided_by": "proposer"}),
        ("joining_refused_has_a_reason", {"status": "refused", "decided_by": "other"}),
        ("joining_is_decided_by_somebody", {"status": "confirmed"}),
    ],
)
def test_the_database_refuses_what_the_actions_refuse(pair, officer, leader, constraint, fields):
    people = {"proposer": officer, "other": leader}
    given = {"keep": pair[0], "drop": pair[1], "reason": "card", "proposed_by": officer} | fields
    if given["keep"] == "drop":
        given["keep"] = pair[1]
    if "decided_by" in given:
        given |= {"decided_by": people[given["decided_by"]], "decided_at": timezone.now()}

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Joining.objects.create(**given)


def test_nobody_is_joined_into_themselves(pair):
    with pytest.raises(IntegrityError, match="person_is_joined_into_another"), transaction.atomic():
        Person.objects.filter(pk=pair[0].pk).update(joined_into=pair[0])


def test_pairs_are_found_by_name_with_phone_or_birth_and_by_card(office, officer, stranger):
    one = make_person(office=office, name="赵丽华", phone="13800001234", birth_date=None)
    other = make_person(office=office, name="赵丽华", phone="13800001234", birth_date=date(1980, 1, 1))
    third = make_person(office=office, name="赵丽华", birth_date=date(1980, 1, 1))
    sharer = make_person(office=office, name="钱大力")
    for holder in (one, sharer):
        make_account(holder, by=officer, card="6222021234567890128")
    elsewhere = make_person(office=stranger.home_office, name="赵丽华", phone="13800001234")
    told = make_person(office=office, name="赵丽华", birth_date=date(1980, 1, 1))
    for like in (other, third):
        actions.people.note_apart(told, actions.people.Apart(reason="another face", likes=(like.code,)), by=officer)

    found = [(pair.one.pk, pair.other.pk, pair.why) for pair in doubles.pairs(officer)]

    assert found == [
        (one.pk, other.pk, "the same name and telephone"),
        (one.pk, sharer.pk, "the same bank card"),
        (other.pk, third.pk, "the same name and date of birth"),
    ]
    assert elsewhere.pk not in {pk for one, other, _why in found for pk in (one, other)}


def test_the_figure_of_doubles_is_the_length_of_its_list(at, pair, officer):
    label, many, url = figures.to_look_at(HardshipFile.objects.visible_to(officer), by=officer)[-1]

    page = at(officer).get(url)

    assert (label, many) == ("Perhaps registered twice", 1)
    assert page.context["page"].paginator.count == many


def test_from_a_person_to_the_comparison_to_the_second_persons_word(at, pair, officer, leader):
    keep, drop = pair
    drop.phone = "13900005678"
    drop.save(update_fields=["phone"])
    client = at(officer)
    there = client.get(reverse("casework:person", args=[drop.code])).content.decode()
    other = reverse("casework:other_record", args=[drop.code])
    listed = client.get(other).content.decode()
    compare = reverse("casework:compare", args=[drop.code, keep.code])
    shown = client.get(compare).content.decode()

    wrong = client.post(compare, {"keep": "other", "phone": "one", "reason": ""})
    sent = client.post(compare, {"keep": "other", "phone": "one", "reason": "the same card"})
    page = client.get(sent.url).content.decode()
    client = at(leader)
    done = client.post(sent.url, {"verdict": "confirm"})
    after = client.get(sent.url).content.decode()

    assert other in there
    assert compare in listed
    assert "Once confirmed, this cannot be undone." in shown
    assert (wrong.status_code, wrong.context["form"].kept) == (422, "other")
    assert "is taken" in page
    assert done.status_code == 302
    assert "The right record is joined into the left one." in after
    keep.refresh_from_db()
    assert str(keep.phone)[-4:] == "5678"


def test_the_other_record_is_searched_for_and_never_oneself(at, office, officer):
    person, far = make_person(office=office, name="钱大力"), make_person(office=office, name="孙小明")
    url = reverse("casework:other_record", args=[person.code])

    nobody = at(officer).get(url).content.decode()
    found = at(officer).post(url, {"q": "孙小明"}).content.decode()
    self = at(officer).post(url, {"q": "钱大力"}).content.decode()

    assert "Search for the other record" in nobody
    assert reverse("casework:compare", args=[person.code, far.code]) in found
    assert "Nobody else is found" in self


def test_a_refusal_is_a_sentence_on_the_page_and_the_list_keeps_it(at, pair, officer, leader):
    compare = reverse("casework:compare", args=[pair[0].code, pair[0].code])
    same = at(officer).post(compare, {"keep": "one", "reason": "the same card"})
    joining = actions.propose_joining(pair[0], drop=pair[1], taken=[], reason="the same card", by=officer)
    url = reverse("casework:joining", args=[joining.code])

    silent = at(leader).post(url, {"verdict": "refuse", "text": ""})
    at(leader).post(url, {"verdict": "refuse", "text": "twins"})
    lists = {
        state: at(leader).get(reverse("casework:doubles"), {"state": state}) for state in ("", "proposed", "refused")
    }

    assert (same.status_code, silent.status_code) == (422, 422)
    assert "Say why these records are not joined." in silent.content.decode()
    assert {state: page.context["page"].paginator.count for state, page in lists.items()} == {
        "": 0,
        "proposed": 0,
        "refused": 1,
    }
    assert "twins" in lists["refused"].content.decode()


def test_the_second_person_has_a_task_and_the_proposer_none(pair, officer, leader, clerk):
    joining = actions.propose_joining(pair[0], drop=pair[1], taken=[], reason="the same card", by=officer)
    desk = next(each for each in desks() if each.code == "casework")

    tasks = {
        staff: [task.url for task in desk.tasks(staff) if task.code == "casework.joining"]
        for staff in (officer, leader, clerk)
    }

    assert tasks == {officer: [], leader: [joining.get_absolute_url()], clerk: []}


def test_the_history_of_a_joined_record_stays_readable(pair, officer, leader):
    join(*pair, by=officer, second=leader)

    with translation.override("en"):
        told = changes(f"casework.person:{pair[1].pk}", by=leader)

    assert "一中" in {change.after for change in told}


def test_forgetting_a_person_forgets_the_record_that_was_joined(pair, officer, leader):
    join(*pair, by=officer, second=leader)
    desk = next(each for each in desks() if each.code == "casework")

    traces = desk.traces(pair[0])
    desk.forget(pair[0], by=leader)

    assert f"casework.person:{pair[1].pk}" in traces
    assert set(Person.objects.values_list("full_name", "phone")) == {("—", None)}


def test_a_workbook_with_the_number_of_a_joined_record_means_the_one_that_stays(office, officer, leader):
    keep, drop = make_person(office=office), make_person(office=office)
    join(keep, drop, by=officer, second=leader)
    typed = drop.id_number.open(by=officer, reason="test")

    assert Person.objects.all().numbered(typed).get() == keep


def test_what_was_being_written_for_the_joined_record_follows_the_next_night(pair, office, officer, leader):
    join(*pair, by=officer, second=leader)
    late = make_visit(office=office, by=officer, person=pair[1])
    desk = next(each for each in desks() if each.code == "casework")

    said = desk.new_day(timezone.localdate())

    late.refresh_from_db()
    assert (list(said), late.person) == ([], pair[0])


@pytest.mark.parametrize("state", ["", "proposed"])
def test_three_pairs_ask_as_often_as_one(at, office, officer, django_assert_max_num_queries, state):
    def double(birth):
        one, other = (make_person(office=office, name="赵丽华", birth_date=birth) for _n in "ab")
        if state:
            actions.propose_joining(one, drop=other, taken=[], reason="the same card", by=officer)

    client, url = at(officer), reverse("casework:doubles") + f"?state={state}"
    double(date(1970, 1, 1))
    client.get(url)
    with django_assert_max_num_queries(60) as one:
        client.get(url)
    for year in (1971, 1972):
        double(date(year, 1, 1))

    with django_assert_max_num_queries(len(one)):
        page = client.get(url)

    assert page.context["page"].paginator.count == 3
