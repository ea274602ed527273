"""The SQL that makes in a PostgreSQL of one's own what the center needs; the one place that holds it.

deploy/README.md shows `recipe()` (a test compares); config.ownserver says the lines of it that a server lacks.
"""

from __future__ import annotations

import re

from config.postgres import APP, DATABASE, OWNER

OWNER_PASSWORD, APP_PASSWORD = "owner-password", "app-password"  # examples, for others to be put in their place
# The server's log keeps no failed statement and no row of one: both may hold personal facts.
QUIET = ("log_min_error_statement", "panic"), ("log_error_verbosity", "terse")


def recipe(owner: str = OWNER, login: str = APP, database: str = DATABASE) -> list[str]:
    """Everything that a fresh server needs: who owns, who works, and the database."""
    lines = [make_owner(owner)]
    if login == APP:
        lines += [make_login(APP)]
    else:
        lines += [make_app()] + ([make_login(login)] if login != owner else [])
    lines += [let_work(one) for one in dict.fromkeys((login, owner)) if one != APP]
    return [*lines, *database_lines(owner, database)]


def make_owner(owner: str) -> str:
    return f"CREATE ROLE {quoted(owner)} LOGIN CREATEDB PASSWORD '{OWNER_PASSWORD}';"


def make_login(login: str) -> str:
    return f"CREATE ROLE {quoted(login)} LOGIN PASSWORD '{APP_PASSWORD}';"


def make_app() -> str:
    return f"CREATE ROLE {APP} NOLOGIN;"


def let_work(login: str) -> str:
    return f"GRANT {APP} TO {quoted(login)};"


def database_lines(owner: str, database: str) -> list[str]:
    return [f"{make_database(database, owner)};", *(keep_quiet(database, *one) for one in QUIET)]


def make_database(database: str, owner: str = "") -> str:
    whose = f" OWNER {quoted(owner)}" if owner else ""
    how = "TEMPLATE template0 ENCODING 'UTF8' LOCALE_PROVIDER libc LOCALE 'C.UTF-8'"
    return f"CREATE DATABASE {quoted(database)}{whose} {how}"


def keep_quiet(database: str, setting: str, value: str) -> str:
    return f"ALTER DATABASE {quoted(database)} SET {setting} = '{value}';"


def quoted(name: str) -> str:
    plain = re.fullmatch(r"[a-z_][a-z0-9_]*", name)
    return name if plain else '"' + name.replace('"', '""') + '"'


def set_password(login: str, word: str) -> str:
    return f"ALTER ROLE {quoted(login)} LOGIN PASSWORD '{word}';"


def let_rehearse(owner: str) -> str:
    return f"ALTER ROLE {quoted(owner)} CREATEDB;"


def let_enter(login: str, database: str) -> str:
    return f"GRANT CONNECT ON DATABASE {quoted(database)} TO {quoted(login)};"


def give_database(database: str, owner: str) -> str:
    return f"ALTER DATABASE {quoted(database)} OWNER TO {quoted(owner)};"


def database_anew(owner: str, database: str) -> list[str]:
    return [f"DROP DATABASE {quoted(database)};", *database_lines(owner, database)]


def inside(database: str, line: str) -> tuple[str, str]:
    """A line that must be said within the database; psql goes there by the first."""
    return f"\\connect {quoted(database)}", line
