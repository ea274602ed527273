"""An import cannot be faster than the bare reader and a COPY of its cells into tables without an index."""

from __future__ import annotations

from pathlib import Path

from django.db import connection, transaction
from psycopg import sql
from python_calamine import CalamineWorkbook

from tests.bench.world import World

SHEETS = 2  # heads and members


def small(world: World) -> int:
    return read_and_copy(world.small)


def large(world: World) -> int:
    return read_and_copy(world.big)


def read_and_copy(path: Path) -> int:
    book = CalamineWorkbook.from_path(str(path))
    heads = 0
    with transaction.atomic(), connection.cursor() as cursor:
        for place in range(SHEETS):
            rows = book.get_sheet_by_index(place).to_python()
            heads = heads or sum(isinstance(row[0], int | float) for row in rows)  # a household begins with its number
            name = sql.Identifier(f"bench_sheet_{place}")
            columns = sql.SQL(", ").join(sql.SQL("c{} text").format(sql.Literal(n)) for n in range(len(rows[0])))
            cursor.execute(sql.SQL("CREATE TEMPORARY TABLE {} ({})").format(name, columns).as_string())
            with cursor.copy(sql.SQL("COPY {} FROM STDIN").format(name)) as copy:
                for row in rows:
                    copy.write_row([str(cell) for cell in row])
        transaction.set_rollback(True)
    return heads
