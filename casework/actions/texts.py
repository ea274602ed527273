"""Quick texts (常用语): phrases of one's own, or of all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casework.models import QuickText
from casework.permissions import why_not_drop_quick_text, why_not_log_visit, why_not_share_quick_text
from center.evidence import trail
from center.kernel.action import action
from center.kernel.errors import require

if TYPE_CHECKING:
    from casework.models import VisitPurpose
    from center.models import Office, Staff


@action
def add_quick_text(
    office: Office,
    *,
    text: str,
    initials: str,
    purpose: VisitPurpose | None = None,
    shared: bool = False,
    by: Staff,
) -> QuickText:
    """A phrase for one purpose or any; for oneself, or for everybody."""
    require(why_not_log_visit(by, office))
    if shared:
        require(why_not_share_quick_text(by, office))
    owner = None if shared else by
    phrase = QuickText.objects.create(text=text, initials=initials, purpose=purpose, owner=owner)
    trail.record("casework.quick_text.added", phrase, by=by, initials=initials, shared=shared)
    return phrase


@action
def drop_quick_text(phrase: QuickText, *, by: Staff) -> None:
    """Texts are no records: a visit keeps the words, not the phrase."""
    require(why_not_drop_quick_text(by, phrase))
    trail.record("casework.quick_text.dropped", phrase, by=by, initials=phrase.initials)
    phrase.delete()
