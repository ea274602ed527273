"""The lines that our own steps write into a case."""

from __future__ import annotations

from typing import TYPE_CHECKING

from legal.enums import EventKind
from legal.models import CaseEvent

if TYPE_CHECKING:
    from center.kernel.remarks import Remark
    from center.models import Staff
    from legal.models import Case


def write_step(case: Case, step: Remark, *, text: str = "", by: Staff) -> CaseEvent:
    """What was done with the case; `text` is what somebody wrote about it."""
    return CaseEvent.objects.create(
        case=case, kind=EventKind.STEP, step=step.stored(), text=text.strip(), written_by=by
    )
