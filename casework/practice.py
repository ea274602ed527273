"""This desk's share of the invented district (seed_demo)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from center.desk import Practice


def fill(world: Practice) -> None:
    """Later below: written through the desk's own actions."""
