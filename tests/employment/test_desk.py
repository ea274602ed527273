"""What the employment desk tells the shell: where a person stands, what has happened, what a number finds."""

from __future__ import annotations

import pytest
from django.utils import timezone

from center.desk import desk_of
from center.kernel.roles import Role
from center.models.base import subject_of
from employment import actions
from tests.casework.make import make_person
from tests.center.make import make_staff
from tests.employment.make import hire, make_referral, make_seeker

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk():
    return desk_of("employment.seeker:1")


@pytest.fixture
def cashier(office):
    """Somebody who reads no jobs."""
    return make_staff(Role.CASHIER, office=office)


def test_the_timeline_tells_registration_letter_and_first_day(desk, jobs, office, cashier):
    referral = make_referral(by=jobs, office=office)
    person = referral.seeker.person
    before = [entry.title for entry in desk.timeline(person, by=jobs)]
    hire(referral, by=jobs)

    after = {entry.title: entry for entry in desk.timeline(person, by=jobs)}

    assert before == ["Registered as job seeker", "Referred to welder"]
    assert list(after) == ["Registered as job seeker", "Referred to welder", "Begins work as welder"]
    assert after["Registered as job seeker"].detail == "welder"
    assert after["Referred to welder"].by == str(jobs)
    assert after["Begins work as welder"].at == timezone.localdate()
    assert after["Begins work as welder"].detail == str(referral.vacancy.employer)
    assert desk.timeline(person, by=cashier) == ()


def test_the_state_says_until_when_and_what_the_last_letter_waits_for(desk, jobs, office, cashier):
    seeker = make_seeker(by=jobs, office=office)
    until = f"{seeker.get_status_display()}, valid until {seeker.valid_until}"
    alone = desk.state(seeker.person, by=jobs)
    referral = make_referral(by=jobs, office=office, seeker=seeker)
    sent = desk.state(seeker.person, by=jobs)
    actions.close_seeker(seeker, reason="other", text="moved away", by=jobs)
    seeker.refresh_from_db()
    referral.refresh_from_db()

    closed = f"{seeker.get_status_display()} · {referral}: {referral.get_status_display()}"
    assert (alone, sent) == (until, f"{until} · {referral}: Waiting for the employer")
    assert desk.state(seeker.person, by=jobs) == closed
    assert desk.state(seeker.person, by=cashier) == desk.state(make_person(office=office), by=jobs) == ""


def test_a_subject_is_read_by_its_kind(desk, jobs, office):
    referral = make_referral(by=jobs, office=office)

    assert desk.state_of(subject_of(referral)) == f"{referral} · {referral.get_status_display()}"
    assert desk.state_of(subject_of(referral.seeker)).startswith("Job seeker · ")
    gone = ("employment.referral:0", "employment.seeker:0", "casework.person:1")
    assert [desk.state_of(subject) for subject in gone] == ["", "", ""]


def test_who_is_registered_is_not_registered_again(desk, jobs, office):
    person = make_person(office=office)
    free = desk.services(person, by=jobs)[0].why_not
    make_seeker(by=jobs, office=office, person=person)

    assert (free, desk.services(person, by=jobs)[0].why_not) == (
        "",
        "This person is registered as a job seeker already.",
    )


def test_a_letter_is_found_by_its_number_and_the_whole_number_first(desk, jobs, office, stranger, cashier):
    first, second = (make_referral(by=jobs, office=office) for _n in range(2))

    found = desk.hits(f" {first.number.lower()} ", by=jobs)
    several = desk.hits(first.number[:-1], by=jobs)

    assert [(hit.title, hit.rank) for hit in found] == [(first.number, 0)]
    assert {(hit.title, hit.rank) for hit in several} == {(first.number, 3), (second.number, 3)}
    assert [list(desk.hits(text, by=by)) for text, by in (("K0101", jobs), ("J", cashier), ("J", stranger))] == [[]] * 3
