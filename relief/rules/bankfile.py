"""The bank's files: what goes out, what comes back. A layout is data that an office keeps for each bank. Pure."""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook

from center.kernel.sentences import listed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

LAYOUT = json.loads((Path(__file__).parents[1] / "data" / "bank_layout.json").read_text())
FEN_DIGITS = 2
OUT = ("line", "name", "card", "bank", "amount", "purpose", "code")
BACK = ("batch", "line", "name", "card", "amount", "result", "failure", "reference", "at", "code")
NEEDED = ("name", "card", "amount", "result")


def labels() -> dict[str, str]:
    """What the columns of a layout are called to people."""
    return {
        "batch": _("batch number"),
        "line": _("line number"),
        "name": _("account name"),
        "card": _("card number"),
        "bank": _("bank"),
        "amount": _("amount"),
        "purpose": _("purpose of the payment"),
        "code": _("line code"),
        "result": _("result"),
        "failure": _("reason of a return"),
        "reference": _("bank reference"),
        "at": _("day and time"),
    }


PARTS = re.compile(r"[-—–:：,，;； ]+")
DAY = re.compile(r"(\d{4})[-/.\u5e74]?(\d{1,2})[-/.\u6708]?(\d{1,2})")
MONEY = re.compile(r"\d[\d,]*\.\d{1,2}")
WHOLE = re.compile(r"(?<![\d.,])\d{1,5}(?![\d.,])")
# What a title line says of the whole file.
BATCH = re.compile(r"B\d{4}-\d{3,}")
COUNTED = re.compile(LAYOUT["title"]["count"])
SUMMED = re.compile(LAYOUT["title"]["amount"])
WORKBOOK = b"PK\x03\x04"
MOST_DIGITS = 10**15  # a number cell keeps no more


@dataclass(frozen=True, kw_only=True)
class Layout:
    """How a bank wants its file and how it answers: columns in their order, and what its words mean."""

    name: str
    out: Sequence[tuple[str, str]]  # (what, heading)
    answer: Sequence[tuple[str, str]]
    purpose: str
    paid: Sequence[str]
    failed: Sequence[str]
    pending: Sequence[str] = ()
    totals: Sequence[str] = ()
    reasons: Mapping[str, str] = field(default_factory=dict)
    encoding: str = "gb18030"
    separator: str = ","
    header: bool = True

    @property
    def fields(self) -> set[str]:
        return {what for what, _heading in self.answer}


STANDARD = Layout(
    name="",
    out=[(what, heading) for what, heading in LAYOUT["out"]["columns"]],
    answer=list(LAYOUT["answer"].items()),
    purpose=LAYOUT["out"]["purpose"],
    paid=LAYOUT["paid"],
    failed=LAYOUT["failed"],
    pending=LAYOUT["pending"],
    totals=LAYOUT["totals"],
    encoding=LAYOUT["encoding"],
)


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
    pending: bool = False  # the bank has not said yet
    result: str
    failure: str
    reference: str
    on: date | None
    day_text: str = ""


@dataclass(frozen=True, kw_only=True)
class Stated:
    """What a total line of the bank says; None is not said."""

    count: int | None
    amount: Decimal | None


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A whole answer: its lines, and the totals that it states."""

    lines: list[Answered]
    totals: list[Stated]
    batches: frozenset[str] = frozenset()  # that the title lines name


class Unreadable(ValueError):
    """The file is no answer of the bank at all; `str()` says what is wrong with it."""


def write(orders: Iterable[Order], layout: Layout = STANDARD) -> bytes:
    """The file for the bank: its columns in the order of the layout, CRLF, one line a payment, two decimals."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=layout.separator)
    if layout.header:
        writer.writerow([heading for _what, heading in layout.out])
    for order in orders:
        cells = {
            "line": order.line,
            "name": order.name,
            "card": order.card,
            "bank": order.bank,
            "amount": f"{order.amount:.2f}",
            "purpose": layout.purpose,
            "code": order.code,
        }
        writer.writerow([cells[what] for what, _heading in layout.out])
    return text.getvalue().encode(layout.encoding)


def form(rows: Iterable[Mapping[str, str]], layout: Layout = STANDARD) -> bytes:
    """An answer to be filled in: the columns of the layout, what is known in them, and the words that it understands."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=layout.separator)
    if layout.header:
        writer.writerow([heading for _what, heading in layout.answer])
    for row in rows:
        writer.writerow([row.get(what, "") for what, _heading in layout.answer])
    return text.getvalue().encode(layout.encoding)


def read(content: bytes, layout: Layout = STANDARD) -> list[Answered]:
    """The lines of an answer."""
    return read_whole(content, layout).lines


def read_whole(content: bytes, layout: Layout = STANDARD) -> Answer:
    """An answer: a text or a workbook. Title lines before the header are passed over; columns may stand in any order;
    total lines are read as such and never as payments."""
    lines: list[Answered] = []
    totals: list[Stated] = []
    batches: set[str] = set()
    found = False
    for rows in _sheets(content, layout):
        begin = _begin(rows, layout)
        if begin is None:
            continue
        found, (first, where) = True, begin
        title = " ".join(cell for row in rows[:first] for cell in row) if layout.header else ""
        batches |= set(BATCH.findall(title))
        totals += [Stated(count=int(count), amount=None) for count in COUNTED.findall(title)]
        totals += [Stated(count=None, amount=_amount(said.replace(",", ""))) for said in SUMMED.findall(title)]
        for cells in rows[first:]:
            if not any(cell.strip() for cell in cells):
                continue
            if _is_total(cells, where, layout):
                totals.append(_stated(cells, where))
            else:
                lines.append(_answered(cells, where, len(lines) + 1, layout))
    if not found:
        raise Unreadable(_not_headed(content, layout))
    if not lines:
        raise Unreadable(_("The file has no lines."))
    return Answer(lines=lines, totals=totals, batches=frozenset(batches))


def _not_headed(content: bytes, layout: Layout) -> str:
    """Which columns are looked for and which lack; never what else stands in the file: it may be a list of people."""
    wanted = [heading for what, heading in layout.answer if what in BACK]
    if not layout.header:
        said = _("The file has fewer columns than the %(count)s of the layout, which has no line of headings.")
        return said % {"count": len(layout.answer)}
    rows = [[cell.strip() for cell in row] for sheet in _sheets(content, layout) for row in sheet]
    best = max(rows, key=lambda row: len(set(wanted) & set(row)), default=[])
    found = [heading for heading in wanted if heading in best]
    said = _("The file has no line with the headings of a bank return. Expected: %(wanted)s. Found of them: %(found)s.")
    return said % {"wanted": listed(wanted), "found": listed(found) or _("none")}


def _sheets(content: bytes, layout: Layout) -> list[list[list[str]]]:
    if content.startswith(WORKBOOK):
        try:
            book = CalamineWorkbook.from_filelike(io.BytesIO(content))
            sheets = [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]
        except CalamineError as error:
            raise Unreadable(_("The file has no header line with the columns of a bank return.")) from error
        return [[[_text(cell) for cell in row] for row in rows] for rows in sheets]
    try:
        return [list(csv.reader(io.StringIO(_decoded(content, layout), newline=""), delimiter=layout.separator))]
    except csv.Error as error:
        raise Unreadable(_("The file has no header line with the columns of a bank return.")) from error


def _text(cell: Any) -> str:
    """A cell as it is read; a number too long for a number cell has lost digits and is no account any more."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell)) if abs(cell) < MOST_DIGITS else ""
    return str(cell)


def _begin(rows: Sequence[Sequence[str]], layout: Layout) -> tuple[int, dict[str, int]] | None:
    """(first line, where each column stands): from the header, or by position where the bank writes none."""
    if not layout.header:
        where = {what: place for place, (what, _heading) in enumerate(layout.answer) if what in BACK}
        return (0, where) if any(len(row) > max(where.values()) for row in rows) else None
    wanted = [(what, heading) for what, heading in layout.answer if what in BACK]
    for position, row in enumerate(rows):
        head = [cell.strip() for cell in row]
        if {heading for _what, heading in wanted} <= set(head):
            return position + 1, {what: head.index(heading) for what, heading in wanted}
    return None


def _decoded(content: bytes, layout: Layout) -> str:
    for encoding in ("utf-8-sig", layout.encoding, "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Unreadable(_("The file is neither GB18030 nor UTF-8 text."))


def _is_total(cells: Sequence[str], where: dict[str, int], layout: Layout) -> bool:
    """A line that begins with a word for a total and names nobody's account."""
    first = next(cell.strip() for cell in cells if cell.strip())
    card = cells[where["card"]].strip() if where["card"] < len(cells) else ""
    return not card and any(first.startswith(word) for word in layout.totals)


def _stated(cells: Sequence[str], where: dict[str, int]) -> Stated:
    at = where["amount"]
    amount = _amount(cells[at].strip().replace(",", "")) if at < len(cells) else None
    text = " ".join(cell for place, cell in enumerate(cells) if place != at or amount is None)
    sums = MONEY.findall(text)
    if amount is None and sums:
        amount = _amount(sums[0].replace(",", ""))
    counts = WHOLE.findall(text)
    return Stated(count=int(counts[0]) if counts else None, amount=amount)


def _answered(cells: Sequence[str], where: dict[str, int], position: int, layout: Layout) -> Answered:
    def cell(name: str) -> str:
        at = where.get(name, len(cells))
        return cells[at].strip() if at < len(cells) else ""

    amount = cell("amount").replace(",", "")
    meaning, why = _meaning(cell("result"), layout)
    said = cell("failure")
    return Answered(
        number=cell("line") or str(position),
        batch=cell("batch"),
        code=cell("code"),
        name=cell("name"),
        card=cell("card").replace(" ", ""),
        amount=_amount(amount),
        amount_text=amount,
        paid=meaning == "paid",
        failed=meaning == "failed",
        pending=meaning == "pending",
        result=cell("result"),
        failure=layout.reasons.get(said, said) or why or cell("result"),
        reference=cell("reference"),
        on=_day(cell("at")),
        day_text=cell("at"),
    )


def _meaning(text: str, layout: Layout) -> tuple[str, str]:
    """(paid, failed, pending or "", the reason that the word itself gives): a word that no layout explains means nothing."""
    word = unicodedata.normalize("NFKC", text).strip()
    reasons = {word_key(code): reason for code, reason in layout.reasons.items()}
    failed = {word_key(one) for one in layout.failed}
    for meaning, words in (("paid", layout.paid), ("failed", layout.failed), ("pending", layout.pending)):
        if word_key(word) in {word_key(one) for one in words}:
            return meaning, reasons.get(word_key(word), "")
    if word_key(word) in reasons:
        return "failed", reasons[word_key(word)]
    head, *rest = PARTS.split(word, maxsplit=1)
    if rest and word_key(head) in failed:
        return "failed", reasons.get(word_key(rest[0]), rest[0])
    return "", ""


def word_key(text: str) -> str:
    """A bank's word however it is written: width, case and blanks around it do not tell two words apart."""
    return unicodedata.normalize("NFKC", text).casefold().strip()


def _amount(text: str) -> Decimal | None:
    try:
        amount = Decimal(text)
        return amount if amount.is_finite() and amount == round(amount, FEN_DIGITS) else None
    except InvalidOperation:  # no number, or one too long to be money
        return None


def _day(text: str) -> date | None:
    found = DAY.match(text)
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None
