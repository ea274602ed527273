"""Public notices with objections: what a household asks for is shown to its neighbours before (or after) it is decided."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from center.kernel.roles import Permission
from center.kernel.sentences import about
from center.models.access import Staff
from center.models.base import Stateful, random_code
from center.models.bounds import DAY, SMALL, YUAN, bounded
from center.models.office import Office


class NoticeQuerySet(models.QuerySet["Notice"]):
    def visible_to(self, staff: Staff, permission: Permission = Permission.READ_NOTICES) -> NoticeQuerySet:
        return self.filter(office__in=staff.sight(permission))

    def showing(self) -> NoticeQuerySet:
        return self.filter(status=Notice.Status.PUBLISHED)


@bounded(working_days=SMALL, starts_on=DAY, ends_on=DAY)
class Notice(Stateful):
    """One sheet on the board and on the public page, for a number of working days (domain.md §3.3, screens.md P25)."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("being composed")
        PUBLISHED = "published", _("on display")
        ENDED = "ended", _("ended")
        WITHDRAWN = "withdrawn", _("withdrawn")

    MAY_BECOME = {
        Status.DRAFT: frozenset({Status.PUBLISHED, Status.WITHDRAWN}),
        Status.PUBLISHED: frozenset({Status.ENDED, Status.WITHDRAWN}),
        Status.ENDED: frozenset(),
        Status.WITHDRAWN: frozenset(),
    }
    TONES = {Status.PUBLISHED: "info", Status.ENDED: "ok", Status.WITHDRAWN: "warning"}

    code = models.CharField(max_length=16, unique=True, default=random_code, editable=False)
    number = models.CharField(_("number"), max_length=40, unique=True, null=True, blank=True)
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="notices")
    title = models.CharField(_("title"), max_length=80)
    basis = models.CharField(_("basis"), max_length=200, blank=True)
    posted_at = models.CharField(_("where it hangs"), max_length=120, blank=True)
    status = models.CharField(_("state"), max_length=12, choices=Status, default=Status.DRAFT)
    working_days = models.PositiveSmallIntegerField(_("working days"), default=5)
    starts_on = models.DateField(_("from"), null=True, blank=True)
    ends_on = models.DateField(_("until"), null=True, blank=True)
    composed_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    composed_at = models.DateTimeField(_("composed at"), auto_now_add=True)
    published_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    published_at = models.DateTimeField(_("published at"), null=True, blank=True)
    closed_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    result = models.CharField(_("result of the notice"), max_length=400, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering = ("-composed_at", "-pk")
        verbose_name = _("public notice")
        verbose_name_plural = _("public notices")
        constraints = (
            models.CheckConstraint(
                name="notice_published_by_a_second_person",
                condition=Q(published_by=None) | ~Q(published_by=F("composed_by")),
                violation_error_message=_("Whoever composed a notice may not publish it."),
            ),
            models.CheckConstraint(
                name="notice_on_display_has_who_when_and_until",
                condition=Q(status__in=["draft", "withdrawn"])
                | Q(
                    published_by__isnull=False,
                    published_at__isnull=False,
                    starts_on__isnull=False,
                    ends_on__isnull=False,
                    number__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="notice_closed_has_who_and_when",
                condition=Q(status__in=["draft", "published"], closed_by=None, closed_at=None)
                | Q(status__in=["ended", "withdrawn"], closed_by__isnull=False, closed_at__isnull=False),
            ),
            models.CheckConstraint(name="notice_lasts_at_least_a_day", condition=Q(working_days__gte=1)),
        )

    def __str__(self) -> str:
        return self.number or str(self.title)

    def get_absolute_url(self) -> str:
        return reverse("center:notice", args=[self.code])

    @property
    def tone(self) -> str:
        return self.TONES.get(self.Status(self.status), "plain")


@bounded(position=SMALL, amount=YUAN)
class NoticeEntry(models.Model):
    """One line of a notice, exactly as it is shown: what is not allowed on it was never stored here."""

    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="entries")
    position = models.PositiveSmallIntegerField()
    subject = models.CharField(max_length=80, db_index=True)
    number = models.CharField(_("number"), max_length=40)
    shown_name = models.CharField(_("shown as"), max_length=60)
    employer = models.CharField(_("employer"), max_length=80, blank=True)
    programme = models.CharField(_("programme"), max_length=80)
    amount = models.DecimalField(_("amount"), max_digits=14, decimal_places=2, null=True, blank=True)
    upheld = models.BooleanField(_("an objection was right"), default=False)

    class Meta:
        ordering = ("notice", "position")
        verbose_name = _("line of a notice")
        verbose_name_plural = _("lines of a notice")
        constraints = (models.UniqueConstraint(name="subject_stands_once_on_a_notice", fields=("notice", "subject")),)

    def __str__(self) -> str:
        return f"{self.position}. {self.shown_name} {self.programme}"


class Objection(Stateful):
    """What somebody said against a line. An open one blocks the meeting."""

    class Status(models.TextChoices):
        OPEN = "open", pgettext_lazy("objection", "unanswered")
        UPHELD = "upheld", _("upheld")
        DISMISSED = "dismissed", _("dismissed")

    MAY_BECOME = {Status.OPEN: frozenset({Status.UPHELD, Status.DISMISSED})}
    TONES = {Status.OPEN: "warning", Status.UPHELD: "danger", Status.DISMISSED: "plain"}

    entry = models.ForeignKey(NoticeEntry, on_delete=models.PROTECT, related_name="objections")
    status = models.CharField(_("state"), max_length=10, choices=Status, default=Status.OPEN)
    said_by = models.CharField(_("who objects"), max_length=50, blank=True)
    text = models.TextField(_("the objection"), max_length=1000)
    received_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    received_at = models.DateTimeField(pgettext_lazy("objection", "received at"), auto_now_add=True)
    answered_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    answer = models.TextField(_("what was found and answered"), max_length=1000, blank=True)

    class Meta:
        ordering = ("-received_at",)
        verbose_name = _("objection")
        verbose_name_plural = _("objections")
        constraints = (
            models.CheckConstraint(
                name="objection_answered_has_who_when_and_words",
                condition=Q(status="open", answered_by=None, answered_at=None)
                | (Q(answered_by__isnull=False, answered_at__isnull=False) & ~Q(answer="")),
            ),
        )

    def __str__(self) -> str:
        return about(self.entry, self.get_status_display())

    @property
    def tone(self) -> str:
        return self.TONES[self.Status(self.status)]
