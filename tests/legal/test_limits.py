"""The law's clocks: each with its article, its length and its unit; what they come to on the days of 2026."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from psycopg.types.range import Range

from casework.actions import matters, visits
from center.desk import desk_of
from center.kernel.errors import Incomplete, NotAllowed
from center.models import Standard
from legal import actions
from legal.enums import EventKind
from legal.models import Case, ClockRule
from legal.queries import thresholds
from legal.queries.limits import risks
from tests.casework.make import make_person
from tests.legal.make import make_case

pytestmark = pytest.mark.django_db
ARTICLE = re.compile(r"《[^》]+》第[0-9、]+条(第[0-9]款)?(、《[^》]+》第[0-9]+条)?")


def rule(code):
    return ClockRule.objects.get(code=code)


def ends(code, start, *, extended=False):
    found = rule(code)
    return found.ends(start, extended=extended)


def test_every_clock_names_its_law_and_article():
    assert [one.code for one in ClockRule.objects.all() if not ARTICLE.fullmatch(one.basis)] == []


def test_every_clock_has_both_names_a_length_and_a_warning_before_its_end():
    units = {"day": 1, "working_day": 1, "month": 28, "year": 365}

    wrong = [
        one.code
        for one in ClockRule.objects.all()
        if not (one.label_zh and one.label_en and 0 < one.warn_days <= one.amount * units[one.unit])
    ]

    assert wrong == []


ARB, CPL, WII = "《劳动争议调解仲裁法》", "《民事诉讼法》", "《工伤保险条例》"
LSI = "《劳动保障监察条例》"
# Every row of domain.md §4.4 that is a clock: identifier → the rules that hold it, as (code, starts when, how long,
# unit, prolonged by, counted as, article).
ROWS = {
    "limit_arbitration": [("limit_arbitration", "harm", 1, "year", 0, "until", f"{ARB}第27条第1款")],
    "limit_wage": [("limit_wage", "relation_end", 1, "year", 0, "until", f"{ARB}第27条第4款")],
    "mediation_accept": [("mediation_accept", "mediation_applied", 3, "working_day", 0, "until", "《企业劳动争议协商调解规定》第22条")],
    "mediation_end": [("mediation_end", "mediation_applied", 15, "day", 0, "until", f"{ARB}第14条")],
    "payment_order": [
        ("payment_order", "payment_order", 15, "day", 0, "until", f"{ARB}第16条、{CPL}第227条"),
        ("payment_order_reply", "order_served", 15, "day", 0, "until", f"{CPL}第227条"),
    ],
    "arb_accept": [("arb_accept", "arb_filed", 5, "day", 0, "until", f"{ARB}第29条")],
    "arb_serve": [("arb_serve", "arb_accepted", 5, "day", 0, "until", f"{ARB}第30条")],
    "arb_reply": [("arb_reply", "arb_served", 10, "day", 0, "until", f"{ARB}第30条")],
    "arb_forward": [("arb_forward", "arb_replied", 5, "day", 0, "until", f"{ARB}第30条")],
    "arb_panel": [("arb_panel", "arb_accepted", 5, "day", 0, "until", f"{ARB}第32条")],
    "arb_hearing_notice": [("arb_hearing_notice", "hearing", 5, "day", 0, "before", f"{ARB}第35条")],
    "arb_postpone": [("arb_postpone", "hearing", 3, "day", 0, "before", f"{ARB}第35条")],
    "arb_award": [("arb_award", "arb_accepted", 45, "day", 15, "until", f"{ARB}第43条")],
    "sue_15": [("sue_15", "award", 15, "day", 0, "until", f"{ARB}第48、50条")],
    "annul_30": [("annul_30", "award", 30, "day", 0, "until", f"{ARB}第49条")],
    "court_file": [("court_file", "court_filed", 7, "day", 0, "until", f"{CPL}第126条")],
    "trial_1": [
        ("trial_1", "court_registered", 6, "month", 6, "until", f"{CPL}第152条"),
        ("trial_1_simple", "court_simple", 3, "month", 1, "until", f"{CPL}第164条"),
    ],
    "appeal": [
        ("appeal", "judgment", 15, "day", 0, "until", f"{CPL}第171条"),
        ("appeal_ruling", "ruling", 10, "day", 0, "until", f"{CPL}第171条"),
    ],
    "trial_2": [("trial_2", "appeal", 3, "month", 0, "until", f"{CPL}第183条")],
    "enforce_apply": [("enforce_apply", "performance", 2, "year", 0, "until", f"{CPL}第250条")],
    "enforce_stalled": [("enforce_stalled", "enforcement", 6, "month", 0, "from", f"{CPL}第237条")],
    "injury_employer": [("injury_employer", "injury", 30, "day", 0, "until", f"{WII}第17条第1款")],
    "injury_worker": [("injury_worker", "injury", 1, "year", 0, "until", f"{WII}第17条第2款")],
    "injury_decision": [
        ("injury_decision", "recognition", 60, "day", 0, "until", f"{WII}第20条"),
        ("injury_decision_clear", "recognition_clear", 15, "day", 0, "until", f"{WII}第20条"),
    ],
    "capacity_decision": [("capacity_decision", "appraisal", 60, "day", 30, "until", f"{WII}第25条")],
    "capacity_again": [("capacity_again", "conclusion", 15, "day", 0, "until", f"{WII}第26条")],
    "capacity_review": [("capacity_review", "concluded", 1, "year", 0, "from", f"{WII}第28条")],
    "paid_injury_leave": [("paid_injury_leave", "injury", 12, "month", 12, "until", f"{WII}第33条")],
    "inspection_limit": [("inspection_limit", "violation", 2, "year", 0, "until", f"{LSI}第20条")],
    "inspection_case": [("inspection_case", "inspection", 60, "working_day", 30, "until", f"{LSI}第17条")],
    "employer_transfer": [("employer_transfer", "relation_end", 15, "day", 0, "until", "《劳动合同法》第50条")],
}  # fmt: skip
AID = [  # §4.3, not §4.4
    ("aid_decision", "aid_applied", 7, "day", 0, "until", "《法律援助法》第43条"),
    ("aid_assignment", "aid_granted", 3, "day", 0, "until", "《法律援助法》第43条"),
]
# The other rows are no clocks of a case: a sum, a head count, or the registry's matters.
ELSEWHERE = {
    "final_award_cap": (12, thresholds.FINAL_MONTHS),
    "group_dispute": (10, thresholds.GROUP),
    "petition_ack": (15, matters.TELL_DAYS),
    "petition_return": (5, matters.TRANSFER_WORKING_DAYS),
    "petition_close": ((60, 30), (matters.PETITION_DAYS, matters.EXTENSION_DAYS)),
    "petition_reps": (5, visits.MOST_REPRESENTATIVES),
}
# What interrupts or suspends a limit is an effect on a clock: tested below and in test_cases.py.
EFFECTS = {"limit_interrupt", "limit_suspend"}
# Not held by any room yet: the two further instances of a petition, and the months of unemployment benefit.
OWED = {"petition_review", "petition_final", "unemployment_benefit"}
SECTION_4_4 = [
    "limit_arbitration", "limit_interrupt", "limit_suspend", "limit_wage", "mediation_accept", "mediation_end",
    "payment_order", "arb_accept", "arb_serve", "arb_reply", "arb_forward", "arb_panel", "arb_hearing_notice",
    "arb_postpone", "arb_award", "sue_15", "annul_30", "final_award_cap", "court_file", "trial_1", "appeal", "trial_2",
    "enforce_apply", "enforce_stalled", "injury_employer", "injury_worker", "injury_decision", "capacity_decision",
    "capacity_again", "capacity_review", "paid_injury_leave", "inspection_limit", "inspection_case", "petition_ack",
    "petition_return", "petition_close", "petition_review", "petition_final", "petition_reps", "group_dispute",
    "unemployment_benefit", "employer_transfer",
]  # fmt: skip


def test_the_clocks_that_are_loaded_are_exactly_those_of_the_law():
    loaded = [
        (one.code, one.trigger, one.amount, one.unit, one.extension, one.sense, one.basis)
        for one in ClockRule.objects.all()
    ]

    assert sorted(loaded) == sorted([*(rule for rules in ROWS.values() for rule in rules), *AID])


def test_every_row_of_the_law_s_clocks_stands_somewhere_or_is_named_as_owed():
    assert sorted([*ROWS, *ELSEWHERE, *EFFECTS, *OWED]) == sorted(SECTION_4_4)


@pytest.mark.parametrize("row", ELSEWHERE)
def test_a_row_that_is_no_clock_has_its_number(row):
    wanted, found = ELSEWHERE[row]

    assert found == wanted


@pytest.mark.parametrize(
    ("code", "start", "end"),
    [
        ("limit_arbitration", date(2025, 3, 3), date(2026, 3, 3)),
        ("limit_arbitration", date(2024, 2, 29), date(2025, 2, 28)),  # no such day: the last one of the month
        ("limit_arbitration", date(2025, 2, 28), date(2026, 2, 28)),  # a Saturday that is worked
        ("limit_arbitration", date(2025, 10, 3), date(2026, 10, 8)),  # after the National Day week
        ("mediation_end", date(2026, 3, 2), date(2026, 3, 17)),
        ("mediation_end", date(2026, 2, 1), date(2026, 2, 24)),  # after the Spring Festival
        ("arb_award", date(2026, 1, 31), date(2026, 3, 17)),
        ("arb_award", date(2026, 3, 20), date(2026, 5, 6)),  # after the first days of May
        ("sue_15", date(2026, 8, 31), date(2026, 9, 15)),
        ("sue_15", date(2026, 9, 16), date(2026, 10, 8)),
        ("injury_employer", date(2026, 1, 31), date(2026, 3, 2)),
        ("injury_worker", date(2025, 6, 20), date(2026, 6, 22)),  # after the Dragon Boat Festival
        ("mediation_accept", date(2026, 2, 13), date(2026, 2, 25)),  # one worked Saturday, then the holidays
        ("mediation_accept", date(2026, 3, 5), date(2026, 3, 10)),
        ("aid_decision", date(2026, 4, 27), date(2026, 5, 6)),
        ("trial_1", date(2026, 8, 31), date(2027, 3, 1)),  # 28 February 2027 is a Sunday
        ("trial_1_simple", date(2026, 3, 31), date(2026, 6, 30)),
        ("payment_order_reply", date(2026, 3, 2), date(2026, 3, 17)),
        ("arb_reply", date(2026, 3, 2), date(2026, 3, 12)),
        ("arb_reply", date(2026, 9, 22), date(2026, 10, 8)),  # 2 October lies in the National Day week
        ("arb_forward", date(2026, 3, 12), date(2026, 3, 17)),
        ("arb_hearing_notice", date(2026, 4, 10), date(2026, 4, 5)),  # counted back: a holiday does not move it
        ("arb_postpone", date(2026, 4, 10), date(2026, 4, 7)),
        ("appeal_ruling", date(2026, 3, 2), date(2026, 3, 12)),
        ("injury_decision_clear", date(2026, 3, 2), date(2026, 3, 17)),
        ("capacity_again", date(2026, 3, 2), date(2026, 3, 17)),
        ("capacity_review", date(2025, 3, 3), date(2026, 3, 4)),  # a year has passed: the first day after it
        ("capacity_review", date(2024, 2, 29), date(2025, 3, 1)),
        ("enforce_stalled", date(2026, 1, 31), date(2026, 8, 1)),  # a first day is not moved
    ],
)
def test_a_limit_ends_as_the_law_counts(code, start, end):
    assert ends(code, start) == end


def test_an_award_that_is_put_off_ends_sixty_days_after_the_acceptance():
    assert ends("arb_award", date(2026, 3, 20), extended=True) == date(2026, 5, 19)


def test_a_simple_trial_that_is_put_off_ends_four_months_after_the_case_was_registered():
    assert ends("trial_1_simple", date(2026, 3, 31), extended=True) == date(2026, 7, 31)


def test_days_for_which_a_limit_stood_still_are_added_before_it_moves_off_a_holiday():
    assert rule("limit_arbitration").ends(date(2025, 3, 3), paused=11) == date(2026, 3, 16)  # the 14th is a Saturday


def test_what_has_no_last_day_is_neither_prolonged_nor_does_it_stand_still():
    name = "clock_rule_is_prolonged_when_it_has_a_last_day"
    for wrong in ({"extension": 1}, {"may_pause": True}):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            ClockRule.objects.filter(code="capacity_review").update(**wrong)


# -- clocks in a case -------------------------------------------------------------------------------------------------


def running(case, code):
    return case.clocks.get(rule__code=code, ended_at=None)


def told(handler):
    return [
        (one.title.split(" · ")[-1], one.due) for one in desk_of("legal.x").tasks(handler) if one.code == "legal.limit"
    ]


def test_a_hearing_is_written_down_before_its_day_and_counted_back_from_it(handler, office):
    case, day = make_case(handler=handler, office=office), timezone.localdate() + timedelta(days=6)

    actions.start_clocks(case, trigger="hearing", on=day, by=handler)

    assert [running(case, code).due_on for code in ("arb_hearing_notice", "arb_postpone")] == [
        day - timedelta(days=5), day - timedelta(days=3)
    ]  # fmt: skip
    assert told(handler) == [
        ("Written notice of the hearing (five days before)", day - timedelta(days=5)),
        ("Asking to put the hearing off (three days before)", day - timedelta(days=3)),
    ]


def test_a_hearing_that_is_far_off_asks_for_nothing_yet(handler, office):
    case = make_case(handler=handler, office=office)

    actions.start_clocks(case, trigger="hearing", on=timezone.localdate() + timedelta(days=30), by=handler)

    assert told(handler) == []


def test_only_a_hearing_lies_ahead(handler, office):
    case = make_case(handler=handler, office=office)

    with pytest.raises(Incomplete, match="a day that has come"):
        actions.start_clocks(case, trigger="award", on=timezone.localdate() + timedelta(days=1), by=handler)


def test_a_limit_counted_back_cannot_end_after_its_day(handler, office):
    case = make_case(handler=handler, office=office)
    actions.start_clocks(case, trigger="hearing", on=timezone.localdate() + timedelta(days=6), by=handler)

    with pytest.raises(IntegrityError, match="clock_ends_after_it_began"), transaction.atomic():
        case.clocks.filter(sense="before").update(due_on=timezone.localdate() + timedelta(days=7))


def test_a_review_of_the_work_capacity_may_be_asked_for_a_year_later_and_is_never_late(handler, office):
    today = timezone.localdate()
    case = make_case(handler=handler, office=office, type="work_injury")
    actions.start_clocks(case, trigger="concluded", on=today - timedelta(days=500), by=handler)
    clock = running(case, "capacity_review")

    tasks, tone = told(handler), clock.tone
    stopped = actions.stop_clock(clock, by=handler)

    assert tasks == [(f"A review of the work capacity may be asked for, from {clock.due_on}", None)]
    assert (tone, stopped.ending) == ("warning", "met")


def test_force_majeure_lets_a_limit_stand_still_and_it_ends_as_many_days_later(handler, office):
    today = timezone.localdate()
    harm = today - timedelta(days=300)
    case = make_case(handler=handler, office=office, type="women", days={"harm": harm})
    clock, days = running(case, "limit_arbitration"), {"since": today - timedelta(days=60), "until": today}

    actions.pause_clock(case, clock=clock.pk, text="the town was cut off by a flood", by=handler, **days)
    again = running(case, "limit_arbitration")

    assert again.due_on == rule("limit_arbitration").ends(harm, paused=60)
    assert again.warn_on == again.due_on - timedelta(days=30)
    assert "the town was cut off by a flood" in case.events.get().text


def test_a_limit_stands_still_only_where_the_law_says_so_and_while_it_runs(handler, office):
    today = timezone.localdate()
    case = make_case(handler=handler, office=office, type="women", days={"harm": today - timedelta(days=300)})
    clock, other = running(case, "limit_arbitration"), running(case, "aid_decision")
    days = {"since": today - timedelta(days=60), "until": today}

    for wrong in (
        {"since": today - timedelta(days=301)}, {"since": today}, {"until": today + timedelta(days=1)}
    ):  # fmt: skip
        with pytest.raises(Incomplete, match="while it runs"):
            actions.pause_clock(case, clock=clock.pk, text="flood", by=handler, **(days | wrong))
    with pytest.raises(Incomplete, match="kept everybody"):
        actions.pause_clock(case, clock=clock.pk, text=" ", by=handler, **days)
    with pytest.raises(NotAllowed, match="does not let"):
        actions.pause_clock(case, clock=other.pk, text="flood", by=handler, **days)
    actions.stop_clock(clock, by=handler)
    with pytest.raises(NotAllowed, match="No limit runs"):
        actions.pause_clock(case, clock=clock.pk, text="flood", by=handler, **days)


def test_that_a_limit_stood_still_is_a_form_on_the_page(enter, handler, office):
    today = timezone.localdate()
    case = make_case(handler=handler, office=office, type="women", days={"harm": today - timedelta(days=300)})
    clock, client = running(case, "limit_arbitration"), enter(handler)
    typed = {"step": "pause", "clock": clock.pk, "since": ago(30), "until": today.isoformat(), "text": "in hospital"}

    empty = client.post(case.get_absolute_url(), typed | {"text": ""})
    done = client.post(case.get_absolute_url(), typed)
    page = client.get(case.get_absolute_url()).content.decode()

    assert (empty.status_code, done.status_code) == (422, 302)
    assert ("stood still 30 days" in page, "in hospital" in page) == (True, True)


def test_days_that_stood_still_were_written_down_by_somebody(handler, office):
    case = make_case(handler=handler, office=office)

    with pytest.raises(IntegrityError, match="clock_stood_still_for_days_by_somebody"), transaction.atomic():
        case.clocks.update(paused_days=3)


# -- what is read on the page of a case -------------------------------------------------------------------------------


def test_the_page_of_a_case_tells_day_by_day_what_began_what_stopped_and_what_arrived(enter, handler, leader, office):
    today = timezone.localdate()
    case = make_case(handler=handler, office=office, type="work_injury")
    actions.grant_aid(case, by=leader)
    for trigger, day in (("arb_served", today), ("hearing", today + timedelta(days=9)), ("arb_accepted", today)):
        actions.start_clocks(case, trigger=trigger, on=day, by=handler)
    actions.extend_clock(running(case, "arb_award"), text="a third report", by=handler)
    actions.stop_clock(running(case, "arb_reply"), by=handler)
    actions.drop_clock(case, clock=running(case, "arb_postpone").pk, reason="other", text="it suits", by=handler)
    actions.write_event(case, kind="hearing", text="both sides were heard", on=today - timedelta(days=1), by=handler)
    actions.write_recovery(case, amount=Decimal(800), received_on=today, loss="injury", by=handler)
    actions.close_case(case, outcome="settled", report="paid", awarded_amount=Decimal(800), by=handler)

    page = enter(handler).get(case.get_absolute_url())
    lines = [(line.on, line.kind, line.text) for line in page.context["lines"]]

    assert {
        (today, "Taken in", "Work injury"),
        (today, "Limit begins", f"The respondent received the copy of the request · Reply of the respondent: {ends('arb_reply', today)}"),
        (today, "Limit stopped", "Reply of the respondent · done in time"),
        (today, "Limit stopped", "Asking to put the hearing off (three days before) · no longer needed: it suits"),
        (today, EventKind.STEP.label, f"“Award (late: sue)” was extended to {ends('arb_award', today, extended=True)}: a third report"),
        (today - timedelta(days=1), "Hearing", "both sides were heard"),
        (today, "Money received", "800.00"),
        (today, "Closed", "Settled between the parties"),
    } - set(lines) == set()  # fmt: skip
    assert lines[-1] == (today - timedelta(days=1), "Hearing", "both sides were heard")
    assert [day for day, _kind, _text in lines] == sorted((day for day, _kind, _text in lines), reverse=True)
    assert "both sides were heard" in page.content.decode()


def test_the_sum_up_to_which_an_award_is_final_is_twelve_minimum_wages(enter, handler, office):
    Standard.objects.create(
        key="minimum_wage", office=office, value=Decimal(2200), document="9", during=Range(date(2020, 1, 1), None)
    )
    wages, deposit = (
        make_case(handler=handler, office=office, type=kind, people=10) for kind in ("wage_arrears", "deposit")
    )

    page = enter(handler).get(wages.get_absolute_url())

    assert [thresholds.final_award_cap(one, on=timezone.localdate()) for one in (wages, deposit)] == [
        Decimal(26400),
        None,
    ]
    assert ("26,400.00" in page.content.decode(), "may choose representatives" in page.content.decode()) == (True, True)


def test_without_a_minimum_wage_nothing_is_said_of_final_awards(enter, handler, office):
    case = make_case(handler=handler, office=office, people=9)

    page = enter(handler).get(case.get_absolute_url()).content.decode()

    assert thresholds.final_award_cap(case, on=timezone.localdate()) is None
    assert ("is final for the employer" in page, "may choose representatives" in page) == (False, False)


# -- before a case is taken in ----------------------------------------------------------------------------------------


def named(kind, today, **days):
    return [(risk.rule.code, risk.due, risk.passed) for risk in risks(kind=kind, days=days, today=today)]


def test_a_limit_is_named_when_it_has_passed_and_when_it_ends_within_thirty_days():
    harm = date(2025, 3, 3)

    assert named("women", date(2026, 3, 4), harm=harm) == [("limit_arbitration", date(2026, 3, 3), True)]
    assert named("women", date(2026, 3, 3), harm=harm) == [("limit_arbitration", date(2026, 3, 3), False)]
    assert named("women", date(2026, 2, 1), harm=harm) == [("limit_arbitration", date(2026, 3, 3), False)]
    assert named("women", date(2026, 1, 31), harm=harm) == []


def test_wages_have_no_limit_while_the_relation_lasts():
    long_ago, today = date(2023, 3, 3), date(2026, 3, 4)

    assert named("wage_arrears", today, harm=long_ago) == []
    assert named("wage_arrears", today, harm=long_ago, relation_end=date(2025, 3, 3)) == [
        ("limit_wage", date(2026, 3, 3), True)
    ]


def test_the_limits_of_others_are_not_the_worker_s_risk():
    assert named("work_injury", date(2026, 3, 4), injury=date(2026, 1, 5)) == []


@pytest.fixture
def typed(office, handler):
    person = make_person(office=office)
    return {
        "person": person.code, "type": "women", "help_form": "advice", "people": "1", "claim": "back to the old post",
        "handler": str(handler.pk),
    }  # fmt: skip


def ago(days):
    return (timezone.localdate() - timedelta(days=days)).isoformat()


def sent_again(client, page, typed):
    """What the page was sent, and what it says about limits now."""
    return client.post(reverse("legal:intake"), typed | {"warned": page.context["form"].data["warned"]})


def test_the_intake_warns_of_a_limit_that_is_near_and_then_takes_the_case_in(enter, handler, typed):
    client = enter(handler)
    typed |= {"harm": ago(350)}

    warned = client.post(reverse("legal:intake"), typed)
    before = Case.objects.count()
    done = sent_again(client, warned, typed)

    assert (warned.status_code, before, done.status_code) == (422, 0, 302)
    assert "Limit for arbitration” ends on" in warned.content.decode()
    assert "Why it is taken in all the same" not in warned.content.decode()
    assert (Case.objects.get().late_reason, Case.objects.get().late_text) == ("", "")


def test_a_limit_that_has_passed_is_warned_of_and_wants_a_reason_and_forbids_nothing(enter, handler, typed):
    client = enter(handler)
    typed |= {"harm": ago(500)}

    warned = client.post(reverse("legal:intake"), typed)
    silent = sent_again(client, warned, typed)
    done = sent_again(client, warned, typed | {"late_reason": "interrupted", "late_text": "asked for it in June"})
    case = Case.objects.get()

    assert [page.status_code for page in (warned, silent, done)] == [422, 422, 302]
    assert "Limit for arbitration” ended on" in warned.content.decode()
    assert "Why it is taken in all the same" in warned.content.decode()
    assert (case.late_reason, case.late_text) == ("interrupted", "asked for it in June")
    assert "asked for it in June" in case.events.get().text


def test_a_day_that_was_mended_after_the_warning_is_judged_anew(enter, handler, typed):
    client = enter(handler)

    warned = client.post(reverse("legal:intake"), typed | {"harm": ago(350)})
    again = sent_again(client, warned, typed | {"harm": ago(500)})
    done = sent_again(client, again, typed | {"harm": ago(50)})

    assert [page.status_code for page in (warned, again, done)] == [422, 422, 302]


def test_nobody_takes_a_late_case_in_without_a_reason_even_without_the_page(handler, office):
    days = {"harm": timezone.localdate() - timedelta(days=500)}

    for said in ({}, {"late_reason": "because", "late_text": "so"}, {"late_reason": "other", "late_text": " "}):
        with pytest.raises(Incomplete, match="although its limit has passed"):
            make_case(handler=handler, office=office, type="women", days=days, **said)


def test_a_reason_is_not_kept_where_no_limit_has_passed(handler, office):
    case = make_case(handler=handler, office=office, late_reason="other", late_text="in vain")

    assert (case.late_reason, case.late_text) == ("", "")
    with pytest.raises(IntegrityError, match="case_taken_in_late_says_why"), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(late_reason="other")
