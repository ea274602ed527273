"""What a workbook says, whoever saved it last: typed cells, row by row (architecture.md §7)."""

from __future__ import annotations

import io
import re
import struct
import zipfile
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from python_calamine import CalamineError, CalamineWorkbook

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from center.exchange.xlsx import Cell, Sheet

LEAF = 8
PROOF = re.compile(r"^(X[0-9A-Za-z]+-\d{4}-\d{4,}) · ([0-9a-f]{12})$")
FORMULA = re.compile(rb"<f[\s>/]|table:formula=")


class Unreadable(ValueError):
    """Not a workbook."""


class Digest:
    """The digest of a workbook, taken while its rows pass by."""

    def __init__(self) -> None:
        self.whole = sha256()
        self.leaves = bytearray()
        self.places = bytearray()

    def add(self, sheet: int, row: int, cells: Sequence[Any]) -> None:
        leaf = leaf_of(sheet, row, cells)
        if leaf:
            self.whole.update(leaf)
            self.leaves += leaf[:LEAF]
            self.places += struct.pack(">BI", sheet, row)

    def hexdigest(self) -> str:
        return self.whole.hexdigest()


def leaf_of(sheet: int, row: int, cells: Sequence[Any]) -> bytes:
    """Of one row with its place; empty for an empty row and for the line of proof, which stands alone in its row."""
    said = [say(cell) for cell in cells]
    while said and not said[-1]:
        said.pop()
    if not said or (len(said) == 1 and PROOF.match(str(cells[0]))):
        return b""
    return sha256("\x1f".join([str(sheet), str(row), *said]).encode()).digest()


def say(value: Any) -> str:
    """One cell, typed. Numbers to fifteen digits, days as days, text with one kind of line end."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return f"b{int(value)}"
    if isinstance(value, int | float | Decimal):
        return "n" + format(Decimal(format(float(value), ".15g")).normalize(), "f").replace("-0", "0", value == 0)
    if isinstance(value, datetime) and value.time() == time.min:
        value = value.date()
    if isinstance(value, date | time | timedelta):
        return f"d{value}"
    return "s" + str(value).replace("\r\n", "\n").replace("\r", "\n")


def read(data: bytes) -> list[list[list[Any]]]:
    """All sheets of a workbook in any format that offices save."""
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        return [book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names]
    except (CalamineError, OSError, ValueError) as error:
        raise Unreadable(str(error)) from error


def digest(sheets: list[list[list[Any]]]) -> Digest:
    taken = Digest()
    for number, rows in enumerate(sheets):
        for place, cells in enumerate(rows, 1):
            taken.add(number, place, cells)
    return taken


def proof_in(sheets: list[list[list[Any]]]) -> tuple[str, str]:
    """The number and the twelve digits that the file prints; empty when it prints none."""
    for rows in sheets:
        for cells in reversed(rows):
            if found := PROOF.match(str(cells[0])):
                return found[1], found[2]
    return "", ""


def has_formulas(data: bytes) -> bool:
    """Whether any cell computes. Our exports hold none, so one was added. An .xls hides whether it does."""
    if not zipfile.is_zipfile(io.BytesIO(data)):
        return False
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        names = [name for name in packed.namelist() if "worksheets/" in name or name == "content.xml"]
        return any(FORMULA.search(packed.read(name)) for name in names)


def passing(sheet: Sheet, number: int, taken: Digest) -> Iterator[list[Cell]]:
    """The sheet's rows on their way to the writer, each added to the digest; heading and lines above first."""
    for place, line in enumerate(sheet.above, 1):
        taken.add(number, place, [line])
    start = len(sheet.above) + 1
    taken.add(number, start, [column.title for column in sheet.columns])
    for place, row in enumerate(sheet.rows, start + 1):
        taken.add(number, place, row)
        yield row


def places_of(packed: bytes) -> list[tuple[int, int]]:
    return [struct.unpack_from(">BI", packed, at) for at in range(0, len(packed), 5)]  # type: ignore[misc]


def differing(packed: bytes, leaves: bytes, other: Digest) -> Iterable[tuple[int, int]]:
    """Places whose rows are not what was issued: changed, gone, or new."""
    known = {place: leaves[at * LEAF : at * LEAF + LEAF] for at, place in enumerate(places_of(packed))}
    found = {
        place: bytes(other.leaves[at * LEAF : at * LEAF + LEAF])
        for at, place in enumerate(places_of(bytes(other.places)))
    }
    return sorted(place for place in known.keys() | found.keys() if known.get(place) != found.get(place))
