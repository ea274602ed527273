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
from center.exchange.reading import place_of
from center.privacy import vault
from center.privacy.masks import mask_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from casework.models import Membership
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
        self.bad_members: dict[int, list[Wrong]] = {}
        self._carry_orphans()
        self._leavers: list[dict[str, Any]] = []
        self._leaver_count = 0
        self._stayers: list[dict[str, Any]] = []
        self._stayer_count = 0
        self._changes: list[dict[str, Any]] = []
        self._faults: list[dict[str, Any]] = []
        self._doubts: list[dict[str, Any]] = []
        self._fault_count = 0

    @property
    def has_faults(self) -> bool:
        return bool(self.bad_heads or self.bad_members)

    def _carry_orphans(self) -> None:
        """Rows without a head go back with the whole of every household that they may belong to."""
        for row, members in self.book.around_orphans():
            self.bad_heads[row] = []
            self.bad_members |= {member.row: member.wrong for member in members}
        self.bad_members |= {orphan.row: orphan.wrong for orphan in self.book.orphans}

    def planned(self) -> Iterator[Planned]:
        """Every household with what becomes of it."""
        opening = questions.is_opening(self.office, timezone.localdate())
        passing, done = self.book.households(), 0
        strays = questions.Strays.of(self.book.orphans)
        while chunk := list(islice(passing, CHUNK)):
            for one in questions.plan(chunk, office=self.office, opening=opening, strays=strays).households:
                self._note(one)
                yield one
            done += len(chunk)
            self.tell(done, len(self.book), "")
        for orphan in self.book.orphans:
            self._show(orphan.raw_name, orphan.wrong)

    def finish(self) -> Examined:
        """For those who want only to know."""
        for _one in self.planned():
            pass
        return self

    def _note(self, one: Planned) -> None:
        row = one.source
        self.totals[one.verdict] += 1
        doubts = [*row.doubts, *(wrong for member in row.members or [] for wrong in member.doubts)]
        self._doubts += [self._told(wrong) for wrong in doubts[: SHOWN - len(self._doubts)]]
        if one.verdict == "changed" and len(self._changes) < SHOWN:
            self._changes.append(
                self._place("heads", row.row) | {"name": mask_name(row.raw_name), "what": one.what(), "at": row.row}
            )
        self._note_leavers(one)
        if one.verdict == "refused" or one.is_stray:
            self.bad_heads[row.row] = row.wrong
            self.bad_members |= {member.row: member.wrong for member in row.members or []}
            self._show(row.raw_name, row.wrong)
            for member in row.members or []:
                self._show(member.raw_name, member.wrong)

    def _note_leavers(self, one: Planned) -> None:
        """Whom the workbook does not list any more, of drafts and of files in force: counted, and named as far as a
        preview goes; those who leave when somebody says so, and those who stay."""
        self._leaver_count += len(one.left)
        self._leavers += [self._absent(one, place) for place in one.left[: SHOWN - len(self._leavers)]]
        self._stayer_count += len(one.staying)
        self._stayers += [self._absent(one, place) for place in one.staying[: SHOWN - len(self._stayers)]]

    def _absent(self, one: Planned, membership: Membership) -> dict[str, Any]:
        said = {"name": mask_name(one.source.raw_name), "member": mask_name(membership.person.full_name)}
        return self._place("heads", one.source.row) | said | {"relation": membership.relation}

    def _place(self, sheet: str, row: int) -> dict[str, Any]:
        """Where a row stands, as people find it."""
        return {"row": place_of(row)[1], "page": self.book.page_of(sheet, row)}

    def _show(self, name: str, wrongs: list[Wrong]) -> None:
        self._fault_count += len(wrongs)
        for wrong in wrongs[: SHOWN - len(self._faults)]:
            place = {"sheet": wrong.sheet, "name": mask_name(name), "column": heading(wrong.sheet, wrong.column)}
            self._faults.append(place | self._told(wrong))

    def _told(self, wrong: Wrong) -> dict[str, Any]:
        said = {language: sentence(wrong, language) for language in LANGUAGES}
        return self._place(wrong.sheet, wrong.row) | {"reason": said}

    def found(self) -> dict[str, Any]:
        """What is kept for the preview: all totals, at most 200 changes and 200 faults, names masked."""
        return {
            "doubts": self._doubts,
            "totals": dict(self.totals),
            "form_date": self.book.form_date.isoformat(),
            "has_members": bool(self.book.members),
            "unknown": self.book.unknown[:SHOWN],
            "sheets": self.book.sheets(),
            "left_out": self.book.left_out()[:SHOWN],
            "leavers": self._leavers,
            "leaver_count": self._leaver_count,
            "stayers": self._stayers,
            "stayer_count": self._stayer_count,
            "changes": self._changes,
            "faults": self._faults,
            "fault_count": self._fault_count,
        }


def check(record: Import, *, examined: Examined | None = None, tell: Tell = silent, by: Staff) -> Import:
    """Compare a workbook with the registry and keep what was found: the preview. Reads the kept original when asked."""
    if examined is None:
        examined = Examined(vault.get(record.original), office=record.office, tell=tell)
    checked = actions.keep_check(record, examined=examined, by=by)
    if examined.has_faults:
        errors = error_workbook(examined.book, examined.bad_heads, examined.bad_members)
        checked = actions.keep_errors(checked, data=errors, by=by)
    return checked


def bring_in(record: Import, *, only_good: bool, leave: bool = False, tell: Tell = silent, by: Staff) -> Import:
    """Apply what was staged. When the registry refuses more than the check did, the error workbook is made anew.

    Whom the workbook does not list any more leaves the household only when `leave` says so.
    """
    data = vault.get(record.original) if record.original else b""
    applied = actions.apply_import(record, only_good=only_good, leave=leave, tell=tell, by=by)
    if not applied.late:
        return applied.record
    book = Book(data, mapped=questions.mappings_of(record.office))
    around = book.around_orphans()
    heads: dict[int, list[Wrong]] = {row: [] for row, _members in around}
    heads |= {row.row: row.wrong for row in applied.refused}
    members = {member.row: member.wrong for _row, kin in around for member in kin}
    members |= {member.row: member.wrong for row in applied.refused for member in row.members or []}
    members |= {orphan.row: orphan.wrong for orphan in book.orphans}
    return actions.keep_errors(applied.record, data=error_workbook(book, heads, members), by=by)
