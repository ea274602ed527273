"""The search of a page that needs a person first: one component, the words in the body, each result leads back."""

import pytest
from django.urls import reverse

from center.roles import Role
from tests.casework.make import make_person
from tests.center.make import make_office, make_staff

pytestmark = pytest.mark.django_db
FIND = "/search/person/"


@pytest.fixture
def clerk():
    return make_staff(Role.FRONT_DESK, office=make_office(), language="en")


def found(client, to, *, q="赵秀华", **headers):
    return client.post(FIND, {"q": q, "to": to, "name": "person"}, **headers).content.decode()


@pytest.mark.parametrize(
    "route", ["relief:application_new", "legal:intake", "employment:seeker_new", "casework:death_first"]
)
def test_pages_that_need_a_person_have_the_search_in_them(enter, clerk, route):
    answer = enter(clerk).get(reverse(route)).content.decode()

    assert f'action="{FIND}"' in answer


def test_each_person_found_leads_back_to_the_page(enter, clerk):
    person = make_person(office=clerk.home_office, name="赵秀华")
    client = enter(clerk)

    assert f'href="/applications/new/?person={person.code}"' in found(client, "/applications/new/")
    assert f'href="/audit/?year=2026&amp;person={person.code}"' in found(client, "/audit/?year=2026")
    assert f'href="/people/{person.code}/death/"' in found(client, "/people/PERSON/death/")
    part = found(client, "/applications/new/", headers={"hx-request": "true"})
    assert (person.code in part, "<html" in part) == (True, False)


def test_nobody_is_found_and_no_address_of_somebody_elses(enter, clerk):
    client = enter(clerk)

    assert "Nobody is found by these words" in found(client, "/applications/new/", q="量子")
    assert client.post(FIND, {"q": "x", "to": "https://elsewhere.example/", "name": "person"}).status_code == 404
    assert client.post(FIND, {"q": "x", "to": "/", "name": "next"}).status_code == 404
