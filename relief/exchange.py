"""The year's disbursement register (实名制发放台账), issued with its proof: workbook, CSV or PDF."""

from __future__ import annotations

from collections import defaultdict
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override, pgettext
from import_export import fields

from center.exchange.export import Export, issue
from center.exchange.resource import FastResource, Rows
from center.exchange.xlsx import Cell, Column, Sheet
from center.kernel.roles import Permission
from center.kernel.sentences import yuan
from center.models import codes
from center.models.base import random_code
from center.papers import prints
from center.privacy.masks import mask_name
from center.privacy.secret import Secret, unseal
from relief.enums import ProgrammeKind
from relief.models import Payment, Posting
from relief.models.ledger import voucher_line
from relief.queries.register import register_rows
from relief.rules.capitals import in_capitals

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from django.db.models import QuerySet
    from django.utils.functional import _StrPromise

    from center.exchange.xlsx import Kind
    from center.models import Office, Staff

ZERO = Decimal("0.00")
CHUNK, OFTEN = 2000, 500  # rows fetched at once; rows after which a waiting person is told


@dataclass
class Sums:
    """Counted while the rows pass."""

    rows: int = 0
    total: Decimal = ZERO
    cells: dict[tuple[str, str], list[Decimal]] = field(default_factory=lambda: defaultdict(list))


# What a line reads, in the order of `Line`: columns, not records, so that a year of payments is no year of objects.
READ = (
    *("amount", "fund_source__name", "fund_source__year"),
    *("transaction__posted_at", "transaction__voucher_number", "transaction__line"),
    *("transaction__reverses__voucher_number", "transaction__reverses__line", "transaction__payment"),
    *(
        f"transaction__payment__{name}"
        for name in (
            *("number", "status", "payee_name", "payee_id_number", "payee_phone", "card_number", "bank_name"),
            *(
                "employer",
                "file_number",
                "category",
                "programme_name",
                "source_name",
                "receipt_confirmed_at",
                "answered_on",
            ),
        )
    ),
)


class RegisterLine(NamedTuple):
    """One row of the register before it is written: a posting on “paid”, its place, and whether numbers are in full."""

    no: int
    in_full: bool
    amount: Decimal
    fund: str
    fund_year: int
    posted_at: datetime
    voucher: str
    voucher_line: int
    reversed_voucher: str | None
    reversed_line: int | None
    payment: int | None
    number: str
    status: str
    name: str
    id_number: Secret | None
    phone: Secret | None
    card: Secret | None
    bank: str
    employer: str
    file_number: str
    category: str
    programme: str
    source: str
    signed_at: datetime | None
    arrived_on: date | None

    def secret(self, value: Secret | None) -> str:
        """In full only inside an export that is itself logged with its reason and rows."""
        if value is None:
            return ""
        return unseal(value._label, bytes(value)) if self.in_full else str(value)

    @property
    def remark(self) -> str:
        if self.reversed_voucher is not None:
            return _("Reversal of %(voucher)s") % {
                "voucher": voucher_line(self.reversed_voucher, self.reversed_line or 1)
            }
        return _("reversed later") if self.status == Payment.Status.REVERSED else ""


class Worded(fields.Field):  # type: ignore[misc] # import-export has no types
    """A column of the register: its heading in both languages, its kind and breadth, and what stands in it."""

    def __init__(
        self,
        heading: _StrPromise,
        kind: Kind,
        width: int,
        read: Callable[[RegisterLine], Cell],
        *,
        bare: Callable[[RegisterLine], Cell] = lambda _line: None,
    ) -> None:
        """`bare` is what stands there when the posting pays nobody who is known by name."""
        super().__init__(column_name=heading, readonly=True)
        self.kind, self.width, self.read, self.bare = kind, width, read, bare

    def get_value(self, instance: RegisterLine) -> Cell:
        return self.bare(instance) if instance.payment is None else self.read(instance)


class RegisterResource(FastResource):
    """发放花名册 (domain.md §3.9): one row a posting, numbers of people as text, a reversal negative."""

    number = Worded(gettext_lazy("No."), "int", 6, lambda line: line.no, bare=lambda line: line.no)
    name = Worded(gettext_lazy("Name"), "text", 10, lambda line: line.name if line.in_full else mask_name(line.name))
    id_number = Worded(gettext_lazy("ID number"), "text", 21, lambda line: line.secret(line.id_number))
    employer = Worded(gettext_lazy("Employer"), "text", 22, lambda line: line.employer)
    file_number = Worded(gettext_lazy("File number"), "text", 18, lambda line: line.file_number)
    category = Worded(
        gettext_lazy("Hardship category"), "text", 12, lambda line: codes.label("hardship_category", line.category)
    )
    programme = Worded(gettext_lazy("Relief programme"), "text", 14, lambda line: line.programme)
    paid = Worded(gettext_lazy("Amount"), "money", 13, lambda line: line.amount, bare=lambda line: line.amount)
    source = Worded(
        gettext_lazy("Fund source"),
        "text",
        24,
        lambda line: line.source,
        bare=lambda line: f"{line.fund} {line.fund_year}",
    )
    bank = Worded(gettext_lazy("Bank"), "text", 24, lambda line: line.bank)
    card = Worded(gettext_lazy("Bank card"), "text", 22, lambda line: line.secret(line.card))
    phone = Worded(gettext_lazy("Telephone"), "text", 14, lambda line: line.secret(line.phone))
    signature = Worded(gettext_lazy("Signature"), "text", 12, lambda line: _("signed") if line.signed_at else "")
    arrived = Worded(
        gettext_lazy("Arrived on"), "date", 12, lambda line: None if line.reversed_voucher else line.arrived_on
    )
    day = Worded(gettext_lazy("Booked on"), "date", 12, lambda line: timezone.localdate(line.posted_at))
    payment_number = Worded(gettext_lazy("Payment number"), "text", 18, lambda line: line.number)
    voucher = Worded(
        gettext_lazy("Voucher number"), "text", 18, lambda line: voucher_line(line.voucher, line.voucher_line)
    )
    remarks = Worded(gettext_lazy("Remarks"), "text", 24, lambda line: line.remark)

    class Meta:
        model = Posting
        fields = (
            *("number", "name", "id_number", "employer", "file_number", "category", "programme", "paid", "source"),
            *("bank", "card", "phone", "signature", "arrived", "day", "payment_number", "voucher", "remarks"),
        )

    def export(self, queryset: QuerySet[Posting] | None = None, *, in_full: bool = False, **options: Any) -> Rows:
        """The lines as a stream; the caller says whose postings."""
        postings = Posting.objects.none() if queryset is None else queryset
        told = self.get_export_fields()

        def stream() -> Iterator[list[Cell]]:
            for number, read in enumerate(postings.values_list(*READ).iterator(CHUNK), 1):
                line = RegisterLine(number, in_full, *read)
                yield [field.get_value(line) for field in told]

        return Rows([str(field.column_name) for field in told], stream, postings.count())


def columns() -> list[Column]:
    return [Column(str(field.column_name), field.kind, field.width) for field in RegisterResource().get_export_fields()]


AMOUNT, COLUMNS = 7, 18


def rows_of(
    postings: QuerySet[Posting], *, in_full: bool, sums: Sums, tell: Callable[[int, int, str], None] | None = None
) -> Iterator[list[Cell]]:
    """One row a posting, then the total as an ordinary last row."""
    lines = RegisterResource().export(postings, in_full=in_full)
    for number, row in enumerate(lines, 1):
        amount: Decimal = row[AMOUNT]
        sums.rows, sums.total = number, sums.total + amount
        sums.cells[str(row[6] or ""), str(row[8] or "")].append(amount)
        yield row
        if tell and number % OFTEN == 0:
            tell(number, len(lines), "")
    last: list[Cell] = [None] * COLUMNS
    last[1], last[AMOUNT] = _("Total"), sums.total
    yield last


def offices_of_the_register(by: Staff) -> frozenset[int]:
    return by.sight(Permission.AUDIT) | by.sight(Permission.READ_FUNDS)


def year_rows(year: int, by: Staff) -> QuerySet[Posting]:
    """Every posting of the year that this person may see."""
    return register_rows(offices=offices_of_the_register(by), since=date(year, 1, 1), until=date(year, 12, 31))


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
    """The register of a calendar year (Asia/Shanghai day of the posting on “paid”). On paper it is Chinese, as all papers."""
    asked: dict[str, Any] = {
        "year": year,
        "fmt": fmt,
        "office": office,
        "in_full": in_full,
        "reason": reason,
        "tell": tell,
    }
    with override(prints.PAPER) if fmt == "pdf" else nullcontext():
        return _export_register(**asked, by=by)


def _export_register(
    *,
    year: int,
    fmt: str,
    office: Office,
    in_full: bool,
    reason: str,
    tell: Callable[[int, int, str], None] | None,
    by: Staff,
) -> tuple[Export, bytes, Sums]:
    first, last = date(year, 1, 1), date(year, 12, 31)
    sums = Sums()
    title = _("Disbursement register %(year)s") % {"year": year}

    def rows() -> Iterator[list[Cell]]:
        return rows_of(year_rows(year, by), in_full=in_full, sums=sums, tell=tell)

    def pdf(cells: Iterable[list[Cell]], facts: dict[str, Any]) -> bytes:
        lines = [[*row[:AMOUNT], yuan(cast("Decimal", row[AMOUNT])), *row[AMOUNT + 1 :]] for row in cells]
        capitals = in_capitals(sums.total)  # every row has passed
        frame = prints.frame(code=random_code(), number=facts["number"], title=title, by=by)
        titles = [head.title for head in columns()]
        breadths = _breadths(titles, lines)
        context = {
            "columns": [
                {"title": title, "width": f"{breadth:.2f}"} for title, breadth in zip(titles, breadths, strict=True)
            ],
            "rows": lines[: -LAST - 1],
            "last": lines[-LAST - 1 :],
            "amount": AMOUNT,
            "facts": facts,
            "capitals": capitals,
            "office": office,
            "since": first,
            "until": last,
            **frame,
        }
        return prints.render("print/relief/register.html", context)[0]

    export, data = issue(
        columns(),
        rows,
        kind="register",
        title=title,
        office=office,
        offices=offices_of_the_register(by),
        fmt=fmt,
        above=[_("%(office)s, %(since)s to %(until)s") % {"office": office, "since": first, "until": last}],
        about=About(sums, office=office, year=year, by=by, in_full=in_full),
        totals=totals_sheet(sums),
        filters={"year": year},
        in_full=in_full,
        reason=reason,
        pdf=pdf,
        by=by,
    )
    return export, data, sums


LAST = 3  # lines that stand with their sum, the signatures and the seal
BROAD = 277.0  # millimetres between the margins of the paper
HALF, PADDING = 1.3, 1.8  # of a half character at the size of the table, and beside each cell
SHORT = 8
NARROWEST = 7.5  # millimetres: a number of four digits, also when a wide table is drawn together
LEAST, MOST = 6, 24  # half characters of a column of words: what is longer takes another line


def _breadths(titles: Sequence[str], rows: Sequence[Sequence[object]]) -> list[float]:
    """Each column of a printed table in millimetres. Numbers, days, amounts and short words never break; long ones share what
    is left."""
    columns = list(zip(*rows, strict=True)) or [()] * len(titles)
    longest = [max((_length(cell) for cell in column), default=0) for column in columns]
    rigid = [_is_rigid(column) or 0 < long <= SHORT for column, long in zip(columns, longest, strict=True)]
    breadths = [
        max(max(long, _length(title) / 2) * HALF + PADDING, NARROWEST) if keeps else 0.0
        for title, long, keeps in zip(titles, longest, rigid, strict=True)
    ]
    wanted = [0 if keeps else min(max(LEAST, long), MOST) for long, keeps in zip(longest, rigid, strict=True)]
    left = max(BROAD - sum(breadths), BROAD / 4)
    found = [each or left * share / sum(wanted) for each, share in zip(breadths, wanted, strict=True)]
    return [each * BROAD / sum(found) for each in found]


def _is_rigid(column: Sequence[object]) -> bool:
    """Of signs that are no words; a column in which nothing stands is one of words."""
    said = "".join(str(cell) for cell in column if cell is not None)
    return said.isascii() and any(one.isdigit() for one in said)


def _length(cell: object) -> int:
    """In half characters."""
    return sum(1 if ord(one) < ord("\u1100") else 2 for one in str(cell if cell is not None else ""))


class About(list[list[Cell]]):
    """The second sheet: what this file is, its rows and sums. Read after the rows have passed."""

    def __init__(self, sums: Sums, *, office: Office, year: int, by: Staff, in_full: bool) -> None:
        super().__init__()
        self.sums, self.office, self.year, self.by, self.in_full = sums, office, year, by, in_full

    def __bool__(self) -> bool:
        return True

    def __iter__(self) -> Iterator[list[Cell]]:
        kinds = _("full numbers") if self.in_full else _("masked numbers")
        yield [_("What"), _("Every posting on “paid” of %(year)s; reversals are negative rows") % {"year": self.year}]
        yield [_("Filter"), f"{self.year}-01-01 – {self.year}-12-31 · {self.office}"]
        yield [_("Made by"), f"{self.by} · {kinds}"]
        yield [_("Made on"), timezone.localtime().strftime("%Y-%m-%d %H:%M")]
        yield [_("Rows"), str(self.sums.rows)]
        yield [_("Total in yuan"), f"{self.sums.total:.2f}"]


def totals_sheet(sums: Sums) -> Sheet:
    """Each programme and fund source with its payments and yuan, and the total. Read after the rows have passed."""

    def rows() -> Iterator[list[Cell]]:
        for (programme, source), amounts in sorted(sums.cells.items()):
            yield [programme, source, len(amounts), sum(amounts, ZERO)]
        yield [_("Total"), None, sums.rows, sums.total]

    headings = [
        Column(_("Relief programme"), width=20),
        Column(_("Fund source"), width=36),
        Column(_("Rows"), "int", 8),
        Column(_("Amount"), "money", 16),
    ]
    return Sheet(pgettext("sheet", "Totals"), headings, rows())


def kind_label(kind: str) -> str:
    return str(ProgrammeKind(kind).label) if kind in ProgrammeKind.values else "—"
