"""The ledger: where every yuan came from, stands and went. Append-only; PostgreSQL keeps the promises (relief/sql)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Func, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from center.kernel.roles import Permission
from center.kernel.sentences import listed
from center.models import Office, Staff
from center.models.base import random_code
from center.models.bounds import COUNT, OFFICE_YEAR, PAST, SIGNED_SUM, SOME_DAYS, SUM, bounded
from center.models.keyed import KeyOf
from relief.enums import Bucket, LedgerKind, ProgrammeKind
from relief.models.fields import english_name, in_the_readers_language, now

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.backends.base.base import BaseDatabaseWrapper

    FieldOfText = models.Field[str, str]
else:
    FieldOfText = models.Field


class FundSourceQuerySet(models.QuerySet["FundSource"]):
    def visible_to(self, staff: Staff) -> FundSourceQuerySet:
        """Those who keep, check or audit money see the sources of their offices."""
        return self.filter(office_id__in=staff.sight(Permission.READ_FUNDS))

    def locked(self, ids: Iterable[int]) -> list[FundSource]:
        """Lock these sources in one query and one order, so that two batches over many sources never wait in a ring."""
        return list(self.filter(pk__in=set(ids)).order_by("pk").select_for_update(of=("self",), no_key=True))

    def for_kind(self, kind: str) -> FundSourceQuerySet:
        """Sources whose earmark allows this kind of relief; without an earmark every kind is allowed."""
        return self.filter(Q(earmarks=[]) | Q(earmarks__contains=[kind]))


@bounded(year=OFFICE_YEAR, planned=SUM, received_on=PAST, idle_warning_days=SOME_DAYS)
class FundSource(models.Model):
    """Money with one origin, year and document: the unit that never mixes (domain.md §3.8)."""

    code = models.CharField(_("code"), max_length=12, unique=True, default=random_code, editable=False)
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="fund_sources", verbose_name=_("office"))
    name = models.CharField(pgettext_lazy("of a thing", "name"), max_length=80)
    name_en = english_name(100)
    origin = models.CharField(_("origin"), max_length=40)
    year = models.PositiveSmallIntegerField(_("year"))
    document_number = models.CharField(_("document number"), max_length=80)
    document_key = KeyOf(source="document_number", max_length=120)
    earmarks = ArrayField(
        models.CharField(max_length=20, choices=ProgrammeKind),
        default=list,
        blank=True,
        verbose_name=_("earmarked for"),
    )
    planned = models.DecimalField(_("planned by the document"), max_digits=14, decimal_places=2, null=True, blank=True)
    received_on = models.DateField(_("money received on"))
    idle_warning_days = models.PositiveSmallIntegerField(_("warn when idle for (days)"), default=180)
    note = models.CharField(pgettext_lazy("remark", "note"), max_length=200, blank=True)
    carried_from = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="carried_to",
        verbose_name=_("carried over from"),
    )
    opened_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+", verbose_name=_("entered by"))
    opened_at = models.DateTimeField(_("entered at"), default=now)

    objects = FundSourceQuerySet.as_manager()

    class Meta:
        ordering = ("-year", "name", "pk")
        verbose_name = _("fund source")
        verbose_name_plural = _("fund sources")
        constraints = (
            models.UniqueConstraint(
                name="fund_source_document_once_a_year",
                fields=("office", "origin", "year", "document_key"),
                violation_error_message=_("This document is already entered as a source of this year."),
            ),
        )

    def __str__(self) -> str:
        return f"{in_the_readers_language(self.name, self.name_en)} {self.year}"

    def get_absolute_url(self) -> str:
        return reverse("relief:source", args=[self.code])

    @property
    def in_the_books(self) -> str:
        """Accounts are kept in Chinese, whoever writes them (会计法)."""
        return f"{self.name} {self.year}"

    @property
    def is_central(self) -> bool:
        """Central money has the tightest rules: no payment without an active file (domain.md §3.7)."""
        return self.origin == "central_finance"

    @property
    def earmarked_for(self) -> str:
        """The kinds of relief that the money may be used for, in words; empty when for every kind."""
        return listed(str(ProgrammeKind(kind).label) for kind in self.earmarks)

    def serves(self, kind: str) -> bool:
        return not self.earmarks or kind in self.earmarks


class TransactionId(FieldOfText):
    """PostgreSQL's `xid8`: which database transaction wrote a row."""

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        return "xid8"

    def get_internal_type(self) -> str:
        return "TransactionId"


class CurrentTransactionId(Func):
    function = "pg_current_xact_id"
    template = "%(function)s()"
    output_field: ClassVar[Any] = TransactionId()


@bounded(line=COUNT)
class LedgerTransaction(models.Model):
    """One line of a voucher: a movement that sums to zero within each fund source. Never changed: mistakes are reversed."""

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="+", verbose_name=_("office"))
    kind = models.CharField(_("kind"), max_length=12, choices=LedgerKind)
    voucher_number = models.CharField(_("voucher number"), max_length=40)
    line = models.PositiveIntegerField(_("line"), default=1)
    txid = TransactionId(editable=False, db_default=CurrentTransactionId())
    subject = models.CharField(_("about"), max_length=80, db_index=True)
    payment = models.ForeignKey(
        "relief.Payment",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="entries",
        verbose_name=_("payment"),
    )
    memo = models.CharField(_("memo"), max_length=200, blank=True)
    reverses = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="reversed_by", verbose_name=_("reverses")
    )
    posted_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+", verbose_name=_("posted by"))
    posted_at = models.DateTimeField(_("posted at"), default=now, db_index=True)
    seconded_by = models.ForeignKey(
        Staff, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("second person")
    )
    seconded_at = models.DateTimeField(_("second person at"), null=True, blank=True)

    class Meta:
        ordering = ("posted_at", "pk")
        verbose_name = _("ledger transaction")
        verbose_name_plural = _("ledger transactions")
        constraints = (
            models.UniqueConstraint(name="voucher_line_once", fields=("office", "voucher_number", "line")),
            models.CheckConstraint(
                name="ledger_second_person_has_when",
                condition=Q(seconded_by=None, seconded_at=None)
                | Q(seconded_by__isnull=False, seconded_at__isnull=False),
            ),
            models.CheckConstraint(
                name="ledger_second_person_is_another",
                condition=Q(seconded_by=None) | ~Q(seconded_by=F("posted_by")),
                violation_error_message=_("The second person must be somebody else."),
            ),
            models.CheckConstraint(
                name="ledger_corrections_need_two_people",
                condition=~Q(kind__in=("reverse", "transfer", "carry_over")) | Q(seconded_by__isnull=False),
                violation_error_message=_("Reversals, transfers and carry-overs need two people."),
            ),
            models.CheckConstraint(
                name="ledger_reversal_names_what_it_reverses",
                condition=Q(kind="reverse", reverses__isnull=False) | (~Q(kind="reverse") & Q(reverses=None)),
            ),
        )

    def __str__(self) -> str:
        return voucher_line(self.voucher_number, self.line)


def voucher_line(number: str, line: int) -> str:
    """The first line is called as the voucher is; the others add their own number."""
    return f"{number}-{line}" if line > 1 else number


@bounded(amount=SIGNED_SUM)
class Posting(models.Model):
    """A signed amount on one bucket of one fund source. All postings of a transaction are one INSERT."""

    transaction = models.ForeignKey(LedgerTransaction, on_delete=models.PROTECT, related_name="postings")
    fund_source = models.ForeignKey(FundSource, on_delete=models.PROTECT, related_name="postings")
    bucket = models.CharField(_("bucket"), max_length=10, choices=Bucket)
    amount = models.DecimalField(_("amount"), max_digits=14, decimal_places=2)

    class Meta:
        ordering = ("pk",)
        verbose_name = _("posting")
        verbose_name_plural = _("postings")
        indexes = (
            models.Index(name="posting_of_bucket", fields=("fund_source", "bucket")),
            models.Index(  # the register and every sum of it read nothing else of a posting
                name="posting_paid",
                fields=("transaction",),
                include=("fund_source", "amount"),
                condition=Q(bucket="paid"),
            ),
        )
        constraints = (
            models.CheckConstraint(name="posting_is_not_zero", condition=~Q(amount=0)),
            models.CheckConstraint(name="posting_bucket_is_known", condition=Q(bucket__in=Bucket.values)),
            models.UniqueConstraint(name="posting_bucket_once", fields=("transaction", "fund_source", "bucket")),
        )

    def __str__(self) -> str:
        return f"{self.fund_source_id} {self.bucket} {self.amount}"


@bounded(amount=SIGNED_SUM)
class Balance(models.Model):
    """What stands in a bucket now. Written by the trigger alone; Python reads it and never writes it."""

    fund_source = models.ForeignKey(FundSource, on_delete=models.PROTECT, related_name="balances")
    bucket = models.CharField(_("bucket"), max_length=10, choices=Bucket)
    amount = models.DecimalField(_("amount"), max_digits=14, decimal_places=2)

    class Meta:
        ordering = ("fund_source", "bucket")
        verbose_name = _("balance")
        verbose_name_plural = _("balances")
        constraints = (
            models.UniqueConstraint(name="balance_once_a_bucket", fields=("fund_source", "bucket")),
            models.CheckConstraint(
                name="balance_is_not_overdrawn",
                condition=Q(bucket="outside", amount__lte=0) | (~Q(bucket="outside") & Q(amount__gte=0)),
                violation_error_message=_("There is not enough money for this."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.fund_source_id} {self.bucket} {self.amount}"
