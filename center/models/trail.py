"""The trail: what happened, in words that outlive the thing it happened to; hence no foreign keys."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from center.models.bounds import KEY, bounded
from center.models.privacy import Logged


@bounded(office=KEY)
class Event(Logged):
    """One change, recorded by the action that made it. Append-only, sealed."""

    verb = models.CharField(_("what happened"), max_length=80)
    subject = models.CharField(_("to what"), max_length=80, db_index=True)
    actor = models.CharField(_("by"), max_length=40, db_index=True)
    facts = models.JSONField(_("facts"), default=dict)
    at = models.DateTimeField(_("at"), db_default=Now())

    class Meta:
        ordering = ("-id",)
        verbose_name = _("trail event")
        verbose_name_plural = _("trail events")
        indexes = (models.Index(fields=["office", "-id"], name="trail_of_an_office"),)

    def __str__(self) -> str:
        return f"{self.verb} {self.subject}"
