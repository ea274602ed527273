"""Whoever goes on holiday gives the open work to a colleague, who finds it among the tasks and may do it."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from django.utils import timezone

from casework import actions
from casework.actions.visits import Outcome
from casework.enums import VisitResult
from casework.models import HardshipFile, Matter
from center.actions.handover import hand_over_work, would_move
from center.actions.stand_ins import name_stand_in
from center.desk import desks
from center.kernel.errors import Incomplete, NotAllowed
from center.kernel.roles import Role
from center.models import Event
from relief.models import Application
from tests.casework.make import make_file, make_purpose
from tests.center.make import make_office, make_staff
from tests.relief.make import make_application, make_house

pytestmark = pytest.mark.django_db


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


def tasks(staff):
    return {task.code for each in desks() for task in each.tasks(type(staff).objects.get(pk=staff.pk))}


def test_ones_own_work_goes_to_a_colleague_who_sees_and_does_it(work):
    giver, taker = work.officer, work.officer2

    moved = hand_over_work(giver, taker=taker, reason="two weeks of leave", by=giver)

    assert moved == 3
    assert Matter.objects.get().assignee == Application.objects.get(status="draft").handler == taker
    assert HardshipFile.objects.get(status="draft").owner == taker
    assert {"casework.matter_accept", "casework.draft"} <= tasks(taker)
    assert not {"casework.matter_accept", "casework.draft"} & tasks(giver)
    actions.accept_matter(Matter.objects.get(), by=taker)
    assert Event.objects.filter(verb="center.work.handed_over").count() == 1


def test_nobody_gives_away_what_is_anothers_and_nothing_goes_out_of_the_office(work):
    elsewhere = make_staff(Role.OFFICER, office=make_office("elsewhere"))

    with pytest.raises(NotAllowed, match="Only a leader hands over work"):
        hand_over_work(work.officer, taker=work.officer2, reason="x", by=work.frontdesk)
    with pytest.raises(Incomplete, match="a colleague of the same office"):
        hand_over_work(work.officer, taker=elsewhere, reason="x", by=work.officer)
    with pytest.raises(Incomplete, match="Say why"):
        hand_over_work(work.officer, taker=work.officer2, reason=" ", by=work.officer)
    assert hand_over_work(work.officer, taker=work.officer2, reason="has left", by=work.leader) == 3


def test_what_the_taker_may_not_do_stays(work):
    with pytest.raises(Incomplete, match="has no role for what is open here: nothing was handed over"):
        hand_over_work(work.officer, taker=work.cashier, reason="leave", by=work.officer)

    assert Event.objects.filter(verb="center.work.handed_over").count() == 0


def test_the_page_does_it(work, enter):
    client = enter(work.officer)
    url, typed = reverse("center:hand_over"), {"taker": work.officer2.pk, "reason": "leave"}
    asked = BeautifulSoup(client.post(url, typed).content, "html.parser")
    assert Matter.objects.get().assignee == work.officer

    stamp = asked.select_one("input[name=shown]")["value"]
    answer = client.post(url, typed | {"shown": stamp}, follow=True)

    assert [" ".join(line.text.split()) for line in asked.select(".message li")] == ["事项：1", "档案：1", "申请：1"]
    assert asked.select_one("form .btn-primary, form button.main, form [type=submit]").text.strip() == (
        f"移交给{work.officer2}"
    )
    assert [str(said) for said in answer.context["messages"]] == [f"已向{work.officer2}移交3条记录。"]
    assert Matter.objects.get().assignee == work.officer2


def test_before_work_goes_to_somebody_who_is_away_the_page_says_so(work, enter):
    today = timezone.localdate()
    name_stand_in(work.officer2, colleague=work.officer, starts_on=today, ends_on=today, by=work.officer2)

    page = enter(work.officer).post(reverse("center:hand_over"), {"taker": work.officer2.pk, "reason": "leave"})

    assert f"{work.officer2}外出至{today.isoformat()}；由{work.officer}代为办理。" in page.content.decode()


def test_what_would_move_is_what_moves(work):
    assert would_move(work.officer, taker=work.officer2, by=work.officer) == [
        ("Matters", 1),
        ("Files", 1),
        ("Applications", 1),
    ]
    assert would_move(work.officer, taker=work.cashier, by=work.officer) == []
