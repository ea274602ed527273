"""One person, registered twice: who saw it, who confirmed it, which record stays."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from casework.enums import ChangeStatus
from casework.models.person import Person
from casework.models.proposal import Proposal

if TYPE_CHECKING:
    from center.models import Staff


class JoiningQuerySet(models.QuerySet["Joining"]):
    def visible_to(self, staff: Staff) -> JoiningQuerySet:
        """Both records are in sight."""
        people = Person.objects.ever_visible_to(staff).values("pk")
        return self.filter(keep__in=people, drop__in=people)

    def open(self) -> JoiningQuerySet:
        return self.filter(status=ChangeStatus.PROPOSED)


class Joining(Proposal):
    """Two records of one person become one. What `taken` names comes from the dropped record; it is never undone."""

    keep = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("stays"))
    drop = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("goes into it"))
    taken = ArrayField(
        models.CharField(max_length=40), verbose_name=_("taken from the other record"), default=list, blank=True
    )

    objects = JoiningQuerySet.as_manager()

    class Meta(Proposal.Meta):
        verbose_name = _("joining of two records")
        verbose_name_plural = _("joinings of two records")
        constraints = (
            *Proposal.Meta.constraints,
            models.UniqueConstraint(
                fields=["drop"],
                condition=~Q(status=ChangeStatus.REFUSED),
                name="person_is_joined_away_once",
                violation_error_message=_("This record is being joined with another one already."),
            ),
            models.CheckConstraint(
                name="joining_is_of_two_records",
                condition=~Q(keep=F("drop")),
                violation_error_message=_("These are not two records."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.drop} → {self.keep}"

    def get_absolute_url(self) -> str:
        return reverse("casework:joining", args=[self.code])
