"""The office of tests/people.py with a second officer, a stranger and the lines."""

from __future__ import annotations

from datetime import date

import pytest
from psycopg.types.range import Range

from center.kernel.roles import Role
from center.models import Standard
from tests.center.make import make_office, make_staff
from tests.people import at, clerk, leader, office, officer

__all__ = ["at", "clerk", "leader", "office", "officer"]


@pytest.fixture(autouse=True)
def own_documents(settings, tmp_path):
    """What a test files away stands in a folder of its own."""
    settings.MEDIA_ROOT = tmp_path / "documents"


@pytest.fixture
def officer2(office):
    return make_staff(Role.OFFICER, office=office, language="en")


@pytest.fixture
def stranger(db):
    """An officer of another office."""
    return make_staff(Role.OFFICER, Role.FRONT_DESK, office=make_office("elsewhere"), language="en")


@pytest.fixture
def lines(office):
    for key, value in (("dibao_line", "780.00"), ("relative_multiple", "2.00"), ("minimum_wage", "2100.00")):
        Standard.objects.create(key=key, office=office, value=value, during=Range(date(2000, 1, 1), None))
