"""The office of tests/people.py with its job officer."""

from __future__ import annotations

import pytest

from center.kernel.roles import Role
from tests.center.make import make_office, make_staff
from tests.people import at, clerk, office

__all__ = ["at", "clerk", "office"]


@pytest.fixture
def jobs(office):
    return make_staff(Role.JOBS, office=office, language="en")


@pytest.fixture
def stranger(db):
    """A job officer of another office."""
    return make_staff(Role.JOBS, office=make_office("elsewhere"), language="en")
