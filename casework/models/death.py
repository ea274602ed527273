"""A death: when, by which evidence, entered by whom; and that it was entered by mistake."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from casework.models.fields import paired, when, who
from casework.models.household import Membership
from casework.models.person import Person
from center.models.base import random_code
from center.models.bounds import LIFE, bounded

if TYPE_CHECKING:
    from center.models import Staff

TOLD = "told"  # by the family or the community: the paper follows, the money stops at once


class DeathQuerySet(models.QuerySet["Death"]):
    def visible_to(self, staff: Staff) -> DeathQuerySet:
        return self.filter(person__in=Person.objects.ever_visible_to(staff).values("pk"))

    def standing(self) -> DeathQuerySet:
        return self.filter(revoked_at=None)

    def without_paper(self) -> DeathQuerySet:
        """Money was stopped on somebody's word; the paper is still to be brought."""
        return self.standing().filter(evidence=TOLD)


@bounded(died_on=LIFE)
class Death(models.Model):
    """The death of a person. `Person.died_on` is what rules read; this says where it is known from."""

    code = models.CharField(max_length=12, unique=True, default=random_code, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="deaths")
    died_on = models.DateField(_("died on"))
    evidence = models.CharField(_("evidence"), max_length=40)
    note = models.CharField(pgettext_lazy("remark", "note"), max_length=200, blank=True)
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    recorded_by = models.ForeignKey(
        "center.Staff", on_delete=models.PROTECT, related_name="+", verbose_name=_("recorded by")
    )
    recorded_at = models.DateTimeField(_("recorded at"), default=timezone.now)
    proved_by = who(_("paper brought to"))
    proved_at = when(_("paper brought at"))
    revoked_by = who(_("taken back by"))
    revoked_at = when(_("taken back at"))
    revoked_reason = models.CharField(_("why taken back"), max_length=200, blank=True)

    objects = DeathQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("death")
        verbose_name_plural = _("deaths")
        constraints = (
            paired("death", "proved"),
            paired("death", "revoked"),
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(revoked_at=None),
                name="nobody_dies_twice",
                violation_error_message=_("The death of this person is on record already."),
            ),
            models.CheckConstraint(name="death_has_evidence", condition=~Q(evidence="")),
            models.CheckConstraint(
                name="death_revoked_has_a_reason", condition=Q(revoked_at=None) | ~Q(revoked_reason="")
            ),
            models.CheckConstraint(
                name="death_revoked_by_someone_else",
                condition=Q(revoked_by=None) | ~Q(revoked_by=F("recorded_by")),
                violation_error_message=_("Who recorded a death may not take it back."),
            ),
        )

    def __str__(self) -> str:
        return str(self.person)
