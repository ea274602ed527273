"""Reading what offices send: workbooks of any kind and CSV in both encodings, the header found by its titles."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
import zipfile
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from itertools import islice
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook

from center.errors import Refusal
from center.exchange.xlsx import CONTROL
from center.privacy.numbers import INVISIBLE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

LARGEST = 40 * 2**20
UNPACKED = 400 * 2**20
MOST_ROWS = 200_000
MOST_COLUMNS = 400
HEADER_WITHIN = 30
MACROS = "vbaProject.bin"


class Unreadable(Refusal):
    """The file as a whole cannot be read; the sentence says why."""


class Page:
    """One sheet as it was sent, read row by row from the first line on, as often as needed; never held whole."""

    def __init__(self, name: str, rows: Callable[[], Iterator[list[Any]]]) -> None:
        self.name, self._rows = name, rows

    def __iter__(self) -> Iterator[list[Any]]:
        for cells in self._rows():
            yield [_seen(cell) if isinstance(cell, str) and not cell.isprintable() else cell for cell in cells]

    @cached_property
    def top(self) -> list[list[Any]]:
        """The lines among which the header is looked for."""
        return list(islice(self, HEADER_WITHIN))

    def header(self) -> int:
        """The number of the line that looks most like headings: the most cells of text; 0 for an empty sheet."""
        texts = [sum(isinstance(cell, str) and bool(cell.strip()) for cell in cells) for cells in self.top]
        return texts.index(max(texts)) + 1 if any(texts) else 0


@dataclass
class Table:
    """A sheet whose header was found. `columns` maps a column's key to its place; `header` is the row's number."""

    page: Page
    header: int
    columns: dict[str, int]
    unknown: list[str] = field(default_factory=list)

    def lines(self) -> Iterable[tuple[int, Line]]:
        """(row number, line) of every row below the header that says anything."""
        for number, cells in enumerate(islice(self.page, self.header, None), self.header + 1):
            if any(cell not in {"", None} for cell in cells):
                yield number, Line(self.columns, cells)

    @property
    def titles(self) -> list[str]:
        """The headings as the sheet itself writes them."""
        return [str(cell or "").strip() for cell in self.page.top[self.header - 1]]


class Line:
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
    return kept if INVISIBLE.sub("", kept).strip() else ""


def fold(title: Any) -> str:
    """Titles are compared without width, blanks, asterisks, line ends and what stands in brackets at the end as a unit."""
    text = unicodedata.normalize("NFKC", str(title or ""))
    return re.sub(r"[\s*:_\u200b\ufeff]+", "", text).casefold()


def read(data: bytes) -> list[Page]:
    """All sheets of a file, whatever it is called."""
    if len(data) > LARGEST:
        raise Unreadable(_("The file is larger than 40 MB."))
    if not data.strip():
        raise Unreadable(_("The file is empty."))
    if data.startswith((b"PK", b"\xd0\xcf\x11\xe0")):
        return _workbook(data)
    if b"\0" in data[:4096]:
        raise Unreadable(_("This is neither a workbook nor a CSV file."))
    return [_csv(data)]


def heading_set(cells: Iterable[Any]) -> str:
    """A name for the headings of one line, whatever their order: what a person's mapping is remembered by."""
    return sha256("\n".join(sorted({fold(cell) for cell in cells} - {""})).encode()).hexdigest()


def find(
    pages: Iterable[Page],
    titles: Mapping[str, str],
    *,
    needed: Sequence[str],
    mapped: Mapping[str, Mapping[str, str]] | None = None,
) -> Table | None:
    """The first sheet with a row that holds all needed titles; blanks, widths and order do not matter.

    `titles` maps each way of writing a heading to the column's key; `needed` are keys. `mapped` holds what people said
    of headings that no list knows: heading set → {folded heading: key}; "" leaves a column unread.
    """
    known = {fold(title): key for title, key in titles.items()}
    for page in pages:
        for place, cells in enumerate(page.top):
            said = known | dict((mapped or {}).get(heading_set(cells), {}))
            columns: dict[str, int] = {}
            for at, cell in enumerate(cells):
                key = said.get(fold(cell))
                if key:
                    columns.setdefault(key, at)
            if all(key in columns for key in needed):
                unknown = [str(cell) for at, cell in enumerate(cells) if cell and at not in columns.values()]
                return Table(page, place + 1, columns, unknown)
    return None


def _workbook(data: bytes) -> list[Page]:
    if data.startswith(b"PK"):
        _refuse_bombs(data)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        pages = []
        for name in book.sheet_names:
            sheet = book.get_sheet_by_name(name)
            if sheet.total_height >= MOST_ROWS or sheet.total_width >= MOST_COLUMNS:  # the last place, from nought
                raise Unreadable(_("Sheet “%(name)s” has more rows or columns than any register.") % {"name": name})
            pages.append(Page(name, sheet.iter_rows))
    except (CalamineError, OSError, ValueError, zipfile.BadZipFile) as error:
        raise Unreadable(_("This workbook is damaged or protected by a password.")) from error
    else:
        return pages


def _refuse_bombs(data: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            entries = packed.infolist()
    except zipfile.BadZipFile as error:
        raise Unreadable(_("This workbook is damaged or protected by a password.")) from error
    if sum(entry.file_size for entry in entries) > UNPACKED:
        raise Unreadable(_("This workbook unpacks to far more than its size."))
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
        return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)

    try:
        widths = [len(cells) for cells in rows()]
    except csv.Error as error:
        raise Unreadable(_("This is neither a workbook nor a CSV file.")) from error
    if len(widths) > MOST_ROWS or max(widths, default=0) > MOST_COLUMNS:
        raise Unreadable(_("Sheet “%(name)s” has more rows or columns than any register.") % {"name": "CSV"})
    return rows
