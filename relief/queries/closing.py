"""What stands in the way of closing a period, what may stay open, and what the closing sheet says."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q, Sum
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from center.kernel.periods import first_moment, last_moment
from center.kernel.sentences import yuan
from relief.enums import Bucket, LedgerKind
from relief.models import (
    Application,
    Balance,
    Batch,
    Closing,
    Correction,
    FundSource,
    Instalment,
    LedgerTransaction,
    Payment,
    Posting,
)
from relief.models.closing import YEAR, last_day
from relief.queries.verify import faults

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from django.db.models import QuerySet

    from center.models import Office

ZERO = Decimal("0.00")
SHOWN = 100


# -- what is looked at ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Open:
    """One thing that is not finished, and where it is finished."""

    sentence: str
    url: str = ""


@dataclass(frozen=True, kw_only=True)
class Check:
    """One question asked of a period: what it found, and whether that stands in the way."""

    code: str
    label: str
    blocks: bool
    found: Sequence[Open]

    @property
    def shown(self) -> Sequence[Open]:
        return self.found[:SHOWN]

    @property
    def more(self) -> int:
        return len(self.found) - len(self.shown)


def checks(closing: Closing) -> list[Check]:
    """Every question of the checklist, in the order of the work; an empty answer is a tick."""
    asked: list[tuple[str, str, bool, Iterable[Open]]] = [
        ("earlier", _("Earlier periods closed"), True, _earlier(closing)),
        ("batches", _("No batch is being made"), True, _batches(closing)),
        ("at_the_bank", _("Nothing is at the bank"), True, _at_the_bank(closing)),
        ("corrections", _("No correction waits for its second person"), True, _corrections(closing)),
        ("differences", _("The ledger agrees with its postings to the fen"), True, _differences()),
        ("next_sources", _("What is left can go on under its document"), True, _next_sources(closing)),
        ("receipts", _("Every payment has its signed receipt"), False, _receipts(closing)),
        ("returned", _("Every payment that the bank returned is settled"), False, _returned(closing)),
        ("owed", _("Everything due is paid"), False, _owed(closing)),
        ("ratification", _("Every emergency is ratified"), False, _ratification(closing)),
    ]
    return [Check(code=code, label=label, blocks=blocks, found=list(found)) for code, label, blocks, found in asked]


def _earlier(closing: Closing) -> Iterator[Open]:
    """Years are closed one after the other, and a year after those of its months that were begun."""
    begun = Closing.objects.filter(office=closing.office_id, status__in=("open", "asked"))
    for row in begun.filter(until__lte=closing.until).exclude(pk=closing.pk).order_by("until"):
        if row.until < closing.until or closing.is_year:
            yield Open(sentence=_("%(period)s is not closed yet.") % {"period": row}, url=row.get_absolute_url())
    years = set(years_of(closing.office)) - {closing.year}
    standing = Closing.objects.filter(office=closing.office_id, month=YEAR).standing()
    for year in sorted(years - set(standing.values_list("year", flat=True))):
        if year < closing.year:
            yield Open(sentence=_("%(period)s is not closed yet.") % {"period": year}, url=reverse("relief:closings"))


def _batches(closing: Closing) -> Iterator[Open]:
    rows = Batch.objects.filter(office=closing.office_id, status__in=("draft", "checked"))
    for row in rows.filter(made_at__date__lte=closing.until).order_by("pk"):
        said = {"batch": row, "state": row.get_status_display(), "day": localdate(row.made_at).isoformat()}
        numbered, made = _("Batch %(batch)s of %(day)s is %(state)s."), _("The batch made on %(day)s is %(state)s.")
        yield Open(sentence=(numbered if row.bank_number else made) % said, url=row.get_absolute_url())


def _at_the_bank(closing: Closing) -> Iterator[Open]:
    rows = Payment.objects.filter(office=closing.office_id, status="in_transit", paid_at__date__lte=closing.until)
    for row in rows.order_by("paid_at", "pk"):
        yield _payment(row, _("%(payment)s of %(amount)s yuan waits for the bank's answer."))


def _payment(row: Payment, sentence: str) -> Open:
    return Open(sentence=sentence % {"payment": row, "amount": yuan(row.amount)}, url=row.get_absolute_url())


def _corrections(closing: Closing) -> Iterator[Open]:
    rows = Correction.objects.filter(office=closing.office_id, status="asked", asked_at__date__lte=closing.until)
    for row in rows.order_by("pk"):
        yield Open(
            sentence=_("%(what)s waits for the second person.") % {"what": row},
            url=reverse("relief:correction", args=[row.code]),
        )


def _differences() -> Iterator[Open]:
    return (Open(sentence=fault) for fault in faults())


def _next_sources(closing: Closing) -> Iterator[Open]:
    """The document may be entered in the next year already, but only for the same relief."""
    if not closing.is_year:
        return
    for source in rests(closing):
        taker = next_source(source, closing.year + 1)
        if taker and set(taker.earmarks) != set(source.earmarks):
            yield Open(
                sentence=_("%(source)s is entered for other relief than %(earlier)s.")
                % {"source": taker, "earlier": source},
                url=taker.get_absolute_url(),
            )


def _receipts(closing: Closing) -> Iterator[Open]:
    rows = Payment.objects.filter(office=closing.office_id, status="paid", receipt_confirmed_by=None)
    for row in rows.filter(answered_on__lte=closing.until).order_by("answered_on", "pk"):
        yield _payment(row, _("%(payment)s of %(amount)s yuan has no confirmed receipt."))


def _returned(closing: Closing) -> Iterator[Open]:
    rows = Payment.objects.filter(office=closing.office_id, status="failed", failure_settled_by=None)
    rows = rows.filter(answered_on__lte=closing.until).exclude(instalment__status="stopped")
    for row in rows.order_by("answered_on", "pk"):
        yield _payment(row, _("%(payment)s of %(amount)s yuan came back from the bank."))


def _owed(closing: Closing) -> Iterator[Open]:
    rows = Instalment.objects.filter(award__application__office=closing.office_id, status="owed")
    rows = rows.filter(due_on__lte=closing.until).select_related("award__application")
    for row in rows.order_by("due_on", "pk"):
        said = {"number": row.award, "amount": yuan(row.amount), "day": row.due_on.isoformat()}
        yield Open(
            sentence=_("%(amount)s yuan of %(number)s were due on %(day)s.") % said,
            url=row.award.application.get_absolute_url(),
        )


def _ratification(closing: Closing) -> Iterator[Open]:
    rows = Application.objects.filter(office=closing.office_id, ratification="pending")
    for row in rows.filter(award__granted_at__date__lte=closing.until).order_by("pk"):
        yield Open(
            sentence=_("Emergency %(number)s is not ratified yet.") % {"number": row}, url=row.get_absolute_url()
        )


# -- periods --------------------------------------------------------------------------------------------------------------


def years_of(office: Office) -> list[int]:
    """The calendar years since money of an office first moved, up to this one."""
    entries = LedgerTransaction.objects.order_by("posted_at").values_list("posted_at", flat=True)
    own = Posting.objects.filter(transaction=OuterRef("pk"), fund_source__office=office)
    found = [entries.filter(office=office).first()]
    if FundSource.objects.filter(office=office).exists():
        found.append(entries.filter(Exists(own)).first())
    days = [localdate(moment) for moment in found if moment]
    return list(range(min(days).year, localdate().year + 1)) if days else []


def to_begin(office: Office, *, today: date) -> list[tuple[int, int]]:
    """(year, month) of what has ended and is not begun: years, and the next month where months are closed."""
    standing = Closing.objects.filter(office=office).standing()
    begun = set(standing.values_list("year", "month"))
    years = [(year, YEAR) for year in years_of(office) if year < today.year and (year, YEAR) not in begun]
    latest = standing.exclude(month=YEAR).order_by("-until").first()
    if latest is None:
        return years
    year, month = latest.year + latest.month // 12, latest.month % 12 + 1
    covered = standing.closed().filter(until__gte=last_day(year, month)).exists()
    return years if covered or last_day(year, month) >= today else [*years, (year, month)]


def on_offer(office: Office, *, today: date) -> list[tuple[int, int]]:
    """What a person may begin: the ended years, and the ended months since the last closing, a year back at most."""
    standing = list(Closing.objects.filter(office=office).standing())
    begun = {(row.year, row.month) for row in standing}
    closed = max((row.until for row in standing if row.status == Closing.Status.CLOSED), default=None)
    years = years_of(office)
    periods = [(year, month) for year in years for month in range(YEAR, 13)]
    ended = [one for one in periods if one not in begun and last_day(*one) < today]
    recent = today.replace(year=today.year - 1, day=1)
    return [
        (year, month)
        for year, month in ended
        if (closed is None or last_day(year, month) > closed) and (month == YEAR or last_day(year, month) >= recent)
    ] + [(year, month) for year, month in ended if month == YEAR and last_day(year, month) == closed]


# -- what is left ------------------------------------------------------------------------------------------------------------


def rests(closing: Closing) -> list[FundSource]:
    """Sources of the year and of those before it that still have money to grant."""
    full = Balance.objects.filter(bucket=Bucket.AVAILABLE, amount__gt=0).values("fund_source")
    rows = FundSource.objects.filter(office=closing.office_id, year__lte=closing.year, pk__in=full)
    return list(rows.order_by("pk"))


def next_source(source: FundSource, year: int) -> FundSource | None:
    """The same document, entered in a later year."""
    same = {"office": source.office_id, "origin": source.origin, "document_key": source.document_key}
    return FundSource.objects.filter(year=year, **same).first()


# -- the sheet ---------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Wanted:
    """Which postings a column adds up: of these buckets and, where it says so, of these kinds of entry."""

    buckets: tuple[Bucket, ...]
    kinds: tuple[LedgerKind, ...] = ()

    @property
    def rows(self) -> Q:
        kinds = Q(transaction__kind__in=self.kinds) if self.kinds else Q()
        return Q(bucket__in=self.buckets) & kinds

    def holds(self, bucket: str, kind: str) -> bool:
        return bucket in self.buckets and (not self.kinds or kind in self.kinds)


B, K = Bucket, LedgerKind
HELD = Wanted((B.OUTSIDE, B.PAID))  # what came from the world and was not paid is held: outside + paid + held = 0
# Column → its heading, which postings it adds up, and with which sign.
COLUMNS = {
    "opening": (gettext_lazy("On the first day"), HELD, -1),
    "received": (pgettext_lazy("money", "Received"), Wanted((B.OUTSIDE,), (K.RECEIVE, K.REVERSE)), -1),
    "transferred": (gettext_lazy("Moved between sources"), Wanted((B.OUTSIDE,), (K.TRANSFER,)), -1),
    "carried": (gettext_lazy("Carried over"), Wanted((B.OUTSIDE,), (K.CARRY_OVER,)), -1),
    "paid": (gettext_lazy("Paid"), Wanted((B.PAID,)), 1),
    "held": (gettext_lazy("On the last day"), HELD, -1),
    "committed": (gettext_lazy("of it granted"), Wanted((B.COMMITTED,)), 1),
    "in_transit": (gettext_lazy("at the bank"), Wanted((B.IN_TRANSIT,)), 1),
    "available": (gettext_lazy("available"), Wanted((B.AVAILABLE,)), 1),
}
MOVED = ("received", "transferred", "carried", "paid")


@dataclass(kw_only=True)
class Row:
    """One source of the sheet."""

    source: FundSource
    cells: dict[str, Decimal]


@dataclass
class Sheet:
    """Per source: what was there, what came, what went, what is left; closed days take no posting, so it stays true."""

    closing: Closing

    def postings(self, column: str) -> QuerySet[Posting]:
        """The rows behind one column: of the period for what moved, of all time up to a day for what stood."""
        _label, wanted, _sign = COLUMNS[column]
        at = "transaction__posted_at"
        rows = Posting.objects.filter(wanted.rows, fund_source__office=self.closing.office_id)
        if column == "opening":
            return rows.filter(**{f"{at}__lt": first_moment(self.closing.since)})
        rows = rows.filter(**{f"{at}__lte": last_moment(self.closing.until)})
        return rows.filter(**{f"{at}__gte": first_moment(self.closing.since)}) if column in MOVED else rows

    def _sums(self) -> QuerySet[Posting, Any]:
        """(source, bucket, kind, before the period?, sum) of all time up to the last day: every cell, by one reading."""
        rows = Posting.objects.filter(
            fund_source__office=self.closing.office_id, transaction__posted_at__lte=last_moment(self.closing.until)
        )
        before = Q(transaction__posted_at__lt=first_moment(self.closing.since))
        grouped = rows.order_by().annotate(before=ExpressionWrapper(before, output_field=BooleanField()))
        return grouped.values_list("fund_source", "bucket", "transaction__kind", "before").annotate(sum=Sum("amount"))

    @cached_property
    def rows(self) -> list[Row]:
        """Sources that had money in the period."""
        found: dict[int, dict[str, Decimal]] = {}
        for source, bucket, kind, before, amount in self._sums():
            cells = found.setdefault(source, dict.fromkeys(COLUMNS, ZERO))
            for column, (_label, wanted, sign) in COLUMNS.items():
                of_the_time = before if column == "opening" else not (before and column in MOVED)
                if of_the_time and wanted.holds(bucket, kind):
                    cells[column] += sign * amount
        sources = FundSource.objects.filter(pk__in=found).order_by("year", "name", "pk")
        rows = [Row(source=source, cells=found[source.pk]) for source in sources]
        return [row for row in rows if any(row.cells[name] for name in ("opening", "held", *MOVED))]

    @cached_property
    def total(self) -> dict[str, Decimal]:
        return {column: sum((row.cells[column] for row in self.rows), ZERO) for column in COLUMNS}


def headings() -> list[tuple[str, str]]:
    return [(column, str(label)) for column, (label, _wanted, _sign) in COLUMNS.items()]
