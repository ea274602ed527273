"""DATABASE_URL and DATABASE_OWNER_URL, read as PostgreSQL's own programs read them, so that all understand one thing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import psycopg
from django.core.exceptions import ImproperlyConfigured
from psycopg.conninfo import conninfo_to_dict

if TYPE_CHECKING:
    from collections.abc import Mapping

LOGIN = ("USER", "PASSWORD", "HOST", "PORT", "OPTIONS")  # what differs between two logins of one database
FORM = (
    "postgresql://login:password@host:5432/database, or postgresql://login:password@/database?host=/folder/of/the/socket;"
    " in the password every character that is no letter or digit is written as % and two hexadecimal digits"
)


def database(variable: str, url: str) -> dict[str, Any]:
    """An address as Django's settings of a database. A refusal names the variable only: the address holds a password."""
    try:
        parts = {name: str(value) for name, value in conninfo_to_dict(url).items()}
    except (psycopg.ProgrammingError, UnicodeDecodeError):
        parts = {}
    host, name = parts.pop("host", ""), parts.pop("dbname", "")
    if name.startswith("/") and not host:  # postgresql:////folder/of/the/socket/database
        host, name = name.rsplit("/", 1)
    if not name or "@" in host:
        raise ImproperlyConfigured(f"{variable} is no address of a PostgreSQL. It is written {FORM}.")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": parts.pop("user", ""),
        "PASSWORD": parts.pop("password", ""),
        "HOST": host,
        "PORT": parts.pop("port", ""),
        "OPTIONS": parts,
    }


def owner_login(variable: str, url: str, *, beside: Mapping[str, Any]) -> dict[str, Any]:
    """Who comes to the same database as its owner, and how: whom the address names, or else who comes anyway."""
    found = database(variable, url) if url else beside
    if found["NAME"] != beside["NAME"]:
        raise ImproperlyConfigured(
            f"{variable} names the database {found['NAME']}, DATABASE_URL {beside['NAME']}: both must name one."
        )
    return {name: found[name] for name in LOGIN}


def parameters(known: Mapping[str, Any], **others: str) -> dict[str, str]:
    """Django's settings of a database as libpq's parameters, for connections that are not Django's."""
    named = {name.lower(): known.get(name, "") for name in ("USER", "PASSWORD", "HOST", "PORT")}
    found = named | {"dbname": known["NAME"]} | known.get("OPTIONS", {}) | others
    return {name: str(value) for name, value in found.items() if value}
