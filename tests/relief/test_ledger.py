"""The ledger's promises are kept by PostgreSQL, against every write that goes behind the actions' back."""

from __future__ import annotations

import threading
from decimal import Decimal
from io import StringIO

import psycopg
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError, connection, transaction

from center.evidence.privileges import grant
from center.kernel.errors import Refusal
from center.kernel.roles import Role
from config import owner
from config.owner import as_owner
from relief.actions import ledger
from relief.enums import Bucket, LedgerKind
from relief.models import Balance, FundSource, LedgerTransaction, Posting
from relief.queries.verify import faults
from tests.center.make import make_office, make_staff
from tests.conftest import copy_database, drop_database
from tests.relief.make import make_house, make_paid, make_source, move

D = Decimal


@pytest.fixture
def source(db):
    return make_source(money="1000.00")


def refused(sql, *parameters):
    """The database's answer to a statement of the application's role."""
    with pytest.raises(DatabaseError) as caught, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, parameters)
    return str(caught.value).splitlines()[0]


def balances(source):
    return dict(Balance.objects.filter(fund_source=source).values_list("bucket", "amount"))


def write(*postings, kind=LedgerKind.COMMIT, by=None):
    """A ledger transaction with these (source, bucket, amount), written without `post()`."""
    source = postings[0][0]
    entry = LedgerTransaction.objects.create(
        office=source.office, kind=kind, voucher_number="X", line=LedgerTransaction.objects.count() + 1,
        subject="relief.test:1", posted_by=by or source.opened_by,
    )  # fmt: skip
    Posting.objects.bulk_create(
        Posting(transaction=entry, fund_source=place, bucket=bucket, amount=D(amount))
        for place, bucket, amount in postings
    )
    return entry


# -- what the trigger does ------------------------------------------------------------------------------------------


def test_money_received_stands_as_available_and_is_owed_to_the_world(source):
    assert balances(source) == {"outside": D("-1000.00"), "available": D("1000.00")}


def test_each_move_changes_two_buckets_by_the_same_amount(source):
    move(source, LedgerKind.COMMIT, Bucket.AVAILABLE, Bucket.COMMITTED, "300.10", by=source.opened_by)
    move(source, LedgerKind.HAND_OVER, Bucket.COMMITTED, Bucket.IN_TRANSIT, "300.10", by=source.opened_by)
    move(source, LedgerKind.PAY, Bucket.IN_TRANSIT, Bucket.PAID, "300.10", by=source.opened_by)

    assert balances(source) == {
        "outside": D("-1000.00"),
        "available": D("699.90"),
        "committed": D("0.00"),
        "in_transit": D("0.00"),
        "paid": D("300.10"),
    }


def test_a_voucher_of_forty_lines_is_two_statements(source, django_assert_max_num_queries):
    drafts = [
        ledger.Draft(
            kind=LedgerKind.COMMIT,
            subject=f"relief.award:{number}",
            moves=[ledger.Move(source=source.pk, giver=Bucket.AVAILABLE, taker=Bucket.COMMITTED, amount=D("10"))],
        )
        for number in range(40)
    ]

    with transaction.atomic(), django_assert_max_num_queries(3):
        written = ledger.post(drafts, office=source.office, by=source.opened_by)

    assert len({entry.voucher_number for entry in written}) == 1
    assert [entry.line for entry in written] == list(range(1, 41))
    assert balances(source)["committed"] == D("400.00")


def test_money_moves_by_positive_amounts_only(source):
    with pytest.raises(ValueError, match="positive"):
        move(source, LedgerKind.COMMIT, Bucket.AVAILABLE, Bucket.COMMITTED, "-5", by=source.opened_by)


# -- what the trigger refuses ---------------------------------------------------------------------------------------


def test_postings_that_do_not_sum_to_zero_are_refused(source):
    with pytest.raises(IntegrityError, match="does not sum to zero"), transaction.atomic():
        write((source, "available", "-5"), (source, "committed", "4"))


def test_money_of_one_source_cannot_become_money_of_another(source):
    other = make_source(office=source.office)

    with pytest.raises(IntegrityError, match="does not sum to zero"), transaction.atomic():
        write((source, "available", "-5"), (other, "committed", "5"))


def test_postings_of_one_transaction_come_in_one_statement(source):
    entry = write((source, "available", "-5"), (source, "committed", "5"))
    late = [
        Posting(transaction=entry, fund_source=source, bucket="in_transit", amount=D(1)),
        Posting(transaction=entry, fund_source=source, bucket="paid", amount=D(-1)),
    ]

    with pytest.raises(IntegrityError, match="come in one statement"), transaction.atomic():
        Posting.objects.bulk_create(late)


def test_a_kind_moves_only_its_own_buckets(source):
    with pytest.raises(IntegrityError, match="may not move"), transaction.atomic():
        write((source, "available", "-5"), (source, "paid", "5"), kind=LedgerKind.PAY)


def test_a_balance_cannot_fall_below_zero(source):
    with pytest.raises(IntegrityError, match="balance_is_not_overdrawn"), transaction.atomic():
        write((source, "available", "-1000.01"), (source, "committed", "1000.01"))


def test_more_cannot_go_back_to_the_world_than_came_from_it(source):
    other = make_source(office=source.office, money="10")
    second = {"seconded_by": make_staff(Role.LEADER), "seconded_at": source.opened_at, "posted_by": source.opened_by}

    with pytest.raises(IntegrityError, match="balance_is_not_overdrawn"), transaction.atomic():
        entry = LedgerTransaction.objects.create(
            office=source.office, kind="transfer", voucher_number="T", subject="relief.test:1", **second
        )
        Posting.objects.bulk_create(
            [
                Posting(transaction=entry, fund_source=other, bucket="available", amount=D(-11)),
                Posting(transaction=entry, fund_source=other, bucket="outside", amount=D(11)),
            ]
        )


def test_a_transaction_without_postings_does_not_commit(source):
    with pytest.raises(IntegrityError, match="has no postings"), transaction.atomic():
        LedgerTransaction.objects.create(
            office=source.office, kind="commit", voucher_number="E", subject="relief.test:1", posted_by=source.opened_by
        )
        connection.check_constraints()


def test_a_transaction_that_has_committed_is_closed(racing_db):
    source = make_source(money="1000")
    entry = LedgerTransaction.objects.get()

    with pytest.raises(IntegrityError, match="is closed"):
        Posting.objects.bulk_create(
            [
                Posting(transaction=entry, fund_source=source, bucket="paid", amount=D(1)),
                Posting(transaction=entry, fund_source=source, bucket="in_transit", amount=D(-1)),
            ]
        )


@pytest.mark.parametrize("kind", ["reverse", "transfer", "carry_over"])
def test_corrections_need_two_people(source, kind):
    with pytest.raises(IntegrityError, match="ledger_corrections_need_two_people|ledger_reversal_names"):
        LedgerTransaction.objects.create(
            office=source.office, kind=kind, voucher_number="C", subject="relief.test:1", posted_by=source.opened_by
        )


def test_the_second_person_is_somebody_else(source):
    with pytest.raises(IntegrityError, match="ledger_second_person_is_another"):
        LedgerTransaction.objects.create(
            office=source.office, kind="transfer", voucher_number="C", subject="relief.test:1",
            posted_by=source.opened_by, seconded_by=source.opened_by, seconded_at=source.opened_at,
        )  # fmt: skip


def test_a_transaction_is_reversed_once(source):
    entry = LedgerTransaction.objects.get()
    second = {"seconded_by": make_staff(Role.LEADER), "seconded_at": source.opened_at, "posted_by": source.opened_by}
    common = {"office": source.office, "kind": "reverse", "subject": "relief.test:1", "reverses": entry}
    LedgerTransaction.objects.create(voucher_number="C1", **common, **second)

    with pytest.raises(IntegrityError, match="reverses_id"):
        LedgerTransaction.objects.create(voucher_number="C2", **common, **second)


# -- what the application's role may not do (architecture.md §4) --------------------------------------------------------------


@pytest.mark.parametrize(
    ("sql", "answer"),
    [
        ("UPDATE relief_posting SET amount = amount", "permission denied for table relief_posting"),
        ("DELETE FROM relief_posting", "permission denied for table relief_posting"),
        ("UPDATE relief_ledgertransaction SET memo = ''", "permission denied for table relief_ledgertransaction"),
        ("DELETE FROM relief_ledgertransaction", "permission denied for table relief_ledgertransaction"),
        ("ALTER TABLE relief_posting DISABLE TRIGGER ALL", "must be owner of table relief_posting"),
        (
            "ALTER TABLE relief_posting DISABLE TRIGGER postings_are_append_only",
            "must be owner of table relief_posting",
        ),
        ("DROP TRIGGER postings_are_append_only ON relief_posting", "must be owner of relation relief_posting"),
        (
            "CREATE OR REPLACE FUNCTION relief_keep_ledger() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
            "permission denied for schema public",
        ),
        ("DROP FUNCTION relief_refuse_change() CASCADE", "must be owner of function relief_refuse_change"),
        ("SET session_replication_role = replica", 'permission denied to set parameter "session_replication_role"'),
        ("UPDATE relief_balance SET amount = 5", "permission denied for table relief_balance"),
        ("DELETE FROM relief_balance", "permission denied for table relief_balance"),
        (
            "INSERT INTO relief_balance (fund_source_id, bucket, amount) VALUES (1, 'paid', 5)",
            "permission denied for table relief_balance",
        ),
    ],
)
def test_the_application_is_refused(source, sql, answer):
    assert refused(sql) == answer


def test_even_the_owner_changes_no_row(racing_db):
    make_source(money="1000")

    with as_owner():
        for table in ("relief_posting", "relief_ledgertransaction"):
            assert "never changed" in refused(f"DELETE FROM {table}")


def test_the_application_truncates_nothing(racing_db):
    with as_owner():
        grant()  # the tests' own set-up had lent TRUNCATE; migrate takes it away

    for label in ("posting", "ledgertransaction", "balance"):
        assert refused(f"TRUNCATE relief_{label} CASCADE").startswith("permission denied for table")


def test_outside_of_tests_nobody_truncates(racing_db):
    template = connection.settings_dict["NAME"]
    connection.close()
    copy_database(template, "probe_ledger")
    try:
        with (
            owner.connect("probe_ledger") as probe,
            pytest.raises(psycopg.Error, match="never emptied|written once"),
        ):
            probe.execute("TRUNCATE relief_posting")
    finally:
        drop_database("probe_ledger")


def tamper(sql):
    """What nobody may do: triggers off, a row changed, triggers on."""
    tables = ("relief_posting", "relief_balance", "relief_payment", "relief_ledgertransaction")
    with as_owner(), connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(sql)
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


@pytest.mark.parametrize(
    ("sql", "count"),
    [
        ("UPDATE relief_balance SET amount = amount + 0.01 WHERE bucket = 'available'", 1),
        ("UPDATE relief_posting SET amount = amount + 0.01 WHERE bucket = 'paid'", 3),
        ("DELETE FROM relief_balance WHERE bucket = 'paid'", 1),
        ("UPDATE relief_payment SET status = 'reversed' WHERE status = 'paid'", 1),
        ("UPDATE relief_instalment SET status = 'owed'", 1),
        ("UPDATE relief_award SET amount = amount + 1, cap = cap + 1", 1),
    ],
)
def test_verify_ledger_names_every_fault(racing_db, sql, count):
    make_paid(make_house())
    tamper(sql)

    with pytest.raises(SystemExit) as ended:
        call_command("verify_ledger", stdout=StringIO())

    assert ended.value.code == 1
    assert len(list(faults())) == count


# -- two approvals of 800 over 1,000, in threes ----------------------------------------------------------------------


def approve(source_id, staff, both_looked, *, locked):
    """Look at what is left and commit 800; without the lock, when the other has looked, too."""

    def call():
        with transaction.atomic():
            if locked:
                ledger.lock([source_id])
            left = ledger.balance(source_id)
            if not locked:
                both_looked.wait(timeout=120)
            if left < D(800):
                raise Refusal(f"{left} left")
            source = FundSource.objects.get(pk=source_id)
            return move(source, LedgerKind.COMMIT, Bucket.AVAILABLE, Bucket.COMMITTED, "800", by=staff)

    return call


def race(racing_db, *, locked):
    office = make_office()
    source = make_source(office=office, money="1000")
    ana, ben = make_staff(Role.LEADER, office=office), make_staff(Role.LEADER, office=office)

    both_looked = threading.Barrier(2)

    outcomes = racing_db(*[approve(source.pk, one, both_looked, locked=locked) for one in (ana, ben)])

    return sorted(type(outcome).__name__ for outcome in outcomes), balances(source)


def test_with_the_lock_the_second_approval_gets_a_sentence(racing_db):
    outcomes, after = race(racing_db, locked=True)

    assert outcomes == ["LedgerTransaction", "Refusal"]
    assert after["available"] == D("200.00")


def test_without_the_lock_the_check_refuses_the_second(racing_db):
    outcomes, after = race(racing_db, locked=False)

    assert outcomes == ["IntegrityError", "LedgerTransaction"]
    assert after["available"] == D("200.00")


def test_without_lock_and_check_the_race_happens(racing_db):
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE relief_balance DROP CONSTRAINT balance_is_not_overdrawn")

    outcomes, after = race(racing_db, locked=False)

    assert outcomes == ["LedgerTransaction", "LedgerTransaction"]
    assert after["available"] == D("-600.00")


def test_the_tests_run_as_the_application():
    assert "role=center_app" in settings.APP_ROLE_OPTIONS


def test_the_policy_page_s_example_of_how_a_yuan_moves(db):
    """docs/policy/money.md, step by step."""
    source = make_source(money="500000")
    steps = (
        (LedgerKind.COMMIT, Bucket.AVAILABLE, Bucket.COMMITTED, "68500"),
        (LedgerKind.HAND_OVER, Bucket.COMMITTED, Bucket.IN_TRANSIT, "61500"),
        (LedgerKind.PAY, Bucket.IN_TRANSIT, Bucket.PAID, "59500"),
        (LedgerKind.BANK_FAILED, Bucket.IN_TRANSIT, Bucket.COMMITTED, "2000"),
    )

    for kind, giver, taker, amount in steps:
        move(source, kind, giver, taker, amount, by=source.opened_by)

    assert balances(source) == {
        "outside": D("-500000.00"),
        "available": D("431500.00"),
        "committed": D("9000.00"),
        "in_transit": D("0.00"),
        "paid": D("59500.00"),
    }
