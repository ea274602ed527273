"""A registry workbook of any size: rows of the offices' own workbook, repeated with other people in them."""

from __future__ import annotations

import io
from collections import defaultdict
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from random import Random

from python_calamine import CalamineWorkbook

from casework.exchange.registry import columns, heading
from center.exchange import xlsx
from center.exchange.xlsx import Column, Sheet
from center.privacy.numbers import check_character

REGISTRY = Path(__file__).parents[1] / "data" / "hardship_files_2053.xlsx"
SEED = 2053
HEADER = 3  # the line of the headings of the first sheet; of the second it is the first line
FIRST_BIRTH, BIRTHS = date(1950, 1, 1), 19_999  # days; 37 and it have no common divisor
DIVISIONS = ("511102", "511111", "511112", "511123")


class People:
    """ID numbers, cards and phones that nobody has twice."""

    def __init__(self, chance: Random) -> None:
        self.chance, self.serial = chance, 0

    def id_number(self, *, woman: bool) -> str:
        self.serial += 1
        born = FIRST_BIRTH + timedelta(days=self.serial * 37 % BIRTHS)
        order = self.serial // BIRTHS * 2 + (0 if woman else 1)
        body = f"{DIVISIONS[self.serial % 4]}{born:%Y%m%d}{order:03d}"
        return body + check_character(body)

    def phone(self) -> str:
        return f"139{self.serial:08d}"

    def card(self) -> str:
        body = f"622848{self.serial:012d}"
        doubled = [int(digit) * (2 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(body))]
        return body + str(-sum(number // 10 + number % 10 for number in doubled) % 10)


@cache
def pattern() -> tuple[list[dict], dict[str, list[dict]]]:
    """Heads of the offices' workbook and their members, cell by column key."""
    book = CalamineWorkbook.from_path(str(REGISTRY))
    heads, members = (book.get_sheet_by_index(place).to_python() for place in (0, 1))
    known = {sheet: {heading(sheet, key): key for key in columns()[sheet]} for sheet in ("heads", "members")}
    rows = [_row(known["heads"], heads[HEADER - 1], cells) for cells in heads[HEADER:]]
    of_head = defaultdict(list)
    for cells in members[1:]:
        row = _row(known["members"], members[0], cells)
        of_head[row["head_id"]].append(row)
    return rows, of_head


def _row(known: dict[str, str], titles: list, cells: list) -> dict:
    return {known[title]: _cell(cell) for title, cell in zip(titles, cells, strict=True) if title in known}


def _cell(value):
    if isinstance(value, float):
        return Decimal(str(value)).quantize(Decimal("0.01"))
    return value.date() if isinstance(value, datetime) else value or None


def workbook(households: int, *, seed: int = SEED) -> bytes:
    """As many households as asked for, the same every time."""
    chance = Random(seed)  # noqa: S311 - invented people, the same every time
    people = People(chance)
    rows, of_head = pattern()
    heads: list[dict] = []
    members: list[dict] = []
    for serial in range(1, households + 1):
        like = chance.choice(rows)
        name = like["full_name"]
        number = people.id_number(woman=like["sex"] == "女")
        own = {"serial": serial, "number": f"B2026-{serial:06d}", "id_number": number, "work_start_on": None}
        own |= {"phone": people.phone(), "card": people.card()}
        heads.append({**like, **own})
        for member in of_head[like["id_number"]]:
            theirs = people.id_number(woman=member["sex"] == "女")
            members.append({**member, "head_id": number, "head_name": name, "id_number": theirs})
    out = io.BytesIO()
    xlsx.write(out, [_sheet("heads", "file_sheet", heads), _sheet("members", "member_sheet", members)])
    return out.getvalue()


def _sheet(sheet: str, name: str, rows: list[dict]) -> Sheet:
    keys = list(columns()[sheet])
    kinds = {"opened_on": "date"}
    titles = [Column(heading(sheet, key), kinds.get(key, "text")) for key in keys]
    return Sheet(str(columns()[name]), titles, ([row.get(key) for key in keys] for row in rows))
