"""Sentences that rows keep are never lost by being reworded (center/kernel/remarks.py)."""

from __future__ import annotations

import ast
import os
from pathlib import Path
from typing import TYPE_CHECKING

from django.utils.translation import override

from casework.enums import Exclusion, IncomeKind, SpendingKind
from center.models.reference import Standard
from config.messages import BASE, ROOMS, written
from employment.enums import WorkLimit
from legal.enums import Stage

if TYPE_CHECKING:
    from collections.abc import Iterator

LIST = Path(__file__).parent / "remarks.txt"
CHOICES = (IncomeKind, SpendingKind, Exclusion, Standard.Key, Stage, WorkLimit)  # whose labels remarks keep as words


def kept_sentences() -> Iterator[str]:
    """The sentences marked by `gettext_noop`, and the words beside them: what remarks are made of."""
    with override("en"):
        yield from [str(choice.label) for choices in CHOICES for choice in choices]
    for room in ROOMS:
        for path in sorted((BASE / room).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "gettext_noop":
                    yield ast.literal_eval(node.args[0])


def test_every_sentence_that_was_ever_kept_still_has_its_chinese():
    """A reworded sentence goes on living in center/kernel/former_words.py; WRITE_REMARKS=1 adds the new ones to the list."""
    now = set(kept_sentences())
    if os.environ.get("WRITE_REMARKS"):
        LIST.write_text("".join(f"{one}\n" for one in sorted(now | listed())), encoding="utf-8")
    chinese = {message.id for room in ROOMS for message in written(room) if message.string}

    assert now - listed() == set()
    assert {one for one in listed() if one not in now} == set()
    assert now - chinese == set()


def listed() -> set[str]:
    return set(LIST.read_text(encoding="utf-8").splitlines()) if LIST.exists() else set()
