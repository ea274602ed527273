"""Seals over what is written once, and the records by which a row may lawfully be blank."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from psycopg.types.multirange import Multirange
from psycopg.types.range import Range

from center.kernel.roles import Permission
from center.models.bounds import COUNT, KEY, bounded
from center.models.office import Office

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.backends.base.base import BaseDatabaseWrapper

    from center.models.access import Staff

DESTRUCTION = (Permission.DESTROY_RECORDS, Permission.REVIEW_FILES, Permission.READ_TRAIL)


class BigIntMultirangeField(models.Field):  # type: ignore[type-arg]
    """A set of row numbers as PostgreSQL's int8multirange; in Python a list of (first, last + 1)."""

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        return "int8multirange"

    def from_db_value(self, value: Any, *_: Any) -> list[tuple[int, int]] | None:
        return None if value is None else [(part.lower, part.upper) for part in value]

    def get_prep_value(self, value: Any) -> Any:
        return None if value is None else multirange(value)


def multirange(parts: Iterable[tuple[int, int]]) -> Multirange[int]:
    return Multirange([Range(first, end, "[)") for first, end in parts])


@bounded(n=KEY, rows=COUNT)
class Seal(models.Model):
    """One link of the chain: which rows of which table, and an HMAC that the database cannot make. Append-only.

    `leaves` only names the row that changed; what proves it is `digest`, over the previous digest, the ids and all rows.
    """

    n = models.BigIntegerField(_("number"), unique=True)
    table = models.CharField(max_length=63)
    columns = ArrayField(models.CharField(max_length=63))
    ids = BigIntMultirangeField()
    rows = models.PositiveIntegerField(_("rows"))
    leaves = models.BinaryField()
    digest = models.BinaryField(max_length=32)
    sealed_at = models.DateTimeField(_("sealed at"))

    class Meta:
        ordering = ("n",)
        verbose_name = _("seal")
        verbose_name_plural = _("seals")
        indexes = (models.Index(fields=("table", "sealed_at"), name="seal_of_table"),)

    def __str__(self) -> str:
        return f"{self.n} {bytes(self.digest).hex()[:12]}"

    @property
    def what(self) -> str:
        """What the sealed rows are, in words; nothing for a table that is gone."""
        model = next((one for one in apps.get_models() if one._meta.db_table == self.table), None)
        if model is None:
            return ""
        tracked = getattr(model, "pgh_tracked_model", None)
        if tracked:
            return gettext("history: %(what)s") % {"what": tracked._meta.verbose_name}
        return str(model._meta.verbose_name)


class DestructionRequestQuerySet(models.QuerySet["DestructionRequest"]):
    def visible_to(self, staff: Staff) -> DestructionRequestQuerySet:
        """Those of the offices where this person asks, decides or reads the trail; of no office: who does so everywhere."""
        seen = frozenset().union(*(staff.sight(permission) for permission in DESTRUCTION))
        if any(staff.everywhere(permission) for permission in DESTRUCTION):
            return self
        return (
            self.filter(Q(offices=None) | Q(pk__in=self.filter(offices__in=seen).values("pk"))) if seen else self.none()
        )


class DestructionRequest(models.Model):
    """Somebody asks that the personal facts of a record be destroyed; a second person decides."""

    subject = models.CharField(_("of what"), max_length=80)
    ground = models.CharField(_("legal ground"), max_length=40)
    reason = models.CharField(_("reason"), max_length=300)
    asked_by = models.ForeignKey("center.Staff", on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(db_default=Now())
    offices = models.ManyToManyField(Office, related_name="+", verbose_name=_("offices that answer for it"))

    objects = DestructionRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request for destruction")
        verbose_name_plural = _("requests for destruction")

    def __str__(self) -> str:
        return self.subject


class Destruction(models.Model):
    """The approved decision of two people. Without it, sealed, no row may be blank. Append-only, sealed.

    `scope` names what may be blanked, as the approver decided it: a list of {table, by, of, columns}, where the rows are
    those whose column `by` is one of the texts in `of`. A decision from before scopes were kept has none and blanks nothing.
    """

    request = models.OneToOneField(DestructionRequest, on_delete=models.PROTECT, related_name="destruction")
    subject = models.CharField(_("of what"), max_length=80)
    reason = models.CharField(_("reason"), max_length=300)
    asked_by = models.ForeignKey("center.Staff", on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    approved_by = models.ForeignKey("center.Staff", on_delete=models.PROTECT, related_name="+")
    approved_at = models.DateTimeField(db_default=Now())
    scope = models.JSONField(_("what it names"), null=True)

    class Meta:
        verbose_name = _("destruction")
        verbose_name_plural = _("destructions")
        constraints = (
            models.CheckConstraint(
                name="two_people_destroy",
                condition=~Q(asked_by=F("approved_by")),
                violation_error_message=_("Another person must approve what you asked to destroy."),
            ),
        )

    def __str__(self) -> str:
        return self.subject


@bounded(row=KEY)
class DestroyedRow(models.Model):
    """A blank row, its decision, the digest it had and that of what remains: by the destroying function alone. Sealed."""

    destruction = models.ForeignKey(Destruction, on_delete=models.PROTECT, related_name="rows")
    table = models.CharField(max_length=63)
    row = models.BigIntegerField()
    leaf = models.BinaryField(max_length=32)
    remains = models.BinaryField(max_length=32, null=True)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("destroyed row")
        verbose_name_plural = _("destroyed rows")
        constraints = (models.UniqueConstraint(fields=("table", "row"), name="a_row_is_destroyed_once"),)

    def __str__(self) -> str:
        return f"{self.table} {self.row}"
