"""The rule of hardship, read aloud; the worked example of docs/policy/eligibility.md."""

from __future__ import annotations

import dataclasses
from datetime import date
from decimal import Decimal

import pytest
from django.utils import timezone

from casework.enums import Verdict
from casework.queries import economy
from casework.rules.eligibility import Amount, Facts, MemberFacts, Step, compute, is_imputed, months_before, window
from center.kernel.remarks import Remark
from tests.casework.make import make_file, make_household, make_person

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


def told(remarks) -> tuple[str, ...]:
    return tuple(map(str, remarks))


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
    assert told(found.missing) == ()
    assert [(str(step.label), step.amount) for step in found.steps] == [
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
    assert [str(step.how) for step in found.steps if step.how] == [
        "able to work and out of work: 2100.00 × 12",
        "given by the union in the same twelve months",
        "(51000.00 − 26600.00) ÷ 3 ÷ 12",
        "in force on 2026-11-21",
    ]
    assert (found.on, found.people, found.line, found.multiple) == (ON, 3, D("780.00"), D("2.00"))


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

    assert "Zhao · Imputed wage" not in [str(step.label) for step in found.steps]
    assert told(found.missing) == ()


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
    assert str(found.steps[-1].label) == "Excluded"
    assert str(found.steps[-1].how) == "A motor vehicle in regular use, Two or more homes"
    assert found.per_capita is None


def test_unknown_is_an_answer_that_names_what_is_missing():
    nobody_asked = MemberFacts(name="Qian")
    adult = MemberFacts(name="Sun", birth_date=date(1990, 1, 1))
    jobless = MemberFacts(
        name="Wu", birth_date=date(1990, 1, 1), work_status="jobless", incomes=(yearly("wage_income", "0"),)
    )

    found = compute(
        with_(
            members=(nobody_asked, adult, jobless),
            spendings=(),
            line=None,
            gaps=(Remark("No line."),),
            minimum_wage=None,
        )
    )

    assert found.verdict == Verdict.UNKNOWN
    assert told(found.missing) == (
        "No line.",
        "The date of birth of Qian.",
        "The income of Sun in the twelve months before 2026-11-21 (enter 0 when there was none).",
        "The work state of Sun.",
        "The health of Wu: it decides whether a wage is imputed.",
        "The minimum wage in force on 2026-11-21.",
        "“Illness, self-paid part”: the primary cause names it.",
    )


def test_a_household_without_members_is_not_computed():
    found = compute(with_(members=()))

    assert told(found.missing) == ("At least one member of the household.",)
    assert (found.on, found.people, found.line, found.multiple) == (ON, 0, D("780.00"), D("2.00"))


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
    assert told(compute(with_(facts, members=(torn,))).missing) == ("“Wages” of Li for 2026-09, 2026-10.",)


def test_months_of_spending_have_gaps_too():
    facts = with_(alone(), spendings=(monthly("rigid_housing", "300.00", date(2026, 10, 1)),))

    gaps = ", ".join(f"{month:%Y-%m}" for month in months_before(ON)[:-1])
    assert told(compute(facts).missing) == (f"“Rent or housing loan” of the household for {gaps}.",)


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

    assert told(found.notes) == (
        "No rigid spending is entered: 0 is deducted.",
        "The list of exclusions has not been checked.",
    )
    assert found.verdict == Verdict.RELATIVE


def test_who_has_not_had_their_birthday_this_year_is_a_year_younger():
    born = [date(2000, 11, 20), date(2000, 11, 21), date(2000, 11, 22)]

    assert [MemberFacts(name="Li", birth_date=day).age_on(ON) for day in born] == [26, 26, 25]


def test_a_year_counts_that_ended_on_the_first_or_the_last_day_of_the_window():
    facts = alone()
    first = dataclasses.replace(facts.members[0], incomes=(yearly("transfer_income", "7.00", date(2025, 11, 21)),))
    last = dataclasses.replace(facts.members[0], incomes=(yearly("transfer_income", "8.00", ON),))

    assert [compute(with_(facts, members=(member,))).income for member in (first, last)] == [D("7.00"), D("8.00")]


@pytest.mark.parametrize(
    ("changes", "imputed"),
    [
        ({"birth_date": date(2010, 11, 21)}, True),
        ({"birth_date": date(2010, 11, 22)}, False),
        ({"birth_date": date(1966, 11, 22)}, True),
        ({"birth_date": date(1966, 11, 21)}, False),
        ({"work_status": "", "person_identity": "jobless"}, True),
        ({"work_status": "", "person_identity": "worker"}, False),
        ({"work_status": "retired", "person_identity": "jobless"}, False),
        ({"person_identity": "retired"}, False),
        ({"person_identity": "veteran_retired"}, False),
        ({"cannot_work": True}, False),
    ],
)
def test_a_wage_is_imputed_from_sixteen_to_sixty_to_who_is_out_of_work_by_either_word(changes, imputed):
    assert is_imputed(dataclasses.replace(ZHAO, **changes), earned=D(0), on=ON) is imputed


def test_whoever_earned_by_work_or_business_has_no_wage_imputed_and_other_income_is_not_earned():
    business = dataclasses.replace(ZHAO, incomes=(yearly("wage_income", "600.00"), yearly("business_income", "0.00")))
    even = dataclasses.replace(ZHAO, incomes=(yearly("wage_income", "600.00"), yearly("business_income", "-600.00")))
    pension = dataclasses.replace(ZHAO, incomes=(yearly("transfer_income", "600.00"),))

    labels = [
        [str(step.label) for step in compute(with_(members=(member, ZHANG))).steps[:3]]
        for member in (business, even, pension)
    ]

    assert labels == [
        ["Zhao · Wages", "Zhao · Net business income", "Zhang · Net transfer income"],
        ["Zhao · Wages", "Zhao · Net business income", "Zhao · Imputed wage"],
        ["Zhao · Net transfer income", "Zhao · Imputed wage", "Zhang · Net transfer income"],
    ]


def test_every_gap_of_every_kind_is_named():
    facts = alone()
    member = dataclasses.replace(
        facts.members[0],
        incomes=tuple(
            monthly(kind, "1.00", month)
            for kind in ("wage_income", "transfer_income")
            for month in months_before(ON)[1:]
        ),
    )
    spendings = tuple(
        monthly(kind, "1.00", month) for kind in ("rigid_illness", "rigid_housing") for month in months_before(ON)[1:]
    )

    assert told(compute(with_(facts, members=(member,), spendings=spendings)).missing) == (
        "“Wages” of Li for 2025-11.",
        "“Net transfer income” of Li for 2025-11.",
        "“Illness, self-paid part” of the household for 2025-11.",
        "“Rent or housing loan” of the household for 2025-11.",
    )


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        ({"birth_date": date(2010, 11, 21)}, 2),
        ({"birth_date": date(2010, 11, 22)}, 0),
        ({"birth_date": date(1966, 11, 22)}, 2),
        ({"birth_date": date(1966, 11, 21)}, 1),
        ({"birth_date": date(1990, 1, 1), "person_identity": "student"}, 0),
        ({"birth_date": date(1990, 1, 1), "incomes": (yearly("wage_income", "1.00"),)}, 0),
        ({"birth_date": date(1950, 1, 1), "incomes": (yearly("transfer_income", "1.00"),)}, 0),
    ],
)
def test_income_is_asked_of_everybody_from_sixteen_on_and_work_until_sixty(changes, missing):
    facts = alone()

    found = compute(with_(facts, members=(facts.members[0], MemberFacts(name="Sun", **changes))))

    assert len(found.missing) == missing


def test_illness_as_the_cause_asks_for_its_cost_also_where_a_child_is_at_school():
    found = compute(with_(alone(), spendings=(yearly("compulsory_schooling", "1.00"),), primary_cause="major_illness"))
    named = compute(with_(alone(), primary_cause="child_schooling"))
    ill = with_(alone(), spendings=(yearly("rigid_illness", "0.00"),))

    assert told(found.missing) == ("“Illness, self-paid part”: the primary cause names it.",)
    assert told(named.missing) == ("“Schooling after compulsory education”: the primary cause names it.",)
    assert told(found.notes) == ("No rigid spending is entered: 0 is deducted.",)
    assert (compute(with_(ill, primary_cause="major_illness")).spending) == D("0.00")


def test_the_relative_line_is_of_every_head():
    facts = alone()
    two = tuple(
        dataclasses.replace(facts.members[0], name=name, incomes=(yearly("transfer_income", "18719.99"),))
        for name in ("Li", "Wu")
    )

    assert compute(with_(facts, members=two)).verdict == Verdict.RELATIVE


def test_half_a_fen_per_head_is_rounded_up():
    facts = alone()
    member = dataclasses.replace(facts.members[0], incomes=(yearly("transfer_income", "10000.14"),))

    assert compute(with_(facts, members=(member,))).per_capita == D("833.35")


def test_without_a_line_nobody_is_below_it():
    found = compute(alone(line=None, multiple=None))

    assert (found.verdict, found.line, found.multiple, found.ratio) == (Verdict.ABOVE, D(0), D(1), None)


def test_the_cost_of_the_event_is_shown_with_the_share_it_is_compared_with():
    found = compute(with_(alone(), spendings=(yearly("event_cost", "40000.00"),)))

    assert found.steps[-1] == Step(
        label=Remark("Cost of the event after compensation (not deducted)"),
        amount=D("40000.00"),
        how=Remark("compared with %(share)s %% of the income", {"share": 80}),
    )


def test_a_step_is_kept_as_what_it_says_and_its_amount_and_is_read_back():
    full = Step(label=Remark("a"), amount=D("1.50"), how=Remark("b %(x)s", {"x": 1}))
    bare = Step(label=Remark("a"))

    assert full.stored() == {
        "label": {"text": "a", "facts": {}},
        "amount": "1.50",
        "how": {"text": "b %(x)s", "facts": {"x": 1}},
    }
    assert bare.stored() == {"label": {"text": "a", "facts": {}}, "amount": None, "how": None}
    assert [Step.read(step.stored()) for step in (full, bare)] == [full, bare]


def test_a_child_alone_without_any_income_is_computed_from_nothing():
    found = compute(with_(alone(), members=(DAUGHTER,)))

    assert (found.verdict, found.per_capita) == (Verdict.DEEP, D("0.00"))
    assert str(found.steps[2].how) == "(0.00 − 0.00) ÷ 1 ÷ 12"


@pytest.mark.parametrize("changes", [{"cannot_work": True}, {"person_identity": "retired"}])
def test_the_health_of_whom_nobody_imputes_a_wage_is_not_asked_for(changes):
    member = dataclasses.replace(ZHAO, health_status="")

    asked = compute(with_(members=(member,))).missing
    spared = compute(with_(members=(dataclasses.replace(member, **changes),))).missing

    assert (len(asked), spared) == (1, ())


@pytest.mark.parametrize(
    ("causes", "cannot"),
    [
        ({"primary_cause": "no_labour_capacity"}, True),
        ({"primary_cause": "low_income", "secondary_causes": ["no_labour_capacity"]}, True),
        ({"primary_cause": "able_but_jobless"}, False),
    ],
)
@pytest.mark.django_db
def test_the_cause_of_the_file_speaks_for_its_head_and_for_nobody_else(office, officer, causes, cannot):
    home = make_household(office=office, others=(make_person(office=office, name="钱进"),))
    file = make_file(office=office, by=officer, household=home, **causes)

    said = [member.cannot_work for member in economy.facts_of(home, on=timezone.localdate(), file=file).members]

    assert said == [cannot, False]
