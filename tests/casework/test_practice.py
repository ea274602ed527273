"""The invented district of this room stands, in every state, and twice the same."""

from __future__ import annotations

import pytest
from django.core.management import call_command

from casework.enums import FileStatus, MatterStatus
from casework.models import HardshipFile, Matter, Person, Visit

pytestmark = pytest.mark.django_db


def test_the_practice_district_has_files_in_every_state_of_the_chain(settings):
    settings.DEMO = True
    call_command("seed_reference", verbosity=0)
    call_command("seed_demo", households=24, verbosity=0)

    states = set(HardshipFile.objects.values_list("status", flat=True))
    assert states >= {
        FileStatus.DRAFT,
        FileStatus.SUBMITTED,
        FileStatus.SURVEY,
        FileStatus.NOTICED,
        FileStatus.PENDING,
        FileStatus.RETURNED,
        FileStatus.ACTIVE,
    }
    assert set(Matter.objects.values_list("status", flat=True)) == {
        MatterStatus.REGISTERED,
        MatterStatus.ACCEPTED,
        MatterStatus.CLOSED,
    }
    assert Visit.objects.filter(people=23).count() == 1
    assert Person.objects.filter(full_name="阿卜杜拉·买买提").count() == 1
