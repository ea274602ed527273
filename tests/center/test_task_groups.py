"""Tasks of one kind: the head says how many there are, the list how many it shows and where the others are."""

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from center.desk import TASKS_MOST, Task
from center.kernel.roles import Role
from tests.center.make import make_office, make_staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(enter, fake, monkeypatch):
    """The page of tasks of somebody for whom so many of one kind wait."""
    client = enter(make_staff(Role.OFFICER, office=make_office(), language="en"))

    def shown(many, address=""):
        tasks = [Task(code="fake.do", verb="To do it", title=f"{n:04}", url="/", together="/x/") for n in range(many)]
        monkeypatch.setattr(fake, "tasks", lambda _staff: tasks)
        return BeautifulSoup(client.get(reverse("center:tasks") + address).content, "html.parser").select_one("main")

    return shown


def titles(found):
    return [link.text for link in found.select(".timeline a")]


def test_a_long_group_says_how_many_there_are_and_leads_to_all(page):
    found = page(87)

    assert found.select_one(".count").text == "87"
    assert len(titles(found)) == 20
    assert found.find("a", string=lambda text: text and text.strip() == "All 87")["href"].endswith("?kind=fake.do")
    assert found.find("a", string="Several at once")["href"] == "/x/"
    assert titles(page(87, "?kind=fake.do&page=2")) == [f"{n:04}" for n in range(50, 87)]


def test_a_short_group_is_whole_and_one_alone_is_not_done_together(page):
    assert page(20).find("a", string=lambda text: text and "All" in text) is None
    assert page(1).find("a", string="Several at once") is None


def test_a_desk_that_was_asked_for_no_more_says_so(page):
    assert page(TASKS_MOST).select_one(".count").text == f"{TASKS_MOST}+"


def test_what_help_finds_is_called_the_results_of_the_search(enter):
    client = enter(make_staff(Role.OFFICER, office=make_office()))

    heads = BeautifulSoup(client.post(reverse("center:help"), {"q": "接待"}).content, "html.parser").select("main h2")

    assert "搜索结果" in [head.text.strip() for head in heads]
