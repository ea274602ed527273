"""Names as people write them and as other people type them: dots, surnames misread, initials."""

from __future__ import annotations

import json
import re
import unicodedata
from functools import cache
from itertools import islice, product
from pathlib import Path

from pypinyin import Style, pinyin

DOTS = str.maketrans(dict.fromkeys("•・‧∙･﹒．●⋅", "·"))
HAN = r"\u3400-\u9fff\uf900-\ufaff\U00020000-\U000323af"
MOST_READINGS = 8  # of one name; beyond it the rarest combinations are left out
LONG = 6  # from this many characters on, one reading each is enough to be found


@cache
def surnames() -> dict[str, list[str]]:
    """Readings of surnames that pinyin tables get wrong, kept as data."""
    path = Path(__file__).parent / "data" / "surnames.json"
    return dict(json.loads(path.read_text(encoding="utf-8")))


def normal_name(text: str) -> str:
    """One way of writing: NFC, one middle dot, no spaces beside Chinese characters."""
    text = " ".join(unicodedata.normalize("NFC", text).translate(DOTS).split())
    text = re.sub(rf"(?<=[{HAN}])\s*[.·]\s*(?=[{HAN}])", "·", text)
    return re.sub(rf"(?<=[{HAN}·])\s+(?=[{HAN}·])", "", text)


def plain(text: str) -> str:
    """A name or a query without what people leave out: dots, spaces, case, the dots of ü."""
    text = unicodedata.normalize("NFC", text).translate(DOTS).lower().replace("ü", "v")
    return re.sub(r"[\s·.'’\-]", "", text)


def _readings(character: str, *, first: bool) -> list[str]:
    """The character itself when nobody knows its sound. `lv` is also typed `lu`."""
    (readings,) = pinyin(character, style=Style.NORMAL, heteronym=True)
    if first:
        readings = [*surnames().get(character, []), *readings]
    spellings = [spelling for reading in readings for spelling in (reading, reading.replace("v", "u"))]
    return list(dict.fromkeys(spellings))


def search_keys(name: str) -> list[str]:
    """What a name is found by: itself and its ends, every reading in full, every reading's initials.

    Queries match from the beginning of a key, so `zhaol`, `zlh`, and the given name alone are all found.
    """
    bare = plain(normal_name(name))
    if not bare:
        return []
    keys = [bare[start:] for start in range(len(bare))]
    if re.search(rf"[{HAN}]", bare):
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
