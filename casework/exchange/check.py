"""A workbook, read and compared: what the preview, the command and the applying action are told."""

from __future__ import annotations

from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from casework.actions import imports as actions
from casework.exchange.errors import error_workbook, sentence
from casework.exchange.registry import LANGUAGES, Book, heading
from casework.queries import imports as questions
from center.privacy import vault
from center.privacy.masks import mask_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from casework.queries.imports import Planned
    from casework.queries.rows import Wrong
    from center.models import Import, Office, Staff

    Tell = Callable[[int, int, str], None]  # how many of how many, and what is being done

SHOWN = 200
CHUNK = 2_500  # households compared and written together: one district's registry, some thirty megabytes


def silent(done: int, total: int, message: str = "") -> None:
    """Nobody watches."""


class Examined:
    """A workbook and what it would do: counted and shown while its households pass by, none of them held."""

    def __init__(self, data: bytes, *, office: Office, tell: Tell = silent) -> None:
        self.book = Book(data, mapped=questions.mappings_of(office))
        self.office, self.tell = office, tell
        self.totals: Counter[str] = Counter(new=0, changed=0, unchanged=0, refused=0)
        self.bad_heads: dict[int, list[Wrong]] = {}
        self.bad_members: dict[int, list[Wrong]] = {orphan.row: orphan.wrong for orphan in self.book.orphans}
        self._changes: list[dict[str, Any]] = []
        self._faults: list[dict[str, Any]] = []
        self._doubts: list[dict[str, Any]] = []
        self._fault_count = 0

    @property
    def has_faults(self) -> bool:
        return bool(self.bad_heads or self.bad_members)

    def planned(self) -> Iterator[Planned]:
        """Every household with what becomes of it."""
        opening = questions.is_opening(self.office, timezone.localdate())
        passing, done = self.book.households(), 0
        while chunk := list(islice(passing, CHUNK)):
            for one in questions.plan(chunk, office=self.office, opening=opening).households:
                self._note(one)
                yield one
            done += len(chunk)
            self.tell(done, len(self.book), "")
        for orphan in self.book.orphans:
            self._show(orphan.head_name, orphan.wrong)

    def finish(self) -> Examined:
        """For those who want only to know."""
        for _one in self.planned():
            pass
        return self

    def _note(self, one: Planned) -> None:
        row = one.source
        self.totals[one.verdict] += 1
        self._doubts += [_told(wrong) for wrong in row.doubts[: SHOWN - len(self._doubts)]]
        if one.verdict == "changed" and len(self._changes) < SHOWN:
            self._changes.append({"row": row.row, "name": mask_name(row.raw_name), "what": one.what()})
        if one.verdict == "refused":
            self.bad_heads[row.row] = row.wrong
            self.bad_members |= {member.row: member.wrong for member in row.members or []}
            self._show(row.raw_name, row.all_wrong)

    def _show(self, name: str, wrongs: list[Wrong]) -> None:
        self._fault_count += len(wrongs)
        for wrong in wrongs[: SHOWN - len(self._faults)]:
            place = {"sheet": wrong.sheet, "name": mask_name(name), "column": heading(wrong.sheet, wrong.column)}
            self._faults.append(place | _told(wrong))

    def found(self) -> dict[str, Any]:
        """What is kept for the preview: all totals, at most 200 changes and 200 faults, names masked."""
        return {
            "doubts": self._doubts,
            "totals": dict(self.totals),
            "form_date": self.book.form_date.isoformat(),
            "has_members": self.book.members is not None,
            "unknown": self.book.unknown[:SHOWN],
            "changes": self._changes,
            "faults": self._faults,
            "fault_count": self._fault_count,
        }


def _told(wrong: Wrong) -> dict[str, Any]:
    return {"row": wrong.row, "reason": {language: sentence(wrong, language) for language in LANGUAGES}}


def check(record: Import, *, examined: Examined | None = None, tell: Tell = silent, by: Staff) -> Import:
    """Compare a workbook with the registry and keep what was found: the preview. Reads the kept original when asked."""
    if examined is None:
        examined = Examined(vault.get(record.original), office=record.office, tell=tell)
    checked = actions.keep_check(record, examined=examined, by=by)
    if examined.has_faults:
        errors = error_workbook(examined.book, examined.bad_heads, examined.bad_members)
        checked = actions.keep_errors(checked, data=errors, by=by)
    return checked


def bring_in(record: Import, *, only_good: bool, tell: Tell = silent, by: Staff) -> Import:
    """Apply what was staged. When the registry refuses more than the check did, the error workbook is made anew."""
    data = vault.get(record.original) if record.original else b""
    applied = actions.apply_import(record, only_good=only_good, tell=tell, by=by)
    if not applied.late:
        return applied.record
    book = Book(data, mapped=questions.mappings_of(record.office))
    heads = {row.row: row.wrong for row in applied.refused}
    members = {member.row: member.wrong for row in applied.refused for member in row.members or []}
    members |= {orphan.row: orphan.wrong for orphan in book.orphans}
    return actions.keep_errors(applied.record, data=error_workbook(book, heads, members), by=by)
