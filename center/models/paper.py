"""Papers: what came in (documents) and what went out (issued prints)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from center.models import codes
from center.models.base import random_code
from center.models.bounds import COUNT, SMALL, bounded
from center.models.privacy import Salted


@bounded(size=COUNT, pages=COUNT)
class Document(models.Model):
    """An uploaded paper or picture, encrypted at rest. `kind` is a code of `attachment_type` or a room's own word."""

    code = models.CharField(max_length=20, unique=True, default=random_code, editable=False)
    subject = models.CharField(_("belongs to"), max_length=80, db_index=True, blank=True)
    kind = models.CharField(_("kind"), max_length=40)
    content_type = models.CharField(_("type"), max_length=40)
    size = models.PositiveIntegerField(_("bytes"))
    pages = models.PositiveIntegerField(_("pages"), default=1)
    sha256 = models.CharField(max_length=64)
    print_code = models.CharField(_("code read from the paper"), max_length=20, blank=True)
    added_by = models.ForeignKey("center.Staff", on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(_("added at"), db_default=Now())
    removed_by = models.ForeignKey("center.Staff", on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    removed_at = models.DateTimeField(_("removed at"), null=True, blank=True)
    removed_reason = models.CharField(_("removed because"), max_length=200, blank=True)

    class Meta:
        ordering = ("-id",)
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        constraints = (
            models.CheckConstraint(
                name="document_removed_has_who_when_and_why",
                condition=Q(removed_by=None, removed_at=None, removed_reason="")
                | (Q(removed_by__isnull=False, removed_at__isnull=False) & ~Q(removed_reason="")),
            ),
        )

    EXTENSIONS: ClassVar[dict[str, str]] = {"application/pdf": "pdf", "image/jpeg": "jpg"}

    def __str__(self) -> str:
        return codes.label("attachment_type", self.kind)

    @property
    def file_name(self) -> str:
        return f"{self.code}.{self.EXTENSIONS.get(self.content_type, 'bin')}"


@bounded(version=SMALL, size=COUNT, pages=COUNT)
class IssuedDocument(Salted):
    """A print as it was issued: its bytes are frozen, a reprint is the same bytes. Append-only, sealed."""

    code = models.CharField(max_length=20, unique=True, editable=False)
    version = models.PositiveSmallIntegerField(default=1)
    kind = models.CharField(_("kind"), max_length=40)
    number = models.CharField(_("number"), max_length=60, blank=True)
    title = models.CharField(_("title"), max_length=120)
    subject = models.CharField(_("about"), max_length=80, db_index=True)
    template = models.CharField(max_length=80)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField(_("bytes"))
    pages = models.PositiveIntegerField(_("pages"))
    issued_by = models.ForeignKey("center.Staff", on_delete=models.PROTECT, related_name="+")
    issued_at = models.DateTimeField(_("issued at"), db_default=Now())

    class Meta:
        ordering = ("-id",)
        verbose_name = _("issued document")
        verbose_name_plural = _("issued documents")

    def __str__(self) -> str:
        return f"{self.title} {self.number}".strip()
