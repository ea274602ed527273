"""Forms that were sent and carried out, so that a second click finds what the first one led to."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class SentForm(models.Model):
    """The print of what was sent (of a page, by a person, word for word), and where its answer led."""

    digest = models.CharField(max_length=64, unique=True)
    answer = models.TextField(_("address"))
    sent_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ("-sent_at",)
        verbose_name = _("sent form")
        verbose_name_plural = _("sent forms")

    def __str__(self) -> str:
        return self.digest[:12]
