"""A center that worked before comes to the new form of its numbers and names, doubles and all."""

from importlib import import_module

import pytest
from django.db import connection

from casework.models import Employer
from config.owner import connect
from relief.models import Invoice
from tests.casework.make import make_employer
from tests.relief.make import make_application, make_house

NUMBERS = import_module("relief.migrations.0009_the_same_number_is_recognised")
NAMES = import_module("casework.migrations.0006_the_same_name_is_recognised")


def as_before(rule, change, statements, again):
    """What the migration does to rows that stood before it, in one transaction as the migration runs."""
    with connect(connection.settings_dict["NAME"]) as owner, owner.transaction():
        owner.execute(rule)
        owner.execute(change)
        owner.execute(statements)
        owner.execute(again)


@pytest.mark.usefixtures("racing_db")
def test_a_bill_entered_twice_in_two_ways_stays_and_the_next_is_compared_with_the_first():
    house = make_house()
    one, other = (make_application(house, status="draft").invoices.get() for _n in range(2))

    as_before(
        "DROP INDEX invoice_counts_once",
        f"UPDATE relief_invoice SET number = CASE id WHEN {one.pk} THEN 'AB００１' ELSE 'ab-001' END",
        NUMBERS.KEYS,
        "CREATE UNIQUE INDEX invoice_counts_once ON relief_invoice (number_key) WHERE counts",
    )

    assert list(Invoice.objects.order_by("pk").values_list("number", "number_key")) == [
        ("AB００１", "ab001"),
        ("ab-001", f"ab001#{other.pk}"),
    ]


@pytest.mark.usefixtures("racing_db")
def test_an_employer_written_in_two_ways_becomes_a_namesake():
    one, other = make_employer("红星（北京）纺织厂"), make_employer("another")

    as_before(
        "ALTER TABLE casework_employer DROP CONSTRAINT employer_is_named_once",
        f"UPDATE casework_employer SET name = '红星 北京 纺织厂' WHERE id = {other.pk}",
        NAMES.EMPLOYERS,
        "ALTER TABLE casework_employer ADD CONSTRAINT employer_is_named_once UNIQUE (name_key, namesake)",
    )

    assert list(Employer.objects.order_by("pk").values_list("name_key", "namesake")) == [
        ("红星北京纺织厂", 1),
        ("红星北京纺织厂", 2),
    ]
    assert one.pk < other.pk
