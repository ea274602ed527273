"""The number of tasks on every page: right, and not counted anew for each of them."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from django.utils import timezone

from center.actions.jobs import see_job, start_job
from center.desk import Task
from center.kernel.remarks import Remark
from center.kernel.roles import Role
from center.models import Staff
from center.site import task_inbox
from tests.center.make import make_office, make_staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def window(enter, fake, monkeypatch):
    """Somebody for whom two tasks wait, and how often the desk was asked."""
    fake.waiting, fake.asked = ["first", "second"], 0

    def tasks(staff):
        fake.asked += 1
        return [Task(code="fake.do", verb="To do", title=title, url="/") for title in fake.waiting]

    monkeypatch.setattr(fake, "tasks", tasks)
    return enter(make_staff(Role.OFFICER, office=make_office(), language="en"))


def number_on(client, route="center:help"):
    return BeautifulSoup(client.get(reverse(route)).content, "html.parser").select_one("[data-key=tasks] .count").text


def test_many_pages_in_a_minute_ask_the_desks_once(window, fake):
    assert [number_on(window) for _page in range(4)] == ["2"] * 4
    assert fake.asked == 1


def test_after_a_minute_they_are_asked_again(window, fake, monkeypatch):
    number_on(window)
    fake.waiting.append("third")
    later = timezone.now() + timedelta(seconds=task_inbox.KEPT)
    monkeypatch.setattr(timezone, "now", lambda: later)

    assert (number_on(window), fake.asked) == ("3", 2)


def test_whoever_does_something_sees_what_waits_after_it(window, fake, monkeypatch):
    officer = Staff.objects.get()
    job = start_job("fake.kind", title=Remark("A job"), office=officer.home_office, by=officer)
    monkeypatch.setattr(fake, "hits", lambda _query, by: [see_job(job, by=by)][:0])  # an action, whatever it does
    number_on(window)
    fake.waiting.append("third")
    window.post(reverse("center:suggest"), {"q": "nobody"})

    assert (number_on(window), number_on(window), fake.asked) == ("3", "3", 2)


def test_whoever_only_searches_or_is_refused_is_not_counted_for_anew(window, fake):
    number_on(window)
    fake.waiting.append("third")
    answers = [window.post(reverse("center:suggest"), {"q": "nobody"}), window.post(reverse("center:office_list"))]

    assert [answer.status_code for answer in answers] == [200, 403]
    assert (number_on(window), fake.asked) == ("2", 1)


@pytest.mark.parametrize("route", ["center:home", "center:tasks"])
def test_a_page_that_lists_them_counts_what_it_lists(window, fake, route):
    number_on(window)
    fake.waiting.append("third")

    assert (number_on(window, route), number_on(window), fake.asked) == ("3", "3", 2)
