"""Proving the seals: in Python over COPY, so that the database is not asked about itself (house.md §5)."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from psycopg import sql

from center.models.seal import DestroyedRow, Seal
from center.seals import CANONICAL, GENESIS, LATE, LEAF, Sealable, chain, identifiers, sealables, snapshot

if TYPE_CHECKING:
    from collections.abc import Iterator

NAMED_EACH = 50
LATE_TO_SEAL = timedelta(minutes=5)
ROWS = "SELECT {key}::bigint, jsonb_build_array({columns})::text{salt} FROM {table} ORDER BY {key}"


# What the proof finds, told in the language of whoever reads it.
SENTENCES = {
    "changed": _("%(table)s %(row)s: changed (seal %(seal)s)"),
    "removed": _("%(table)s %(row)s: removed (seal %(seal)s)"),
    "blank": _("%(table)s %(row)s: blank without a record of destruction (seal %(seal)s)"),
    "inserted": _("%(table)s %(row)s: inserted below the seals"),
    "more": _("%(table)s: more rows like these, not named each"),
    "seal_removed": _("seal %(seal)s: removed"),
    "seal_changed": _("seal %(seal)s: was itself changed, or the seal before it"),
    "cut_off": _("seal %(seal)s: kept outside, missing here: the end of the chain was cut off"),
    "rebuilt": _("seal %(seal)s: differs from the head kept outside: the chain was rebuilt"),
    "unknown_table": _("%(table)s: sealed once, now not among the sealed tables"),
    "no_heads": _("no seal heads outside the database (%(file)s)"),
    "late": _("%(table)s: rows since %(since)s are not sealed yet"),
}


@dataclass(frozen=True)
class Finding:
    """One thing that the proof found; `str` is its sentence in the reader's language."""

    kind: str
    facts: dict[str, str | int]

    def __str__(self) -> str:
        return str(SENTENCES[self.kind]) % self.facts


@dataclass
class Verdict:
    """`faults` are for people to read; `unsealed` rows are no fault, unless they wait too long."""

    faults: list[Finding] = field(default_factory=list)
    warnings: list[Finding] = field(default_factory=list)
    seals: int = 0
    rows: int = 0
    blank: int = 0
    unsealed: int = 0

    def fault(self, kind: str, **facts: str | int) -> None:
        self.faults.append(Finding(kind, facts))

    def warning(self, kind: str, **facts: str | int) -> None:
        self.warnings.append(Finding(kind, facts))

    def row(self, counted: dict[str, int], kind: str, *, table: str, **facts: int) -> None:
        """A row at fault; of each kind the first fifty of a table are named."""
        counted[kind] = counted.get(kind, 0) + 1
        if counted[kind] <= NAMED_EACH:
            self.fault(kind, table=table, **facts)
        elif counted[kind] == NAMED_EACH + 1:
            self.fault("more", table=table)


@dataclass
class _Open:
    """A seal while its rows pass by."""

    seal: Seal
    body: Any = field(default_factory=sha256)
    seen: int = 0
    touched: bool = False


def verify(*, now: datetime | None = None) -> Verdict:
    now = now or timezone.now()
    verdict = Verdict()
    with snapshot():
        with connection.cursor() as cursor:
            cursor.execute(CANONICAL)
        chained = list(Seal.objects.order_by("n"))
        verdict.seals = len(chained)
        bodies = _bodies(chained, verdict, now)
        _links(chained, bodies, verdict)
        _heads(chained, verdict)
    return verdict


def _links(chained: list[Seal], bodies: dict[int, _Open], verdict: Verdict) -> None:
    """Each seal follows the one before it and says what its rows say."""
    previous, expected = GENESIS, 1
    for seal in chained:
        if seal.n != expected:
            verdict.fault("seal_removed", seal=expected)
        found = bodies[seal.n]
        if not found.touched and chain(previous, seal, found.body.digest()) != bytes(seal.digest):
            verdict.fault("seal_changed", seal=seal.n)
        previous, expected = bytes(seal.digest), seal.n + 1


def _heads(chained: list[Seal], verdict: Verdict) -> None:
    """The heads kept outside the database: a rebuilt chain has other digests, a cut one ends too early."""
    if not settings.SEAL_HEADS_FILE.exists():
        if chained:
            verdict.warning("no_heads", file=settings.SEAL_HEADS_FILE.name)
        return
    digests = {seal.n: bytes(seal.digest).hex() for seal in chained}
    for line in settings.SEAL_HEADS_FILE.read_text().splitlines():
        number, digest, *_ = line.split(" ")
        held = digests.get(int(number))
        if held is None:
            verdict.fault("cut_off", seal=number)
        elif held != digest:
            verdict.fault("rebuilt", seal=number)


def _bodies(chained: list[Seal], verdict: Verdict, now: datetime) -> dict[int, _Open]:
    opened = {seal.n: _Open(seal) for seal in chained}
    known = {sealable.table: sealable for sealable in sealables()}
    for table in sorted({seal.table for seal in chained} | set(known)):
        if table not in known:
            verdict.fault("unknown_table", table=table)
            continue
        _Walk(known[table], [one for one in opened.values() if one.seal.table == table], verdict, now).go()
    return opened


class _Walk:
    """The rows of one table beside the numbers that its seals expect."""

    def __init__(self, known: Sealable, opened: list[_Open], verdict: Verdict, now: datetime) -> None:
        self.known, self.opened, self.verdict, self.now = known, opened, verdict, now
        self.destroyed = {one.row: bytes(one.leaf) for one in DestroyedRow.objects.filter(table=known.table)}
        old = (one.seal for one in opened if one.seal.sealed_at < now - LATE)
        self.settled = max((end for seal in old for _, end in seal.ids), default=0)
        self.counted: dict[str, int] = {}

    def go(self) -> None:
        """Once for each list of columns that a seal of this table covers; the present one also counts what is new."""
        for shape in sorted({tuple(one.seal.columns) for one in self.opened} | {self.known.columns}):
            mine = [one for one in self.opened if tuple(one.seal.columns) == shape]
            others = sorted(part for one in self.opened if one not in mine for part in one.seal.ids)
            self._shape(shape, _expected(mine), others, counts=shape == self.known.columns)
        self._waiting(max((end for one in self.opened for _, end in one.seal.ids), default=0))

    def _shape(
        self,
        shape: tuple[str, ...],
        expected: Iterator[tuple[int, _Open]],
        others: list[tuple[int, int]],
        *,
        counts: bool,
    ) -> None:
        wanted = next(expected, None)
        for number, text, blank in _rows(self.known, shape):
            while wanted and wanted[0] < number:
                self._missing(*wanted)
                wanted = next(expected, None)
            if wanted and wanted[0] == number:
                self._compare(number, text, wanted[1], blank=blank)
                wanted = next(expected, None)
            elif counts and not any(first <= number < end for first, end in others):
                self._unexpected(number)
        while wanted:
            self._missing(*wanted)
            wanted = next(expected, None)

    def _compare(self, number: int, text: bytes, found: _Open, *, blank: bool) -> None:
        leaf = sha256(text).digest()
        stored = bytes(found.seal.leaves)[found.seen * LEAF : (found.seen + 1) * LEAF]
        if blank and number in self.destroyed:
            leaf = self.destroyed[number]
            self.verdict.blank += 1
        if leaf[:LEAF] != stored:
            self._name("blank" if blank else "changed", number, found)
        found.body.update(leaf)
        found.seen += 1
        self.verdict.rows += 1

    def _missing(self, number: int, found: _Open) -> None:
        found.seen += 1
        self._name("removed", number, found)

    def _name(self, kind: str, number: int, found: _Open) -> None:
        found.touched = True
        self.verdict.row(self.counted, kind, table=self.known.table, row=number, seal=found.seal.n)

    def _unexpected(self, number: int) -> None:
        if number < self.settled:
            self.verdict.row(self.counted, "inserted", table=self.known.table, row=number)
        else:
            self.verdict.unsealed += 1

    def _waiting(self, top: int) -> None:
        """A warning when a row has been waiting for its seal for too long."""
        if not self.known.clock:
            return
        clock = sql.Identifier(self.known.clock)
        query = self.known.query("SELECT min({clock}) FROM {table} WHERE {key} >= %s", clock=clock)
        with connection.cursor() as cursor:
            cursor.execute(query.as_string(cursor.connection), [top])
            oldest = cursor.fetchone()[0]
        if isinstance(oldest, datetime) and oldest < self.now - LATE_TO_SEAL:
            since = timezone.localtime(oldest).isoformat(sep=" ", timespec="seconds")
            self.verdict.warning("late", table=self.known.table, since=since)


def _expected(opened: list[_Open]) -> Iterator[tuple[int, _Open]]:
    """Row numbers with their seals, in the order of the rows."""
    parts = sorted(((first, end, one) for one in opened for first, end in one.seal.ids), key=lambda part: part[0])
    for first, end, one in parts:
        for number in range(first, end):
            yield number, one


def _rows(known: Sealable, shape: tuple[str, ...]) -> Iterator[tuple[int, bytes, bool]]:
    salt = sql.SQL(", (salt IS NULL)::int::text") if "salt" in known.columns else sql.SQL(", '0'")
    query = sql.SQL(ROWS).format(
        key=sql.Identifier(known.key), columns=identifiers(shape), table=sql.Identifier(known.table), salt=salt
    )
    copied = sql.SQL("COPY ({}) TO STDOUT").format(query)
    with connection.cursor() as cursor, cursor.connection.cursor() as raw, raw.copy(copied) as copy:
        copy.set_types(["int8", "text", "text"])
        for number, text, blank in copy.rows():
            yield number, text.encode(), blank == "1"


def as_json(verdict: Verdict) -> str:
    return json.dumps(
        {"seals": verdict.seals, "rows": verdict.rows, "blank": verdict.blank, "unsealed": verdict.unsealed}
    )
