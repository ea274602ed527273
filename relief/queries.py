"""Questions about many rows: what was given, what stands where, what waits."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Min, Q, QuerySet, Sum
from django.db.models.functions import ExtractMonth
from django.urls import reverse
from django.utils import timezone

from casework.models import BankAccount, Membership
from center.periods import moments
from relief.enums import Bucket, ProgrammeKind
from relief.limits import of_family
from relief.models import (
    Application,
    Award,
    Balance,
    Correction,
    Instalment,
    LedgerTransaction,
    Payment,
    Posting,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from casework.models import Household, Person
    from relief.models import FundSource, Invoice

ZERO = Decimal("0.00")
HEAD = "01"  # GB/T 4761: the head of the household


def balances(sources: Iterable[FundSource]) -> dict[int, dict[str, Decimal]]:
    """What stands in every bucket of these sources; missing buckets are empty."""
    found: dict[int, dict[str, Decimal]] = defaultdict(lambda: {bucket.value: ZERO for bucket in Bucket})
    for row in Balance.objects.filter(fund_source__in=sources):
        found[row.fund_source_id][row.bucket] = row.amount
    return found


def aid_of(person: Person, *, since: date, until: date) -> QuerySet[Payment]:
    """Payments that reached a person or their household between two days; asked of everybody at every assessment."""
    own = Application.objects.filter(person=person).order_by()
    shared = Application.objects.filter(household__in=person.memberships.values("household")).order_by()
    theirs = own.values("pk").union(shared.values("pk"))  # either by its index; together by neither
    paid = Payment.objects.filter(application__in=theirs, status="paid", answered_on__range=(since, until))
    told = ("code", "answered_on", "amount", "programme_kind", "programme_name", "application__programme__name_en")
    return paid.select_related("application__programme").only(*told).order_by("answered_on", "pk")


def grants_of(household: Household, *, after: date) -> QuerySet[Award]:
    """Awards to a household on later days, with `live`: what of them was not stopped."""
    live = ~Q(instalments__status=Instalment.Status.STOPPED)
    awards = Award.objects.filter(application__household=household, granted_at__date__gt=after)
    awards = awards.annotate(live=Sum("instalments__amount", filter=live)).filter(live__gt=0)
    return awards.select_related("application").order_by("granted_at")


def accounts_of(instalments: Iterable[Instalment]) -> dict[int, BankAccount]:
    """Application → the account in use of the person helped, else of the head of the household."""
    instalments = list(instalments)
    applications = {part.award.application_id: part.award.application for part in instalments}
    instead = {part.award.application_id: part.award.payee_id for part in instalments if part.award.payee_id}
    people = {application.person_id for application in applications.values()} | set(instead.values())
    heads = {
        membership.household_id: membership.person_id
        for membership in Membership.objects.current().filter(
            household__in=[a.household_id for a in applications.values() if a.household_id], relation=HEAD
        )
    }
    in_use = BankAccount.objects.current().filter(holder__in=people | set(heads.values())).select_related("holder")
    by_holder = {account.holder_id: account for account in in_use}
    found = {}
    for pk, application in applications.items():
        head = heads.get(application.household_id or 0, 0)
        if pk in instead:  # of one who has died: the account of whoever receives instead, and no other
            account = by_holder.get(instead[pk])
        else:
            account = by_holder.get(application.person_id) or by_holder.get(head)
        if account:
            found[pk] = account
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


def of_same_school_year(application: Application) -> Application | None:
    """Another application for this student and school year, handed in and not refused: one is all there is."""
    if application.programme.kind != ProgrammeKind.EDUCATION or application.beneficiary_id is None:
        return None
    same = Application.objects.filter(beneficiary=application.beneficiary_id, school_year=application.school_year)
    over = (Application.Status.DRAFT, Application.Status.REFUSED, Application.Status.WITHDRAWN)
    return same.exclude(status__in=over).exclude(pk=application.pk).order_by("pk").first()


def household_given(application: Application) -> list[Instalment]:
    """What this household (or person) was granted this year, of every kind: the line that no one has to look up."""
    year = timezone.localdate().year
    rows = Instalment.objects.live().filter(of_family(application), award__granted_at__year=year)
    rows = rows.exclude(award__application=application).select_related("award__application__programme")
    return list(rows.order_by("-award__granted_at")[:20])


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


def bills_of(application: Application) -> list[Invoice]:
    """The bills on which its costs rest, those that its end set free included. Of an ended one none, when one had been taken
    back before: which, nobody knows any more, and a bill too many is money too much."""
    if not application.is_ended or application.status == Application.Status.GRANTED:
        return list(application.invoices.filter(counts=True))
    freed = list(application.invoices.filter(counts=False))
    return freed if sum((bill.self_paid for bill in freed), Decimal(0)) == (application.self_paid or 0) else []
