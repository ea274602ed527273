"""What becomes of cases when people merge, leave or are destroyed; and that no page outside a case tells of it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from casework import actions as registry
from center.desk import desk_of
from center.evidence import destruction, seal_verification, seals
from center.kernel.errors import Incomplete, NotAllowed
from center.kernel.roles import Role
from center.models import Event
from center.models.base import subject_of
from legal import actions
from legal.models import Case
from tests.casework.make import make_employer, make_file, make_household, make_person, make_staff
from tests.legal.make import make_case

pytestmark = pytest.mark.django_db
BAIT = "BAITCLAIM"


@pytest.fixture
def desk():
    return desk_of("legal.x")


def told(verb):
    return Event.objects.filter(verb=verb).count()


def test_the_cases_of_two_records_of_one_person_come_together(desk, handler, leader, office):
    keep, drop = make_person(office=office, name="Li Keep"), make_person(office=office, name="Li Drop")
    case = make_case(handler=handler, office=office, person=drop)

    desk.join(keep=keep, drop=drop, by=leader)
    desk.join(keep=keep, drop=drop, by=leader)

    assert Case.objects.get(pk=case.pk).person == keep
    assert told("legal.cases.joined") == 1


def test_a_destruction_leaves_numbers_and_sums_and_no_word(desk, handler, leader, office):
    days = {"harm": timezone.localdate() - timedelta(days=500)}
    case = make_case(
        handler=handler, office=office, type="women", claim=BAIT, days=days, late_reason="other", late_text=BAIT
    )
    actions.grant_aid(case, text=BAIT, by=leader)
    actions.write_event(case, kind="talk", text=BAIT, on=timezone.localdate(), by=handler)
    actions.drop_clock(case, clock=case.clocks.filter(ended_at=None)[0].pk, reason="other", text=BAIT, by=handler)
    actions.close_case(case, outcome="settled", report=BAIT, awarded_amount=10, by=handler)
    actions.write_recovery(case, amount=20, received_on=timezone.localdate(), loss="wages", more_text=BAIT, by=handler)
    actions.reopen_case(case, reason="other", text=BAIT, by=leader)

    asked = destruction.ask_destruction(subject_of(case.person), ground="term_over", reason="ten years", by=leader)
    decision = destruction.approve_destruction(asked, by=make_staff(Role.LEADER, office=office))
    seals.seal()
    desk.forget(case.person, by=leader)
    destruction.blank(decision)
    seals.seal()
    case.refresh_from_db()
    words = [
        case.claim, case.decided_text, case.late_text, case.closed_text, case.more_text, case.reopened_text,
        *case.events.values_list("text", flat=True),
        *case.clocks.values_list("dropped_text", flat=True),
    ]  # fmt: skip

    assert {word for word in words if word} == {"—"}
    assert seal_verification.verify().faults == []
    assert (case.awarded_amount, case.recoveries.get().amount, bool(case.number)) == (10, 20, True)
    assert sorted(desk.traces(case.person)) == sorted(
        [f"legal.case:{case.pk}", f"legal.party:{case.parties.get().pk}"]
        + [f"legal.caseevent:{pk}" for pk in case.events.values_list("pk", flat=True)]
    )


def test_the_leader_hands_open_cases_over_and_nobody_else(desk, handler, colleague, leader, office):
    case = make_case(handler=handler, office=office)

    with pytest.raises(NotAllowed):
        desk.hand_over(giver=handler, taker=colleague, by=colleague)
    moved = [desk.hand_over(giver=handler, taker=colleague, by=leader) for _time in range(2)]

    assert (moved, Case.objects.get(pk=case.pk).handler) == ([1, 0], colleague)
    assert told("legal.cases.handed_over") == 1


def test_an_open_case_is_open_work_by_its_number_alone(desk, handler, office):
    case = make_case(handler=handler, office=office, claim=BAIT)

    assert [one.sentence for one in desk.open_work(case.person)] == [f"Legal case {case.number} is not closed."]
    assert desk.state_of(f"legal.case:{case.pk}") == f"Legal case {case.number} · Consultation"
    assert (desk.state_of("legal.case:0"), desk.state_of("legal.party:1")) == ("", "")


def test_no_page_outside_a_case_tells_of_it(enter, handler, colleague, leader, clerk, office):
    head = make_person(office=office, name="Bait Worker", employer=make_employer("BAITMILL"))
    household = make_household(office=office, head=head)
    file = make_file(office=office, by=clerk, household=household)
    case = make_case(handler=handler, office=office, person=head, employer=make_employer("OTHERSIDE"), claim=BAIT)
    actions.grant_aid(case, text=f"{BAIT} granted", by=leader)
    actions.write_event(case, kind="talk", text=f"{BAIT} said", on=timezone.localdate(), by=handler)
    outside = [colleague, clerk, *(make_staff(role, office=office) for role in (Role.AUDITOR, Role.OFFICER, Role.JOBS))]
    pages = [
        reverse("center:home"),
        reverse("center:tasks"),
        reverse("center:help"),
        reverse("center:report"),
        reverse("legal:cases"),
        reverse("casework:person", args=[head.code]),
        reverse("casework:file", args=[file.code]),
        *(f"{reverse('center:search')}?q={word}" for word in (BAIT, "OTHERSIDE", case.number)),
    ]

    shown = {(staff.username, page): enter(staff).get(page).content.decode() for staff in outside for page in pages}
    words = (f"{BAIT} ", f"{BAIT}<", "OTHERSIDE<", f"/legal/{case.code}")
    telling = [(*where, word) for where, page in shown.items() for word in words if word in page]

    assert telling == []


def test_a_case_tells_the_death_of_its_worker_and_its_handler_is_asked(office, officer, handler):
    case = make_case(handler=handler, office=office)
    dying = registry.Dying(died_on=timezone.localdate(), evidence="told")

    def asked():
        return [task.title for task in desk_of("legal.x").tasks(handler) if task.code == "legal.worker_died"]

    death = registry.record_death(case.person, dying=dying, by=officer)
    before = asked()
    told = case.events.latest("pk").told
    actions.write_event(case, on=timezone.localdate(), kind="talk", text="the widow goes on", by=handler)
    after = asked()
    registry.revoke_death(death, reason="another of that name", by=make_staff(Role.OFFICER, office=office))

    assert told == (
        f"The worker died on {timezone.localdate()}. Ask the heirs whether they go on; limits may stand still until then."
    )
    assert (len(before), after) == (1, [])
    assert case.events.latest("pk").told == "The record of the worker's death was taken back."


def test_the_page_of_the_case_says_so(at, office, officer, handler):
    case = make_case(handler=handler, office=office)
    registry.record_death(case.person, dying=registry.Dying(died_on=timezone.localdate(), evidence="told"), by=officer)

    page = at(handler).get(case.get_absolute_url()).content.decode()

    assert "?step=pause#steps" in page
    assert "Ask the heirs whether they go on." in page


def test_a_further_worker_has_the_name_of_one_person(office, handler):
    case = make_case(handler=handler, office=office)

    with pytest.raises(Incomplete, match="A name is the name of one person"):
        actions.add_party(case, role="worker", name="赵丽华、钱进", by=handler)


def test_a_case_is_taken_in_for_the_survivor_and_not_for_the_dead(at, office, handler):
    worker = make_person(office=office, died_on=date(2026, 3, 1))
    sentence = "This person died on 2026-03-01. Take the case in for the survivor who claims."

    with pytest.raises(NotAllowed, match=sentence):
        make_case(handler=handler, office=office, person=worker)
    assert sentence in at(handler).get(reverse("legal:intake") + f"?person={worker.code}").content.decode()
