"""The office of tests/people.py with its legal officers."""

from __future__ import annotations

import pytest

from center.kernel.roles import Role
from tests.center.make import make_staff
from tests.people import at, clerk, leader, office, officer

__all__ = ["at", "clerk", "leader", "office", "officer"]


@pytest.fixture
def handler(office):
    return make_staff(Role.LEGAL, office=office, language="en")


@pytest.fixture
def colleague(office):
    return make_staff(Role.LEGAL, office=office, language="en")
