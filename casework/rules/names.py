"""Names as people write them and as other people type them: dots, surnames misread, initials."""

from __future__ import annotations

import json
import re
from functools import cache, lru_cache
from itertools import islice, product
from pathlib import Path

from pypinyin import Style, pinyin

from center.kernel.normal import fold
from center.privacy.numbers import clean_name

DOTS = str.maketrans(dict.fromkeys("•・‧∙･﹒．●⋅", "·"))
HAN = r"\u3400-\u9fff\uf900-\ufaff\U00020000-\U000323af"
CHINESE = re.compile(rf"[{HAN}]")
DOT_BETWEEN = re.compile(rf"(?<=[{HAN}])\s*[.·]\s*(?=[{HAN}])")
BLANK_BETWEEN = re.compile(rf"(?<=[{HAN}·])\s+(?=[{HAN}·])")
LEFT_OUT = re.compile(r"[\s·.'’\-()（）]")
NARROW = str.maketrans({chr(code): chr(code - 0xFEE0) for code in range(0xFF10, 0xFF5B) if chr(code).isalnum()})
BRACKETS = str.maketrans("()", "（）")
REMEMBERED = 8_000  # characters: more than all names of a province need
MOST_READINGS = 8  # of one name; beyond it the rarest combinations are left out
LONG = 6  # from this many characters on, one reading each is enough to be found


@cache
def surnames() -> dict[str, list[str]]:
    """Readings of surnames that pinyin tables get wrong, kept as data."""
    path = Path(__file__).parents[1] / "data" / "surnames.json"
    return dict(json.loads(path.read_text(encoding="utf-8")))


@cache
def transcribed() -> dict[str, list[str]]:
    """How characters are read that stand for the sounds of another language: 阿卜杜拉 is abudula."""
    path = Path(__file__).parents[1] / "data" / "readings.json"
    return dict(json.loads(path.read_text(encoding="utf-8")))


def normal_name(text: str) -> str:
    """One way of writing: composed, ordinary characters for radicals and private-use ones, nothing unseen, one middle dot, no spaces beside Chinese characters; narrow letters and digits; in a
    Chinese name the brackets of Chinese, as firms are registered."""
    text = " ".join(fold(clean_name(text)).translate(DOTS).translate(NARROW).split())
    if CHINESE.search(text):
        text = text.translate(BRACKETS)
    return BLANK_BETWEEN.sub("", DOT_BETWEEN.sub("·", text))


def naming(written: str) -> dict[str, str]:
    """A person's name in the one way of writing, and as it was given where that differs by more than blanks."""
    name, given = normal_name(written), clean_name(written)
    return {"full_name": name, "name_as_given": "" if given.replace(" ", "") == name.replace(" ", "") else given}


def plain(text: str) -> str:
    """A name or a query without what people leave out: dots, spaces, case, the dots of ü."""
    text = fold(clean_name(text)).translate(DOTS).lower().replace("ü", "v")
    return LEFT_OUT.sub("", text)


@lru_cache(maxsize=REMEMBERED)
def _readings(character: str, *, first: bool) -> tuple[str, ...]:
    """The character itself when nobody knows its sound. `lv` is also typed `lu`."""
    (readings,) = pinyin(character, style=Style.NORMAL, heteronym=True)
    called = surnames() if first else transcribed()
    readings = [*called.get(character, []), *readings]
    spellings = [spelling for reading in readings for spelling in (reading, reading.replace("v", "u"))]
    return tuple(dict.fromkeys(spellings))


def search_keys(name: str) -> list[str]:
    """What a name is found by: itself and its ends, every reading in full, every reading's initials.

    Queries match from the beginning of a key, so `zhaol`, `zlh`, and the given name alone are all found.
    """
    bare = plain(normal_name(name))
    if not bare:
        return []
    keys = [bare[start:] for start in range(len(bare))]
    if CHINESE.search(bare):
        many = len(bare) < LONG
        readings = [_readings(character, first=index == 0) for index, character in enumerate(bare)]
        chosen = [found if index == 0 else found[: 2 if many else 1] for index, found in enumerate(readings)]
        for spoken in islice(product(*chosen), MOST_READINGS):
            keys.append("".join(spoken))
            keys.append("".join(syllable[0] for syllable in spoken))
            keys.append("".join(spoken[1:]))
        keys += ["".join([first[0], *(found[0][0] for found in readings[1:])]) for first in readings[0]]
        keys += ["".join([first, *(found[0] for found in readings[1:])]) for first in readings[0]]
    return [key for key in dict.fromkeys(keys) if key]
