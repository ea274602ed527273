"""A PostgreSQL of one's own: what it lacks, as sentences, with the lines of config.recipe that mend it and no others.

`migrate` (so `start_center` and every start), `restore` and `doctor` ask; config.console asks for all other commands.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.management.base import CommandError
from psycopg.pq import Ping

from config import programs, recipe
from config.logins import Login, door, refusal
from config.postgres import APP, OWNER

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

OLDEST, NEWEST = 15, 18  # major versions that the tests have met
EXTENSIONS = ("btree_gist",)  # what migrations make; a test compares
SET_IS_A_RIGHT = 16  # since when being a member and taking the role on are two


@dataclass(frozen=True)
class Lack:
    """One thing that is not there: a sentence, and the lines that mend it when lines can."""

    sentence: str
    sql: tuple[str, ...] = ()


def insist(*, on_scratch: bool = False) -> None:
    """Refuse to go on while something lacks; with `on_scratch`, also what a scratch database needs."""
    found = lacks() or (cares(scratch_alone=True) if on_scratch else [])
    if found:
        raise CommandError(told(found))


def told(found: Sequence[Lack]) -> str:
    """All that lacks, then the SQL for all of it."""
    text = ["The PostgreSQL that DATABASE_URL names is not ready for this center:"]
    text += [f"  · {lack.sentence}" for lack in found]
    sql = list(dict.fromkeys(line for lack in found for line in lack.sql))
    if sql:
        text += ["", "Run these lines as the server's superuser, on its own machine with `sudo -u postgres psql`,"]
        text += ["with the passwords that DATABASE_URL and DATABASE_OWNER_URL have for the roles."]
        text += ["", *sql]
    return "\n".join(text)


def lacks() -> list[Lack]:
    """What nobody can work without. Nothing of the embedded server, which makes all of this itself."""
    if settings.CLUSTER is not None:
        return []
    with closing(look_now()) as look:
        return list(look.lacks())


def cares(*, scratch_alone: bool = False) -> list[Lack]:
    """What one can work without and should not, once nothing lacks."""
    if settings.CLUSTER is not None:
        return []
    with closing(look_now()) as look:
        return list(look.no_scratch() if scratch_alone else look.cares())


def look_now() -> Look:
    now = settings.DATABASES["default"]
    return Look(now, {**now, **settings.OWNER_LOGIN} if settings.OWNER_IS_NAMED else None)


class Look:
    """One look at the server by both logins. What cannot be seen yet, because something before it lacks, is left out."""

    def __init__(self, web: Mapping[str, Any], owner: Mapping[str, Any] | None = None) -> None:
        self.web = self.owner = Login("DATABASE_URL", web)
        if owner is not None:
            self.owner = Login("DATABASE_OWNER_URL", owner)
        self.owner_name = OWNER if self.nobody_owns else self.owner.name
        self.database = self.web.database

    def close(self) -> None:
        for login in self.logins:
            if login.connection is not None:
                login.connection.close()

    @property
    def nobody_owns(self) -> bool:
        """The application's login is the only one: it owns nothing, so somebody else must be named who migrates."""
        return self.owner is self.web and self.web.name == APP

    @property
    def logins(self) -> list[Login]:
        return list(dict.fromkeys((self.web, self.owner)))

    # -- asking ----------------------------------------------------------------------------------------------------------

    @cached_property
    def entered(self) -> list[Login]:
        """Who gets in anywhere: where the center's database is closed or missing, another one tells why."""
        rooms = dict.fromkeys((self.database, "postgres", "template1"))
        return [one for one in self.logins if one.enter(*rooms)]

    @cached_property
    def inside(self) -> list[Login]:
        return [one for one in self.entered if one.is_inside]

    def ask(self, question: str, *values: object, login: Login | None = None) -> Any:
        """The first value of the answer; asked from within the center's database when anybody is there."""
        connection = (login or [*self.inside, *self.entered][0]).connection
        if connection is None:
            raise AssertionError("asked where nobody has entered")
        row = connection.execute(question, values).fetchone()
        return row[0] if row else None

    def has_role(self, name: str) -> bool:
        return bool(self.ask("SELECT 1 FROM pg_roles WHERE rolname = %s", name))

    @cached_property
    def has_database(self) -> bool:
        return bool(self.ask("SELECT 1 FROM pg_database WHERE datname = %s", self.database))

    @cached_property
    def major(self) -> int:
        return int(self.ask("SHOW server_version_num")) // 10_000

    # -- in turn ---------------------------------------------------------------------------------------------------------

    def lacks(self) -> Iterator[Lack]:
        """Each step only where the one before it found nothing that hides what comes next."""
        steps: tuple[tuple[Callable[[], Iterator[Lack]], ...], ...] = (
            (self.no_server,),
            (self.nobody_in,),
            (self.no_version,),
            (self.no_entry, self.no_owner, self.no_role, self.no_database),
            (self.no_encoding, self.no_property, self.no_schema, self.no_extension, self.others_tables),
        )
        for step in steps:
            found = [lack for part in step for lack in part()]
            yield from found
            if found:
                return

    def cares(self) -> Iterator[Lack]:
        yield from self.no_scratch()
        if self.major > NEWEST:
            yield Lack(f"The server is PostgreSQL {self.major}; this center is tried with {OLDEST} to {NEWEST}.")
        for setting, value in recipe.QUIET:
            if self.ask(f"SHOW {setting}", login=self.web) != value:
                yield Lack(
                    f"Personal facts of a failed statement go to the server's log ({setting}).",
                    (recipe.keep_quiet(self.database, setting, value),),
                )
        if not settings.DEMO and self.may_become_owner():
            yield Lack(
                f"{self.web.name}, the login of DATABASE_URL, can become the owner of the tables. Name in it a login that"
                f" is a member of {APP} alone, and the owner in DATABASE_OWNER_URL."
            )
        for name in ("pg_dump", "pg_restore"):
            if programs.find(name, self.major) is None:
                yield Lack(programs.missing(name, self.major))

    def may_become_owner(self) -> bool:
        whose = "SELECT pg_has_role(session_user, datdba, 'MEMBER') FROM pg_database WHERE datname = current_database()"
        return bool(self.ask(whose, login=self.web))

    # -- what may lack, in the order in which one meets it ------------------------------------------------------------------

    def no_server(self) -> Iterator[Lack]:
        for login in {one.place: one for one in reversed(self.logins)}.values():
            ping = login.ping()
            if ping == Ping.REJECT:
                yield Lack(f"The server at {login.place} is just starting or ending. Try again in a moment.")
            elif ping != Ping.OK:
                login.enter(self.database)
                yield Lack(
                    f"No PostgreSQL answers at {login.place} ({login.variable}): “{login.said}”. Is the server running,"
                    " does it listen there (listen_addresses, port), and does no firewall stand between?"
                )

    def nobody_in(self) -> Iterator[Lack]:
        """A server never tells a stranger whether a role is missing or its password wrong."""
        for login in [] if self.entered else self.logins:
            if closed := door(login):
                yield Lack(closed)
            else:
                yield Lack(
                    f"{refusal(login)} Either there is no such role yet, or its password is another one; in that case:"
                    f" {self.set_password(login)}",
                    tuple(recipe.recipe(self.owner_name, self.web.name, self.database)),
                )

    def no_entry(self) -> Iterator[Lack]:
        """Whoever is in can look why the other one is not."""
        for login in [one for one in self.logins if one not in self.entered]:
            if not self.has_role(login.name):
                yield Lack(f"There is no role {login.name} ({login.variable}).", tuple(self.role_lines(login)))
            elif closed := door(login):
                yield Lack(closed)
            else:
                yield Lack(f"{refusal(login)} Its password is another one.", (self.set_password(login),))

    def role_lines(self, login: Login) -> list[str]:
        """What the recipe has for this login and this server has not."""
        if login is self.owner:
            return [recipe.make_owner(login.name)]
        lacking = {recipe.make_login(login.name), recipe.let_work(login.name)} | (
            set() if self.has_role(APP) else {recipe.make_app()}
        )
        return [line for line in recipe.recipe(self.owner_name, login.name) if line in lacking]

    def set_password(self, login: Login) -> str:
        word = recipe.OWNER_PASSWORD if login.name == self.owner_name else recipe.APP_PASSWORD
        return recipe.set_password(login.name, word)

    def no_version(self) -> Iterator[Lack]:
        if self.major < OLDEST:
            yield Lack(f"The server at {self.web.place} is PostgreSQL {self.major}; at least {OLDEST} is needed.")

    def no_owner(self) -> Iterator[Lack]:
        if self.nobody_owns:
            yield Lack(
                f"DATABASE_OWNER_URL is not set, and {APP} owns nothing: nobody may make the tables. Set it in .env to"
                f" DATABASE_URL with {OWNER} and its password instead.",
                () if self.has_role(OWNER) else (recipe.make_owner(OWNER),),
            )

    def no_role(self) -> Iterator[Lack]:
        login = self.web.name
        if login == APP:
            return
        if not self.has_role(APP):
            yield Lack(f"There is no role {APP}.", (recipe.make_app(), recipe.let_work(login)))
        elif self.has_role(login) and not self.may_work(login):
            yield Lack(f"{login} (DATABASE_URL) may not work as {APP}.", (recipe.let_work(login),))

    def may_work(self, login: str) -> bool:
        right = "SET" if self.major >= SET_IS_A_RIGHT else "MEMBER"
        return bool(self.ask("SELECT pg_has_role(%s, %s, %s)", login, APP, right))

    def no_database(self) -> Iterator[Lack]:
        if not self.has_database:
            lines = recipe.database_lines(self.owner_name, self.database)
            yield Lack(f"There is no database {self.database} on the server at {self.web.place}.", tuple(lines))
            return
        for login in [one for one in self.entered if one not in self.inside]:
            allowed = self.ask("SELECT has_database_privilege(%s, %s, 'CONNECT')", login.name, self.database)
            line = recipe.let_enter(login.name, self.database)
            yield Lack(
                f"{login.name} ({login.variable}) may not enter the database {self.database}: “{login.said}”.",
                () if allowed else (line,),
            )

    def no_encoding(self) -> Iterator[Lack]:
        encoding = self.ask("SHOW server_encoding")
        if encoding == "UTF8":
            return
        sentence = (
            f"The database {self.database} is encoded in {encoding}, which has no room for Chinese; UTF8 is needed."
        )
        if self.ask("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"):
            yield Lack(f"{sentence} It holds tables already: name another database in .env.")
        else:
            yield Lack(f"{sentence} It is empty.", tuple(recipe.database_anew(self.owner_name, self.database)))

    def no_property(self) -> Iterator[Lack]:
        """In the database's owner lies the right to make tables, extensions and whatever a backup brings back."""
        whose = "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = current_database()"
        if not self.acts_as(owner := self.ask(whose)):
            yield Lack(
                f"The database {self.database} belongs to {owner}, and {self.owner_name} ({self.owner.variable}) would make"
                " its tables: it must be its owner.",
                (recipe.give_database(self.database, self.owner_name),),
            )

    def acts_as(self, role: str) -> bool:
        return bool(self.ask("SELECT pg_has_role(%s, %s, 'USAGE')", self.owner_name, role))

    def no_schema(self) -> Iterator[Lack]:
        """Its owner is by default whoever owns the database, and nobody else may make a table in it."""
        owner = self.ask("SELECT pg_get_userbyid(nspowner) FROM pg_namespace WHERE nspname = 'public'")
        if owner is None:
            line = "CREATE SCHEMA public AUTHORIZATION pg_database_owner;"
            yield Lack("The database has no schema public.", recipe.inside(self.database, line))
        elif owner != "pg_database_owner" and not self.acts_as(owner):
            yield Lack(
                f"The schema public belongs to {owner}, so {self.owner_name} may make no tables in it.",
                recipe.inside(self.database, "ALTER SCHEMA public OWNER TO pg_database_owner;"),
            )

    def no_extension(self) -> Iterator[Lack]:
        for name in EXTENSIONS:
            if self.ask("SELECT 1 FROM pg_extension WHERE extname = %s", name):
                continue
            trusted = self.ask("SELECT bool_or(trusted) FROM pg_available_extension_versions WHERE name = %s", name)
            if trusted is None:
                yield Lack(
                    f"The server does not have the extension {name}. Install its package postgresql-contrib"
                    " (in Debian and Ubuntu it is part of postgresql)."
                )
            elif not trusted:
                yield Lack(
                    f"Only a superuser may make the extension {name} here.",
                    recipe.inside(self.database, f"CREATE EXTENSION {name};"),
                )

    def others_tables(self) -> Iterator[Lack]:
        """Made by another login in an earlier life: migrations could not change them."""
        owners = self.ask(
            "SELECT array_agg(DISTINCT tableowner::text) FROM pg_tables WHERE schemaname = 'public'"
            " AND NOT pg_has_role(%s, tableowner, 'USAGE')",
            self.owner_name,
        )
        for other in owners or ():
            yield Lack(
                f"Tables of the database {self.database} belong to {other}, not to {self.owner_name}; migrate as {other}."
            )

    def no_scratch(self) -> Iterator[Lack]:
        if not self.ask("SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = %s", self.owner_name):
            yield Lack(
                f"{self.owner_name} may not make the scratch database in which `restore --check` rehearses a backup.",
                (recipe.let_rehearse(self.owner_name),),
            )
