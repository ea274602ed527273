"""What was put to the vote of those present, and what each answered on their own device (screens.md §4.4)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from center.models.access import Staff
from center.models.bounds import YUAN, bounded
from center.models.meeting import AgendaItem, Motion, Vote


@bounded(amount=YUAN)
class Poll(models.Model):
    """A motion on which members are voting. It ends by being recorded (`motion`) or by being taken back."""

    item = models.ForeignKey(AgendaItem, on_delete=models.PROTECT, related_name="polls")
    result = models.CharField(_("motion"), max_length=10, choices=AgendaItem.Status)
    amount = models.DecimalField(_("amount"), max_digits=14, decimal_places=2, null=True, blank=True)
    reason_code = models.CharField(_("reason"), max_length=40, blank=True)
    reason = models.CharField(_("in words"), max_length=400, blank=True)
    put_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    put_at = models.DateTimeField(_("put to the vote at"), auto_now_add=True)
    ended_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    motion = models.OneToOneField(Motion, on_delete=models.PROTECT, related_name="poll", null=True, blank=True)

    class Meta:
        ordering = ("pk",)
        verbose_name = _("vote in progress")
        verbose_name_plural = _("votes in progress")
        constraints = (
            models.UniqueConstraint(name="one_vote_in_progress_an_item", fields=("item",), condition=Q(ended_at=None)),
            models.CheckConstraint(
                name="poll_ended_has_who_and_when",
                condition=Q(ended_by=None, ended_at=None, motion=None)
                | Q(ended_by__isnull=False, ended_at__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"{self.item} {self.get_result_display()}"

    def choices(self) -> dict[int, str]:
        """Staff id → what they voted last."""
        return dict(self.ballots.order_by("pk").values_list("staff_id", "choice"))


class Ballot(models.Model):
    """A member's own word. Append-only: the last one before the count is the one that counts."""

    poll = models.ForeignKey(Poll, on_delete=models.PROTECT, related_name="ballots")
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    choice = models.CharField(_("vote"), max_length=8, choices=Vote.Choice)
    cast_at = models.DateTimeField(_("cast at"), auto_now_add=True)

    class Meta:
        ordering = ("pk",)
        verbose_name = _("ballot")
        verbose_name_plural = _("ballots")

    def __str__(self) -> str:
        return f"{self.poll} {self.staff}: {self.choice}"
