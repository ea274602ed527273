"""Marks on what the auditor's rules found: looked at, explained, or a fault."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from center.evidence import trail
from center.kernel.action import action
from center.kernel.errors import Incomplete, require
from relief.models import FindingMark
from relief.permissions import why_not_mark

if TYPE_CHECKING:
    from collections.abc import Sequence

    from center.models import Staff
    from relief.models import Payment


@action
def mark(payments: Sequence[Payment], *, rule: str, state: str, text: str = "", by: Staff) -> list[FindingMark]:
    """The auditor's word on some payments that a rule found; earlier words stay."""
    if not payments:
        raise Incomplete(_("Choose at least one payment."))
    text = text.strip()[:200]
    if state != FindingMark.State.CHECKED and not text:
        raise Incomplete(_("Explain it in words."))
    made = []
    for payment in payments:
        require(why_not_mark(by, payment))
        made.append(
            FindingMark.objects.create(
                office=payment.office, rule=rule, payment=payment, state=state, text=text, marked_by=by
            )
        )
        trail.record("relief.finding.marked", payment, by=by, rule=rule, state=state, text=text)
    return made
