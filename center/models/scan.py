"""Scans of minutes and of posted notices on which no code of ours could be read."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from center.kernel.roles import Permission
from center.models.meeting import Meeting
from center.models.notice import Notice
from center.models.paper import Document
from center.models.seconded import BY_ANOTHER, Seconded, said_why

if TYPE_CHECKING:
    from collections.abc import Mapping, Set

    from center.models.access import Staff

P = Permission


class ComparedScanQuerySet(models.QuerySet["ComparedScan"]):
    def seen_by(self, staff: Staff) -> ComparedScanQuerySet:
        """Of records of which this person's roles bring in or confirm scans."""
        minutes = staff.sight(P.PREPARE_MEETINGS) | staff.sight(P.CHAIR_MEETINGS)
        notices = staff.sight(P.COMPOSE_NOTICES) | staff.sight(P.PUBLISH_NOTICES)
        seen = Q(meeting__office__in=minutes) | Q(notice__office__in=notices)
        return self.filter(seen)

    def waiting_for(self, staff: Staff) -> ComparedScanQuerySet:
        """What this person may confirm: not their own word."""
        return self.seen_by(staff).filter(status=ComparedScan.Status.ASKED).exclude(named_by=staff)


class ComparedScan(Seconded):
    """Whoever brought the scan compared it with its record; a second person confirms that this is that paper."""

    class Status(models.TextChoices):
        ASKED = "asked", _("waits for the second person")
        DONE = "done", _("confirmed")
        TURNED_DOWN = "turned_down", _("turned down")
        TAKEN_OFF = "taken_off", _("taken off")

    MAY_BECOME: ClassVar[Mapping[str, Set[str]]] = {
        Status.ASKED: {Status.DONE, Status.TURNED_DOWN, Status.TAKEN_OFF},
        Status.DONE: {Status.TAKEN_OFF},
        Status.TURNED_DOWN: {Status.TAKEN_OFF},
    }

    document = models.OneToOneField(Document, on_delete=models.PROTECT, related_name="word", verbose_name=_("scan"))
    meeting = models.ForeignKey(
        Meeting, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("meeting")
    )
    notice = models.ForeignKey(
        Notice, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("notice")
    )
    status = models.CharField(_("status"), max_length=12, choices=Status, default=Status.ASKED)

    objects = ComparedScanQuerySet.as_manager()

    class Meta:
        ordering = ("pk",)
        verbose_name = _("scan without a code")
        verbose_name_plural = _("scans without a code")
        constraints = (
            models.CheckConstraint(
                name="compared_scan_is_of_one_record",
                condition=Q(meeting__isnull=False, notice=None) | Q(meeting=None, notice__isnull=False),
            ),
            models.CheckConstraint(
                name="compared_scan_has_who_compared_it", condition=Q(named_by__isnull=False, named_at__isnull=False)
            ),
            models.CheckConstraint(
                name="compared_scan_settled_has_who_and_when",
                condition=Q(settled_by=None, settled_at=None) | Q(settled_by__isnull=False, settled_at__isnull=False),
            ),
            models.CheckConstraint(
                name="compared_scan_has_two_people",
                condition=~Q(status="done") | BY_ANOTHER,
                violation_error_message=_("The second person must be somebody else."),
            ),
            said_why("compared_scan_turned_down_has_an_answer"),
        )

    def __str__(self) -> str:
        return str(self.record)

    @property
    def record(self) -> Meeting | Notice:
        """Whose paper it is said to be; exactly one of the two, by the constraint."""
        found = self.meeting or self.notice
        assert found is not None  # noqa: S101
        return found

    def get_absolute_url(self) -> str:
        return f"{self.record.get_absolute_url()}#scans"
