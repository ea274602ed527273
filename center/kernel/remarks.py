"""What the house itself says and keeps: an English sentence with its facts, told in the language of whoever reads it.

A computation, a flag of the agenda, a fault of a bank return, a step of a case outlive the language of whoever caused
them. The sentence stands whole in the row, so that it can be read without this program; whoever rewords one keeps the
earlier wording in `center/kernel/former_words.py` (tests/house/remarks.txt). What a person typed is no remark.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from django.utils.translation import get_language, gettext, override

from center.kernel.sentences import listed

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    Fact: TypeAlias = "str | int | Named | Remark | Sequence[Fact]"


@dataclass(frozen=True)
class Named:
    """A name that the office keeps in both languages, as it was then."""

    zh: str
    en: str

    def __str__(self) -> str:
        return self.en if (get_language() or "").startswith("en") else self.zh


@dataclass(frozen=True)
class Remark:
    """A sentence marked by `gettext_noop`, and the facts that it names: texts, numbers, names, remarks, lists of them."""

    text: str
    facts: Mapping[str, Fact] = field(default_factory=dict)

    def __str__(self) -> str:
        said = gettext(self.text)
        return said % {name: _said(fact) for name, fact in self.facts.items()} if self.facts else said

    def stored(self) -> dict[str, Any]:
        """As JSON."""
        return {"text": self.text, "facts": {name: _stored(fact) for name, fact in self.facts.items()}}

    @staticmethod
    def read(stored: Mapping[str, Any]) -> Remark:
        return Remark(stored["text"], {name: _read(fact) for name, fact in stored["facts"].items()})


def word(label: _StrPromise | str) -> Remark:
    """A word that is translated where it stands, as of a choice: the English one is kept."""
    with override("en"):
        return Remark(str(label))


def told(stored: Mapping[str, Any]) -> str:
    """What was kept, as a sentence; empty for nothing."""
    return str(Remark.read(stored)) if stored else ""


def _said(fact: Fact) -> object:
    if isinstance(fact, str | int | Named | Remark):
        return fact
    return listed(_said(one) for one in fact)


def _stored(fact: Fact) -> object:
    if isinstance(fact, Remark):
        return fact.stored()
    if isinstance(fact, Named):
        return asdict(fact)
    return fact if isinstance(fact, str | int) else [_stored(one) for one in fact]


def _read(fact: Any) -> Fact:
    if isinstance(fact, Mapping):
        return Remark.read(fact) if "text" in fact else Named(**fact)
    return [_read(one) for one in fact] if isinstance(fact, list) else fact
