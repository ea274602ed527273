"""A household as a registry workbook says it, and how that is kept between the check and the applying."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, fields
from datetime import date
from decimal import Decimal
from typing import Any

from casework.enums import IncomeKind, SpendingKind

MONTHS = 12
SPENDINGS = {
    "spent_illness": SpendingKind.ILLNESS,
    "spent_schooling": SpendingKind.SCHOOLING,
    "spent_other": SpendingKind.OTHER,
}


@dataclass(slots=True)
class Wrong:
    """One fault of one cell: which sheet, row and column, and the code of the reason."""

    sheet: str  # "heads" or "members"
    row: int
    column: str
    code: str
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class MemberRow:
    """A member as the workbook says. `person` holds only what the row says; an empty cell says nothing."""

    row: int
    head_id: str
    head_name: str
    person: dict[str, Any]
    relation: str
    monthly: Decimal | None
    wrong: list[Wrong]
    raw_name: str = ""  # as the row calls the member, right or wrong
    doubts: list[Wrong] = field(default_factory=list)


@dataclass(slots=True)
class HouseholdRow:
    """A household as the workbook says. `members` is None when the file has no sheet of members.

    `row` names one row of the whole file (center.exchange.reading.place_of)."""

    row: int
    raw_id: str
    raw_name: str
    person: dict[str, Any]
    household: dict[str, Any]
    file: dict[str, Any]
    category: str
    employer: dict[str, Any]
    bank: str
    card: str
    spending: dict[str, Decimal]
    members: list[MemberRow] | None
    wrong: list[Wrong]
    doubts: list[Wrong] = field(default_factory=list)
    incomplete: bool = False  # the file says too little of the household for anybody to have left it

    @property
    def all_wrong(self) -> list[Wrong]:
        return [*self.wrong, *(wrong for member in self.members or [] for wrong in member.wrong)]

    def incomes(self) -> dict[tuple[str, str], Decimal]:
        """(ID number, kind) → twelve months in yuan."""
        found: dict[tuple[str, str], Decimal] = {}
        head = self.person.get("id_number", "")
        if "declared_head_monthly" in self.household:
            found[head, IncomeKind.WAGE] = self.household["declared_head_monthly"] * MONTHS
        if "declared_other_annual" in self.household:
            found[head, IncomeKind.TRANSFER] = self.household["declared_other_annual"]
        for member in self.members or []:
            if member.monthly is not None:
                found[member.person.get("id_number", ""), IncomeKind.WAGE] = member.monthly * MONTHS
        return found

    def spendings(self) -> dict[str, Decimal]:
        return {SPENDINGS[key]: amount for key, amount in self.spending.items()}


def pack(row: HouseholdRow) -> bytes:
    """The whole row as bytes, to be encrypted."""
    said = _plain(row) | {"members": None if row.members is None else [_plain(member) for member in row.members]}
    return json.dumps(said, ensure_ascii=False, default=_told).encode()


def unpack(body: bytes) -> HouseholdRow:
    said = json.loads(body, object_hook=_heard)
    members = said.pop("members")
    said["wrong"] = [Wrong(*wrong) for wrong in said["wrong"]]
    said["doubts"] = []
    row = HouseholdRow(**said, members=None)
    if members is not None:
        row.members = [MemberRow(**{**one, "wrong": [Wrong(*wrong) for wrong in one["wrong"]]}) for one in members]
    return row


def _plain(record: HouseholdRow | MemberRow) -> dict[str, Any]:
    said = {each.name: getattr(record, each.name) for each in fields(record)}
    said.pop("doubts", None)
    said["wrong"] = [[one.sheet, one.row, one.column, one.code, one.details] for one in record.wrong]
    return said


def _told(value: Any) -> dict[str, str]:
    if isinstance(value, Decimal):
        return {"yuan": str(value)}
    if isinstance(value, date):
        return {"day": value.isoformat()}
    raise TypeError(type(value).__name__)


def _heard(said: dict[str, Any]) -> Any:
    if len(said) == 1:
        if "yuan" in said:
            return Decimal(said["yuan"])
        if "day" in said:
            return date.fromisoformat(said["day"])
    return said
