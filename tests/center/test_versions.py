"""Two people at one record: the second sees both versions by field, chooses, and loses nothing."""

import pytest
from django import forms
from django.http import QueryDict

from casework.models import Person
from center.kernel.errors import Conflict
from center.privacy.fields import SecretFormField
from center.site import versions
from tests.casework.make import id_number, make_person
from tests.center.make import make_office

pytestmark = pytest.mark.django_db


class PlaceForm(forms.Form):
    name = forms.CharField()
    phone = forms.CharField(required=False)
    level = forms.ChoiceField(choices=[("grouped", [("district", "District"), ("city", "City")]), ("", "—")])
    tags = forms.MultipleChoiceField(
        choices=[("a", "A"), ("b", "B")], widget=forms.CheckboxSelectMultiple, required=False
    )
    live = forms.BooleanField(required=False)
    code = forms.CharField(widget=forms.HiddenInput, required=False)


def opened(**values):
    return PlaceForm(initial={"name": "Old", "phone": "1", "level": "district", "tags": ["a"], "live": True} | values)


def sent(version, *, data=None, **values):
    body = QueryDict(mutable=True)
    given = {"name": "Old", "phone": "1", "level": "district", "tags": ["a"], "live": "on", "version": version} | values
    for name, value in given.items():
        body.setlist(name, value if isinstance(value, list) else [value])
    return PlaceForm(versions.chosen(body))


def found(form, current):
    return [(one.name, one.theirs_shown, one.mine_shown, one.touched) for one in versions.differences(form, current)]


def test_nothing_changed_means_nothing_to_choose():
    assert found(sent(versions.stamp(opened()), name="Mine"), opened()) == []


def test_a_field_that_both_changed_shows_both_values():
    form = sent(versions.stamp(opened()), name="Mine", level="city")

    assert found(form, opened(name="Theirs", level="")) == [
        ("name", "Theirs", "Mine", True),
        ("level", "", "City", True),
    ]


def test_a_field_that_only_the_other_changed_is_theirs_unless_chosen_otherwise():
    form = sent(versions.stamp(opened()), phone="2")

    assert found(form, opened(tags=["a", "b"], live=False)) == [
        ("tags", "A, B", "A", False),
        ("live", "no", "yes", False),
    ]


def test_the_same_change_twice_is_no_conflict():
    assert found(sent(versions.stamp(opened()), name=" Theirs "), opened(name="Theirs")) == []


def test_a_script_that_brings_no_version_is_not_compared():
    assert found(sent(""), opened(name="Theirs")) == []


def test_a_forged_version_is_refused_with_a_sentence():
    with pytest.raises(Conflict, match="too old to save"):
        versions.differences(sent("forged"), opened())


def test_choosing_carries_the_chosen_version_and_keeps_the_rest():
    form = sent(
        versions.stamp(opened(name="Theirs", tags=["b"])),
        name="Mine",
        phone="2",
        **{"theirs.name": "Theirs", "take.name": "theirs", "theirs.tags": ["b"], "take.tags": "mine"},
    )

    assert form.is_valid()
    assert (form.cleaned_data["name"], form.cleaned_data["phone"], form.cleaned_data["tags"]) == ("Theirs", "2", ["a"])
    assert versions.differences(form, opened(name="Theirs", tags=["b"])) == []


def test_a_field_without_a_choice_is_asked_again():
    current = opened(name="Theirs")

    form = sent(versions.stamp(current), name="Mine", **{"theirs.name": "Theirs"})

    assert found(form, current) == [("name", "Theirs", "Mine", True)]


def test_a_third_person_meanwhile_is_another_conflict():
    form = sent(versions.stamp(opened(name="Theirs")), name="Mine", **{"theirs.name": "Theirs", "take.name": "mine"})

    assert found(form, opened(name="Third")) == [("name", "Third", "Mine", True)]


class NumberForm(forms.Form):
    id_number = SecretFormField(kind="id", label="ID number", required=False)

    def __init__(self, *args, person, **options):
        self.record = person
        super().__init__(*args, **options)


def test_a_number_that_both_typed_is_chosen_without_being_shown():
    person = make_person(office=make_office())
    stamp = versions.stamp(NumberForm(person=person))
    mine = id_number()
    Person.objects.filter(pk=person.pk).update(id_number=id_number())
    current = NumberForm(person=Person.objects.get(pk=person.pk))
    data = QueryDict(f"id_number={mine}&version={stamp}")

    (one,) = versions.differences(NumberForm(data, person=person), current)
    left_empty = versions.differences(NumberForm(QueryDict(f"version={stamp}"), person=person), current)

    assert (one.theirs_shown, one.mine_shown) == ("the number on record now", "the number that you typed")
    assert one.theirs == ()
    assert left_empty == []
