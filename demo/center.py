"""The center's own share of the invented district."""

from __future__ import annotations

import json
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from django.utils import timezone

from center.actions import offices, people, reference, stand_ins
from center.kernel.roles import Role
from center.models import Standard
from center.models.office import Level
from demo.clock import on

if TYPE_CHECKING:
    from demo.world import Practice

COMING_WAGE = Decimal(6810)


def fill(world: Practice) -> None:
    """Offices of every kind, one of them merged into its neighbour; a deputy whose time is over; a stand-in who was needed
    for less time than thought; a telephone that was lost; the average wage of the coming year, still to be corrected."""
    words = json.loads((Path(__file__).parent / "data" / "center.json").read_text(encoding="utf-8"))
    admin, today = world.people["admin"], timezone.localdate()
    opened, station = date(2008, 1, 1), world.stations[-1]
    places = ((Level.STATION, world.office), (Level.POINT, world.stations[0]), (Level.EMPLOYER_UNION, world.office))
    made = [
        offices.open_office(code=code, name=name, level=level, parent=parent, on=opened, division="511111", by=admin)
        for (level, parent), (code, name) in zip(places, words["offices"], strict=True)
    ]
    admin = type(admin).objects.get(pk=admin.pk)  # who sees the new offices, too
    offices.merge_offices(made[0], into=station, on=date(today.year - 1, 1, 1), by=admin)
    people.assign(
        world.people["officer2"],
        role=Role.SECRETARY,
        office=world.office,
        starts_on=today - timedelta(days=150),
        ends_on=today - timedelta(days=130),
        deputy_for=world.people["secretary"],
        by=admin,
    )
    reference.set_standard(
        world.office,
        key=Standard.Key.AVERAGE_WAGE,
        value=COMING_WAGE,
        since=date(today.year + 1, 1, 1),
        document=words["coming"].format(year=today.year),
        by=world.people["leader"],
    )
    _came_back_early(world)
    asked = people.ask_factor_reset(world.people["cashier"], reason=words["lost"], by=admin)
    people.confirm_factor_reset(asked, by=world.people["leader"])


def _came_back_early(world: Practice) -> None:
    """An officer was away last month, and back two days before it was thought."""
    away, colleague, leader = (world.people[name] for name in ("officer", "officer2", "leader"))
    left = timezone.now() - timedelta(days=40)
    first = timezone.localdate(left)
    with on(left):
        named = stand_ins.name_stand_in(
            away, colleague=colleague, starts_on=first, ends_on=first + timedelta(days=9), by=leader
        )
    with on(left + timedelta(days=7)):
        stand_ins.end_stand_in(named, by=leader)
