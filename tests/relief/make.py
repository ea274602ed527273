"""Builders of the relief room: money, programmes, applications, payments."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import count

from django.db import transaction

from center.models import Office, Staff
from center.roles import Role
from relief import ledger
from relief.enums import Bucket, LedgerKind
from relief.models import FundSource, LedgerTransaction
from tests.center.make import make_office, make_staff

_serial = count(1)


def make_source(
    *, office: Office | None = None, money: str | Decimal = "0", by: Staff | None = None, **fields: object
) -> FundSource:
    """A fund source, with `money` received."""
    office = office or make_office()
    by = by or make_staff(Role.ACCOUNTANT, office=office)
    number = next(_serial)
    fields = {
        "name": f"中央财政专项{number}",
        "origin": "central_finance",
        "year": 2026,
        "document_number": f"财社〔2026〕{number}号",
        "received_on": date(2026, 1, 15),
    } | fields
    source = FundSource.objects.create(office=office, opened_by=by, **fields)
    if Decimal(money):
        move(source, LedgerKind.RECEIVE, Bucket.OUTSIDE, Bucket.AVAILABLE, money, by=by)
    return source


def move(
    source: FundSource, kind: LedgerKind, giver: Bucket, taker: Bucket, amount: str | Decimal, *, by: Staff
) -> LedgerTransaction:
    """One ledger transaction, without the action that would make it."""
    with transaction.atomic():
        return ledger.post(
            [
                ledger.Draft(
                    kind=kind,
                    subject="relief.test:1",
                    moves=[ledger.Move(source=source.pk, giver=giver, taker=taker, amount=Decimal(amount))],
                )
            ],
            office=source.office,
            by=by,
        )[0]
