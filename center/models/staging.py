"""What was read of a file that came in: its rows until they are applied or a day old, and what its headings mean."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from center.models.bounds import COUNT, bounded


class Verdict(models.TextChoices):
    """What would become of a staged row."""

    NEW = "new", _("new")
    CHANGED = "changed", _("changed")
    UNCHANGED = "unchanged", _("unchanged")
    REFUSED = "refused", _("refused")


@bounded(row=COUNT)
class StagedRow(models.Model):
    """One row of a checked file. `body` is all that it says, cleaned, encrypted under the key of its day."""

    imported = models.ForeignKey("center.Import", on_delete=models.CASCADE, related_name="staged")
    row = models.PositiveIntegerField(_("row"))
    verdict = models.CharField(max_length=10, choices=Verdict)
    body = models.BinaryField()

    class Meta:
        verbose_name = _("staged row")
        verbose_name_plural = _("staged rows")
        constraints = (models.UniqueConstraint(fields=["imported", "row"], name="staged_row_stands_once"),)

    def __str__(self) -> str:
        return f"{self.imported_id}:{self.row}"


class ColumnMapping(models.Model):
    """What a person said the headings of a sheet mean; asked once for each set of headings."""

    office = models.ForeignKey("center.Office", on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(_("kind"), max_length=40)  # "casework.files.heads"
    headings = models.CharField(max_length=64)  # center.exchange.reading.heading_set
    columns = models.JSONField(_("columns"), default=dict)  # folded heading → key of the column, "" when it is not read
    said_by = models.ForeignKey("center.Staff", on_delete=models.PROTECT, related_name="+")
    said_at = models.DateTimeField(_("said at"), default=timezone.now)

    class Meta:
        verbose_name = _("mapping of columns")
        verbose_name_plural = _("mappings of columns")
        constraints = (
            models.UniqueConstraint(fields=["office", "kind", "headings"], name="headings_are_mapped_once_an_office"),
        )

    def __str__(self) -> str:
        return self.kind
