"""Who saw what of whom: the third log, beside the trail and the field history."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from center.kernel.roles import Permission
from center.models.bounds import COUNT, KEY, bounded

if TYPE_CHECKING:
    from center.models.access import Staff


class Salted(models.Model):
    """A sealed row that may hold personal facts. Without its salt a destroyed row cannot be guessed from its seal."""

    destroyed_columns: tuple[str, ...] = ()  # what a destruction of the record takes, of a row that is written once

    salt = models.UUIDField(null=True, editable=False, db_default=RandomUUID())

    class Meta:
        abstract = True


class LogQuerySet(models.QuerySet[Any]):
    """Rows of a log, each at the office that keeps its record, or else at that of whoever did it."""

    def visible_to(self, staff: Staff) -> LogQuerySet:
        """Those of the offices where this person reads the trail. What has no office is for who reads it everywhere."""
        here = Permission.READ_TRAIL
        return self if staff.everywhere(here) else self.filter(office__in=staff.sight(here))


class Logged(Salted):
    """One line of a log. `office` is a plain number: the line outlives what it tells of."""

    office = models.BigIntegerField(_("office"), null=True, editable=False)

    objects = LogQuerySet.as_manager()

    class Meta:
        abstract = True


def office_of(subject: models.Model | str, by: Staff) -> int | None:
    """Where a line of a log belongs: at the office that keeps its record, or else where this person works."""
    kept_at: int | None = None if isinstance(subject, str) else getattr(subject, "office_id", None)
    home = by.home_office if kept_at is None else None
    return home.pk if home else kept_at


class AccessKind(models.TextChoices):
    READ = "read", _("Read")
    REVEAL = "reveal", _("Revealed a number")
    EXPORT = "export", _("Exported")
    PRINT = "print", _("Printed")
    DOWNLOAD = "download", _("Opened a document")


class RevealReason(models.TextChoices):
    """Why a number is shown (screens.md P14)."""

    IDENTITY = "identity", _("To check who this is")
    CALL = "call", _("To telephone")
    DOCUMENT = "document", _("To fill in or print a paper")
    PAYMENT = "payment", _("To pay")
    OTHER = "other", _("Another reason")


@bounded(rows=COUNT, office=KEY)
class AccessEntry(Logged):
    """One look at personal data: who, whose record, which field, why, when. Never the value. Append-only."""

    kind = models.CharField(_("what was done"), max_length=10, choices=AccessKind)
    subject = models.CharField(_("whose record"), max_length=80, db_index=True)
    actor = models.CharField(_("by"), max_length=40, db_index=True)
    what = models.CharField(_("what was seen"), max_length=80)
    rows = models.PositiveIntegerField(_("records"), default=1)
    reason = models.CharField(_("reason"), max_length=10, choices=RevealReason, blank=True)
    reason_text = models.CharField(_("reason in words"), max_length=200, blank=True)
    at = models.DateTimeField(_("at"), db_default=Now(), db_index=True)

    class Meta:
        ordering = ("-id",)
        verbose_name = _("access entry")
        verbose_name_plural = _("access log")
        indexes = (models.Index(fields=["office", "-id"], name="access_log_of_an_office"),)
        constraints = (
            models.CheckConstraint(
                name="a_reveal_has_its_reason",
                condition=~Q(kind="reveal") | ~Q(reason="") | Q(salt=None),
                violation_error_message=_("Say why this number is needed."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.actor} {self.kind} {self.subject}"
