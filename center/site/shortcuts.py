"""One's own keys: each can be moved to another key or switched off, for browsers and input methods differ (P04)."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from center import desk

if TYPE_CHECKING:
    from center.models import Staff

OFF = ""
ARROWS = "Arrows"
# Keys that neither browsers, nor input methods, nor window managers want for themselves.
FREE = (
    *("F2", "F4", "F8", "F9", "Insert", "Ctrl+S", "Ctrl+Enter", "Escape"),
    *("Ctrl+Alt+F", "Ctrl+Alt+J", "Ctrl+Alt+K", "Ctrl+Alt+M", "Ctrl+Alt+N", "Ctrl+Alt+S", "Ctrl+Alt+Enter"),
)
DEFAULTS = {
    "search": "F2",
    "visit": "F4",
    "mask": "F8",
    "tasks": "F9",
    "draft": "Ctrl+S",
    "main": "Ctrl+Enter",
    "lists": ARROWS,
    "close": "Escape",
}


def labels(staff: Staff) -> dict[str, str]:
    """What each key does, in the order of the card; a room's own keys only for those who may use the room."""
    known = {
        "search": _("Go to the search box"),
        "visit": "",
        "mask": _("Mask or show names while somebody stands at the window"),
        "tasks": _("What I can do now"),
        "draft": _("Save a draft"),
        "main": _("The main button of the page"),
        "lists": _("In a list: move with ↑ ↓, choose with Space, open with Enter"),
        "close": _("Close the list or the side panel"),
    }
    known |= {one.code: one.label for one in chain.from_iterable(each.shortcuts(staff) for each in desk.desks())}
    return {code: label for code, label in known.items() if label}


def of_staff(staff: Staff) -> dict[str, str]:
    """The keys in force for a person: theirs where they chose, else the house's. Off is empty."""
    return DEFAULTS | {code: key for code, key in staff.shortcuts.items() if code in DEFAULTS}


def choices(code: str) -> list[tuple[str, str]]:
    if code == "lists":
        return [(ARROWS, "↑ ↓"), (OFF, _("switched off"))]
    return [*((key, key) for key in FREE), (OFF, _("switched off"))]
