"""Rows of the ledger, with what stands behind them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db.models import Count, Min, Q, QuerySet, Sum
from django.urls import reverse
from django.utils import timezone

from center.kernel.periods import moments
from relief.enums import Bucket
from relief.models import (
    Award,
    Balance,
    Correction,
    LedgerTransaction,
    Posting,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from relief.models import FundSource

ZERO = Decimal("0.00")


def balances(sources: Iterable[FundSource]) -> dict[int, dict[str, Decimal]]:
    """What stands in every bucket of these sources; missing buckets are empty."""
    found: dict[int, dict[str, Decimal]] = defaultdict(lambda: {bucket.value: ZERO for bucket in Bucket})
    for row in Balance.objects.filter(fund_source__in=sources):
        found[row.fund_source_id][row.bucket] = row.amount
    return found


@dataclass(frozen=True, kw_only=True)
class LedgerRow:
    """A voucher line as a reader of the source's ledger sees it: money in, money out, what is left."""

    entry: LedgerTransaction
    income: Decimal
    spent: Decimal
    left: Decimal
    lines: int


def ledger_rows(source: FundSource) -> tuple[list[LedgerRow], dict[str, Decimal]]:
    """Every voucher that brought or spent money of a source, newest first, with the balance after it; and the sums.

    Income is what came in, spent is what was paid (reversals negative); committing moves nothing out.
    """
    moved = Posting.objects.filter(fund_source=source, bucket__in=(Bucket.OUTSIDE, Bucket.PAID)).order_by()
    vouchers = list(
        moved.values("transaction__office", "transaction__voucher_number", "transaction__kind")
        .annotate(
            first=Min("transaction"),
            at=Min("transaction__posted_at"),
            income=Sum("amount", filter=Q(bucket=Bucket.OUTSIDE)),
            spent=Sum("amount", filter=Q(bucket=Bucket.PAID)),
            lines=Count("pk"),
        )
        .order_by("at", "first")
    )
    related = ("posted_by", "reverses", "payment__batch")
    entries = LedgerTransaction.objects.select_related(*related).in_bulk([voucher["first"] for voucher in vouchers])
    rows: list[LedgerRow] = []
    left = income_sum = spent_sum = ZERO
    for voucher in vouchers:
        income, spent = -(voucher["income"] or ZERO), voucher["spent"] or ZERO
        left += income - spent
        income_sum, spent_sum = income_sum + income, spent_sum + spent
        entry = entries[voucher["first"]]
        rows.append(LedgerRow(entry=entry, income=income, spent=spent, left=left, lines=voucher["lines"]))
    return rows[::-1], {"income": income_sum, "spent": spent_sum, "left": left}


@dataclass(frozen=True, kw_only=True)
class PostingRow:
    """A posting as the rows behind a sum show it: what moved, and the record that it is about."""

    entry: LedgerTransaction
    on: date
    amount: Decimal
    about: str
    url: str


def with_subjects(postings: Iterable[Posting], *, sign: int = 1) -> list[PostingRow]:
    """Each posting with its payment, application or correction, in two queries whatever their number."""
    rows = list(postings)
    awards = Award.objects.filter(pk__in=_ids(rows, "relief.award")).select_related("application")
    moved = Correction.objects.filter(pk__in=_ids(rows, "relief.correction"))
    records = {f"relief.award:{award.pk}": (str(award), award.application.get_absolute_url()) for award in awards}
    records |= {
        f"relief.correction:{one.pk}": (str(one), reverse("relief:correction", args=[one.code])) for one in moved
    }
    return [_posting_row(row, records, sign) for row in rows]


def _ids(rows: Iterable[Posting], noun: str) -> list[int]:
    subjects = {row.transaction.subject for row in rows}
    return [int(subject.split(":")[1]) for subject in subjects if subject.startswith(f"{noun}:")]


def _posting_row(row: Posting, records: dict[str, tuple[str, str]], sign: int) -> PostingRow:
    entry = row.transaction
    about, url = (
        (str(entry.payment), entry.payment.get_absolute_url())
        if entry.payment
        else records.get(entry.subject, ("", ""))
    )
    on = timezone.localdate(entry.posted_at)
    return PostingRow(entry=entry, on=on, amount=sign * row.amount, about=about, url=url)


def entries_of(source: FundSource, bucket: str) -> QuerySet[Posting]:
    """What came into a bucket of a source and what left it, newest first; together the balance."""
    return _entries(Posting.objects.filter(fund_source=source, bucket=bucket))


def receipts(*, offices: Iterable[int], since: date, until: date) -> QuerySet[Posting]:
    """Money received between two days: the rows behind the figure."""
    return _entries(
        Posting.objects.filter(
            bucket=Bucket.AVAILABLE,
            transaction__kind="receive",
            transaction__posted_at__range=moments(since, until),
            transaction__office_id__in=offices,
        )
    )


def _entries(rows: QuerySet[Posting]) -> QuerySet[Posting]:
    related = ("transaction__payment", "transaction__posted_by", "transaction__reverses")
    return rows.select_related(*related).order_by("-transaction__posted_at", "-pk")
