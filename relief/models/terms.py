"""What an office decides about its own haste: when money is late, and how far back a committee looks. Dated, never edited."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from center.models import Office, Staff
from center.models.bounds import DAY, PERCENT, SOME_DAYS, Bounds, bounded
from relief.models.fields import now

if TYPE_CHECKING:
    from datetime import date


MONTHS = Bounds(least=0, most=120)


@bounded(during=DAY, late_days=SOME_DAYS, ratify_days=SOME_DAYS, look_back_months=MONTHS, notice_excess_percent=PERCENT)
class Terms(models.Model):
    """The terms of an office and those below it between two dates. An unsaved one holds what is usual elsewhere."""

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="relief_terms", verbose_name=_("office"))
    during = DateRangeField(_("during"))
    late_days = models.PositiveSmallIntegerField(_("a payment is late after, days"), default=30)
    ratify_days = models.PositiveSmallIntegerField(_("an emergency is ratified within, days"), default=30)
    look_back_months = models.PositiveSmallIntegerField(_("the committee sees grants of the last, months"), default=12)
    notice_excess_percent = models.PositiveSmallIntegerField(
        _("a decision above the notice by more than, percent, needs a new one"),
        default=10,
        validators=[MaxValueValidator(100)],
    )
    document = models.CharField(_("by which document"), max_length=80)
    decided_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+", verbose_name=_("decided by"))
    decided_at = models.DateTimeField(_("decided at"), default=now)

    class Meta:
        ordering = ("office", "-during")
        verbose_name = _("terms of relief")
        verbose_name_plural = _("terms of relief")
        constraints = (
            ExclusionConstraint(
                name="relief_terms_do_not_overlap",
                expressions=(("office", RangeOperators.EQUAL), ("during", RangeOperators.OVERLAPS)),
                violation_error_message=_("Other terms stand for part of this time."),
            ),
            models.CheckConstraint(
                name="relief_terms_last_a_day_or_more",
                condition=Q(late_days__gte=1, ratify_days__gte=1, look_back_months__gte=1),
                violation_error_message=_("A term is a day or more."),
            ),
            models.CheckConstraint(
                name="relief_terms_exceed_a_notice_at_most_twice",
                condition=Q(notice_excess_percent__lte=100),
                violation_error_message=_("The share lies between 0 and 100 percent."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.office} {self.during}"

    @property
    def last_day(self) -> date | None:
        return self.during.upper - timedelta(days=1) if self.during.upper else None
