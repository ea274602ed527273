"""The law's clocks: each with its article, its length and its unit; what they come to on the days of 2026."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from center.errors import Incomplete
from legal.clocks import ends_on
from legal.models import Case, ClockRule
from legal.queries.limits import risks
from tests.casework.make import make_person
from tests.legal.make import make_case

pytestmark = pytest.mark.django_db
ARTICLE = re.compile(r"《[^》]+》第[0-9、]+条(第[0-9]款)?(、《[^》]+》第[0-9]+条)?")


def rule(code):
    return ClockRule.objects.get(code=code)


def ends(code, start, *, extended=False):
    found = rule(code)
    return ends_on(start, amount=found.amount + (found.extension if extended else 0), unit=found.unit)


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


def test_the_clocks_are_as_long_as_the_law_says():
    wanted = {
        "limit_arbitration": ("harm", 1, "year", 0, "《劳动争议调解仲裁法》第27条第1款"),
        "limit_wage": ("relation_end", 1, "year", 0, "《劳动争议调解仲裁法》第27条第4款"),
        "mediation_accept": ("mediation_applied", 3, "working_day", 0, "《企业劳动争议协商调解规定》第22条"),
        "mediation_end": ("mediation_applied", 15, "day", 0, "《劳动争议调解仲裁法》第14条"),
        "arb_award": ("arb_accepted", 45, "day", 15, "《劳动争议调解仲裁法》第43条"),
        "sue_15": ("award", 15, "day", 0, "《劳动争议调解仲裁法》第48、50条"),
        "injury_employer": ("injury", 30, "day", 0, "《工伤保险条例》第17条第1款"),
        "injury_worker": ("injury", 1, "year", 0, "《工伤保险条例》第17条第2款"),
        "injury_decision": ("recognition", 60, "day", 0, "《工伤保险条例》第20条"),
        "capacity_decision": ("appraisal", 60, "day", 30, "《工伤保险条例》第25条"),
        "inspection_case": ("inspection", 60, "working_day", 30, "《劳动保障监察条例》第17条"),
        "trial_1": ("court_filed", 6, "month", 6, "《民事诉讼法》第152条"),
        "enforce_apply": ("performance", 2, "year", 0, "《民事诉讼法》第250条"),
        "aid_decision": ("aid_applied", 7, "day", 0, "《法律援助法》第43条"),
        "aid_assignment": ("aid_granted", 3, "day", 0, "《法律援助法》第43条"),
    }

    found = {
        one.code: (one.trigger, one.amount, one.unit, one.extension, one.basis)
        for one in ClockRule.objects.filter(code__in=wanted)
    }

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
    ],
)
def test_a_limit_ends_as_the_law_counts(code, start, end):
    assert ends(code, start) == end


def test_an_award_that_is_put_off_ends_sixty_days_after_the_acceptance():
    assert ends("arb_award", date(2026, 3, 20), extended=True) == date(2026, 5, 19)


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
