"""Who is told what when something cannot be done: every sentence of the permissions, every refusal of the actions."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from casework import actions as registry
from center.desk import desk_of
from center.kernel.errors import Conflict, Incomplete, NotAllowed
from center.kernel.roles import Role
from center.models import Event
from center.reference import numbering
from employment import actions
from employment import permissions as may
from employment.actions import referrals
from employment.models import Placement, Referral, Seeker, Vacancy
from employment.rules.matching import Offered, Wanted, match
from tests.casework.make import make_person, spelt
from tests.center.make import make_office, make_staff
from tests.employment.make import hire, make_referral, make_seeker, make_vacancy, vacancy_facts

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate


# -- who may ---------------------------------------------------------------------------------------------------------


def test_who_has_no_office_registers_nobody_and_enters_no_vacancy(jobs):
    assert (may.why_not_register(jobs, None), may.why_not_enter_vacancy(jobs, None)) == ("You have no office.",) * 2


def test_a_full_vacancy_is_not_offered_and_not_opened_again(jobs, office):
    full, ended = make_vacancy(by=jobs, office=office, posts=2), make_vacancy(by=jobs, office=office)
    for vacancy in (full, ended):
        hire(make_referral(by=jobs, office=office, vacancy=vacancy), by=jobs)
    actions.edit_vacancy(full, facts=vacancy_facts(posts=1), by=jobs)
    full.refresh_from_db()
    ended.refresh_from_db()

    assert may.why_not_send_to(jobs, full) == "Every place of this vacancy is taken."
    assert may.why_not_reopen_vacancy(jobs, ended) == "Every place of this vacancy is taken."


def test_an_open_vacancy_is_not_opened_again(jobs, office):
    vacancy = make_vacancy(by=jobs, office=office)

    assert may.why_not_reopen_vacancy(jobs, vacancy) == f"“{vacancy}” is {vacancy.get_status_display()}."


def test_nobody_is_sent_to_what_is_closed_or_has_ended(jobs, office):
    closed, ended = make_vacancy(by=jobs, office=office), make_vacancy(by=jobs, office=office)
    actions.close_vacancy(closed, reason="other", text="withdrawn", by=jobs)
    Vacancy.objects.filter(pk=ended.pk).update(valid_until=TODAY() - timedelta(days=1))
    closed.refresh_from_db()
    ended.refresh_from_db()

    assert may.why_not_send_to(jobs, closed) == f"“{closed}” is {closed.get_status_display()}."
    assert may.why_not_send_to(jobs, ended).startswith("This vacancy ended on")


def test_who_wants_no_contact_is_not_sent_anywhere(jobs, office):
    seeker = make_seeker(by=jobs, office=office, wants_no_contact=True)

    assert may.why_not_refer(jobs, seeker) == "This person wants no contact for now."


def test_nobody_is_sent_to_a_vacancy_out_of_sight(jobs, office):
    there = make_office("elsewhere")
    vacancy = make_vacancy(by=make_staff(Role.JOBS, office=there), office=there)

    assert may.why_not_refer(jobs, make_seeker(by=jobs, office=office), vacancy) == "This vacancy is another office's."


# -- what an action refuses ------------------------------------------------------------------------------------------


def test_nothing_unknown_is_written_down_about_a_seeker(jobs, office):
    with pytest.raises(Incomplete, match="Unknown: salary, sex"):
        make_seeker(by=jobs, office=office, sex="f", salary=1)


def test_a_registration_that_breaks_another_rule_is_not_taken_for_a_second_one(jobs, office):
    with pytest.raises(Incomplete, match="lies between"):
        make_seeker(by=jobs, office=office, wanted_wage=Decimal(-1))


def test_what_is_edited_is_kept_and_the_trail_names_its_fields(jobs, office):
    seeker, vacancy = make_seeker(by=jobs, office=office), make_vacancy(by=jobs, office=office)

    actions.edit_seeker(seeker, facts={"wanted_place": "west", "shift": "", "wanted_occupation": "cook"}, by=jobs)
    actions.edit_vacancy(vacancy, facts=vacancy_facts(place="west", posts=3), by=jobs)
    seeker.refresh_from_db()
    vacancy.refresh_from_db()

    assert (seeker.wanted_place, seeker.wanted_occupation, vacancy.place, vacancy.posts) == ("west", "cook", "west", 3)
    assert [Event.objects.get(verb=f"employment.{noun}.edited").facts["fields"] for noun in ("seeker", "vacancy")] == [
        "wanted_occupation, wanted_place",
        "place, posts",
    ]


def test_an_edit_is_a_form_on_the_page(enter, jobs, office):
    seeker, vacancy = make_seeker(by=jobs, office=office), make_vacancy(by=jobs, office=office)
    client = enter(jobs)
    shown = client.get(reverse("employment:vacancy", args=[vacancy.code]), {"step": "edit"})
    typed = {name: value for name, value in shown.context["form"].initial.items() if value}

    below = client.post(vacancy.get_absolute_url(), typed | {"step": "edit", "wage_to": "1"})
    done = client.post(vacancy.get_absolute_url(), typed | {"step": "edit", "place": "west"})
    wish = client.post(seeker.get_absolute_url(), {"step": "edit", "wanted_occupation": "cook", "skill_level": "6"})

    assert [answer.status_code for answer in (below, done, wish)] == [422, 302, 302]
    assert "not below its lower end" in below.content.decode()
    assert (Vacancy.objects.get().place, Seeker.objects.get().wanted_occupation) == ("west", "cook")


def test_a_vacancy_has_days_to_come_and_room_for_whom_it_has_taken(jobs, office):
    yesterday = TODAY() - timedelta(days=1)
    vacancy = make_vacancy(by=jobs, office=office, posts=2)
    for _place in range(2):
        hire(make_referral(by=jobs, office=office, vacancy=vacancy), by=jobs)
    other = make_vacancy(by=jobs, office=office)
    two = make_vacancy(by=jobs, office=office, posts=3)
    for _place in range(2):
        hire(make_referral(by=jobs, office=office, vacancy=two), by=jobs)
    actions.close_vacancy(other, reason="other", text="withdrawn", by=jobs)

    with pytest.raises(Incomplete, match="a day to come"):
        make_vacancy(by=jobs, office=office, valid_until=yesterday)
    with pytest.raises(Incomplete, match="a day to come"):
        actions.reopen_vacancy(other, valid_until=yesterday, reason="again", text="asked", by=jobs)
    with pytest.raises(Incomplete, match="2 places of this vacancy are taken"):
        actions.edit_vacancy(two, facts=vacancy_facts(posts=1), by=jobs)


def test_behind_the_look_the_constraint_sends_a_seeker_once(jobs, office, monkeypatch):
    first = make_referral(by=jobs, office=office)
    monkeypatch.setattr(referrals, "why_not_refer_again", lambda _seeker, _vacancy: "")

    with pytest.raises(Conflict, match="sent to this vacancy already"):
        actions.refer(first.seeker, vacancy=first.vacancy, by=jobs)


def test_a_letter_that_breaks_another_rule_is_not_taken_for_a_second_one(jobs, office, monkeypatch):
    first = make_referral(by=jobs, office=office)
    monkeypatch.setattr(numbering, "draw", lambda *_args, **_options: first.number)

    with pytest.raises(IntegrityError, match="number"), transaction.atomic():
        make_referral(by=jobs, office=office)
    assert Referral.objects.count() == 1


@pytest.mark.parametrize("result", ["sent", "perhaps"])
def test_an_answer_is_an_answer(jobs, office, result):
    with pytest.raises(Incomplete, match="what the employer answered"):
        actions.answer_referral(make_referral(by=jobs, office=office), result=result, by=jobs)


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"wage": Decimal(3000)}, "its first day and its wage"),
        ({"started_on": date(2026, 3, 2)}, "its first day and its wage"),
        ({"started_on": date(2026, 3, 2), "wage": Decimal(3000)}, "on or after the day of the referral"),
        ({"started_on": date.max, "wage": Decimal(3000)}, "at most three months ahead"),
    ],
)
def test_a_placement_has_its_wage_and_a_day_after_the_letter(jobs, office, said, sentence):
    with pytest.raises(Incomplete, match=sentence):
        actions.answer_referral(make_referral(by=jobs, office=office), result="hired", by=jobs, **said)


def test_who_withdrew_and_is_hired_all_the_same_is_placed_and_stays_closed(jobs, office):
    referral = make_referral(by=jobs, office=office)
    actions.close_seeker(referral.seeker, reason="stopped", text="looks no longer", by=jobs)

    hire(referral, by=jobs)
    seeker = Seeker.objects.get()

    assert (seeker.status, seeker.placed_by, Placement.objects.count()) == ("closed", jobs, 1)


def test_a_follow_up_finds_one_of_four_things(jobs, office):
    hire(make_referral(by=jobs, office=office), by=jobs)

    with pytest.raises(Incomplete, match="what the follow-up found"):
        actions.follow_up(Placement.objects.get().checks.first(), outcome="well", by=jobs)


def test_a_record_that_looks_for_no_work_is_joined_without_a_word(jobs, office):
    keep, looking, silent = (make_person(office=office, name=f"Zhou {spelt(number)}") for number in range(3))
    seeker = make_seeker(by=jobs, office=office, person=looking)

    for drop in (looking, silent):
        with transaction.atomic():
            desk_of("employment.x").join(keep=keep, drop=drop, by=jobs)
    seeker.refresh_from_db()

    assert (seeker.person, seeker.status) == (keep, "open")
    assert [event.facts["dropped"] for event in Event.objects.filter(verb="employment.seekers.joined")] == [
        looking.code
    ]


def test_who_has_done_nothing_here_refuses_nothing(office, jobs):
    clerk = make_staff(Role.FRONT_DESK, office=office)
    vacancy = make_vacancy(by=jobs, office=office)

    with pytest.raises(NotAllowed, match="Only the job officer"):
        actions.close_vacancy(vacancy, reason="other", text="withdrawn", by=clerk)


# -- the score -------------------------------------------------------------------------------------------------------


def test_a_place_that_shares_a_part_with_the_wish_is_half_as_good():
    offered = Offered(post="cook", place="太平东街", wage_from=Decimal(3000), wage_to=None, skill_level=6, demands=[])

    found = match(Wanted(occupation="cook", place="太平镇"), offered)

    assert {reason.code: reason.points for reason in found.reasons}["place"] == 10


def test_one_skill_of_several_that_the_post_wants_is_enough():
    offered = Offered(post="cook", place="", wage_from=Decimal(3000), wage_to=None, skill_level=6, demands=[])

    found = match(Wanted(occupation="welder", skills=["driver", "cook"]), offered)

    assert {reason.code: reason.points for reason in found.reasons}["trade"] == 35


def test_nobody_is_proposed_to_an_employer_who_has_died(jobs, office):
    clerk = make_staff(Role.FRONT_DESK, office=office)
    seeker = make_seeker(by=jobs, office=office, person=make_person(office=office))
    dying = registry.Dying(died_on=timezone.localdate(), evidence="told")

    registry.record_death(seeker.person, dying=dying, by=clerk)

    seeker.refresh_from_db()
    assert (seeker.status, seeker.closed_reason, seeker.closed_by) == ("closed", "died", clerk)
