"""Clocks: the law's limits as data, and those that run in a case."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from casework.models.fields import paired, when, who
from center.kernel.remarks import Named
from center.kernel.sentences import about
from center.models.bounds import FIRST, LIFE_OR_LATER, SMALL, bounded
from legal.enums import OPEN, DropReason, Ending, Sense, Trigger, Unit
from legal.models.case import Case
from legal.rules.clocks import ends_on

if TYPE_CHECKING:
    from datetime import date

    from center.models import Staff


@bounded(amount=FIRST, extension=SMALL, warn_days=SMALL)
class ClockRule(models.Model):
    """One row of the law: what happened, how long, who must act. Reference data that an office may extend."""

    code = models.CharField(_("code"), max_length=30, unique=True)
    label_zh = models.CharField(_("name in Chinese"), max_length=60)
    label_en = models.CharField(_("name in English"), max_length=80)
    basis = models.CharField(_("legal basis"), max_length=80)
    trigger = models.CharField(_("starts when"), max_length=20, choices=Trigger)
    amount = models.PositiveSmallIntegerField(_("how many"))
    unit = models.CharField(_("unit"), max_length=12, choices=Unit)
    sense = models.CharField(_("counted as"), max_length=8, choices=Sense, default=Sense.UNTIL)
    extension = models.PositiveSmallIntegerField(_("may be extended by"), default=0)
    types = ArrayField(
        models.CharField(max_length=20), verbose_name=_("only for these kinds"), default=list, blank=True
    )
    ours = models.BooleanField(_("we or the worker must act"), default=False)
    warn_days = models.PositiveSmallIntegerField(_("task this many days before"), default=5)
    may_pause = models.BooleanField(_("stands still while nobody can act"), default=False)
    active = models.BooleanField(_("in use"), default=True)

    class Meta:
        ordering = ("pk",)
        verbose_name = _("statutory clock")
        verbose_name_plural = _("statutory clocks")
        constraints = (
            models.CheckConstraint(name="clock_rule_has_a_length", condition=Q(amount__gte=1)),
            models.CheckConstraint(
                name="clock_rule_is_prolonged_when_it_has_a_last_day",
                condition=Q(sense=Sense.UNTIL) | Q(extension=0, may_pause=False),
            ),
        )

    def __str__(self) -> str:
        return self.label

    @property
    def named(self) -> Named:
        return Named(zh=self.label_zh, en=self.label_en)

    @property
    def label(self) -> str:
        return str(self.named)

    def ends(self, start: date, *, extended: bool = False, paused: int = 0) -> date:
        """What it comes to, from a day."""
        amount = self.amount + (self.extension if extended else 0)
        return ends_on(start, amount=amount, unit=self.unit, sense=self.sense, paused=paused)

    def holds_for(self, kind: str) -> bool:
        """Whether it runs in a case of this kind."""
        return not self.types or kind in self.types


class ClockQuerySet(models.QuerySet["Clock"]):
    def running(self) -> ClockQuerySet:
        return self.filter(ended_at=None, case__status__in=OPEN)

    def warning(self, today: date) -> ClockQuerySet:
        """Near enough to its end that somebody must act; late ones included."""
        return self.running().filter(warn_on__lte=today)

    def visible_to(self, staff: Staff) -> ClockQuerySet:
        return self.filter(case__in=Case.objects.visible_to(staff))


@bounded(started_on=LIFE_OR_LATER, due_on=LIFE_OR_LATER, warn_on=LIFE_OR_LATER, paused_days=SMALL)
class Clock(models.Model):
    """One limit that runs in one case, from a day."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="clocks", verbose_name=_("case"))
    rule = models.ForeignKey(ClockRule, on_delete=models.PROTECT, related_name="+", verbose_name=_("limit"))
    started_on = models.DateField(_("runs from"))
    sense = models.CharField(_("counted as"), max_length=8, choices=Sense, default=Sense.UNTIL, editable=False)
    due_on = models.DateField(_("ends on"))
    warn_on = models.DateField(_("task from"))
    started_by = models.ForeignKey(
        "center.Staff", on_delete=models.PROTECT, related_name="+", verbose_name=_("started by")
    )
    started_at = models.DateTimeField(_("started at"), default=timezone.now)
    extended_by = who(_("extended by"))
    extended_at = when(_("extended at"))
    paused_by = who(_("stood still: written by"))
    paused_at = when(_("stood still: written at"))
    paused_days = models.PositiveSmallIntegerField(_("stood still for, days"), default=0)
    ended_by = who(_("stopped by"))
    ended_at = when(_("stopped at"))
    ending = models.CharField(_("how it stopped"), max_length=10, choices=Ending, blank=True)
    dropped_reason = models.CharField(_("why it is not needed"), max_length=10, choices=DropReason, blank=True)
    dropped_text = models.CharField(_("in words"), max_length=200, blank=True)

    objects = ClockQuerySet.as_manager()

    class Meta:
        ordering = ("due_on", "pk")
        verbose_name = _("clock")
        verbose_name_plural = _("clocks")
        indexes = (models.Index(fields=["warn_on"], condition=Q(ended_at=None), name="clock_running_by_day"),)
        constraints = (
            paired("clock", "extended"),
            paired("clock", "paused"),
            paired("clock", "ended"),
            models.UniqueConstraint(
                fields=["case", "rule"],
                condition=Q(ended_at=None),
                name="clock_runs_once_in_a_case",
                violation_error_message=_("This clock runs already."),
            ),
            models.CheckConstraint(
                name="clock_ends_after_it_began",
                condition=Q(sense=Sense.BEFORE, due_on__lt=F("started_on"))
                | (~Q(sense=Sense.BEFORE) & Q(due_on__gt=F("started_on"))),
            ),
            models.CheckConstraint(
                name="clock_stood_still_for_days_by_somebody",
                condition=Q(paused_days=0, paused_at=None) | Q(paused_days__gte=1, paused_at__isnull=False),
            ),
            models.CheckConstraint(
                name="clock_stopped_says_how",
                condition=Q(ended_at=None, ending="") | (Q(ended_at__isnull=False) & ~Q(ending="")),
            ),
            models.CheckConstraint(
                name="clock_dropped_says_why",
                condition=~Q(ending=Ending.DROPPED)
                | Q(dropped_reason=DropReason.CLOSED)
                | (~Q(dropped_reason="") & ~Q(dropped_text="")),
                violation_error_message=_("Say why the limit is not needed."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.case} {self.rule.code}"

    @property
    def dropped_because(self) -> str:
        reason = str(self.get_dropped_reason_display())
        return about(reason, self.dropped_text) if self.dropped_text else reason

    def is_late(self, today: date) -> bool:
        """What may be asked for from a day on is never late."""
        return self.sense != Sense.FROM and self.due_on < today

    def reckon(self) -> None:
        """The end and the day of the task, anew from what the law gives, what was prolonged and what stood still."""
        self.due_on = self.rule.ends(self.started_on, extended=self.extended_at is not None, paused=self.paused_days)
        warn = self.due_on - timedelta(days=self.rule.warn_days)
        self.warn_on = warn if self.sense == Sense.BEFORE else max(warn, self.started_on)

    @property
    def tone(self) -> str:
        """Green when stopped in time, red when late, amber when near."""
        today = timezone.localdate()
        if self.ended_at:
            return "danger" if self.ending == Ending.LATE else "ok" if self.ending == Ending.MET else "plain"
        return "danger" if self.is_late(today) else "warning" if self.warn_on <= today else "info"
