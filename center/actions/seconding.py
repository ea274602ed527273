"""The second person's answer, the same wherever a paper rests on somebody's word: signed sheets, minutes, posted notices."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _

from center.kernel.errors import Incomplete
from center.models.seconded import DONE, TURNED_DOWN

if TYPE_CHECKING:
    from center.models import Staff
    from center.models.seconded import Seconded


def confirm(word: Seconded, *, by: Staff) -> None:
    """Inside an action that holds the record and asked who may."""
    word.settled_by, word.settled_at = by, timezone.now()
    word.become(DONE)
    word.save(update_fields=["settled_by", "settled_at", "status"])


def turn_down(word: Seconded, *, answer: str, by: Staff) -> None:
    """The same; it is not that paper, or not what was said of it."""
    if not answer.strip():
        raise Incomplete(_("Say why."))
    word.answer = answer.strip()[:200]
    word.settled_by, word.settled_at = by, timezone.now()
    word.become(TURNED_DOWN)
    word.save(update_fields=["answer", "settled_by", "settled_at", "status"])
