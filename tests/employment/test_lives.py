"""What becomes of registrations when a person is destroyed, and what the desk says of its records."""

from __future__ import annotations

from datetime import date

import pytest

from center.desk import desk_of
from center.kernel.errors import NotAllowed
from employment import actions
from tests.employment.make import make_referral, make_seeker

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk():
    return desk_of("employment.x")


def test_a_destruction_leaves_counts_and_no_word(desk, jobs, office):
    seeker = make_seeker(by=jobs, office=office, skills="welding", certificate_no="A-1", limits=["heavy"])
    referral = make_referral(by=jobs, office=office, seeker=seeker)
    actions.answer_referral(referral, result="not_hired", reason="other", text="told so", by=jobs)
    actions.close_seeker(seeker, reason="other", text="told so", by=jobs)
    actions.reopen_seeker(seeker, reason="other", text="told so", by=jobs)

    desk.forget(seeker.person, by=jobs)
    seeker.refresh_from_db()
    referral.refresh_from_db()

    assert (seeker.wanted_occupation, seeker.wanted_place, seeker.skills, seeker.certificate_no) == ("", "", "", "")
    assert (seeker.closed_text, seeker.reopened_text, seeker.limits, seeker.wanted_wage) == ("—", "—", [], None)
    assert (referral.text, referral.reasons, referral.status) == ("", [], "not_hired")
    assert desk.traces(seeker.person) == [f"employment.seeker:{seeker.pk}", f"employment.referral:{referral.pk}"]


def test_the_desk_says_in_one_sentence_how_its_records_stand(desk, jobs, clerk, office):
    referral = make_referral(by=jobs, office=office)

    said = [
        desk.state_of(f"employment.{name}") for name in (f"referral:{referral.pk}", "referral:0", "seeker:0", "x:1")
    ]

    assert said == [f"{referral} · Waiting for the employer", "", "", ""]
    assert desk.state_of(f"employment.seeker:{referral.seeker.pk}").startswith("Job seeker · Looking for work")


def test_nobody_who_has_died_looks_for_work(jobs, office):
    seeker = make_seeker(by=jobs, office=office)
    seeker.person.died_on = date(2026, 3, 1)
    seeker.person.save()

    with pytest.raises(NotAllowed, match=r"This person died on 2026-03-01\."):
        make_seeker(by=jobs, office=office, person=seeker.person)
    assert desk_of("employment.x").services(seeker.person, by=jobs)[0].why_not == "This person died on 2026-03-01."
