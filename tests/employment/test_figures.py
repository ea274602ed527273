"""Every figure of placement says its unit and its meaning, and leads to exactly its rows."""

from __future__ import annotations

import pytest
from django.utils import timezone

from center.desk import desk_of
from center.kernel.roles import Permission, Role
from demo.district import FILL
from tests.employment.test_practice import world_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("months", [1, 12])
def test_every_figure_leads_to_exactly_its_rows(enter, months):
    made = world_of(Role.JOBS, Role.LEADER, files=36)
    FILL["employment"](made)
    until = timezone.localdate()
    since = until.replace(day=1) if months == 1 else until.replace(year=until.year - 1)
    jobs = made.people[str(Role.JOBS)]
    figures = desk_of("employment.x").figures(since=since, until=until, offices=jobs.sight(Permission.READ_JOBS))
    client = enter(jobs)

    rows = {one.code: list(client.get(one.url).context["page"].paginator.object_list) for one in figures}
    counted = {
        code: sum(row.posts for row in found) if code == "employment.places" else len(found)
        for code, found in rows.items()
    }

    assert counted == {one.code: one.value for one in figures}
    assert [one.code for one in figures if not (one.unit and one.label and len(one.definition) > 10)] == []
