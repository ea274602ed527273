"""A district grown by COPY holds what the actions would have left: every trigger, every constraint, every number."""

from __future__ import annotations

from datetime import date
from io import StringIO
from random import Random

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import Count, Min, Sum

from casework.models import HardshipFile, Membership, Person, Visit
from casework.queries.search import people_like
from center.models import Setting
from center.reference import numbering
from demo.scale import casework as casework
from demo.scale import relief
from relief.models import Application, Balance, LedgerTransaction, Payment, Posting
from relief.queries import verify
from tests.casework.make import make_employer
from tests.relief.make import make_version

pytestmark = pytest.mark.django_db
FILES, PAYMENTS, LINES = 6, 9, 4


@pytest.fixture
def grown(house, monkeypatch):
    """With the triggers on: they keep the balances themselves, and refuse whatever no action could have written."""
    make_version(house, "living")
    make_employer("Mill 1")
    monkeypatch.setattr(relief, "LINES", LINES)
    monkeypatch.setattr(relief, "BALANCES", relief.SUMS)
    names = ("frontdesk", "officer", "leader", "accountant", "cashier")
    people = {name: getattr(house, name) for name in names} | {"chair": house.deputy}
    world = casework.Scale(office=house.office, people=people, chance=Random(7))  # noqa: S311 - invented people
    with transaction.atomic():
        homes = [one for many in casework.homes(world, many=FILES) for one in many]
        list(relief.payments(world, offered=homes, many=PAYMENTS))
    return homes


def test_the_ledger_of_a_grown_district_is_true(grown):
    assert list(verify.faults()) == []
    assert (Payment.objects.count(), LedgerTransaction.objects.filter(kind="pay").count()) == (PAYMENTS, PAYMENTS)


def test_the_balances_are_summed_by_one_statement_as_the_trigger_keeps_them(grown):
    with connection.cursor() as cursor:
        cursor.execute(relief.SUMS, [list(Posting.objects.values_list("fund_source", flat=True).distinct())])
        summed = sorted(cursor.fetchall())

    kept = Balance.objects.values_list("fund_source", "bucket", "amount")
    assert summed == sorted((source, bucket, amount) for source, bucket, amount in kept)


@pytest.mark.parametrize(
    ("model", "name"),
    [(HardshipFile, "number"), (Visit, "number"), (Application, "number"), (Payment, "number")],
)
def test_the_numbers_of_a_grown_district_have_no_gap(grown, model, name):
    drawn = sorted(model.objects.values_list(name, flat=True))
    years = {number.split("-")[1] for number in drawn}

    assert sorted(int(number.split("-")[2]) for number in drawn) == sorted(
        serial for year in years for serial in range(1, sum(f"-{year}-" in number for number in drawn) + 1)
    )


def test_a_payment_comes_from_the_source_of_its_year(grown):
    years = Payment.objects.values_list("fund_source__year", "answered_on__year")

    assert [pair for pair in years if pair[0] != pair[1]] == []


def test_nobody_is_paid_before_their_file_was_open(grown):
    first = Payment.objects.values("application__file").annotate(
        day=Min("answered_on"), opened=Min("application__file__opened_on")
    )

    assert [row for row in first if row["day"] <= row["opened"]] == []


def test_every_household_has_its_head_once_and_every_number_is_a_true_one(grown):
    heads = Membership.objects.filter(relation="01").values("household").annotate(many=Count("pk"))

    assert [row["many"] for row in heads] == [1] * FILES
    assert len({bytes(person.id_number)[1:17] for person in Person.objects.all()}) == Person.objects.count()
    assert Payment.objects.aggregate(sum=Sum("amount"))["sum"] == -sum(
        posting.amount for posting in Posting.objects.filter(bucket="in_transit", amount__lt=0)
    )


def test_a_grown_person_is_found_by_name_by_the_end_of_the_number_and_by_file(grown, house):
    home = grown[0]

    for typed in (home.name, home.id_number[-6:], home.number):
        found = people_like(typed, by=house.leader)
        assert home.head in set(found.values_list("pk", flat=True)), typed


def test_numbers_drawn_together_follow_those_drawn_one_by_one(house):
    days = [date(2026, 3, 2), date(2025, 3, 2), date(2026, 3, 3)]

    one = numbering.draw("file", office=house.office, on=days[0])
    many = numbering.draw_each("file", office=house.office, days=days)
    after = numbering.draw("file", office=house.office, on=days[0])

    assert [number.split("-", 1)[1] for number in (one, *many, after)] == [
        "2026-00001", "2026-00002", "2025-00001", "2026-00003", "2026-00004"
    ]  # fmt: skip


# -- the command ------------------------------------------------------------------------------------------------------


def grow(**options):
    call_command("seed_scale", **({"files": 1, "payments": 1} | options), stdout=StringIO())


def test_a_real_center_is_never_grown(house):
    with pytest.raises(CommandError, match="not a whole practice district"):
        grow()


def test_half_a_practice_district_is_not_grown(house):
    Setting.objects.create(name="kind", value="practice")
    Setting.objects.create(name="practice", value="unfinished")

    with pytest.raises(CommandError, match="not a whole practice district"):
        grow()


def test_a_district_is_grown_once(house):
    Setting.objects.create(name="kind", value="practice")
    Setting.objects.create(name="scaled", value="1/1")

    with pytest.raises(CommandError, match="grown already"):
        grow()


def test_outside_of_practice_nothing_is_invented(house, settings):
    settings.DEMO, settings.TESTING = False, False

    with pytest.raises(CommandError, match="DEMO=1 only"):
        grow()


def test_nothing_is_grown_by_nothing(house):
    with pytest.raises(CommandError, match="At least one"):
        grow(payments=0)
