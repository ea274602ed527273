"""The rooms of the district in their order: each stands on what those before it made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from demo import center, employment, legal
from demo.casework import households
from demo.casework import states as lives
from demo.relief import rounds, states

if TYPE_CHECKING:
    from collections.abc import Callable

    from demo.world import Practice


def _casework(world: Practice) -> None:
    lives.fill(households.fill(world))


def _relief(world: Practice) -> None:
    rounds.fill(world)
    states.fill(world)


FILL: dict[str, Callable[[Practice], None]] = {
    "center": center.fill,
    "casework": _casework,
    "relief": _relief,
    "employment": employment.fill,
    "legal": legal.fill,
}
