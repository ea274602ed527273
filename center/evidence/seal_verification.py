"""Proving the seals: in Python over COPY, so that the database is not asked about itself (architecture.md §5)."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from psycopg import sql

from center.evidence.seals import CANONICAL, GENESIS, LATE, LEAF, Sealable, chain, identifiers, sealables, snapshot
from center.models.seal import DestroyedRow, Destruction, Seal

if TYPE_CHECKING:
    from collections.abc import Iterator

NAMED_EACH = 50
EMPTY: tuple[Any, ...] = (
    "",
    None,
    0,
    False,
    {},
    [],
    "1900-01-01",
    "1900-01-01T00:00:00+00:00",
    "\\x",
)  # what a destroyed column may hold
LATE_TO_SEAL = timedelta(minutes=5)
HEAD = re.compile(r"(?P<n>\d{1,18}) (?P<digest>[0-9a-f]{64}) \S+$", re.ASCII)
ROWS = "SELECT {key}::bigint, jsonb_build_array({columns})::text{salt} FROM {table} ORDER BY {key}"


# What the proof finds, told in the language of whoever reads it.
SENTENCES = {
    "changed": _("%(table)s %(row)s: changed (seal %(seal)s)"),
    "removed": _("%(table)s %(row)s: removed (seal %(seal)s)"),
    "blank": _("%(table)s %(row)s: blank without a record of destruction (seal %(seal)s)"),
    "not_named": _("%(table)s %(row)s: blank, but no approved destruction names it (seal %(seal)s)"),
    "rewritten": _("%(table)s %(row)s: changed after it was destroyed (seal %(seal)s)"),
    "unproven": _("%(table)s: %(rows)s rows were destroyed before it was kept what a destruction names"),
    "inserted": _("%(table)s %(row)s: inserted below the seals"),
    "more": _("%(table)s: more rows like these, not named each"),
    "seal_removed": _("seal %(seal)s: removed"),
    "seal_changed": _("seal %(seal)s: was itself changed, or the seal before it"),
    "cut_off": _("seal %(seal)s: kept outside, missing here: the end of the chain was cut off"),
    "rebuilt": _("seal %(seal)s: differs from the head kept outside: the chain was rebuilt"),
    "unknown_table": _("%(table)s: sealed once, now not among the sealed tables"),
    "heads_torn": _("line %(line)s of the seal heads outside the database (%(file)s) cannot be read"),
    "heads_gap": _("%(rows)s seal heads are lacking outside the database (%(file)s), the first of seal %(seal)s"),
    "heads_cut": _("seal %(seal)s: the heads outside the database (%(file)s) end before it"),
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
class SealVerdict:
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


def verify(*, now: datetime | None = None) -> SealVerdict:
    now = now or timezone.now()
    verdict = SealVerdict()
    with snapshot():
        with connection.cursor() as cursor:
            cursor.execute(CANONICAL)
        chained = list(Seal.objects.order_by("n"))
        verdict.seals = len(chained)
        bodies = _bodies(chained, verdict, now)
        _links(chained, bodies, verdict)
        _heads(chained, verdict, now)
    return verdict


def _links(chained: list[Seal], bodies: dict[int, _Open], verdict: SealVerdict) -> None:
    """Each seal follows the one before it and says what its rows say."""
    previous, expected = GENESIS, 1
    for seal in chained:
        if seal.n != expected:
            verdict.fault("seal_removed", seal=expected)
        found = bodies[seal.n]
        if not found.touched and chain(previous, seal, found.body.digest()) != bytes(seal.digest):
            verdict.fault("seal_changed", seal=seal.n)
        previous, expected = bytes(seal.digest), seal.n + 1


def _heads(chained: list[Seal], verdict: SealVerdict, now: datetime) -> None:
    """The heads kept outside the database: a rebuilt chain has other digests, a cut one ends too early."""
    if not settings.SEAL_HEADS_FILE.exists():
        if chained:
            verdict.warning("no_heads", file=settings.SEAL_HEADS_FILE.name)
        return
    digests = {seal.n: bytes(seal.digest).hex() for seal in chained}
    newest, written, file = 0, set[int](), settings.SEAL_HEADS_FILE
    for place, line in enumerate(file.read_text(errors="replace").splitlines(), start=1):
        found = HEAD.match(line)
        if found is None:
            verdict.fault("heads_torn", line=place, file=file.name)
            continue
        newest, held = int(found["n"]), digests.get(int(found["n"]))
        written.add(newest)
        if held is None:
            verdict.fault("cut_off", seal=newest)
        elif held != found["digest"]:
            verdict.fault("rebuilt", seal=newest)
    if chained and newest < chained[-1].n and chained[-1].sealed_at < now - LATE_TO_SEAL:
        verdict.fault("heads_cut", seal=chained[-1].n, file=file.name)
    _gaps(chained, written, verdict)


def _gaps(chained: list[Seal], written: set[int], verdict: SealVerdict) -> None:
    """Each sealing writes its last head outside. One that is lacking was lost to a crash; more were taken away."""
    last = {seal.sealed_at: seal.n for seal in chained}
    lacking = [n for n in list(last.values())[:-1] if n not in written]
    if len(lacking) == 1 and lacking[0] != min(last.values()):
        verdict.warning("heads_gap", seal=lacking[0], rows=1, file=settings.SEAL_HEADS_FILE.name)
    elif lacking:
        verdict.fault("heads_gap", seal=lacking[0], rows=len(lacking), file=settings.SEAL_HEADS_FILE.name)


def _bodies(chained: list[Seal], verdict: SealVerdict, now: datetime) -> dict[int, _Open]:
    opened = {seal.n: _Open(seal) for seal in chained}
    known = {sealable.table: sealable for sealable in sealables()}
    for table in sorted({seal.table for seal in chained} | set(known)):
        if table not in known:
            verdict.fault("unknown_table", table=table)
            continue
        _Walk(known[table], [one for one in opened.values() if one.seal.table == table], verdict, now).go()
    return opened


def _sealed_without_remains() -> frozenset[int]:
    before = Seal.objects.filter(table=DestroyedRow._meta.db_table).exclude(columns__contains=["remains"])
    parts = [part for ids in before.values_list("ids", flat=True) for part in ids]
    return frozenset(number for first, end in parts for number in range(first, end))


class _Destroyed:
    """The blank rows of one table beside the decisions that let them be blank."""

    def __init__(self, known: Sealable) -> None:
        self.rows = {one.row: one for one in DestroyedRow.objects.filter(table=known.table)}
        wanted = {one.destruction_id for one in self.rows.values()}
        self.parts = {
            pk: [part for part in _parts(scope) if part["table"] == known.table]
            for pk, scope in Destruction.objects.filter(pk__in=wanted).values_list("pk", "scope")
        }
        self.old = 0
        # Blanked before what remains was kept: their own seals cover no such column. No other row may lack it.
        self.sealed_before = _sealed_without_remains() if self.rows else frozenset()

    def fault(self, number: int, text: bytes, shape: tuple[str, ...]) -> str:
        """What is wrong with a blank row, as a kind of SENTENCES; empty when its decision names it and nothing else."""
        found = self.rows[number]
        if found.remains is None:
            self.old += found.pk in self.sealed_before
            return "" if found.pk in self.sealed_before else "not_named"
        values = dict(zip(shape, json.loads(text), strict=True))
        parts = self.parts.get(found.destruction_id, ())
        if not any(str(values.get(part["by"])) in part["of"] for part in parts):
            return "not_named"
        emptied = {name for part in parts for name in part["columns"]} & values.keys()
        if sha256(text).digest() != bytes(found.remains) or any(values[name] not in EMPTY for name in emptied):
            return "rewritten"
        return ""


def _parts(scope: Any) -> list[dict[str, Any]]:
    """The parts of a scope that are such; whatever else somebody has written there names nothing."""
    parts = scope if isinstance(scope, list) else []
    shape = {"table", "by", "of", "columns"}
    return [part for part in parts if isinstance(part, dict) and part.keys() >= shape and isinstance(part["of"], list)]


class _Walk:
    """The rows of one table beside the numbers that its seals expect."""

    def __init__(self, known: Sealable, opened: list[_Open], verdict: SealVerdict, now: datetime) -> None:
        self.known, self.opened, self.verdict, self.now = known, opened, verdict, now
        self.destroyed = _Destroyed(known)
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
        if self.destroyed.old:
            self.verdict.warning("unproven", table=self.known.table, rows=self.destroyed.old)

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
                self._compare(number, text, wanted[1], shape=shape if blank else ())
                wanted = next(expected, None)
            elif counts and not any(first <= number < end for first, end in others):
                self._unexpected(number)
        while wanted:
            self._missing(*wanted)
            wanted = next(expected, None)

    def _compare(self, number: int, text: bytes, found: _Open, *, shape: tuple[str, ...]) -> None:
        """`shape` names the columns of a blank row, whose digest is the one kept when it was destroyed; else it is empty."""
        leaf = sha256(text).digest()
        stored = bytes(found.seal.leaves)[found.seen * LEAF : (found.seen + 1) * LEAF]
        fault = "blank" if shape else "changed"
        if shape and number in self.destroyed.rows:
            leaf = bytes(self.destroyed.rows[number].leaf)
            self.verdict.blank += 1
            if wrong := self.destroyed.fault(number, text, shape):
                self.verdict.row(self.counted, wrong, table=self.known.table, row=number, seal=found.seal.n)
        if leaf[:LEAF] != stored:
            self._name(fault, number, found)
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


def as_json(verdict: SealVerdict) -> str:
    return json.dumps(
        {"seals": verdict.seals, "rows": verdict.rows, "blank": verdict.blank, "unsealed": verdict.unsealed}
    )
