"""Changes that count only after a second person has confirmed them."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from casework.enums import ChangeKind, ChangeStatus
from casework.models.account import BankAccount
from casework.models.file import HardshipFile
from casework.models.parts import paired, when, who
from center.models.base import Stateful, random_code
from center.roles import Permission

if TYPE_CHECKING:
    from collections.abc import Mapping, Set

    from center.models import Staff


class ChangeRequestQuerySet(models.QuerySet["ChangeRequest"]):
    def visible_to(self, staff: Staff) -> ChangeRequestQuerySet:
        return self.filter(file__office__in=staff.sight(Permission.READ_FILES))

    def open(self) -> ChangeRequestQuerySet:
        return self.filter(status=ChangeStatus.PROPOSED)


class ChangeRequest(Stateful):
    """Old and new as masks and codes; a new card waits in its own unchecked account, encrypted."""

    MAY_BECOME: ClassVar[Mapping[str, Set[str]]] = {
        ChangeStatus.PROPOSED: {ChangeStatus.CONFIRMED, ChangeStatus.REFUSED},
        ChangeStatus.CONFIRMED: set(),
        ChangeStatus.REFUSED: set(),
    }

    code = models.CharField(max_length=12, unique=True, default=random_code, editable=False)
    file = models.ForeignKey(HardshipFile, on_delete=models.PROTECT, related_name="changes")
    kind = models.CharField(_("what changes"), max_length=10, choices=ChangeKind)
    status = models.CharField(_("state"), max_length=10, choices=ChangeStatus, default=ChangeStatus.PROPOSED)
    old = models.JSONField(_("before"), default=dict, blank=True)
    new = models.JSONField(_("after"), default=dict, blank=True)
    account = models.ForeignKey(BankAccount, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.CharField(_("reason"), max_length=200)
    proposed_by = models.ForeignKey("center.Staff", on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(_("proposed at"), default=timezone.now)
    decided_by = who(_("decided by"))
    decided_at = when(_("decided at"))
    decided_text = models.CharField(_("why not"), max_length=200, blank=True)

    objects = ChangeRequestQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("change to confirm")
        verbose_name_plural = _("changes to confirm")
        constraints = (
            paired("change", "decided"),
            models.CheckConstraint(
                name="change_confirmed_by_someone_else",
                condition=Q(decided_by=None) | Q(status=ChangeStatus.REFUSED) | ~Q(decided_by=F("proposed_by")),
                violation_error_message=_("Who proposed a change may not confirm it."),
            ),
            models.CheckConstraint(
                name="change_refused_has_a_reason", condition=~Q(status=ChangeStatus.REFUSED) | ~Q(decided_text="")
            ),
            models.CheckConstraint(
                name="change_is_decided_by_somebody",
                condition=Q(status=ChangeStatus.PROPOSED, decided_at=None)
                | (~Q(status=ChangeStatus.PROPOSED) & Q(decided_at__isnull=False)),
            ),
        )

    def __str__(self) -> str:
        return self.code

    @property
    def tone(self) -> str:
        tones = {ChangeStatus.PROPOSED: "info", ChangeStatus.CONFIRMED: "ok", ChangeStatus.REFUSED: "danger"}
        return tones[ChangeStatus(self.status)]
