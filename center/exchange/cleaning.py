"""Cells into values. A cleaner answers the value, None when the cell says nothing, or raises `Fault` with a code."""

from __future__ import annotations

import json
import re
import unicodedata
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from center.exchange.marks import Unread
from center.kernel import normal
from center.models import codes
from center.models.bounds import BOUNDS
from center.privacy import numbers

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import Model
    from django.utils.functional import _StrPromise

    Cleaner = Callable[[Any], Any]

SEPARATORS = re.compile(r"[\u3001,;\n]+")  # not the slash: it stands inside words of the lists
DAY = re.compile(r"(\d{4})\s*[-./\u5e74]\s*(\d{1,2})(?:\s*[-./\u6708]\s*(\d{1,2})\s*[\u65e5\u53f7]?|\s*\u6708?)")
FIRST_SERIAL, LAST_SERIAL = 10_000, 60_000  # 1927 and 2064 as spreadsheets count days
WORDS = json.loads((Path(__file__).parent / "words.json").read_text(encoding="utf-8"))
YES, NO = frozenset(WORDS["yes"]), frozenset(WORDS["no"])
MOST_QUOTED = 30  # characters of a cell that a reason repeats
EXACT = 10**15  # a spreadsheet keeps fifteen digits of a number
FIGURE = re.compile(r"[+-]?\d+(?:\.\d*)?|[+-]?\.\d+")  # no exponent: `1e5` is a slip of the finger, not an amount
EARLIEST = 1900
LARGEST = 32_000  # what a small whole number may be: years, people

# Every reason, once; the error workbook prints each in both languages.
SENTENCES: dict[str, _StrPromise] = {
    "cell_error": _("This cell holds the error %(text)s, not a value."),
    "formula_without_value": _("This cell holds a formula whose result the file does not keep. Write the value itself."),
    "merged_amount": _("%(text)s stands in a cell merged over several rows. Write in each row what belongs to it."),
    "digits_lost": _("A spreadsheet has turned this number into a rounded figure. Format the cell as text, type it anew."),
    "missing": _("This cell must be filled in."),
    "id_missing": _("The ID number is missing."),
    "name_missing": _("The name is missing."),
    "not_a_name": normal.NOT_A_NAME,
    "unseen_sign": normal.UNSEEN_SIGN,
    "nobodys_name": normal.NOBODYS_NAME,
    "out_of_bounds": _("This lies outside of %(least)s to %(most)s."),
    "overlong": _("The text is longer than %(most)s characters."),
    "overlong_name": _("The name is longer than %(most)s characters."),
    "id_as_number": _("A spreadsheet has turned this ID number into a rounded figure. Format the cell as text, type it anew."),
    "id_shape": _("An ID number has 18 characters: 17 digits and a digit or X."),
    "id_check_digit": _("The last character of the ID number does not fit the others: one digit is wrong."),
    "id_birth_impossible": _("The birth date inside the ID number does not exist."),
    "id_birth_too_early": _("The birth date inside the ID number lies too long ago."),
    "id_birth_ahead": _("The birth date inside the ID number lies in the future."),
    "card_scientific": _("A spreadsheet has turned this card number into a rounded figure. Format the cell as text, type it anew."),
    "card_shape": _("A card number has 12 to 21 digits."),
    "phone_as_number": _("A telephone number must be text."),
    "phone_shape": _("A mobile number has 11 digits; a fixed line has its area code."),
    "text_money": _("This is not an amount. Write digits only, in yuan."),
    "negative_money": _("An amount cannot be negative."),
    "bad_number": _("This is not a whole number."),
    "bad_date": _("This is not a date. Write it as 2026-03-01."),
    "future_date": _("This date lies in the future."),
    "unknown_code": _("“%(text)s” is not in the list of this column."),
    "unknown_category": _("“%(text)s” is no hardship category."),
    "unknown_division": _("“%(text)s” is no administrative division."),
    "bad_yes_no": _("Answer yes or no."),
    "two_primary_causes": _("There is one primary cause; move the others to the secondary ones."),
    "four_secondary_causes": _("At most three secondary causes."),
    "cause_twice": _("The primary cause is not a secondary one as well."),
}  # fmt: skip


class Fault(ValueError):
    """What is wrong with a cell, by code; `sentence` speaks the language in force."""

    def __init__(self, code: str, **details: object) -> None:
        super().__init__(code)
        self.code, self.details = code, details

    @property
    def sentence(self) -> str:
        return str(SENTENCES[self.code]) % self.details if self.details else str(SENTENCES[self.code])


def declare(**sentences: _StrPromise) -> None:
    """Reasons of a room's own."""
    SENTENCES.update(sentences)


def legible(value: Any) -> Any:
    """The value of a cell, or the fault of a cell that holds none. Every cleaner begins with it."""
    if isinstance(value, Unread):
        raise Fault(value.code, text=str(value))
    return value


def plain(value: Any) -> str:
    """Text as people mean it: half-width, no invisible characters, no blanks at the ends."""
    legible(value)
    if isinstance(value, float) and abs(value) >= EXACT:
        raise Fault("digits_lost")
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = str(value)
    if not text.isascii():
        text = numbers.INVISIBLE.sub("", unicodedata.normalize("NFKC", text))
    return text.strip().lstrip("'").strip()


def text(most: int) -> Cleaner:
    def clean(value: Any) -> str | None:
        found = plain(value)
        if numbers.SCIENTIFIC.fullmatch(found):
            raise Fault("digits_lost")
        if len(found) > most:
            raise Fault("overlong", most=most)
        return found or None

    return clean


def number(most: int) -> Cleaner:
    """The number of a paper: one kind of dash, no blanks."""
    clean = text(most)

    def clean_number(value: Any) -> str | None:
        found = clean(value)
        return numbers.DASHES.sub("-", "".join(found.split())) if found else None

    return clean_number


def name(most: int = 50) -> Cleaner:
    """A person's name: dots and rare characters stay as they were written."""

    def clean(value: Any) -> str | None:
        found = numbers.clean_name(legible(value))
        if len(found) > most:
            raise Fault("overlong_name", most=most)
        if fault := normal.fault_of_name(found):
            raise Fault(fault, text=found[:MOST_QUOTED])
        return found or None

    return clean


def listed(code_list: str, *, fault: str = "unknown_code") -> Cleaner:
    """A word of a code list, in either language, of today's form or an older one."""

    def clean(value: Any) -> str:
        found = codes.find(code_list, plain(value))
        if not found:
            raise Fault(fault, text=plain(value)[:30])
        return found

    return clean


def several(code_list: str) -> Cleaner:
    """Words of a code list, in their order, none twice."""
    one = listed(code_list)

    def clean(value: Any) -> list[str] | None:
        whole = codes.find(code_list, plain(value))
        found = [whole] if whole else [one(part) for part in SEPARATORS.split(plain(value)) if part.strip()]
        return list(dict.fromkeys(found)) or None

    return clean


def words(most: int = 60) -> Cleaner:
    """Free words, separated; “none” is no word."""

    def clean(value: Any) -> list[str] | None:
        found = [part.strip() for part in SEPARATORS.split(plain(value)) if part.strip() and part.strip() not in NO]
        if any(len(part) > most for part in found):
            raise Fault("overlong", most=most)
        return list(dict.fromkeys(found)) or None

    return clean


def money(*, negative: bool = False) -> Cleaner:
    """Yuan and fen. Words are refused, never guessed."""

    def clean(value: Any) -> Decimal:
        if isinstance(legible(value), bool):
            raise Fault("text_money")
        amount = figure(value, re.compile(r"[,\u00a5\u00a5\s]|\u5143$"), "text_money")
        if not amount.is_finite() or abs(amount) >= Decimal(10) ** 12:
            raise Fault("text_money")
        if amount < 0 and not negative:
            raise Fault("negative_money")
        return amount.quantize(Decimal("0.01"))

    return clean


def figure(value: Any, around: re.Pattern[str], fault: str) -> Decimal:
    """A number of the spreadsheet, or digits as people write them without what may stand `around` them."""
    written = repr(value) if isinstance(value, int | float) else around.sub("", plain(value))
    if not isinstance(value, int | float) and not FIGURE.fullmatch(written):
        raise Fault(fault)
    try:
        return Decimal(written)
    except InvalidOperation as error:
        raise Fault(fault) from error


def within(clean: Cleaner, model: type[Model], name: str) -> Cleaner:
    """The same cleaner, and the bounds of the field for which the value is."""
    bounds = BOUNDS[model][name]

    def clean_within(value: Any) -> Any:
        found = clean(value)
        if found is not None and not bounds.holds(found):
            raise Fault("out_of_bounds", **bounds.said)
        return found

    return clean_within


def whole(value: Any) -> int:
    found = figure(legible(value), re.compile(r"\s"), "bad_number")
    if not found.is_finite() or found != found.to_integral_value() or not 0 <= found <= LARGEST:
        raise Fault("bad_number")
    return int(found)


def day(*, today: date, future: bool = False) -> Cleaner:
    """A date in any of the ways in which offices write it."""

    def clean(value: Any) -> date:
        found = _day(value)
        if found.year < EARLIEST:
            raise Fault("bad_date")
        if found > today and not future:
            raise Fault("future_date")
        return found

    return clean


def _day(value: Any) -> date:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, int | float) and FIRST_SERIAL <= value <= LAST_SERIAL:
        return date(1899, 12, 30) + timedelta(days=int(value))
    found = DAY.fullmatch(plain(value)) or re.fullmatch(r"(\d{4})(\d{2})(\d{2})", plain(value))
    try:
        if found:
            return date(int(found[1]), int(found[2]), int(found[3] or 1))
    except ValueError:
        pass
    raise Fault("bad_date")


def yes_no(value: Any) -> bool:
    found = plain(value).casefold()
    if found in YES:
        return True
    if found in NO:
        return False
    raise Fault("bad_yes_no")


def id_number(value: Any) -> str:
    return identity(value).number


def identity(value: Any, *, today: date | None = None) -> numbers.IdNumber:
    """Numeric cells are refused, never repaired: digits past the fifteenth are gone."""
    if isinstance(legible(value), int | float):
        raise Fault("id_as_number")
    try:
        return numbers.parse_id(str(value), today=today)
    except numbers.NumberRefused as refusal:
        raise Fault(refusal.code) from refusal


def card(value: Any) -> str:
    if isinstance(legible(value), int | float):
        raise Fault("card_scientific")
    try:
        return numbers.parse_card(str(value)).number
    except numbers.NumberRefused as refusal:
        raise Fault(refusal.code) from refusal


def phone(value: Any) -> str:
    """Eleven digits survive a spreadsheet; a fixed line would have lost its first zero."""
    if isinstance(value, int | float) and not re.fullmatch(r"1\d{10}", plain(value)):
        raise Fault("phone_as_number")
    try:
        return numbers.parse_phone(plain(value))
    except numbers.NumberRefused as refusal:
        raise Fault(refusal.code) from refusal
