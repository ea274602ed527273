"""The rows of a registry workbook, cell by cell: cleaned, within their bounds, each fault on its cell."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from casework.models import HardshipFile, Household, Person, SpendingItem
from casework.queries.rows import HouseholdRow, MemberRow, Wrong
from casework.rules.names import naming, normal_name
from center.exchange import cleaning
from center.exchange.cleaning import Fault
from center.exchange.marks import Unread
from center.models.bounds import BOUNDS
from center.privacy import numbers

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from django.db.models import Model

    from center.exchange.reading import SheetLine

REQUIRED = ("category", "primary_cause")
MOST_SECONDARY = 3


def _within(cleaners: dict[str, Callable[[Any], Any]], *models: type[Model]) -> dict[str, Callable[[Any], Any]]:
    """The same cleaners, those of a bounded field with its bounds."""
    found = dict(cleaners)
    for model in models:
        for key in found.keys() & BOUNDS[model].keys():
            found[key] = cleaning.within(found[key], model, key)
    return found


class Cleaners:
    """The cleaners of one book, each with a memory: a registry says the same few words thousands of times."""

    def __init__(self, today: date) -> None:
        day = {"day": cleaning.day(today=today)}
        self.head = _remembering(_within(PERSON | {"work_start_on": day["day"]}, Person))
        self.household = _remembering(_within(HOUSEHOLD, Household))
        self.file = _remembering(_within(FILE | {"opened_on": day["day"]}, HardshipFile))
        self.employer = _remembering({"employer": cleaning.text(120), **EMPLOYER})
        self.spending = _remembering(SPENDING)
        self.member = _remembering(_within(MEMBER, Person))
        self.sex = _remember(cleaning.listed("sex"))
        self.causes = _remember(cleaning.several("hardship_cause"))
        self.category = _remember(cleaning.listed("hardship_category", fault="unknown_category"))
        self.bank = _remember(cleaning.text(60))
        self.monthly = _remember(cleaning.within(cleaning.money(), Household, "declared_head_monthly"))
        self.name = cleaning.name()
        self.identity = partial(cleaning.identity, today=timezone.localdate())


MOST_REMEMBERED = 4_000
ALWAYS_NEW = {"phone", "address", "number", "mind_note", "remark", "skills", "job_wish"}


def _remembering(cleaners: dict[str, Callable[[Any], Any]]) -> dict[str, Callable[[Any], Any]]:
    return {key: clean if key in ALWAYS_NEW else _remember(clean) for key, clean in cleaners.items()}


def _remember(clean: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """The same cleaner; cells that were cleaned before are answered from memory, faults too."""
    known: dict[tuple[type, Any], Any] = {}

    def remembered(value: Any) -> Any:
        key = (type(value), value)
        found = known.get(key)
        if found is None:
            try:
                found = clean(value)
            except Fault as fault:
                found = fault
            if found is not None and len(known) < MOST_REMEMBERED:
                known[key] = found
        if isinstance(found, Fault):
            raise found
        return found.copy() if isinstance(found, list) else found

    return remembered


class _Cleaner:
    """Cleans the cells of one row and collects what is wrong with them."""

    def __init__(self, sheet: str, row: int, line: SheetLine) -> None:
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
        found = {}
        for key, clean in cleaners.items():
            value = self.take(key, clean) if key in self.line.said else None
            if value is not None:
                found[key] = value
        return found


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
SPENDING = {
    key: cleaning.within(cleaning.money(), SpendingItem, "amount")
    for key in ("spent_illness", "spent_schooling", "spent_other")
}
FILE = {
    "number": cleaning.number(40),
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


def household_of(row: int, line: SheetLine, said: Cleaners) -> HouseholdRow:
    """A row of heads as a household without its members; what is wrong stands with it."""
    cell = _Cleaner("heads", row, line)
    person = _person(cell, said) | cell.all(said.head)
    file = cell.all(said.file)
    file |= _causes(cell, said)
    employer = cell.all(said.employer)
    household = HouseholdRow(
        row=row,
        raw_id=key_of(line.get("id_number")),
        raw_name=numbers.clean_name(text_of(line.get("full_name"))),
        person=person,
        household=cell.all(said.household),
        file=file,
        category=cell.take("category", said.category) or "",
        employer=employer,
        bank=cell.take("bank", said.bank) or "",
        card=cell.take("card", cleaning.card) or "",
        spending=cell.all(said.spending),
        members=None,
        wrong=cell.wrong,
        doubts=cell.doubts,
    )
    told = {"category": household.category, "primary_cause": file.get("primary_cause")}
    for key in REQUIRED:
        if not told[key] and all(wrong.column != key for wrong in cell.wrong):
            cell.mark(key, "missing")
    return household


def text_of(value: Any) -> str:
    """What a cell says as text; nothing where it cannot be read."""
    return "" if value is None or isinstance(value, Unread) else str(value)


def key_of(value: Any) -> str:
    """A head's number as members name it, compared without width and blanks; nothing where digits were lost."""
    return "" if isinstance(value, int | float) else numbers.squeeze(text_of(value))


def _person(cell: _Cleaner, said: Cleaners) -> dict[str, Any]:
    """Name and ID number, which every row needs; sex and birth date as the number says."""
    name = cell.take("full_name", said.name)
    parsed: numbers.IdNumber | None = cell.take("id_number", said.identity)
    if cell.line.get("full_name") is None:
        cell.mark("full_name", "name_missing")
    if cell.line.get("id_number") is None:
        cell.mark("id_number", "id_missing")
    found = naming(name) if name else {}
    if parsed is None:
        return found
    sex = cell.take("sex", said.sex)
    if sex and parsed.sex and sex != parsed.sex:
        cell.doubts.append(Wrong(cell.sheet, cell.row, "sex", "sex_differs"))
    return found | {"id_number": parsed.number, "birth_date": parsed.born, "sex": parsed.sex or sex or ""}


def _as_written(value: Any) -> None:
    """A head's number may be wrong where its name is right; one whose digits are gone was never there."""
    if isinstance(cleaning.legible(value), int | float):
        raise Fault("id_as_number")


def _causes(cell: _Cleaner, said: Cleaners) -> dict[str, Any]:
    """One primary cause, at most three others, none twice."""
    primary = cell.take("primary_cause", said.causes) or []
    secondary = cell.take("secondary_causes", said.causes) or []
    if len(primary) > 1:
        cell.mark("primary_cause", "two_primary_causes")
    if len(secondary) > MOST_SECONDARY:
        cell.mark("secondary_causes", "four_secondary_causes")
    secondary = [cause for cause in secondary if cause not in primary[:1]]
    found: dict[str, Any] = {"primary_cause": primary[0]} if primary else {}
    return found | ({"secondary_causes": secondary} if secondary else {})


def member_of(row: int, line: SheetLine, said: Cleaners) -> MemberRow:
    """A row of members, with the head that it names."""
    cell = _Cleaner("members", row, line)
    person = _person(cell, said) | cell.all(said.member)
    relation = person.pop("relation", "")
    if line.get("relation") is None:
        cell.mark("relation", "missing")
    cell.take("head_id", _as_written)
    return MemberRow(
        row=row,
        head_id=key_of(line.get("head_id")),
        head_name=normal_name(text_of(line.get("head_name"))),
        raw_name=numbers.clean_name(text_of(line.get("full_name"))),
        person=person,
        relation=relation,
        monthly=cell.take("monthly", said.monthly),
        wrong=cell.wrong,
        doubts=cell.doubts,
    )
