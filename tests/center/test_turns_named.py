"""Who is refused by role reads the roles that can, and the people who hold them: on the 403 page as beside a button."""

import pytest
from django.urls import reverse

from center.kernel.roles import Permission, Role
from center.permissions.turns import not_yours
from tests.center.make import make_office, make_staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def office():
    return make_office()


def test_a_refused_page_names_the_role_and_its_people(enter, office):
    make_staff(Role.AUDITOR, office=office, full_name="周审")
    cashier = make_staff(Role.CASHIER, office=office, language="en")

    answer = enter(cashier).get(reverse("center:access_log"))

    assert answer.status_code == 403
    assert "周审" in answer.content.decode()


def test_whoever_asks_is_not_named_among_those_who_can(office):
    asks = make_staff(Role.LEADER, office=office, full_name="赵敏")
    make_staff(Role.LEADER, office=office, full_name="钱进")

    said = not_yours(asks, "Another person.", Permission.PUBLISH_NOTICES, office=office)

    assert "钱进" in said
    assert "赵敏" not in said
