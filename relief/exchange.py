"""The year's disbursement register (实名制发放台账), issued with its proof: workbook, CSV or PDF."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext as _

from center import codes, prints
from center.exchange.export import Export, issue
from center.exchange.xlsx import Cell, Column
from center.models.base import random_code
from center.privacy.masks import mask_name
from center.privacy.secret import Secret, unseal
from center.roles import Permission
from relief.enums import ProgrammeKind
from relief.queries import register_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from django.db.models import QuerySet

    from center.models import Office, Staff
    from relief.models import Posting

ZERO = Decimal("0.00")
CHUNK = 500


@dataclass
class Sums:
    """Counted while the rows pass."""

    rows: int = 0
    total: Decimal = ZERO
    cells: dict[tuple[str, str], Decimal] | None = None


def columns() -> list[Column]:
    """domain.md §3.9; numbers of people are text cells."""
    return [
        Column(_("No."), "int", 6),
        Column(_("Name"), "text", 10),
        Column(_("ID number"), "text", 21),
        Column(_("Employer"), "text", 22),
        Column(_("File number"), "text", 18),
        Column(_("Hardship category"), "text", 12),
        Column(_("Relief programme"), "text", 14),
        Column(_("Amount"), "money", 13),
        Column(_("Fund source"), "text", 24),
        Column(_("Bank"), "text", 24),
        Column(_("Bank card"), "text", 22),
        Column(_("Telephone"), "text", 14),
        Column(_("Signature"), "text", 12),
        Column(_("Paid on"), "date", 12),
        Column(_("Payment number"), "text", 18),
        Column(_("Voucher number"), "text", 18),
        Column(_("Remarks"), "text", 24),
    ]


AMOUNT, COLUMNS = 7, 17


def rows_of(
    postings: QuerySet[Posting], *, in_full: bool, sums: Sums, tell: Callable[[int, int, str], None] | None = None
) -> Iterator[list[Cell]]:
    """One row a posting, then the total as an ordinary last row."""
    sums.cells = defaultdict(lambda: ZERO)
    many = postings.count() if tell else 0
    for number, posting in enumerate(postings.iterator(CHUNK), 1):
        row = row_of(number, posting, in_full=in_full)
        sums.rows, sums.total = number, sums.total + posting.amount
        sums.cells[str(row[6]), str(row[8])] += posting.amount
        yield row
        if tell and number % CHUNK == 0:
            tell(number, many, "")
    last: list[Cell] = [None] * COLUMNS
    last[1], last[AMOUNT] = _("Total"), sums.total
    yield last


def row_of(number: int, posting: Posting, *, in_full: bool) -> list[Cell]:
    """The payee as paid; a reversal is negative and names what it reverses."""
    entry, payment = posting.transaction, posting.transaction.payment
    if payment is None:
        row: list[Cell] = [None] * COLUMNS
        row[0], row[AMOUNT], row[8] = number, posting.amount, str(posting.fund_source)
        return row
    remark = _("Reversal of %(voucher)s") % {"voucher": entry.reverses} if entry.reverses else ""
    if not remark and payment.status == payment.Status.REVERSED:
        remark = _("reversed later")
    return [
        number,
        payment.payee_name if in_full else mask_name(payment.payee_name),
        _number(payment.payee_id_number, in_full=in_full),
        payment.employer,
        payment.file_number,
        codes.label("hardship_category", payment.category),
        payment.programme_name,
        posting.amount,
        payment.source_name,
        payment.bank_name,
        _number(payment.card_number, in_full=in_full),
        _number(payment.payee_phone, in_full=in_full),
        _("signed") if payment.receipt_confirmed_at else "",
        timezone.localdate(entry.posted_at),
        payment.number,
        str(entry),
        remark,
    ]


def _number(value: Secret | None, *, in_full: bool) -> str:
    """In full only inside an export that is itself logged with its reason and rows."""
    if value is None:
        return ""
    return unseal(value._label, bytes(value)) if in_full else str(value)


def year_rows(year: int, by: Staff) -> QuerySet[Posting]:
    """Every posting of the year that this person may see."""
    offices = by.sight(Permission.AUDIT) | by.sight(Permission.READ_FUNDS)
    return register_rows(offices=offices, since=date(year, 1, 1), until=date(year, 12, 31))


def export_register(
    *,
    year: int,
    fmt: str,
    office: Office,
    in_full: bool = False,
    reason: str = "",
    tell: Callable[[int, int, str], None] | None = None,
    by: Staff,
) -> tuple[Export, bytes, Sums]:
    """The register of a calendar year (Asia/Shanghai day of the posting on “paid”)."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    sums = Sums()
    title = _("Disbursement register %(year)s") % {"year": year}

    def rows() -> Iterator[list[Cell]]:
        return rows_of(year_rows(year, by), in_full=in_full, sums=sums, tell=tell)

    def pdf(cells: Iterable[list[Cell]], facts: dict[str, Any]) -> bytes:
        lines = list(cells)
        frame = prints.frame(code=random_code(), number=facts["number"], title=title, by=by)
        context = {"columns": columns(), "rows": lines, "amount": AMOUNT, "facts": facts, **frame}
        return prints.render("print/relief/register.html", context)[0]

    export, data = issue(
        columns(),
        rows,
        kind="register",
        title=title,
        office=office,
        fmt=fmt,
        above=[_("%(office)s, %(since)s to %(until)s") % {"office": office, "since": first, "until": last}],
        about=About(sums, year=year, by=by, in_full=in_full),
        filters={"year": year},
        in_full=in_full,
        reason=reason,
        pdf=pdf,
        by=by,
    )
    return export, data, sums


class About(list[list[Cell]]):
    """The second sheet: what this file is, its rows and sums. Read after the rows have passed."""

    def __init__(self, sums: Sums, *, year: int, by: Staff, in_full: bool) -> None:
        super().__init__()
        self.sums, self.year, self.by, self.in_full = sums, year, by, in_full

    def __bool__(self) -> bool:
        return True

    def __iter__(self) -> Iterator[list[Cell]]:
        kinds = _("full numbers") if self.in_full else _("masked numbers")
        yield [_("What"), _("Every posting on “paid” of %(year)s; reversals are negative rows") % {"year": self.year}]
        yield [_("Made by"), f"{self.by} · {kinds}"]
        yield [_("Made on"), timezone.localtime().strftime("%Y-%m-%d %H:%M")]
        yield [_("Rows"), str(self.sums.rows)]
        yield [_("Total in yuan"), f"{self.sums.total:.2f}"]
        for (programme, source), total in sorted((self.sums.cells or {}).items()):
            yield [f"{programme} · {source}", f"{total:.2f}"]


def kind_label(kind: str) -> str:
    return str(ProgrammeKind(kind).label) if kind in ProgrammeKind.values else "—"
