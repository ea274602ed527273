"""Seals: a chain over everything that is written once, made without making any writer wait (architecture.md §5).

A seal takes the rows that are visible now and in no seal yet, whatever their numbers: rows commit out of order. The HMAC
key never enters the database; the newest head also goes into a file outside it and onto printed registers.
"""

from __future__ import annotations

import hmac
import os
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.conf import settings
from django.db import connection, models, transaction
from django.utils import timezone
from psycopg import sql

from center.evidence.privileges import history_tables
from center.models.seal import Seal, multirange
from center.privacy import keys

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# Other rooms add their decisions, votes and ledger here; field history joins by itself.
SEALED: tuple[str, ...] = (
    "center.AccessEntry",
    "center.Ballot",
    "center.DestroyedRow",
    "center.Destruction",
    "center.Event",
    "center.Export",
    "center.IssuedDocument",
    "casework.Assessment",
    "center.Motion",
    "center.RowState",
    "center.Vote",
    "legal.CaseEvent",
    "relief.BankReturn",
    "relief.Decision",
    "relief.LedgerTransaction",
    "relief.Posting",
)
LOCK = 7_305_001  # the sealer's advisory lock, taken before its transaction begins
LATE = timedelta(hours=24)  # rows in holes of younger seals are late, in older ones inserted
LEAF = 8
BATCH = 1_000_000
GENESIS = b"\0" * 32
CANONICAL = """
    SET LOCAL TimeZone = 'UTC'; SET LOCAL DateStyle = 'ISO, YMD'; SET LOCAL bytea_output = 'hex';
    SET LOCAL extra_float_digits = 1; SET LOCAL IntervalStyle = 'iso_8601'
"""
FRESH = """
    WITH fresh AS MATERIALIZED (
        SELECT {key}::bigint AS id, sha256(convert_to(jsonb_build_array({columns})::text, 'UTF8')) AS leaf
        FROM {table} WHERE {key} >= %(floor)s AND NOT {key}::bigint <@ %(recent)s::int8multirange ORDER BY {key} LIMIT %(batch)s
    )
    SELECT range_agg(int8range(id, id, '[]')), count(*), string_agg(substring(leaf FROM 1 FOR 8), ''::bytea ORDER BY id),
           sha256(coalesce(string_agg(leaf, ''::bytea ORDER BY id), ''::bytea))
    FROM fresh
"""


@dataclass(frozen=True)
class Sealable:
    """A table whose rows are sealed: its name, its number column, and the columns that a new seal covers."""

    table: str
    key: str
    columns: tuple[str, ...]
    clock: str  # the column that says how old an unsealed row is; "" when there is none

    def query(self, text: str, **parts: sql.Composable) -> sql.Composed:
        parts |= {"table": sql.Identifier(self.table), "key": sql.Identifier(self.key)}
        parts.setdefault("columns", identifiers(self.columns))
        return sql.SQL(text).format(**parts)  # type: ignore[arg-type]


def identifiers(names: tuple[str, ...]) -> sql.Composed:
    return sql.SQL(", ").join(sql.Identifier(name) for name in names)


def sealables() -> list[Sealable]:
    """Every table that is sealed, in a fixed order."""
    history = set(history_tables())
    chosen = [apps.get_model(label) for label in SEALED]
    chosen += [model for model in apps.get_models() if model._meta.db_table in history]
    return sorted((_sealable(model) for model in chosen), key=lambda one: one.table)


def _sealable(model: type[models.Model]) -> Sealable:
    meta = model._meta
    clocks = [str(field.column) for field in meta.local_concrete_fields if isinstance(field, models.DateTimeField)]
    preferred = [name for name in clocks if name in {"at", "pgh_created_at"}] or clocks or [""]
    columns = tuple(str(field.column) for field in meta.concrete_fields)
    return Sealable(meta.db_table, str(meta.pk.column), columns, preferred[0])


@contextmanager
def snapshot() -> Iterator[None]:
    """One unchanging view of the database, the sealer's lock held from before it: an export and its seal."""
    if connection.in_atomic_block:
        if not settings.TESTING:
            raise RuntimeError("A seal's snapshot is a transaction of its own.")
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
    try:
        with transaction.atomic(durable=True):
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def seal(*, now: datetime | None = None) -> list[Seal]:
    """Seal what is not sealed yet, and write the new head outside the database."""
    with snapshot():
        made = seal_in_snapshot(now=now)
    publish(made)
    return made


def seal_in_snapshot(*, now: datetime | None = None) -> list[Seal]:
    """The same inside a snapshot that somebody else opened and whose rows they export; `publish` comes after it."""
    now = now or timezone.now()
    made: list[Seal] = []
    with connection.cursor() as cursor:
        cursor.execute(CANONICAL)
        last = Seal.objects.order_by("-n").first()
        for sealable in sealables():
            while fresh := _fresh(cursor, sealable, now):
                last = _link(last, sealable, fresh, now)
                made.append(last)
    return made


def publish(made: list[Seal]) -> None:
    """Append the newest head to the file outside the database: n, digest, time."""
    if made:
        line = f"{made[-1].n} {bytes(made[-1].digest).hex()} {made[-1].sealed_at.isoformat()}\n"
        append_line(settings.SEAL_HEADS_FILE, line)


def append_line(path: Path, line: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        os.write(handle, line.encode())
        os.fsync(handle)
    finally:
        os.close(handle)


def head() -> str:
    """What registers and backups print: the newest seal's number and the first twelve of its digest."""
    last = Seal.objects.order_by("-n").first()
    return str(last) if last else ""


def chain(previous: bytes, seal: Seal, body: bytes) -> bytes:
    """HMAC over the previous digest, what the seal says of itself, and the rows."""
    named = f"{seal.n}|{seal.table}|{','.join(seal.columns)}|{seal.ids}|{seal.rows}|{seal.sealed_at.timestamp():.6f}|"
    return hmac.digest(keys.ring().seal, previous + named.encode() + body, sha256)


def floor_of(table: str, now: datetime) -> tuple[int, list[tuple[int, int]]]:
    """Rows below the first number are settled; among the rest, those in the list are sealed."""
    with connection.cursor() as cursor:
        cursor.execute(
            'SELECT (SELECT coalesce(max(upper(ids)), 0) FROM center_seal WHERE "table" = %s AND sealed_at < %s),'
            ' (SELECT range_agg(ids) FROM center_seal WHERE "table" = %s AND sealed_at >= %s)',
            [table, now - LATE, table, now - LATE],
        )
        floor, recent = cursor.fetchone()
    return floor, [(part.lower, part.upper) for part in recent or ()]


def _fresh(cursor: Any, sealable: Sealable, now: datetime) -> tuple[Any, ...] | None:
    floor, recent = floor_of(sealable.table, now)
    query = sealable.query(FRESH)
    cursor.execute(query.as_string(cursor.connection), {"floor": floor, "recent": multirange(recent), "batch": BATCH})
    row: tuple[Any, ...] = cursor.fetchone()
    return row if row[1] else None


def _link(last: Seal | None, sealable: Sealable, fresh: tuple[Any, ...], now: datetime) -> Seal:
    ids, rows, leaves, body = fresh
    link = Seal(
        n=last.n + 1 if last else 1,
        table=sealable.table,
        columns=list(sealable.columns),
        ids=[(part.lower, part.upper) for part in ids],
        rows=rows,
        leaves=bytes(leaves),
        sealed_at=now,
    )
    link.digest = chain(bytes(last.digest) if last else GENESIS, link, bytes(body))
    link.save(force_insert=True)
    return link
