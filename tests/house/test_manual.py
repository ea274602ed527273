"""The manual speaks of pages that exist, in both languages alike, and help works without a network."""

import pytest
from django.urls import reverse

from center import manual
from center.roles import Role
from tests.center.make import make_staff
from tests.house.test_routes import ours

EVERYBODYS_FIRST = {
    "center:home",
    "casework:desk",
    "casework:files",
    "relief:applications",
    "relief:audit",
    "center:meeting",
}


def test_both_languages_speak_of_the_same_existing_pages():
    names = {name for name, _pattern in ours()}

    assert manual.sections("zh").keys() == manual.sections("en").keys()
    assert set(manual.sections("zh")) - names == set()
    assert EVERYBODYS_FIRST - set(manual.sections("zh")) == set()


def test_no_section_is_empty():
    for language in ("zh", "en"):
        assert [one.page for one in manual.sections(language).values() if len(one.text) < 10] == []


@pytest.mark.django_db
def test_help_shows_the_paragraph_of_the_page_one_comes_from(enter):
    frontdesk = make_staff(Role.FRONT_DESK)

    answer = enter(frontdesk).get(reverse("center:help"), {"page": "casework:desk"})

    assert manual.sections("zh")["casework:desk"].text[:12] in answer.content.decode()


def test_the_words_have_three_columns():
    assert len(manual.words()) > 40
    assert [row for row in manual.words() if not all(row)] == []
