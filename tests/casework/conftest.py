"""An office with its people, and English sentences unless a test says otherwise."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import translation
from psycopg.types.range import Range

from center.models import Standard
from center.roles import Role
from tests.casework.make import make_office, make_staff


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


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
def officer2(office):
    return make_staff(Role.OFFICER, office=office, language="en")


@pytest.fixture
def leader(office):
    return make_staff(Role.LEADER, office=office, language="en")


@pytest.fixture
def stranger(db):
    """An officer of another office."""
    return make_staff(Role.OFFICER, Role.FRONT_DESK, office=make_office("elsewhere"), language="en")


@pytest.fixture
def lines(office):
    for key, value in (("dibao_line", "780.00"), ("relative_multiple", "2.00"), ("minimum_wage", "2100.00")):
        Standard.objects.create(key=key, office=office, value=value, during=Range(date(2000, 1, 1), None))
