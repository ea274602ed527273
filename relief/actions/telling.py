"""That the applicant was told: of whom it is known, when and by whom. A printed letter tells nobody yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from center.evidence import trail
from center.kernel.action import action
from center.kernel.errors import require
from relief.actions.facts import locked
from relief.permissions import told_of, why_not_tell

if TYPE_CHECKING:
    from collections.abc import Iterable

    from center.models import Event, Staff
    from relief.models import Decision


@action
def tell(decision: Decision, *, by: Staff) -> Event:
    """The applicant knows of the decision in force; said once, a second click changes nothing."""
    decision.application = locked(decision.application)
    require(why_not_tell(by, decision))
    return told_of(decision) or trail.record("relief.decision.told", decision, by=by, result=decision.result)


@action
def tell_together(decisions: Iterable[Decision], *, by: Staff) -> int:
    """The same for several, each recorded by itself; one that may not be told refuses all. How many."""
    return len([tell(decision, by=by) for decision in sorted(decisions, key=lambda one: one.application_id)])
