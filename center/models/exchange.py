"""What left as a file: enough to prove any copy of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from center.kernel.roles import Permission
from center.models.base import Stateful, random_code
from center.models.bounds import COUNT, KEY, bounded
from center.models.privacy import Salted

if TYPE_CHECKING:
    from collections.abc import Mapping, Set


class ExportQuerySet(models.QuerySet["Export"]):
    def visible_to(self, staff: models.Model) -> ExportQuerySet:
        """One's own; whoever reads the trail sees all of the offices in sight."""
        return self.filter(Q(made_by=staff) | Q(office__in=staff.sight(Permission.READ_TRAIL)))  # type: ignore[attr-defined]


@bounded(rows=COUNT, seal=KEY)
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


class ImportStatus(models.TextChoices):
    """Where an import stands."""

    RECEIVED = "received", _("Received, not checked")
    CHECKED = "checked", _("Checked, not applied")
    APPLIED = "applied", _("Applied")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    DISCARDED = "discarded", _("Discarded")


class ImportQuerySet(models.QuerySet["Import"]):
    def visible_to(self, staff: models.Model) -> ImportQuerySet:
        return self.filter(office__in=staff.sight(Permission.IMPORT_FILES))  # type: ignore[attr-defined]


@bounded(size=COUNT)
class Import(Stateful):
    """One file that came in. The original lies encrypted until it is applied or a day old; what it did stays here.

    Received, it waits for the person who names its columns, or for the worker. Checked, its rows are staged.
    `found` holds totals and at most 200 changes and 200 faults, masked. `journal` is what a withdrawal undoes, encrypted.
    """

    MAY_BECOME: ClassVar[Mapping[str, Set[str]]] = {
        ImportStatus.RECEIVED: {ImportStatus.CHECKED, ImportStatus.DISCARDED},
        ImportStatus.CHECKED: {ImportStatus.CHECKED, ImportStatus.APPLIED, ImportStatus.DISCARDED},
        ImportStatus.APPLIED: {ImportStatus.WITHDRAWN},
        ImportStatus.WITHDRAWN: set(),
        ImportStatus.DISCARDED: set(),
    }

    code = models.CharField(max_length=12, unique=True, default=random_code, editable=False)
    kind = models.CharField(_("kind"), max_length=40)
    office = models.ForeignKey("center.Office", on_delete=models.PROTECT, related_name="+")
    status = models.CharField(_("state"), max_length=10, choices=ImportStatus, default=ImportStatus.RECEIVED)
    original = models.CharField(max_length=20, blank=True)  # its place in the vault; empty when it is gone
    errors = models.CharField(max_length=20, blank=True)  # the error workbook's place in the vault
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField(_("bytes"), default=0)
    found = models.JSONField(_("found"), default=dict)
    journal = models.BinaryField(default=bytes)
    uploaded_by = models.ForeignKey("center.Staff", on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(_("uploaded at"), default=timezone.now)
    applied_by = models.ForeignKey("center.Staff", on_delete=models.PROTECT, null=True, related_name="+")
    applied_at = models.DateTimeField(_("applied at"), null=True)
    withdrawn_by = models.ForeignKey("center.Staff", on_delete=models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True)
    withdrawn_reason = models.CharField(_("withdrawn because"), max_length=200, blank=True)

    objects = ImportQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        constraints = (
            models.CheckConstraint(
                name="import_applied_has_who_and_when",
                condition=Q(applied_by=None, applied_at=None) | Q(applied_by__isnull=False, applied_at__isnull=False),
            ),
            models.CheckConstraint(
                name="import_withdrawn_has_who_when_and_why",
                condition=Q(withdrawn_by=None, withdrawn_at=None, withdrawn_reason="")
                | (Q(withdrawn_by__isnull=False, withdrawn_at__isnull=False) & ~Q(withdrawn_reason="")),
            ),
        )

    def __str__(self) -> str:
        return str(_("%(what)s of %(day)s")) % {"what": self._meta.verbose_name, "day": self.received_at}

    @property
    def received_at(self) -> str:
        """By which people know it: nobody gave it a name."""
        return f"{timezone.localtime(self.uploaded_at):%Y-%m-%d %H:%M}"

    @property
    def tone(self) -> str:
        return {"checked": "info", "applied": "ok", "withdrawn": "warning"}.get(self.status, "plain")
