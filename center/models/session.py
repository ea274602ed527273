"""Which sessions are a person's own: listed on their page and endable by them (screens.md P34)."""

from __future__ import annotations

from django.db import models
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
