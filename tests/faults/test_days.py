"""`make faults`: the practice district can be invented on any day, `make run` being asked today and next year."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from casework.models import HardshipFile
from demo.clock import on
from demo.world import AT_FIRST
from tests.conftest import _clone, drop_database

pytestmark = pytest.mark.faults

# Once a month through the coming year, each time another day of the week and of the month; today is what all tests use.
AHEAD = [9 + 31 * number + number % 3 for number in range(12)]


@pytest.mark.parametrize("ahead", AHEAD)
def test_the_district_is_invented(ahead, django_db_setup, django_db_blocker, settings):
    settings.DEMO = True
    template = settings.DATABASES["default"]["NAME"]
    with django_db_blocker.unblock():
        with _clone(template, f"_day{ahead}") as name, on(timezone.now() + timedelta(days=ahead)):
            call_command("seed_demo", households=AT_FIRST)
            stand = HardshipFile.objects.count()
        drop_database(name)

    assert stand >= AT_FIRST
