"""What a case may and may not, read aloud; who hears of it; what the law's days come to."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from center import desk as shell
from center.desk import desk_of
from center.kernel.errors import Incomplete, NotAllowed, TransitionRefused
from center.kernel.roles import Role
from center.models import Event
from legal import actions
from legal.models import Case, Clock, Recovery
from legal.rules.clocks import ends_on
from tests.casework.make import make_employer, make_person, make_staff, make_visit
from tests.legal.make import make_case

pytestmark = pytest.mark.django_db
BAIT = "BAIT-SECRET-CLAIM"


def url(name, *args):
    return reverse(f"legal:{name}", args=args)


def due(case, code):
    return Clock.objects.get(case=case, rule__code=code, ended_at=None).due_on


# -- limits in a case -----------------------------------------------------------------------------------------------


def test_the_limits_run_from_the_first_minute(handler, office):
    today = timezone.localdate()

    case = make_case(handler=handler, office=office, type="work_injury", days={"injury": today - timedelta(days=3)})

    assert sorted(case.clocks.values_list("rule__code", flat=True)) == [
        "aid_decision", "injury_employer", "injury_worker", "paid_injury_leave"
    ]  # fmt: skip
    assert due(case, "aid_decision") == ends_on(today, amount=7, unit="day")


def test_the_wage_limit_after_the_end_of_work_runs_only_in_wage_cases(handler, office):
    days = {"relation_end": timezone.localdate()}

    wages = make_case(handler=handler, office=office, days=days)
    women = make_case(handler=handler, office=office, type="women", days=days)

    assert wages.clocks.filter(rule__code="limit_wage").count() == 1
    assert women.clocks.filter(rule__code="limit_wage").count() == 0


def test_a_demand_interrupts_the_limit_and_it_runs_anew(handler, office):
    today = timezone.localdate()
    case = make_case(handler=handler, office=office, type="compensation", days={"harm": today - timedelta(days=300)})

    actions.start_clocks(case, trigger="harm", on=today, by=handler)

    assert due(case, "limit_arbitration") == ends_on(today, amount=1, unit="year")
    assert case.clocks.get(rule__code="limit_arbitration", ended_at__isnull=False).ending == "restarted"


def test_an_award_is_put_off_once_by_fifteen_days(handler, office):
    case = make_case(handler=handler, office=office)
    today = timezone.localdate()
    actions.start_clocks(case, trigger="arb_accepted", on=today, by=handler)
    clock = case.clocks.get(rule__code="arb_award")

    with pytest.raises(Incomplete, match="Say why the limit is extended"):
        actions.extend_clock(clock, text=" ", by=handler)
    actions.extend_clock(clock, text="a third report", by=handler)

    assert due(case, "arb_award") == ends_on(today, amount=60, unit="day")
    with pytest.raises(NotAllowed, match="extended once"):
        actions.extend_clock(clock, text="a third report", by=handler)
    with pytest.raises(NotAllowed, match="does not extend"):
        actions.extend_clock(case.clocks.get(rule__code="arb_serve"), text="a third report", by=handler)


def test_a_clock_runs_once_even_behind_the_action(handler, office):
    case = make_case(handler=handler, office=office)
    clock = case.clocks.get()

    with pytest.raises(IntegrityError, match="clock_runs_once_in_a_case"), transaction.atomic():
        Clock.objects.create(
            case=case, rule=clock.rule, started_on=clock.started_on, due_on=clock.due_on, warn_on=clock.warn_on,
            started_by=handler,
        )  # fmt: skip


def test_a_task_comes_before_the_limit_ends_and_only_to_those_on_the_case(handler, colleague, office):
    today = timezone.localdate()
    make_case(handler=handler, office=office, type="compensation", days={"harm": today - timedelta(days=350)})

    tasks = [task for task in desk_of("legal.x").tasks(handler) if task.code == "legal.limit"]

    assert len(tasks) == 1
    assert tasks[0].title.endswith("Limit for arbitration")
    assert desk_of("legal.x").tasks(colleague) == []


# -- aid, money, end -------------------------------------------------------------------------------------------------


def test_nobody_decides_on_aid_they_took_in_themselves(office):
    both = make_staff(Role.LEGAL, Role.LEADER, office=office)
    case = make_case(handler=both, office=office)

    with pytest.raises(NotAllowed, match="took in themselves"):
        actions.grant_aid(case, by=both)
    with pytest.raises(IntegrityError, match="case_is_decided_by_another"), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(decided_by=both, decided_at=timezone.now())


def test_the_decision_stops_its_clock_and_starts_the_assignment(handler, leader, office):
    case = make_case(handler=handler, office=office)

    actions.grant_aid(case, by=leader)
    running = set(case.clocks.filter(ended_at=None).values_list("rule__code", flat=True))
    actions.assign_case(case, handler=handler, lawyer="Li, Sanjiang", by=leader)

    assert running == {"aid_assignment"}
    assert case.clocks.filter(ended_at=None).count() == 0


def test_a_refusal_has_its_reason_in_writing(handler, leader, office):
    case = make_case(handler=handler, office=office)

    with pytest.raises(Incomplete):
        actions.refuse_aid(case, reason="not_ours", text=" ", by=leader)
    refused = actions.refuse_aid(case, reason="not_ours", text="not a labour dispute", by=leader)

    assert refused.status == "refused"
    with pytest.raises(NotAllowed):
        actions.write_event(case, kind="note", text="more", on=timezone.localdate(), by=handler)


def test_recovered_money_is_the_worker_s_and_never_aid(handler, leader, office):
    case = make_case(handler=handler, office=office, claimed_amount=Decimal(9000))
    today = timezone.localdate()
    actions.grant_aid(case, by=leader)
    actions.write_recovery(case, amount=Decimal("5000.50"), received_on=today, loss="wages", by=handler)
    actions.close_case(case, outcome="settled", report="done", awarded_amount=Decimal(6000), by=handler)
    actions.write_recovery(case, amount=Decimal("999.50"), received_on=today, loss="wages", by=handler)

    period = {"since": today, "until": today}
    figures = {one.code: one.value for one in desk_of("legal.x").figures(**period, offices=frozenset({office.pk}))}
    aid = [each for one in shell.desks() for each in one.aid(case.person, **period)]

    assert [figures[f"legal.{name}"] for name in ("claimed", "awarded", "received")] == [9000, 6000, 6000]
    assert aid == []


def test_money_that_was_only_promised_is_not_written_down(handler, office):
    case = make_case(handler=handler, office=office)
    later = timezone.localdate() + timedelta(days=3)

    with pytest.raises(Incomplete, match="arrived"):
        actions.write_recovery(case, amount=Decimal(5), received_on=later, loss="wages", by=handler)
    with (
        pytest.raises(IntegrityError, match="recovery_is_more_than_nothing|legal_recovery_within_bounds"),
        transaction.atomic(),
    ):
        Recovery.objects.bulk_create([Recovery(case=case, amount=0, received_on=later, written_by=handler)])


def test_a_case_closes_with_outcome_and_report_and_its_clocks_stop(handler, leader, office):
    case = make_case(handler=handler, office=office, days={"harm": timezone.localdate()})
    actions.grant_aid(case, by=leader)

    with pytest.raises(Incomplete):
        actions.close_case(case, outcome="settled", report="", by=handler)
    actions.close_case(case, outcome="settled", report="paid", by=handler)

    assert case.clocks.filter(ended_at=None).count() == 0
    with pytest.raises(IntegrityError, match="case_closed_has_an_outcome"), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(outcome="")


def test_without_a_decision_a_case_ends_with_advice_only(handler, office):
    case = make_case(handler=handler, office=office)

    with pytest.raises(Incomplete, match="Without a decision"):
        actions.close_case(case, outcome="award_all", report="won", by=handler)

    assert actions.close_case(case, outcome="answered", report="told", by=handler).status == "closed"


def test_a_refused_case_does_not_become_closed(handler, leader, office):
    case = actions.refuse_aid(make_case(handler=handler, office=office), reason="too_late", text="late", by=leader)

    with pytest.raises(TransitionRefused):
        case.become("closed")


def test_figures_count_cases_people_kinds_and_forms(handler, office):
    make_case(handler=handler, office=office, people=28)
    make_case(handler=handler, office=office, type="women", help_form="advice")
    today = timezone.localdate()

    figures = desk_of("legal.x").figures(since=today, until=today, offices=frozenset({office.pk}))

    assert {one.code: one.value for one in figures if not one.code.endswith(("ed",))} == {
        "legal.cases": 2, "legal.people": 29, "legal.cases.wage_arrears": 1, "legal.cases.women": 1,
        "legal.form.arbitration": 1, "legal.form.advice": 1,
    }  # fmt: skip


# -- the wall --------------------------------------------------------------------------------------------------------


@pytest.fixture
def baited(handler, office):
    person = make_person(office=office, name="Bait Worker", employer=make_employer("BAIT-MILL"))
    visit = make_visit(office=office, by=handler, person=person)
    case = make_case(handler=handler, office=office, person=person, employer=person.employer, visit=visit, claim=BAIT)
    actions.write_event(case, kind="talk", text=f"{BAIT} said", on=timezone.localdate(), by=handler)
    return case


def test_the_handler_colleagues_and_the_leader_open_a_case(enter, baited, handler, colleague, leader):
    actions.assign_case(baited, handler=handler, colleagues=[colleague], by=handler)

    for staff in (handler, colleague, leader):
        page = enter(staff).get(url("case", baited.code))
        assert (page.status_code, BAIT in page.content.decode()) == (200, True)


def test_for_everybody_else_there_is_no_such_case(enter, baited, colleague, clerk, office):
    outside = [
        colleague,
        clerk,
        *(make_staff(role, office=office) for role in (Role.AUDITOR, Role.OFFICER, Role.ADMIN)),
    ]

    answers = [enter(staff).get(url("case", baited.code)).status_code for staff in outside]

    assert answers == [404, 403, 403, 403, 403]


def test_outside_a_case_the_list_shows_number_and_stage_and_nothing_else(enter, baited, colleague):
    page = enter(colleague).get(url("cases")).content.decode()
    by_kind = enter(colleague).get(url("cases"), {"type": "wage_arrears"}).content.decode()

    assert (baited.number in page, "Consultation" in page) == (True, True)
    assert [
        word
        for word in (BAIT, "Bait Worker", "BAIT-MILL", baited.code, ">Unpaid wages<")
        if word in page.split("<table")[1]
    ] == []
    assert baited.number not in by_kind


def test_the_search_finds_a_case_by_its_number_alone(baited, colleague, handler, clerk):
    desk = desk_of("legal.x")

    found = desk.hits(baited.number, by=colleague)

    assert [(hit.title, hit.detail, hit.state) for hit in found] == [(baited.number, "", "")]
    assert [desk.hits(word, by=handler) for word in (BAIT, "Bait Worker", "BAIT-MILL")] == [(), (), ()]
    assert desk.hits(baited.number, by=clerk) == []


def test_the_visit_and_the_timeline_say_number_and_stage_only(enter, baited, colleague, clerk):
    visit = reverse("casework:visit", args=[baited.visit.code])
    shown = enter(colleague).get(visit).content.decode()
    entries = desk_of("legal.x").timeline(baited.person, by=colleague)

    assert f"Legal case {baited.number} · Consultation" in shown
    assert BAIT not in shown
    assert [(entry.url, entry.detail) for entry in entries] == [("", "")]
    assert desk_of("legal.x").timeline(baited.person, by=clerk) == []


def test_the_trail_of_a_case_holds_no_word_of_it(baited):
    assert [event.facts for event in Event.objects.filter(verb__startswith="legal.") if BAIT in str(event.facts)] == []


def test_who_leaves_the_access_list_is_outside_again(enter, baited, handler, colleague):
    actions.assign_case(baited, handler=colleague, by=handler)

    assert enter(handler).get(url("case", baited.code)).status_code == 404


# -- pages -----------------------------------------------------------------------------------------------------------


def test_from_a_visit_the_front_desk_takes_in_a_case_for_the_officer(enter, clerk, handler, office):
    person = make_person(office=office)
    visit = make_visit(office=office, by=clerk, person=person)
    client = enter(clerk)

    service = desk_of("legal.x").services(person, by=clerk)[0]
    shown = client.get(f"{service.url}&visit={visit.code}")
    sent = client.post(url("intake"), {
        "person": person.code, "visit": visit.code, "type": "women", "help_form": "advice", "people": "1",
        "employer": "Red Star", "claim": "wages", "harm": timezone.localdate().isoformat(), "handler": str(handler.pk),
    })  # fmt: skip
    case = Case.objects.get()

    assert (service.why_not, shown.status_code) == ("", 200)
    assert sent["Location"] == reverse("casework:visit", args=[visit.code])
    assert (case.handler, case.taken_by, case.parties.get().name) == (handler, clerk, "Red Star")
    assert case.clocks.count() == 2


def test_every_step_of_a_case_is_a_form_on_its_page(enter, handler, leader, office):
    case = make_case(handler=handler, office=office)
    client, head = enter(handler), enter(leader)
    page = url("case", case.code)
    today = timezone.localdate().isoformat()

    answers = [
        client.post(page, {"step": "event", "kind": "talk", "on": today, "text": "told"}),
        head.post(page, {"step": "grant", "text": "within our scope"}),
        head.post(page, {"step": "assign", "handler": handler.pk, "lawyer": "Li"}),
        client.post(page, {"step": "clock", "trigger": "arb_accepted", "on": today}),
        client.post(page, {"step": "stage", "stage": "arbitration", "help_form": "arbitration"}),
        client.post(url("clock_stop", case.code, 0)),
        client.post(
            url(
                "clock_stop",
                case.code,
                case.clocks.filter(ended_at=None).first().pk if case.clocks.filter(ended_at=None).exists() else 0,
            )
        ),
        client.post(page, {"step": "received", "amount": "1,200.50", "received_on": today, "loss": "wages"}),
        client.post(page, {"step": "close", "outcome": "settled", "report": ""}),
        client.post(page, {"step": "close", "outcome": "settled", "awarded_amount": "1500", "report": "paid"}),
    ]
    case.refresh_from_db()

    assert [answer.status_code for answer in answers][:5] == [302] * 5
    assert answers[5].status_code == 404
    assert [answer.status_code for answer in answers][7:] == [302, 422, 302]
    assert (case.status, case.stage, case.lawyer) == ("closed", "arbitration", "Li")
    assert "1,200.50" in client.get(page).content.decode()


def test_the_list_costs_the_same_for_one_case_and_for_three(enter, handler, office):
    client = enter(handler)
    make_case(handler=handler, office=office)
    client.get(url("cases"))
    with CaptureQueriesContext(connection) as one:
        client.get(url("cases"))
    make_case(handler=handler, office=office)
    make_case(handler=handler, office=office)
    with CaptureQueriesContext(connection) as three:
        client.get(url("cases"))

    assert len(three) == len(one)


def test_an_employer_that_stands_in_another_case_is_named_by_number_only(enter, handler, colleague, office):
    mill = make_employer("Old Mill")
    other = make_case(handler=colleague, office=office, employer=mill, claim=BAIT)
    case = make_case(handler=handler, office=office, employer=mill)

    page = enter(handler).get(url("case", case.code)).content.decode()

    assert (other.number in page, BAIT in page) == (True, False)


def test_whoever_has_a_part_in_a_case_is_added_on_its_page_and_stands_there_once(enter, handler, office):
    case, client = make_case(handler=handler, office=office), enter(handler)
    mill = make_employer("德胜建筑公司")
    firm = {"step": "party", "role": "contractor", "name": "德胜 建筑公司", "note": "holds the deposit"}

    answers = [
        client.post(url("case", case.code), sent)
        for sent in (firm, firm, {"step": "party", "role": "worker", "name": "Sun"}, {"step": "party", "name": "Wu"})
    ]

    assert [answer.status_code for answer in answers] == [302, 422, 302, 422]
    assert "This party stands in the case already." in answers[1].content.decode()
    added = case.parties.exclude(role="employer").values_list("role", "name", "employer", "note")
    assert list(added) == [("contractor", "德胜建筑公司", mill.pk, "holds the deposit"), ("worker", "Sun", None, "")]
    assert "holds the deposit" in client.get(url("case", case.code)).content.decode()


def test_a_party_has_its_part_and_its_name_and_joins_no_closed_case(handler, office):
    case = make_case(handler=handler, office=office)

    with pytest.raises(Incomplete, match="Choose the part"):
        actions.add_party(case, role="friend", name="Sun", by=handler)
    actions.close_case(case, outcome="answered", report="told", by=handler)

    with pytest.raises(NotAllowed, match="is Case closed"):
        actions.add_party(case, role="worker", name="Sun", by=handler)
