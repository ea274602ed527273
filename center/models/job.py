"""Work that takes longer than a page may: a row that its owner watches, cancels, tries again."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from center.kernel.remarks import told
from center.kernel.roles import Permission
from center.models.base import Stateful, random_code
from center.models.bounds import COUNT, SMALL, bounded

if TYPE_CHECKING:
    from collections.abc import Mapping, Set

    from center.models.access import Staff

KEPT = timedelta(days=7)  # downloads
PATIENCE = timedelta(seconds=30)  # an idle worker begins within a second


class JobStatus(models.TextChoices):
    """Where a job stands."""

    WAITING = "waiting", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")


S = JobStatus
LIVE = (S.WAITING, S.RUNNING)
TONES = {S.WAITING: "plain", S.RUNNING: "info", S.DONE: "ok", S.FAILED: "danger", S.CANCELLED: "warning"}


class JobQuerySet(models.QuerySet["Job"]):
    def visible_to(self, staff: Staff) -> JobQuerySet:
        """One's own; who manages staff sees that others' jobs stand, never what they made."""
        return self.filter(Q(owner=staff) | Q(office__in=staff.sight(Permission.MANAGE_STAFF)))

    def ended_unseen(self, staff: Staff) -> JobQuerySet:
        """What a person has not heard of yet: the notice on every page."""
        return self.filter(owner=staff, seen_at=None, finished_at__gt=timezone.now() - KEPT)

    def live(self) -> JobQuerySet:
        return self.filter(status__in=LIVE)


@bounded(done=COUNT, total=COUNT, attempts=SMALL)
class Job(Stateful):
    """One piece of work for the worker. `done` of `total` are counted outside the work's own transaction.

    `subject` names the record that it is about, `args` what else it was asked: ids and choices, nothing personal.
    """

    MAY_BECOME: ClassVar[Mapping[str, Set[str]]] = {
        S.WAITING: {S.RUNNING, S.CANCELLED, S.FAILED},
        S.RUNNING: {S.DONE, S.FAILED, S.CANCELLED, S.WAITING},
        S.DONE: set(),
        S.FAILED: {S.WAITING},
        S.CANCELLED: {S.WAITING},
    }

    code = models.CharField(max_length=12, unique=True, default=random_code, editable=False)
    kind = models.CharField(_("kind"), max_length=60)
    titled = models.JSONField(_("title"))  # a remark
    subject = models.CharField(max_length=80, blank=True)
    args = models.JSONField(default=dict)
    office = models.ForeignKey("center.Office", on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey("center.Staff", on_delete=models.PROTECT, related_name="+")
    language = models.CharField(max_length=10, default="zh-hans")
    status = models.CharField(_("state"), max_length=10, choices=JobStatus, default=S.WAITING)
    done = models.PositiveIntegerField(_("done"), default=0)
    total = models.PositiveIntegerField(_("of"), default=0)
    message = models.CharField(_("message"), max_length=200, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    asked_at = models.DateTimeField(_("asked at"), default=timezone.now)
    started_at = models.DateTimeField(_("started at"), null=True)
    finished_at = models.DateTimeField(_("finished at"), null=True)
    stop_asked_at = models.DateTimeField(_("asked to stop at"), null=True)
    seen_at = models.DateTimeField(_("seen at"), null=True)
    answer = models.CharField(max_length=200, blank=True)  # the page on which the work goes on
    result = models.CharField(max_length=20, blank=True)  # its place in the vault; empty when it is gone
    result_name = models.CharField(max_length=120, blank=True)
    errors = models.CharField(max_length=20, blank=True)  # the error file's place in the vault
    errors_name = models.CharField(max_length=120, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        indexes = (models.Index(fields=["owner", "status"], name="job_by_owner_and_status"),)
        constraints = (
            models.UniqueConstraint(
                fields=["kind", "subject"],
                condition=Q(status__in=LIVE) & ~Q(subject=""),
                name="one_live_job_a_subject",
                violation_error_message=_("This is being worked on already."),
            ),
            models.CheckConstraint(
                name="job_that_runs_has_started",
                condition=~Q(status__in=[S.RUNNING, S.DONE]) | Q(started_at__isnull=False),
            ),
            models.CheckConstraint(
                name="job_that_ended_has_its_moment",
                condition=Q(status__in=LIVE, finished_at=None) | (~Q(status__in=LIVE) & Q(finished_at__isnull=False)),
            ),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """What it is called, in the language of whoever reads it."""
        return told(self.titled)

    def get_absolute_url(self) -> str:
        return reverse("center:job", args=[self.code])

    @property
    def tone(self) -> str:
        return TONES[JobStatus(self.status)]

    @property
    def is_live(self) -> bool:
        return self.status in LIVE

    @property
    def percent(self) -> int:
        return min(100, self.done * 100 // self.total) if self.total else 0

    @property
    def kept_until(self) -> object:
        """Until when its files can be fetched."""
        return self.finished_at + KEPT if self.finished_at else None

    @property
    def has_waited(self) -> timedelta | None:
        """How long nobody has begun with it, once that is longer than a worker takes."""
        waited = timezone.now() - self.asked_at
        return waited if self.status == S.WAITING and waited > PATIENCE else None
