"""The register of what was paid."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import Count, QuerySet, Sum
from django.db.models.functions import ExtractMonth

from center.kernel.periods import moments
from relief.enums import Bucket
from relief.models import (
    Posting,
)

if TYPE_CHECKING:
    from collections.abc import Iterable


def register_rows(
    *,
    offices: Iterable[int],
    since: date,
    until: date,
    kind: str = "",
    source: str = "",
) -> QuerySet[Posting]:
    """The disbursement register: one row for each posting on “paid”; a reversal is a negative row of its own day."""
    rows = Posting.objects.filter(
        bucket=Bucket.PAID, transaction__office_id__in=offices, transaction__posted_at__range=moments(since, until)
    )
    if kind:
        rows = rows.filter(transaction__payment__programme_kind=kind)
    if source:
        rows = rows.filter(fund_source__code=source)
    related = (
        "fund_source",
        "transaction__payment__batch",
        "transaction__payment__application",
        "transaction__reverses",
    )
    return rows.select_related(*related).order_by("transaction__posted_at", "pk")


def year_table(*, offices: Iterable[int], year: int) -> QuerySet[Posting, Any]:
    """(kind, source, month, sum, rows) of a year: every cell of the audit home."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    return (
        register_rows(offices=offices, since=first, until=last)
        .order_by()
        .values(
            "transaction__payment__programme_kind",
            "fund_source__code",
            "fund_source__name",
            "fund_source__year",
            month=ExtractMonth("transaction__posted_at"),
        )
        .annotate(sum=Sum("amount"), rows=Count("pk"))
        .order_by("transaction__payment__programme_kind", "fund_source__year", "fund_source__name", "month")
    )
