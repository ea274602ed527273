"""Corrections: reversals, transfers and carry-overs, asked for by one person and posted by another."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from center.kernel.roles import Permission
from center.kernel.sentences import yuan
from center.models import Office, Staff, Stateful
from center.models.base import random_code
from center.models.bounds import PAID, bounded
from relief.enums import CorrectionKind
from relief.models.closing import Closing
from relief.models.fields import money, now, paired, when, who
from relief.models.ledger import FundSource, LedgerTransaction

if TYPE_CHECKING:
    from collections.abc import Mapping, Set


class CorrectionQuerySet(models.QuerySet["Correction"]):
    def visible_to(self, staff: Staff) -> CorrectionQuerySet:
        return self.filter(office_id__in=staff.sight(Permission.READ_FUNDS))


@bounded(amount=PAID)
class Correction(Stateful):
    """A movement waiting for its second person. Nothing paid is edited: this is how a mistake is answered."""

    class Status(models.TextChoices):
        ASKED = "asked", _("waits for the second person")
        DONE = "done", _("posted")
        TURNED_DOWN = "turned_down", _("turned down")

    MAY_BECOME: ClassVar[Mapping[str, Set[str]]] = {Status.ASKED: {Status.DONE, Status.TURNED_DOWN}}

    code = models.CharField(max_length=12, unique=True, default=random_code, editable=False)
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(_("kind"), max_length=12, choices=CorrectionKind)
    status = models.CharField(_("status"), max_length=12, choices=Status, default=Status.ASKED)
    wrong = models.ForeignKey(
        LedgerTransaction, on_delete=models.PROTECT, null=True, blank=True, related_name="corrections"
    )
    pay_again = models.BooleanField(_("to be paid again"), default=False)
    giver = models.ForeignKey(FundSource, on_delete=models.PROTECT, related_name="+", verbose_name=_("from source"))
    taker = models.ForeignKey(
        FundSource, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("to source")
    )
    amount = money(_("amount"))
    closing = models.ForeignKey(
        Closing, on_delete=models.PROTECT, null=True, blank=True, related_name="carried", verbose_name=_("closing")
    )
    lifted_by = models.CharField(_("document that lifts the earmark"), max_length=120, blank=True)
    reason_code = models.CharField(_("reason"), max_length=40)
    reason = models.CharField(_("explanation"), max_length=200)
    asked_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+", verbose_name=_("put forward by"))
    asked_at = models.DateTimeField(_("put forward at"), default=now)
    settled_by = who(_("second person"))
    settled_at = when(_("settled at"))
    answer = models.CharField(_("answer"), max_length=200, blank=True)

    objects = CorrectionQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")
        constraints = (
            paired("correction", "settled"),
            models.CheckConstraint(
                name="correction_settled_by_somebody_else",
                condition=Q(settled_by=None) | ~Q(settled_by=F("asked_by")),
                violation_error_message=_("The second person must be somebody else."),
            ),
            models.CheckConstraint(
                name="correction_settled_has_who",
                condition=Q(status="asked", settled_by=None) | (~Q(status="asked") & Q(settled_by__isnull=False)),
            ),
            models.CheckConstraint(
                name="correction_has_its_parties",
                condition=Q(kind="reverse", wrong__isnull=False, taker=None)
                | (~Q(kind="reverse") & Q(wrong=None, taker__isnull=False) & ~Q(taker=F("giver"))),
            ),
            models.CheckConstraint(
                name="correction_of_a_closing_carries_over", condition=Q(closing=None) | Q(kind="carry_over")
            ),
            models.CheckConstraint(name="correction_amount_is_positive", condition=Q(amount__gt=0)),
            models.CheckConstraint(name="correction_has_a_reason", condition=~Q(reason_code="") & ~Q(reason="")),
            models.UniqueConstraint(
                name="correction_asked_once",
                fields=("wrong",),
                condition=Q(status="asked"),
                violation_error_message=_("A reversal of this entry is already waiting for its second person."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {yuan(self.amount)}"

    def get_absolute_url(self) -> str:
        return reverse("relief:correction", args=[self.code])

    @property
    def tone(self) -> str:
        return {"asked": "warning", "done": "danger", "turned_down": "plain"}[self.status]
