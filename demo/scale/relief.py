"""This desk's share of an invented district at scale (seed_scale): payments with all that stands behind them.

Application, decision, award, instalment, payment, and the ledger's postings, as the actions leave them.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.utils import timezone

from center.exchange.copying import copy_in
from center.kernel.errors import Incomplete
from center.kernel.normal import key
from center.reference import numbering, working_days
from relief.enums import Bucket, LedgerKind
from relief.models import (
    Application,
    Award,
    Balance,
    Batch,
    Decision,
    FundSource,
    Instalment,
    LedgerTransaction,
    Payment,
    Posting,
    ProgrammeVersion,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from demo.scale.casework import Home, Scale

TABLES = (
    FundSource, Application, Decision, Award, Instalment, Batch, Payment, LedgerTransaction, Posting, Balance,
)  # fmt: skip
LINES = 500  # payments in a batch
CHUNK = 10  # batches at a time
AMOUNTS = ("300.00", "500.00", "600.00", "800.00", "1000.00", "1200.00", "1500.00")  # below every cap of the district
NAME, ORIGIN, DOCUMENT = json.loads((Path(__file__).parents[1] / "data" / "relief.json").read_text(encoding="utf-8"))[
    "grown"
]
SUMS = "SELECT fund_source_id, bucket, sum(amount) FROM relief_posting WHERE fund_source_id = ANY(%s) GROUP BY 1, 2"
BALANCES = f"INSERT INTO relief_balance (fund_source_id, bucket, amount) {SUMS}"


@dataclass(frozen=True, kw_only=True)
class ScaledLine:
    """A payment about to be written."""

    home: Home
    day: date  # on which the bank paid
    amount: Decimal


def payments(scale: Scale, *, offered: Sequence[Home], many: int) -> Iterator[int]:
    """Write payments in chunks of whole batches, and say how many stand; the balances come last, by one statement."""
    version = ProgrammeVersion.objects.filter(programme__office=scale.office, programme__kind="living").first()
    if version is None:
        raise Incomplete("The practice district has no programme for living.")
    lines = _lines(scale, offered, many)
    sources = _sources(scale, lines)
    written = 0
    for start in range(0, many, LINES * CHUNK):
        chunk = lines[start : start + LINES * CHUNK]
        _write(scale, chunk, sources, version)
        written += len(chunk)
        yield written
    with connection.cursor() as cursor:
        cursor.execute(BALANCES, [list(sources.values())])


def _lines(scale: Scale, offered: Sequence[Home], many: int) -> list[ScaledLine]:
    """Batches from the first file's opening until yesterday; each pays whom it may: the file was open twenty days before."""
    chance, last = scale.chance, timezone.localdate() - timedelta(days=1)
    known = sorted(offered, key=lambda home: home.opened_on)
    first = known[0].opened_on + timedelta(days=60)
    batches = -(-many // LINES)
    span = max((last - first).days, 1)
    lines: list[ScaledLine] = []
    for number in range(batches):
        day = min(working_days.roll(first + timedelta(days=span * (number + 1) // batches)), last)
        able = _until(known, day - timedelta(days=40))
        lines += [
            ScaledLine(home=known[chance.randrange(able)], day=day, amount=Decimal(chance.choice(AMOUNTS)))
            for _line in range(min(LINES, many - len(lines)))
        ]
    return lines


def _until(known: Sequence[Home], day: date) -> int:
    """How many of these were open on a day; at least the first one was."""
    low, high = 1, len(known)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if known[middle - 1].opened_on <= day else (low, middle - 1)
    return low


def _sources(scale: Scale, lines: Sequence[ScaledLine]) -> dict[int, int]:
    """One source for each year, which received what the year pays and a reserve; year → its key."""
    accountant, office = scale.people["accountant"], scale.office
    needed: dict[int, Decimal] = defaultdict(Decimal)
    begins: dict[int, date] = {}
    for line in lines:
        needed[line.day.year] += line.amount
        begins.setdefault(line.day.year, line.day)
    years = sorted(needed)
    days = [begins[year] - timedelta(days=30) for year in years]
    keys = copy_in(
        FundSource,
        [
            {
                "year": year,
                "document_number": DOCUMENT.format(year=year),
                "document_key": key(DOCUMENT.format(year=year)),
                "received_on": day,
                "opened_at": scale.moment(day),
            }
            for year, day in zip(years, days, strict=True)
        ],
        office_id=office.pk,
        name=NAME,
        origin=ORIGIN,
        opened_by_id=accountant.pk,
    )
    vouchers = numbering.draw_each("voucher", office=office, days=days)
    entries = copy_in(
        LedgerTransaction,
        [
            {"voucher_number": voucher, "subject": f"relief.fundsource:{key}", "posted_at": scale.moment(day)}
            for voucher, key, day in zip(vouchers, keys, days, strict=True)
        ],
        office_id=office.pk,
        kind=LedgerKind.RECEIVE,
        posted_by_id=accountant.pk,
    )
    moved = [
        (entry, key, needed[year] + Decimal("10000.00")) for entry, key, year in zip(entries, keys, years, strict=True)
    ]
    _post(moved, giver=Bucket.OUTSIDE, taker=Bucket.AVAILABLE)
    return dict(zip(years, keys, strict=True))


def _post(moved: Sequence[tuple[int, int, Decimal]], *, giver: Bucket, taker: Bucket) -> None:
    copy_in(
        Posting,
        [
            {"transaction_id": entry, "fund_source_id": source, "bucket": bucket, "amount": amount * sign}
            for entry, source, amount in moved
            for bucket, sign in ((giver, -1), (taker, 1))
        ],
    )


def _write(scale: Scale, lines: Sequence[ScaledLine], sources: dict[int, int], version: ProgrammeVersion) -> None:
    by, office = scale.people, scale.office
    source_of = [sources[line.day.year] for line in lines]
    decided = [scale.moment(line.day - timedelta(days=8)) for line in lines]
    applications = copy_in(
        Application,
        [
            {
                "number": number,
                "person_id": line.home.head,
                "household_id": line.home.household,
                "file_id": line.home.file,
                "opened_at": asked,
                "submitted_at": asked,
                "assessed_at": scale.moment(line.day - timedelta(days=15)),
                "ended_at": at,
                "category": line.home.category,
                "computed_amount": line.amount,
                "proposed_amount": line.amount,
                "fund_source_id": source,
            }
            for line, number, source, at, asked in zip(
                lines,
                numbering.draw_each("application", office=office, days=[line.day - timedelta(days=20) for line in lines]),
                source_of,
                decided,
                [scale.moment(line.day - timedelta(days=20)) for line in lines],
                strict=True,
            )
        ],
        office_id=office.pk,
        status="granted",
        programme_id=version.programme_id,
        version_id=version.pk,
        may_publish=True,
        handler_id=by["officer"].pk,
        opened_by_id=by["frontdesk"].pk,
        submitted_by_id=by["frontdesk"].pk,
        assessed_by_id=by["officer"].pk,
        ended_by_id=by["leader"].pk,
    )  # fmt: skip
    decisions = copy_in(
        Decision,
        [
            {"application_id": key, "amount": line.amount, "decided_at": at, "assessed_at": at - timedelta(days=7)}
            for key, line, at in zip(applications, lines, decided, strict=True)
        ],
        how="leader",
        result="granted",
        decided_by_id=by["leader"].pk,
        assessed_by_id=by["officer"].pk,
    )
    awards = copy_in(
        Award,
        [
            {
                "application_id": key,
                "decision_id": decision,
                "amount": line.amount,
                "cap": line.amount,
                "granted_at": at,
            }
            for key, decision, line, at in zip(applications, decisions, lines, decided, strict=True)
        ],
        granted_by_id=by["leader"].pk,
    )
    instalments = copy_in(
        Instalment,
        [
            {"award_id": award, "due_on": line.day - timedelta(days=8), "amount": line.amount, "fund_source_id": source}
            for award, line, source in zip(awards, lines, source_of, strict=True)
        ],
        number=1,
        status="paid",
    )
    keys = _payments(scale, lines, source_of, instalments, applications, decided, version)
    _ledger(scale, lines, source_of, awards, keys, decided)


def _batches(lines: Sequence[ScaledLine]) -> list[list[ScaledLine]]:
    return [list(lines[start : start + LINES]) for start in range(0, len(lines), LINES)]


def _payments(  # noqa: PLR0917 - columns that stand side by side
    scale: Scale,
    lines: Sequence[ScaledLine],
    source_of: Sequence[int],
    instalments: Sequence[int],
    applications: Sequence[int],
    decided: Sequence[Any],
    version: ProgrammeVersion,
) -> list[int]:
    by, office, parts = scale.people, scale.office, _batches(lines)
    days = [part[0].day for part in parts]
    numbers = numbering.draw_each("batch", office=office, days=days)
    handed = [scale.moment(working_days.roll(day - timedelta(days=2))) for day in days]
    batches = copy_in(
        Batch,
        [
            {
                "number": number,
                "bank_number": "B" + number.split("-", 1)[1],
                "made_at": at,
                "checked_at": at,
                "paid_at": at,
            }
            for number, at in zip(numbers, handed, strict=True)
        ],
        office_id=office.pk,
        status="answered",
        made_by_id=by["accountant"].pk,
        checked_by_id=by["chair"].pk,
        paid_by_id=by["cashier"].pk,
    )
    rows, at = [], 0
    payment_numbers = numbering.draw_each("payment", office=office, days=[line.day for line in lines])
    for batch, number, moment, part in zip(batches, numbers, handed, parts, strict=True):
        code = "B" + number.split("-", 1)[1]
        for place, line in enumerate(part, 1):
            home = line.home
            rows.append(
                {
                    "number": payment_numbers[at], "instalment_id": instalments[at], "application_id": applications[at],
                    "fund_source_id": source_of[at], "batch_id": batch, "line": place, "line_code": f"{code}-{place:04d}",
                    "amount": line.amount, "payee_id": home.head, "payee_name": home.name,
                    "payee_id_number": home.id_number, "payee_phone": home.phone, "card_number": home.card,
                    "bank_name": home.bank, "helped_name": home.name, "employer": home.employer,
                    "file_number": home.number, "category": home.category, "source_name": f"{NAME} {line.day.year}",
                    "approved_at": decided[at], "made_at": moment, "checked_at": moment, "paid_at": moment,
                    "bank_reference": f"R{payment_numbers[at]}", "answered_on": line.day,
                    "receipt_confirmed_at": scale.moment(line.day),
                }
            )  # fmt: skip
            at += 1
    return copy_in(
        Payment,
        rows,
        office_id=office.pk,
        status="paid",
        programme_name=version.programme.name,
        programme_kind=version.programme.kind,
        source_origin=ORIGIN,
        approved_by_id=by["leader"].pk,
        made_by_id=by["accountant"].pk,
        checked_by_id=by["chair"].pk,
        paid_by_id=by["cashier"].pk,
        receipt_confirmed_by_id=by["frontdesk"].pk,
    )


def _ledger(  # noqa: PLR0917 - columns that stand side by side
    scale: Scale,
    lines: Sequence[ScaledLine],
    source_of: Sequence[int],
    awards: Sequence[int],
    keys: Sequence[int],
    decided: Sequence[Any],
) -> None:
    """Committed at the decision by a voucher of its own; handed over and paid by vouchers with a line a payment."""
    by, office = scale.people, scale.office
    vouchers = numbering.draw_each("voucher", office=office, days=[timezone.localdate(at) for at in decided])
    rows = [
        {"voucher_number": voucher, "line": 1, "subject": f"relief.award:{award}", "posted_at": at, "kind": LedgerKind.COMMIT, "posted_by_id": by["leader"].pk}
        for voucher, award, at in zip(vouchers, awards, decided, strict=True)
    ]  # fmt: skip
    steps = ((LedgerKind.HAND_OVER, by["cashier"], 2, Bucket.COMMITTED, Bucket.IN_TRANSIT), (LedgerKind.PAY, by["cashier"], 0, Bucket.IN_TRANSIT, Bucket.PAID))  # fmt: skip
    moved = list(zip(source_of, (line.amount for line in lines), strict=True))
    _enter(rows, moved, office.pk, giver=Bucket.AVAILABLE, taker=Bucket.COMMITTED)
    for kind, staff, before, giver, taker in steps:
        rows = []
        for _day, part in groupby(zip(range(len(lines)), strict=True), key=lambda each: each[0] // LINES):
            places = [place for (place,) in part]
            day = lines[places[0]].day
            at = scale.moment(working_days.roll(day - timedelta(days=before)))
            voucher = numbering.draw_each("voucher", office=office, days=[timezone.localdate(at)])[0]
            rows += [
                {"voucher_number": voucher, "line": line, "subject": f"relief.payment:{keys[place]}", "payment_id": keys[place], "posted_at": at, "kind": kind, "posted_by_id": staff.pk}
                for line, place in enumerate(places, 1)
            ]  # fmt: skip
        _enter(rows, moved, office.pk, giver=giver, taker=taker)


def _enter(
    rows: list[dict[str, Any]], moved: Sequence[tuple[int, Decimal]], office: int, *, giver: Bucket, taker: Bucket
) -> None:
    entries = copy_in(LedgerTransaction, rows, office_id=office)
    _post([(entry, *what) for entry, what in zip(entries, moved, strict=True)], giver=giver, taker=taker)
