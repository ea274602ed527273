"""Dumping and restoring the database with PostgreSQL's own programs."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING
from urllib.parse import quote

import psycopg
from django.conf import settings

from config.postgres import OWNER

if TYPE_CHECKING:
    from pathlib import Path


class DumpFailed(RuntimeError):
    """pg_dump or pg_restore said no; the text is theirs."""


def _program(name: str) -> str:
    if settings.CLUSTER is not None:
        return str(settings.CLUSTER.binaries / name)
    found = shutil.which(name)
    if found is None:
        raise DumpFailed(f"{name} is not installed. Install postgresql-client of the server's version.")
    return found


def _url(database: str = "") -> str:
    """The owner's way to the database: embedded by socket, outside by DATABASE_OWNER_URL."""
    if settings.CLUSTER is not None:
        return settings.CLUSTER.url(OWNER, database or settings.DATABASES["default"]["NAME"])
    url: str = settings.DATABASE_OWNER_URL or os.environ["DATABASE_URL"]
    return f"{url.rsplit('/', 1)[0]}/{quote(database)}" if database else url


def _run(*command: str) -> None:
    done = subprocess.run(command, check=False, capture_output=True, text=True)  # noqa: S603 - our own programs and paths
    if done.returncode:
        raise DumpFailed(f"{command[0].rsplit('/', 1)[-1]}: {done.stderr.strip()[-800:]}")


def write(path: Path) -> None:
    """One consistent snapshot in PostgreSQL's custom format."""
    _run(_program("pg_dump"), "--format=custom", "--no-owner", "--no-privileges", f"--file={path}", _url())


def restore(path: Path) -> None:
    """Schema and rows together: triggers come last, so balances are not counted twice."""
    _run(
        _program("pg_restore"),
        "--clean",
        "--if-exists",
        "--no-owner",
        "--no-privileges",
        "--exit-on-error",
        f"--dbname={_url()}",
        str(path),
    )


def rehearse(path: Path) -> int:
    """Restore into a scratch database and drop it; how many tables came back.

    Not dropped WITH (FORCE): that is refused to anybody but a superuser while an autovacuum is in there; a plain DROP
    sends the autovacuum away.
    """
    scratch = "center_rehearsal"
    with psycopg.connect(_url("postgres"), autocommit=True) as owner:
        owner.execute(f"DROP DATABASE IF EXISTS {scratch}")
        owner.execute(f"CREATE DATABASE {scratch}")
        try:
            _run(
                _program("pg_restore"),
                "--no-owner",
                "--no-privileges",
                "--exit-on-error",
                f"--dbname={_url(scratch)}",
                str(path),
            )
            with psycopg.connect(_url(scratch)) as restored:
                row = restored.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
                return int(row[0]) if row else 0
        finally:
            owner.execute(f"DROP DATABASE IF EXISTS {scratch}")
