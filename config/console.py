"""What whoever runs the server reads: for what is theirs to mend a sentence, never a traceback."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import psycopg
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import CommandError
from django.db.utils import OperationalError, ProgrammingError

from config.postgres import APP, DatabaseUnavailable

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def plainly() -> Iterator[None]:
    try:
        yield
    except (CommandError, DatabaseUnavailable, ImproperlyConfigured) as error:
        sys.exit(str(error))
    except (OperationalError, ProgrammingError, psycopg.OperationalError):
        if sentence := database_sentence():
            sys.exit(sentence)
        raise


def database_sentence() -> str:
    """Why the database may have refused; "" when it is well, and the fault is the program's."""
    from django.conf import settings  # noqa: PLC0415 - not before they could be read

    from config import ownserver  # noqa: PLC0415

    if settings.CLUSTER is not None and settings.CLUSTER.answers() != "yes":
        return (
            "The embedded PostgreSQL does not answer. While the center runs, it starts it again by itself: ask again in a"
            " minute. Otherwise start it with `manage.py db start`, or all of the center."
        )
    if found := ownserver.lacks():
        return ownserver.told(found)
    return unmigrated_sentence()


def unmigrated_sentence() -> str:
    from django.db import connection  # noqa: PLC0415
    from django.db.migrations.executor import MigrationExecutor  # noqa: PLC0415

    try:
        executor = MigrationExecutor(connection)
    except ProgrammingError:
        return f"{APP} may not read the tables of this database. `manage.py migrate` grants what it may."
    waiting = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    if not waiting:
        return ""
    return (
        f"{waiting} migrations are not applied to this database. `manage.py start_center` begins a center in it;"
        " `manage.py migrate` or a start of the center brings an existing one up to date."
    )
