"""What holds for every table: who has when, what is written once stays, sealed columns stay, migrations agree."""

from io import StringIO

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection, models
from django.utils.functional import Promise

from center.evidence.privileges import APPEND_ONLY, READ_ONLY, table_of
from center.evidence.seals import SEALED, sealables
from center.models import Staff
from center.privacy.fields import SecretField

ROOMS = ("center", "casework", "relief", "employment", "legal")
# States in which a record may be born beside its default one, and why.
BORN_AS = {"Award: waiting"}  # the programme wants a public notice before the money moves


def ours():
    return [model for model in apps.get_models() if model._meta.app_label in ROOMS]


def ours_written_by_us():
    return [model for model in ours() if not model.__name__.endswith("Event") or model.__name__ == "Event"]


def test_every_by_has_its_at():
    lonely = []
    for model in ours_written_by_us():
        names = {field.name for field in model._meta.local_fields}
        people = {field.name for field in model._meta.local_fields if field.related_model is Staff}
        lonely += [
            f"{model._meta.label}.{name}"
            for name in people
            if name.endswith("_by") and not {f"{name[:-3]}_at", f"{name[:-3]}_on"} & names
        ]

    assert sorted(lonely) == []


def test_nothing_is_a_stored_balance_but_the_triggers_own_table():
    names = [
        f"{model._meta.label}.{field.name}"
        for model in ours()
        for field in model._meta.local_fields
        if "balance" in field.name
    ]

    assert [name for name in names if not name.startswith("relief.Balance")] == []


def test_amounts_have_fourteen_digits_and_two_places():
    wrong = [
        f"{model._meta.label}.{field.name}"
        for model in ours()
        for field in model._meta.local_fields
        if isinstance(field, models.DecimalField)
        and "amount" in field.name
        and (field.max_digits, field.decimal_places) != (14, 2)
    ]

    assert wrong == []


@pytest.mark.django_db
@pytest.mark.parametrize("label", sorted(APPEND_ONLY + READ_ONLY))
def test_what_is_written_once_may_not_be_changed_by_the_application(label):
    table = table_of(label)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT privilege_type FROM information_schema.role_table_grants WHERE table_name = %s AND grantee = 'center_app'",
            [table],
        )
        held = {row[0] for row in cursor.fetchall()} - {"TRUNCATE"}  # tests alone may truncate

    assert held == ({"SELECT", "INSERT"} if label in APPEND_ONLY else {"SELECT"})


@pytest.mark.django_db
def test_the_application_owns_nothing():
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tableowner = 'center_app'")

        assert cursor.fetchall() == []


def test_what_is_sealed_is_also_append_only():
    assert set(SEALED) - set(APPEND_ONLY) - set(READ_ONLY) == set()


# What architecture.md §5 wants sealed, and where it lies; field history joins by itself.
TO_BE_SEALED = {
    "trail": {"center.Event"},
    "access log": {"center.AccessEntry"},
    "ledger": {"relief.LedgerTransaction", "relief.Posting"},
    "decisions": {"center.Motion", "relief.Decision"},
    "votes": {"center.Ballot", "center.Vote"},
    "issued documents": {"center.IssuedDocument"},
    "exports": {"center.Export"},
    "lines of cases": {"legal.CaseEvent"},
    "what the bank answered": {"relief.BankReturn"},
    "the household's economy": {"casework.Assessment"},
    "what money rests on, as it was written": {"center.RowState"},
    "destructions": {"center.Destruction", "center.DestroyedRow"},
}
NOT_SEALED = {"salt": "blanked when the person is destroyed; the row's digest stays bound to the rest"}


def test_what_must_be_sealed_is_sealed_and_nothing_else():
    history = {model._meta.db_table for model in ours() if hasattr(model, "pgh_tracked_model")}

    assert set(SEALED) == {label for labels in TO_BE_SEALED.values() for label in labels}
    assert {one.table for one in sealables()} == {table_of(label) for label in SEALED} | history


@pytest.mark.django_db
def test_a_seal_covers_every_column_that_the_table_has():
    with connection.cursor() as cursor:
        cursor.execute("SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'")
        held = cursor.fetchall()

    open_to_change = {
        f"{one.table}.{column}"
        for one in sealables()
        for table, column in held
        if table == one.table and column not in one.columns
    }

    assert {name for name in open_to_change if name.rpartition(".")[2] not in NOT_SEALED} == set()


@pytest.mark.django_db
def test_migrations_agree_with_models():
    call_command("makemigrations", check=True, dry_run=True, stdout=StringIO())


def test_every_state_that_may_be_left_may_be_reached():
    """No state stands in MAY_BECOME that nothing leads to, but the first one."""
    stranded = []
    for model in ours():
        steps = getattr(model, "MAY_BECOME", None)
        if not steps:
            continue
        reached = {str(state) for targets in steps.values() for state in targets}
        first = str(model._meta.get_field("status").get_default())
        stranded += [
            f"{model.__name__}: {state}" for state in steps if str(state) not in reached and str(state) != first
        ]

    assert set(stranded) - BORN_AS == set()


def test_every_number_behind_a_mask_has_a_name_that_people_say():
    """Comparisons and the field history show it beside the mask; without one they would say “id number”."""
    numbers = [field for model in apps.get_models() for field in model._meta.fields if isinstance(field, SecretField)]

    assert [str(field) for field in numbers if not isinstance(field.verbose_name, Promise)] == []
    assert len(numbers) > 5
