"""What an office decides about its own work: how long things are valid, when it asks again. Dated, never edited."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from center.kernel.sentences import listed
from center.models import Office
from center.models.bounds import DAY, SOME_DAYS, Bounds, bounded

DAYS = ("seeker_days", "vacancy_days", "answer_days", "renew_days", "seeker_warn_days", "vacancy_warn_days")


def usual_months() -> list[int]:
    return [1, 3, 6, 12]


MONTHS = Bounds(least=1, most=120)


@bounded(
    during=DAY,
    follow_up_months=MONTHS,
    seeker_days=SOME_DAYS,
    vacancy_days=SOME_DAYS,
    answer_days=SOME_DAYS,
    renew_days=SOME_DAYS,
    seeker_warn_days=SOME_DAYS,
    vacancy_warn_days=SOME_DAYS,
)
class Terms(models.Model):
    """The terms of an office and those below it between two dates. An unsaved one holds what is usual elsewhere."""

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="job_terms", verbose_name=_("office"))
    during = DateRangeField(_("during"))
    seeker_days = models.PositiveSmallIntegerField(_("a registration is valid for, days"), default=180)
    vacancy_days = models.PositiveSmallIntegerField(_("a vacancy is proposed for, days"), default=60)
    answer_days = models.PositiveSmallIntegerField(_("the employer answers within, days"), default=7)
    renew_days = models.PositiveSmallIntegerField(_("may be renewed when so many days are left"), default=30)
    seeker_warn_days = models.PositiveSmallIntegerField(_("registration: task so many days before its end"), default=7)
    vacancy_warn_days = models.PositiveSmallIntegerField(_("vacancy: task so many days before its end"), default=3)
    follow_up_months = ArrayField(
        models.PositiveSmallIntegerField(), verbose_name=_("asked again after, months"), default=usual_months
    )
    document = models.CharField(_("by which document"), max_length=80)
    decided_by = models.ForeignKey(
        "center.Staff", on_delete=models.PROTECT, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided at"), default=timezone.now)

    class Meta:
        ordering = ("office", "-during")
        verbose_name = _("terms of placement")
        verbose_name_plural = _("terms of placement")
        constraints = (
            ExclusionConstraint(
                name="terms_do_not_overlap",
                expressions=(("office", RangeOperators.EQUAL), ("during", RangeOperators.OVERLAPS)),
                violation_error_message=_("Other terms stand for part of this time."),
            ),
            models.CheckConstraint(
                name="terms_last_a_day_or_more",
                condition=Q(**{f"{name}__gte": 1 for name in DAYS}),
                violation_error_message=_("A term is a day or more."),
            ),
            models.CheckConstraint(
                name="terms_ask_again_at_least_once",
                condition=~Q(follow_up_months=[]),
                violation_error_message=_("Say after how many months somebody is asked again."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.office} {self.during}"

    @property
    def days(self) -> dict[str, int]:
        """Every number of days, by its name."""
        return {name: getattr(self, name) for name in DAYS}

    @property
    def months(self) -> str:
        """“1, 3, 6, 12”."""
        return listed(self.follow_up_months)
