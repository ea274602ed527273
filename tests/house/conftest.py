"""The practice district as a place to walk through: every person a canary, every name masked."""

from datetime import timedelta

import pytest
from django.conf import settings as django_settings
from django.db import connections
from django.test import Client
from django.utils import timezone

from casework.models import HardshipFile, Person
from center.models import Notice, Staff
from center.privacy import access
from demo.management.commands.seed_demo import PEOPLE
from tests.conftest import _clone
from tests.house.crawl import Canaries, codes, sealed_numbers, states, walk

ALIKE = {"officer2", *(f"member{n}" for n in range(2, 8))}  # the same roles as somebody who walks
WALKERS = [username for username, _name, _roles in PEOPLE if username not in ALIKE]


class District:
    """The practice district, and each person's walk through it, once."""

    def __init__(self):
        names = set(Person.objects.values_list("full_name", flat=True))
        staff = set(Staff.objects.values_list("full_name", flat=True))
        self.canaries = Canaries(numbers=sealed_numbers(), names=names - staff, states=states(), codes=codes())
        self.walks = {}

    def walk_of(self, username):
        if username not in self.walks:
            self.walks[username] = walk(entered(username), self.canaries)
        return self.walks[username]


def entered(username):
    client = Client()
    client.force_login(Staff.objects.get(username=username), backend=django_settings.AUTHENTICATION_BACKENDS[-1])
    return client


@pytest.fixture(scope="module")
def made_district(demo_template, django_db_blocker):
    with django_db_blocker.unblock(), _clone(demo_template, "_crawl"):
        for n, person in enumerate(Person.objects.order_by("pk")):
            person.other_contact = f"139{n:08d}"
            person.save(update_fields=["other_contact"])
        _put_up_a_notice()
        _read_three_files()
        Staff.objects.update(names_masked=True)
        yield District()
        connections.close_all()


def _read_three_files():
    """The log of who read what has its rows, whatever test comes first."""
    officer = Staff.objects.get(username="officer")
    for file in HardshipFile.objects.order_by("pk")[:3]:
        access.read(file, by=officer, what="casework.file")


def _put_up_a_notice():
    """The newest notice that has ended hangs again, for the public to read."""
    hanging = {"status": "published", "closed_by": None, "closed_at": None}
    ends = timezone.localdate() + timedelta(days=9)
    Notice.objects.filter(pk=Notice.objects.filter(status="ended").latest("pk").pk).update(**hanging, ends_on=ends)


@pytest.fixture
def district(made_district, settings):
    settings.DEMO = True
    return made_district
