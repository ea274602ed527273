"""Whoever is away for some days names a colleague, who sees and does the work within their own roles, marked as whose it is."""

from __future__ import annotations

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from casework import actions
from casework.actions.visits import Outcome
from casework.enums import VisitResult
from casework.models import HardshipFile, Matter
from casework.permissions import why_not_accept_matter
from casework.permissions.reading import is_own_draft
from center.actions.handover import takers
from center.actions.stand_ins import able_to_stand_in, end_stand_in, name_stand_in
from center.desk import desks
from center.kernel.errors import Incomplete, NotAllowed
from center.kernel.roles import Role
from center.models import Event, Staff, StandIn
from legal.models import Case
from legal.permissions import why_not_work_on
from relief.models import Application
from tests.casework.make import make_file, make_purpose
from tests.center.make import make_staff
from tests.legal.make import make_case
from tests.refused import ours
from tests.relief.make import make_application, make_house

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate


@pytest.fixture
def house():
    return make_house()


@pytest.fixture
def work(house):
    """A matter, a draft of a file and a draft of an application of the officer."""
    outcome = Outcome(result=VisitResult.TRANSFERRED, handler=house.officer)
    actions.log_visit(house.office, purpose=make_purpose("petition"), outcome=outcome, by=house.frontdesk)
    make_file(office=house.office, by=house.officer, status="draft")
    make_application(house, status="draft")
    Application.objects.update(handler=house.officer)
    return house


def again(staff):
    return Staff.objects.get(pk=staff.pk)


def tasks(staff):
    """Code and whose it is, of the tasks that are somebody's own."""
    own = {"casework.matter_accept", "casework.draft", "relief.fill_in"}
    found = [task for each in desks() for task in each.tasks(again(staff))]
    return sorted((task.code, task.whose) for task in found if task.code in own)


def stand_in(work, *, first=0, last=5, colleague=None):
    days = [TODAY() + timedelta(days=many) for many in (first, last)]
    colleague = colleague or work.officer2
    return name_stand_in(work.officer, colleague=colleague, starts_on=days[0], ends_on=days[1], by=work.officer)


def test_the_colleague_sees_and_does_it_marked_as_whose_it_is_and_it_stays_the_others(work):
    made = stand_in(work)
    theirs = [("casework.draft", work.officer.full_name), ("casework.matter_accept", work.officer.full_name)]

    assert tasks(work.officer2) == [*theirs, ("relief.fill_in", work.officer.full_name)]
    assert [code for code, _whose in tasks(work.officer)] == [code for code, _whose in tasks(work.officer2)]
    assert is_own_draft(again(work.officer2), HardshipFile.objects.get(status="draft"))
    matter = actions.accept_matter(Matter.objects.get(), by=again(work.officer2))

    assert (matter.assignee, matter.accepted_by) == (work.officer, work.officer2)
    end_stand_in(made, by=work.officer)
    assert tasks(work.officer2) == []
    assert set(Event.objects.filter(verb__startswith="center.stand_in").values_list("verb", flat=True)) == {
        "center.stand_in.named",
        "center.stand_in.ended",
    }


@pytest.mark.parametrize(("first", "last", "sees"), [(1, 5, False), (0, 0, True), (0, 5, True)])
def test_it_holds_from_the_first_day_to_the_last(work, first, last, sees):
    stand_in(work, first=first, last=last)

    assert bool(tasks(work.officer2)) is sees
    assert (why_not_accept_matter(again(work.officer2), Matter.objects.get()) == "") is sees


def test_on_the_day_after_the_last_it_is_over(work):
    made = stand_in(work)
    StandIn.objects.filter(pk=made.pk).update(
        starts_on=TODAY() - timedelta(days=9), ends_on=TODAY() - timedelta(days=1)
    )

    assert tasks(work.officer2) == []
    with pytest.raises(NotAllowed, match="over already"):
        end_stand_in(made, by=work.officer)


def test_what_the_roles_of_the_colleague_do_not_allow_is_not_theirs(work):
    """A volunteer of the window without matters would see nothing: the roles are asked besides."""
    jobs = make_staff(Role.JOBS, office=work.office)
    StandIn.objects.create(
        absent=work.officer, colleague=jobs, starts_on=TODAY(), ends_on=TODAY(), named_by=work.officer
    )

    assert tasks(jobs) == []
    assert (
        ours(why_not_accept_matter(again(jobs), Matter.objects.get()))
        == "Only the person it was given to accepts a matter."
    )
    with pytest.raises(Incomplete, match="whose roles do such work"):
        stand_in(work, colleague=work.cashier)


def test_a_walled_case_opens_to_the_colleague_for_these_days_only(house):
    handler, other = (make_staff(Role.LEGAL, office=house.office) for _one in range(2))
    case = make_case(office=house.office, handler=handler)
    before = Case.objects.visible_to(again(other)).exists()
    made = name_stand_in(handler, colleague=other, starts_on=TODAY(), ends_on=TODAY(), by=handler)

    assert (before, Case.objects.visible_to(again(other)).exists()) == (False, True)
    assert why_not_work_on(again(other), case) == ""
    end_stand_in(made, by=other)
    assert not Case.objects.visible_to(again(other)).exists()


def test_one_colleague_at_a_time_and_no_way_round_the_dates(work):
    stand_in(work)

    with pytest.raises(Incomplete, match="stands in from"):
        stand_in(work, first=5, last=9, colleague=work.frontdesk)
    with pytest.raises(Incomplete, match="before the first"):
        stand_in(work, first=9, last=8)
    with pytest.raises(Incomplete, match="over already"):
        stand_in(work, first=-9, last=-8)
    with pytest.raises(NotAllowed, match="Only a leader"):
        name_stand_in(work.officer, colleague=work.officer2, starts_on=TODAY(), ends_on=TODAY(), by=work.frontdesk)
    with pytest.raises(IntegrityError, match="nobody_stands_in_for_themselves"), transaction.atomic():
        StandIn.objects.update(colleague=work.officer)


def test_only_who_can_do_the_work_is_offered(work):
    offered = set(takers(work.officer, by=work.officer))

    assert {work.officer2, work.frontdesk} <= offered
    assert offered.isdisjoint({work.officer, work.cashier, work.accountant, work.auditor})
    assert set(takers(work.officer2, by=work.officer2)) == set()
    assert set(able_to_stand_in(work.officer, by=work.officer)).isdisjoint({work.cashier, work.auditor})


def test_the_leader_hands_over_what_somebody_else_left_behind(work, enter):
    client, page = enter(work.leader), reverse("center:hand_over") + f"?of={work.officer.pk}"

    shown = client.get(page).content.decode()
    typed = {"taker": work.officer2.pk, "reason": "fell ill"}
    asked = BeautifulSoup(client.post(page, typed).content, "html.parser")
    answer = client.post(page, typed | {"shown": asked.select_one("input[name=shown]")["value"]})

    assert work.officer.full_name in shown
    assert (answer.status_code, Matter.objects.get().assignee) == (302, work.officer2)
    assert enter(work.frontdesk).get(page).status_code == 404


def test_the_page_names_the_stand_in_and_takes_it_back(work, enter):
    client, page = enter(work.officer), reverse("center:away")
    days = {"starts_on": TODAY().isoformat(), "ends_on": (TODAY() + timedelta(days=3)).isoformat()}

    named = client.post(page, {"colleague": work.officer2.pk, **days})
    todo = enter(work.officer2).get(reverse("center:tasks")).content.decode()
    back = client.post(reverse("center:away_end", args=[StandIn.objects.get().pk]))

    assert (named.status_code, back.status_code) == (302, 302)
    assert work.officer.full_name in todo
    assert StandIn.objects.get().ended_by == work.officer
