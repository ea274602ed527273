"""The invented district while it is made: handed from room to room."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from random import Random

    from django.db.models import Model

    from center.models import Office, Staff

AT_FIRST = 40  # households that stand before anybody is let in


@dataclass(kw_only=True)
class Practice:
    """The invented district that `seed_demo` builds: who is there, and the one source of chance."""

    office: Office
    stations: list[Office]
    people: dict[str, Staff]  # by user name
    chance: Random
    households: int = 300
    made: dict[str, list[Model]] = field(default_factory=dict)  # what earlier rooms made, by noun
