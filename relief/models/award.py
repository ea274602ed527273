"""Awards: money granted, in dated instalments, each from one fund source."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from casework.models import Person
from center.kernel.roles import Permission
from center.models import Office, Staff, Stateful
from center.models.bounds import DAY, FIRST, PAID, YUAN, bounded
from relief.models.application import Application, Decision
from relief.models.fields import money, paired, when, who
from relief.models.ledger import FundSource

if TYPE_CHECKING:
    from collections.abc import Mapping, Set
    from datetime import date


@bounded(amount=PAID, cap=YUAN, notice_ends_on=DAY)
class Award(Stateful):
    """What a decision gave. It is paid by instalments and never above its cap."""

    class Status(models.TextChoices):
        WAITING = "waiting", _("waits for its public notice")
        NOTICED = "noticed", _("on public notice")
        PAYABLE = "payable", _("to be paid")
        HELD = "held", _("held: the receiver has died")
        STOPPED = "stopped", _("stopped")

    MAY_BECOME: ClassVar[Mapping[str, Set[str]]] = {
        Status.WAITING: {Status.NOTICED, Status.STOPPED},
        Status.NOTICED: {Status.PAYABLE, Status.WAITING, Status.STOPPED},
        Status.PAYABLE: {Status.HELD, Status.STOPPED},
        Status.HELD: {Status.PAYABLE, Status.STOPPED},
        Status.STOPPED: set(),
    }

    application = models.OneToOneField(Application, on_delete=models.PROTECT, related_name="award")
    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="award")
    status = models.CharField(_("status"), max_length=8, choices=Status, default=Status.PAYABLE)
    amount = money(_("granted"))
    cap = money(_("cap"))
    needs_upper = models.BooleanField(_("needs the upper union"), default=False)
    upper_document = models.CharField(_("document of the upper union"), max_length=80, blank=True)
    notice_number = models.CharField(_("notice after the decision"), max_length=40, blank=True)
    notice_ends_on = models.DateField(_("notice ends on"), null=True, blank=True)
    granted_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+", verbose_name=_("granted by"))
    granted_at = models.DateTimeField(_("granted at"))
    held_by = who(_("held by"))
    held_at = when(_("held at"))
    payee = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("paid instead to")
    )
    stopped_by = who(_("stopped by"))
    stopped_at = when(_("stopped at"))
    stopped_reason = models.CharField(_("why stopped"), max_length=40, blank=True)
    stopped_text = models.CharField(_("explanation"), max_length=200, blank=True)

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("award")
        verbose_name_plural = _("awards")
        constraints = (
            paired("award", "stopped"),
            paired("award", "held"),
            models.CheckConstraint(name="award_held_has_who", condition=~Q(status="held") | Q(held_by__isnull=False)),
            models.CheckConstraint(name="award_amount_is_positive", condition=Q(amount__gt=0)),
            models.CheckConstraint(
                name="award_is_within_its_cap",
                condition=Q(amount__lte=models.F("cap")),
                violation_error_message=_("The amount is above what the rule allows."),
            ),
            models.CheckConstraint(
                name="award_waited_for_the_upper_union",
                condition=Q(needs_upper=False) | ~Q(upper_document=""),
                violation_error_message=_("An amount above the band needs the upper union's document."),
            ),
            models.CheckConstraint(
                name="award_stopped_has_a_reason",
                condition=Q(status="stopped", stopped_by__isnull=False) & ~Q(stopped_reason="") & ~Q(stopped_text="")
                | (~Q(status="stopped") & Q(stopped_by=None)),
            ),
        )

    def __str__(self) -> str:
        return str(self.application)

    @property
    def tone(self) -> str:
        tones = {"waiting": "info", "noticed": "info", "payable": "ok", "held": "warning", "stopped": "danger"}
        return tones[self.status]

    @property
    def receiver(self) -> Person:
        """For whom the money is now: the applicant, or who receives it instead of one who has died."""
        return self.payee or self.application.person


class InstalmentQuerySet(models.QuerySet["Instalment"]):
    def visible_to(self, staff: Staff) -> InstalmentQuerySet:
        return self.filter(award__application__office_id__in=staff.sight(Permission.READ_FUNDS))

    def live(self) -> InstalmentQuerySet:
        """Everything granted and not stopped: what counts against caps."""
        return self.exclude(status=Instalment.Status.STOPPED)

    def due(self, day: date) -> InstalmentQuerySet:
        """What may be paid on a day: owed, due, and of an award whose notice is over."""
        return self.filter(status=Instalment.Status.OWED, due_on__lte=day, award__status=Award.Status.PAYABLE)


@bounded(number=FIRST, due_on=DAY, amount=PAID)
class Instalment(Stateful):
    """One dated part of an award, from one fund source; an award over two sources has an instalment for each."""

    class Status(models.TextChoices):
        OWED = "owed", _("to be paid")
        PAYING = "paying", _("in a batch")
        PAID = "paid", _("paid")
        STOPPED = "stopped", _("stopped")

    MAY_BECOME: ClassVar[Mapping[str, Set[str]]] = {
        Status.OWED: {Status.PAYING, Status.STOPPED},
        Status.PAYING: {Status.PAID, Status.OWED},
        Status.PAID: {Status.OWED, Status.STOPPED},  # by a reversal
        Status.STOPPED: set(),
    }

    award = models.ForeignKey(Award, on_delete=models.PROTECT, related_name="instalments")
    number = models.PositiveSmallIntegerField(_("instalment"))
    due_on = models.DateField(_("due on"))
    amount = money(_("amount"))
    fund_source = models.ForeignKey(FundSource, on_delete=models.PROTECT, related_name="instalments")
    status = models.CharField(_("status"), max_length=8, choices=Status, default=Status.OWED)

    objects = InstalmentQuerySet.as_manager()

    class Meta:
        ordering = ("award", "number")
        verbose_name = _("instalment")
        verbose_name_plural = _("instalments")
        indexes = (models.Index(fields=("status", "due_on"), name="instalment_due"),)
        constraints = (
            models.UniqueConstraint(name="instalment_number_once", fields=("award", "number")),
            models.CheckConstraint(name="instalment_amount_is_positive", condition=Q(amount__gt=0)),
        )

    def __str__(self) -> str:
        return f"{self.award} #{self.number}"

    @property
    def tone(self) -> str:
        return {"owed": "info", "paying": "info", "paid": "ok", "stopped": "danger"}[self.status]

    @property
    def office(self) -> Office:
        return self.award.application.office
