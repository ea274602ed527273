"""What the house says and keeps: whole in the row, told in the language of whoever reads it."""

from __future__ import annotations

import json

import pytest
from django.utils.translation import gettext_lazy, override

from center.kernel.remarks import Named, Remark, told, word

ILLNESS = gettext_lazy("Illness, self-paid part")  # of SpendingKind
GAP = Remark(
    "“%(kind)s” of %(name)s for %(months)s.", {"kind": word(ILLNESS), "name": "李", "months": ["2026-09", "2026-10"]}
)
STILL = Remark(
    "“%(limit)s” stood still from %(since)s to %(until)s",
    {"limit": Named(zh="仲裁时效", en="Arbitration year"), "since": "2026-01-01", "until": "2026-01-09"},
)
SHARE = Remark("Share of %(percent)s %%", {"percent": 80})
PLAIN = Remark("no home visit")


@pytest.mark.parametrize("remark", [GAP, STILL, SHARE, PLAIN])
def test_a_remark_comes_back_from_json_as_it_went(remark):
    kept = json.loads(json.dumps(remark.stored()))

    assert Remark.read(kept) == remark


@pytest.mark.parametrize(
    ("remark", "english", "chinese"),
    [
        (GAP, "“Illness, self-paid part” of 李 for 2026-09, 2026-10.", "李在2026-09、2026-10的“因病（自付部分）”。"),
        (
            STILL,
            "“Arbitration year” stood still from 2026-01-01 to 2026-01-09",
            "“仲裁时效”自2026-01-01至2026-01-09中止",
        ),
        (SHARE, "Share of 80 %", "按80%计算"),
        (PLAIN, "no home visit", "未入户"),
    ],
)
def test_a_remark_is_told_in_the_language_of_whoever_reads_it(remark, english, chinese):
    kept = remark.stored()

    with override("en"):
        assert told(kept) == english
    with override("zh-hans"):
        assert told(kept) == chinese


def test_a_word_is_kept_in_english_whoever_has_it_kept():
    with override("zh-hans"):
        kept = word(ILLNESS)

    assert kept == Remark("Illness, self-paid part")


def test_nothing_kept_says_nothing():
    assert told({}) == ""
