"""Writing workbooks: one class over the fast writer, with openpyxl where that cannot be installed.

Only complete rows of text, whole numbers, Decimals, dates and nothing: no booleans, no floats, no moments with a zone,
no number above fifteen digits. Text is a text cell, whatever it begins with.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, BinaryIO, Literal

try:
    import rustpy_xlsxwriter as fast
except ImportError:  # a platform without its wheel
    fast = None

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Cell = str | int | Decimal | date | None
Kind = Literal["text", "int", "money", "date"]
DIGITS = 15
LONGEST_TEXT = 32_000
FORMATS = {"text": "@", "int": "0", "money": "#,##0.00", "date": "yyyy-mm-dd"}
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


@dataclass(frozen=True)
class Column:
    """A heading and what stands below it."""

    title: str
    kind: Kind = "text"
    width: float = 14


A4 = 9  # as workbooks count sizes of paper
PAGES = "&C&P / &N"


@dataclass(frozen=True)
class Sheet:
    """`above` are lines over the header (the first is the title); `below` complete rows after the last."""

    name: str
    columns: list[Column]
    rows: Iterable[list[Cell]]
    above: list[str] = field(default_factory=list)
    landscape: bool = True


class WrongCell(TypeError):
    """A row that is not complete, or a value that a workbook cannot keep as it is."""


def checked(columns: list[Column], row: list[Cell]) -> list[Cell]:
    """The row, proved: the fast writer would put a short row's values under wrong headings without a word."""
    if len(row) != len(columns):
        raise WrongCell(f"A row has {len(row)} cells where {len(columns)} columns are declared.")
    return [_cell(value) for value in row]


def _cell(value: Cell) -> Cell:
    if value is None or value == "":
        return None
    if isinstance(value, str):
        return CONTROL.sub("", value)[:LONGEST_TEXT]
    if isinstance(value, bool) or not isinstance(value, int | Decimal | date):
        raise WrongCell(f"{type(value).__name__} is not a cell of ours.")
    if isinstance(value, datetime):
        raise WrongCell("A moment loses its zone in a workbook; write its day or its text.")
    if isinstance(value, int | Decimal) and len(Decimal(value).normalize().as_tuple().digits) > DIGITS:
        raise WrongCell("A number above fifteen digits is rounded by every spreadsheet; write it as text.")
    return value


def write(target: BinaryIO | str, sheets: list[Sheet]) -> None:
    (_write_fast if fast else _write_openpyxl)(target, sheets)


def _titles(columns: list[Column]) -> list[str]:
    """Keys of the rows; two columns may not share one."""
    titles = [column.title for column in columns]
    if len(set(titles)) != len(titles):
        raise WrongCell("Two columns have the same heading.")
    return titles


def _records(sheet: Sheet) -> Iterator[dict[str, Any]]:
    titles = _titles(sheet.columns)
    for row in sheet.rows:
        yield dict(zip(titles, checked(sheet.columns, row), strict=True))


def _write_fast(target: BinaryIO | str, sheets: list[Sheet]) -> None:
    def each(make: Any) -> dict[str, Any]:
        return {sheet.name: made for sheet in sheets if (made := make(sheet)) is not None}

    fast.write_worksheets(
        [(sheet.name, _records(sheet)) for sheet in sheets],
        target,
        header_row=each(lambda sheet: len(sheet.above)),
        merge_ranges=each(_merges),
        page_setup=each(
            lambda sheet: {
                "landscape": sheet.landscape,
                "paper_size": A4,
                "fit_to_pages": (1, 0),  # as broad as the paper, as long as it takes
                "repeat_rows": len(sheet.above),
                "footer": PAGES,
            }
        ),
        freeze_panes=each(lambda sheet: {"row": len(sheet.above) + 1, "col": 0}),
        column_widths=each(lambda sheet: {column.title: column.width for column in sheet.columns}),
        column_formats=each(
            lambda sheet: {column.title: fast.Format().set_num_format(FORMATS[column.kind]) for column in sheet.columns}
        ),
        header_format=each(
            lambda _: fast.Format().set_bold().set_text_wrap().set_border("thin").set_background_color("#F3F3F3")
        ),
    )


def _merges(sheet: Sheet) -> list[Any] | None:
    last = len(sheet.columns) - 1
    merges = [
        (row, 0, row, last, line, fast.Format().set_bold().set_align("center") if row == 0 else fast.Format())
        for row, line in enumerate(sheet.above)
    ]
    return merges or None


def _write_openpyxl(target: BinaryIO | str, sheets: list[Sheet]) -> None:
    from openpyxl import Workbook  # noqa: PLC0415 - the slow way is loaded when it is needed
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415
    from openpyxl.styles import Font  # noqa: PLC0415

    book = Workbook(write_only=True)
    for sheet in sheets:
        page = book.create_sheet(sheet.name)
        page.freeze_panes = f"A{len(sheet.above) + 2}"
        page.page_setup.orientation = "landscape" if sheet.landscape else "portrait"
        page.page_setup.paperSize = A4
        page.page_setup.fitToHeight = 0
        page.sheet_properties.pageSetUpPr.fitToPage = True
        page.print_title_rows = f"{len(sheet.above) + 1}:{len(sheet.above) + 1}"
        page.oddFooter.center.text = "&P / &N"
        for line in sheet.above:
            page.append([line])
        header = [WriteOnlyCell(page, value=title) for title in _titles(sheet.columns)]
        for cell in header:
            cell.font = Font(bold=True)
        page.append(header)
        for row in sheet.rows:
            cells = []
            for column, value in zip(sheet.columns, checked(sheet.columns, row), strict=True):
                cell = WriteOnlyCell(page, value=value)  # type: ignore[arg-type]  # the stubs know no date
                if isinstance(value, str):
                    cell.data_type = "s"  # openpyxl makes "=…" a formula otherwise
                cell.number_format = FORMATS["text" if isinstance(value, str) else column.kind]
                cells.append(cell)
            page.append(cells)
    book.save(target)
