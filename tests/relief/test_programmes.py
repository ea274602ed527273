"""Programmes: a new version begins, the one before it ends, and the committee votes by the rule of its day."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from center.actions import meetings
from center.roles import Role
from tests.center.make import make_staff
from tests.relief.make import make_application, make_house, make_version

pytestmark = pytest.mark.django_db


@pytest.fixture
def house():
    return make_house()


def new_version(**fields):
    given = {
        "since": (timezone.localdate() + timedelta(days=1)).isoformat(),
        "categories": ["deep"],
        "instalments": "one_off",
        "instalment_count": "1",
        "notice_rule": "before",
        "notice_days": "5",
        "quorum_percent": "66",
        "majority_percent": "50",
        "share:deep": "1",
    }
    return given | fields


def test_a_version_that_half_of_the_committee_could_decide_is_refused_with_a_sentence(house, enter):
    version = make_version(house)
    house.leader.language = "en"
    house.leader.save()

    answer = enter(house.leader).post(
        reverse("relief:programme_edit", args=[version.programme.pk]), new_version(quorum_percent="40")
    )

    assert answer.status_code == 422
    assert "The quorum is half to all of the members" in answer.content.decode()
    assert version.programme.versions.count() == 1


def test_the_quorum_and_the_majority_of_a_version_bind_the_committee(house):
    version = make_version(house, quorum_percent=80, majority_percent=66)
    committee = [house.chair] + [make_staff(Role.MEMBER, office=house.office) for _ in range(4)]
    make_application(house, version=version, amount="6000")
    secretary = make_staff(Role.SECRETARY, office=house.office)

    meeting = meetings.prepare(house.office, title="评审会", held_on=timezone.localdate(), quorum=3, by=secretary)

    item = meeting.items.get()
    assert (meeting.seats.count(), item.quorum, item.majority_percent) == (len(committee), 4, 66)
