"""Placements, and whether people stayed: asked after the months that the office decided."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from casework.models.fields import paired, when, who
from center.kernel.roles import Permission
from center.models.base import random_code
from center.models.bounds import DAY, FIRST, MONTHLY, bounded
from employment.enums import Evidence, Stay
from employment.models.referral import Referral

if TYPE_CHECKING:
    from datetime import date

    from center.models import Staff


class PlacementQuerySet(models.QuerySet["Placement"]):
    def visible_to(self, staff: Staff) -> PlacementQuerySet:
        return self.filter(referral__office__in=staff.sight(Permission.READ_JOBS))


@bounded(started_on=DAY, wage=MONTHLY)
class Placement(models.Model):
    """Somebody works there since a day, for a wage."""

    code = models.CharField(max_length=12, unique=True, default=random_code, editable=False)
    referral = models.OneToOneField(
        Referral, on_delete=models.PROTECT, related_name="placement", verbose_name=_("referral")
    )
    started_on = models.DateField(_("works since"))
    wage = models.DecimalField(_("monthly wage, yuan"), max_digits=14, decimal_places=2)
    placed_by = models.ForeignKey(
        "center.Staff", on_delete=models.PROTECT, related_name="+", verbose_name=_("placed by")
    )
    placed_at = models.DateTimeField(_("placed at"), default=timezone.now)

    objects = PlacementQuerySet.as_manager()

    class Meta:
        ordering = ("-started_on", "-pk")
        verbose_name = _("placement")
        verbose_name_plural = _("placements")
        constraints = (
            models.CheckConstraint(
                name="placement_pays_a_wage",
                condition=Q(wage__gt=0),
                violation_error_message=_("A placement has its wage."),
            ),
        )

    def __str__(self) -> str:
        return str(self.referral)

    def get_absolute_url(self) -> str:
        return self.referral.get_absolute_url()


class RetentionQuerySet(models.QuerySet["RetentionCheck"]):
    def visible_to(self, staff: Staff) -> RetentionQuerySet:
        return self.filter(placement__referral__office__in=staff.sight(Permission.READ_JOBS))

    def open(self) -> RetentionQuerySet:
        return self.filter(done_at=None)

    def due(self, today: date) -> RetentionQuerySet:
        return self.open().filter(due_on__lte=today)

    def with_all(self) -> RetentionQuerySet:
        return self.select_related(
            "placement__referral__seeker__person", "placement__referral__vacancy__employer", "done_by"
        )


@bounded(months=FIRST, due_on=DAY)
class RetentionCheck(models.Model):
    """One question: does this person still work there?"""

    code = models.CharField(max_length=12, unique=True, default=random_code, editable=False)
    placement = models.ForeignKey(
        Placement, on_delete=models.PROTECT, related_name="checks", verbose_name=_("placement")
    )
    months = models.PositiveSmallIntegerField(_("after months"))
    due_on = models.DateField(_("due on"))
    outcome = models.CharField(_("outcome"), max_length=10, choices=Stay, blank=True)
    evidence = models.CharField(_("evidence"), max_length=10, choices=Evidence, blank=True)
    note = models.CharField(pgettext_lazy("remark", "note"), max_length=200, blank=True)
    done_by = who(pgettext_lazy("follow-up", "asked by"))
    done_at = when(_("asked at"))

    objects = RetentionQuerySet.as_manager()

    class Meta:
        ordering = ("due_on", "pk")
        verbose_name = _("follow-up")
        verbose_name_plural = _("follow-ups")
        indexes = (models.Index(fields=["due_on"], condition=Q(done_at=None), name="follow_up_open_by_day"),)
        constraints = (
            paired("follow_up", "done"),
            models.UniqueConstraint(fields=["placement", "months"], name="follow_up_is_asked_once"),
            models.CheckConstraint(
                name="follow_up_done_has_an_outcome",
                condition=Q(done_at=None, outcome="") | (Q(done_at__isnull=False) & ~Q(outcome="")),
                violation_error_message=_("Choose what the follow-up found."),
            ),
            models.CheckConstraint(name="follow_up_comes_later", condition=Q(months__gte=1)),
        )

    def __str__(self) -> str:
        return f"{self.placement} +{self.months}"

    @property
    def tone(self) -> str:
        return {"working": "ok", "elsewhere": "ok", "left": "danger", "unreached": "warning"}.get(self.outcome, "info")
