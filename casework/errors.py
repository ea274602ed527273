"""Refusals that only the casework room speaks."""

from __future__ import annotations

from center.kernel.errors import Refusal


class Duplicate(Refusal):
    """The person, household or matter is here already; the sentence says where."""
