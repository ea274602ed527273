"""Reading a registry workbook: two sheets found by their titles, cells cleaned, households put together."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from casework.exchange.cells import Cleaners, household_of, key_of, member_of, text_of
from casework.queries.rows import HouseholdRow, MemberRow, Wrong
from casework.rules.names import normal_name, plain
from center.exchange import cleaning, reading
from center.exchange.cleaning import Fault
from center.exchange.reading import fold
from center.kernel.normal import fault_of_name
from center.kernel.sentences import listed
from center.privacy.masks import mask_name

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from center.exchange.reading import SheetLine, Table

COLUMNS_FILE = Path(__file__).parents[1] / "data" / "registry_columns.json"
HEAD_NEEDS = ("full_name", "id_number")
MEMBER_NEEDS = ("head_id", "full_name", "relation", "id_number")
LONGEST_NAME = 50
MOST_NAMED = 60  # rows and columns of one sheet that the preview names one by one
LANGUAGES = ("zh-hans", "en")  # of the reasons in an error workbook

cleaning.declare(
    sex_differs=gettext_lazy("The sex is not the one in the ID number, which was believed."),
    duplicate=gettext_lazy(
        "This ID number stands in row %(row)s of sheet “%(sheet)s” too. One person stands in one row: neither is brought in."
    ),
    member_is_head=gettext_lazy("The head of the household stands among its members."),
    no_head=gettext_lazy("No household of this file has this head."),
    head_named_otherwise=gettext_lazy(
        "The number is that of %(name)s in row %(row)s of sheet “%(sheet)s”. The head's number and name must be one person's."
    ),
    head_numbered_otherwise=gettext_lazy(
        "The name is that of %(name)s in row %(row)s of sheet “%(sheet)s”, who has another number. Correct the number."
    ),
    head_is_hidden=gettext_lazy("The row of this head is hidden, and hidden rows are not read."),
    other_name=gettext_lazy(
        "This ID number is on record with another name (%(name)s). Compare the card; names are corrected in the file."
    ),
    elsewhere=gettext_lazy("This person belongs to a household of another office."),
    is_member=gettext_lazy("This person is a member of a household that has another head: one family, one file."),
    has_ended=gettext_lazy("This household had file %(file)s, which has ended. Reopen that file."),
    number_taken=gettext_lazy("Another household has this file number. Correct the ID number in its file, not here."),
    number_differs=gettext_lazy("The file of this household has the number %(file)s, and numbers never change."),
    member_elsewhere=gettext_lazy("This person belongs to another household. End that membership first."),
    has_died=gettext_lazy("The head died on %(day)s. Name another head in the file, or end it."),
    member_died=gettext_lazy("This member died on %(day)s and is left out."),
    number_twice=gettext_lazy(
        "This file number stands in row %(row)s of sheet “%(sheet)s” too. One file has one number: neither is brought in."
    ),
)


@cache
def columns() -> dict[str, Any]:
    return dict(json.loads(COLUMNS_FILE.read_text(encoding="utf-8")))


def titles(sheet: str) -> dict[str, str]:
    """Every way of writing a heading → the column's key."""
    return {alias: key for key, aliases in columns()[sheet].items() for alias in aliases}


def heading(sheet: str, key: str) -> str:
    return str(columns()[sheet][key][0])


@dataclass(slots=True)
class _Head:
    """What joins members to a household: known of every household before the first one is read whole."""

    row: int
    raw_id: str
    raw_name: str
    number: str | None
    file_number: str | None


_Place = tuple[str, int]  # of which kind its sheet is, and its row

# Headings of columns that hold people beside the head; read without them, members would become heads, or be lost.
BESIDE = re.compile("|".join(cleaning.WORDS["beside"]), re.IGNORECASE)


def _refuse_members_beside(table: Table) -> None:
    """A sheet that keeps members in the rows of their heads, or heads beside students, is not read as heads alone."""
    unread = [title for place, title in enumerate(table.titles) if place not in set(table.columns.values())]
    known = {fold(table.titles[table.columns[key]]) for key in HEAD_NEEDS}
    beside = [title for title in unread if BESIDE.search(title) or (title and fold(title) in known)]
    if beside:
        raise Unrecognised(
            _(
                "Sheet “%(sheet)s” keeps other people beside the head (%(columns)s). List members on their own sheet, as in our template."
            )
            % {"sheet": table.page.name, "columns": listed(dict.fromkeys(beside))}
        )


class Book:
    """A registry workbook as it was understood. Members are held, households pass by one at a time."""

    def __init__(
        self, data: bytes, *, today: date | None = None, mapped: dict[str, dict[str, dict[str, str]]] | None = None
    ) -> None:
        self.today = today or timezone.localdate()
        self.pages = reading.read(data)
        said = mapped or {}
        self.members: list[Table] = reading.find(
            self.pages, titles("members"), needed=MEMBER_NEEDS, mapped=said.get("members")
        )
        taken = {id(table.page) for table in self.members}
        others = [page for page in self.pages if id(page) not in taken]
        self.heads: list[Table] = reading.find(others, titles("heads"), needed=HEAD_NEEDS, mapped=said.get("heads"))
        if not self.heads:
            raise Unrecognised(
                _("No sheet has the headings of a registry: name and ID number in one row within the first thirty.")
            )
        for table in self.heads:
            _refuse_members_beside(table)
        self.form_date = next((day for table in self.heads if (day := _form_date(table))), self.today)
        self._cleaners = Cleaners(self.today)
        self._index = [self._head_of(row, line) for table in self.heads for row, line in table.lines()]
        self._of_head: list[list[MemberRow]] = [[] for _head in self._index]
        self.orphans: list[MemberRow] = []
        self._incomplete: set[int] = set()  # places of households to which a row may belong that found no head
        self._join()
        self._people = self._numbered()
        self._refuse_members_twice()
        self._file_numbers: dict[str, list[_Place]] = defaultdict(list)
        for head in self._index:
            self._file_numbers[head.file_number or ""].append(("heads", head.row))

    def __len__(self) -> int:
        return len(self._index)

    def _head_of(self, row: int, line: SheetLine) -> _Head:
        raw = line.get("id_number")
        try:
            number = self._cleaners.identity(raw).number if raw is not None else None
        except Fault:
            number = None
        try:
            file_number = self._cleaners.file["number"](line.get("number") or "")
        except Fault:
            file_number = None
        return _Head(row, key_of(raw), normal_name(text_of(line.get("full_name"))), number, file_number)

    def _join(self) -> None:
        """Members find their head by ID number and name, by either when the other is wrong.

        A row that finds none is a fault, and says nothing about who has left: the households around it, and those that
        its head's number or name fits, stay as they are (fault kind 1).
        """
        indexes, unseen = self._indexes(), self._hidden_heads()
        for table in self.members:
            last: int | None = None
            lost: list[MemberRow] = []
            for number, line in table.lines():
                member = member_of(number, line, self._cleaners)
                found = self._head_place(member, *indexes)
                if found is None:
                    self._note_orphan(member, unseen)
                    lost.append(member)
                    fits = [*indexes[1].get(member.head_id, []), *indexes[2].get(member.head_name, [])]
                    self._incomplete.update(fits if last is None else [*fits, last])
                    continue
                self._compare_head_name(member, self._index[found])
                if len(indexes[1][self._index[found].raw_id]) == 1:  # what two heads have is nobody's number
                    self._compare_head_number(member, self._index[found])
                self._of_head[found].append(member)
                self._incomplete.update([found] if lost else [])
                last, self.orphans, lost = found, [*self.orphans, *lost], []
            self.orphans += lost
            if lost and last is None:
                self._incomplete.update(place for place, members in enumerate(self._of_head) if not members)
            for number, line in table.hidden_lines():
                found = self._head_place(member_of(number, line, self._cleaners), *indexes)
                self._incomplete.update(range(len(self._index)) if found is None else [found])

    def _compare_head_name(self, member: MemberRow, head: _Head) -> None:
        """A number that fits beside the name of somebody else: one of the two is wrong, and nobody can tell which."""
        names = (member.head_name, head.raw_name)
        if member.head_id != head.raw_id or len({plain(name) for name in names}) == 1:
            return
        if any(not name or fault_of_name(name) or len(name) > LONGEST_NAME for name in names):
            return  # no name of anybody: a name of the head that cannot be one has its own fault
        details = {"name": mask_name(head.raw_name), **self._where("heads", head.row)}
        member.wrong.append(Wrong("members", member.row, "head_name", "head_named_otherwise", details))

    def _compare_head_number(self, member: MemberRow, head: _Head) -> None:
        """A number that is nobody's beside the name of a head: a slip of a digit, or the head of another family."""
        if not member.head_id or head.number is None or any(one.column == "head_id" for one in member.wrong):
            return
        try:
            is_same = self._cleaners.identity(member.head_id).number == head.number
        except Fault:
            is_same = False
        if not is_same:
            details = {"name": mask_name(head.raw_name), **self._where("heads", head.row)}
            member.wrong.append(Wrong("members", member.row, "head_id", "head_numbered_otherwise", details))

    def _note_orphan(self, member: MemberRow, unseen: set[str]) -> None:
        """The true reason: digits that were lost, a head that nobody sees, or none."""
        if all(wrong.column != "head_id" for wrong in member.wrong):
            is_hidden = ({member.head_id, member.head_name} - {""}) & unseen
            member.wrong.append(Wrong("members", member.row, "head_id", "head_is_hidden" if is_hidden else "no_head"))

    def _head_place(
        self,
        member: MemberRow,
        both: dict[tuple[str, str], int],
        by_id: dict[str, list[int]],
        by_name: dict[str, list[int]],
    ) -> int | None:
        found = both.get((member.head_id, member.head_name))
        if found is None:
            found = _only(by_id.get(member.head_id))
        if found is None and member.head_id in by_id:
            found = by_id[member.head_id][0]
        named = _only(by_name.get(member.head_name)) if found is None else None
        if named is not None and not self._is_another(member.head_id, named, by_id):
            found = named
        return found

    def _is_another(self, head_id: str, place: int, by_id: dict[str, list[int]]) -> bool:
        """Two good numbers are two people, even of one name; a number that two heads have is nobody's."""
        head = self._index[place]
        if head.number is None or len(by_id[head.raw_id]) > 1:
            return False
        try:
            return bool(self._cleaners.identity(head_id).number != head.number)
        except Fault:
            return False

    def _hidden_heads(self) -> set[str]:
        lines = [line for table in self.heads for _row, line in table.hidden_lines()]
        return {key_of(line.get("id_number")) for line in lines} | {
            normal_name(text_of(line.get("full_name"))) for line in lines
        }

    def _indexes(self) -> tuple[dict[tuple[str, str], int], dict[str, list[int]], dict[str, list[int]]]:
        both: dict[tuple[str, str], int] = {}
        by_id: dict[str, list[int]] = defaultdict(list)
        by_name: dict[str, list[int]] = defaultdict(list)
        for place, head in enumerate(self._index):
            both.setdefault((head.raw_id, head.raw_name), place)
            by_id[head.raw_id].append(place)
            by_name[head.raw_name].append(place)
        by_id.pop("", None)
        by_name.pop("", None)
        both.pop(("", ""), None)
        return both, by_id, by_name

    def around_orphans(self) -> list[tuple[int, list[MemberRow]]]:
        """(row of the head, its members) of the households to which a row without a head may belong."""
        places = sorted(self._incomplete) if self.orphans else []
        return [(self._index[place].row, self._of_head[place]) for place in places]

    def _numbered(self) -> dict[str, list[_Place]]:
        """One person, one row: of every ID number the rows that have it, heads and members alike."""
        found: dict[str, list[_Place]] = defaultdict(list)
        for head, members in zip(self._index, self._of_head, strict=True):
            if head.number is not None:
                found[head.number].append(("heads", head.row))
            for member in members:
                number = member.person.get("id_number")
                if number is not None and number == head.number:
                    member.wrong.append(Wrong("members", member.row, "id_number", "member_is_head"))
                elif number is not None:
                    found[number].append(("members", member.row))
        return found

    def _refuse_twice(self, wrong: list[Wrong], place: _Place, column: str, places: list[_Place], code: str) -> None:
        """Each of the rows that say the same thing of two is a fault, and names another: none of them is the right one."""
        other = next((one for one in places if one != place), None)
        if other is not None:
            wrong.append(Wrong(*place, column, code, self._where(*other)))

    def _refuse_members_twice(self) -> None:
        for members in self._of_head:
            for member in members:
                places = self._people.get(member.person.get("id_number", ""), [])
                place = ("members", member.row)
                if place in places:
                    self._refuse_twice(member.wrong, place, "id_number", places, "duplicate")

    def households(self) -> Iterator[HouseholdRow]:
        """Every household, whole: cleaned, its members with it, compared with the other rows of the file."""
        lines = (found for table in self.heads for found in table.lines())
        for place, (row, line) in enumerate(lines):
            household = household_of(row, line, self._cleaners)
            household.members = self._of_head[place] if self.members else None
            household.incomplete = self._is_incomplete(household, place)
            here = ("heads", row)
            people = self._people.get(household.person.get("id_number", ""), [])
            self._refuse_twice(household.wrong, here, "id_number", people, "duplicate")
            files = self._file_numbers[number] if (number := household.file.get("number")) else []
            self._refuse_twice(household.wrong, here, "number", files, "number_twice")
            yield household

    def _is_incomplete(self, household: HouseholdRow, place: int) -> bool:
        """Whether the file says too little of the household for anybody to have left it: nobody is listed, fewer than
        the household counts, or a row may be missing."""
        told = len(household.members or [])
        declared = household.household.get("declared_size", 1 + told)
        return place in self._incomplete or not told or declared != 1 + told

    def page_of(self, sheet: str, row: int) -> str:
        """The name of the sheet in which a row stands; a wrong cell says only of which kind the sheet is."""
        tables = self.heads if sheet == "heads" else self.members
        return str(tables[reading.place_of(row)[0]].page.name)

    def _where(self, sheet: str, row: int) -> dict[str, Any]:
        """A row as people find it: its number and the name of its sheet."""
        return {"row": reading.place_of(row)[1], "sheet": self.page_of(sheet, row)}

    @property
    def unknown(self) -> list[str]:
        """Headings that are not read: said, so that nobody believes they were; our own of the error workbook are not."""
        found = [heading for table in (*self.heads, *self.members) for heading in table.unknown]
        return [heading for heading in dict.fromkeys(found) if heading not in reason_headings()]

    def sheets(self) -> list[dict[str, Any]]:
        """The sheets that were read, as what, and how many entries each has."""
        kinds = (("heads", self.heads), ("members", self.members))
        counted = [(kind, table, sum(1 for _line in table.lines())) for kind, tables in kinds for table in tables]
        return [{"kind": kind, "sheet": table.page.name, "count": count} for kind, table, count in counted]

    def left_out(self) -> list[dict[str, Any]]:
        """All that was not read, each with its count, and every sheet that was (fault kind 3): what the preview shows, the
        command prints and the import keeps."""
        tables = {id(table.page): table for table in (*self.heads, *self.members)}
        found: list[dict[str, Any]] = [
            {"what": "hidden_sheet", "sheet": page.name, "count": len(page)} for page in self.pages.hidden
        ]
        for page in self.pages:
            table = tables.get(id(page))
            if table is None:
                found += [{"what": "sheet", "sheet": page.name, "count": rows} for rows in [len(page)] if rows]
                continue
            found += self._left_out_of(table)
        return found

    def _left_out_of(self, table: Table) -> list[dict[str, Any]]:
        left, name = table.left_out, table.page.name
        found: list[dict[str, Any]] = []
        if left.hidden:
            found.append(
                {"what": "hidden_rows", "sheet": name, "count": len(left.hidden), "rows": left.hidden[:MOST_NAMED]}
            )
        if left.passed:
            rows = sorted(left.passed)[:MOST_NAMED]
            found.append({"what": "passed_rows", "sheet": name, "count": len(left.passed), "rows": rows})
        columns = {title: cells for title, cells in left.columns.items() if cells and title not in reason_headings()}
        found += [
            {"what": "column", "sheet": name, "column": title[:40], "count": cells}
            for title, cells in list(columns.items())[:MOST_NAMED]
        ]
        return found


def left_out_words(one: dict[str, Any]) -> str:
    """One sentence of what was not read, with its count."""
    rows = ", ".join(str(row) for row in one.get("rows", []))
    sentences = {
        "hidden_sheet": _("Sheet “%(sheet)s” is hidden and was not read: rows %(count)s."),
        "sheet": _("Sheet “%(sheet)s” has no headings of a registry and was not read: rows %(count)s."),
        "hidden_rows": _("Hidden rows of sheet “%(sheet)s” were not read: %(count)s (row %(rows)s)."),
        "passed_rows": _(
            "Totals, signatures and repeated headings of sheet “%(sheet)s” were passed over: %(count)s (row %(rows)s)."
        ),
        "column": _("Column “%(column)s” of sheet “%(sheet)s” is not read: filled cells %(count)s."),
    }
    return str(sentences[one["what"]] % {**one, "rows": rows})


def reason_headings() -> list[str]:
    """What stands above the reasons in an error workbook, which comes back with them when it is corrected."""
    said = []
    for language in LANGUAGES:
        with translation.override(language):
            said.append(_("Reason of the error"))
    return said


class Unrecognised(reading.Unreadable):
    """It can be read, but its headings are nobody's: a person says what they mean."""


@dataclass(frozen=True)
class Asked:
    """A sheet whose headings a person is asked about: `columns` are (heading, shape of a cell, key as far as known)."""

    place: int
    name: str
    kind: str  # "heads" or "members"
    headings: str
    columns: list[tuple[str, str, str]]
    _known: dict[str, list[str]]

    def taken_as(self, kind: str) -> Asked:
        """The same sheet as households or as members."""
        kind = kind or self.kind
        said = zip(self.columns, self._known[kind], strict=True)
        return replace(self, kind=kind, columns=[(title, shape, key) for (title, shape, _key), key in said])

    @property
    def needed(self) -> list[str]:
        """What must be among the columns."""
        return [heading(self.kind, key) for key in (HEAD_NEEDS if self.kind == "heads" else MEMBER_NEEDS)]

    @property
    def choices(self) -> list[tuple[str, str]]:
        return [(key, str(aliases[0])) for key, aliases in columns()[self.kind].items()]


def asked_about(data: bytes, *, mapped: dict[str, dict[str, dict[str, str]]]) -> list[Asked]:
    """Every sheet that has headings, with what is known of them already."""
    found: list[Asked] = []
    for page in reading.read(data):
        number = page.header()
        if not number:
            continue
        cells = [str(cell or "").strip() for cell in page.top[number - 1]]
        headings = reading.heading_set(cells)
        known = {kind: _known(kind, cells, mapped.get(kind, {}).get(headings, {})) for kind in ("heads", "members")}
        kind = max(known, key=lambda each: sum(bool(key) for key in known[each]))
        shapes = [_shape(page, number, at) for at in range(len(cells))]
        said = [(title, shape, key) for title, shape, key in zip(cells, shapes, known[kind], strict=True)]
        found.append(Asked(len(found), page.name, kind, headings, said, known))
    return found


def _known(kind: str, cells: list[str], said: dict[str, str]) -> list[str]:
    names = {reading.fold(title): key for title, key in titles(kind).items()} | said
    return [names.get(reading.fold(cell), "") for cell in cells]


def _shape(page: reading.Page, header: int, at: int) -> str:
    """What a cell of the column looks like, without saying anything: letters are letters and digits are digits."""
    cells = (cells[at] for cells in page.top[header:] if at < len(cells))
    text = str(next((cell for cell in cells if cell not in {"", None}), ""))[:24]
    return re.sub(r"[A-Za-z]", "a", re.sub(r"[^\x00-\x7f]", "\u3007", re.sub(r"\d", "#", text)))


def _only(found: list[int] | None) -> int | None:
    return found[0] if found and len(found) == 1 else None


def _form_date(table: Table) -> date | None:
    """The day that the form says it was filled in on, anywhere above the header."""
    word = str(columns()["form_date"])
    for cells in table.page.top[: table.header - 1]:
        for cell in cells:
            found = re.search(rf"{word}[:\uff1a\s]*(.+)", str(cell or ""))
            if found:
                try:
                    return cleaning.day(today=timezone.localdate(), future=True)(found[1])  # type: ignore[no-any-return]
                except Fault:
                    return None
    return None
