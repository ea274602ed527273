"""Nothing is called optional without which a file or an application is not handed in; what is required is marked."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from casework.enums import FileStatus
from casework.forms.sections import NEEDED_OF_HEAD
from casework.permissions import missing_for_submission
from center.kernel.roles import Role
from tests.casework.make import make_file, make_household, make_person
from tests.center.make import make_office, make_staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk(settings, client):
    settings.SECOND_FACTOR = False
    staff = make_staff(Role.FRONT_DESK, office=make_office(), language="en")
    client.force_login(staff)
    return staff


def labels(client, file, section):
    """Field → what its label says beside the name."""
    page = client.get(reverse("casework:file_edit", args=[file.code, section]))
    soup = BeautifulSoup(page.content.decode(), "html.parser")
    return {
        label["for"].removeprefix("id_"): mark.get_text()
        for label in soup.select("main label[for]")
        if (mark := label.select_one(".optional, .needed"))
    }


def test_what_a_file_needs_is_called_so(client, clerk):
    office = clerk.home_office
    head = make_person(office=office)
    file = make_file(office=office, by=clerk, household=make_household(office=office, head=head), status="draft")
    person, home, cause = (labels(client, file, section) for section in ("person", "household", "cause"))

    assert {person[name] for name in NEEDED_OF_HEAD} == {"(needed to hand in)"}
    assert (home["housing_type"], cause["primary_cause"]) == ("(needed to hand in)",) * 2
    assert (person["full_name"], home["address"]) == ("*", "*")
    assert not {"id_number", "phone"} & set(person)


def test_every_column_that_is_missed_is_one_of_those():
    """The list of what is missing and the marks of the form speak of the same columns."""
    office = make_office()
    staff = make_staff(Role.OFFICER, office=office)
    head = make_person(office=office, id_number=None)
    file = make_file(
        office=office,
        by=staff,
        household=make_household(office=office, head=head, address="", housing_type=""),
        status=FileStatus.DRAFT,
        primary_cause="",
    )
    kept_once_given = 2  # ID number and telephone
    of_home_and_file = 3  # cause, address, housing
    of_the_economy = 1  # the income

    assert (
        len(missing_for_submission(file)) == len(NEEDED_OF_HEAD) + kept_once_given + of_home_and_file + of_the_economy
    )
