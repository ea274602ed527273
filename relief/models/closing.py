"""Periods of an office's money: a month or a year that one person puts forward and another closes (结账)."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from center.kernel.roles import Permission
from center.models import Office, Staff, Stateful
from center.models.base import random_code
from center.models.bounds import DAY, OFFICE_YEAR, Bounds, bounded
from relief.models.fields import now, paired, when, who

if TYPE_CHECKING:
    from collections.abc import Mapping, Set

YEAR = 0  # the month of a closing that closes the whole year
DECEMBER = 12


class ClosingQuerySet(models.QuerySet["Closing"]):
    def visible_to(self, staff: Staff) -> ClosingQuerySet:
        return self.filter(office_id__in=staff.sight(Permission.READ_FUNDS))

    def closed(self) -> ClosingQuerySet:
        """Whose days take no posting any more."""
        return self.filter(status=Closing.Status.CLOSED)

    def standing(self) -> ClosingQuerySet:
        """All but those that were opened again."""
        return self.exclude(status=Closing.Status.REOPENED)


MONTH = Bounds(least=0, most=12)


@bounded(year=OFFICE_YEAR, month=MONTH, until=DAY)
class Closing(Stateful):
    """One period of one office. Once closed, nothing is posted on its days or on any day before them."""

    class Status(models.TextChoices):
        OPEN = "open", _("to be closed")
        ASKED = "asked", _("waits for the second person")
        CLOSED = "closed", _("books closed")
        REOPENED = "reopened", _("opened again")

    MAY_BECOME: ClassVar[Mapping[str, Set[str]]] = {
        Status.OPEN: {Status.ASKED},
        Status.ASKED: {Status.CLOSED, Status.OPEN},
        Status.CLOSED: {Status.REOPENED},
        Status.REOPENED: set(),
    }

    code = models.CharField(max_length=12, unique=True, default=random_code, editable=False)
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="closings", verbose_name=_("office"))
    year = models.PositiveSmallIntegerField(_("year"))
    month = models.PositiveSmallIntegerField(_("month"), default=YEAR)
    until = models.DateField(_("last day"))
    status = models.CharField(_("status"), max_length=8, choices=Status, default=Status.OPEN)
    opened_by = who(_("begun by"))  # nobody: the timer began it
    opened_at = models.DateTimeField(_("begun at"), default=now)
    remarks = models.CharField(_("what stays open, and why"), max_length=400, blank=True)
    asked_by = who(_("put forward by"))
    asked_at = when(_("put forward at"))
    answer = models.CharField(_("why it was sent back"), max_length=200, blank=True)
    closed_by = who(_("books closed by"))
    closed_at = when(_("books closed at"))
    reopening_code = models.CharField(_("reason"), max_length=40, blank=True)
    reopening_reason = models.CharField(_("explanation"), max_length=200, blank=True)
    reopening_asked_by = who(_("reopening asked for by"))
    reopening_asked_at = when(_("reopening asked for at"))
    reopened_by = who(_("opened again by"))
    reopened_at = when(_("opened again at"))

    objects = ClosingQuerySet.as_manager()

    class Meta:
        ordering = ("-until", "month", "-pk")
        verbose_name = _("closing")
        verbose_name_plural = _("closings")
        constraints = (
            *(paired("closing", step) for step in ("asked", "closed", "reopening_asked", "reopened")),
            models.UniqueConstraint(
                name="closing_once_a_period",
                fields=("office", "year", "month"),
                condition=~Q(status="reopened"),
                violation_error_message=_("The closing of this period is begun already."),
            ),
            models.CheckConstraint(
                name="closing_ends_with_its_period",
                condition=Q(until__year=F("year"))
                & (Q(month=YEAR, until__month=DECEMBER, until__day=31) | Q(until__month=F("month"))),
            ),
            models.CheckConstraint(
                name="closing_asked_has_who",
                condition=Q(status="open", asked_by=None) | (~Q(status="open") & Q(asked_by__isnull=False)),
            ),
            models.CheckConstraint(
                name="closing_closed_has_who",
                condition=Q(status__in=("open", "asked"), closed_by=None)
                | Q(status__in=("closed", "reopened"), closed_by__isnull=False),
            ),
            models.CheckConstraint(
                name="closing_closed_by_somebody_else",
                condition=Q(closed_by=None) | ~Q(closed_by=F("asked_by")),
                violation_error_message=_("Whoever put a period forward cannot close it."),
            ),
            models.CheckConstraint(
                name="closing_reopened_has_who_and_why",
                condition=(Q(status="reopened") & Q(reopened_by__isnull=False) & Q(reopening_asked_by__isnull=False))
                | (~Q(status="reopened") & Q(reopened_by=None)),
            ),
            models.CheckConstraint(
                name="closing_reopened_by_somebody_else",
                condition=Q(reopened_by=None) | ~Q(reopened_by=F("reopening_asked_by")),
                violation_error_message=_("Whoever asked to open a period again cannot do it."),
            ),
            models.CheckConstraint(
                name="closing_reopening_has_a_reason",
                condition=Q(reopening_asked_by=None) | (~Q(reopening_code="") & ~Q(reopening_reason="")),
            ),
        )

    def __str__(self) -> str:
        return period_name(self.year, self.month)

    def get_absolute_url(self) -> str:
        return reverse("relief:closing", args=[self.code])

    @property
    def tone(self) -> str:
        return {"open": "info", "asked": "warning", "closed": "ok", "reopened": "danger"}[self.status]

    @property
    def is_year(self) -> bool:
        return self.month == YEAR

    @property
    def since(self) -> date:
        return date(self.year, self.month or 1, 1)


def period_name(year: int, month: int) -> str:
    """“2025” or “2025-03”."""
    return f"{year}-{month:02d}" if month else str(year)


def last_day(year: int, month: int) -> date:
    """The last day of a month, or of the year."""
    number = month or DECEMBER
    return date(year, number, monthrange(year, number)[1])
