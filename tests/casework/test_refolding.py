"""Rows of before: written and found as the rules of today have it."""

from __future__ import annotations

import io

import pytest
from django.core.management import call_command

from casework.models import Person
from tests.casework.make import make_person


@pytest.mark.django_db
def test_rows_of_before_are_refolded_once(office, officer):
    person = make_person(office=office, name="阿卜杜拉·买买提")
    Person.objects.filter(pk=person.pk).update(full_name="阿卜杜拉•买买提", search_keys=["x"])
    out = io.StringIO()

    for _again in range(2):
        call_command("refold_names", "--by", officer.username, stdout=out)

    person.refresh_from_db()
    assert out.getvalue().split() == ["person=1", "employer=0", "person=0", "employer=0"]
    assert (person.full_name, person.name_as_given) == ("阿卜杜拉·买买提", "阿卜杜拉•买买提")
    assert "abudulamaimaiti" in person.search_keys
