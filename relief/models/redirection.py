"""What is still owed to somebody who has died is paid to another adult of the household: asked by one, agreed by another."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from casework.models import Person
from center.kernel.roles import Permission
from center.models import Staff, Stateful
from center.models.base import random_code
from relief.models.award import Award
from relief.models.fields import now, paired, when, who

if TYPE_CHECKING:
    from collections.abc import Mapping, Set


class RedirectionQuerySet(models.QuerySet["Redirection"]):
    def visible_to(self, staff: Staff) -> RedirectionQuerySet:
        return self.filter(award__application__office_id__in=staff.sight(Permission.READ_APPLICATIONS))


class Redirection(Stateful):
    """Another receiver for an award that a death holds."""

    class Status(models.TextChoices):
        ASKED = "asked", _("waits for the second person")
        DONE = "done", _("agreed")
        TURNED_DOWN = "turned_down", _("turned down")

    MAY_BECOME: ClassVar[Mapping[str, Set[str]]] = {Status.ASKED: {Status.DONE, Status.TURNED_DOWN}}

    code = models.CharField(max_length=12, unique=True, default=random_code, editable=False)
    award = models.ForeignKey(Award, on_delete=models.PROTECT, related_name="redirections")
    status = models.CharField(_("status"), max_length=12, choices=Status, default=Status.ASKED)
    to = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("to whom"))
    reason = models.CharField(_("reason"), max_length=200)
    asked_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+", verbose_name=_("put forward by"))
    asked_at = models.DateTimeField(_("put forward at"), default=now)
    settled_by = who(_("second person"))
    settled_at = when(_("settled at"))
    answer = models.CharField(_("answer"), max_length=200, blank=True)

    objects = RedirectionQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("other receiver")
        verbose_name_plural = _("other receivers")
        constraints = (
            paired("redirection", "settled"),
            models.CheckConstraint(
                name="redirection_settled_by_somebody_else",
                condition=Q(settled_by=None) | Q(status="turned_down") | ~Q(settled_by=F("asked_by")),
                violation_error_message=_("The second person must be somebody else."),
            ),
            models.CheckConstraint(
                name="redirection_settled_has_who",
                condition=Q(status="asked", settled_by=None) | (~Q(status="asked") & Q(settled_by__isnull=False)),
            ),
            models.CheckConstraint(name="redirection_has_a_reason", condition=~Q(reason="")),
            models.CheckConstraint(
                name="redirection_turned_down_has_an_answer", condition=~Q(status="turned_down") | ~Q(answer="")
            ),
            models.UniqueConstraint(
                name="redirection_asked_once",
                fields=("award",),
                condition=Q(status="asked"),
                violation_error_message=_("Another receiver of this award waits for the second person already."),
            ),
        )

    def __str__(self) -> str:
        return str(self.award)

    @property
    def tone(self) -> str:
        return {"asked": "warning", "done": "ok", "turned_down": "plain"}[self.status]
