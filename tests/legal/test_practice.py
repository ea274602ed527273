"""The invented cases of this room: every state, stage and kind of event, in Chinese, with money that arrived."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from django.db.models import Sum

from center.kernel.roles import Role
from center.models import IssuedDocument
from demo.district import FILL
from legal.enums import CaseStatus, Ending, EventKind, Stage
from legal.models import Case, CaseEvent, Clock, Recovery
from tests.employment.test_practice import world_of

pytestmark = pytest.mark.django_db
ENGLISH = re.compile(r"[A-Za-z]{2,}")


@pytest.fixture
def district():
    FILL["legal"](world_of(Role.LEGAL, Role.LEADER, files=16))


def held(rows, field):
    return set(rows.exclude(**{field: ""}).values_list(field, flat=True))


def test_the_practice_district_has_cases_in_every_state_and_at_every_stage(district):
    assert Case.objects.count() == 16
    assert held(Case.objects, "status") == set(CaseStatus.values)
    assert held(Case.objects, "stage") == set(Stage.values)
    assert held(CaseEvent.objects, "kind") == set(EventKind.values)
    assert held(Clock.objects, "ending") == set(Ending.values)
    assert Recovery.objects.aggregate(sum=Sum("amount"))["sum"] == Decimal("158000.00")
    assert Clock.objects.running().count() > 8


def test_one_case_was_taken_in_late_and_one_refused_in_writing(district):
    assert Case.objects.exclude(late_reason="").count() == 1
    assert list(IssuedDocument.objects.values_list("kind", flat=True)) == ["aid_refused"]


def test_no_case_speaks_english_in_a_chinese_district(district):
    spoken = [
        text
        for case in Case.objects.prefetch_related("events", "parties", "clocks")
        for text in (
            case.claim, case.decided_text, case.closed_text, case.late_text, case.lawyer,
            *(event.text for event in case.events.all()),
            *(party.name for party in case.parties.all()),
            *(clock.dropped_text for clock in case.clocks.all()),
        )
    ]  # fmt: skip

    assert [text for text in spoken if ENGLISH.search(text)] == []
