"""The rule of hardship, read aloud; the worked example of docs/policy/eligibility.md."""

from __future__ import annotations

import dataclasses
from datetime import date
from decimal import Decimal

import pytest

from casework.eligibility import Amount, Facts, MemberFacts, compute, months_before, window
from casework.enums import Verdict

ON = date(2026, 11, 21)
D = Decimal


def yearly(kind: str, amount: str, ends: date = date(2026, 10, 31)) -> Amount:
    return Amount(kind=kind, amount=D(amount), year_ending_on=ends)


def monthly(kind: str, amount: str, month: date) -> Amount:
    return Amount(kind=kind, amount=D(amount), month=month)


ZHAO = MemberFacts(
    name="Zhao",
    birth_date=date(1970, 3, 5),
    work_status="laid_off",
    health_status="good",
    incomes=(yearly("wage_income", "0.00"),),
)
ZHANG = MemberFacts(
    name="Zhang",
    birth_date=date(1968, 1, 2),
    work_status="retired",
    incomes=(yearly("transfer_income", "22800.00"),),
)
DAUGHTER = MemberFacts(name="daughter", birth_date=date(2007, 6, 1), person_identity="student")
EXAMPLE = Facts(
    on=ON,
    members=(ZHAO, ZHANG, DAUGHTER),
    spendings=(yearly("rigid_illness", "18000.00"), yearly("rigid_schooling", "8600.00")),
    earlier_relief=D("3000.00"),
    primary_cause="major_illness",
    line=D("780.00"),
    multiple=D("2.00"),
    minimum_wage=D("2100.00"),
)


def with_(facts: Facts = EXAMPLE, **changes) -> Facts:
    return dataclasses.replace(facts, **changes)


def alone(**changes) -> Facts:
    """One retired person with an income of 10,000 a year and no spending."""
    member = MemberFacts(
        name="Li",
        birth_date=date(1950, 1, 1),
        work_status="retired",
        incomes=(yearly("transfer_income", "10000.00"),),
    )
    return with_(members=(member,), spendings=(), earlier_relief=D(0), primary_cause="low_income", **changes)


def test_the_worked_example():
    found = compute(EXAMPLE)

    assert (found.income, found.spending, found.per_capita) == (D("51000.00"), D("26600.00"), D("677.78"))
    assert found.verdict == Verdict.DEEP
    assert found.ratio == D("0.87")
    assert found.missing == ()
    assert [(step.label, step.amount) for step in found.steps] == [
        ("Zhao · Wages", D("0.00")),
        ("Zhao · Imputed wage", D("25200.00")),
        ("Zhang · Net transfer income", D("22800.00")),
        ("Union relief", D("3000.00")),
        ("Illness, self-paid part", D("-18000.00")),
        ("Schooling after compulsory education", D("-8600.00")),
        ("Income of twelve months", D("51000.00")),
        ("Rigid spending of twelve months", D("26600.00")),
        ("Monthly income per head", D("677.78")),
        ("Minimum living line", D("780.00")),
        ("Line × 2.00", D("1560.00")),
    ]


def test_no_wage_is_imputed_to_the_ill():
    ill = dataclasses.replace(ZHAO, health_status="kidney_failure")

    found = compute(with_(members=(ill, ZHANG, DAUGHTER)))

    assert found.per_capita == D("-22.22")


@pytest.mark.parametrize(
    "changes",
    [
        {"wage_not_imputed": "cares for a disabled child"},
        {"work_status": "retired"},
        {"birth_date": date(1966, 11, 21)},
        {"person_identity": "student"},
        {"incomes": (yearly("wage_income", "600.00"),)},
    ],
)
def test_no_wage_is_imputed_with_proof_or_work_or_age_or_school(changes):
    found = compute(with_(members=(dataclasses.replace(ZHAO, **changes), ZHANG, DAUGHTER)))

    assert "Zhao · Imputed wage" not in [step.label for step in found.steps]
    assert found.missing == ()


@pytest.mark.parametrize(
    ("yearly_income", "verdict"),
    [
        ("9359.99", Verdict.DEEP),
        ("9360.00", Verdict.RELATIVE),
        ("18719.99", Verdict.RELATIVE),
        ("18720.00", Verdict.ABOVE),
    ],
)
def test_below_is_strict_and_compared_before_rounding(yearly_income, verdict):
    facts = alone()
    member = dataclasses.replace(facts.members[0], incomes=(yearly("transfer_income", yearly_income),))

    assert compute(with_(facts, members=(member,))).verdict == verdict


def test_an_event_that_cost_most_of_the_income_is_accidental_hardship():
    facts = alone()
    rich = dataclasses.replace(facts.members[0], incomes=(yearly("transfer_income", "50000.00"),))

    assert (
        compute(with_(facts, members=(rich,), spendings=(yearly("event_cost", "40000.00"),))).verdict == Verdict.ABOVE
    )
    assert (
        compute(with_(facts, members=(rich,), spendings=(yearly("event_cost", "40000.01"),))).verdict
        == Verdict.ACCIDENTAL
    )


def test_earlier_relief_counts_as_income():
    before = compute(alone()).income
    after = compute(with_(alone(), earlier_relief=D("500.00"))).income

    assert (before, after) == (D("10000.00"), D("10500.00"))


def test_what_the_rule_leaves_out_is_known_and_not_counted():
    facts = alone()
    member = dataclasses.replace(facts.members[0], incomes=(yearly("left_out", "2400.00"),))

    found = compute(with_(facts, members=(member,)))

    assert (found.income, found.missing) == (D(0), ())


def test_compulsory_education_is_not_deducted():
    found = compute(
        with_(alone(), spendings=(yearly("compulsory_schooling", "900.00"),), primary_cause="child_schooling")
    )

    assert (found.spending, found.missing) == (D(0), ())


def test_an_exclusion_ends_the_computation():
    found = compute(with_(exclusions=("excl_vehicle", "excl_two_homes")))

    assert found.verdict == Verdict.EXCLUDED
    assert found.steps[-1].how == "A motor vehicle in regular use, Two or more homes"
    assert found.per_capita is None


def test_unknown_is_an_answer_that_names_what_is_missing():
    nobody_asked = MemberFacts(name="Qian")
    adult = MemberFacts(name="Sun", birth_date=date(1990, 1, 1))
    jobless = MemberFacts(
        name="Wu", birth_date=date(1990, 1, 1), work_status="jobless", incomes=(yearly("wage_income", "0"),)
    )

    found = compute(
        with_(members=(nobody_asked, adult, jobless), spendings=(), line=None, gaps=("No line.",), minimum_wage=None)
    )

    assert found.verdict == Verdict.UNKNOWN
    assert found.missing == (
        "No line.",
        "The date of birth of Qian.",
        "The income of Sun in the twelve months before 2026-11-21 (enter 0 when there was none).",
        "The work state of Sun.",
        "The health of Wu: it decides whether a wage is imputed.",
        "The minimum wage in force on 2026-11-21.",
        "“Illness, self-paid part”: the primary cause names it.",
    )


def test_a_household_without_members_is_not_computed():
    assert compute(with_(members=())).missing == ("At least one member of the household.",)


def test_the_window_is_the_twelve_months_before_the_day():
    assert window(ON) == (date(2025, 11, 21), date(2026, 11, 20))
    assert window(date(2028, 2, 29)) == (date(2027, 2, 28), date(2028, 2, 28))
    assert (months_before(ON)[0], months_before(ON)[-1]) == (date(2025, 11, 1), date(2026, 10, 1))


def test_twelve_entered_months_are_a_year_and_a_gap_is_named():
    facts = alone()
    months = [monthly("wage_income", "100.00", month) for month in months_before(ON)]
    whole = dataclasses.replace(facts.members[0], incomes=tuple(months))
    torn = dataclasses.replace(facts.members[0], incomes=tuple(months[:-2]))

    assert compute(with_(facts, members=(whole,))).income == D("1200.00")
    assert compute(with_(facts, members=(torn,))).missing == ("“Wages” of Li for 2026-09, 2026-10.",)


def test_months_of_spending_have_gaps_too():
    facts = with_(alone(), spendings=(monthly("rigid_housing", "300.00", date(2026, 10, 1)),))

    assert len(compute(facts).missing) == 1


def test_a_year_that_ended_before_the_window_says_nothing_and_the_latest_year_counts_alone():
    facts = alone()
    old = dataclasses.replace(facts.members[0], incomes=(yearly("transfer_income", "1.00", date(2025, 11, 20)),))
    two = dataclasses.replace(
        facts.members[0],
        incomes=(yearly("transfer_income", "1.00", date(2025, 12, 31)), yearly("transfer_income", "5.00")),
    )

    assert len(compute(with_(facts, members=(old,))).missing) == 1
    assert compute(with_(facts, members=(two,))).income == D("5.00")


def test_unchecked_exclusions_are_a_note_and_no_gap():
    found = compute(alone(exclusions_checked=False))

    assert found.notes == (
        "No rigid spending is entered: 0 is deducted.",
        "The list of exclusions has not been checked.",
    )
    assert found.verdict == Verdict.RELATIVE
