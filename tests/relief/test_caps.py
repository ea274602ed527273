"""Each money rule with the worked example of docs/policy, computed as the page says."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from center.kernel.remarks import Remark
from relief.rules.caps import CannotCompute, CapLine, Facts, compute, faults

D = Decimal
LIVING = {"factor": {"deep": "12", "relative": "10"}}
MEDICAL = {"share": {"deep": "1.00", "relative": "0.80"}, "ceiling": {"deep": "20000", "relative": "16000"}}
EDUCATION = {"amount": {"compulsory": "2000", "senior": "3000", "higher": "5000"}}
NOTHING = "This programme gives nothing in this category."
POLICY = Path(__file__).parents[2] / "docs" / "policy"


def amounts(computed):
    return [line.amount for line in computed.lines]


def test_living_relief_is_a_multiple_of_the_local_line_less_what_the_year_gave():
    computed = compute("line_multiple", LIVING, Facts(category="relative", line=D("740"), given=D("2000")))

    assert amounts(computed) == [D("7400.00"), D("5400.00"), D("5400.00")]
    assert computed.amount == D("5400.00")


def test_medical_relief_is_the_least_of_self_paid_share_and_the_ceiling_of_the_year():
    facts = Facts(category="relative", self_paid=D("18000"), other_aid=D("3000"), given=D("5000"))

    computed = compute("share_of_self_paid", MEDICAL, facts)

    assert amounts(computed) == [D("15000"), D("12000.00"), D("16000"), D("11000"), D("11000.00")]


def test_education_relief_is_fixed_by_the_stage():
    computed = compute("by_stage", EDUCATION, Facts(category="deep", stage="higher"))

    assert computed.amount == D("5000.00")


def test_nothing_is_left_when_the_year_gave_all():
    assert compute("line_multiple", LIVING, Facts(category="deep", line=D("10"), given=D("500"))).amount == D("0.00")


@given(
    self_paid=st.decimals(0, 10**6, places=2),
    other=st.decimals(0, 10**6, places=2),
    given_=st.decimals(0, 10**5, places=2),
)
def test_medical_relief_is_never_above_the_self_paid_part(self_paid, other, given_):
    facts = Facts(category="relative", self_paid=self_paid, other_aid=other, given=given_)

    amount = compute("share_of_self_paid", MEDICAL, facts).amount

    assert D(0) <= amount <= max(D(0), self_paid - other)
    assert amount == amount.quantize(D("0.01"))


@pytest.mark.parametrize(
    ("formula", "rule", "facts", "sentence"),
    [
        ("line_multiple", LIVING, Facts(category="deep"), "No local line is on record for this day."),
        ("line_multiple", LIVING, Facts(category="temporary", line=D(1)), NOTHING),
        ("line_multiple", {}, Facts(category="deep", line=D(1)), NOTHING),
        ("share_of_self_paid", MEDICAL, Facts(category="deep"), "Enter the self-paid cost first."),
        ("by_stage", EDUCATION, Facts(category="deep"), "Enter the school stage first."),
    ],
)
def test_a_missing_fact_is_a_sentence(formula, rule, facts, sentence):
    with translation.override("en"), pytest.raises(CannotCompute) as refused:
        compute(formula, rule, facts)

    assert str(refused.value) == sentence


@pytest.mark.parametrize(
    ("formula", "rule", "sentences"),
    [
        ("line_multiple", LIVING, []),
        ("share_of_self_paid", MEDICAL, []),
        ("by_stage", EDUCATION, []),
        ("line_multiple", {}, ["The figures “factor” are missing."]),
        ("line_multiple", {"factor": {}}, ["The figures “factor” are missing."]),
        ("line_multiple", {"factor": "12"}, ["The figures “factor” are missing."]),
        (
            "share_of_self_paid",
            {"share": {"deep": "1.2"}, "ceiling": {"deep": "x"}},
            ["“1.2” is no figure for deep.", "“x” is no figure for deep."],
        ),
        (
            "share_of_self_paid",
            {"ceiling": {"deep": "0"}},
            ["The figures “share” are missing.", "“0” is no figure for deep."],
        ),
        ("by_stage", {"amount": {"higher": "-1"}}, ["“-1” is no figure for higher."]),
    ],
)
def test_figures_of_a_version_are_checked_before_anybody_is_promised_money(formula, rule, sentences):
    with translation.override("en"):
        assert faults(formula, rule) == sentences


@pytest.mark.parametrize(
    ("page", "formula", "rule", "facts"),
    [
        ("living", "line_multiple", LIVING, Facts(category="relative", line=D("740.00"), given=D("2000.00"))),
        (
            "medical",
            "share_of_self_paid",
            MEDICAL,
            Facts(category="relative", self_paid=D("18000.00"), other_aid=D("3000.00"), given=D("5000.00")),
        ),
        ("education", "by_stage", EDUCATION, Facts(category="deep", stage="higher")),
    ],
)
def test_the_policy_page_shows_what_the_program_computes(page, formula, rule, facts):
    text = (POLICY / f"{page}.md").read_text()

    shown = [D(amount) for amount in re.findall(r"^\|.*\| ([\d.]+) \|$", text, re.MULTILINE)]

    assert shown == amounts(compute(formula, rule, facts))


@pytest.mark.parametrize(
    ("formula", "rule", "facts", "sentences"),
    [
        (
            "line_multiple",
            LIVING,
            Facts(category="relative", line=D("740"), given=D("2000")),
            [
                "Cap of the year: local line 740.00 × 10",
                "Less what was given this year: 2,000.00",
                "May be granted at most",
            ],
        ),
        (
            "share_of_self_paid",
            MEDICAL,
            Facts(category="relative", self_paid=D("18000"), other_aid=D("3000")),
            [
                "Self-paid 18,000.00 less other aid 3,000.00: never more than",
                "Share of 80 %",
                "Ceiling of the year",
                "May be granted at most",
            ],
        ),
        (
            "by_stage",
            EDUCATION,
            Facts(category="deep", stage="higher"),
            ["Fixed amount of the school stage", "May be granted at most"],
        ),
    ],
)
def test_every_line_says_what_it_counts_and_is_read_back_as_it_was_stored(formula, rule, facts, sentences):
    lines = compute(formula, rule, facts).lines

    with translation.override("en"):
        assert [str(line) for line in lines] == sentences
    assert [CapLine.read(line.stored()) for line in lines] == list(lines)


def test_a_stored_line_has_what_it_says_and_its_amount():
    line = CapLine(said=Remark("Share of %(percent)s %%", {"percent": "80"}), amount=D("12.50"))

    assert line.stored() == {
        "said": {"text": "Share of %(percent)s %%", "facts": {"percent": "80"}},
        "amount": "12.50",
    }


def test_parts_of_a_fen_are_never_granted():
    living = compute("line_multiple", {"factor": {"deep": "1.5"}}, Facts(category="deep", line=D("0.05")))
    medical = compute("share_of_self_paid", MEDICAL, Facts(category="relative", self_paid=D("0.12")))
    education = compute("by_stage", {"amount": {"senior": "0.019"}}, Facts(category="deep", stage="senior"))

    assert amounts(living) == [D("0.07"), D("0.07")]
    assert amounts(medical) == [D("0.12"), D("0.09"), D(16000), D("0.09")]
    assert education.amount == D("0.01")
