"""What a spreadsheet file says beside its values: hidden rows, cells that hold an error, formulas without their value.

The fast reader gives an empty cell for each of these, and empty is not what they say (fault kinds 1–3). A file is looked
at only when its bytes hold such a mark at all, so that a plain register costs one search.
"""

from __future__ import annotations

import posixpath
import re
import struct
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self
from xml.parsers import expat

if TYPE_CHECKING:
    import zipfile
    from collections.abc import Callable, Iterator

MARKED = re.compile(rb"""\st=["']e["']|<(?:\w+:)?f[\s>/]|hidden=["'](?:1|true)""")
ODS_HIDDEN = frozenset({"collapse", "filter"})
MOST_REPEATED = (
    1_000  # equal rows or cells in a row of an OpenDocument sheet; beyond it stands the empty rest of a sheet
)
ERROR = re.compile(r"#(?:N/A|REF!|VALUE!|DIV/0!|NAME\?|NUM!|NULL!|SPILL!|CALC!|FIELD!|BLOCKED!|GETTING_DATA)|Err:5\d\d")
BIFF_ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}


class Unread(str):
    """A cell that stands there and cannot be read: its text is what a person sees in it, `code` is why."""

    __slots__ = ("code",)
    code: str

    def __new__(cls, text: str, code: str) -> Self:
        made = super().__new__(cls, text)
        made.code = code
        return made


def error(text: str) -> Unread:
    return Unread(text or "#", "cell_error")


def without_value() -> Unread:
    return Unread("=", "formula_without_value")


def is_error(text: str) -> bool:
    """Errors that came as text: a CSV knows no other way."""
    return text.startswith(("#", "Err:")) and bool(ERROR.fullmatch(text))


@dataclass
class Marks:
    """Of one sheet; rows from one, columns from nought."""

    hidden: set[int] = field(default_factory=set)
    unread: dict[int, dict[int, Unread]] = field(default_factory=lambda: defaultdict(dict))
    merged: list[tuple[int, int, int]] = field(default_factory=list)  # first row, last row, column

    def mark(self, row: int, column: int, cell: Unread) -> None:
        self.unread[row][column] = cell


def of_zip(packed: zipfile.ZipFile) -> dict[str, Marks]:
    """Sheet → marks, of an .xlsx or an .ods."""
    names = set(packed.namelist())
    if "content.xml" in names:
        return _OpenDocument(packed.read("content.xml")).sheets
    if "xl/workbook.xml" not in names:
        return {}
    paths = _relations(packed, names)
    found: dict[str, Marks] = {}
    for name, relation in _sheets(packed.read("xl/workbook.xml")):
        path = paths.get(relation, "")
        data = packed.read(path) if path in names else b""
        found[name] = _Sheet(data).marks if MARKED.search(data) else Marks()
    return found


def _elements(data: bytes) -> Iterator[tuple[str, dict[str, str]]]:
    found: list[tuple[str, dict[str, str]]] = []
    _parse(data, start=lambda name, said: found.append((_local(name), said)))
    yield from found


def _parse(
    data: bytes,
    *,
    start: Callable[[str, dict[str, str]], Any],
    end: Callable[[str], Any] = lambda _name: None,
    text: Callable[[str], Any] = lambda _said: None,
) -> None:
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, text
    try:
        parser.Parse(data, True)
    except expat.ExpatError as wrong:
        raise ValueError(str(wrong)) from wrong


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _sheets(data: bytes) -> list[tuple[str, str]]:
    said = [facts for name, facts in _elements(data) if name == "sheet"]
    return [(facts.get("name", ""), next((v for k, v in facts.items() if _local(k) == "id"), "")) for facts in said]


def _relations(packed: zipfile.ZipFile, names: set[str]) -> dict[str, str]:
    place = "xl/_rels/workbook.xml.rels"
    said = [facts for name, facts in _elements(packed.read(place)) if name == "Relationship"] if place in names else []
    return {one["Id"]: posixpath.normpath(posixpath.join("/xl", one["Target"])).lstrip("/") for one in said}


class _Sheet:
    """One worksheet of an .xlsx. Rows and cells may leave out where they stand: the next after the last."""

    def __init__(self, data: bytes) -> None:
        self.marks = Marks()
        self._row, self._column = 0, -1
        self._kind, self._formula, self._valued, self._in_value = "", False, False, False
        self._text = ""
        _parse(data, start=self._start, end=self._end, text=self._said)

    def _start(self, name: str, said: dict[str, str]) -> None:
        name = _local(name)
        if name == "row":
            self._row, self._column = int(said.get("r") or self._row + 1), -1
            if said.get("hidden") in {"1", "true"}:
                self.marks.hidden.add(self._row)
        elif name == "c":
            self._column = _column(said["r"]) if "r" in said else self._column + 1
            self._kind, self._formula, self._valued, self._text = said.get("t", "n"), False, False, ""
        elif name == "f":
            self._formula = True
        elif name == "v":
            self._valued = self._in_value = True

    def _said(self, text: str) -> None:
        if self._in_value:
            self._text += text

    def _end(self, name: str) -> None:
        name = _local(name)
        if name == "v":
            self._in_value = False
        elif name == "c" and self._kind == "e":
            self.marks.mark(self._row, self._column, error(self._text))
        elif name == "c" and self._formula and not self._text and not (self._kind == "str" and self._valued):
            self.marks.mark(self._row, self._column, without_value())


def _column(place: str) -> int:
    number = 0
    for letter in place.rstrip("0123456789"):
        number = number * 26 + ord(letter.upper()) - 64
    return number - 1


class _OpenDocument:
    """All sheets of an .ods: rows and cells may stand for several equal ones."""

    def __init__(self, data: bytes) -> None:
        self.sheets: dict[str, Marks] = {}
        self._marks, self._row, self._rows, self._column = Marks(), 0, 1, -1
        self._cell: tuple[dict[str, str], int] | None = None
        self._text = ""
        _parse(data, start=self._start, end=self._end, text=self._said)

    def _start(self, name: str, said: dict[str, str]) -> None:
        if name == "table:table":
            self._marks, self._row, self._rows = Marks(), 0, 1
            self.sheets[said.get("table:name", "")] = self._marks
        elif name == "table:table-row":
            self._row, self._column = self._row + self._rows, 0
            self._rows = int(said.get("table:number-rows-repeated", 1))
            if said.get("table:visibility") in ODS_HIDDEN:
                self._marks.hidden |= set(range(self._row, self._row + min(self._rows, MOST_REPEATED)))
        elif name in {"table:table-cell", "table:covered-table-cell"}:
            self._cell, self._text = (said, self._column), ""
            self._column += int(said.get("table:number-columns-repeated", 1))
            if spanned := int(said.get("table:number-rows-spanned", 1)) - 1:
                self._marks.merged.append((self._row, self._row + spanned, self._cell[1]))

    def _said(self, text: str) -> None:
        if self._cell is not None:
            self._text += text

    def _end(self, name: str) -> None:
        if name not in {"table:table-cell", "table:covered-table-cell"} or self._cell is None:
            return
        (said, first), self._cell = self._cell, None
        cell = None
        if said.get("calcext:value-type") == "error":
            cell = error(self._text)
        elif "table:formula" in said and "office:value-type" not in said and not self._text:
            cell = without_value()
        if cell is not None and self._rows <= MOST_REPEATED:
            for row in range(self._row, self._row + self._rows):
                for column in range(first, min(self._column, first + MOST_REPEATED)):
                    self._marks.mark(row, column, cell)


# -- the old .xls: an OLE container with a stream of records -----------------------------------------------------------

FREE, END = 0xFFFFFFFF, 0xFFFFFFFE
BOUNDSHEET, BOF, EOF, ROW, FORMULA, BOOLERR, MERGED = 0x85, 0x809, 0xA, 0x208, 0x6, 0x205, 0xE5
HIDDEN_ROW = 0x20
BIFF8 = 0x0600


def of_xls(data: bytes) -> dict[str, Marks]:
    """Sheet → marks, of a workbook of Excel 97–2003; of older ones nothing is said."""
    stream = _stream(data)
    found: dict[str, Marks] = {}
    for name, start in _bound(stream):
        marks = found[name] = Marks()
        for kind, body in _records(stream, start):
            _note(marks, kind, body)
    return found


def _records(stream: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    """The records of one substream, those of charts inside it left out."""
    depth = 0
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        depth += (kind == BOF) - (kind == EOF)
        if depth == 0:
            return
        if depth == 1:
            yield kind, stream[at + 4 : at + 4 + length]
        at += 4 + length


def _bound(stream: bytes) -> list[tuple[str, int]]:
    found = []
    for kind, body in _records(stream, 0):
        if kind == BOF and struct.unpack_from("<H", body)[0] != BIFF8:
            return []
        if kind == BOUNDSHEET:
            start, count, wide = struct.unpack_from("<I", body)[0], body[6], body[7] & 1
            name = body[8 : 8 + count * (1 + wide)].decode("utf-16-le" if wide else "latin-1")
            found.append((name, start))
    return found


def _note(marks: Marks, kind: int, body: bytes) -> None:
    if kind == ROW and struct.unpack_from("<I", body, 12)[0] & HIDDEN_ROW:
        marks.hidden.add(struct.unpack_from("<H", body)[0] + 1)
    elif kind == BOOLERR and body[7]:
        row, column = struct.unpack_from("<HH", body)
        marks.mark(row + 1, column, error(BIFF_ERRORS.get(body[6], "#")))
    elif kind == FORMULA and body[12:14] == b"\xff\xff" and body[6] == 2:  # noqa: PLR2004 - a result that is an error
        row, column = struct.unpack_from("<HH", body)
        marks.mark(row + 1, column, error(BIFF_ERRORS.get(body[8], "#")))
    elif kind == MERGED:
        for at in range(struct.unpack_from("<H", body)[0]):
            first, last, column, _until = struct.unpack_from("<HHHH", body, 2 + at * 8)
            if last > first:
                marks.merged.append((first + 1, last + 1, column))


def _stream(data: bytes) -> bytes:
    """The stream of the workbook: sectors chained by a table, small streams inside a larger one."""
    shift, small_shift = struct.unpack_from("<HH", data, 30)
    size, least = 1 << shift, struct.unpack_from("<I", data, 56)[0]
    per = size // 4

    def sector(number: int) -> bytes:
        return data[(number + 1) * size : (number + 2) * size]

    table = [each for number in _fat_sectors(data, sector, per) for each in struct.unpack(f"<{per}I", sector(number))]

    def chain(start: int) -> bytes:
        parts, seen = [], 0
        while start < END - 3 and start < len(table) and seen <= len(table):
            parts.append(sector(start))
            start, seen = table[start], seen + 1
        return b"".join(parts)

    entries = chain(struct.unpack_from("<I", data, 48)[0])
    root = entries[:128]
    for at in range(0, len(entries) - 127, 128):
        entry = entries[at : at + 128]
        name = entry[: max(struct.unpack_from("<H", entry, 64)[0] - 2, 0)].decode("utf-16-le", "replace")
        if name not in {"Workbook", "Book"}:
            continue
        start, length = struct.unpack_from("<II", entry, 116)
        if length >= least:
            return chain(start)[:length]
        held, small = chain(struct.unpack_from("<I", root, 116)[0]), 1 << small_shift
        next_small = chain(struct.unpack_from("<I", data, 60)[0])
        links = struct.unpack(f"<{len(next_small) // 4}I", next_small)
        parts: list[bytes] = []
        while start < len(links) and len(parts) <= len(links):
            parts.append(held[start * small : (start + 1) * small])
            start = links[start]
        return b"".join(parts)[:length]
    return b""


def _fat_sectors(data: bytes, sector: Callable[[int], bytes], per: int) -> list[int]:
    found = [one for one in struct.unpack_from("<109I", data, 76) if one < END - 3]
    following, many = struct.unpack_from("<II", data, 68)
    for _each in range(many):
        block = struct.unpack(f"<{per}I", sector(following))
        found += [one for one in block[:-1] if one < END - 3]
        following = block[-1]
    return found
