"""The invented cases of this room: twelve, in every state, with money that arrived."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db.models import Sum

from center.desk import desk_of
from center.roles import Role
from legal.models import Case, Clock, Recovery
from tests.employment.test_practice import world_of

pytestmark = pytest.mark.django_db


def test_the_practice_district_has_cases_in_every_state():
    desk_of("legal.x").practise(world_of(Role.LEGAL, Role.LEADER, files=14))

    assert Case.objects.count() == 12
    assert set(Case.objects.values_list("status", flat=True)) == {"applied", "granted", "closed"}
    assert Recovery.objects.aggregate(sum=Sum("amount"))["sum"] == Decimal("158000.00")
    assert Clock.objects.running().count() > 8
