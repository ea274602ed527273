"""Programmes: what relief there is, for whom, how much, on which papers and by whose decision. Versions are dated."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from center.models import Office, Staff
from center.models.bounds import DAY, FIRST, PAID, PERCENT, SMALL, SUM, Bounds, bounded
from center.reference.standards import upwards
from relief.enums import Decider, Formula, Instalments, NoticeRule, ProgrammeKind
from relief.models.fields import english_name, in_the_readers_language, money, now

if TYPE_CHECKING:
    from datetime import date


class ProgrammeQuerySet(models.QuerySet["Programme"]):
    def serving(self, office: Office, *, on: date | None = None) -> ProgrammeQuerySet:
        """The programmes that an office offers: its own and those of the offices above it."""
        return self.filter(office_id__in=offices_up(office, on=on))


@bounded(position=SMALL)
class Programme(models.Model):
    """One kind of relief under one name. Its rules stand in its versions."""

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="programmes", verbose_name=_("office"))
    kind = models.CharField(_("kind"), max_length=12, choices=ProgrammeKind)
    name = models.CharField(pgettext_lazy("of a thing", "name"), max_length=60)
    name_en = english_name(80)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    objects = ProgrammeQuerySet.as_manager()

    class Meta:
        ordering = ("position", "name")
        verbose_name = _("programme")
        verbose_name_plural = _("programmes")
        constraints = (
            models.UniqueConstraint(
                name="programme_name_once_an_office",
                fields=("office", "name"),
                violation_error_message=_("A programme of this name exists."),
            ),
        )

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        return in_the_readers_language(self.name, self.name_en)


class ProgrammeVersionQuerySet(models.QuerySet["ProgrammeVersion"]):
    def on(self, day: date) -> ProgrammeVersionQuerySet:
        return self.filter(during__contains=day)


INSTALMENTS = Bounds(least=1, most=120)


NOTICE_DAYS = Bounds(least=0, most=365)
SUM_MONTHS = Bounds(least=1, most=60)


TIMES = Bounds(least=1, most=366)


@bounded(
    during=DAY,
    number=FIRST,
    times_per_year=TIMES,
    instalment_count=INSTALMENTS,
    notice_days=NOTICE_DAYS,
    sum_months=SUM_MONTHS,
    quorum_percent=PERCENT,
    majority_percent=PERCENT,
)
class ProgrammeVersion(models.Model):
    """The rules of a programme between two dates. A used version is never edited: the next one begins."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField(_("version"))
    during = DateRangeField(_("valid"))
    document = models.CharField(_("policy document"), max_length=120, blank=True)
    categories = ArrayField(models.CharField(max_length=40), verbose_name=_("who may ask"))
    papers = ArrayField(models.CharField(max_length=40), verbose_name=_("papers needed"), default=list, blank=True)
    formula = models.CharField(_("formula"), max_length=20, choices=Formula)
    rule = models.JSONField(_("figures of the formula"), default=dict)
    times_per_year = models.PositiveSmallIntegerField(_("times a year"), null=True, blank=True)
    one_kind_only = ArrayField(
        models.CharField(max_length=40), verbose_name=_("one kind of relief a year for"), default=list, blank=True
    )
    instalments = models.CharField(_("paid"), max_length=10, choices=Instalments, default=Instalments.ONE_OFF)
    instalment_count = models.PositiveSmallIntegerField(_("number of instalments"), default=1)
    notice_rule = models.CharField(_("public notice"), max_length=8, choices=NoticeRule, default=NoticeRule.BEFORE)
    notice_days = models.PositiveSmallIntegerField(_("working days of notice"), default=5)
    needs_home_visit = models.BooleanField(_("needs a home visit"), default=True)
    sum_months = models.PositiveSmallIntegerField(
        _("small grants add up over, months"),
        default=3,
        validators=[MinValueValidator(1), MaxValueValidator(60)],
        help_text=_("Who may grant is asked for all that the household was granted in this time."),
    )
    quorum_percent = models.PositiveSmallIntegerField(_("quorum in percent of members"), default=66)
    majority_percent = models.PositiveSmallIntegerField(_("more than this percent must agree"), default=50)
    decided_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+", verbose_name=_("decided by"))
    decided_at = models.DateTimeField(_("decided at"), default=now)

    objects = ProgrammeVersionQuerySet.as_manager()

    class Meta:
        ordering = ("programme", "-number")
        verbose_name = _("programme version")
        verbose_name_plural = _("programme versions")
        constraints = (
            ExclusionConstraint(
                name="programme_versions_do_not_overlap",
                expressions=(("programme", RangeOperators.EQUAL), ("during", RangeOperators.OVERLAPS)),
                violation_error_message=_("Another version is valid for part of this time."),
            ),
            models.UniqueConstraint(name="programme_version_number_once", fields=("programme", "number")),
            models.CheckConstraint(name="programme_version_has_instalments", condition=Q(instalment_count__gte=1)),
            models.CheckConstraint(
                name="programme_is_decided_by_more_than_half",
                condition=Q(quorum_percent__range=(50, 100), majority_percent__range=(50, 99)),
                violation_error_message=_(
                    "The quorum is half to all of the members; a majority is more than half of the votes."
                ),
            ),
            models.CheckConstraint(
                name="programme_adds_up_over_a_month_or_more",
                condition=Q(sum_months__range=(1, 60)),
                violation_error_message=_("Grants add up over one to sixty months."),
            ),
            models.CheckConstraint(
                name="programme_in_one_sum_has_one_instalment",
                condition=~Q(instalments="one_off") | Q(instalment_count=1),
            ),
        )

    def __str__(self) -> str:
        return _("%(programme)s, version %(number)s") % {"programme": self.programme, "number": self.number}

    @property
    def is_coming(self) -> bool:
        """It has not begun: nothing was asked for under it yet."""
        return bool(self.during.lower > timezone.localdate())

    @property
    def notice_before(self) -> bool:
        return self.notice_rule in {NoticeRule.BEFORE, NoticeRule.BOTH}

    @property
    def notice_after(self) -> bool:
        return self.notice_rule in {NoticeRule.AFTER, NoticeRule.BOTH}


@bounded(during=DAY, up_to=SUM)
class ApprovalBand(models.Model):
    """Up to which amount who may grant (domain.md §3.6): a setting, dated, of an office and those below it."""

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="approval_bands")
    up_to = money(_("up to"), empty=True)
    decider = models.CharField(_("granted by"), max_length=8, choices=Decider)
    during = DateRangeField(_("during"))

    class Meta:
        ordering = ("office", models.F("up_to").asc(nulls_last=True))
        verbose_name = _("approval band")
        verbose_name_plural = _("approval bands")
        constraints = (
            ExclusionConstraint(
                name="approval_bands_do_not_overlap",
                expressions=(
                    ("office", RangeOperators.EQUAL),
                    ("decider", RangeOperators.EQUAL),
                    ("during", RangeOperators.OVERLAPS),
                ),
                violation_error_message=_("This decider has another limit for part of this time."),
            ),
            models.CheckConstraint(
                name="approval_band_upper_union_has_no_limit",
                condition=Q(decider="upper", up_to=None) | (~Q(decider="upper") & Q(up_to__gt=0)),
            ),
        )

    def __str__(self) -> str:
        return f"≤ {self.up_to} {self.get_decider_display()}"


@bounded(during=DAY, ceiling=PAID)
class EmergencyPower(models.Model):
    """A named leader who may grant emergency relief up to a ceiling, between two dates (domain.md R6)."""

    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="emergency_powers")
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="emergency_powers")
    ceiling = money(_("ceiling"))
    during = DateRangeField(_("during"))
    document = models.CharField(_("by which document"), max_length=120, blank=True)

    class Meta:
        ordering = ("office", "staff")
        verbose_name = _("emergency power")
        verbose_name_plural = _("emergency powers")
        constraints = (
            ExclusionConstraint(
                name="emergency_powers_do_not_overlap",
                expressions=(
                    ("staff", RangeOperators.EQUAL),
                    ("office", RangeOperators.EQUAL),
                    ("during", RangeOperators.OVERLAPS),
                ),
            ),
            models.CheckConstraint(name="emergency_ceiling_is_positive", condition=Q(ceiling__gt=Decimal(0))),
        )

    def __str__(self) -> str:
        return f"{self.staff} ≤ {self.ceiling}"

    @property
    def last_day(self) -> date | None:
        return self.during.upper - timedelta(days=1) if self.during.upper else None


def offices_up(office: Office, *, on: date | None = None) -> list[int]:
    """An office and those above it, nearest first, in the tree of a day."""
    return [place.pk for place in upwards(office, on=on or timezone.localdate())]
