"""What htmx is given is the part of the page that stands there anyway: no second page hides behind the first."""

import ast
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from center.actions.jobs import start_job
from center.kernel.remarks import Remark
from center.kernel.roles import Role
from center.models import AgendaItem, Meeting
from relief.jobs import REGISTER
from tests.casework.make import make_person
from tests.center.make import make_office, make_staff
from tests.house.test_tree import BASE, ROOMS, relative, tracked

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="[^"]*"')
# Views that answer htmx otherwise than a browser; each has its test below.
ANSWERS_TWICE = {
    "center/views/work.py:work",
    "center/views/reveal.py:reveal",
    "center/views/shell.py:find_person",
    "center/views/screens.py:_show",
}
# Routes that only htmx asks, and what shows the same without it.
ONLY_PARTS = {
    "center:practice": "center/_growing.html is included at the head of every page of a practice district",
    "center:meeting_now": "center/_meeting_now.html is included at the head of the room",
    "center:item_ballots": "center/_ballots.html is included where the item is voted on",
    "center:suggest": "center/search.html#hits is a part of the search page",
    "casework:visit_matches": "casework/_visit_matches.html is included by the panel of the visit",
}


def plain(text):
    return re.sub(r"\s+", " ", TOKEN.sub("", text)).strip()


def test_these_views_and_no_others_answer_twice():
    found = set()
    for room in ROOMS:
        for path in tracked(f"{room}/*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.FunctionDef) and "request" in [one.arg for one in node.args.args]:
                    text = ast.unparse(node)
                    if "request.htmx" in text or "'htmx'" in text:
                        found.add(f"{relative(path)}:{node.name}")

    assert found == ANSWERS_TWICE


def test_templates_ask_for_parts_at_these_addresses_only():
    asked = set()
    for path in tracked("templates/*.html"):
        asked |= {found[1] for found in re.finditer(r"""\bhx-(?:get|post)="\s*({[%{].*?[%}]})""", path.read_text())}

    routes = {found[1] for one in asked if (found := re.search(r"url '([\w:]+)'", one))}

    assert routes == ONLY_PARTS.keys()
    assert {one for one in asked if "url '" not in one} == {"{{ url }}", "{{ job.get_absolute_url }}"}


@pytest.mark.django_db
def test_the_panel_of_the_visit_holds_what_the_matches_answer():
    panel = (BASE / "templates" / "casework" / "_visit_fields.html").read_text()

    assert re.search(r'id="matches"[^>]*>\s*{% include "casework/_visit_matches.html" %}', panel)


def test_the_head_of_every_page_holds_how_far_the_practice_district_is():
    head = (BASE / "templates" / "base.html").read_text()

    assert re.search(r'<aside class="practice".*{% include "center/_growing.html" %}.*</aside>', head, re.DOTALL)


@pytest.mark.django_db
def test_the_number_to_reveal_is_asked_for_alike(enter):
    office = make_office()
    client = enter(make_staff(Role.OFFICER, office=office))
    url = make_person(office=office).id_number.reveal_url

    whole, part = client.get(url), client.get(url, headers={"hx-request": "true"})

    assert "<form" in part.content.decode()
    assert plain(part.content.decode()) in plain(whole.content.decode())


@pytest.mark.django_db
def test_what_is_found_while_typing_stands_in_the_search_page(enter):
    office = make_office()
    client = enter(make_staff(Role.OFFICER, office=office))
    make_person(office=office, name="欧阳锦绣")

    whole, part = (client.post(reverse(name), {"q": "欧阳锦绣"}) for name in ("center:search", "center:suggest"))

    assert "/people/" in part.content.decode()
    assert plain(part.content.decode()) in plain(whole.content.decode())


@pytest.mark.django_db
def test_a_job_tells_of_itself_alike(enter):
    office = make_office()
    auditor = make_staff(Role.AUDITOR, office=office)
    client = enter(auditor)
    job = start_job(REGISTER, title=Remark("Register"), office=office, by=auditor)
    url = reverse("center:job", args=[job.code])

    whole, part = client.get(url), client.get(url, headers={"hx-request": "true"})

    assert 'id="progress"' in part.content.decode()
    assert plain(part.content.decode()) in plain(whole.content.decode())


@pytest.mark.django_db
def test_the_wall_of_the_committee_room_tells_of_an_item_alike(enter):
    office = make_office()
    secretary = make_staff(Role.SECRETARY, office=office)
    sitting = {"office": office, "title": "x", "held_on": timezone.localdate(), "quorum": 2, "prepared_by": secretary}
    item = AgendaItem.objects.create(
        meeting=Meeting.objects.create(**sitting), position=1, subject="fake.case:1", number="Q1", programme="medical",
        facts={"cause": "", "flags": [], "name": "x", "per_capita": None, "self_paid": None}, quorum=2,
    )  # fmt: skip
    client, url = enter(secretary), reverse("center:item_screen", args=[item.meeting.code, 1])

    whole, part = client.get(url), client.get(url, headers={"hx-request": "true"})

    assert 'id="screen"' in part.content.decode()
    assert plain(part.content.decode()) in plain(whole.content.decode())
