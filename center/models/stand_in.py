"""Who does somebody's own work while they are away, from one day to another."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from center.models.access import Staff
from center.models.bounds import DAY, bounded


class StandInQuerySet(models.QuerySet["StandIn"]):
    def standing(self) -> StandInQuerySet:
        """Neither over nor taken back."""
        return self.filter(ended_at=None, ends_on__gte=timezone.localdate())

    def today(self) -> StandInQuerySet:
        return self.standing().filter(starts_on__lte=timezone.localdate())


@bounded(starts_on=DAY, ends_on=DAY)
class StandIn(models.Model):
    """The records stay the absent person's; the colleague sees them among the tasks and may do what the colleague's own
    roles allow, in the colleague's own name. It is not passed on: nobody stands in for a stand-in."""

    absent = models.ForeignKey(
        Staff, on_delete=models.PROTECT, related_name="stand_ins", verbose_name=_("person who is away")
    )
    colleague = models.ForeignKey(
        Staff, on_delete=models.PROTECT, related_name="standing_in", verbose_name=_("colleague")
    )
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"))
    named_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+", verbose_name=_("appointed by"))
    named_at = models.DateTimeField(_("appointed at"), default=timezone.now)
    ended_by = models.ForeignKey(
        Staff, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("taken back by")
    )
    ended_at = models.DateTimeField(_("taken back at"), null=True, blank=True)

    objects = StandInQuerySet.as_manager()

    class Meta:
        ordering = ("starts_on", "pk")
        verbose_name = _("stand-in")
        verbose_name_plural = _("stand-ins")
        constraints = (
            models.CheckConstraint(
                name="stand_in_ends_after_it_starts",
                condition=Q(ends_on__gte=F("starts_on")),
                violation_error_message=_("The last day lies before the first."),
            ),
            models.CheckConstraint(name="nobody_stands_in_for_themselves", condition=~Q(absent=F("colleague"))),
            models.CheckConstraint(
                name="stand_in_ended_has_who_and_when",
                condition=Q(ended_by=None, ended_at=None) | Q(ended_by__isnull=False, ended_at__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"{self.absent} → {self.colleague}"
