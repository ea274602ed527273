"""What the office decides about placement holds from its day on, and only for what begins then."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from psycopg.types.range import Range

from center.desk import desk_of
from center.kernel.errors import Incomplete, NotAllowed
from center.kernel.periods import months_later
from center.kernel.roles import Role
from center.models import Event, OfficeLink
from center.reference import working_days
from demo.clock import on
from employment import actions
from employment import permissions as may
from employment.models import Terms
from employment.queries.terms import terms_of
from tests.center.make import make_office, make_staff
from tests.employment.make import hire, make_referral, make_seeker, make_vacancy

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate
WINDOWS = {"renew_days": 30, "seeker_warn_days": 7, "vacancy_warn_days": 3}
USUAL = WINDOWS | {"seeker_days": 180, "vacancy_days": 60, "answer_days": 7, "follow_up_months": [1, 3, 6, 12]}
OURS = WINDOWS | {"seeker_days": 90, "vacancy_days": 30, "answer_days": 10, "follow_up_months": [2, 8]}


@pytest.fixture
def leader(office):
    return make_staff(Role.LEADER, office=office, language="en")


def decide(office, leader, since, **terms):
    chosen = OURS | terms
    months = chosen.pop("follow_up_months")
    return actions.decide_terms(office, since=since, days=chosen, follow_up_months=months, document="2026-7", by=leader)


def facts(terms):
    return {name: getattr(terms, name) for name in USUAL}


def test_until_somebody_decides_the_usual_terms_hold(office):
    assert facts(terms_of(office, on=TODAY())) == USUAL


def test_terms_hold_from_their_day_on(office, leader):
    day = TODAY() + timedelta(days=3)
    decide(office, leader, day)

    assert facts(terms_of(office, on=day - timedelta(days=1))) == USUAL
    assert facts(terms_of(office, on=day)) == OURS


def test_what_began_before_keeps_the_terms_of_its_day(office, leader, jobs):
    first, second = TODAY(), TODAY() + timedelta(days=20)
    day = TODAY() + timedelta(days=10)
    old = make_seeker(by=jobs, office=office)
    sent = make_referral(by=jobs, office=office)
    hire(sent, by=jobs)
    decide(office, leader, day)
    old.refresh_from_db()

    with on(timezone.now() + timedelta(days=20)):
        new = make_seeker(by=jobs, office=office)
        later = make_referral(by=jobs, office=office)
        hire(later, by=jobs)

    assert (old.valid_until, new.valid_until) == (first + timedelta(days=180), second + timedelta(days=90))
    assert [one.answer_by for one in (sent, later)] == [
        working_days.roll(first + timedelta(days=7)),
        working_days.roll(second + timedelta(days=10)),
    ]
    assert [list(one.placement.checks.order_by("months").values_list("months", "due_on")) for one in (sent, later)] == [
        [(months, working_days.roll(months_later(first, months))) for months in (1, 3, 6, 12)],
        [(months, working_days.roll(months_later(second, months))) for months in (2, 8)],
    ]


def test_renewing_and_opening_again_take_the_terms_of_that_day(office, leader, jobs):
    renewed, reopened = make_seeker(by=jobs, office=office), make_seeker(by=jobs, office=office)
    actions.close_seeker(reopened, reason="stopped", text="ill", by=jobs)
    type(renewed).objects.filter(pk=renewed.pk).update(valid_until=TODAY())
    decide(office, leader, TODAY())

    renewed = actions.renew_seeker(renewed, by=jobs)
    reopened = actions.reopen_seeker(reopened, reason="again", text="well", by=jobs)

    assert [one.valid_until for one in (renewed, reopened)] == [TODAY() + timedelta(days=90)] * 2


def test_a_new_vacancy_is_proposed_for_as_long_as_the_terms_say(enter, office, leader, jobs):
    decide(office, leader, TODAY())

    form = enter(jobs).get(reverse("employment:vacancy_new")).context["form"]

    assert form.initial["valid_until"] == TODAY() + timedelta(days=30)


def ending_in(days, *, office, jobs):
    """A registration and a vacancy of this office that both end so many days from now."""
    seeker, vacancy = make_seeker(by=jobs, office=office), make_vacancy(by=jobs, office=office)
    for one in (seeker, vacancy):
        type(one).objects.filter(pk=one.pk).update(valid_until=TODAY() + timedelta(days=days))
        one.refresh_from_db()
    return seeker, vacancy


def test_a_registration_is_renewed_when_as_many_days_are_left_as_the_terms_say(office, leader, jobs):
    seeker, _vacancy = ending_in(31, office=office, jobs=jobs)

    before = may.why_not_renew_seeker(jobs, seeker)
    decide(office, leader, TODAY(), renew_days=31)

    assert before == "It is valid for 31 more days."
    assert may.why_not_renew_seeker(jobs, seeker) == ""


def test_what_ends_becomes_a_task_as_many_days_before_as_its_own_office_says(office, leader, jobs):
    point = make_office("point")
    OfficeLink.objects.create(child=point, parent=office, during=Range(date(2020, 1, 1), None))
    here, there = ending_in(5, office=office, jobs=jobs), ending_in(5, office=point, jobs=jobs)

    def told():
        names = {"employment.renew", "employment.vacancy"}
        return sorted(task.url for task in desk_of("employment.x").tasks(jobs) if task.code in names)

    usual = told()
    decide(office, leader, TODAY(), seeker_warn_days=4, vacancy_warn_days=5)
    upper = told()
    decide(point, leader, TODAY(), seeker_warn_days=5, vacancy_warn_days=4)

    assert usual == sorted(one.get_absolute_url() for one in (here[0], there[0]))
    assert upper == sorted(one.get_absolute_url() for one in (here[1], there[1]))
    assert told() == sorted(one.get_absolute_url() for one in (here[1], there[0]))


def test_the_vacancies_that_end_soon_are_those_of_the_tasks(enter, office, leader, jobs):
    _seeker, vacancy = ending_in(5, office=office, jobs=jobs)
    page = reverse("employment:vacancies") + "?state=soon"

    before = list(enter(jobs).get(page).context["page"])
    decide(office, leader, TODAY(), vacancy_warn_days=5)

    assert (before, list(enter(jobs).get(page).context["page"])) == ([], [vacancy])


def test_an_office_without_terms_takes_those_of_the_office_above(office, leader):
    point = make_office("point")
    OfficeLink.objects.create(child=point, parent=office, during=Range(date(2020, 1, 1), None))
    decide(office, leader, TODAY())

    assert facts(terms_of(point, on=TODAY())) == OURS


def test_new_terms_end_those_before_them_and_stop_at_those_after(office, leader):
    day = TODAY()
    first = decide(office, leader, day)
    last = decide(office, leader, day + timedelta(days=20))
    middle = decide(office, leader, day + timedelta(days=10))
    first.refresh_from_db()

    assert [(one.during.lower, one.during.upper) for one in (first, middle, last)] == [
        (day, day + timedelta(days=10)),
        (day + timedelta(days=10), day + timedelta(days=20)),
        (day + timedelta(days=20), None),
    ]


def test_terms_are_told_to_the_trail(office, leader):
    decide(office, leader, TODAY())

    event = Event.objects.get(verb="employment.terms.decided")

    assert (event.facts["months"], event.facts["seeker_days"], event.facts["answer_days"]) == ("2, 8", "90", "10")


def test_what_has_begun_is_not_decided_anew(office, leader):
    with pytest.raises(Incomplete, match="today or later"):
        decide(office, leader, TODAY() - timedelta(days=1))
    decide(office, leader, TODAY())
    with pytest.raises(NotAllowed, match="decided already"):
        decide(office, leader, TODAY())


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"seeker_days": 0}, "a day or more"),
        ({"answer_days": -1}, "a day or more"),
        ({"renew_days": 0}, "a day or more"),
        ({"seeker_warn_days": 0}, "a day or more"),
        ({"follow_up_months": []}, "after how many months"),
        ({"follow_up_months": [0, 3]}, "after how many months"),
        ({"follow_up_months": [3, 999]}, "after how many months"),
    ],
)
def test_a_term_that_is_none_is_refused(office, leader, wrong, sentence):
    with pytest.raises(Incomplete, match=sentence):
        decide(office, leader, TODAY(), **wrong)


def test_the_database_keeps_terms_apart_and_whole(office, leader):
    made = decide(office, leader, TODAY())
    copy = {"office": office, "document": "x", "decided_by": leader}

    for name, row in {
        "terms_do_not_overlap": {"during": made.during},
        "terms_last_a_day_or_more": {"during": Range(date(2020, 1, 1), date(2020, 2, 1)), "answer_days": 0},
        "terms_ask_again_at_least_once": {"during": Range(date(2020, 1, 1), date(2020, 2, 1)), "follow_up_months": []},
    }.items():
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            Terms.objects.create(**copy, **row)


def test_the_job_officer_reads_the_terms_and_the_leader_decides_them(enter, office, leader, jobs):
    page, settings = reverse("employment:terms"), reverse("center:settings")
    typed = {
        "office": office.pk, "since": TODAY().isoformat(), "seeker_days": "90", "vacancy_days": "30",
        "answer_days": "10", "renew_days": "20", "seeker_warn_days": "5", "vacancy_warn_days": "2",
        "follow_up_months": "8,2", "document": "2026-7",
    }  # fmt: skip

    wrong = enter(leader).post(page, typed | {"follow_up_months": "soon"})
    done = enter(leader).post(page, typed)
    again = enter(leader).post(page, typed)
    shown = enter(jobs).get(page).content.decode()
    refused = enter(jobs).post(page, typed | {"since": (TODAY() + timedelta(days=1)).isoformat()})

    assert [answer.status_code for answer in (wrong, done, again, refused)] == [422, 302, 422, 422]
    assert ("2, 8" in shown, "New terms hold" in shown, 'name="since"' in shown) == (True, True, False)
    assert Terms.objects.count() == 1
    assert page in enter(leader).get(settings).content.decode()


def test_the_list_of_terms_costs_the_same_for_one_row_and_for_three(enter, office, leader):
    client, page = enter(leader), reverse("employment:terms")
    decide(office, leader, TODAY())
    client.get(page)
    with CaptureQueriesContext(connection) as one:
        client.get(page)
    decide(office, leader, TODAY() + timedelta(days=5))
    decide(office, leader, TODAY() + timedelta(days=9))
    with CaptureQueriesContext(connection) as three:
        client.get(page)

    assert len(three) == len(one)
