"""Numbers of this desk as they stand on papers and slips: applications, payments, batches, vouchers, drafts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.db.models import Q
from django.urls import reverse

from casework.models import HardshipFile
from center import desk
from center.kernel.roles import Permission
from center.kernel.sentences import yuan
from center.models import Export
from center.models.base import DRAFT_ALPHABET, subject_of
from center.privacy import access
from relief.models import Application, Batch, LedgerTransaction, Payment

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.models import QuerySet

    from center.models import Staff
    from center.privacy.secret import Secret

SHOWN = 10
CODE = 10  # characters of a draft's code
SURE, PERHAPS = 0, 3
VOUCHER_LINE = re.compile(r"(P\w+-\d{4}-\d+)-(\d{1,6})")  # as relief.models.ledger.voucher_line writes it


def hits(query: str, *, by: Staff) -> list[desk.Hit]:
    """By the beginning of a number; a draft, a batch at the bank and a voucher by the whole of it."""
    text = query.strip().upper()
    found = [*_drafts(text, by)]
    if text.startswith(("Q", "Z", "B")):
        found += [*_applications(text, by), *_payments(text, by), *_batches(text, by)]
    if text.startswith("P"):
        found += _vouchers(text, by)
    return found


def has_shown(card: Secret, *, to: Staff) -> bool:
    """In a file for the bank or beside a payment, or in a register with numbers in full that may hold such a payment."""
    paid = Payment.objects.filter(card_number=card)
    if access.was_shown([subject_of(one) for one in paid.only("pk")], to=to):
        return True
    first = paid.filter(paid_at__isnull=False).order_by("paid_at").values_list("paid_at", flat=True).first()
    return first is not None and Export.objects.filter(in_full=True, made_by=to, made_at__gte=first).exists()


def subjects(number: str, *, by: Staff) -> list[str]:
    """An application with its payments, a payment, a batch; all applications of a file's household: by whole numbers."""
    homes = HardshipFile.objects.visible_to(by).filter(Q(number=number) | Q(code=number)).values("household")
    seen = Application.objects.visible_to(by).filter(Q(number=number) | Q(household__in=homes))
    rows = [
        *seen,
        *Payment.objects.visible_to(by).filter(Q(number=number) | Q(application__in=seen.values("pk"))),
        *Batch.objects.visible_to(by).filter(number=number),
    ]
    return [subject_of(row) for row in rows]


def _drafts(text: str, by: Staff) -> Iterator[desk.Hit]:
    if len(text) == CODE and set(text) <= set(DRAFT_ALPHABET):
        yield from map(_of_application, Application.objects.visible_to(by).with_people().filter(code=text))


def _of_application(row: Application, text: str = "") -> desk.Hit:
    is_it = text in {"", row.number}
    return desk.Hit(
        group="application",
        title=str(row),
        detail=row.programme.label,
        url=row.get_absolute_url(),
        state=str(row.get_status_display()),
        rank=SURE if is_it else PERHAPS,
        exact=is_it,
    )


def _applications(text: str, by: Staff) -> Iterator[desk.Hit]:
    rows = Application.objects.visible_to(by).with_people().filter(number__startswith=text)[:SHOWN]
    return (_of_application(row, text) for row in rows)


def _payments(text: str, by: Staff) -> Iterator[desk.Hit]:
    rows = Payment.objects.visible_to(by).filter(Q(number__startswith=text) | Q(line_code=text))
    for payment in rows.select_related(*Payment.NAMED_WITH)[:SHOWN]:
        is_it = text in {payment.number, payment.line_code}
        yield desk.Hit(
            group="payment",
            title=payment.number,
            detail=f"{payment.programme_label} {yuan(payment.amount)}",
            url=reverse("relief:payment", args=[payment.code]),
            state=str(payment.get_status_display()),
            rank=SURE if is_it else PERHAPS,
            exact=is_it,
        )


def _batches(text: str, by: Staff) -> Iterator[desk.Hit]:
    rows = Batch.objects.visible_to(by).filter(Q(number__startswith=text) | Q(bank_number=text))[:SHOWN]
    for batch in rows:
        is_it = text in {batch.number, batch.bank_number}
        yield desk.Hit(
            group="batch",
            title=batch.number,
            detail=batch.bank_number,
            url=batch.get_absolute_url(),
            state=str(batch.get_status_display()),
            rank=SURE if is_it else PERHAPS,
            exact=is_it,
        )


def kept(number: str) -> Iterator[desk.Kept]:
    p, text = Permission, number.strip().upper()
    yield from desk.kept_by(Application.objects.filter(Q(number=text) | Q(code=text)), p.READ_APPLICATIONS)
    called = Payment.objects.filter(Q(number=text) | Q(line_code=text))
    yield from desk.kept_by(called, p.READ_FUNDS, p.READ_APPLICATIONS)
    yield from desk.kept_by(
        Batch.objects.filter(Q(number=text) | Q(bank_number=text)), p.READ_FUNDS, p.CONFIRM_RECEIPTS
    )
    yield from desk.kept_by(_entries(text).order_by("line")[:1], p.READ_FUNDS)


def _entries(text: str) -> QuerySet[LedgerTransaction]:
    """The lines of a voucher, or the one line that is typed behind its number."""
    line = VOUCHER_LINE.fullmatch(text)
    if line:
        return LedgerTransaction.objects.filter(voucher_number=line[1], line=int(line[2]))
    return LedgerTransaction.objects.filter(voucher_number=text)


def _vouchers(text: str, by: Staff) -> Iterator[desk.Hit]:
    """To the payment that the voucher, or its line, is about; else to the ledger of its source."""
    rows = _entries(text).filter(office__in=by.sight(Permission.READ_FUNDS))
    for entry in rows.select_related("payment").order_by("line")[:1]:
        posting = entry.postings.select_related("fund_source").first()
        page = entry.payment or (posting.fund_source if posting else None)
        if page is not None:
            yield desk.Hit(
                group="voucher",
                title=text,
                detail=str(entry.get_kind_display()),
                url=page.get_absolute_url(),
                rank=SURE,
                exact=True,
            )
