"""What rests on somebody's word, where no code of ours says so, and on the second person who looked."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from center.models.base import Stateful

ASKED, DONE, TURNED_DOWN = "asked", "done", "turned_down"  # the states that every such record has beside its own


class Seconded(Stateful):
    """One person says what a paper is; it counts when another has confirmed it (center/actions/seconding.py)."""

    status = models.CharField(max_length=12)  # each has states of its own, with those three among them
    named_by = models.ForeignKey(
        "center.Staff", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("named by")
    )
    named_at = models.DateTimeField(_("named at"), null=True, blank=True)
    settled_by = models.ForeignKey(
        "center.Staff",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("second person"),
    )
    settled_at = models.DateTimeField(_("settled at"), null=True, blank=True)
    answer = models.CharField(_("answer"), max_length=200, blank=True)

    class Meta:
        abstract = True

    @property
    def tone(self) -> str:
        return {"taken": "warning", ASKED: "warning", DONE: "ok"}.get(self.status, "plain")


# Its second person is somebody else; every such record has this rule, some beside another way to be done.
BY_ANOTHER = Q(named_by__isnull=False, settled_by__isnull=False) & ~Q(settled_by=F("named_by"))


def said_why(name: str) -> models.CheckConstraint:
    """Nothing is turned down or taken off without a reason."""
    return models.CheckConstraint(name=name, condition=~Q(status__in=(TURNED_DOWN, "taken_off")) | ~Q(answer=""))
