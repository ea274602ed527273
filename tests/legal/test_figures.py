"""Every figure of cases says its unit and its meaning, and leads to exactly its rows."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.utils import timezone

from center.desk import desk_of
from center.kernel.roles import Permission, Role
from demo.district import FILL
from tests.employment.test_practice import world_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(db):
    made = world_of(Role.LEGAL, Role.LEADER, files=16)
    FILL["legal"](made)
    return made


def of_the_rows(figure, rows, since, until):
    """The figure again, from the rows behind its link."""
    added = {
        "legal.people": lambda row: row.people,
        "legal.claimed": lambda row: row.claimed_amount or Decimal(0),
        "legal.awarded": lambda row: row.awarded_amount or Decimal(0),
        "legal.received": lambda row: sum(
            one.amount for one in row.recoveries.filter(received_on__range=(since, until))
        ),
    }.get(figure.code)
    return sum(added(row) for row in rows) if added else len(rows)


@pytest.mark.parametrize("months", [1, 12])
def test_every_figure_leads_to_exactly_its_rows(enter, world, months):
    until = timezone.localdate()
    since = until.replace(day=1) if months == 1 else until.replace(year=until.year - 1)
    leader = world.people[str(Role.LEADER)]
    figures = desk_of("legal.x").figures(since=since, until=until, offices=leader.sight(Permission.READ_CASES))
    client = enter(leader)

    counted = {
        one.code: of_the_rows(one, list(client.get(one.url).context["page"].paginator.object_list), since, until)
        for one in figures
    }

    assert counted == {one.code: one.value for one in figures}
    assert [one.code for one in figures if not (one.unit and one.label and len(one.definition) > 10)] == []
