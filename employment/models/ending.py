"""What a registration and a vacancy have in common: they end with a reason, and may stand open again with one."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from casework.models.fields import paired, reasoned, when, who
from center.models import Stateful
from employment.enums import BY_ITSELF, CLOSED, CloseReason, ReopenReason


class Ending(Stateful):
    """Closed by whom, when and why; opened again by whom, when and why."""

    closed_by = who(_("closed by"))
    closed_at = when(_("closed at"))
    closed_reason = models.CharField(_("reason of closing"), max_length=12, choices=CloseReason, blank=True)
    closed_text = models.CharField(_("the closing in words"), max_length=200, blank=True)
    reopened_by = who(_("reopened by"))
    reopened_at = when(_("reopened at"))
    reopened_reason = models.CharField(_("reason of reopening"), max_length=10, choices=ReopenReason, blank=True)
    reopened_text = models.CharField(_("the reopening in words"), max_length=200, blank=True)

    class Meta:
        abstract = True
        constraints = (
            *(paired("%(class)s", step) for step in ("closed", "reopened")),
            reasoned("%(class)s", "reopened"),
            models.CheckConstraint(
                name="%(class)s_closed_has_a_reason",
                condition=Q(closed_at=None)
                | Q(closed_reason__in=BY_ITSELF)
                | ~(Q(closed_reason="") | Q(closed_text="")),
                violation_error_message=_("What is closed has its reason."),
            ),
            models.CheckConstraint(
                name="%(class)s_closed_says_why",
                condition=~Q(status=CLOSED) | (Q(closed_at__isnull=False) & ~Q(closed_reason="")),
                violation_error_message=_("What is closed has its reason."),
            ),
        )
