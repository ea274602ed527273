"""ID, telephone and card numbers: what people type and offices keep, brought into one form and checked.

Reasons are sentences for the person who typed. A warning never stops anybody: real cards fail Luhn, real area codes
are missing from every list.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal

from django.utils import timezone
from django.utils.translation import gettext as _
from stdnum import luhn

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECKS = "10X98765432"
EARLIEST = 1880
INVISIBLE = re.compile(r"[\u200b-\u200f\u2060\ufeff\u00ad]")
DASHES = re.compile(r"[\u2010-\u2015\u2212\u2043\ufe58\uff0d]")
CITIZEN = re.compile(r"[1-9]\d{16}[\dX]")
OLD_CITIZEN = re.compile(r"[1-8]\d{14}")
OLD_RESIDENT = re.compile(r"[A-Z]{3}\d{12}")
MOBILE = re.compile(r"1[3-9]\d{9}")
LANDLINE = re.compile(r"0\d{9,11}|\d{7,8}|400\d{7}")
CARD = re.compile(r"\d{12,21}")
SCIENTIFIC = re.compile(r"\d(\.\d+)?E\+?\d+", re.IGNORECASE)
FOREIGNER = "9"  # permanent residence numbers since 2023: same length, same check, first digit 9
PROVINCES = frozenset(
    "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82 83".split()  # noqa: SIM905 - thirty-five literals read worse
)

BANKS_FILE = Path(__file__).with_name("banks.csv")  # prefixes of the large banks; advice only, the counter decides


class NumberRefused(ValueError):
    """`str()` is the sentence; `code` names the kind of fault for error workbooks."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


@dataclass(frozen=True)
class IdNumber:
    number: str
    kind: Literal["citizen", "resident"]
    born: date
    sex: Literal["1", "2", ""]  # GB/T 2261.1; unknown for the residence numbers of before 2023
    warning: str = ""


@dataclass(frozen=True)
class Card:
    number: str
    bank: str  # "" when the prefix is not in our list
    warning: str = ""


def squeeze(text: str) -> str:
    """Full-width to half-width, one kind of dash, no blanks, nothing invisible, capital letters."""
    text = str(text)
    if text.isascii() and text.isalnum():
        return text.upper()  # as nearly every number is written
    text = DASHES.sub("-", INVISIBLE.sub("", unicodedata.normalize("NFKC", text)))
    return re.sub(r"\s+", "", text).lstrip("'").upper()


def clean_name(text: str) -> str:
    """Trim and drop what is invisible; middle dots and rare characters stay as they were written."""
    return re.sub(r"[\s\u3000]+", " ", INVISIBLE.sub("", str(text))).strip()


def check_character(first_seventeen: str) -> str:
    return CHECKS[sum(weight * int(digit) for weight, digit in zip(WEIGHTS, first_seventeen, strict=True)) % 11]


def normalise(kind: str, text: str) -> str:
    """The one form in which a number is compared and kept; wrong numbers pass (checking is the form's duty)."""
    number = squeeze(text)
    if kind == "id":
        number = number.replace("-", "")
        if OLD_CITIZEN.fullmatch(number):
            number = number[:6] + "19" + number[6:]
            number += check_character(number)
        return number
    number = re.sub(r"[-()\u2010-\u2015.]", "", number)
    if kind == "phone":
        return re.sub(r"^(\+|00)86", "", number)
    return number


def parse_id(text: str, *, today: date | None = None) -> IdNumber:
    """An ID number or a foreigner's permanent residence number, or `NumberRefused`."""
    raw = squeeze(text)
    if not raw:
        raise NumberRefused("id_missing", _("The ID number is missing."))
    if SCIENTIFIC.fullmatch(raw):
        raise NumberRefused("id_as_number", _("A spreadsheet has turned this ID number into a rounded figure."))
    number = normalise("id", raw)
    today = today or timezone.localdate()
    if OLD_RESIDENT.fullmatch(number):
        return IdNumber(number, "resident", _old_birth(number, today), "")
    if not CITIZEN.fullmatch(number):
        raise NumberRefused("id_shape", _("An ID number has 18 characters: 17 digits and a digit or X."))
    born = _birth(number[6:14], today)
    if check_character(number[:17]) != number[17]:
        raise NumberRefused("id_check_digit", _("The last character does not fit the others: one digit is wrong."))
    foreign = number[0] == FOREIGNER
    known = foreign or number[:2] in PROVINCES
    warning = "" if known else _("No province has the first two digits.")
    return IdNumber(number, "resident" if foreign else "citizen", born, "1" if int(number[16]) % 2 else "2", warning)


def parse_phone(text: str) -> str:
    """A mobile or fixed-line number, digits only, or `NumberRefused`."""
    number = normalise("phone", text)
    if not (MOBILE.fullmatch(number) or LANDLINE.fullmatch(number)):
        raise NumberRefused("phone_shape", _("A mobile number has 11 digits; a fixed line has its area code."))
    return number


def parse_card(text: str) -> Card:
    """A card or passbook number. Luhn warns only: some passbooks fail it."""
    raw = squeeze(text)
    if SCIENTIFIC.fullmatch(raw):
        raise NumberRefused("card_scientific", _("A spreadsheet has turned this card number into a rounded figure."))
    number = normalise("card", raw)
    if not CARD.fullmatch(number):
        raise NumberRefused("card_shape", _("A card number has 12 to 21 digits."))
    warning = "" if luhn.is_valid(number) else _("The check digit does not fit; compare it with the card.")
    return Card(number, bank_of(number), warning)


def doubt(kind: str, number: str) -> str:
    """What a person should compare once more, or nothing; a telephone number has no check digit."""
    if kind == "id":
        return parse_id(number).warning
    return parse_card(number).warning if kind == "card" else ""


def bank_of(number: str) -> str:
    banks = _banks()
    return next((banks[number[:n]] for n in range(6, 2, -1) if number[:n] in banks), "")


@cache
def _banks() -> dict[str, str]:
    with BANKS_FILE.open(encoding="utf-8", newline="") as file:
        return {row["prefix"]: row["bank"] for row in csv.DictReader(file)}


def _birth(digits: str, today: date) -> date:
    try:
        born = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        raise NumberRefused("id_birth_impossible", _("The birth date inside the ID number does not exist.")) from None
    if born.year < EARLIEST:
        raise NumberRefused("id_birth_too_early", _("The birth date inside the ID number lies too long ago."))
    if born > today:
        raise NumberRefused("id_birth_ahead", _("The birth date inside the ID number lies in the future."))
    return born


def _old_birth(number: str, today: date) -> date:
    year = int(number[7:9])
    century = 2000 if 2000 + year <= today.year - 18 else 1900
    return _birth(f"{century + year}{number[9:13]}", today)
