"""What the house itself remarks about a record: kept as a code with its facts, told in the language of whoever reads it.

Rooms teach their sentences once. What a person typed is no remark: it stays as it was typed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.utils.functional import _StrPromise

_sentences: dict[str, _StrPromise] = {
    "center.too_few_may_vote": _("%(count)s of %(seats)s members may vote, the quorum is %(quorum)s."),
}


@dataclass(frozen=True)
class Remark:
    """A code that begins with its room, and the facts that its sentence names."""

    code: str
    facts: dict[str, str | int] = field(default_factory=dict)

    def __str__(self) -> str:
        return str(_sentences[self.code] % self.facts)  # a plural looks for its number among the facts


def teach(sentences: Mapping[str, _StrPromise]) -> None:
    """The sentence of each code, translated when it is read."""
    _sentences.update(sentences)


def told(stored: Any) -> str:
    """What was kept as JSON, as a sentence; a text is what somebody typed."""
    return str(Remark(**stored)) if isinstance(stored, dict) else str(stored)
