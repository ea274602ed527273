"""Referrals: a person sent to a vacancy with a letter; the employer answers on its slip."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from casework.models.fields import paired, when, who
from center.kernel.roles import Permission
from center.models import Office, Stateful
from center.models.base import random_code
from center.models.bounds import DAY, SMALL, bounded
from employment.enums import LIVE, ReferralStatus, RefusalReason
from employment.models.seeker import Seeker
from employment.models.vacancy import Vacancy

if TYPE_CHECKING:
    from collections.abc import Mapping, Set

    from center.models import Staff

S = ReferralStatus


class ReferralQuerySet(models.QuerySet["Referral"]):
    def visible_to(self, staff: Staff) -> ReferralQuerySet:
        return self.filter(office__in=staff.sight(Permission.READ_JOBS))

    def waiting(self) -> ReferralQuerySet:
        return self.filter(status=S.SENT)

    def with_all(self) -> ReferralQuerySet:
        return self.select_related("seeker__person", "vacancy__employer", "sent_by", "office")


@bounded(score=SMALL, sent_on=DAY, answer_by=DAY)
class Referral(Stateful):
    """One letter. Its score and reasons are those of the day on which it was written."""

    MAY_BECOME: ClassVar[Mapping[str, Set[str]]] = {
        S.SENT: {S.HIRED, S.NOT_HIRED, S.NO_ANSWER},
        S.NO_ANSWER: {S.HIRED, S.NOT_HIRED},
    }

    code = models.CharField(max_length=12, unique=True, default=random_code, editable=False)
    number = models.CharField(_("number of the letter"), max_length=40, unique=True)
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="+", verbose_name=_("office"))
    seeker = models.ForeignKey(Seeker, on_delete=models.PROTECT, related_name="referrals", verbose_name=_("job seeker"))
    vacancy = models.ForeignKey(Vacancy, on_delete=models.PROTECT, related_name="referrals", verbose_name=_("vacancy"))
    status = models.CharField(_("state"), max_length=10, choices=ReferralStatus, default=S.SENT)
    score = models.PositiveSmallIntegerField(_("score"))
    reasons = models.JSONField(_("reasons of the score"), default=list)
    sent_by = models.ForeignKey("center.Staff", on_delete=models.PROTECT, related_name="+", verbose_name=_("sent by"))
    sent_at = models.DateTimeField(_("sent at"), default=timezone.now)
    sent_on = models.DateField(_("sent on"), default=timezone.localdate)
    answer_by = models.DateField(_("answer wanted by"))
    answered_by = who(_("answer entered by"))
    answered_at = when(_("answer entered at"))
    reason = models.CharField(_("reason"), max_length=10, choices=RefusalReason, blank=True)
    text = models.CharField(_("in words"), max_length=200, blank=True)

    objects = ReferralQuerySet.as_manager()

    class Meta:
        ordering = ("-sent_at", "-pk")
        verbose_name = _("referral")
        verbose_name_plural = _("referrals")
        indexes = (models.Index(fields=["office", "status", "answer_by"], name="referral_by_answer_day"),)
        constraints = (
            paired("referral", "answered"),
            models.UniqueConstraint(
                fields=["seeker", "vacancy"],
                condition=Q(status__in=LIVE),
                name="referral_is_sent_once",
                violation_error_message=_("This seeker has been sent to this vacancy already."),
            ),
            models.CheckConstraint(
                name="referral_not_hired_says_why",
                condition=~Q(status=S.NOT_HIRED) | ~Q(reason=""),
                violation_error_message=_("Say why nobody was hired."),
            ),
            models.CheckConstraint(
                name="referral_answered_has_its_day",
                condition=Q(status=S.SENT, answered_at=None) | (~Q(status=S.SENT) & Q(answered_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="referral_is_answered_after_it_was_sent", condition=Q(answer_by__gte=F("sent_on"))
            ),
        )

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("employment:referral", args=[self.code])

    @property
    def tone(self) -> str:
        if self.status == S.SENT and self.answer_by < timezone.localdate():
            return "warning"
        return {S.SENT: "info", S.HIRED: "ok", S.NO_ANSWER: "warning"}.get(S(self.status), "plain")
