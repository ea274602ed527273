"""A workbook, read and compared: what the preview, the command and the applying action are told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from casework.exchange.errors import LANGUAGES, error_workbook, sentence
from casework.exchange.registry import Book, heading
from casework.queries import imports as questions
from center.privacy import vault
from center.privacy.masks import mask_name

if TYPE_CHECKING:
    from casework.queries.imports import Plan
    from center.models import Import, Office

SHOWN = 200


@dataclass
class Examined:
    """A workbook and what it would do."""

    book: Book
    plan: Plan

    @property
    def totals(self) -> dict[str, int]:
        return self.plan.totals()

    @property
    def has_faults(self) -> bool:
        return bool(self.plan.count("refused") or self.book.orphans)

    def errors(self) -> bytes:
        return error_workbook(self.book, self.plan)

    def found(self) -> dict[str, Any]:
        """What is kept for the preview: all totals, at most 200 changes and 200 faults, names masked."""
        changed = [one for one in self.plan.households if one.verdict == "changed"]
        refused = [one for one in self.plan.households if one.verdict == "refused"]
        wrongs = [(one.source.raw_name, wrong) for one in refused for wrong in one.source.all_wrong]
        wrongs += [(member.head_name, wrong) for member in self.book.orphans for wrong in member.wrong]
        doubts = [wrong for one in self.plan.households for wrong in one.source.doubts]
        return {
            "doubts": [
                {"row": wrong.row, "reason": {language: sentence(wrong, language) for language in LANGUAGES}}
                for wrong in doubts[:SHOWN]
            ],
            "totals": self.totals,
            "form_date": self.book.form_date.isoformat(),
            "has_members": self.book.members is not None,
            "unknown": self.book.unknown[:SHOWN],
            "changes": [
                {"row": one.source.row, "name": mask_name(one.source.raw_name), "what": one.what()}
                for one in changed[:SHOWN]
            ],
            "faults": [
                {
                    "sheet": wrong.sheet,
                    "row": wrong.row,
                    "name": mask_name(name),
                    "column": heading(wrong.sheet, wrong.column),
                    "reason": {language: sentence(wrong, language) for language in LANGUAGES},
                }
                for name, wrong in wrongs[:SHOWN]
            ],
            "fault_count": len(wrongs),
        }


def examine(data: bytes, *, office: Office) -> Examined:
    """Read and compare; nothing is written. Raises `Unreadable` when this is no registry at all."""
    book = Book(data)
    opening = questions.is_opening(office, timezone.localdate())
    return Examined(book, questions.plan(book.households, office=office, opening=opening))


def examine_again(record: Import) -> Examined:
    """The kept original, read anew: nothing of the preview is trusted."""
    return examine(vault.get(record.original), office=record.office)
