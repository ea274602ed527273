"""What a benchmark is: a piece of work, and the floor that the same rows cannot be had below."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median

from django.db import connection, transaction

from tests.bench.world import World

Work = Callable[[World], int]


@dataclass(frozen=True)
class Bench:
    """`work` and `floor` answer how many rows they made. `long` ones run when asked for."""

    what: str
    work: Work
    floor: Work
    on_an_empty_registry: bool = False
    long: bool = False


@dataclass(frozen=True)
class Measured:
    what: str
    seconds: float
    floor: float
    rows: int
    floor_rows: int

    @property
    def ratio(self) -> float:
        return self.seconds / self.floor


def measure(bench: Bench, world: World, *, repetitions: int = 3) -> Measured:
    """The median of a few repetitions, work and floor by turns, so that a busy minute strikes both."""
    both = [(_timed(bench.work, world), _timed(bench.floor, world)) for _repetition in range(repetitions)]
    seconds, floor = (median(times) for times in zip(*((work[0], bare[0]) for work, bare in both), strict=True))
    (_seconds, rows), (_floor, floor_rows) = both[-1]
    return Measured(bench.what, seconds, floor, rows, floor_rows)


def _timed(piece: Work, world: World) -> tuple[float, int]:
    begun = time.perf_counter()
    rows = piece(world)
    return time.perf_counter() - begun, rows


@contextmanager
def taken_back():
    """All of it happens, every deferred constraint is checked, and nothing stays."""
    with transaction.atomic():
        yield
        connection.check_constraints()
        transaction.set_rollback(True)
