"""Free words about work, read: a job wish of the five clears, a vacancy that asks for the wrong thing. Pure functions."""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

DATA = Path(__file__).parents[1] / "data"


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What a sentence of the file says about the work that somebody wants."""

    occupation: str = ""
    place: str = ""
    wage: Decimal | None = None
    work_form: str = ""
    shift: str = ""


@cache
def _words(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))
    return found


def read_wish(text: str) -> Wish:
    """“保洁、城东、2000以上” is an occupation, a place and a wage. What nobody recognises is the occupation."""
    words = _words("wish_words")
    found: dict[str, Any] = {}
    for part in filter(None, re.split(words["split"], text.strip())):
        low = part.casefold()
        if low in words["nothing"]:
            continue
        wage = re.search(words["wage"], part)
        form = next((code for code, signs in words["form"].items() if any(sign in low for sign in signs)), "")
        shift = next((code for code, signs in words["shift"].items() if any(sign in low for sign in signs)), "")
        if wage:
            found.setdefault("wage", Decimal(wage[1]))
        elif form:
            found.setdefault("work_form", form)
        elif shift:
            found.setdefault("shift", shift)
        elif re.search(words["place"], part):
            found.setdefault("place", part)
        else:
            found.setdefault("occupation", part)
    return Wish(**found)


def forbidden_word(text: str) -> tuple[str, str]:
    """(ground, word) of the first words that ask for a sex, an ethnic group or a religion; ("", "") for an honest text."""
    said = unicodedata.normalize("NFKC", text).casefold().replace(" ", "")
    for ground, words in _words("forbidden_words").items():
        for word in words:
            if unicodedata.normalize("NFKC", word).replace(" ", "") in said:
                return ground, word
    return "", ""
