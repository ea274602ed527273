"""The bank's files: what goes out, what comes back. The layout is data (relief/data/bank_layout.json). Pure."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

LAYOUT = json.loads((Path(__file__).parent / "data" / "bank_layout.json").read_text())
FEN_DIGITS = 2


@dataclass(frozen=True, kw_only=True)
class Order:
    """One line to the bank."""

    line: int
    name: str
    card: str
    bank: str
    amount: Decimal
    code: str


@dataclass(frozen=True, kw_only=True)
class Answered:
    """One line of the bank's answer, as it stands in the file."""

    number: str  # how people call the line: its own number in the file
    batch: str
    code: str
    name: str
    card: str
    amount: Decimal | None
    amount_text: str
    paid: bool
    failed: bool
    result: str
    failure: str
    reference: str
    on: date | None


class Unreadable(ValueError):
    """The file is no answer of the bank at all; `str()` says what is wrong with it."""


def write(orders: Iterable[Order]) -> bytes:
    """The file for the bank: GB18030, CRLF, header, one line a payment, amounts with two decimals."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(LAYOUT["out"]["columns"])
    for order in orders:
        purpose = LAYOUT["out"]["purpose"]
        writer.writerow([order.line, order.name, order.card, order.bank, f"{order.amount:.2f}", purpose, order.code])
    return text.getvalue().encode(LAYOUT["encoding"])


def read(content: bytes) -> list[Answered]:
    """The lines of an answer. Title lines before the header are passed over; columns may stand in any order."""
    columns = LAYOUT["answer"]
    try:
        rows = list(csv.reader(io.StringIO(_decoded(content), newline="")))
    except csv.Error as error:
        raise Unreadable(_("The file has no header line with the columns of a bank return.")) from error
    for position, row in enumerate(rows):
        head = [cell.strip() for cell in row]
        if set(columns.values()) <= set(head):
            where = {name: head.index(heading) for name, heading in columns.items()}
            lines = [cells for cells in rows[position + 1 :] if any(cell.strip() for cell in cells)]
            if not lines:
                raise Unreadable(_("The file has no lines."))
            return [_answered(cells, where, number) for number, cells in enumerate(lines, 1)]
    raise Unreadable(_("The file has no header line with the columns of a bank return."))


def _decoded(content: bytes) -> str:
    for encoding in ("utf-8-sig", LAYOUT["encoding"]):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Unreadable(_("The file is neither GB18030 nor UTF-8 text."))


def _answered(cells: Sequence[str], where: dict[str, int], position: int) -> Answered:
    def cell(name: str) -> str:
        return cells[where[name]].strip() if where[name] < len(cells) else ""

    amount = cell("amount").replace(",", "")
    return Answered(
        number=cell("line") or str(position),
        batch=cell("batch"),
        code=cell("code"),
        name=cell("name"),
        card=cell("card").replace(" ", ""),
        amount=_amount(amount),
        amount_text=amount,
        paid=cell("result") in LAYOUT["paid"],
        failed=cell("result") in LAYOUT["failed"],
        result=cell("result"),
        failure=cell("failure") or cell("result"),
        reference=cell("reference"),
        on=_day(cell("at")),
    )


def _amount(text: str) -> Decimal | None:
    try:
        amount = Decimal(text)
        return amount if amount.is_finite() and amount == round(amount, FEN_DIGITS) else None
    except InvalidOperation:  # no number, or one too long to be money
        return None


def _day(text: str) -> date | None:
    try:
        return datetime.fromisoformat(text).date()
    except ValueError:
        return None
