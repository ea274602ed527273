"""Many rows of one model at once, by COPY: several times as fast as an INSERT with as many parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from django.db import connection, models
from psycopg import sql

if TYPE_CHECKING:
    from collections.abc import Sequence

Row = TypeVar("Row", bound=models.Model)
IDS = "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)"


def copy_in(rows: Sequence[Row]) -> None:
    """Write new instances; they get their numbers first. Triggers and field history see every row.

    Fields prepare their values as for an INSERT. Columns that the database fills are left to it.
    """
    if not rows:
        return
    meta = type(rows[0])._meta
    fields = [field for field in meta.concrete_fields if not field.has_db_default()]
    columns = sql.SQL(", ").join(sql.Identifier(str(field.column)) for field in fields)
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(meta.db_table), columns)
    with connection.cursor() as cursor:
        cursor.execute(IDS, [meta.db_table, meta.pk.column, len(rows)])
        for row, (number,) in zip(rows, cursor.fetchall(), strict=True):
            row.pk = number
        cursor.execute("DO $$ BEGIN END $$")  # carries the history's context; COPY cannot
        with cursor.copy(statement) as copy:  # type: ignore[attr-defined]  # psycopg's, behind Django's wrapper
            for row in rows:
                copy.write_row([_prepared(field, row) for field in fields])
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias


def _prepared(field: Any, row: models.Model) -> Any:
    return field.get_db_prep_save(field.pre_save(row, add=True), connection)
