"""Cases: walled off from everybody but the handler, the colleagues named on them, and the leader."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from casework.models import Employer, Person, Visit
from casework.models.fields import paired, reasoned, when, who
from center.kernel.remarks import told
from center.kernel.roles import Permission
from center.kernel.sentences import about
from center.models import Office, Stateful
from center.models.base import random_code
from center.models.bounds import DAY, FEN, FIRST, LIFE_OR_LATER, MOST, PAST, SUM, Bounds, bounded
from center.models.privacy import Salted
from legal.enums import (
    OPEN,
    CaseStatus,
    CaseType,
    EventKind,
    HelpForm,
    LateReason,
    Loss,
    Outcome,
    PartyRole,
    RefusalReason,
    ReopenReason,
    Stage,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Set

    from django.utils.functional import _StrPromise

    from center.models import Staff

S = CaseStatus


def yuan(label: _StrPromise, *, empty: bool = True) -> models.DecimalField[Any, Any]:
    """Yuan and fen. Empty means not known yet."""
    return models.DecimalField(label, max_digits=14, decimal_places=2, null=empty, blank=empty)


class CaseQuerySet(models.QuerySet["Case"]):
    def visible_to(self, staff: Staff) -> CaseQuerySet:
        """Who may open a case: its handler, its colleagues, who supervises its office, and whom the handler named for
        the days of an absence. Nobody else, ever."""
        named = Q(handler=staff) | Q(pk__in=Case.colleagues.through.objects.filter(staff=staff).values("case"))
        mine = named & Q(office__in=staff.sight(Permission.READ_CASES))
        mine |= Q(handler__in=staff.stands_in_for, office__in=staff.sight(Permission.HANDLE_CASES))
        return self.filter(mine | Q(office__in=staff.sight(Permission.SUPERVISE_CASES)))

    def listed_for(self, staff: Staff) -> CaseQuerySet:
        """Whose number and stage may be seen: every case of the offices in sight."""
        return self.filter(office__in=staff.sight(Permission.READ_CASES) | staff.sight(Permission.SUPERVISE_CASES))

    def open(self) -> CaseQuerySet:
        return self.filter(status__in=OPEN)


@bounded(people=FIRST, applied_on=DAY, claimed_amount=SUM, awarded_amount=SUM, closed_on=DAY)
class Case(Stateful):
    """One dispute of one worker, or of a group that one worker speaks for. Recovered money is never relief money."""

    MAY_BECOME: ClassVar[Mapping[str, Set[str]]] = {
        S.APPLIED: {S.GRANTED, S.REFUSED, S.CLOSED},
        S.REFUSED: {S.GRANTED},
        S.GRANTED: {S.CLOSED},
        S.CLOSED: {S.GRANTED},
    }

    code = models.CharField(max_length=12, unique=True, default=random_code, editable=False)
    token = models.CharField(max_length=32, unique=True, null=True, editable=False)  # absorbs the second click
    number = models.CharField(_("case number"), max_length=40, unique=True)
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="+", verbose_name=_("office"))
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="cases", verbose_name=_("worker"))
    visit = models.ForeignKey(
        Visit, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("visit")
    )
    type = models.CharField(_("kind of case"), max_length=20, choices=CaseType)
    help_form = models.CharField(_("form of help"), max_length=12, choices=HelpForm, default=HelpForm.ADVICE)
    status = models.CharField(_("state"), max_length=10, choices=CaseStatus, default=S.APPLIED)
    stage = models.CharField(_("stage"), max_length=14, choices=Stage, default=Stage.CONSULTATION)
    people = models.PositiveSmallIntegerField(_("people concerned"), default=1)
    claim = models.TextField(_("claim, facts and reasons"))
    is_urgent = models.BooleanField(_("urgent: help first, papers later"), default=False)
    applied_on = models.DateField(_("applied on"), default=timezone.localdate)
    taken_by = models.ForeignKey("center.Staff", on_delete=models.PROTECT, related_name="+", verbose_name=_("taken by"))
    taken_at = models.DateTimeField(_("taken at"), default=timezone.now)
    late_reason = models.CharField(_("why taken in after the limit"), max_length=12, choices=LateReason, blank=True)
    late_text = models.CharField(_("taken in after the limit, in words"), max_length=200, blank=True)
    # who may see it
    handler = models.ForeignKey(
        "center.Staff", on_delete=models.PROTECT, related_name="legal_cases", verbose_name=_("handler")
    )
    colleagues = models.ManyToManyField(
        "center.Staff", blank=True, related_name="+", verbose_name=_("colleagues on this case")
    )
    assigned_by = who(_("assigned by"))
    assigned_at = when(_("assigned at"))
    lawyer = models.CharField(_("lawyer and firm"), max_length=80, blank=True)
    # the decision on aid
    decided_by = who(_("decided by"))
    decided_at = when(_("decided at"))
    refused_reason = models.CharField(_("reason of the refusal"), max_length=10, choices=RefusalReason, blank=True)
    decided_text = models.CharField(_("the decision in words"), max_length=300, blank=True)
    # money and the end
    claimed_amount = yuan(_("claimed, yuan"))
    awarded_amount = yuan(_("awarded, yuan"))
    more_text = models.CharField(_("why more arrived than was awarded"), max_length=200, blank=True)
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome, blank=True)
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    closed_by = who(_("closed by"))
    closed_at = when(_("closed at"))
    closed_text = models.TextField(_("closing report"), blank=True)
    reopened_by = who(_("reopened by"))
    reopened_at = when(_("reopened at"))
    reopened_reason = models.CharField(_("reason of reopening"), max_length=10, choices=ReopenReason, blank=True)
    reopened_text = models.CharField(_("why reopened"), max_length=200, blank=True)

    objects = CaseQuerySet.as_manager()

    class Meta:
        ordering = ("-taken_at", "-pk")
        verbose_name = _("legal case")
        verbose_name_plural = _("legal cases")
        indexes = (models.Index(fields=["office", "status", "stage"], name="case_by_state_and_stage"),)
        constraints = (
            *(paired("case", step) for step in ("assigned", "decided", "closed", "reopened")),
            reasoned("case", "reopened"),
            models.CheckConstraint(
                name="case_is_decided_by_another",
                condition=Q(decided_by=None) | ~Q(decided_by=F("taken_by")),
                violation_error_message=_("Nobody decides on aid that they took in themselves."),
            ),
            models.CheckConstraint(
                name="case_refused_says_why",
                condition=~Q(status=S.REFUSED) | (Q(decided_at__isnull=False) & ~Q(refused_reason="")),
                violation_error_message=_("A refusal has its reason, in writing."),
            ),
            models.CheckConstraint(
                name="case_granted_was_decided", condition=~Q(status=S.GRANTED) | Q(decided_at__isnull=False)
            ),
            models.CheckConstraint(
                name="case_closed_has_an_outcome_and_a_report",
                condition=~Q(status=S.CLOSED)
                | (Q(closed_at__isnull=False, closed_on__isnull=False) & ~Q(outcome="") & ~Q(closed_text="")),
                violation_error_message=_("A closed case has its outcome and its report."),
            ),
            models.CheckConstraint(
                name="case_amounts_are_not_negative",
                condition=(Q(claimed_amount=None) | Q(claimed_amount__gte=0))
                & (Q(awarded_amount=None) | Q(awarded_amount__gte=0)),
                violation_error_message=_("An amount is not below nothing."),
            ),
            models.CheckConstraint(
                name="case_taken_in_late_says_why",
                condition=Q(late_reason="", late_text="") | (~Q(late_reason="") & ~Q(late_text="")),
                violation_error_message=_("Say why the case is taken in although its limit has passed."),
            ),
            models.CheckConstraint(name="case_concerns_somebody", condition=Q(people__gte=1)),
            models.CheckConstraint(name="case_has_a_claim", condition=~Q(claim="")),
        )

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("legal:case", args=[self.code])

    @property
    def is_open(self) -> bool:
        return self.status in OPEN

    @property
    def tone(self) -> str:
        return {S.APPLIED: "warning", S.GRANTED: "info", S.CLOSED: "ok"}.get(S(self.status), "plain")


class Party(models.Model):
    """The other side, and whoever else has a part in it."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="parties", verbose_name=_("case"))
    role = models.CharField(_("part"), max_length=10, choices=PartyRole)
    name = models.CharField(pgettext_lazy("of a person or firm", "name"), max_length=120)
    employer = models.ForeignKey(
        Employer, on_delete=models.PROTECT, null=True, blank=True, related_name="disputes", verbose_name=_("employer")
    )
    note = models.CharField(pgettext_lazy("remark", "note"), max_length=200, blank=True)

    class Meta:
        ordering = ("pk",)
        verbose_name = _("party")
        verbose_name_plural = _("parties")
        constraints = (
            models.UniqueConstraint(
                fields=["case", "role", "name"],
                name="party_stands_once_in_a_case",
                violation_error_message=_("This party stands in the case already."),
            ),
            models.CheckConstraint(
                name="party_has_a_name", condition=~Q(name=""), violation_error_message=_("A party has its name.")
            ),
        )

    def __str__(self) -> str:
        return self.name


@bounded(on=LIFE_OR_LATER)
class CaseEvent(Salted):
    """One dated line of the case; what was written stays. Append-only, sealed; a destruction takes its words."""

    destroyed_columns = ("text",)

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="events", verbose_name=_("case"))
    token = models.CharField(max_length=32, unique=True, null=True, editable=False)  # absorbs the second click
    on = models.DateField(_("on"), default=timezone.localdate)
    kind = models.CharField(_("kind"), max_length=12, choices=EventKind, default=EventKind.NOTE)
    step = models.JSONField(_("the step"), default=dict, blank=True)  # a remark, when a step of ours wrote the line
    text = models.TextField(_("what happened"), blank=True)
    written_by = models.ForeignKey(
        "center.Staff", on_delete=models.PROTECT, related_name="+", verbose_name=_("written by")
    )
    written_at = models.DateTimeField(_("written at"), default=timezone.now)

    class Meta:
        ordering = ("-on", "-pk")
        verbose_name = _("event of a case")
        verbose_name_plural = _("events of cases")
        constraints = (
            models.CheckConstraint(
                name="case_event_says_what_happened",
                condition=~Q(step={}) | ~Q(text="") | Q(salt=None),
                violation_error_message=_("Write what happened."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.case} {self.on}"

    @property
    def told(self) -> str:
        """The step in the language of whoever reads it, and what was written."""
        step = told(self.step)
        return about(step, self.text) if step and self.text else step or self.text


PAID_OUT = Bounds(least=FEN, most=MOST)


@bounded(received_on=PAST, amount=PAID_OUT)
class Recovery(models.Model):
    """Money that reached the worker from the other side, by its day. It never touches the relief ledger."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="recoveries", verbose_name=_("case"))
    token = models.CharField(max_length=32, unique=True, null=True, editable=False)  # absorbs the second click
    received_on = models.DateField(_("money received on"))
    amount = yuan(_("received, yuan"), empty=False)
    loss = models.CharField(_("what it made good"), max_length=14, choices=Loss, default=Loss.WAGES)
    written_by = models.ForeignKey(
        "center.Staff", on_delete=models.PROTECT, related_name="+", verbose_name=_("written by")
    )
    written_at = models.DateTimeField(_("written at"), default=timezone.now)

    class Meta:
        ordering = ("received_on", "pk")
        verbose_name = _("recovery")
        verbose_name_plural = _("recoveries")
        constraints = (
            models.CheckConstraint(
                name="recovery_is_more_than_nothing",
                condition=Q(amount__gt=0),
                violation_error_message=_("Write down money that arrived, not money that was promised."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.case} {self.amount}"
