"""What lies beyond what is possible is refused by the form, the action and the database alike."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from casework.models import Household, Person
from center.exchange import cleaning
from center.exchange.cleaning import Fault
from center.forms.figures import FigureField
from center.kernel.errors import Incomplete
from center.models.bounds import Bounds, why_not_within
from relief.models import Application, Invoice
from tests.casework.make import make_household, make_person
from tests.center.make import make_office

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "model, name, value",
    [
        (Application, "other_aid", Decimal(-9000)),
        (Application, "asked_amount", Decimal(-1)),
        (Application, "school_year", 1990),
        (Invoice, "issued_on", date(2019, 6, 1)),
        (Invoice, "self_paid", Decimal(0)),
        (Person, "birth_date", date(2235, 1, 1)),
        (Person, "enrol_year", 1900),
        (Household, "declared_size", 31),
        (Household, "declared_size", 0),
    ],
)
def test_what_is_beyond_the_possible_has_its_sentence(model, name, value):
    sentence = why_not_within(model, name, value)

    assert "lies between" in sentence


def test_the_future_is_no_birthday():
    tomorrow = timezone.localdate() + timedelta(days=1)

    assert why_not_within(Person, "birth_date", tomorrow) == (
        f"Date of birth lies between 1880-01-01 and {timezone.localdate()}."
    )
    assert why_not_within(Person, "birth_date", timezone.localdate()) == ""


def test_what_is_unknown_or_computed_by_the_database_is_not_judged():
    assert [why_not_within(Person, "birth_date", None), why_not_within(Person, "full_name", "x")] == ["", ""]


def test_no_save_goes_round_the_form():
    person = make_person(office=make_office())
    person.enrol_year = 1900

    with pytest.raises(Incomplete) as refused:
        person.save(update_fields=["enrol_year"])

    assert str(refused.value) == f"Year of enrolment lies between 1950 and {timezone.localdate().year + 1}."


def test_the_database_refuses_what_no_save_was_asked_about():
    home = make_household(office=make_office(), head=make_person(office=make_office()))

    with pytest.raises(IntegrityError, match="casework_household_within_bounds"), transaction.atomic():
        Household.objects.filter(pk=home.pk).update(declared_size=31)


@pytest.mark.parametrize("typed", ["1e5", "1_000", "NaN", "Infinity"])
def test_a_figure_is_digits_and_a_point(typed):
    with pytest.raises(ValidationError, match="Write digits only"):
        FigureField(max_digits=14, decimal_places=2).clean(typed)


def test_a_figure_may_have_a_point():
    assert FigureField(max_digits=14, decimal_places=2).clean(" 1000.5 ") == Decimal("1000.5")


def test_an_import_shares_the_bounds_of_the_model():
    clean = cleaning.within(cleaning.whole, Household, "declared_size")

    assert clean(30) == 30
    with pytest.raises(Fault) as fault:
        clean(31)
    assert fault.value.sentence == "This lies outside of 1 to 30."


@pytest.mark.parametrize(
    "bounds, today, inside, outside",
    [
        (Bounds(least=2008, most=2100, back=3, ahead=1), None, 0, -4),
        (Bounds(least=2008, most=2100, back=3, ahead=1), None, 1, 2),
    ],
)
def test_a_year_is_measured_from_this_one(bounds, today, inside, outside):
    year = timezone.localdate().year

    assert (bounds.holds(year + inside), bounds.holds(year + outside)) == (True, False)
