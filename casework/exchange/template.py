"""The empty registry workbook, with its headings and nothing else."""

from __future__ import annotations

import io

from casework.exchange.registry import columns, heading
from center.exchange import xlsx
from center.exchange.xlsx import Cell, Column, Sheet

NAMES = {"heads": "file_sheet", "members": "member_sheet"}


def empty_workbook() -> bytes:
    """Every cell is text, so that no spreadsheet rounds an ID number."""
    out = io.BytesIO()
    sheets = []
    for sheet in ("heads", "members"):
        headings = [Column(heading(sheet, key), width=16) for key in columns()[sheet]]
        empty: list[Cell] = [None] * len(headings)
        sheets.append(Sheet(str(columns()[NAMES[sheet]]), headings, [empty] * 50))
    xlsx.write(out, sheets)
    return out.getvalue()
