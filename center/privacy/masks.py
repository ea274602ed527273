"""One mask for each kind of value, for pages, filters, exports, mails, prints, hints and logs alike.

Area code, birth date and last four together are the whole ID number, and pages show birth dates: so an ID keeps its
last four and nothing else.
"""

from __future__ import annotations

from contextvars import ContextVar
from typing import TYPE_CHECKING, Literal

from django.utils.html import format_html

if TYPE_CHECKING:
    from django.utils.safestring import SafeString

Kind = Literal["id", "card", "phone"]
STAR = "*"
NAMES_HIDDEN: ContextVar[bool] = ContextVar("names_hidden", default=False)  # F8, for the request under way
SHORT = 2
TAIL = 4
MOBILE = 11
HEAD = 3


def mask_name(name: str) -> str:
    """Two characters keep the first; three and more keep first and last, whatever stands between."""
    name = name.strip()
    return name[:1] + STAR * bool(name) if len(name) <= SHORT else name[0] + STAR + name[-1]


def shown_name(name: str) -> str:
    """A name where no template writes it, as in the choices of a field: masked under F8."""
    return mask_name(name) if NAMES_HIDDEN.get() else name


def person_name(name: str) -> SafeString:
    """A name on a page, marked as one where no template writes it: F8 masks what is marked."""
    return format_html('<span class="person-name">{}</span>', name)


def mask_id(number: str) -> str:
    return STAR * max(len(number) - TAIL, TAIL) + number[-TAIL:] if number else ""


def mask_phone(number: str) -> str:
    """138****1234; a number of another length keeps its last two."""
    if len(number) == MOBILE and number.isdigit():
        return number[:HEAD] + STAR * 4 + number[-TAIL:]
    return STAR * max(len(number) - SHORT, TAIL) + number[-SHORT:] if number else ""


def mask_card(number: str) -> str:
    """The last four, and not even the length."""
    return STAR * 4 + number[-TAIL:] if number else ""


MASKS = {"id": mask_id, "card": mask_card, "phone": mask_phone}


def mask(kind: Kind, number: str) -> str:
    return MASKS[kind](number)
