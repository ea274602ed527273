"""Reading a registry workbook: two sheets found by their titles, cells cleaned, households put together."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from casework.names import normal_name
from casework.queries.imports import HouseholdRow, MemberRow, Wrong
from center.exchange import cleaning, reading
from center.exchange.cleaning import Fault
from center.privacy import numbers

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from center.exchange.reading import Line, Table

COLUMNS_FILE = Path(__file__).parents[1] / "data" / "registry_columns.json"
HEAD_NEEDS = ("full_name", "id_number")
MEMBER_NEEDS = ("head_id", "full_name", "relation", "id_number")
REQUIRED = ("category", "primary_cause")
MOST_SECONDARY = 3

cleaning.declare(
    sex_differs=gettext_lazy("The sex is not the one in the ID number, which was believed."),
    duplicate_of_row_above=gettext_lazy("Row %(row)s has this ID number already."),
    duplicate_of_member=gettext_lazy("Row %(row)s of the members has this ID number: one family, one file."),
    duplicate_member=gettext_lazy("Row %(row)s of the members has this ID number already."),
    member_is_head=gettext_lazy("The head of the household stands among its members."),
    no_head=gettext_lazy("No household of this file has this head."),
    elsewhere=gettext_lazy("This person belongs to a household of another office."),
    is_member=gettext_lazy("This person is a member of a household that has another head: one family, one file."),
    has_ended=gettext_lazy("This household had file %(file)s, which has ended. Reopen that file."),
    number_taken=gettext_lazy("Another household has this file number. Correct the ID number in its file, not here."),
    number_differs=gettext_lazy("The file of this household has the number %(file)s, and numbers never change."),
    member_elsewhere=gettext_lazy("This person belongs to another household. End that membership first."),
    number_twice=gettext_lazy("Row %(row)s has this file number already."),
)


@cache
def columns() -> dict[str, Any]:
    return dict(json.loads(COLUMNS_FILE.read_text(encoding="utf-8")))


def titles(sheet: str) -> dict[str, str]:
    """Every way of writing a heading → the column's key."""
    return {alias: key for key, aliases in columns()[sheet].items() for alias in aliases}


def heading(sheet: str, key: str) -> str:
    return str(columns()[sheet][key][0])


class Book:
    """A registry workbook as it was understood."""

    def __init__(self, data: bytes, *, today: date | None = None) -> None:
        self.today = today or timezone.localdate()
        self.pages = reading.read(data)
        members = reading.find(self.pages, titles("members"), needed=MEMBER_NEEDS)
        others = [page for page in self.pages if members is None or page is not members.page]
        heads = reading.find(others, titles("heads"), needed=HEAD_NEEDS)
        if heads is None:
            raise reading.Unreadable(
                _("No sheet has the headings of a registry: name and ID number in one row within the first thirty.")
            )
        self.heads: Table = heads
        self.members: Table | None = members
        self.form_date = _form_date(heads) or self.today
        self.households = [_head(number, line, self.today) for number, line in heads.lines()]
        self.orphans: list[MemberRow] = []
        self._join()
        self._compare_within()

    def _join(self) -> None:
        """Members find their head by ID number and name, by either when the other is wrong."""
        if self.members is None:
            return
        for household in self.households:
            household.members = []
        both, by_id, by_name = self._indexes()
        for number, line in self.members.lines():
            member = _member(number, line)
            name, raw = member.head_name, member.head_id
            found = both.get((raw, name)) or _only(by_id.get(raw)) or _only(by_name.get(name)) or _first(by_id.get(raw))
            if found is None:
                member.wrong.append(Wrong("members", number, "head_id", "no_head"))
                self.orphans.append(member)
            else:
                found.members.append(member)  # type: ignore[union-attr]

    def _indexes(self) -> tuple[Any, Any, Any]:
        both: dict[tuple[str, str], HouseholdRow] = {}
        by_id, by_name = defaultdict(list), defaultdict(list)
        for household in self.households:
            both.setdefault((household.raw_id, household.raw_name), household)
            by_id[household.raw_id].append(household)
            by_name[household.raw_name].append(household)
        by_id.pop("", None)
        by_name.pop("", None)
        return both, by_id, by_name

    def _compare_within(self) -> None:
        """What contradicts itself inside the file: one person, one place."""
        in_members: dict[str, tuple[int, HouseholdRow]] = {}
        for household in self.households:
            for member in household.members or []:
                number = member.person.get("id_number")
                if number is None:
                    continue
                if number == household.person.get("id_number"):
                    member.wrong.append(Wrong("members", member.row, "id_number", "member_is_head"))
                elif number in in_members:
                    details = {"row": in_members[number][0]}
                    member.wrong.append(Wrong("members", member.row, "id_number", "duplicate_member", details))
                else:
                    in_members[number] = (member.row, household)
        seen: dict[str, int] = {}
        numbers_seen: dict[str, int] = {}
        for household in self.households:
            _compare_head(household, seen, in_members)
            file_number = household.file.get("number")
            if file_number and numbers_seen.setdefault(file_number, household.row) != household.row:
                details = {"row": numbers_seen[file_number]}
                household.wrong.append(Wrong("heads", household.row, "number", "number_twice", details))

    @property
    def unknown(self) -> list[str]:
        """Headings that are not read: said, so that nobody believes they were."""
        return [*self.heads.unknown, *(self.members.unknown if self.members else [])]


def _compare_head(
    household: HouseholdRow, seen: dict[str, int], in_members: dict[str, tuple[int, HouseholdRow]]
) -> None:
    number = household.person.get("id_number")
    if number is None:
        return
    elsewhere = in_members.get(number)
    if elsewhere and elsewhere[1] is not household:
        wrong = Wrong("heads", household.row, "id_number", "duplicate_of_member", {"row": elsewhere[0]})
        household.wrong.append(wrong)
    elif number in seen:
        wrong = Wrong("heads", household.row, "id_number", "duplicate_of_row_above", {"row": seen[number]})
        household.wrong.append(wrong)
    seen.setdefault(number, household.row)


def _only(found: list[HouseholdRow] | None) -> HouseholdRow | None:
    return found[0] if found and len(found) == 1 else None


def _first(found: list[HouseholdRow] | None) -> HouseholdRow | None:
    return found[0] if found else None


def _form_date(table: Table) -> date | None:
    """The day that the form says it was filled in on, anywhere above the header."""
    word = str(columns()["form_date"])
    for cells in table.page.rows[: table.header - 1]:
        for cell in cells:
            found = re.search(rf"{word}[::\s]*(.+)", str(cell or ""))
            if found:
                try:
                    return cleaning.day(today=timezone.localdate(), future=True)(found[1])  # type: ignore[no-any-return]
                except Fault:
                    return None
    return None


class _Cleaner:
    """Cleans the cells of one row and collects what is wrong with them."""

    def __init__(self, sheet: str, row: int, line: Line) -> None:
        self.sheet, self.row, self.line = sheet, row, line
        self.wrong: list[Wrong] = []
        self.doubts: list[Wrong] = []  # told, and the ID number believed

    def take(self, key: str, clean: Callable[[Any], Any]) -> Any:
        value = self.line.get(key)
        if value is None:
            return None
        try:
            return clean(value)
        except Fault as fault:
            self.mark(key, fault.code, fault.details)
            return None

    def mark(self, key: str, code: str, details: dict[str, Any] | None = None) -> None:
        self.wrong.append(Wrong(self.sheet, self.row, key, code, details or {}))

    def all(self, cleaners: dict[str, Callable[[Any], Any]]) -> dict[str, Any]:
        """The values of these columns; what a cell does not say is left out."""
        found = {key: self.take(key, clean) for key, clean in cleaners.items()}
        return {key: value for key, value in found.items() if value is not None}


PERSON = {
    key: cleaning.listed(key)
    for key in [
        "ethnic_group",
        "political_status",
        "marital_status",
        "health_status",
        "disability_kind",
        "model_worker_type",
        "person_identity",
        "work_status",
        "hukou_type",
        "medical_insurance",
    ]
} | {
    "hukou_division": cleaning.listed("division", fault="unknown_division"),
    "phone": cleaning.phone,
    "skills": cleaning.words(),
    "job_wish": cleaning.text(200),
}
HOUSEHOLD = {
    "address": cleaning.text(120),
    "housing_type": cleaning.listed("housing_type"),
    "floor_area": cleaning.money(),
    "single_parent": cleaning.yes_no,
    "self_help_capable": cleaning.yes_no,
    "zero_employment": cleaning.yes_no,
    "declared_size": cleaning.whole,
    "declared_head_monthly": cleaning.money(),
    "declared_other_annual": cleaning.money(),
    "declared_annual": cleaning.money(),
    "declared_per_capita": cleaning.money(negative=True),
}
SPENDING = {key: cleaning.money() for key in ("spent_illness", "spent_schooling", "spent_other")}
FILE = {
    "number": cleaning.text(40),
    "layer": cleaning.listed("file_layer"),
    "needs": cleaning.several("help_need"),
    "mind_note": cleaning.text(2000),
    "filed_by_name": cleaning.text(50),
    "origin": cleaning.text(60),
    "remark": cleaning.text(2000),
}
EMPLOYER = {
    "employer_nature": cleaning.listed("employer_nature"),
    "employer_status": cleaning.listed("employer_status"),
    "industry": cleaning.listed("industry"),
}
MEMBER = {
    "relation": cleaning.listed("relation"),
    "health_status": cleaning.listed("health_status"),
    "medical_insurance": cleaning.listed("medical_insurance"),
    "person_identity": cleaning.listed("person_identity"),
    "school": cleaning.text(120),
    "education_level": cleaning.listed("education_level"),
    "enrol_year": cleaning.whole,
    "school_years": cleaning.whole,
    "job_wish": cleaning.text(200),
}


def _head(row: int, line: Line, today: date) -> HouseholdRow:
    cell = _Cleaner("heads", row, line)
    day = cleaning.day(today=today)
    person = _person(cell) | cell.all(PERSON | {"work_start_on": day})
    file = cell.all(FILE | {"opened_on": day})
    file |= _causes(cell)
    employer = cell.all({"employer": cleaning.text(120), **EMPLOYER})
    household = HouseholdRow(
        row=row,
        raw_id=numbers.squeeze(_text(line.get("id_number"))),
        raw_name=numbers.clean_name(_text(line.get("full_name"))),
        person=person,
        household=cell.all(HOUSEHOLD),
        file=file,
        category=cell.take("category", cleaning.listed("hardship_category", fault="unknown_category")) or "",
        employer=employer,
        bank=cell.take("bank", cleaning.text(60)) or "",
        card=cell.take("card", cleaning.card) or "",
        spending=cell.all(SPENDING),
        members=None,
        wrong=cell.wrong,
        doubts=cell.doubts,
    )
    for key in REQUIRED:
        if line.get(key) is None:
            cell.mark(key, "missing")
    return household


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _person(cell: _Cleaner) -> dict[str, Any]:
    """Name and ID number, which every row needs; sex and birth date as the number says."""
    name = cell.take("full_name", cleaning.name())
    number = cell.take("id_number", cleaning.id_number)
    if cell.line.get("full_name") is None:
        cell.mark("full_name", "name_missing")
    if cell.line.get("id_number") is None:
        cell.mark("id_number", "id_missing")
    found = {"full_name": normal_name(name)} if name else {}
    if number is None:
        return found
    parsed = numbers.parse_id(number)
    said = cell.take("sex", cleaning.listed("sex"))
    if said and parsed.sex and said != parsed.sex:
        cell.doubts.append(Wrong(cell.sheet, cell.row, "sex", "sex_differs"))
    return found | {"id_number": number, "birth_date": parsed.born, "sex": parsed.sex or said or ""}


def _causes(cell: _Cleaner) -> dict[str, Any]:
    """One primary cause, at most three others, none twice."""
    causes = cleaning.several("hardship_cause")
    primary, secondary = cell.take("primary_cause", causes) or [], cell.take("secondary_causes", causes) or []
    if len(primary) > 1:
        cell.mark("primary_cause", "two_primary_causes")
    if len(secondary) > MOST_SECONDARY:
        cell.mark("secondary_causes", "four_secondary_causes")
    secondary = [cause for cause in secondary if cause not in primary[:1]]
    found: dict[str, Any] = {"primary_cause": primary[0]} if primary else {}
    return found | ({"secondary_causes": secondary} if secondary else {})


def _member(row: int, line: Line) -> MemberRow:
    cell = _Cleaner("members", row, line)
    person = _person(cell) | cell.all({key: clean for key, clean in MEMBER.items() if key != "relation"})
    relation = cell.take("relation", MEMBER["relation"]) or ""
    if line.get("relation") is None:
        cell.mark("relation", "missing")
    return MemberRow(
        row=row,
        head_id=numbers.squeeze(_text(line.get("head_id"))),
        head_name=numbers.clean_name(_text(line.get("head_name"))),
        person=person,
        relation=relation,
        monthly=cell.take("monthly", cleaning.money()),
        wrong=cell.wrong,
    )


def reasons(book: Book) -> Counter[str]:
    """How often each kind of fault occurs."""
    return Counter(wrong.code for household in book.households for wrong in household.all_wrong)
