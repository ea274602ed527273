"""The search of a page that needs a person first: one component, the words in the body, each result leads back."""

import pytest
from django.urls import reverse

from center.kernel.roles import Role
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


def test_registered_twice_begins_with_a_search_for_those_who_compare(enter, clerk):
    officer = make_staff(Role.OFFICER, office=clerk.home_office)
    auditor = make_staff(Role.AUDITOR, office=clerk.home_office)

    shown = {one: enter(one).get(reverse("casework:doubles")).content.decode() for one in (officer, auditor)}

    assert [f'value="{reverse("casework:other_record", args=["PERSON"])}"' in text for text in shown.values()] == [
        True,
        False,
    ]


def test_whoever_is_searched_for_is_filled_into_the_request_to_destroy(enter, clerk):
    officer = make_staff(Role.OFFICER, office=clerk.home_office)
    person = make_person(office=clerk.home_office, name="赵秀华")
    url = reverse("center:destructions")

    chosen = enter(officer).get(url, {"person": person.code})
    nobody = enter(officer).get(url, {"person": "NOSUCHCODE"})

    assert f'action="{FIND}"' in chosen.content.decode()
    assert (chosen.context["form"]["number"].value(), "赵*华" in chosen.content.decode()) == (person.code, True)
    assert nobody.context["form"].chosen == ""


def test_a_lost_phone_begins_with_whose_it_is(enter, clerk):
    administrator = make_staff(Role.ADMIN, office=clerk.home_office)
    leader = make_staff(Role.LEADER, office=clerk.home_office)
    url = reverse("center:factor_resets")

    asked = enter(administrator).get(url)
    led = enter(administrator).get(url, {"staff": clerk.pk})

    assert 'name="staff"' in asked.content.decode()
    assert led.url == reverse("center:staff", args=[clerk.pk])
    assert 'name="staff"' not in enter(leader).get(url).content.decode()
