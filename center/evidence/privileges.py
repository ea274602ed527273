"""What `center_app` may do with each table. One tuple names what is append-only; tests/house reads it too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import connections

from config.postgres import APP

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.backends.utils import CursorWrapper

# Rows of these are written once: SELECT and INSERT only, for the application (architecture.md §4). Field history joins by itself.
APPEND_ONLY: tuple[str, ...] = (
    "casework.Assessment",
    "casework.VisitNote",
    "center.AccessEntry",
    "center.Ballot",
    "center.Destruction",
    "center.Event",
    "center.Export",
    "center.IssuedDocument",
    "center.Seal",
    "legal.CaseEvent",
    "relief.BankReturn",
    "relief.Decision",
    "center.Motion",
    "center.Vote",
    "relief.LedgerTransaction",
    "relief.Posting",
)
# Written by SECURITY DEFINER triggers and functions alone.
READ_ONLY: tuple[str, ...] = (
    "center.DestroyedRow",
    "center.RowState",
    "relief.Balance",
)
# What decides money or who gets it, and has no field history: triggers keep a digest of each column (center/evidence/row_states.py).
STATES: tuple[str, ...] = (
    "casework.CategorySpell",
    "casework.ChangeRequest",
    "casework.Consent",
    "casework.Death",
    "casework.FileSpell",
    "casework.FileStep",
    "casework.FiveClear",
    "center.AgendaItem",
    "center.Assignment",
    "center.Document",
    "center.Meeting",
    "center.Notice",
    "center.NoticeEntry",
    "center.Objection",
    "center.Office",
    "center.OfficeLink",
    "center.Poll",
    "center.Recusal",
    "center.Seat",
    "center.Standard",
    "center.Succession",
    "relief.Application",
    "relief.ApplicationPaper",
    "relief.ApprovalBand",
    "relief.Award",
    "relief.Batch",
    "relief.Closing",
    "relief.Correction",
    "relief.EmergencyPower",
    "relief.FindingMark",
    "relief.FundSource",
    "relief.Instalment",
    "relief.Invoice",
    "relief.Payment",
    "relief.Programme",
    "relief.ProgrammeVersion",
    "relief.Redirection",
    "relief.SignedSheet",
    "relief.Terms",
)
REFUSE = "center_refuse_change()"


def table_of(label: str) -> str:
    return str(apps.get_model(label)._meta.db_table)


def history_tables() -> list[str]:
    """The tables of field history: whatever pghistory tracks is written once, too."""
    return sorted(model._meta.db_table for model in apps.get_models() if hasattr(model, "pgh_tracked_model"))


def tracked_tables() -> list[str]:
    """The tables whose field history pghistory keeps."""
    return sorted(
        model.pgh_tracked_model._meta.db_table for model in apps.get_models() if hasattr(model, "pgh_tracked_model")
    )


def append_only_tables() -> list[str]:
    return [table_of(label) for label in APPEND_ONLY] + history_tables()


def grant(using: str = "default", **_: Any) -> None:
    """After migrate: everything for ordinary tables, less for ledger, trail, seals, decisions and balances."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT current_user = %s, EXISTS (SELECT 1 FROM pg_roles WHERE rolname = %s)", [APP, APP])
        if cursor.fetchone() != (False, True):  # a test's flush comes here as the application; it owns nothing
            return
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {APP}")
        cursor.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {APP}")
        cursor.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {APP}")
        cursor.execute(f"GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO {APP}")
        cursor.execute(f"REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {APP}")
        for table in _existing(cursor, append_only_tables()):
            cursor.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM {APP}")
            _refuse_change(cursor, table)
        for table in _existing(cursor, [table_of(label) for label in STATES]):
            _keep_states(cursor, table, "INSERT", "UPDATE", "DELETE")
        for table in _existing(cursor, tracked_tables()):
            _keep_states(cursor, table, "DELETE")
        cursor.execute("SELECT to_regprocedure('center_keep_states_of(text)') IS NOT NULL")
        if cursor.fetchone()[0]:
            cursor.execute(f"REVOKE EXECUTE ON FUNCTION center_keep_states_of(text) FROM {APP}")
        for table in _existing(cursor, [table_of(label) for label in READ_ONLY]):
            cursor.execute(f"REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON {table} FROM {APP}")


def _refuse_change(cursor: CursorWrapper, table: str) -> None:
    """Refusals for the owner, too: a careless script of the owner's is stopped as well as the application's."""
    cursor.execute("SELECT 1 FROM pg_proc WHERE proname = 'center_refuse_change'")
    if cursor.fetchone() is None:
        return
    cursor.execute(
        f"CREATE OR REPLACE TRIGGER written_once BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {REFUSE}"
    )
    cursor.execute(
        f"CREATE OR REPLACE TRIGGER never_emptied BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION {REFUSE}"
    )


def _keep_states(cursor: CursorWrapper, table: str, *events: str) -> None:
    """Each writing leaves its state from now on; rows that stand without one get their first."""
    cursor.execute("SELECT 1 FROM pg_proc WHERE proname = 'center_keep_state'")
    if cursor.fetchone() is None:
        return
    new, old = "NEW TABLE AS new_rows", "OLD TABLE AS old_rows"
    seen = {"INSERT": new, "UPDATE": f"{new} {old}", "DELETE": old}
    for event in events:
        cursor.execute(
            f"CREATE OR REPLACE TRIGGER keeps_its_state_on_{event.lower()} AFTER {event} ON {table}"
            f" REFERENCING {seen[event]} FOR EACH STATEMENT EXECUTE FUNCTION center_keep_state()"
        )
    if "INSERT" in events:
        cursor.execute("SELECT center_keep_states_of(%s)", [table])


def _existing(cursor: CursorWrapper, tables: Iterable[str]) -> list[str]:
    """A first migration of one room alone leaves the others' tables for later."""
    cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    present = {row[0] for row in cursor.fetchall()}
    return [table for table in tables if table in present]
