"""What the rows that money rests on were when they were last written: by triggers alone, sealed, in digests."""

from __future__ import annotations

from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from center.models.bounds import KEY, bounded


@bounded(row=KEY)
class RowState(models.Model):
    """One writing of one row of a table of center.evidence.privileges.STATES, by the trigger function `center_keep_state`.

    `leaves` maps each column that was written to twelve hexadecimal digits of SHA-256 over salt, column and value: all
    columns of a new row, the changed ones of a changed row; None when the row was deleted.
    """

    table = models.CharField(max_length=63)
    row = models.BigIntegerField()
    leaves = models.JSONField(null=True)
    salt = models.UUIDField(db_default=RandomUUID())
    at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("state of a row")
        verbose_name_plural = _("states of rows")
        indexes = (models.Index(fields=("table", "row", "id"), name="states_of_a_row"),)

    def __str__(self) -> str:
        return f"{self.table} {self.row}"
