"""Whose turn it is: tasks agree with what a decision allows; after a step the page names the next one, and who does it."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone
from psycopg.types.range import Range

from center.actions import meetings
from center.kernel.errors import NotAllowed
from center.kernel.roles import Role
from center.models import Staff
from relief.actions import decisions
from relief.desk.agenda import stages
from relief.desk.tasks import tasks_of
from relief.desk.turns import turn_of
from relief.models import Application, EmergencyPower
from tests.center.make import make_staff
from tests.relief.make import make_application, make_worker

pytestmark = pytest.mark.django_db

D = Decimal


@pytest.fixture
def secretary(house):
    return make_staff(Role.SECRETARY, office=house.office, language="en")


def titles(staff, code):
    return [
        task.url.split("/")[2] for task in tasks_of(Staff.objects.get(pk=staff.pk)) if task.code == f"relief.{code}"
    ]


def waiting(staff):
    return [task.title for task in tasks_of(Staff.objects.get(pk=staff.pk)) if task.code == "relief.meeting"]


def test_small_decisions_that_add_up_are_the_committees_in_every_list(house, secretary):
    file = make_worker(house)
    decisions.grant(make_application(house, amount="2000", file=file), amount=D(2000), by=house.leader)
    third = make_application(house, amount="3001", file=file)

    assert titles(house.leader, "decide") == []
    assert waiting(secretary) == ["1 waits for a meeting"]
    assert [(stage.count, list(stage.reasons)) for stage in stages(house.office)][-1] == (1, [])
    with pytest.raises(NotAllowed, match="is for the committee to grant"):
        decisions.grant(third, amount=D(3001), by=house.leader)


def test_what_is_still_within_the_band_together_stays_the_leaders(house, secretary):
    file = make_worker(house)
    decisions.grant(make_application(house, amount="2000", file=file), amount=D(2000), by=house.leader)
    second = make_application(house, amount="3000", file=file)

    assert (titles(house.leader, "decide"), waiting(secretary)) == ([second.code], [])
    assert decisions.grant(second, amount=D(3000), by=house.leader).status == "second"


def named(house, ceiling):
    power = {"office": house.office, "ceiling": D(ceiling), "during": Range(date(2020, 1, 1), None)}
    EmergencyPower.objects.create(staff=house.leader, **power)


def test_an_emergency_is_a_task_of_whoever_is_named_up_to_the_ceiling(house, secretary):
    named(house, 2000)
    within = make_application(house, amount="2000", is_emergency=True)
    make_application(house, amount="2001", is_emergency=True)

    assert titles(house.leader, "decide") == [within.code]
    assert titles(house.deputy, "decide") == []
    assert waiting(secretary) == ["1 waits for a meeting"]


def test_an_emergency_waits_for_the_meeting_that_ratifies_it(house, secretary):
    named(house, 2000)
    urgent = make_application(house, amount="1000", is_emergency=True)
    decisions.grant_emergency(urgent, amount=D(1000), reason="flood", by=house.leader)
    decisions.second(urgent, by=house.deputy)

    assert waiting(secretary) == ["1 waits for a meeting"]


def test_what_became_ready_after_the_agenda_was_filled_leads_to_that_meeting(house, secretary):
    for _n in range(3):
        make_staff(Role.MEMBER, office=house.office)
    make_application(house, amount="6000")
    meeting = meetings.prepare(house.office, title="spring", held_on=timezone.localdate(), quorum=3, by=secretary)
    assert waiting(secretary) == []

    make_application(house, amount="6000")

    [task] = [task for task in tasks_of(secretary) if task.code == "relief.meeting"]
    assert (task.title, task.url) == ("1 may join spring", meeting.get_absolute_url())


def test_a_relative_is_not_asked_to_decide(house):
    made = make_application(house)
    made.person.related_staff.add(house.leader)

    assert (titles(house.leader, "decide"), titles(house.deputy, "decide")) == ([], [made.code])


def test_after_a_decision_the_page_names_the_next_step_who_does_it_and_the_next_of_the_same(house, enter):
    house.leader.language = "en"
    house.leader.save()
    first, second = (make_application(house, amount="2001") for _n in range(2))
    page = reverse("relief:application_decide", args=[first.code])

    answer = enter(house.leader).post(page, {"result": "grant", "amount": "2001"}, follow=True).content.decode()

    assert "To approve second" in answer
    assert str(house.deputy) in answer
    assert reverse("relief:application_decide", args=[second.code]) in answer
    assert "Next one (1 waits)" in answer


@pytest.mark.parametrize(
    ("status", "verb"),
    [
        ("returned", "To supplement"),
        ("submitted", "To assess"),
        ("assessed", "To notice"),
        ("ready", "To decide"),
        ("second", "To approve second"),
        ("upper", "Waits for the upper union"),
        ("deferred", "To tell the applicant"),
    ],
)
def test_every_step_on_the_way_has_its_turn(house, status, verb):
    made = make_application(house)
    made.status = status

    turn = turn_of(made)

    assert (turn.verb, turn.office) == (verb, house.office)


def test_what_is_withdrawn_is_nobodys_turn(house):
    made = make_application(house, amount="6000")
    assert turn_of(made).verb == "To put before the committee"
    made.status = Application.Status.WITHDRAWN

    assert turn_of(made) is None
