"""What became of a finding: somebody looked at the payment and found it in order, or explained it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from center.kernel.roles import Permission
from center.models import Office, Staff
from relief.models.fields import now
from relief.models.payment import Payment


class FindingMarkQuerySet(models.QuerySet["FindingMark"]):
    def visible_to(self, staff: Staff) -> FindingMarkQuerySet:
        return self.filter(office_id__in=staff.sight(Permission.AUDIT))


class FindingMark(models.Model):
    """One look at one payment that a rule found. The last one stands; the earlier ones stay."""

    class State(models.TextChoices):
        CHECKED = "checked", _("looked at, in order")
        EXPLAINED = "explained", _("explained")
        FAULT = "fault", _("a fault")

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="+", verbose_name=_("office"))
    rule = models.CharField(_("rule"), max_length=40)
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="marks", verbose_name=_("payment"))
    state = models.CharField(_("state"), max_length=10, choices=State)
    text = models.CharField(_("explanation"), max_length=200, blank=True)
    marked_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+", verbose_name=_("marked by"))
    marked_at = models.DateTimeField(_("marked at"), default=now)

    objects = FindingMarkQuerySet.as_manager()

    class Meta:
        ordering = ("pk",)
        verbose_name = _("mark on a finding")
        verbose_name_plural = _("marks on findings")
        indexes = (models.Index(fields=("rule", "payment"), name="finding_mark_of_payment"),)
        constraints = (
            models.CheckConstraint(
                name="finding_explained_has_a_text",
                condition=Q(state="checked") | ~Q(text=""),
                violation_error_message=_("Explain it in words."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.rule} {self.payment}"

    @property
    def tone(self) -> str:
        return {"checked": "ok", "explained": "info", "fault": "danger"}[self.state]
