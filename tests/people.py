"""Fixtures of every desk's tests: an office with its people, whose pages are English."""

from __future__ import annotations

import pytest

from center.kernel.roles import Role
from tests.center.make import make_office, make_staff


@pytest.fixture
def at(client, settings):
    """The browser of somebody who is logged in."""
    settings.SECOND_FACTOR = False

    def login(staff):
        client.force_login(staff)
        return client

    return login


@pytest.fixture
def office(db):
    return make_office()


@pytest.fixture
def clerk(office):
    return make_staff(Role.FRONT_DESK, office=office, language="en")


@pytest.fixture
def officer(office):
    return make_staff(Role.OFFICER, office=office, language="en")


@pytest.fixture
def leader(office):
    return make_staff(Role.LEADER, office=office, language="en")
