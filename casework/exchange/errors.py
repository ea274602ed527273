"""The error workbook: the workbook that came, only its refused rows, red cells, the reason in both languages."""

from __future__ import annotations

import io
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.utils import translation
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from casework.exchange.registry import LANGUAGES, reason_headings
from center.exchange.cleaning import Fault
from center.kernel.sentences import about

if TYPE_CHECKING:
    from collections.abc import Iterable

    from openpyxl.cell import Cell

    from casework.exchange.registry import Book
    from casework.queries.rows import Wrong
    from center.exchange.reading import Table

RED = PatternFill("solid", fgColor="FFC7CE")
TEXT_KEYS = ("id_number", "head_id", "card", "phone")


def sentence(wrong: Wrong, language: str) -> str:
    with translation.override(language):
        return Fault(wrong.code, **wrong.details).sentence


def error_workbook(book: Book, heads: dict[int, list[Wrong]], members: dict[int, list[Wrong]]) -> bytes:
    """Rows that were refused, by sheet; a head's members travel with it, unmarked unless they are wrong themselves."""
    out = Workbook(write_only=True)
    tables = {id(table.page): (table, heads) for table in book.heads}
    tables |= {id(table.page): (table, members) for table in book.members}
    for page in book.pages:  # none of the hidden ones: what nobody sees would be read when it comes back
        sheet = out.create_sheet(page.name[:31])
        if id(page) in tables:
            _copy(sheet, *tables[id(page)])
            continue
        for cells in page:
            sheet.append(_cells(sheet, cells))
    data = io.BytesIO()
    out.save(data)
    return data.getvalue()


def _copy(sheet: Any, table: Table, rows: dict[int, list[Wrong]]) -> None:
    """Everything down to the header as it was, then the refused rows in their order."""
    width = max(len(cells) for cells in table.page.top[: table.header])
    texts = _texts(table)
    sheet.freeze_panes = f"A{table.header + 1}"
    for column in range(1, width + 1):
        sheet.column_dimensions[get_column_letter(column)].width = 20 if column in texts else 13
    for place, _language in enumerate(LANGUAGES, 1):
        sheet.column_dimensions[get_column_letter(width + place)].width = 48
    for cells in table.page.top[: table.header - 1]:
        sheet.append(_cells(sheet, cells))
    sheet.append(_heading(sheet, table.page.top[table.header - 1], width))
    for number, cells in enumerate(table.page, 1):
        row = table.base + number
        if number > table.header and row in rows:
            sheet.append(_marked(sheet, _cells(sheet, cells, texts=texts, width=width), table, rows[row], width))


def _texts(table: Table) -> set[int]:
    return {table.columns[key] + 1 for key in TEXT_KEYS if key in table.columns}


def _heading(sheet: Any, cells: list[Any], width: int) -> list[Cell]:
    made = _cells(sheet, cells, width=width)
    for cell in made:
        cell.font = Font(bold=True)
    for heading in reason_headings():
        made.append(WriteOnlyCell(sheet, value=heading))
        made[-1].font = Font(bold=True, color="C00000")
    return made


def _cells(
    sheet: Any, cells: Iterable[Any], *, texts: frozenset[int] | set[int] = frozenset(), width: int = 0
) -> list[Cell]:
    made = [_cell(sheet, value, is_text=at in texts) for at, value in enumerate(cells, 1)]
    return made + [WriteOnlyCell(sheet) for _more in range(width - len(made))]


def _cell(sheet: Any, value: Any, *, is_text: bool) -> Cell:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    cell = WriteOnlyCell(sheet, value=None if value == "" else value)
    if isinstance(value, str) and value:
        cell.data_type = "s"  # never a formula, whatever it begins with
    if isinstance(value, date | datetime):
        cell.number_format = "yyyy-mm-dd"
    if is_text:
        cell.number_format = "@"
    return cell


def _marked(sheet: Any, cells: list[Cell], table: Table, wrongs: list[Wrong], width: int) -> list[Cell]:
    for wrong in wrongs:
        place = table.columns.get(wrong.column)
        if place is not None:
            cells[place].fill = RED
    for language in LANGUAGES:
        lines = [_line(wrong, table, language) for wrong in wrongs]
        cell = WriteOnlyCell(sheet, value="\n".join(lines) or None)
        cell.data_type = "s" if lines else cell.data_type
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        cells.insert(width + LANGUAGES.index(language), cell)
    return cells


def _line(wrong: Wrong, table: Table, language: str) -> str:
    """“column: reason”, the column as the sheet itself calls it."""
    place = table.columns.get(wrong.column)
    heading = table.titles[place] if place is not None else wrong.column
    with translation.override(language):
        return about(heading, sentence(wrong, language))
