"""What somebody typed and did not send yet: kept here, never in the browser, for front-desk PCs are shared (P09)."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from center.models.base import random_code

KEPT = timedelta(days=30)


class DraftQuerySet(models.QuerySet["Draft"]):
    def alive(self) -> DraftQuerySet:
        """Those that still hold something; a sent form leaves an empty row behind against a late autosave."""
        return self.exclude(body=b"").filter(saved_at__gt=timezone.now() - KEPT)


class Draft(models.Model):
    """One person's unsent form about one record. The body is encrypted; whoever sends the form empties it."""

    code = models.CharField(max_length=20, unique=True, default=random_code, editable=False)
    staff = models.ForeignKey("center.Staff", on_delete=models.CASCADE, related_name="drafts")
    form = models.CharField(_("form"), max_length=200)
    subject = models.CharField(_("about"), max_length=80, blank=True, db_index=True)
    title = models.CharField(_("title"), max_length=120, blank=True)
    path = models.CharField(_("address"), max_length=300)
    body = models.BinaryField(_("what was typed"))
    page = models.CharField(_("page that sent it"), max_length=20, blank=True)
    saved_at = models.DateTimeField(_("saved at"), db_default=Now())

    objects = DraftQuerySet.as_manager()

    class Meta:
        ordering = ("-saved_at",)
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
        constraints = (
            models.UniqueConstraint(
                name="one_draft_for_each_person_form_and_record", fields=("staff", "form", "subject")
            ),
        )

    def __str__(self) -> str:
        return self.title or self.form

    @property
    def expires_at(self) -> datetime:
        return self.saved_at + KEPT

    @property
    def continue_url(self) -> str:
        """The page of the form, told which draft to take up."""
        return f"{self.path}{'&' if '?' in self.path else '?'}draft={self.code}"
