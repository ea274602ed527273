"""This desk's share of an invented district at scale (seed_scale): households with active files, written by COPY.

Rows are what the actions leave behind; nobody acts here, so the command works as the owner with the triggers off.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.utils import timezone

from casework.enums import Source
from casework.models import (
    BankAccount,
    Employer,
    HardshipFile,
    Household,
    IncomeItem,
    Membership,
    Person,
    Visit,
    VisitPurpose,
)
from casework.rules.names import search_keys
from center.exchange.copying import copy_in
from center.privacy.numbers import check_character
from center.reference import numbering
from demo.casework.households import CATEGORIES, CAUSES, YUAN

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

    from center.models import Office, Staff

TABLES = (Person, Household, Membership, HardshipFile, BankAccount, IncomeItem, Visit)
CHUNK = 5000  # households at a time
YEARS = 3  # of files and visits
DIVISIONS = ("511181", "511124", "511126", "511129")  # none of the small practice district: its numbers stay apart
OTHERS = (0, 1, 1, 2, 2, 3)  # people beside the head
KIN = ("10", "20", "30")
BEGIN_LIVES = (
    "SELECT casework_begin_life(ARRAY(SELECT made.file FROM unnest(%s::bigint[]) AS made(file)"
    " WHERE NOT EXISTS (SELECT FROM casework_filespell AS spell WHERE spell.file_id = made.file)))"
)
VISITS_EACH = 2


@dataclass(kw_only=True)
class Scale:
    """Who acts, where, and the one source of chance."""

    office: Office
    people: dict[str, Staff]
    chance: Random
    words: dict[str, Any] = field(default_factory=dict)
    numbers: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        path = Path(__file__).parents[1] / "data" / "casework.json"
        self.words = json.loads(path.read_text(encoding="utf-8"))

    def id_number(self, born: date, sex: str) -> str:
        """A number that nobody here has yet."""
        while True:
            last = self.chance.randrange(500) * 2 + (1 if sex == "1" else 0)
            body = f"{self.chance.choice(DIVISIONS)}{born:%Y%m%d}{last:03d}"
            if body not in self.numbers:
                self.numbers.add(body)
                return body + check_character(body)

    def card(self) -> str:
        body = "622848" + f"{self.chance.randrange(10**12):012d}"
        doubled = [int(digit) * (2 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(body))]
        return body + str(-sum(number // 10 + number % 10 for number in doubled) % 10)

    def phone(self) -> str:
        return f"1{self.chance.choice('3578')}{self.chance.randrange(10**9):09d}"

    def name(self, sex: str) -> str:
        given = "".join(sorted(set("".join(self.words["given_m" if sex == "1" else "given_f"]))))
        surname: str = self.chance.choice(self.words["surnames"])
        return surname + self.chance.choice(given) + self.chance.choice(given)

    def moment(self, day: date) -> datetime:
        return timezone.make_aware(datetime.combine(day, time(9 + self.chance.randrange(8), self.chance.randrange(60))))


@cache
def _keys(name: str) -> list[str]:
    return search_keys(name)


@dataclass(frozen=True, kw_only=True)
class Home:
    """A household as the other rooms need it."""

    head: int
    household: int
    file: int
    number: str
    name: str
    id_number: str
    phone: str
    card: str
    bank: str
    employer: str
    category: str
    opened_on: date


def homes(scale: Scale, *, many: int) -> Iterator[list[Home]]:
    """Write households in chunks and give back what was written."""
    employers = list(Employer.objects.order_by("pk").values_list("pk", "name"))
    today = timezone.localdate()
    opened = sorted(today - timedelta(days=30 + scale.chance.randrange(365 * YEARS)) for _file in range(many))
    for start in range(0, many, CHUNK):
        yield _chunk(scale, opened[start : start + CHUNK], employers)


def _person(scale: Scale, *, ages: tuple[int, int], sex: str, **more: Any) -> dict[str, Any]:
    born = timezone.localdate() - timedelta(days=365 * scale.chance.randint(*ages) + scale.chance.randrange(365))
    name = scale.name(sex)
    return {
        "full_name": name,
        "search_keys": _keys(name),
        "id_number": scale.id_number(born, sex),
        "sex": sex,
        "birth_date": born,
        "ethnic_group": "01",
        **more,
    }


def _chunk(scale: Scale, opened: list[date], employers: list[tuple[int, str]]) -> list[Home]:
    chance, words, office, by = scale.chance, scale.words, scale.office, scale.people
    heads, work = [], []
    for _file in opened:
        work.append(chance.choice(employers))
        heads.append(
            _person(scale, ages=(30, 58), sex=chance.choice("12"), phone=scale.phone(), employer_id=work[-1][0])
        )
    said = {"office_id": office.pk, "registered_by_id": by["frontdesk"].pk}
    head_keys = copy_in(Person, heads, **said)
    street, banks = words["streets"], words["banks"]
    households = copy_in(
        Household,
        [
            {
                "head_id": head,
                "address": words["address"].format(
                    street=chance.choice(street), number=chance.randint(1, 200), block=chance.randint(1, 20), door=101
                ),
            }
            for head in head_keys
        ],
        office_id=office.pk,
        division=office.division,
    )
    _others(scale, households, head_keys, opened, said)
    cards = [(scale.card(), chance.choice(banks)) for _head in heads]
    copy_in(
        BankAccount,
        [
            {"holder_id": head, "card": card, "bank": bank, "since": day, "entered_at": scale.moment(day), "checked_at": scale.moment(day)}
            for head, (card, bank), day in zip(head_keys, cards, opened, strict=True)
        ],
        entered_by_id=by["frontdesk"].pk,
        checked_by_id=by["officer"].pk,
    )  # fmt: skip
    copy_in(
        IncomeItem,
        [
            {"household_id": home, "person_id": head, "amount": Decimal(chance.choice(YUAN)), "year_ending_on": day}
            for home, head, day in zip(households, head_keys, opened, strict=True)
        ],
        kind="transfer_income",
        entered_by_id=by["frontdesk"].pk,
    )
    numbers = numbering.draw_each("file", office=office, days=opened)
    categories = [chance.choice(CATEGORIES) for _file in opened]
    files = copy_in(
        HardshipFile,
        [
            {
                "household_id": home,
                "number": number,
                "opened_on": day,
                "category": category,
                "category_on": day,
                "primary_cause": (cause := chance.choice(CAUSES)),
                "cause_text": words["causes"][cause],
                "filed_at": scale.moment(day - timedelta(days=25)),
                "submitted_at": scale.moment(day - timedelta(days=24)),
                "reviewed_at": scale.moment(day - timedelta(days=18)),
                "decided_at": scale.moment(day),
                "changed_on": day,
            }
            for home, number, day, category in zip(households, numbers, opened, categories, strict=True)
        ],
        office_id=office.pk,
        status="active",
        category_source=Source.DECIDED,
        filed_by_id=by["frontdesk"].pk,
        submitted_by_id=by["frontdesk"].pk,
        reviewed_by_id=by["officer"].pk,
        decided_by_id=by["leader"].pk,
        owner_id=by["officer"].pk,
    )
    with connection.cursor() as cursor:  # what the triggers would have written
        cursor.execute(BEGIN_LIVES, [files])
    _visits(scale, head_keys, opened)
    return [
        Home(
            head=head, household=home, file=file, number=number, name=told["full_name"], id_number=told["id_number"],
            phone=told["phone"], card=card, bank=bank, employer=place[1], category=category, opened_on=day,
        )
        for head, home, file, number, told, (card, bank), place, category, day in zip(
            head_keys, households, files, numbers, heads, cards, work, categories, opened, strict=True
        )
    ]  # fmt: skip


def _others(scale: Scale, households: list[int], heads: list[int], opened: list[date], said: dict[str, Any]) -> None:
    """Who lives with the head, and everybody's place in the household."""
    chance, rows, places = scale.chance, [], []
    for home, day in zip(households, opened, strict=True):
        for kin in KIN[: chance.choice(OTHERS)]:
            rows.append(_person(scale, ages=(28, 60) if kin == "10" else (1, 24), sex=chance.choice("12")))
            places.append((home, kin, day))
    keys = copy_in(Person, rows, **said)
    living = [(home, head, "01", day) for home, head, day in zip(households, heads, opened, strict=True)]
    living += [(home, key, kin, day) for key, (home, kin, day) in zip(keys, places, strict=True)]
    copy_in(
        Membership,
        [
            {"household_id": home, "person_id": person, "relation": relation, "since": day}
            for home, person, relation, day in living
        ],
    )


def _visits(scale: Scale, heads: list[int], opened: list[date]) -> None:
    """The visit that began it, and a later one."""
    chance, office, clerk = scale.chance, scale.office, scale.people["frontdesk"]
    purposes = list(VisitPurpose.objects.filter(active=True).order_by("pk").values_list("pk", flat=True))
    came = [
        (day + timedelta(days=-25 if first else chance.randrange(25)), head)
        for head, day in zip(heads, opened, strict=True)
        for first in (True, False)
    ]
    moments = sorted((scale.moment(day), head) for day, head in came)
    days = [timezone.localdate(at) for at, _head in moments]
    numbers = numbering.draw_each("visit", office=office, days=days)
    copy_in(
        Visit,
        [
            {
                "number": number,
                "person_id": head,
                "purpose_id": chance.choice(purposes),
                "note": chance.choice(scale.words["notes"]),
                "received_at": at,
                "received_on": day,
                "entered_at": at,
            }
            for number, day, (at, head) in zip(numbers, days, moments, strict=True)
        ],
        office_id=office.pk,
        first_handler_id=clerk.pk,
        entered_by_id=clerk.pk,
    )
