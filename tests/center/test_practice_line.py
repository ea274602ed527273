"""The rest of the invented district comes while people use it: everybody sees how far it is, and what is cut goes on."""

import pytest
from django.db.models import Count
from django.urls import reverse
from django.utils import timezone

from casework.models import HardshipFile, Person, Visit
from center.actions.jobs import start_job
from center.kernel.remarks import Remark
from center.models import Job, Staff
from center.queries.growing import GROWING
from demo.casework import later
from demo.clock import on
from demo.world import AT_FIRST


def asked(**state):
    admin = Staff.objects.get(username="admin")
    title = Remark("Inventing more households for practice")
    job = start_job(GROWING, title=title, office=admin.home_office, args={"households": 300}, by=admin)
    Job.objects.filter(pk=job.pk).update(**state)
    return job


def test_everybody_sees_how_far_the_inventing_is(practice, entered):
    line = reverse("center:practice")
    frontdesk = entered(Staff.objects.get(username="frontdesk"))
    assert "练习家庭" not in frontdesk.get("/").content.decode()

    job = asked(status="running", started_at=timezone.now(), done=120, total=300)
    for page in (frontdesk.get("/"), frontdesk.get(line)):
        shown = page.content.decode()
        assert "正在生成更多练习家庭：共300户，已建120户。" in shown
        assert f'hx-get="{line}"' in shown

    Job.objects.filter(pk=job.pk).update(status="failed", finished_at=timezone.now())
    assert "练习家庭生成到第120户停止（共300户），由管理员在" in frontdesk.get("/").content.decode()

    Job.objects.filter(pk=job.pk).update(status="done", message="已建300户。")
    assert "已建300户" not in frontdesk.get("/").content.decode()
    told = frontdesk.get(line).content.decode()
    assert "已建300户。" in told
    assert "hx-get" not in told


def test_a_real_center_knows_no_such_line(practice, entered, settings):
    frontdesk = entered(Staff.objects.get(username="frontdesk"))
    settings.DEMO = False

    assert frontdesk.get(reverse("center:practice")).status_code == 404


class Cut(Exception):
    """The worker dies."""


def test_what_was_cut_goes_on_where_it_was_and_makes_no_household_twice(practice):
    office = Staff.objects.get(username="admin").home_office
    before = HardshipFile.objects.count(), Visit.objects.count()
    told = []

    def tell(done, total, _message):
        told.append((done, total))
        if len(told) == 2:
            raise Cut

    with pytest.raises(Cut):
        later.grow(office, until=AT_FIRST + 5, tell=tell)
    stand = later.grow(office, until=AT_FIRST + 5, tell=tell)
    again = later.grow(office, until=AT_FIRST + 5, tell=tell)

    assert stand == again == AT_FIRST + 5
    assert told[:5] == [(AT_FIRST + n, AT_FIRST + 5) for n in range(1, 6)]
    assert (HardshipFile.objects.count(), Visit.objects.count()) == (before[0] + 5, before[1] + 5)
    assert (
        not Person.objects.exclude(id_number=None).values("id_number").annotate(n=Count("pk")).filter(n__gt=1).exists()
    )


def test_an_invented_moment_is_no_other_threads(racing_db):
    moment = timezone.now().replace(year=2020)
    seen = {}

    def invents():
        with on(moment):
            seen["standing"] = True
            while "looked" not in seen:
                pass
            return timezone.now()

    def works():
        while "standing" not in seen:
            pass
        seen["looked"] = timezone.now()
        return seen["looked"]

    invented, real = racing_db(invents, works)

    assert invented == moment
    assert real.year > 2020
