"""`make bench`: what the program takes beside what the same rows cost bare, on a database of its own.

`python -m tests.bench.run [--all] [--only WORD]`. Times are printed beside the machine and never asserted.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.bench.bench import Bench, Measured

LARGE = 50_000
DATABASE = "test_center_bench"
REPETITIONS = 3
COLUMNS = ("what", "ms", "floor ms", "ratio", "rows")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--all", action="store_true", help="the long ones too")
    parser.add_argument("--only", default="", help="those whose name holds this word")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        _set_up(Path(folder))
        with own_database():
            measured = list(run(Path(folder), all_of_them=asked.all, only=asked.only))
    say("")
    for line in [*table(measured), "", machine()]:
        say(line)


def _set_up(folder: Path) -> None:
    """Django as practice runs it, with keys, documents and seal heads that go when the run ends."""
    os.environ |= {"DJANGO_SETTINGS_MODULE": "config.settings", "DEMO": "1", "KEYS_FILE": str(folder / "keys.env")}
    import django

    django.setup()
    from django.conf import settings

    settings.MEDIA_ROOT = folder / "documents"
    settings.SEAL_HEADS_FILE = folder / "seal_heads.txt"
    bare = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # nothing has been collected
    settings.STORAGES = settings.STORAGES | {"staticfiles": bare}
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)


@contextmanager
def own_database() -> Iterator[None]:
    """Made by the owner, used by the application's role, dropped at the end."""
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection
    from django.test.utils import setup_databases

    from config import messages, owner

    if settings.CLUSTER is not None:
        settings.CLUSTER.ensure()
    if messages.is_stale():
        messages.compile_all()
    known = connection.settings_dict
    before, known["TEST"]["NAME"] = known["NAME"], DATABASE
    owner.drop_database(DATABASE, beside="postgres")
    owner.make_database(DATABASE, beside="postgres")
    setup_databases(verbosity=0, interactive=False, aliases=["default"], keepdb=True)
    try:
        call_command("seed_reference", stdout=StringIO())
        yield
    finally:
        connection.close()
        known["NAME"] = before
        owner.drop_database(DATABASE, beside="postgres")


def chosen(*, all_of_them: bool, only: str = "") -> list[Bench]:
    from tests.bench.benches import BENCHES

    return [bench for bench in BENCHES if (all_of_them or not bench.long) and only in bench.what]


def run(folder: Path, *, all_of_them: bool, only: str) -> Iterator[Measured]:
    from tests.bench import registry, world
    from tests.bench.bench import measure

    here = world.build(folder, small=registry.REGISTRY, large=LARGE)
    for bench in chosen(all_of_them=all_of_them, only=only):
        if not bench.on_an_empty_registry and not here.is_filled:
            say("· filling the registry, the visits and the ledger (not timed)")
            here.fill()
            analyse()
        say(f"· {bench.what}")
        yield measure(bench, here, repetitions=REPETITIONS)


def analyse() -> None:
    """The planner knows a database that has stood for a day; here it is told."""
    from config.owner import as_owner

    with as_owner():
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")


def table(measured: list[Measured]) -> list[str]:
    cells = [
        (one.what, f"{one.seconds * 1000:,.1f}", f"{one.floor * 1000:,.1f}", f"{one.ratio:.1f}", f"{one.rows:,}")
        for one in measured
    ]
    widths = [max(len(row[place]) for row in (COLUMNS, *cells)) for place in range(len(COLUMNS))]

    def line(row: tuple[str, ...]) -> str:
        first, *numbers = (
            cell.ljust(width) if place == 0 else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        return " | ".join([first, *numbers])

    return [line(COLUMNS), "-+-".join("-" * width for width in widths), *map(line, cells)]


def machine() -> str:
    """What the times were taken on."""
    busy = f"load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    parts = [platform.system(), platform.machine(), f"{os.cpu_count()} cores", _processor(), busy]
    parts += [f"Python {platform.python_version()}", f"median of {REPETITIONS}"]
    return " · ".join(part for part in parts if part)


def _processor() -> str:
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return platform.processor()
    return next((line.split(":", 1)[1].strip() for line in text.splitlines() if line.startswith("model name")), "")


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
