"""Payments: batches to the bank, what the bank answered, and the receipt."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from casework.models import Person
from center.kernel.roles import Permission
from center.kernel.sentences import yuan
from center.models import Office, Staff, Stateful
from center.models.base import numbered, random_code
from center.models.bounds import DAY, PAID, SMALL, bounded
from center.papers.documents import Document
from center.privacy.fields import SecretField, Whole
from center.privacy.masks import mask_name
from relief.models.application import Application
from relief.models.award import Instalment
from relief.models.bank import BankLayout
from relief.models.fields import money, now, paired, reads_english, when, who
from relief.models.ledger import FundSource
from relief.rules.bankfile import STANDARD, Layout

if TYPE_CHECKING:
    from collections.abc import Mapping, Set


class BatchQuerySet(models.QuerySet["Batch"]):
    def visible_to(self, staff: Staff) -> BatchQuerySet:
        """Those who keep the money, and those who take the receipts of its lines."""
        seen = staff.sight(Permission.READ_FUNDS) | staff.sight(Permission.CONFIRM_RECEIPTS)
        return self.filter(office_id__in=seen)

    def read_by(self, staff: Staff) -> BatchQuerySet:
        """Those who keep the money: the whole batch with its accounts and the bank's answers."""
        return self.filter(office_id__in=staff.sight(Permission.READ_FUNDS))


class Batch(Stateful):
    """Payments that go to the bank together: one person makes it, another checks it, a third hands it over."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("being made")
        CHECKED = "checked", pgettext_lazy("money", "checked")
        HANDED_OVER = "handed_over", _("at the bank")
        ANSWERED = "answered", _("answered by the bank")
        DROPPED = "dropped", _("dropped")

    MAY_BECOME: ClassVar[Mapping[str, Set[str]]] = {
        Status.DRAFT: {Status.CHECKED, Status.DROPPED},
        Status.CHECKED: {Status.HANDED_OVER, Status.DRAFT, Status.DROPPED},
        Status.HANDED_OVER: {Status.ANSWERED},
        Status.ANSWERED: set(),
        Status.DROPPED: set(),
    }

    code = models.CharField(max_length=12, unique=True, default=random_code, editable=False)
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="batches", verbose_name=_("office"))
    number = models.CharField(_("number"), max_length=40, blank=True)
    bank_number = models.CharField(_("number for the bank"), max_length=20, blank=True)
    status = models.CharField(_("status"), max_length=12, choices=Status, default=Status.DRAFT)
    note = models.CharField(pgettext_lazy("remark", "note"), max_length=120, blank=True)
    layout = models.ForeignKey(
        BankLayout,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="batches",
        verbose_name=_("layout of the bank"),
    )
    made_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+", verbose_name=_("made by"))
    made_at = models.DateTimeField(_("made at"), default=now)
    checked_by = who(pgettext_lazy("money", "checked by"))
    checked_at = when(pgettext_lazy("money", "checked at"))
    paid_by = who(_("handed over by"))
    paid_at = when(_("handed over at"))
    sent_back_by = who(_("sent back by"))
    sent_back_at = when(_("sent back at"))
    sent_back_reason = models.CharField(_("why sent back"), max_length=200, blank=True)

    objects = BatchQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("payment batch")
        verbose_name_plural = _("payment batches")
        constraints = (
            paired("batch", "checked"),
            paired("batch", "paid"),
            paired("batch", "sent_back"),
            models.CheckConstraint(
                name="batch_sent_back_has_a_reason", condition=Q(sent_back_by=None) | ~Q(sent_back_reason="")
            ),
            models.UniqueConstraint(name="batch_number_once", fields=("number",), condition=~Q(number="")),
            models.UniqueConstraint(
                name="batch_bank_number_once", fields=("office", "bank_number"), condition=~Q(bank_number="")
            ),
            models.CheckConstraint(
                name="batch_checked_by_somebody_else",
                condition=Q(checked_by=None) | ~Q(checked_by=F("made_by")),
                violation_error_message=_("Whoever made the batch cannot check it."),
            ),
            models.CheckConstraint(
                name="batch_paid_by_a_third_person",
                condition=Q(paid_by=None)
                | (Q(checked_by__isnull=False) & ~Q(paid_by=F("made_by")) & ~Q(paid_by=F("checked_by"))),
                violation_error_message=_("Whoever made or checked the batch cannot pay it."),
            ),
            models.CheckConstraint(
                name="batch_at_the_bank_was_checked_and_numbered",
                condition=Q(status__in=("draft", "checked", "dropped"))
                | (Q(paid_by__isnull=False) & ~Q(number="") & ~Q(bank_number="")),
            ),
        )

    def __str__(self) -> str:
        return self.bank_number or numbered(self, self.made_at)

    def get_absolute_url(self) -> str:
        return reverse("relief:batch", args=[self.code])

    def other_pages(self) -> list[str]:
        """Who takes the signed sheet of a batch may not open the batch."""
        return [reverse("relief:receipts")]

    @property
    def bank_layout(self) -> Layout:
        """How its bank's files are written and read; the usual way where nobody chose."""
        return self.layout.layout if self.layout else STANDARD

    @property
    def tone(self) -> str:
        return {"draft": "plain", "checked": "info", "handed_over": "warning", "answered": "ok", "dropped": "plain"}[
            self.status
        ]


class PaymentQuerySet(models.QuerySet["Payment"]):
    def visible_to(self, staff: Staff) -> PaymentQuerySet:
        """Those who keep the money, and those who follow the applications."""
        seen = staff.sight(Permission.READ_FUNDS) | staff.sight(Permission.READ_APPLICATIONS)
        return self.filter(office_id__in=seen)

    def live(self) -> PaymentQuerySet:
        return self.filter(status__in=Payment.LIVE)


@bounded(line=SMALL, amount=PAID, answered_on=DAY, told_on=DAY)
class Payment(Stateful):
    """One instalment on its way to one person, with a payee snapshot of its own that outlives the file (30 years)."""

    class Status(models.TextChoices):
        LISTED = "listed", _("in a batch")
        IN_TRANSIT = "in_transit", _("at the bank")
        PAID = "paid", _("paid")
        FAILED = "failed", _("returned by the bank")
        REVERSED = "reversed", _("reversed")
        DROPPED = "dropped", _("taken out of the batch")

    LIVE = (Status.LISTED, Status.IN_TRANSIT, Status.PAID)
    MAY_BECOME: ClassVar[Mapping[str, Set[str]]] = {
        Status.LISTED: {Status.IN_TRANSIT, Status.DROPPED},
        Status.IN_TRANSIT: {Status.PAID, Status.FAILED},
        Status.PAID: {Status.REVERSED},
        Status.FAILED: set(),
        Status.REVERSED: set(),
        Status.DROPPED: set(),
    }

    code = models.CharField(max_length=12, unique=True, default=random_code, editable=False)
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="payments", verbose_name=_("office"))
    number = models.CharField(_("number"), max_length=40, blank=True)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.LISTED)
    instalment = models.ForeignKey(Instalment, on_delete=models.PROTECT, related_name="payments")
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="payments")
    fund_source = models.ForeignKey(FundSource, on_delete=models.PROTECT, related_name="payments")
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="payments")
    line = models.PositiveSmallIntegerField(_("line"))
    line_code = models.CharField(_("line code"), max_length=30, blank=True, db_index=True)
    amount = money(_("amount"))
    objection = models.CharField(_("what the checker objects to"), max_length=120, blank=True)
    # the payee as paid
    payee = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("payee"))
    payee_name = models.CharField(_("account name"), max_length=50)
    payee_id_number = SecretField(
        _("ID number"), kind="id", label="relief.payment.payee_id_number", null=True, blank=True
    )
    payee_phone = SecretField(_("telephone"), kind="phone", label="relief.payment.payee_phone", null=True, blank=True)
    card_number = SecretField(_("card"), kind="card", label="relief.payment.card_number")
    bank_name = models.CharField(_("bank"), max_length=140)
    helped_name = models.CharField(_("person helped"), max_length=50)
    employer = models.CharField(_("employer"), max_length=120, blank=True)
    file_number = models.CharField(_("file number"), max_length=40, blank=True)
    category = models.CharField(_("category"), max_length=40, blank=True)
    programme_name = models.CharField(_("programme"), max_length=60)
    programme_kind = models.CharField(_("kind"), max_length=12)
    source_name = models.CharField(_("fund source"), max_length=100)
    source_origin = models.CharField(_("origin"), max_length=40)
    # who
    approved_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    approved_at = when(_("approved at"))
    made_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+", verbose_name=_("made by"))
    made_at = models.DateTimeField(_("made at"), default=now)
    checked_by = who(pgettext_lazy("money", "checked by"))
    checked_at = when(pgettext_lazy("money", "checked at"))
    paid_by = who(_("handed over by"))
    paid_at = when(_("handed over at"))
    bank_reference = models.CharField(_("bank reference"), max_length=40, blank=True)
    answered_on = models.DateField(_("answered by the bank on"), null=True, blank=True)
    failure = models.CharField(_("why returned"), max_length=80, blank=True)
    # a line that the bank returned by telephone or on paper: one says so, another has seen it
    told_failure = models.CharField(_("why returned, as told"), max_length=80, blank=True)
    told_on = models.DateField(_("returned on, as told"), null=True, blank=True)
    told_by = who(_("return told by"))
    told_at = when(_("return told at"))
    failure_settled_by = who(_("failure settled by"))
    failure_settled_at = when(_("failure settled at"))
    receipt = models.ForeignKey(
        Document, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("receipt")
    )
    receipt_confirmed_by = who(_("receipt confirmed by"))
    receipt_confirmed_at = when(_("receipt confirmed at"))

    NAMED_WITH = ("application__programme", "fund_source")

    objects = PaymentQuerySet.as_manager()

    class Meta:
        ordering = ("batch", "line")
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        indexes = (
            models.Index(Whole("card_number"), name="payment_by_card"),
            models.Index(fields=("office", "status"), name="payment_by_state"),
        )
        constraints = (
            *(
                paired("payment", step)
                for step in ("approved", "checked", "paid", "told", "failure_settled", "receipt_confirmed")
            ),
            models.CheckConstraint(
                name="payment_told_returned_has_its_reason_and_day",
                condition=Q(told_by=None) | ~Q(told_failure="") & Q(told_on__isnull=False),
            ),
            models.UniqueConstraint(name="payment_number_once", fields=("number",), condition=~Q(number="")),
            models.UniqueConstraint(name="payment_line_once", fields=("batch", "line")),
            models.UniqueConstraint(
                name="instalment_has_one_live_payment",
                fields=("instalment",),
                condition=Q(status__in=("listed", "in_transit", "paid")),
                violation_error_message=_("This instalment is already being paid."),
            ),
            models.CheckConstraint(name="payment_amount_is_positive", condition=Q(amount__gt=0)),
            models.CheckConstraint(
                name="payment_checked_by_somebody_else",
                condition=Q(checked_by=None)
                | (~Q(checked_by=F("made_by")) & (Q(approved_by=None) | ~Q(checked_by=F("approved_by")))),
                violation_error_message=_("Whoever made or approved a payment cannot check it."),
            ),
            models.CheckConstraint(
                name="payment_paid_by_another_person",
                condition=Q(paid_by=None)
                | (
                    ~Q(paid_by=F("made_by"))
                    & ~Q(paid_by=F("checked_by"))
                    & (Q(approved_by=None) | ~Q(paid_by=F("approved_by")))
                ),
                violation_error_message=_("Whoever approved, made or checked a payment cannot pay it."),
            ),
            models.CheckConstraint(
                name="payment_that_left_was_checked",
                condition=Q(status__in=("listed", "dropped"))
                | (Q(checked_by__isnull=False, paid_by__isnull=False) & ~Q(number="") & ~Q(line_code="")),
            ),
            models.CheckConstraint(
                name="central_money_needs_a_file",
                condition=~Q(source_origin="central_finance") | ~Q(file_number=""),
                violation_error_message=_("Central money is paid on a file only."),
            ),
            models.CheckConstraint(
                name="receipt_confirmed_by_somebody_who_did_not_pay",
                condition=Q(receipt_confirmed_by=None) | ~Q(receipt_confirmed_by=F("paid_by")),
                violation_error_message=_("Whoever paid cannot confirm the receipt."),
            ),
            models.CheckConstraint(
                name="receipt_belongs_to_a_paid_payment",
                condition=Q(receipt_confirmed_by=None) | Q(status__in=("paid", "reversed")),
            ),
            models.CheckConstraint(
                name="payment_failed_has_its_reason",
                condition=Q(status="failed") & ~Q(failure="") | (~Q(status="failed") & Q(failure="")),
            ),
        )

    def __str__(self) -> str:
        return self.number or self.line_code or numbered(self, self.made_at)

    @property
    def called(self) -> str:
        return f"{self} · {mask_name(self.payee_name)} · {yuan(self.amount)}"

    def get_absolute_url(self) -> str:
        return reverse("relief:payment", args=[self.code])

    @property
    def programme_label(self) -> str:
        """As posted; on English pages by the programme's English name. Lists read `NAMED_WITH` along with their rows."""
        return (self.application.programme.name_en if reads_english() else "") or self.programme_name

    @property
    def source_label(self) -> str:
        return str(self.fund_source) if reads_english() and self.fund_source.name_en else self.source_name

    @property
    def tone(self) -> str:
        return {"listed": "plain", "in_transit": "info", "paid": "ok", "dropped": "plain"}.get(self.status, "danger")


@bounded(paid=SMALL, failed=SMALL, unanswered=SMALL)
class BankReturn(models.Model):
    """A file that the bank answered with, as it was read: applied, refused whole, or without news."""

    class Outcome(models.TextChoices):
        APPLIED = "applied", _("carried out")
        UNCHANGED = "unchanged", _("nothing new")
        REFUSED = "refused", _("refused whole")

    code = models.CharField(max_length=12, unique=True, default=random_code, editable=False)
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="returns")
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome)
    file_name = models.CharField(_("file"), max_length=120)
    sha256 = models.CharField(max_length=64)
    sealed = models.BinaryField(_("file, encrypted"))
    paid = models.PositiveSmallIntegerField(_("paid"), default=0)
    failed = models.PositiveSmallIntegerField(_("returned"), default=0)
    unanswered = models.PositiveSmallIntegerField(_("unanswered"), default=0)
    faults = models.JSONField(_("faults"), default=list)
    read_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+", verbose_name=_("read by"))
    read_at = models.DateTimeField(_("read at"), default=now)

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("bank return")
        verbose_name_plural = _("bank returns")

    def __str__(self) -> str:
        return f"{self.batch} {self.get_outcome_display()}"

    @property
    def tone(self) -> str:
        return {"applied": "ok", "unchanged": "info", "refused": "danger"}[self.outcome]
