"""An office with its legal officers, and English sentences unless a test says otherwise."""

from __future__ import annotations

import pytest
from django.utils import translation

from center.roles import Role
from tests.casework.make import make_office, make_staff


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def office(db):
    return make_office()


@pytest.fixture
def handler(office):
    return make_staff(Role.LEGAL, office=office, language="en")


@pytest.fixture
def colleague(office):
    return make_staff(Role.LEGAL, office=office, language="en")


@pytest.fixture
def leader(office):
    return make_staff(Role.LEADER, office=office, language="en")


@pytest.fixture
def clerk(office):
    return make_staff(Role.FRONT_DESK, office=office, language="en")
