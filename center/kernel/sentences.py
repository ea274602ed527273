"""Pieces of a sentence joined by the marks of the reader's language: GB/T 15834 in Chinese, comma and colon in English."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

if TYPE_CHECKING:
    from collections.abc import Iterable
    from decimal import Decimal


def comma() -> str:
    """What stands between two things of one kind: 、 in Chinese."""
    return _(", ")


def semicolon() -> str:
    """What stands between two pieces that hold marks of their own."""
    return _("; ")


def colon() -> str:
    """What stands between a name and what is said of it."""
    return _(": ")


def yuan(amount: Decimal | int | None, *, none: str = "") -> str:
    """An amount inside a sentence: thousands apart, with its fen. `none` stands where there is no amount."""
    return none if amount is None else f"{amount:,.2f}"


def listed(things: Iterable[object]) -> str:
    """“甲、乙” or “a, b”; empty for nothing."""
    return comma().join(str(one) for one in things)


def clauses(things: Iterable[object]) -> str:
    """“甲；乙” or “a; b”."""
    return semicolon().join(str(one) for one in things)


def phrases(parts: Iterable[object]) -> str:
    """“甲，乙” or “a, b”: what one sentence says one after the other."""
    return pgettext("between phrases", ", ").join(str(one) for one in parts)


def about(name: object, said: object) -> str:
    """“甲：乙” or “a: b”."""
    return f"{name}{colon()}{said}"
