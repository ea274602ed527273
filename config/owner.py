"""Working as the owner of the tables: migrations, seeding at scale, restoring. Never a request."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import psycopg
from django.conf import settings
from django.db import connections
from psycopg.conninfo import make_conninfo

from config import addresses, recipe

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def as_owner(alias: str = "default") -> Iterator[None]:
    """Reconnect without the application's role (embedded) or with the owner's own login (production)."""
    connection = connections[alias]
    before = dict(connection.settings_dict)
    connection.close()
    connection.settings_dict.update(settings.OWNER_LOGIN)
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.clear()
        connection.settings_dict.update(before)


def parameters(database: str = "") -> dict[str, str]:
    """How the owner comes to the database that is worked on now, or to another one beside it, as libpq reads it."""
    now = settings.DATABASES["default"]
    return addresses.parameters({**now, **settings.OWNER_LOGIN, "NAME": database or now["NAME"]})


def connect(database: str = "") -> psycopg.Connection[Any]:
    """Beside Django's own connection: to make and drop databases, which no transaction may."""
    return psycopg.connect(make_conninfo(**parameters(database)), autocommit=True)


def make_database(name: str, *, beside: str = "") -> None:
    """An empty database like the center's own, whatever the server would make without being told."""
    if settings.CLUSTER is None:
        statement = recipe.make_database(name)
    else:
        statement = f"CREATE DATABASE {recipe.quoted(name)} TEMPLATE template0"
    with connect(beside) as owner:
        owner.execute(statement)


def drop_database(name: str, *, beside: str = "") -> None:
    """Not WITH (FORCE): that is refused to anybody but a superuser while an autovacuum is in there; a plain DROP sends
    the autovacuum away.
    """
    with connect(beside) as owner:
        owner.execute(f"DROP DATABASE IF EXISTS {recipe.quoted(name)}")
