"""Matters: petitions and transfers, with clocks, one return, supervision and a reply."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from casework.enums import (
    HandlingMode,
    Have,
    MatterKind,
    MatterReason,
    MatterResult,
    MatterStatus,
    PetitionClass,
    Told,
)
from casework.models.fields import paired, reasoned, tracked, when, who
from casework.models.visit import Visit
from center.kernel.roles import Permission
from center.models.base import Stateful, numbered, random_code
from center.models.bounds import DAY, SMALL, bounded
from center.models.office import Office

if TYPE_CHECKING:
    from collections.abc import Mapping, Set

    from center.models import Staff

S = MatterStatus


class MatterQuerySet(models.QuerySet["Matter"]):
    def visible_to(self, staff: Staff) -> MatterQuerySet:
        """Own matters; those who supervise see all of their offices. An accusation never shows elsewhere."""
        seen = Q(office__in=staff.sight(Permission.SUPERVISE_MATTERS)) | Q(
            office__in=staff.sight(Permission.HANDLE_MATTERS)
        )
        return self.filter(Q(assignee=staff) | Q(visit__first_handler=staff) | seen)

    def open(self) -> MatterQuerySet:
        return self.exclude(status=S.CLOSED)


@bounded(returns=SMALL, tell_by=DAY, due_on=DAY, supervised_until=DAY)
@tracked()
class Matter(Stateful):
    """A petition or a transfer. Its clock starts at the true time of the visit, not when somebody accepts it."""

    MAY_BECOME: ClassVar[Mapping[str, Set[str]]] = {
        S.REGISTERED: {S.ACCEPTED, S.RETURNED},
        S.RETURNED: {S.REGISTERED},
        S.ACCEPTED: {S.CLOSED, S.RETURNED},
        S.CLOSED: {S.ACCEPTED},
    }

    code = models.CharField(max_length=12, unique=True, default=random_code, editable=False)
    number = models.CharField(_("matter number"), max_length=40, blank=True)
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="matters", verbose_name=_("office"))
    visit = models.OneToOneField(Visit, on_delete=models.PROTECT, related_name="matter", verbose_name=_("visit"))
    kind = models.CharField(_("kind"), max_length=10, choices=MatterKind)
    petition_class = models.CharField(_("class of petition"), max_length=10, choices=PetitionClass, blank=True)
    mode = models.CharField(_("way of handling"), max_length=10, choices=HandlingMode, default=HandlingMode.OWN)
    request = models.TextField(_("request, facts and reasons"))
    status = models.CharField(_("state"), max_length=10, choices=MatterStatus, default=S.REGISTERED)
    registered_at = models.DateTimeField(_("registered at"))  # the visit's true time: clocks run from here
    # whose turn
    assignee = models.ForeignKey(
        "center.Staff", on_delete=models.PROTECT, null=True, related_name="matters", verbose_name=_("handler")
    )
    assigned_by = who(_("assigned by"))
    assigned_at = when(_("assigned at"))
    accepted_by = who(_("accepted by"))
    accepted_at = when(_("accepted at"))
    returns = models.PositiveSmallIntegerField(_("times returned"), default=0)
    returned_by = who(_("returned by"))
    returned_at = when(_("returned at"))
    returned_reason = models.CharField(_("reason of the return"), max_length=14, choices=MatterReason, blank=True)
    returned_text = models.CharField(_("the return in words"), max_length=200, blank=True)
    # clocks
    tell_by = models.DateField(_("tell the person by"), null=True, blank=True)
    told_by = who(_("told by"))
    told_at = when(_("told at"))
    told_how = models.CharField(_("told how"), max_length=10, choices=Told, blank=True)
    due_on = models.DateField(_("due on"))
    extended_by = who(_("extended by"))
    extended_at = when(_("extended at"))
    extended_reason = models.CharField(_("reason of the extension"), max_length=14, choices=MatterReason, blank=True)
    extended_text = models.CharField(_("the extension in words"), max_length=200, blank=True)
    supervised_by = who(_("supervised by"))
    supervised_at = when(_("supervised at"))
    supervised_reason = models.CharField(
        _("reason of the supervision"), max_length=14, choices=MatterReason, blank=True
    )
    supervised_text = models.CharField(_("order of the supervisor"), max_length=200, blank=True)
    supervised_until = models.DateField(_("supervised until"), null=True, blank=True)
    # handed to another body
    body = models.CharField(_("receiving body"), max_length=80, blank=True)
    body_reply = models.CharField(_("its reply"), max_length=200, blank=True)
    # the four haves and the end
    delivered_by = who(_("delivered by"))
    delivered_at = when(_("delivered at"))
    report = models.TextField(_("closing report"), blank=True)
    archive_number = models.CharField(_("number in the archive"), max_length=40, blank=True)
    result = models.CharField(_("result"), max_length=14, choices=MatterResult, blank=True)
    reply = models.TextField(_("reply to the person"), blank=True)
    closed_by = who(_("closed by"))
    closed_at = when(_("closed at"))
    reopened_by = who(_("reopened by"))
    reopened_at = when(_("reopened at"))
    reopened_reason = models.CharField(_("reason of the reopening"), max_length=14, choices=MatterReason, blank=True)
    reopened_text = models.CharField(_("the reopening in words"), max_length=200, blank=True)

    CALLED_WITH = ("visit__person",)

    objects = MatterQuerySet.as_manager()

    class Meta:
        ordering = ("due_on", "pk")
        verbose_name = _("matter")
        verbose_name_plural = _("matters")
        indexes = (models.Index(fields=["status", "due_on"], name="matter_by_due_day"),)
        constraints = (
            *(
                paired("matter", step)
                for step in (
                    "assigned",
                    "accepted",
                    "returned",
                    "told",
                    "extended",
                    "supervised",
                    "delivered",
                    "closed",
                    "reopened",
                )
            ),
            *(reasoned("matter", step) for step in ("returned", "extended", "supervised", "reopened")),
            models.CheckConstraint(
                name="matter_closed_has_all_four",
                condition=~Q(status=S.CLOSED)
                | (Q(closed_at__isnull=False, delivered_at__isnull=False) & ~Q(report="") & ~Q(archive_number="")),
                violation_error_message=_(
                    "A matter closes with all four: reception, delivery, closing report, archive."
                ),
            ),
            models.CheckConstraint(
                name="matter_closed_has_a_result_and_a_reply",
                condition=~Q(status=S.CLOSED) | (~Q(result="") & ~Q(reply="")),
                violation_error_message=_("A closed matter has its result and the reply to the person."),
            ),
            models.CheckConstraint(
                name="matter_returned_once_goes_to_the_leader",
                condition=Q(returns__lte=2),
                violation_error_message=_("A matter is returned once; after that the leader assigns it."),
            ),
            models.CheckConstraint(
                name="matter_petition_has_its_class",
                condition=~Q(kind=MatterKind.PETITION) | ~Q(petition_class=""),
                violation_error_message=_("A petition has its class."),
            ),
            models.CheckConstraint(
                name="matter_is_supervised_by_another",
                condition=Q(supervised_by=None) | ~Q(supervised_by=F("accepted_by")),
            ),
        )

    def __str__(self) -> str:
        return numbered(self, self.registered_at)

    @property
    def called(self) -> str:
        return f"{self} · {self.visit.person}" if self.visit.person else str(self)

    def get_absolute_url(self) -> str:
        return reverse("casework:matter", args=[self.code])

    @property
    def tone(self) -> str:
        if self.status == S.CLOSED:
            return "ok"
        return "danger" if self.due_on < timezone.localdate() else "info"

    def missing_haves(self) -> list[Have]:
        """Which of the four are not there yet; empty means it may close."""
        there = {
            Have.INTAKE: self.visit_id is not None,
            Have.DELIVERY: self.delivered_at is not None,
            Have.REPORT: bool(self.report.strip()),
            Have.FILE: bool(self.archive_number.strip()),
        }
        return [have for have, present in there.items() if not present]
