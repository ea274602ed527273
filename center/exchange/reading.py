"""Reading what offices send: workbooks of any kind and CSV in both encodings, the header found by its titles."""

from __future__ import annotations

import csv
import io
import re
import struct
import unicodedata
import zipfile
from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from itertools import islice
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

from center.exchange import marks
from center.exchange.cleaning import WORDS
from center.exchange.marks import Marks, Unread
from center.exchange.xlsx import CONTROL
from center.kernel.errors import Refusal
from center.privacy.numbers import INVISIBLE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

LARGEST = 40 * 2**20
UNPACKED = 400 * 2**20
MOST_ROWS = 200_000
MOST_COLUMNS = 400
HEADER_WITHIN = 30
MACROS = "vbaProject.bin"
APART = 1_000_000  # rows of a later sheet are numbered from here on, so that a number names one row of the file
MAY_BE_ERROR = frozenset("#E")  # what the text of an error begins with
GUARDED = re.compile(r'="(.*)"', re.DOTALL)  # how spreadsheets are kept from rounding a long number of a CSV
TOTALS, SIGNED, LONGEST_LABEL = tuple(WORDS["totals"]), tuple(WORDS["signed"]), 12


class Unreadable(Refusal):
    """The file as a whole cannot be read; the sentence says why."""


class Page:
    """One sheet as it was sent, read row by row from the first line on, as often as needed; never held whole.

    Text of merged cells stands in each of their rows, and what cannot be read says so (`Unread`).
    """

    def __init__(
        self, name: str, rows: Callable[[], Iterator[list[Any]]], *, said: Marks | None = None, offset: int = 0
    ) -> None:
        self.name, self._rows, self.marks, self._offset = name, rows, said or Marks(), offset

    def __iter__(self) -> Iterator[list[Any]]:
        marked, filling = self.marks.unread, _Filling(self.marks.merged)
        is_plain = not marked and not self.marks.merged  # as nearly every register is
        for number, cells in enumerate(self._rows(), 1):
            row = [
                _seen(cell) if isinstance(cell, str) and (cell[:1] in MAY_BE_ERROR or not cell.isprintable()) else cell
                for cell in cells
            ]
            if not is_plain:
                self._mark(row, number, marked.get(number, {}), filling)
            yield row

    def _mark(self, row: list[Any], number: int, marked: Mapping[int, Unread], filling: _Filling) -> None:
        for column, cell in marked.items():
            _put(row, column - self._offset, cell)
        for column, cell in filling.at(number, row, self._offset):  # which may hold what was marked
            _put(row, column - self._offset, cell)

    def __len__(self) -> int:
        """Rows that say anything."""
        return sum(any(cell not in {"", None} for cell in cells) for cells in self)

    def letter(self, place: int) -> str:
        """What spreadsheets call the column of a place."""
        number, letters = place + self._offset + 1, ""
        while number:
            number, left = divmod(number - 1, 26)
            letters = chr(ord("A") + left) + letters
        return letters

    @cached_property
    def top(self) -> list[list[Any]]:
        """The lines among which the header is looked for."""
        return list(islice(self, HEADER_WITHIN))

    def header(self) -> int:
        """The number of the line that looks most like headings: the most cells of text; 0 for an empty sheet."""
        texts = [sum(isinstance(cell, str) and bool(cell.strip()) for cell in cells) for cells in self.top]
        return texts.index(max(texts)) + 1 if any(texts) else 0


class Pages(list[Page]):
    """The sheets that are read. `hidden` are those that nobody sees: they are named, never read."""

    def __init__(self, pages: Iterable[Page], hidden: Iterable[Page] = ()) -> None:
        super().__init__(pages)
        self.hidden = list(hidden)


class _Filling:
    """Cells merged over several rows: the first holds the value, and each of the others means it too.

    A number is not repeated: an amount of two rows together, written into both, would count twice.
    """

    def __init__(self, merged: Iterable[tuple[int, int, int]]) -> None:
        self._waiting = sorted(merged, reverse=True)
        self._open: list[tuple[int, int, Any]] = []

    def at(self, number: int, row: list[Any], offset: int) -> list[tuple[int, Any]]:
        """(column, what it means) of the merged cells that go through this row."""
        self._open = [one for one in self._open if one[0] >= number]
        found = [(column, value) for _last, column, value in self._open]
        while self._waiting and self._waiting[-1][0] <= number:
            _first, last, column = self._waiting.pop()
            value = row[column - offset] if 0 <= column - offset < len(row) else None
            if value in {"", None} or last <= number:
                continue
            meant = value if isinstance(value, str) else Unread(str(value), "merged_amount")
            self._open.append((last, column, meant))
        return found


@dataclass
class LeftOut:
    """What of a sheet was not read: rows that are hidden, rows that are no entry and why, columns with their cells."""

    hidden: list[int] = field(default_factory=list)
    passed: dict[int, str] = field(default_factory=dict)  # row → the word by which it was known; "" for headings
    columns: dict[str, int] = field(default_factory=dict)  # heading, or the letter of a column without one → cells


@dataclass
class Table:
    """A sheet whose header was found. `columns` maps a column's key to its place; `header` is the row's number.

    A row is known by its number and `base`, by which the sheets of one file differ.
    """

    page: Page
    header: int
    columns: dict[str, int]
    unknown: list[str] = field(default_factory=list)
    needed: Sequence[str] = ()
    base: int = 0

    def lines(self) -> Iterable[tuple[int, SheetLine]]:
        """(row, line) of every entry below the header: no hidden row, total, signature or heading said again."""
        left_out = self.left_out
        for number, cells in self._below():
            if number not in self.page.marks.hidden and number not in left_out.passed:
                yield self.base + number, SheetLine(self.columns, cells)

    def hidden_lines(self) -> Iterable[tuple[int, SheetLine]]:
        """What stands in rows that nobody sees: it is not read, but it may explain what is missing."""
        if self.left_out.hidden:
            for number, cells in self._below():
                if number in self.page.marks.hidden:
                    yield self.base + number, SheetLine(self.columns, cells)

    def _below(self) -> Iterator[tuple[int, list[Any]]]:
        for number, cells in enumerate(islice(self.page, self.header, None), self.header + 1):
            if any(cell not in {"", None} for cell in cells):
                yield number, cells

    @cached_property
    def left_out(self) -> LeftOut:
        found, filled = LeftOut(), Counter[int]()
        titles, read = self.page.top[self.header - 1], set(self.columns.values())
        for number, cells in self._below():
            if number in self.page.marks.hidden:
                found.hidden.append(number)
            elif (word := self._no_entry(cells)) is not None:
                found.passed[number] = word
            else:
                filled.update(at for at, cell in enumerate(cells) if at not in read and cell not in {"", None})
        said = {at: str(title).strip() for at, title in enumerate(titles) if title not in {"", None}}
        for at in sorted({*said, *filled} - read):
            found.columns[said.get(at, "") or self.page.letter(at)] = filled[at]
        return found

    def _no_entry(self, cells: Sequence[Any]) -> str | None:
        """The word by which a row is known as a total or a signature, "" for headings said again; None for an entry."""
        titles = self.page.top[self.header - 1]
        said = [(at, cells[at]) for at in self.columns.values() if at < len(cells) and cells[at] not in {"", None}]
        if len(said) > 1 and all(fold(cell) == fold(titles[at]) for at, cell in said):
            return ""
        needed = [key for key in self.needed if self.columns[key] < len(cells) and cells[self.columns[key]]]
        first = fold(next(cell for cell in cells if cell not in {"", None}))
        if len(needed) > 1:
            return None
        total = next((word for word in TOTALS if first.startswith(word) and len(first) <= LONGEST_LABEL), None)
        return total or next((word for word in SIGNED if first.startswith(word)), None)

    @property
    def titles(self) -> list[str]:
        """The headings as the sheet itself writes them."""
        return [str(cell or "").strip() for cell in self.page.top[self.header - 1]]


class SheetLine:
    """What one row says: its cells by column, without the empty ones."""

    def __init__(self, columns: Mapping[str, int], cells: Sequence[Any]) -> None:
        there = ((key, cells[place]) for key, place in columns.items() if place < len(cells))
        self.said = {key: cell for key, cell in there if (cell.strip() if isinstance(cell, str) else cell is not None)}

    def get(self, key: str) -> Any:
        """The cell of a column; None when the file has no such column or the cell is empty."""
        return self.said.get(key)


def _seen(text: str) -> str:
    """A cell without what no database and no workbook keeps; empty when nobody would see anything in it."""
    kept = CONTROL.sub("", text)
    if not INVISIBLE.sub("", kept).strip():
        return ""
    return marks.error(kept.strip()) if marks.is_error(kept.strip()) else kept


def _put(row: list[Any], place: int, cell: Any) -> None:
    if place >= 0:
        row.extend([""] * (place + 1 - len(row)))
        row[place] = cell


def fold(title: Any) -> str:
    """Titles are compared without width, blanks, asterisks, line ends and what stands in brackets at the end as a unit."""
    text = unicodedata.normalize("NFKC", str(title or ""))
    return re.sub(r"[\s*:_\u200b\ufeff]+", "", text).casefold()


def place_of(row: int) -> tuple[int, int]:
    """Which of the sheets of its kind, and which row there."""
    return divmod(row, APART)


def read(data: bytes) -> Pages:
    """All sheets of a file, whatever it is called."""
    if len(data) > LARGEST:
        raise Unreadable(_("The file is larger than 40 MB."))
    if not data.strip():
        raise Unreadable(_("The file is empty."))
    if data.startswith((b"PK", b"\xd0\xcf\x11\xe0")):
        return _workbook(data)
    if b"\0" in data[:4096]:
        raise Unreadable(_("This is neither a workbook nor a CSV file."))
    return Pages([_csv(data)])


def heading_set(cells: Iterable[Any]) -> str:
    """A name for the headings of one line, whatever their order: what a person's mapping is remembered by."""
    return sha256("\n".join(sorted({fold(cell) for cell in cells} - {""})).encode()).hexdigest()


def find(
    pages: Iterable[Page],
    titles: Mapping[str, str],
    *,
    needed: Sequence[str],
    mapped: Mapping[str, Mapping[str, str]] | None = None,
) -> list[Table]:
    """Every sheet with a row that holds all needed titles; blanks, widths and order do not matter.

    `titles` maps each way of writing a heading to the column's key; `needed` are keys. `mapped` holds what people said
    of headings that no list knows: heading set → {folded heading: key}; "" leaves a column unread.
    """
    known = {fold(title): key for title, key in titles.items()}
    found: list[Table] = []
    for page in pages:
        if table := _headed(page, known, needed=needed, mapped=mapped or {}):
            table.base = len(found) * APART
            found.append(table)
    return found


def _headed(
    page: Page, known: Mapping[str, str], *, needed: Sequence[str], mapped: Mapping[str, Mapping[str, str]]
) -> Table | None:
    for place, cells in enumerate(page.top):
        said = {**known, **mapped.get(heading_set(cells), {})}
        columns: dict[str, int] = {}
        for at, cell in enumerate(cells):
            key = said.get(fold(cell))
            if key:
                columns.setdefault(key, at)
        if all(key in columns for key in needed):
            unknown = [str(cell) for at, cell in enumerate(cells) if cell and at not in columns.values()]
            return Table(page, place + 1, columns, unknown, needed)
    return None


def _workbook(data: bytes) -> Pages:
    try:
        said = _marks(data)
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        seen: dict[bool, list[Page]] = {True: [], False: []}
        for about in book.sheets_metadata:
            sheet = book.get_sheet_by_name(about.name)
            if sheet.total_height >= MOST_ROWS or sheet.total_width >= MOST_COLUMNS:  # the last place, from nought
                raise Unreadable(
                    _("Sheet “%(name)s” has more rows or columns than any register.") % {"name": about.name}
                )
            found = said.get(about.name, Marks())
            for (first, column), (last, _right) in sheet.merged_cell_ranges or []:
                if last > first:
                    found.merged.append((first + 1, last + 1, column))
            page = Page(about.name, sheet.iter_rows, said=found, offset=(sheet.start or (0, 0))[1])
            seen[about.visible == SheetVisibleEnum.Visible].append(page)
    except (CalamineError, OSError, ValueError, KeyError, struct.error, zipfile.BadZipFile) as error:
        raise Unreadable(_("This workbook is damaged or protected by a password.")) from error
    return Pages(seen[True], seen[False])


def _marks(data: bytes) -> dict[str, Marks]:
    if not data.startswith(b"PK"):
        return marks.of_xls(data)
    _refuse_bombs(data)
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        return marks.of_zip(packed)


def _refuse_bombs(data: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            entries = packed.infolist()
    except zipfile.BadZipFile as error:
        raise Unreadable(_("This workbook is damaged or protected by a password.")) from error
    if sum(entry.file_size for entry in entries) > UNPACKED:
        raise Unreadable(_("This workbook unpacks to far more than its size."))
    if any(entry.filename == "xl/workbook.bin" for entry in entries):
        raise Unreadable(_("This is a binary workbook (.xlsb). Save it as .xlsx."))
    if any(entry.filename.endswith(MACROS) for entry in entries):
        raise Unreadable(_("This workbook holds macros. Save it as .xlsx without macros."))


def _csv(data: bytes) -> Page:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return Page("CSV", _split(text))
    raise Unreadable(_("The characters of this file are neither UTF-8 nor GB18030."))


def _split(text: str) -> Callable[[], Iterator[list[Any]]]:
    head = text[:4096]
    delimiter = max(",;\t", key=lambda mark: head.count(mark) if mark != "\t" else head.count("\t") // 2)

    def rows() -> Iterator[list[Any]]:
        for cells in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            yield [found[1] if cell[:1] == "=" and (found := GUARDED.fullmatch(cell)) else cell for cell in cells]

    try:
        widths = [len(cells) for cells in rows()]
    except csv.Error as error:
        raise Unreadable(_("This is neither a workbook nor a CSV file.")) from error
    if len(widths) > MOST_ROWS or max(widths, default=0) > MOST_COLUMNS:
        raise Unreadable(_("Sheet “%(name)s” has more rows or columns than any register.") % {"name": "CSV"})
    return rows
