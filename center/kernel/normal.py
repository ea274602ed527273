"""One way of writing for what is recognised by its writing: names, firms, numbers of papers (fault kinds 6 and 8).

Search, duplicates, uniqueness, the bank's comparison and every import ask here; what was written is kept beside it.
"""

from __future__ import annotations

import json
import re
import unicodedata
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

ZERO = "\u3007"  # a numeral by its kind, a character by its use in names
BESIDE_LETTERS = frozenset(
    "\u00b7.'\u2019\u2018- \u2010\u2011\u2022\u30fb\u2027\u2219\uff65\ufe52\uff0e\u25cf\u22c5\u3000" + ZERO
)
NOBODY = "\u2014"  # what stands where a person was forgotten
UNSEEN = frozenset({"Cc", "Cf", "Zl", "Zp"})  # what a copied name may bring along
TWO, FOUR = 2, 4  # characters of a Chinese name: a surname of one or two, a given name of one or two
WORDS = Path(__file__).parent / "data" / "no_names.json"

# Said by forms and actions, and by the error workbook in both languages.
NOT_A_NAME: _StrPromise = gettext_lazy(
    "A name is the name of one person: no digits, brackets, slashes, other signs or several people."
)
UNSEEN_SIGN: _StrPromise = gettext_lazy("The name holds a sign that nobody sees. Delete it and type the name anew.")
NOBODYS_NAME: _StrPromise = gettext_lazy("“%(text)s” is nobody's name.")


@cache
def _folded() -> dict[int, int]:
    path = Path(__file__).parent / "data" / "folded.json"
    table = json.loads(path.read_text(encoding="utf-8"))["folded"]
    return {int(written, 16): int(meant, 16) for written, meant in table.items()}


@cache
def _no_names() -> tuple[frozenset[str], tuple[str, ...]]:
    said = json.loads(WORDS.read_text(encoding="utf-8"))
    return frozenset(said["words"]), tuple(said["titles"])


@cache
def _surnames() -> tuple[frozenset[str], frozenset[str]]:
    """Common ones of one character, and those of two."""
    said = json.loads(WORDS.read_text(encoding="utf-8"))
    return frozenset(said["surnames"]), frozenset(said["compound"])


def fold(text: str) -> str:
    """Composed, radicals and private-use characters as the ordinary characters that they stand for."""
    return text if text.isascii() else unicodedata.normalize("NFC", text.translate(_folded()))


def key(text: str) -> str:
    """By which a number or a firm is recognised: width, case, blanks, dashes, dots and brackets do not tell apart."""
    said = unicodedata.normalize("NFKC", fold(text)).casefold()
    return "".join(character for character in said if character.isalnum())


def _are_two_people(written: str) -> bool:
    """张三 李四: each part a surname with a given name. 张 三, 欧阳 娜娜 and 阿依古丽 买买提 are one name each."""
    parts = written.split()
    single, compound = _surnames()
    return len(parts) > 1 and all(
        TWO <= len(part) <= FOUR and part not in compound and (part[0] in single or part[:TWO] in compound)
        for part in parts
    )


def fault_of_name(text: str, *, titled: bool = False) -> str:
    """The code of what is wrong with a person's name, or nothing: letters of any script and what stands between them.

    `titled` is for a name by which somebody is asked for: 王主任.
    """
    if text == NOBODY:
        return ""
    written = fold(text.strip())
    if any(unicodedata.category(character) in UNSEEN for character in written):
        return "unseen_sign"
    if not all(_may_stand(character) for character in written) or not any(each.isalpha() for each in written):
        return "not_a_name" if written else ""
    if _are_two_people(written):
        return "not_a_name"
    words, titles = _no_names()
    titles = () if titled else titles
    bare = re.sub(r"\s+", "", written)
    return "nobodys_name" if bare in words or (bare.endswith(titles) and len(bare) > 1) else ""


def _may_stand(character: str) -> bool:
    return character in BESIDE_LETTERS or unicodedata.category(character)[0] in "LM"


def why_not_a_name(text: str, *, titled: bool = False) -> str:
    """The sentence that forms and actions share."""
    fault = fault_of_name(text, titled=titled)
    if fault == "nobodys_name":
        return _("“%(text)s” is nobody's name.") % {"text": text.strip()}
    return str({"unseen_sign": UNSEEN_SIGN, "not_a_name": NOT_A_NAME}[fault]) if fault else ""
