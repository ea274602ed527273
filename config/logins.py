"""A login of a PostgreSQL of one's own: how far one comes with it, and what the server says at the door."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg.conninfo import make_conninfo
from psycopg.pq import Conninfo, PGconn, Ping

from config import addresses

if TYPE_CHECKING:
    from collections.abc import Mapping

CONNECT_SECONDS = "5"


class Login:
    """One of the two addresses, and how far one comes with it."""

    def __init__(self, variable: str, known: Mapping[str, Any]) -> None:
        self.variable = variable
        self.database: str = known["NAME"]
        self.parameters = {"connect_timeout": CONNECT_SECONDS} | addresses.parameters(known)
        self.parameters |= {"options": "", "client_encoding": "UTF8"}  # the application's role may be what lacks
        self.name = self.parameters.get("user") or _system_user()
        self.connection: psycopg.Connection[Any] | None = None
        self.said = ""

    @property
    def place(self) -> str:
        host, port = self.parameters.get("host", ""), self.parameters.get("port", "5432")
        if host and not host.startswith("/"):
            return f"{host}:{port}"
        return f"the socket in {host} (port {port})" if host else f"the default socket (port {port})"

    def _way(self, database: str) -> str:
        return make_conninfo(**{**self.parameters, "dbname": database})

    def ping(self) -> Ping:
        """Whether there is a server, without its letting anybody in: told by the protocol, not by words of any language."""
        return Ping(PGconn.ping(self._way(self.database).encode()))

    def enter(self, *databases: str) -> psycopg.Connection[Any] | None:
        """Into the first of these that lets it in; what was said at the first door is kept."""
        for database in databases:
            try:
                self.connection = psycopg.connect(self._way(database), autocommit=True)
            except psycopg.OperationalError as error:
                self.said = self.said or _words(error)
            else:
                return self.connection
        return None

    @property
    def is_inside(self) -> bool:
        return self.connection is not None and self.connection.info.dbname == self.database


def _system_user() -> str:
    """Whom libpq takes when an address names nobody."""
    found = next((one.val for one in Conninfo.get_defaults() if one.keyword == b"user"), None)
    return found.decode() if found else ""


def _words(error: psycopg.Error) -> str:
    """What the server said, without the way to it, which our own sentence names."""
    return re.sub(r"connection (failed: |to server [^:]*? failed: )", "", " ".join(str(error).split()))


def refusal(login: Login) -> str:
    return f"The server at {login.place} does not let {login.name} in ({login.variable}): “{login.said}”."


def door(login: Login) -> str:
    """What keeps somebody out that is neither a role nor a password; "" when the words do not say so."""
    if "too many" in login.said or "connection slots" in login.said:
        return f"The server at {login.place} is full ({login.variable}): “{login.said}”. Try again, or raise max_connections."
    if "pg_hba.conf" in login.said:
        return (
            f"The server at {login.place} lets nobody in from here as {login.name} ({login.variable}): “{login.said}”."
            f" Add to its pg_hba.conf the line `host all {login.name} ADDRESS scram-sha-256` with this"
            " machine's address, and reload it (SELECT pg_reload_conf();)."
        )
    if "eer authentication" in login.said:
        return (
            f"Through {login.place} the server lets {login.name} ({login.variable}) in only from a system account of that"
            f" name (peer). Write the host into the address (…@127.0.0.1/{login.database}), or let passwords in by the line"
            f" `local all {login.name} scram-sha-256` before the others in pg_hba.conf."
        )
    return ""
