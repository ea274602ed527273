"""What `center_app` may do with each table. One tuple names what is append-only; tests/house reads it too."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db import connections

from config.postgres import APP

# Field history by trigger (pghistory) of the registry.
FIELD_HISTORY: tuple[str, ...] = (
    "BankAccount",
    "Employer",
    "HardshipFile",
    "HomeVisit",
    "Household",
    "IncomeItem",
    "Matter",
    "Membership",
    "Person",
    "SpendingItem",
    "Visit",
)
# Rows of these are written once: SELECT and INSERT only, for the application (house.md §4).
APPEND_ONLY: tuple[str, ...] = (
    "center.Event",
    "center.AccessEntry",
    "relief.LedgerTransaction",
    "relief.Posting",
    "casework.Assessment",
    "casework.VisitNote",
    *(f"casework.{name}Event" for name in FIELD_HISTORY),
)
# Written by SECURITY DEFINER triggers alone.
READ_ONLY: tuple[str, ...] = ("relief.Balance",)


def table_of(label: str) -> str:
    return str(apps.get_model(label)._meta.db_table)


def grant(using: str = "default", **_: Any) -> None:
    """After migrate: everything for ordinary tables, less for ledger, trail, seals, decisions and balances."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [APP])
        if cursor.fetchone() is None:
            return
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {APP}")
        cursor.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {APP}")
        cursor.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {APP}")
        cursor.execute(f"GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO {APP}")
        cursor.execute(f"REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {APP}")
        for label in APPEND_ONLY:
            cursor.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON {table_of(label)} FROM {APP}")
        for label in READ_ONLY:
            cursor.execute(f"REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON {table_of(label)} FROM {APP}")
