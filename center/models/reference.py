"""What the office decides and the state publishes: code lists, regional standards, the working calendar."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from center.models.bounds import COUNT, DAY, LIFE_OR_LATER, OFFICE_YEAR, SMALL, SUM, bounded
from center.models.office import Office


@bounded(position=SMALL, starts_on=LIFE_OR_LATER, retired_on=LIFE_OR_LATER)
class Code(models.Model):
    """One value of a code list (domain.md §2.4). Retired, never deleted: old records keep their word."""

    list = models.CharField(_("list"), max_length=40)
    code = models.CharField(_("code"), max_length=40)
    label_zh = models.CharField(_("Chinese label"), max_length=80)
    label_en = models.CharField(_("English label"), max_length=120)
    national_code = models.CharField(_("national code"), max_length=20, blank=True)
    standard = models.CharField(_("standard"), max_length=40, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    starts_on = models.DateField(_("from"), null=True, blank=True)
    retired_on = models.DateField(_("retired on"), null=True, blank=True)
    import_only = models.BooleanField(_("old forms only"), default=False)

    class Meta:
        ordering = ("list", "position", "code")
        verbose_name = _("code")
        verbose_name_plural = _("codes")
        constraints = (
            models.UniqueConstraint(name="code_stands_once_in_its_list", fields=("list", "code")),
            models.CheckConstraint(
                name="code_retires_after_it_starts",
                condition=Q(starts_on=None) | Q(retired_on=None) | Q(retired_on__gte=F("starts_on")),
            ),
        )

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        return self.label_en if (get_language() or "").startswith("en") else self.label_zh


class CodeAlias(models.Model):
    """A word of an older form or another system, and the code that it means today (import only)."""

    list = models.CharField(_("list"), max_length=40)
    text = models.CharField(_("text"), max_length=80)
    code = models.CharField(_("code"), max_length=40)
    source = models.CharField(_("source"), max_length=80, blank=True)  # empty: our own label before it was changed

    class Meta:
        ordering = ("list", "text")
        verbose_name = _("older word")
        verbose_name_plural = _("older words")
        constraints = (models.UniqueConstraint(name="older_word_means_one_code", fields=("list", "text")),)

    def __str__(self) -> str:
        return f"{self.text} → {self.code}"


@bounded(during=DAY, value=SUM)
class Standard(models.Model):
    """A figure that a region decides for a time: the 低保 line, the minimum wage, a multiple. No two at once."""

    class Key(models.TextChoices):
        DIBAO_LINE = "dibao_line", _("Minimum-living line (yuan a month)")
        RELATIVE_MULTIPLE = "relative_multiple", _("Relative hardship: multiple of the line")
        MINIMUM_WAGE = "minimum_wage", _("Minimum wage (yuan a month)")
        AVERAGE_WAGE = "average_wage", _("Average wage (yuan a month)")
        FILE_NOTICE = "file_notice", _("Public notice of a new file (working days at least)")

    key = models.CharField(_("what"), max_length=40, choices=Key)
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="standards", verbose_name=_("office"))
    value = models.DecimalField(_("value"), max_digits=14, decimal_places=2)
    during = DateRangeField(_("during"))
    document = models.CharField(_("document"), max_length=80, blank=True)

    class Meta:
        ordering = ("key", "office", "-during")
        verbose_name = _("regional standard")
        verbose_name_plural = _("regional standards")
        constraints = (
            ExclusionConstraint(
                name="standards_do_not_overlap",
                expressions=(
                    ("key", RangeOperators.EQUAL),
                    ("office", RangeOperators.EQUAL),
                    ("during", RangeOperators.OVERLAPS),
                ),
                violation_error_message=_("Another value stands for part of this time."),
            ),
            models.CheckConstraint(name="standard_is_positive", condition=Q(value__gt=0)),
        )

    def __str__(self) -> str:
        return f"{self.get_key_display()} {self.value}"


@bounded(day=DAY)
class CalendarDay(models.Model):
    """A day that differs from its weekday: a holiday, or a weekend day worked instead (调休)."""

    day = models.DateField(_("day"), primary_key=True)
    works = models.BooleanField(_("is worked"))
    name = models.CharField(_("occasion"), max_length=40, blank=True)

    class Meta:
        ordering = ("day",)
        verbose_name = _("calendar day")
        verbose_name_plural = _("calendar days")

    def __str__(self) -> str:
        return f"{self.day} {self.name}"


@bounded(year=OFFICE_YEAR)
class CalendarYear(models.Model):
    """A year whose State Council notice has been entered. Years without one fall back to weekends, visibly."""

    year = models.PositiveSmallIntegerField(_("year"), primary_key=True)
    source = models.CharField(_("source"), max_length=120)

    class Meta:
        ordering = ("year",)
        verbose_name = _("calendar year")
        verbose_name_plural = _("calendar years")

    def __str__(self) -> str:
        return str(self.year)


@bounded(year=OFFICE_YEAR, last=COUNT)
class Counter(models.Model):
    """The last number drawn of a kind, at an office, in a year. Locked while one is drawn, so there are no gaps."""

    kind = models.CharField(max_length=20)
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = (models.UniqueConstraint(name="one_counter_a_series", fields=("kind", "office", "year")),)

    def __str__(self) -> str:
        return f"{self.kind} {self.office_id} {self.year}: {self.last}"


class VoidNumber(models.Model):
    """A number that was drawn and then given up; shown as void, never given out again."""

    class Reason(models.TextChoices):
        TAKEN_BACK = "taken_back", _("the visit was taken back")

    number = models.CharField(_("number"), max_length=40, unique=True)
    reason = models.CharField(_("reason"), max_length=20, choices=Reason)
    voided_by = models.ForeignKey("center.Staff", on_delete=models.PROTECT, related_name="+")
    voided_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("void number")
        verbose_name_plural = _("void numbers")

    def __str__(self) -> str:
        return self.number


class Setting(models.Model):
    """A fact about this place itself: whether it is a real center or practice, when a copy of the keys was confirmed."""

    name = models.CharField(pgettext_lazy("of a thing", "name"), max_length=40, primary_key=True)
    value = models.JSONField(_("value"))
    changed_at = models.DateTimeField(_("changed at"), auto_now=True)

    class Meta:
        verbose_name = _("setting")
        verbose_name_plural = _("settings")

    def __str__(self) -> str:
        return self.name
