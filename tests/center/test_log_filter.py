"""A filter of the logs that cannot be read says which day does not exist."""

import pytest

from center.kernel.roles import Role
from tests.center.make import make_office, make_staff

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("url", ["/audit/access/", "/audit/changes/"])
def test_a_day_that_does_not_exist_is_named(enter, url):
    client = enter(make_staff(Role.AUDITOR, office=make_office(), language="en"))

    page = client.get(url, {"since": "2026-13-45"}).content.decode()

    assert "The calendar has no such day. Write it like 2026-03-31." in page
    assert "Mend the filter above." in page
