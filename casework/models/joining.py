"""One person, registered twice: who saw it, who confirmed it, which record stays."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from casework.enums import ChangeStatus
from casework.models.parts import paired, when, who
from casework.models.person import Person
from center.models.base import Stateful, random_code

if TYPE_CHECKING:
    from collections.abc import Mapping, Set

    from center.models import Staff


class JoiningQuerySet(models.QuerySet["Joining"]):
    def visible_to(self, staff: Staff) -> JoiningQuerySet:
        """Both records are in sight."""
        people = Person.objects.ever_visible_to(staff).values("pk")
        return self.filter(keep__in=people, drop__in=people)

    def open(self) -> JoiningQuerySet:
        return self.filter(status=ChangeStatus.PROPOSED)


class Joining(Stateful):
    """Two records of one person become one. What `taken` names comes from the dropped record; it is never undone."""

    MAY_BECOME: ClassVar[Mapping[str, Set[str]]] = {
        ChangeStatus.PROPOSED: {ChangeStatus.CONFIRMED, ChangeStatus.REFUSED},
        ChangeStatus.CONFIRMED: set(),
        ChangeStatus.REFUSED: set(),
    }

    code = models.CharField(max_length=12, unique=True, default=random_code, editable=False)
    keep = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("stays"))
    drop = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("goes into it"))
    taken = ArrayField(
        models.CharField(max_length=40), verbose_name=_("taken from the other record"), default=list, blank=True
    )
    status = models.CharField(_("state"), max_length=10, choices=ChangeStatus, default=ChangeStatus.PROPOSED)
    reason = models.CharField(_("reason"), max_length=200)
    proposed_by = models.ForeignKey("center.Staff", on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(_("proposed at"), default=timezone.now)
    decided_by = who(_("decided by"))
    decided_at = when(_("decided at"))
    decided_text = models.CharField(_("why not"), max_length=200, blank=True)

    objects = JoiningQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("joining of two records")
        verbose_name_plural = _("joinings of two records")
        constraints = (
            paired("joining", "decided"),
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
            models.CheckConstraint(
                name="joining_confirmed_by_someone_else",
                condition=Q(decided_by=None) | Q(status=ChangeStatus.REFUSED) | ~Q(decided_by=F("proposed_by")),
                violation_error_message=_("Who proposed to join two records may not confirm it."),
            ),
            models.CheckConstraint(
                name="joining_refused_has_a_reason", condition=~Q(status=ChangeStatus.REFUSED) | ~Q(decided_text="")
            ),
            models.CheckConstraint(
                name="joining_is_decided_by_somebody",
                condition=Q(status=ChangeStatus.PROPOSED, decided_at=None)
                | (~Q(status=ChangeStatus.PROPOSED) & Q(decided_at__isnull=False)),
            ),
        )

    def __str__(self) -> str:
        return f"{self.drop} → {self.keep}"

    def get_absolute_url(self) -> str:
        return reverse("casework:joining", args=[self.code])

    @property
    def tone(self) -> str:
        tones = {ChangeStatus.PROPOSED: "info", ChangeStatus.CONFIRMED: "ok", ChangeStatus.REFUSED: "danger"}
        return tones[ChangeStatus(self.status)]
