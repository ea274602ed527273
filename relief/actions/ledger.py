"""The one door to the ledger: `post()` writes every transaction with all its postings in two statements."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import connection
from django.db.models import Max
from django.utils import timezone

from center.kernel.errors import require
from center.reference import numbering
from relief.enums import Bucket, LedgerKind
from relief.models import Application, Balance, FundSource, LedgerTransaction, Posting
from relief.permissions import why_not_post, why_not_take_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from center.models import Office, Staff

ZERO = Decimal(0)


@dataclass(frozen=True, kw_only=True)
class Move:
    """An amount that goes from one bucket of a source to another; so every move sums to zero within its source."""

    source: int
    giver: Bucket
    taker: Bucket
    amount: Decimal


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A ledger transaction about to be written."""

    kind: LedgerKind
    subject: str
    moves: Sequence[Move]
    memo: str = ""
    payment: int | None = None
    reverses: LedgerTransaction | None = None


def lock(ids: Iterable[int]) -> dict[int, FundSource]:
    """The first thing an action does with money: all its sources, locked in one query in one order."""
    return {source.pk: source for source in FundSource.objects.locked(ids)}


def balance(source: FundSource | int, bucket: Bucket = Bucket.AVAILABLE) -> Decimal:
    """What stands in a bucket now; read it after the lock."""
    source_id = source if isinstance(source, int) else source.pk
    found = Balance.objects.filter(fund_source_id=source_id, bucket=bucket).values_list("amount", flat=True).first()
    return found if found is not None else ZERO


def balances(sources: Iterable[FundSource], bucket: Bucket = Bucket.AVAILABLE) -> dict[int, Decimal]:
    """What stands in this bucket of each source (by id), in one query."""
    found = dict.fromkeys((source.pk for source in sources), ZERO)
    rows = Balance.objects.filter(fund_source__in=list(found), bucket=bucket)
    return found | dict(rows.values_list("fund_source_id", "amount"))


def post(
    drafts: Sequence[Draft],
    *,
    office: Office,
    by: Staff,
    seconded_by: Staff | None = None,
    at: datetime | None = None,
) -> list[LedgerTransaction]:
    """Write one voucher: a line for each draft. The caller has locked the sources and looked at their balances."""
    if not connection.in_atomic_block:
        raise RuntimeError("The ledger is written inside the transaction of the change.")
    if at is not None:  # today is in no closed period: only what has ended is closed
        sources = [move.source for draft in drafts for move in draft.moves]
        require(why_not_post(office=office, sources=sources, on=timezone.localdate(at)))
    at = at or timezone.now()
    number = numbering.draw("voucher", office=office, on=timezone.localdate(at))
    written = LedgerTransaction.objects.bulk_create(
        LedgerTransaction(
            office=office,
            kind=draft.kind,
            voucher_number=number,
            line=line,
            subject=draft.subject,
            memo=draft.memo,
            payment_id=draft.payment,
            reverses=draft.reverses,
            posted_by=by,
            posted_at=at,
            seconded_by=seconded_by,
            seconded_at=at if seconded_by else None,
        )
        for line, draft in enumerate(drafts, 1)
    )
    Posting.objects.bulk_create(
        posting for entry, draft in zip(written, drafts, strict=True) for posting in _postings(entry, draft.moves)
    )
    return written


def _postings(entry: LedgerTransaction, moves: Sequence[Move]) -> Iterable[Posting]:
    """One posting a bucket: two moves that touch the same bucket of a source are added."""
    sums: dict[tuple[int, Bucket], Decimal] = {}
    for move in moves:
        if move.amount <= 0:
            raise ValueError("Money moves by positive amounts; a way back is a move the other way.")
        for bucket, amount in ((move.giver, -move.amount), (move.taker, move.amount)):
            sums[move.source, bucket] = sums.get((move.source, bucket), ZERO) + amount
    return [
        Posting(transaction=entry, fund_source_id=source, bucket=bucket, amount=amount)
        for (source, bucket), amount in sums.items()
        if amount
    ]


def payers(application: Application) -> list[tuple[FundSource, Decimal]]:
    """The sources that may pay an application, with what each has left: the one that this programme used last comes first."""
    rows = FundSource.objects.filter(office=application.office).for_kind(application.programme.kind)
    in_force = application.file is not None and application.file.is_in_force
    sources = [source for source in rows if (in_force or not source.is_central) and not why_not_take_in(source)]
    left = balances(sources)
    used = Application.objects.filter(
        programme=application.programme_id, fund_source__in=sources, assessed_at__isnull=False
    )
    latest = dict(used.order_by().values_list("fund_source").annotate(last=Max("assessed_at")))
    order = sorted(latest, key=latest.__getitem__)  # the last used at the end
    sources.sort(key=lambda source: (order.index(source.pk) if source.pk in latest else -1, source.year), reverse=True)
    return [(source, left[source.pk]) for source in sources]
