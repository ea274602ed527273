"""Consents: what a person allowed, on which version of the form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from casework.enums import Purpose
from casework.models.fields import paired, when, who
from casework.models.person import Person
from center.models.base import random_code
from center.models.bounds import DAY, PAST, bounded

if TYPE_CHECKING:
    from datetime import date

    from center.models import Staff


class ConsentQuerySet(models.QuerySet["Consent"]):
    def visible_to(self, staff: Staff) -> ConsentQuerySet:
        return self.filter(person__in=Person.objects.visible_to(staff).values("pk"))

    def valid_on(self, day: date) -> ConsentQuerySet:
        return self.filter(signed_on__lte=day, withdrawn_at=None).filter(Q(valid_until=None) | Q(valid_until__gte=day))


@bounded(signed_on=PAST, valid_until=DAY)
class Consent(models.Model):
    """One signed sheet. The scan is a document whose subject is this row."""

    code = models.CharField(max_length=12, unique=True, default=random_code, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="consents")
    purpose = models.CharField(pgettext_lazy("consent", "what for"), max_length=16, choices=Purpose)
    version = models.CharField(_("version of the form"), max_length=20, default="2026-1")
    signed_on = models.DateField(_("signed on"))
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    entered_by = models.ForeignKey("center.Staff", on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField(_("entered at"), default=timezone.now)
    withdrawn_by = who(_("withdrawal noted by"))
    withdrawn_at = when(_("withdrawn at"))

    objects = ConsentQuerySet.as_manager()

    class Meta:
        ordering = ("-signed_on", "-pk")
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        constraints = (
            paired("consent", "withdrawn"),
            models.CheckConstraint(
                name="consent_ends_after_it_was_signed",
                condition=Q(valid_until=None) | Q(valid_until__gte=F("signed_on")),
            ),
        )

    def __str__(self) -> str:
        return f"{self.person} · {self.get_purpose_display()}"

    def get_absolute_url(self) -> str:
        return reverse("casework:person", args=[self.person.code])
