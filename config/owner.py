"""Working as the owner of the tables: migrations, seeding at scale, restoring. Never a request."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import environ
from django.conf import settings
from django.db import connections

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def as_owner(alias: str = "default") -> Iterator[None]:
    """Reconnect without the application's role (embedded) or with the owner's own login (production)."""
    connection = connections[alias]
    before = dict(connection.settings_dict)
    connection.close()
    if settings.DATABASE_OWNER_URL:
        connection.settings_dict.update(environ.Env.db_url_config(settings.DATABASE_OWNER_URL))
    connection.settings_dict["OPTIONS"] = {}
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.clear()
        connection.settings_dict.update(before)
