"""The life of a file as spells and steps, written by the database itself whenever a file changes.

The columns of a file say how it stands; they are written over when it goes round again. What a year counted (files in
force, exits, returns, categories) is read here and never moves: a trigger on the table of files writes these rows, so
that action, import and bulk update cannot forget them. The triggers stand in the migration that made the tables.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from casework.enums import Began, Ended, Source
from casework.models.fields import paired, when, who
from casework.models.file import HardshipFile
from casework.models.matter import Matter
from center.models.bounds import DAY, bounded

if TYPE_CHECKING:
    from datetime import date


class FileSpellQuerySet(models.QuerySet["FileSpell"]):
    def on(self, day: date) -> FileSpellQuerySet:
        """Spells that hold at the end of a day."""
        return self.filter(Q(until=None) | Q(until__gt=day), since__lte=day)

    def ended_between(self, how: str, since: date, until: date) -> FileSpellQuerySet:
        return self.filter(ended=how, until__range=(since, until))

    def begun_between(self, how: str, since: date, until: date) -> FileSpellQuerySet:
        return self.filter(began=how, since__range=(since, until))


@bounded(since=DAY, until=DAY)
class FileSpell(models.Model):
    """A time in which a file was in force: from its opening or its return (the first day) until its end (not included)."""

    file = models.ForeignKey(HardshipFile, on_delete=models.PROTECT, related_name="spells")
    since = models.DateField(_("from"))
    until = models.DateField(_("until"), null=True, blank=True)
    began = models.CharField(_("began as"), max_length=8, choices=Began)
    began_by = who(_("begun by"))
    began_at = when(_("begun at"))
    began_reason = models.CharField(_("reason of the return"), max_length=40, blank=True)
    ended = models.CharField(_("ended as"), max_length=9, choices=Ended, blank=True)
    ended_by = who(_("ended by"))
    ended_at = when(_("ended at"))
    ended_reason = models.CharField(_("reason of the end"), max_length=40, blank=True)

    objects = FileSpellQuerySet.as_manager()

    class Meta:
        ordering = ("file", "pk")
        verbose_name = _("time in force")
        verbose_name_plural = _("times in force")
        indexes = (models.Index(fields=["file", "since"], name="spell_of_a_file"),)
        constraints = (
            paired("spell", "began"),
            paired("spell", "ended"),
            models.UniqueConstraint(
                fields=["file"],
                condition=Q(until=None),
                name="file_is_in_force_once_at_a_time",
                violation_error_message=_("This file is in force already."),
            ),
            models.CheckConstraint(
                name="spell_ends_after_it_starts",
                condition=Q(until=None) | Q(until__gte=F("since")),
                violation_error_message=_("A file cannot end before it came into force."),
            ),
            models.CheckConstraint(
                name="spell_that_ended_says_how",
                condition=Q(until=None, ended="") | (Q(until__isnull=False) & ~Q(ended="")),
            ),
        )

    def __str__(self) -> str:
        return f"{self.file} · {self.since}"


@bounded(since=DAY, until=DAY)
class CategorySpell(models.Model):
    """A time in which one category stood on a file, as declared or as decided."""

    file = models.ForeignKey(HardshipFile, on_delete=models.PROTECT, related_name="categories")
    category = models.CharField(_("category"), max_length=40)
    source = models.CharField(_("category stands"), max_length=10, choices=Source)
    since = models.DateField(_("from"))
    until = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        ordering = ("file", "pk")
        verbose_name = _("time of a category")
        verbose_name_plural = _("times of categories")
        indexes = (models.Index(fields=["file", "since"], name="category_of_a_file"),)
        constraints = (
            models.UniqueConstraint(fields=["file"], condition=Q(until=None), name="file_has_one_category_at_a_time"),
            models.CheckConstraint(
                name="category_ends_after_it_starts", condition=Q(until=None) | Q(until__gte=F("since"))
            ),
        )

    def __str__(self) -> str:
        return f"{self.file} · {self.category}"


class FileStep(models.Model):
    """One step of a file, each time it was made: the columns of the file keep the last time only."""

    file = models.ForeignKey(HardshipFile, on_delete=models.PROTECT, related_name="steps")
    step = models.CharField(_("step"), max_length=12)
    made_by = models.ForeignKey(
        "center.Staff", on_delete=models.PROTECT, related_name="+", verbose_name=_("step taken by")
    )
    made_at = models.DateTimeField(_("made at"))
    reason = models.CharField(_("reason"), max_length=40, blank=True)

    class Meta:
        ordering = ("file", "made_at", "pk")
        verbose_name = _("step of a file")
        verbose_name_plural = _("steps of files")
        indexes = (models.Index(fields=["file", "made_at"], name="steps_of_a_file"),)

    def __str__(self) -> str:
        return f"{self.file} · {self.step}"


class MatterStep(models.Model):
    """A closing, an order of a leader, a reopening of a matter, each time; what a year counted stays counted."""

    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="steps")
    step = models.CharField(_("step"), max_length=12)
    made_by = models.ForeignKey(
        "center.Staff", on_delete=models.PROTECT, related_name="+", verbose_name=_("step taken by")
    )
    made_at = models.DateTimeField(_("made at"))

    class Meta:
        ordering = ("matter", "made_at", "pk")
        verbose_name = _("step of a matter")
        verbose_name_plural = _("steps of matters")
        indexes = (models.Index(fields=["matter", "step", "made_at"], name="steps_of_a_matter"),)

    def __str__(self) -> str:
        return f"{self.matter} · {self.step}"
