"""Income and spending, item by item, and what was computed from them."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from casework.enums import IncomeKind, SpendingKind, Verdict
from casework.models.fields import tracked
from casework.models.file import HardshipFile
from casework.models.household import Household
from casework.models.person import Person
from casework.rules.eligibility import Step
from center.kernel.remarks import told
from center.kernel.sentences import yuan
from center.models.base import random_code
from center.models.bounds import DAY, PAST, SIGNED_SUM, SMALL, SUM, YUAN, Bounds, bounded


def one_window(noun: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        name=f"{noun}_covers_a_month_or_a_year",
        condition=Q(month__isnull=False, year_ending_on=None) | Q(month=None, year_ending_on__isnull=False),
        violation_error_message=_("Give either the month or the last day of the year that the amount covers."),
    )


def not_negative(noun: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        name=f"{noun}_amount_is_not_negative",
        condition=Q(amount__gte=0),
        violation_error_message=_("An amount is never below zero."),
    )


class Item(models.Model):
    """An amount of a month, or of the twelve months that end on a day."""

    code = models.CharField(max_length=12, unique=True, default=random_code, editable=False)
    amount = models.DecimalField(_("amount in yuan"), max_digits=14, decimal_places=2)
    month = models.DateField(_("month"), null=True, blank=True)  # its first day
    year_ending_on = models.DateField(_("twelve months ending on"), null=True, blank=True)
    evidence = models.CharField(_("evidence"), max_length=120, blank=True)
    entered_by = models.ForeignKey("center.Staff", on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField(_("entered at"), default=timezone.now)
    dropped_by = models.ForeignKey("center.Staff", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    dropped_at = models.DateTimeField(_("struck out at"), null=True, blank=True)

    class Meta:
        abstract = True


# What a household lives on is of late; what an imported workbook of an old form says comes in as it stands.
OF_LATE = replace(PAST, back=10)


@bounded(amount=YUAN, month=OF_LATE, year_ending_on=OF_LATE)
@tracked()
class IncomeItem(Item):
    """Income of one person. An entered zero says “none”; nothing entered says “unknown”."""

    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="incomes")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="incomes", verbose_name=_("whose"))
    kind = models.CharField(_("kind of income"), max_length=24, choices=IncomeKind)

    class Meta:
        ordering = ("household", "person", "kind", "pk")
        verbose_name = _("income item")
        verbose_name_plural = _("income items")
        constraints = (
            one_window("income"),
            not_negative("income"),
            models.CheckConstraint(
                name="income_dropped_has_who_and_when",
                condition=Q(dropped_by=None, dropped_at=None) | Q(dropped_by__isnull=False, dropped_at__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {yuan(self.amount)}"


@bounded(amount=YUAN, month=OF_LATE, year_ending_on=OF_LATE)
@tracked()
class SpendingItem(Item):
    """Spending of the household, deducted when its kind is rigid."""

    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="spendings")
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="spendings", verbose_name=_("for whom")
    )
    kind = models.CharField(_("kind of spending"), max_length=24, choices=SpendingKind)

    class Meta:
        ordering = ("household", "kind", "pk")
        verbose_name = _("spending item")
        verbose_name_plural = _("spending items")
        constraints = (
            one_window("spending"),
            not_negative("spending"),
            models.CheckConstraint(
                name="spending_dropped_has_who_and_when",
                condition=Q(dropped_by=None, dropped_at=None) | Q(dropped_by__isnull=False, dropped_at__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {yuan(self.amount)}"


MULTIPLE = Bounds(least=Decimal(0), most=Decimal("9999.99"))


@bounded(on=DAY, people=SMALL, income=SIGNED_SUM, spending=SUM, per_capita=SIGNED_SUM, line=SUM, multiple=MULTIPLE)
class Assessment(models.Model):
    """A snapshot of one computation: the facts, the lines, each step. Written once."""

    code = models.CharField(max_length=12, unique=True, default=random_code, editable=False)
    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="assessments")
    file = models.ForeignKey(HardshipFile, on_delete=models.PROTECT, null=True, blank=True, related_name="assessments")
    on = models.DateField(_("computed for"))
    verdict = models.CharField(_("proposed"), max_length=12, choices=Verdict)
    declared = models.CharField(_("category in force then"), max_length=40, blank=True)
    people = models.PositiveSmallIntegerField(_("people"), null=True)
    income = models.DecimalField(_("income of 12 months"), max_digits=14, decimal_places=2, null=True)
    spending = models.DecimalField(_("rigid spending of 12 months"), max_digits=14, decimal_places=2, null=True)
    per_capita = models.DecimalField(_("monthly income per head"), max_digits=14, decimal_places=2, null=True)
    line = models.DecimalField(_("minimum living line"), max_digits=14, decimal_places=2, null=True)
    multiple = models.DecimalField(_("multiple of the line"), max_digits=6, decimal_places=2, null=True)
    steps = models.JSONField(_("each line of the computation"), default=list)  # as eligibility.Step stores itself
    missing = models.JSONField(_("what is missing"), default=list)  # remarks
    made_by = models.ForeignKey("center.Staff", on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("made at"), default=timezone.now)

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("assessment")
        verbose_name_plural = _("assessments")
        indexes = (models.Index(fields=["household", "-id"], name="assessment_latest_first"),)
        constraints = (
            models.CheckConstraint(
                name="assessment_is_known_or_names_what_is_missing",
                condition=Q(per_capita__isnull=False) | ~Q(missing=[]) | Q(verdict=Verdict.EXCLUDED),
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_verdict_display()} {self.on}"

    @property
    def explained(self) -> list[Step]:
        """Each line of the computation, in the language of whoever reads it."""
        return [Step.read(step) for step in self.steps]

    @property
    def lacking(self) -> list[str]:
        """What was not known."""
        return [told(remark) for remark in self.missing]
