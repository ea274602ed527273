"""Home visits: two people, what they saw, and what differs from the file."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from casework.enums import HomeVisitReason
from casework.models.fields import tracked
from casework.models.file import HardshipFile
from center.models.base import random_code
from center.models.bounds import PAST, bounded


@bounded(visited_on=PAST)
@tracked()
class HomeVisit(models.Model):
    """A visit to the household by two of the staff (入户调查)."""

    code = models.CharField(max_length=12, unique=True, default=random_code, editable=False)
    file = models.ForeignKey(HardshipFile, on_delete=models.PROTECT, related_name="home_visits")
    reason = models.CharField(_("reason"), max_length=16, choices=HomeVisitReason, default=HomeVisitReason.SURVEY)
    visited_on = models.DateField(_("visited on"))
    first_visitor = models.ForeignKey(
        "center.Staff", on_delete=models.PROTECT, related_name="+", verbose_name=_("first visitor")
    )
    second_visitor = models.ForeignKey(
        "center.Staff", on_delete=models.PROTECT, related_name="+", verbose_name=_("second visitor")
    )
    place = models.CharField(_("place"), max_length=120, blank=True)
    met = models.CharField(_("whom they met"), max_length=120, blank=True)
    findings = models.TextField(_("findings"))
    agrees = models.BooleanField(_("the file agrees with what was seen"), default=True)
    differences = models.TextField(_("differences from the file"), blank=True)
    recorded_by = models.ForeignKey("center.Staff", on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(_("recorded at"), default=timezone.now)

    class Meta:
        ordering = ("-visited_on", "-pk")
        verbose_name = _("home visit")
        verbose_name_plural = _("home visits")
        constraints = (
            models.CheckConstraint(
                name="home_visit_by_two_people",
                condition=~Q(first_visitor=F("second_visitor")),
                violation_error_message=_("Two different people make a home visit."),
            ),
            models.CheckConstraint(
                name="home_visit_names_the_differences",
                condition=Q(agrees=True) | ~Q(differences=""),
                violation_error_message=_("Say what differs from the file."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.file} · {self.visited_on}"
