"""The error workbook: the workbook that came, only its refused rows, red cells, the reason in both languages."""

from __future__ import annotations

import io
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.utils import translation
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from center.exchange.cleaning import Fault

if TYPE_CHECKING:
    from collections.abc import Iterable

    from openpyxl.worksheet.worksheet import Worksheet

    from casework.exchange.registry import Book
    from casework.queries.imports import Plan, Wrong
    from center.exchange.reading import Page, Table

RED = PatternFill("solid", fgColor="FFC7CE")
TEXT_KEYS = ("id_number", "head_id", "card", "phone")
LANGUAGES = ("zh-hans", "en")


def sentence(wrong: Wrong, language: str) -> str:
    with translation.override(language):
        return Fault(wrong.code, **wrong.details).sentence


def error_workbook(book: Book, plan: Plan) -> bytes:
    """Heads that were refused with their members, who travel unmarked unless they are wrong themselves."""
    refused = [one.source for one in plan.households if one.verdict == "refused"]
    head_rows = {row.row: row.wrong for row in refused}
    member_rows = {member.row: member.wrong for row in refused for member in row.members or []}
    member_rows |= {member.row: member.wrong for member in book.orphans}
    out = Workbook()
    out.remove(out.worksheets[0])
    for page in book.pages:
        sheet = out.create_sheet(page.name[:31])
        if page is book.heads.page:
            _copy(sheet, book.heads, head_rows)
        elif book.members is not None and page is book.members.page:
            _copy(sheet, book.members, member_rows)
        else:
            _plain(sheet, page)
    data = io.BytesIO()
    out.save(data)
    return data.getvalue()


def _copy(sheet: Worksheet, table: Table, rows: dict[int, list[Wrong]]) -> None:
    """Everything down to the header as it was, then the refused rows in their order."""
    page = table.page
    width = max((len(cells) for cells in page.rows[: table.header]), default=0)
    for number, cells in enumerate(page.rows[: table.header], 1):
        _write(sheet, number, cells)
    for cell in sheet[table.header]:
        cell.font = Font(bold=True)
    for place, language in enumerate(LANGUAGES, 1):
        with translation.override(language):
            heading = sheet.cell(table.header, width + place, _("Reason of the error"))
        heading.font = Font(bold=True, color="C00000")
        sheet.column_dimensions[get_column_letter(width + place)].width = 48
    for at, number in enumerate(sorted(rows), table.header + 1):
        _write(sheet, at, page.rows[number - 1], table=table)
        _mark(sheet, at, table, rows[number], width)
    sheet.freeze_panes = f"A{table.header + 1}"
    for column in range(1, width + 1):
        sheet.column_dimensions[get_column_letter(column)].width = 20 if column in _texts(table) else 13


def _texts(table: Table) -> set[int]:
    return {table.columns[key] + 1 for key in TEXT_KEYS if key in table.columns}


def _write(sheet: Worksheet, number: int, cells: Iterable[Any], *, table: Table | None = None) -> None:
    texts = _texts(table) if table else set()
    for at, value in enumerate(cells, 1):
        if value == "" and at not in texts:
            continue
        cell = sheet.cell(number, at)
        if isinstance(value, str):
            cell.value = value or None
            if value:
                cell.data_type = "s"  # never a formula, whatever it begins with
        else:
            cell.value = int(value) if isinstance(value, float) and value.is_integer() else value
            if isinstance(value, date | datetime):
                cell.number_format = "yyyy-mm-dd"
        if at in texts:
            cell.number_format = "@"


def _mark(sheet: Worksheet, at: int, table: Table, wrongs: list[Wrong], width: int) -> None:
    for wrong in wrongs:
        place = table.columns.get(wrong.column)
        if place is not None:
            sheet.cell(at, place + 1).fill = RED
    for place, language in enumerate(LANGUAGES, 1):
        lines = [_line(wrong, table, language) for wrong in wrongs]
        cell = sheet.cell(at, width + place, "\n".join(lines) or None)
        cell.alignment = Alignment(wrap_text=True, vertical="top")


def _line(wrong: Wrong, table: Table, language: str) -> str:
    """“column: reason”, the column as the sheet itself calls it."""
    place = table.columns.get(wrong.column)
    heading = str(table.page.rows[table.header - 1][place]).strip() if place is not None else wrong.column
    return f"{heading}: {sentence(wrong, language)}"


def _plain(sheet: Worksheet, page: Page) -> None:
    for number, cells in enumerate(page.rows, 1):
        _write(sheet, number, cells)
