"""Which sessions are a person's own: listed on their page and endable by them (screens.md P34)."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from center.models.access import Staff


class StaffSession(models.Model):
    """One login. It ends when the person logs out, ends it from another PC, or the session runs out."""

    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="logins")
    session_key = models.CharField(max_length=40, unique=True)
    device = models.CharField(_("device"), max_length=120, blank=True)
    address = models.GenericIPAddressField(_("network address"), null=True, blank=True)
    started_at = models.DateTimeField(_("logged in at"), auto_now_add=True)

    class Meta:
        ordering = ("-started_at",)
        verbose_name = _("login")
        verbose_name_plural = _("logins")

    def __str__(self) -> str:
        return f"{self.staff} {self.started_at:%Y-%m-%d %H:%M}"


class ResetRequest(models.Model):
    """A lost phone: asked for by one person, confirmed by another, neither of them the owner of the account."""

    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(_("reason"), max_length=200)
    asked_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(_("asked at"), auto_now_add=True)
    confirmed_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, blank=True)

    class Meta:
        ordering = ("-asked_at",)
        verbose_name = _("reset of a second factor")
        verbose_name_plural = _("resets of second factors")
        constraints = (
            models.CheckConstraint(
                name="factor_reset_takes_two_others",
                condition=Q(confirmed_by=None) | (~Q(confirmed_by=F("asked_by")) & ~Q(confirmed_by=F("staff"))),
            ),
            models.CheckConstraint(
                name="factor_reset_confirmed_has_who_and_when",
                condition=Q(confirmed_by=None, confirmed_at=None)
                | Q(confirmed_by__isnull=False, confirmed_at__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"{self.staff} {self.asked_at:%Y-%m-%d}"
