"""Offices: a dated tree whose past stays as it was."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import connection, models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from center.kernel.roles import Permission
from center.models.bounds import DAY, LIFE_OR_LATER, bounded

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from center.models.access import Staff

BELOW = """
WITH RECURSIVE below(id) AS (
    SELECT unnest(%(tops)s::bigint[])
    UNION
    SELECT next.id FROM below, LATERAL (
        SELECT child_id AS id FROM center_officelink WHERE parent_id = below.id AND during @> %(on)s::date
        UNION ALL
        SELECT old_id FROM center_succession WHERE new_id = below.id AND on_date <= %(on)s::date
    ) AS next
)
SELECT id FROM below
"""


class Level(models.TextChoices):
    """Where in the union's tree an office stands (domain.md C9, C10)."""

    CITY = "city", _("City center")
    DISTRICT = "district", _("District center")
    STATION = "station", _("Street or township station")
    POINT = "point", _("Community point")
    EMPLOYER_UNION = "employer_union", _("Employer union")


class OfficeQuerySet(models.QuerySet["Office"]):
    def visible_to(self, staff: Staff) -> OfficeQuerySet:
        """Where this person reads the money: lists of a whole office are printed about it."""
        return self.filter(pk__in=staff.sight(Permission.AUDIT) | staff.sight(Permission.READ_FUNDS))


class OfficeManager(models.Manager["Office"]):
    def get_queryset(self) -> OfficeQuerySet:
        return OfficeQuerySet(self.model, using=self._db)

    def ids_below(self, tops: Iterable[int], *, on: date | None = None) -> frozenset[int]:
        """The offices at and below `tops` in the tree of a day (today unless given), those they succeeded included."""
        tops = list(tops)
        if not tops:
            return frozenset()
        with connection.cursor() as cursor:
            cursor.execute(BELOW, {"tops": tops, "on": on or timezone.localdate()})
            return frozenset(row[0] for row in cursor.fetchall())


@bounded(opened_on=LIFE_OR_LATER, closed_on=DAY, went_live_on=DAY)
class Office(models.Model):
    """A center, station, community point or employer union. Its code appears in official numbers and never changes."""

    code = models.CharField(_("code"), max_length=12, unique=True)
    name = models.CharField(pgettext_lazy("of a thing", "name"), max_length=80)
    level = models.CharField(_("level"), max_length=16, choices=Level)
    division = models.CharField(_("administrative division"), max_length=6, blank=True)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    address = models.CharField(_("address"), max_length=120, blank=True)
    opened_on = models.DateField(pgettext_lazy("office", "opened on"))
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    went_live_on = models.DateField(_("went live on"), null=True, blank=True)

    objects = OfficeManager()

    class Meta:
        ordering = ("code",)
        verbose_name = _("office")
        verbose_name_plural = _("offices")
        constraints = (
            models.CheckConstraint(
                name="office_closes_after_it_opens",
                condition=Q(closed_on=None) | Q(closed_on__gte=F("opened_on")),
                violation_error_message=_("An office cannot close before it opens."),
            ),
        )

    def __str__(self) -> str:
        return self.name

    def other_pages(self) -> list[str]:
        """An office has no page of its own: a list of it that is scanned leads to the desk of whoever scans it."""
        return [reverse("center:home")]


@bounded(during=DAY)
class OfficeLink(models.Model):
    """Which office an office belonged to, between two days."""

    child = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="links_up", verbose_name=_("office"))
    parent = models.ForeignKey(
        Office, on_delete=models.PROTECT, related_name="links_down", verbose_name=_("parent office")
    )
    during = DateRangeField(_("during"))

    class Meta:
        verbose_name = _("place in the tree")
        verbose_name_plural = _("places in the tree")
        constraints = (
            ExclusionConstraint(
                name="office_has_one_parent_at_a_time",
                expressions=(("child", RangeOperators.EQUAL), ("during", RangeOperators.OVERLAPS)),
                violation_error_message=_("An office has one parent office at a time."),
            ),
            models.CheckConstraint(name="office_is_not_its_own_parent", condition=~Q(child=F("parent"))),
        )

    def __str__(self) -> str:
        return f"{self.child} < {self.parent}"


@bounded(on_date=DAY)
class Succession(models.Model):
    """`old` was merged into `new`: sight moves with it, numbers already issued stay as they are."""

    old = models.OneToOneField(
        Office, on_delete=models.PROTECT, related_name="succeeded_by", verbose_name=_("merged office")
    )
    new = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="successions", verbose_name=_("merged into"))
    on_date = models.DateField(_("on"))

    class Meta:
        verbose_name = _("succession")
        verbose_name_plural = _("successions")
        constraints = (models.CheckConstraint(name="office_does_not_succeed_itself", condition=~Q(old=F("new"))),)

    def __str__(self) -> str:
        return f"{self.old} → {self.new}"
