"""Amounts in the capital figures of Chinese vouchers, which nobody alters with one stroke."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from decimal import Decimal

WORDS: dict[str, Any] = json.loads((Path(__file__).parents[1] / "data" / "capitals.json").read_text())
GROUP = 10_000


def in_capitals(amount: Decimal) -> str:
    """12,345.60 → ten-thousands, thousands … yuan, jiao; a whole amount ends in “whole”."""
    fen = int(amount.copy_abs().scaleb(2).to_integral_exact())
    yuan, rest = divmod(fen, 100)
    jiao, cent = divmod(rest, 10)
    digits: str = WORDS["digits"]
    text: str = WORDS["minus"] if amount < 0 else ""
    text += (_whole(yuan) + WORDS["yuan"]) if yuan or not rest else ""
    if not rest:
        return f"{text}{WORDS['whole']}"
    if jiao:
        text += digits[jiao] + WORDS["jiao"]
    elif yuan:
        text += digits[0]
    return f"{text}{digits[cent] + WORDS['fen'] if cent else WORDS['whole']}"


def _whole(number: int) -> str:
    if number == 0:
        return str(WORDS["digits"][0])
    groups = []
    while number:
        number, group = divmod(number, GROUP)
        groups.append(group)
    text, gap = "", False
    for place in range(len(groups) - 1, -1, -1):
        group = groups[place]
        if group == 0:
            gap = True
            continue
        if text and (gap or group < GROUP // 10):
            text += WORDS["digits"][0]
        text += _group(group) + WORDS["groups"][place]
        gap = False
    return text


def _group(number: int) -> str:
    """Up to four digits; zeros between are said once, those at the end not at all."""
    text, gap = "", False
    for place in range(3, -1, -1):
        digit = number // 10**place % 10
        if digit == 0:
            gap = bool(text)
            continue
        text += (WORDS["digits"][0] if gap else "") + WORDS["digits"][digit] + WORDS["places"][place]
        gap = False
    return text
