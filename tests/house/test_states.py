"""What money rests on cannot be changed behind the application's back: every column, one by one, in every table."""

from datetime import date
from io import StringIO

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from center.evidence import row_states
from center.evidence.privileges import APPEND_ONLY, READ_ONLY, STATES
from center.evidence.row_states import compared, faults, faults_of
from center.evidence.seals import SEALED
from center.models import RowState, Standard
from config.owner import as_owner
from tests.center.make import make_office
from tests.conftest import _pointing_at as pointing_at

# The tables that domain.md's money rests on (architecture.md §4–§5): payments and all that leads to them.
RESTS_ON = {
    *("relief.Payment", "relief.Instalment", "relief.Award", "relief.Batch", "relief.Application", "relief.Invoice"),
    *("relief.BankLayout", "relief.Redirection", "relief.SignedSheet", "relief.FindingMark"),
    *("casework.Death", "casework.FileSpell", "casework.CategorySpell"),
    *("relief.ApplicationPaper", "relief.FundSource", "relief.Programme", "relief.ProgrammeVersion"),
    *("relief.ApprovalBand", "relief.EmergencyPower", "relief.Closing", "relief.Correction", "relief.Terms"),
    *("relief.Decision", "relief.LedgerTransaction", "relief.Posting", "relief.BankReturn", "relief.Balance"),
    *("casework.BankAccount", "casework.Person", "casework.Household", "casework.Membership", "casework.HardshipFile"),
    *("casework.IncomeItem", "casework.SpendingItem", "casework.Assessment", "casework.HomeVisit", "casework.Consent"),
    *("casework.FiveClear", "casework.ChangeRequest", "casework.Employer"),
    *("center.Standard", "center.Assignment", "center.Office", "center.OfficeLink", "center.Succession"),
    *("center.Meeting", "center.Seat", "center.AgendaItem", "center.Recusal", "center.Motion", "center.Vote"),
    *("center.Poll", "center.Ballot"),
    *("center.Notice", "center.NoticeEntry", "center.Objection", "center.Document"),
}
# Recomputed from the postings, to the fen, instead of being compared.
RECOMPUTED = {"relief.Balance"}


def label(one):
    return f"{one.model._meta.label}"


def test_everything_that_money_rests_on_is_compared_sealed_or_recomputed():
    kept = {label(one) for one in compared()} | set(SEALED) | RECOMPUTED

    assert RESTS_ON - kept == set()
    assert {one for one in STATES if one in APPEND_ONLY + READ_ONLY} == set()


def test_the_tables_of_relief_are_all_kept():
    """A new table of the money's own room joins the list, or the seals."""
    ours = {
        model._meta.label
        for model in apps.get_app_config("relief").get_models()
        if not hasattr(model, "pgh_tracked_model")  # history is sealed, as every history
    }

    assert ours - RESTS_ON == set()


# By the type of a column, another value than the one that stands there.
OTHER = {
    "boolean": "NOT coalesce({0}, false)",
    "date": "coalesce({0}, '2026-01-01') - 1",
    "timestamp with time zone": "coalesce({0}, now()) - interval '1 second'",
    "numeric": "coalesce({0}, 0) + 0.01",
    "bigint": "coalesce({0}, 0) + 1",
    "integer": "coalesce({0}, 0) + 1",
    "smallint": "coalesce({0}, 0) + 1",
    "text": "coalesce({0}, '') || 'z'",
    "character varying": "CASE WHEN {0} = 'z' THEN 'y' ELSE 'z' END",
    "jsonb": "jsonb_build_array({0})",
    "uuid": "gen_random_uuid()",
    "bytea": "coalesce({0}, ''::bytea) || '\\x00'::bytea",
    "daterange": "daterange('1999-01-01', '1999-01-02')",
    "ARRAY": "'{{1}}'",
}


@pytest.fixture
def owners_district(practice_clone, django_db_blocker):
    """The practice district as its owner holds it, who can do anything; rolled back."""
    with django_db_blocker.unblock(), pointing_at(practice_clone), as_owner(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.mark.parametrize("one", compared(), ids=label)
def test_a_column_changed_behind_the_applications_back_is_named(one, owners_district):
    """As an owner does it: constraints dropped, triggers off, one value of one row changed."""
    assert list(faults_of(one)) == []
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT min(id) FROM {one.table}")
        (row,) = cursor.fetchone()
        assert row, "the practice district has no row of this table"
        open_up(cursor, one.table)
        missed = [
            column
            for column, change in changes(cursor, one)
            if f"{one.table} {row}: {column} differ" not in told_after(cursor, one, row, column, change)
        ]

    assert missed == []


def open_up(cursor, table):
    cursor.execute(
        "SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass AND contype IN ('c', 'f', 'u', 'x')", [table]
    )
    for (name,) in cursor.fetchall():
        cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}" CASCADE')
    cursor.execute(
        "SELECT indexrelid::regclass FROM pg_index WHERE indrelid = %s::regclass AND indisunique AND NOT indisprimary",
        [table],
    )
    for (index,) in cursor.fetchall():
        cursor.execute(f"DROP INDEX {index}")
    cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")


def changes(cursor, one):
    cursor.execute(
        "SELECT column_name, data_type FROM information_schema.columns WHERE table_schema = 'public' AND table_name = %s"
        " AND is_generated = 'NEVER' AND column_name <> 'id' ORDER BY ordinal_position",
        [one.table],
    )
    held = cursor.fetchall()
    return [(column, OTHER[kind].format(f'"{column}"')) for column, kind in held if column in one.columns]


def told_after(cursor, one, row, column, change):
    with transaction.atomic():
        cursor.execute(f'UPDATE {one.table} SET "{column}" = {change} WHERE id = %s', [row])
        told = "\n".join(faults_of(one, rows=range(row, row + 1)))
        transaction.set_rollback(True)
    return told


@pytest.mark.parametrize("one", compared(), ids=label)
def test_a_row_invented_or_removed_behind_the_applications_back_is_named(one, owners_district):
    with connection.cursor() as cursor:
        open_up(cursor, one.table)
        names = ", ".join(f'"{name}"' for name in every_column(cursor, one.table))
        cursor.execute(f"SELECT min(id), max(id) FROM {one.table}")
        first, last = cursor.fetchone()
        made = last + 5_000_000
        cursor.execute(
            f"INSERT INTO {one.table} (id, {names}) SELECT {made}, {names} FROM {one.table} WHERE id = {first}"
        )
        cursor.execute(f"DELETE FROM {one.table} WHERE id = {first}")

    told = list(faults_of(one, rows=range(first, first + 1))) + list(faults_of(one, rows=range(made, made + 1)))

    assert [line.split(": ", 1)[0] for line in told] == [f"{one.table} {first}", f"{one.table} {made}"]


def every_column(cursor, table):
    cursor.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_schema = 'public' AND table_name = %s"
        " AND is_generated = 'NEVER' AND column_name <> 'id'",
        [table],
    )
    return [name for (name,) in cursor.fetchall()]


def test_the_whole_district_is_as_it_was_written(owners_district):
    assert list(faults()) == []


def test_columns_that_a_migration_adds_get_their_state(owners_district):
    award = next(one for one in compared() if label(one) == "relief.Award")
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE relief_award ADD COLUMN colour text DEFAULT 'red'")
        assert list(faults_of(award)) != []
        row_states.keep_states()
        assert list(faults_of(award)) == []
        cursor.execute("ALTER TABLE relief_award DISABLE TRIGGER USER")
        cursor.execute("UPDATE relief_award SET colour = 'blue' WHERE id = (SELECT min(id) FROM relief_award)")

    assert [line.split(": ")[1] for line in faults_of(award)] == ["colour differ from what was last written"]


@pytest.mark.django_db
def test_the_application_writes_no_state_itself():
    for attempt in (
        "INSERT INTO center_rowstate (\"table\", row) VALUES ('relief_payment', 1)",
        "UPDATE center_rowstate SET leaves = NULL",
        "DELETE FROM center_rowstate",
        "SELECT center_keep_states_of('relief_payment')",
        "ALTER TABLE relief_payment DISABLE TRIGGER keeps_its_state_on_update",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(attempt)


def test_a_changed_value_may_change_back_and_a_deleted_row_stays_deleted(db):
    office = make_office()
    standard = Standard.objects.create(key="minimum_wage", office=office, value=2000, during=(date(2026, 1, 1), None))
    of_standards = next(one for one in compared() if label(one) == "center.Standard")
    for value in (2100, 2000, 2200):
        standard.value = value
        standard.save()
    assert list(faults_of(of_standards)) == []

    standard.delete()

    assert list(faults_of(of_standards)) == []
    last = RowState.objects.filter(table="center_standard").latest("pk")
    assert last.leaves is None


def test_the_command_names_what_was_changed(racing_db, owner_login):
    office = make_office()
    with owner_login() as owner:
        owner.execute("ALTER TABLE center_office DISABLE TRIGGER USER")
        owner.execute(f"UPDATE center_office SET name = 'x' WHERE id = {office.pk}")
    said = StringIO()

    with pytest.raises(SystemExit) as left:
        call_command("verify_ledger", stdout=said)

    assert left.value.code == 1
    assert f"center_office {office.pk}: name differ from what was last written" in said.getvalue()
