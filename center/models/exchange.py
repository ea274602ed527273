"""What left as a file: enough to prove any copy of it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from center.models.privacy import Salted
from center.roles import Permission


class ExportQuerySet(models.QuerySet["Export"]):
    def visible_to(self, staff: models.Model) -> ExportQuerySet:
        """One's own; whoever reads the trail sees all of the offices in sight."""
        return self.filter(Q(made_by=staff) | Q(office__in=staff.sight(Permission.READ_TRAIL)))  # type: ignore[attr-defined]


class Export(Salted):
    """One issued file: `sha256` is of its bytes, `digest` of the values of its cells, `leaves` eight bytes of each row's.

    The file prints its number and the digest's first twelve. Append-only, sealed.
    """

    number = models.CharField(_("number"), max_length=40, unique=True)
    office = models.ForeignKey("center.Office", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(_("kind"), max_length=60)
    title = models.CharField(_("title"), max_length=120)
    format = models.CharField(_("format"), max_length=4)
    rows = models.PositiveIntegerField(_("rows"))
    filters = models.JSONField(_("filters"), default=dict)
    in_full = models.BooleanField(_("with numbers in full"), default=False)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    sha256 = models.CharField(max_length=64)
    digest = models.CharField(max_length=64, blank=True)
    places = models.BinaryField(default=bytes)  # sheet and row number of each leaf: 1 + 4 bytes
    leaves = models.BinaryField(default=bytes)
    seal = models.BigIntegerField(_("seal"), null=True)
    made_by = models.ForeignKey("center.Staff", on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("made at"), db_default=Now())

    objects = ExportQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)
        verbose_name = _("export")
        verbose_name_plural = _("exports")
        constraints = (
            models.CheckConstraint(
                name="export_in_full_has_a_reason",
                condition=Q(in_full=False) | ~Q(reason="") | Q(salt=None),
                violation_error_message=_("Say why the numbers are needed in full."),
            ),
        )

    def __str__(self) -> str:
        return self.number
