"""Where pg_dump and pg_restore of the server's own major version lie, on a PostgreSQL of one's own.

Of that version exactly: an older pg_dump refuses a newer server, and what a newer pg_restore begins with
(`SET transaction_timeout`) an older server does not know.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from config.postgres import find_packaged

if TYPE_CHECKING:
    from collections.abc import Iterator


def find(name: str, major: int) -> Path | None:
    return next((place for place in _places(name, major) if place.exists() and _major(place) == major), None)


def missing(name: str, major: int) -> str:
    return (
        f"{name} of PostgreSQL {major}, the server's own version, is not on this machine."
        f" Install postgresql-client-{major}, or set PG_BIN to the folder of its programs."
    )


def _places(name: str, major: int) -> Iterator[Path]:
    if folder := os.environ.get("PG_BIN"):
        yield Path(folder) / name
    yield Path(f"/usr/lib/postgresql/{major}/bin") / name  # Debian and Ubuntu
    yield Path(f"/usr/pgsql-{major}/bin") / name  # Red Hat and its like
    if found := shutil.which(name):
        yield Path(found)
    if packaged := find_packaged():
        yield packaged / name


@cache
def _major(program: Path) -> int:
    said = subprocess.run([str(program), "--version"], check=False, capture_output=True, text=True).stdout  # noqa: S603
    found = re.search(r"\) (\d+)", said)
    return int(found[1]) if found else 0
