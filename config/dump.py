"""Dumping and restoring the database with PostgreSQL's own programs."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING, TypeVar

from django.conf import settings
from psycopg.conninfo import make_conninfo

from config import owner, programs

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import psycopg

Found = TypeVar("Found")

SCRATCH = "center_rehearsal"


class DumpFailed(RuntimeError):
    """pg_dump or pg_restore said no; the text is theirs."""


def _run(name: str, *arguments: str, database: str = "") -> None:
    """The password goes by the environment: everybody on the machine reads a command line."""
    way = owner.parameters(database)
    environment = os.environ | ({"PGPASSWORD": way.pop("password")} if "password" in way else {})
    command = [_program(name), *arguments, f"--dbname={make_conninfo(**way)}"]
    done = subprocess.run(command, check=False, capture_output=True, text=True, env=environment)  # noqa: S603 - our own programs and paths
    if done.returncode:
        raise DumpFailed(f"{name}: {done.stderr.strip()[-800:]}")


def _program(name: str) -> str:
    if settings.CLUSTER is not None:
        return str(settings.CLUSTER.binaries / name)
    with owner.connect() as connection:
        major = connection.info.server_version // 10_000
    found = programs.find(name, major)
    if found is None:
        raise DumpFailed(programs.missing(name, major))
    return str(found)


def write(path: Path) -> None:
    """One consistent snapshot in PostgreSQL's custom format."""
    _run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={path}")


def restore(path: Path) -> None:
    """Schema and rows together: triggers come last, so balances are not counted twice."""
    _run("pg_restore", "--clean", "--if-exists", "--no-owner", "--no-privileges", "--exit-on-error", str(path))


def rehearse(path: Path, look: Callable[[psycopg.Connection], Found]) -> Found:
    """Restore into a scratch database, look into it, and drop it; what the look has found."""
    owner.drop_database(SCRATCH)
    owner.make_database(SCRATCH)
    try:
        _run("pg_restore", "--no-owner", "--no-privileges", "--exit-on-error", str(path), database=SCRATCH)
        with owner.connect(SCRATCH) as restored:
            return look(restored)
    finally:
        owner.drop_database(SCRATCH)
