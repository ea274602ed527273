"""Signatures that came back: whose lines a sheet speaks for, who looked, and the second person where no code says so."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from center.kernel.roles import Permission
from center.models import Document, Office, Staff
from center.models.base import random_code, subject_of
from center.models.bounds import Bounds, bounded
from center.models.seconded import BY_ANOTHER, Seconded, said_why
from relief.models.fields import now, paired
from relief.models.payment import Batch

if TYPE_CHECKING:
    from collections.abc import Mapping, Set

    from django.db.models import QuerySet

    from relief.models.payment import Payment


class SignedSheetQuerySet(models.QuerySet["SignedSheet"]):
    def visible_to(self, staff: Staff) -> SignedSheetQuerySet:
        """Those who keep the money, and those who take receipts."""
        seen = staff.sight(Permission.READ_FUNDS) | staff.sight(Permission.CONFIRM_RECEIPTS)
        return self.filter(office_id__in=seen)


LINE = Bounds(least=1, most=500)  # of a batch: relief.actions.payments.MOST_LINES


@bounded(lines=LINE, unsigned=LINE, bare=LINE, unseen=LINE)
class SignedSheet(Seconded):
    """One scan of signatures, or a word about paper. Recognised by its code, one person says which of its lines are not
    signed; without one, or where no ink was found in a box, somebody names lines and a second person confirms them."""

    class Status(models.TextChoices):
        TAKEN = "taken", _("to be looked through")
        ASKED = "asked", _("waits for the second person")
        DONE = "done", _("confirmed")
        TURNED_DOWN = "turned_down", _("turned down")
        TAKEN_OFF = "taken_off", _("taken off")

    MAY_BECOME: ClassVar[Mapping[str, Set[str]]] = {
        Status.TAKEN: {Status.ASKED, Status.DONE, Status.TAKEN_OFF},
        Status.ASKED: {Status.DONE, Status.TURNED_DOWN, Status.TAKEN_OFF},
        Status.DONE: {Status.TAKEN_OFF},
    }

    code = models.CharField(max_length=12, unique=True, default=random_code, editable=False)
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="+", verbose_name=_("office"))
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="sheets", verbose_name=_("payment batch"))
    status = models.CharField(_("status"), max_length=12, choices=Status, default=Status.TAKEN)
    recognised = models.BooleanField(_("recognised by its code"))
    lines = ArrayField(models.PositiveSmallIntegerField(), verbose_name=_("lines"), default=list, blank=True)
    unsigned = ArrayField(models.PositiveSmallIntegerField(), verbose_name=_("not signed"), default=list, blank=True)
    bare = ArrayField(models.PositiveSmallIntegerField(), verbose_name=_("without ink"), default=list, blank=True)
    unseen = ArrayField(models.PositiveSmallIntegerField(), verbose_name=_("box not found"), default=list, blank=True)
    taken_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+", verbose_name=_("taken in by"))
    taken_at = models.DateTimeField(_("taken in at"), default=now)

    objects = SignedSheetQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("signed sheet")
        verbose_name_plural = _("signed sheets")
        constraints = (
            paired("signed_sheet", "named"),
            paired("signed_sheet", "settled"),
            models.CheckConstraint(
                name="signed_sheet_without_ink_has_two_people",
                condition=~Q(status="done")
                | Q(recognised=True, named_by__isnull=False)
                & Q(bare__contained_by=F("unsigned"), unseen__contained_by=F("unsigned"))
                | BY_ANOTHER,
                violation_error_message=_("The second person must be somebody else."),
            ),
            said_why("signed_sheet_turned_down_has_an_answer"),
        )

    def __str__(self) -> str:
        return str(self.batch)

    def get_absolute_url(self) -> str:
        return reverse("relief:signed_sheet", args=[self.code])

    @property
    def paper(self) -> Document | None:
        """The scan; none when the sheet stays on paper, or was taken off."""
        return Document.objects.filter(subject=subject_of(self), removed_at=None).order_by("-pk").first()

    @property
    def signed(self) -> list[int]:
        """The lines that it says are signed."""
        return [line for line in self.lines if line not in self.unsigned]

    @property
    def doubted(self) -> list[int]:
        """The lines in whose box no pen was found, or whose box was not."""
        return sorted({*self.bare, *self.unseen})

    def waiting(self) -> QuerySet[Payment]:
        """The payments of its lines that still wait for a receipt."""
        return self.batch.payments.filter(line__in=self.lines, status="paid", receipt_confirmed_by=None).order_by(
            "line"
        )
