"""Whether what is in force is what was last written: against whoever changes a row behind the application's back.

Every row that money rests on leaves its state when it is written, by a trigger: tables with field history leave the whole
row (casework), the others digests of their columns (center.evidence.privileges.STATES); both leave a mark when a row is deleted. All of
it is sealed. A change with the triggers off
leaves the row different from its last state; what is then written into the states too is found by the seals.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.apps import apps
from django.db import connection, transaction
from django.utils.translation import gettext as _
from psycopg import sql

from center.evidence.privileges import STATES, table_of
from center.evidence.seals import CANONICAL, identifiers
from center.kernel.sentences import listed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.models import Model

AT_ONCE = 20_000  # rows compared in one statement: bounded memory, whatever the table holds
NAMED_EACH = 50
CHANGED = """
WITH now AS (
    SELECT made.id AS row, columns.key, columns.value FROM {table} AS made, jsonb_each_text(to_jsonb(made)) AS columns
    WHERE made.id >= %(first)s AND made.id < %(end)s
), kept AS (
    SELECT DISTINCT ON (state.row, leaf.key) state.row, leaf.key, leaf.value AS leaf, state.salt
    FROM center_rowstate AS state, jsonb_each_text(state.leaves) AS leaf
    WHERE state."table" = %(name)s AND state.row >= %(first)s AND state.row < %(end)s
    ORDER BY state.row, leaf.key, state.id DESC
)
SELECT now.row, array_agg(now.key ORDER BY now.key) FROM now LEFT JOIN kept USING (row, key)
WHERE kept.leaf IS DISTINCT FROM center_leaves(jsonb_build_object(now.key, now.value), kept.salt) ->> now.key
GROUP BY now.row ORDER BY now.row
"""
GONE = """
SELECT last.row FROM (
    SELECT DISTINCT ON (row) row, leaves FROM center_rowstate
    WHERE "table" = %(name)s AND row >= %(first)s AND row < %(end)s ORDER BY row, id DESC
) AS last
WHERE (last.leaves IS NULL) = EXISTS (SELECT FROM {table} AS made WHERE made.id = last.row) ORDER BY last.row
"""
HISTORY = """
SELECT made.id, array_remove(ARRAY[{differences}], NULL) FROM {table} AS made
LEFT JOIN LATERAL (
    SELECT * FROM {history} AS past WHERE past.pgh_obj_id = made.id ORDER BY past.pgh_id DESC LIMIT 1
) AS last ON true
WHERE made.id >= %(first)s AND made.id < %(end)s AND (last.pgh_id IS NULL OR last.salt IS NOT NULL)
  AND (last.pgh_id IS NULL OR ({now}) IS DISTINCT FROM ({last}))
ORDER BY made.id
"""
VANISHED = """
SELECT DISTINCT past.pgh_obj_id FROM {history} AS past
WHERE past.pgh_obj_id >= %(first)s AND past.pgh_obj_id < %(end)s
  AND NOT EXISTS (SELECT FROM {table} AS made WHERE made.id = past.pgh_obj_id)
  AND NOT EXISTS (SELECT FROM center_rowstate WHERE "table" = %(name)s AND row = past.pgh_obj_id AND leaves IS NULL)
ORDER BY past.pgh_obj_id
"""
EXTENT = "SELECT min(low), max(high) FROM (SELECT min(id), max(id) FROM {table} UNION ALL %s) AS ends(low, high)"
OF_HISTORY = "SELECT min(pgh_obj_id), max(pgh_obj_id) FROM {history}"
OF_STATES = 'SELECT min(row), max(row) FROM center_rowstate WHERE "table" = %(name)s'


@dataclass(frozen=True)
class Compared:
    """A table whose rows are compared: with the digests of its columns, or with its field history."""

    model: type[Model]
    history: type[Model] | None = None

    @property
    def table(self) -> str:
        return self.model._meta.db_table

    @property
    def columns(self) -> tuple[str, ...]:
        """What is compared: of a table with history what the history tracks."""
        kept = self.history or self.model
        mine = {str(field.column) for field in self.model._meta.concrete_fields}
        return tuple(name for field in kept._meta.concrete_fields if (name := str(field.column)) in mine)


def compared() -> list[Compared]:
    """Every table that money rests on, in a fixed order."""
    histories = {model.pgh_tracked_model: model for model in apps.get_models() if hasattr(model, "pgh_tracked_model")}
    by_digest = [Compared(apps.get_model(label)) for label in STATES]
    return sorted([*by_digest, *(Compared(*pair) for pair in histories.items())], key=lambda one: one.table)


def keep_states() -> int:
    """As the owner, after rows were written with triggers off: give each its first state. How many states were made."""
    with connection.cursor() as cursor:
        done = 0
        for label in STATES:
            cursor.execute("SELECT center_keep_states_of(%s)", [table_of(label)])
            done += cursor.fetchone()[0]
        for one in compared():
            if one.history:
                done += _begin_history(cursor, one)
    return done


def _begin_history(cursor: object, one: Compared) -> int:
    """A first line of history for rows that have none."""
    query = _query(
        "INSERT INTO {history} (pgh_created_at, pgh_label, pgh_obj_id, {columns})"
        " SELECT now(), 'insert', made.id, {now} FROM {table} AS made"
        " WHERE NOT EXISTS (SELECT FROM {history} AS past WHERE past.pgh_obj_id = made.id) ORDER BY made.id",
        one,
    )
    cursor.execute(query)  # type: ignore[attr-defined]
    return int(cursor.rowcount)  # type: ignore[attr-defined]


def faults() -> Iterator[str]:
    """One sentence for each row that is not what was last written; nothing when everything is."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(CANONICAL)
        for one in compared():
            yield from faults_of(one)


def faults_of(one: Compared, *, rows: range | None = None) -> Iterator[str]:
    """Those of one table, or of these row numbers of it; of each kind the first fifty."""
    questions = (HISTORY, VANISHED) if one.history else (CHANGED, GONE)
    told = dict.fromkeys(questions, 0)
    with connection.cursor() as cursor:
        low, high = (rows.start, rows.stop) if rows else _extent(one)
        for first in range(low, high, AT_ONCE):
            for question in questions:
                place: dict[str, int | str] = {"first": first, "end": min(first + AT_ONCE, high), "name": one.table}
                cursor.execute(_query(question, one), place)
                for row, *columns in cursor.fetchall():
                    told[question] += 1
                    if told[question] <= NAMED_EACH:
                        yield _sentence(one, row, columns[0] if columns else None)
        for count in told.values():
            if count > NAMED_EACH:
                yield _("%(table)s: %(count)s more rows like these") % {
                    "table": one.table,
                    "count": count - NAMED_EACH,
                }


def _sentence(one: Compared, row: int, columns: list[str] | None) -> str:
    about = {"table": one.table, "row": row}
    if columns is None:
        return (
            _("%(table)s %(row)s: the row is gone, or came back, without having been written by the application")
            % about
        )
    if not columns or len(columns) == len(one.columns):
        return _("%(table)s %(row)s: the row was not written by the application") % about
    named = {"columns": listed(columns)}
    return _("%(table)s %(row)s: %(columns)s differ from what was last written") % (about | named)


def _extent(one: Compared) -> tuple[int, int]:
    """From the first number to the last, of the table and of what is kept of it."""
    with connection.cursor() as cursor:
        cursor.execute(_query(EXTENT % (OF_HISTORY if one.history else OF_STATES), one), {"name": one.table})
        low, high = cursor.fetchone()
    return (0, 0) if low is None else (low, high + 1)


def _query(text: str, one: Compared) -> str:
    columns = one.columns
    parts = {
        "table": sql.Identifier(one.table),
        "columns": identifiers(columns),
        "now": sql.SQL(", ").join(sql.Identifier("made", name) for name in columns),
        "last": sql.SQL(", ").join(sql.Identifier("last", name) for name in columns),
        "differences": sql.SQL(", ").join(
            sql.SQL("CASE WHEN {} IS DISTINCT FROM {} THEN {} END").format(
                sql.Identifier("made", name), sql.Identifier("last", name), sql.Literal(name)
            )
            for name in columns
        ),
    }
    if one.history:
        parts["history"] = sql.Identifier(one.history._meta.db_table)
    with connection.cursor() as cursor:
        return sql.SQL(text).format(**parts).as_string(cursor.connection)
