"""What one person proposes and another decides: by whom, when, and why; nobody confirms their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from casework.enums import ChangeStatus
from casework.models.fields import paired, when, who
from center.models.base import Stateful, random_code

if TYPE_CHECKING:
    from collections.abc import Mapping, Set


class Proposal(Stateful):
    """It counts only after a second person has confirmed it."""

    MAY_BECOME: ClassVar[Mapping[str, Set[str]]] = {
        ChangeStatus.PROPOSED: {ChangeStatus.CONFIRMED, ChangeStatus.REFUSED},
        ChangeStatus.CONFIRMED: set(),
        ChangeStatus.REFUSED: set(),
    }

    code = models.CharField(max_length=12, unique=True, default=random_code, editable=False)
    status = models.CharField(_("state"), max_length=10, choices=ChangeStatus, default=ChangeStatus.PROPOSED)
    reason = models.CharField(_("reason"), max_length=200)
    proposed_by = models.ForeignKey("center.Staff", on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(_("proposed at"), default=timezone.now)
    decided_by = who(_("decided by"))
    decided_at = when(_("decided at"))
    decided_text = models.CharField(_("why not"), max_length=200, blank=True)

    class Meta:
        abstract = True
        ordering = ("-pk",)
        constraints: ClassVar[tuple[models.BaseConstraint, ...]] = (
            paired("%(class)s", "decided"),
            models.CheckConstraint(
                name="%(class)s_confirmed_by_someone_else",
                condition=Q(decided_by=None) | Q(status=ChangeStatus.REFUSED) | ~Q(decided_by=F("proposed_by")),
                violation_error_message=_("Who proposed this may not confirm it."),
            ),
            models.CheckConstraint(
                name="%(class)s_refused_has_a_reason", condition=~Q(status=ChangeStatus.REFUSED) | ~Q(decided_text="")
            ),
            models.CheckConstraint(
                name="%(class)s_is_decided_by_somebody",
                condition=Q(status=ChangeStatus.PROPOSED, decided_at=None)
                | (~Q(status=ChangeStatus.PROPOSED) & Q(decided_at__isnull=False)),
            ),
        )

    @property
    def tone(self) -> str:
        tones = {ChangeStatus.PROPOSED: "info", ChangeStatus.CONFIRMED: "ok", ChangeStatus.REFUSED: "danger"}
        return tones[ChangeStatus(self.status)]
