"""Every number, amount and day has its least and most; every form reads figures as people write them (fault kind 6)."""

import importlib
import pkgutil

import pytest
from django import forms
from django.apps import apps
from django.contrib.postgres.fields import ArrayField, RangeField
from django.core.exceptions import ValidationError
from django.db import connection, models
from psycopg.types.range import DateRange

from casework.forms.choices import NameField
from center.forms.figures import FigureField
from center.models.bounds import BOUNDS

ROOMS = ("center", "casework", "relief", "employment", "legal")
NUMBERS = (models.IntegerField, models.DecimalField, models.FloatField, models.DateField, RangeField)
NO_NUMBER = (models.DateTimeField, models.AutoField)  # moments are set by the clock, keys by the database


def ours():
    """The models of the rooms; history holds what was, whatever it was."""
    return [m for m in apps.get_models() if m._meta.app_label in ROOMS and not hasattr(m, "pgh_tracked_model")]


def numbers_of(model):
    plain = [f for f in model._meta.local_fields if isinstance(f, NUMBERS) and not isinstance(f, NO_NUMBER)]
    arrays = [f for f in model._meta.local_fields if isinstance(f, ArrayField) and isinstance(f.base_field, NUMBERS)]
    return plain + arrays


def test_every_number_amount_and_day_has_its_least_and_most():
    without = [
        f"{model._meta.label}.{field.name}"
        for model in ours()
        for field in numbers_of(model)
        if field.name not in BOUNDS.get(model, {})
    ]

    assert without == []


@pytest.mark.django_db
def test_the_database_keeps_them_too():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conname LIKE '%_within_bounds'"
        )
        kept = dict(cursor.fetchall())

    unkept = [
        f"{model._meta.label}.{name}"
        for model, bounds in BOUNDS.items()
        for name in bounds
        if f"{model._meta.get_field(name).column}" not in kept.get(f"{model._meta.db_table}_within_bounds", "")
    ]
    assert unkept == []


def just_outside(field, bounds):
    least, most = bounds.today
    if hasattr(least, "year"):
        before, after = least.replace(year=least.year - 1), most.replace(year=most.year + 1, day=min(most.day, 28))
    else:
        before, after = least - 1, most + 1
    if isinstance(field, RangeField):
        return DateRange(before, None), DateRange(least, after)
    return ([before], [after]) if isinstance(field, ArrayField) else (before, after)


@pytest.mark.parametrize("model", sorted(BOUNDS, key=lambda one: one._meta.label), ids=lambda one: one._meta.label)
def test_a_form_of_the_model_refuses_what_lies_outside(model):
    taken = []
    for name, bounds in BOUNDS[model].items():
        field = model._meta.get_field(name)
        for value in just_outside(field, bounds):
            try:
                field.run_validators(value)
            except ValidationError:
                continue
            taken.append((name, value))

    assert taken == []


def all_forms():
    for room in ROOMS:
        package = importlib.import_module(f"{room}.forms")
        for module in pkgutil.walk_packages(package.__path__, f"{room}.forms."):
            importlib.import_module(module.name)
    waiting, found = [forms.BaseForm], set()
    while waiting:
        for each in waiting.pop().__subclasses__():
            waiting.append(each)
            if each.__module__.split(".")[0] in ROOMS:
                found.add(each)
    return sorted(found, key=lambda one: one.__qualname__)


def test_no_form_takes_an_exponent_for_an_amount():
    wrong = [
        f"{form.__qualname__}.{name}"
        for form in all_forms()
        for name, field in getattr(form, "base_fields", {}).items()
        if isinstance(field, forms.DecimalField) and not isinstance(field, FigureField)
    ]

    assert wrong == []


def test_a_person_s_name_is_asked_by_the_field_that_knows_names():
    wrong = [
        f"{form.__qualname__}.{name}"
        for form in all_forms()
        for name, field in getattr(form, "base_fields", {}).items()
        if name == "full_name" and form.__module__.startswith("casework") and not isinstance(field, NameField)
    ]

    assert wrong == []
