"""`make run`: one process that owns the database server, the web server and the worker, and ends what it started.

It watches all three, and what was killed is started again (docs/decisions/012). After PostgreSQL the worker is started
again too: its LISTEN died with the old server, and so did the jobs that it was doing.
"""

from __future__ import annotations

import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import django
import psycopg
from django.core.management import call_command
from django.db import Error, connection, connections
from django.db.migrations.executor import MigrationExecutor

from config import console, messages, ownserver, processes
from config.owner import as_owner
from config.postgres import DatabaseGone, DatabaseUnavailable, bury

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType
    from typing import TextIO

    from config.postgres import Cluster

HIGHEST_PORT = 65_535
PATIENCE = 90  # seconds until the web server must answer
LOOK_EVERY = 2  # seconds
LONGEST_PAUSE = 60  # seconds between two tries to start the database server
MOST_BEGINNINGS = 3  # of getting ready, while the database server dies under it
STARTED_BY_US = "CENTER_RUN_DATA"  # in the environment of whatever a runner has started: its DATA_DIR


def say(text: str) -> None:
    print(text, flush=True)


class Center:
    """Everything that runs, and how it is watched."""

    def __init__(self) -> None:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
        if messages.is_stale():  # before Django reads it: a catalogue that was empty then stays empty in this process
            messages.compile_all()
        django.setup()
        from django.conf import settings  # noqa: PLC0415 - not before setup

        self.settings = settings
        self.data: Path = settings.DATA_DIR
        self.port = port_of(os.environ.get("PORT", "8000"))
        self.url = f"http://127.0.0.1:{self.port}/"
        self.children: dict[str, subprocess.Popen[bytes]] = {}
        self.ending = self.getting_ready = self.reviving = False
        self.server = ""  # which database server the children work with
        self.pause, self.next_try = 0, 0.0

    # -- one at a time -----------------------------------------------------------------------------------------------

    def alone(self) -> TextIO | None:
        """The lock of this DATA_DIR, held as long as we live; None when another `make run` holds it."""
        try:
            self.data.mkdir(parents=True, exist_ok=True)
            handle = (self.data / "run.lock").open("w")
        except PermissionError:
            raise SystemExit(
                f"{self.data} may not be written by this user. Set DATA_DIR to a folder of your own, or give it to you."
            ) from None
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            handle.close()
            return None
        return handle

    def end_orphans(self) -> None:
        """Whatever a runner that was killed has left: it would hold our port, and do our jobs with old code."""
        processes.end_all_with(STARTED_BY_US, str(self.data))
        (self.data / "run.json").unlink(missing_ok=True)

    def port_is_free(self) -> bool:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            return probe.connect_ex(("127.0.0.1", self.port)) != 0

    # -- getting ready -----------------------------------------------------------------------------------------------

    def prepare(self) -> None:
        if self.settings.CLUSTER is not None:
            with step("Database server: starting"):
                self.settings.CLUSTER.ensure()
        ownserver.insist()
        with step("Static files: collecting, while the database gets ready"), self.collecting():
            self.bring_tables_up_to_date()
        from center.models import Office  # noqa: PLC0415 - not before setup
        from config.production import refuse_to_start  # noqa: PLC0415

        refuse_to_start()
        if self.settings.DEMO:
            self.begin_practice_anew_if_half_made()
        if self.settings.DEMO and not Office.objects.exists():
            with step("Practice: inventing a district, the first time"):
                call_command("seed_demo", rest_later=True)

    @contextmanager
    def collecting(self) -> Iterator[None]:
        """On the other core: compressing takes as long as making the tables."""
        command = [sys.executable, "manage.py", "collectstatic", "--verbosity", "0", "--no-input"]
        with subprocess.Popen(command, stdin=subprocess.DEVNULL) as child:  # noqa: S603
            try:
                yield
            except BaseException:
                child.terminate()
                raise
        if child.returncode:
            raise SystemExit("The static files could not be collected; the words above say why.")

    @staticmethod
    def bring_tables_up_to_date() -> None:
        with step(f"Database: {migrations_to_make()} migrations to make"):
            call_command("migrate", verbosity=0, interactive=False)
        with step("Reference data: code lists and calendars"):
            call_command("seed_reference", verbosity=0)

    def begin_practice_anew_if_half_made(self) -> None:
        """A first start that was interrupted left half a district: invented people are made again, not mended."""
        from center.queries.growing import is_unfinished  # noqa: PLC0415 - not before setup

        if self.settings.CLUSTER is None or not is_unfinished():
            return
        say("The practice district was left half made; inventing it anew …")
        connections.close_all()
        self.settings.CLUSTER.make_database_anew()
        Path(self.settings.SEAL_HEADS_FILE).unlink(missing_ok=True)  # the heads of the database that is gone
        self.bring_tables_up_to_date()

    # -- running -----------------------------------------------------------------------------------------------------

    def start(self, name: str) -> None:
        self.children[name] = subprocess.Popen(  # noqa: S603
            COMMANDS[name](self.port),
            env=os.environ | {STARTED_BY_US: str(self.data)},
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=partial(processes.end_with, os.getpid()),  # noqa: PLW1509 - a single thread runs here
        )
        record = {"pids": [child.pid for child in self.children.values()], "port": self.port}
        (self.data / "run.json").write_text(json.dumps(record))

    def stop(self, name: str, *, patience: float = 6) -> None:
        """End it with all that it has started; of one that has died, what it left."""
        if name in self.children:
            processes.end_group(self.children.pop(name), patience=patience)

    def has_ended(self, name: str) -> bool:
        return name not in self.children or processes.has_ended(self.children[name])

    def answers(self) -> bool:
        try:
            with urllib.request.urlopen(self.url + "readyz", timeout=3) as answer:  # noqa: S310 - our own address
                return bool(answer.status == 200)  # noqa: PLR2004 - HTTP's word for yes
        except (urllib.error.URLError, OSError):
            return False

    def watch(self) -> None:
        while not self.ending:
            time.sleep(LOOK_EVERY)
            self.look()

    def look(self) -> None:
        """What died is started again, unless it would find no database; and the worker follows the database server."""
        if self.ending or not self.keep_database():
            return
        for name in COMMANDS:
            if not self.ending and self.has_ended(name):
                self.stop(name)
                self.start(name)

    def keep_database(self) -> bool:
        """Start PostgreSQL again when it has died. False while there is none to work with."""
        cluster = self.settings.CLUSTER
        if cluster is None:
            return True
        state = cluster.answers()
        if state == "no" and cluster.postmaster() is None and self.revive(cluster):
            state = "yes"
        if state != "yes":  # none; or recovering, or too busy to answer: it lives
            return False
        if self.server not in {"", cluster.birth()}:
            bury()
            self.stop("worker", patience=0)  # no job of it can still tell its end
        self.server, self.pause = cluster.birth(), 0
        return True

    def revive(self, cluster: Cluster) -> bool:
        """One try, then a pause that grows: a full disk is emptied by somebody some time. Only lost files end us."""
        if time.monotonic() < self.next_try:
            return False
        say("PostgreSQL has stopped; starting it again.")
        try:
            with self.interruptible():
                cluster.revive()
        except DatabaseGone as error:
            raise SystemExit(str(error)) from None
        except (DatabaseUnavailable, psycopg.Error, OSError) as error:
            self.pause = min(2 * self.pause or LOOK_EVERY, LONGEST_PAUSE)
            self.next_try = time.monotonic() + self.pause
            say(f"{error}\nPostgreSQL does not start. The next try is in {self.pause} s.")
            return False
        say("PostgreSQL is there again.")
        return True

    @contextmanager
    def interruptible(self) -> Iterator[None]:
        """A recovery takes as long as it needs; nobody who wants to end waits for it."""
        self.reviving = True
        try:
            yield
        finally:
            self.reviving = False

    def end(self, _number: int = 0, _frame: FrameType | None = None) -> None:
        if not self.ending:
            say("Ending …")
        self.ending = True
        if self.getting_ready:  # minutes, the first time: nobody waits for them to pass
            raise SystemExit("Ended before it was ready; the next start goes on from here.")
        if self.reviving:
            raise SystemExit(0)

    def get_ready(self) -> None:
        """Whatever stops it, a refusal or Ctrl-C, ends the database server too."""
        self.getting_ready = True
        try:
            for beginning in range(1, MOST_BEGINNINGS + 1):
                if self.prepared(last=beginning == MOST_BEGINNINGS):
                    break
                say("PostgreSQL has stopped meanwhile; beginning again.")
            self.getting_ready = False
        finally:
            if self.getting_ready:
                self.getting_ready = False
                self._end_all()

    def prepared(self, *, last: bool) -> bool:
        """False when the database server died under it: each of its steps may be taken again."""
        try:
            self.prepare()
        except (Error, psycopg.Error):
            if last or not self.has_lost_database():
                raise
            return False
        except DatabaseUnavailable as error:
            raise SystemExit(str(error)) from None
        finally:
            connections.close_all()
        return True

    def has_lost_database(self) -> bool:
        cluster = self.settings.CLUSTER
        return cluster is not None and (cluster.answers() != "yes" or self.server not in {"", cluster.birth()})

    def run(self) -> int:
        lock = self.alone()
        if lock is None:
            return self.wait_for_the_other()
        with lock:
            return self.run_alone()

    def run_alone(self) -> int:
        self.end_orphans()
        if not self.port_is_free():
            say(f"Port {self.port} is used by another program. Set PORT to a free one: PORT=8001 make run")
            return 1
        signal.signal(signal.SIGTERM, self.end)
        signal.signal(signal.SIGINT, self.end)
        self.get_ready()
        try:
            return self.serve()
        finally:
            self._end_all()

    def serve(self) -> int:
        """Until told to end; 1 when the web server never answered."""
        self.look()
        began = time.monotonic()
        while not self.answers() and not self.ending:
            if self.has_lost_database():
                self.look()
                began = time.monotonic()
            elif time.monotonic() - began > PATIENCE or self.has_ended("web"):
                say("The web server did not start; its words are above.")
                return 1
            time.sleep(0.1)
        if not self.ending:
            say(f"Ready: {self.url}")
        self.watch()
        return 0

    def wait_for_the_other(self) -> int:
        """Another `make run` holds this DATA_DIR: it is ready, or will be in a moment."""
        say("This center is running already, or just starting.")
        served = time.monotonic()
        while not self.answers():
            if lock := self.alone():  # the other one has ended before it was ready
                lock.close()
                return self.run()
            port = self.port_of_the_other()
            if port is None:
                served = time.monotonic()  # it is still getting ready: minutes, the first time
            elif port != self.port:
                say(f"It is served at http://127.0.0.1:{port}/ already: one DATA_DIR, one PORT.")
                return 1
            elif time.monotonic() - served > PATIENCE:
                say(f"It does not answer at {self.url}; its words are where it was started.")
                return 1
            time.sleep(0.5)
        say(f"Ready: {self.url}")
        return 0

    def port_of_the_other(self) -> int | None:
        """Where the other one serves; None while it gets ready. A file half written is read the next time."""
        with suppress(OSError, ValueError):
            return int(json.loads((self.data / "run.json").read_text())["port"])
        return None

    def _end_all(self) -> None:
        """Ctrl-C and TERM end everything that was started, the database server last."""
        for name in list(self.children):
            self.stop(name)
        (self.data / "run.json").unlink(missing_ok=True)
        if self.settings.CLUSTER is not None:
            from django.db import connection  # noqa: PLC0415

            connection.close()
            self.settings.CLUSTER.stop()


def port_of(text: str) -> int:
    if not text.isdigit() or not 0 < int(text) <= HIGHEST_PORT:
        raise SystemExit(f"PORT is “{text}”; it must be a number between 1 and {HIGHEST_PORT}.")
    return int(text)


@contextmanager
def step(what: str) -> Iterator[None]:
    """Says what begins, and afterwards how long it took."""
    began = time.monotonic()
    say(f"{what} …")
    yield
    say(f"  … {time.monotonic() - began:.1f} s")


def migrations_to_make() -> int:
    """How many the database lacks; all of them when it is empty."""
    with as_owner():
        executor = MigrationExecutor(connection)
        return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _web(port: int) -> list[str]:
    options = [
        "--interface",
        "wsgi",
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
        "--workers",
        "2",
        "--blocking-threads",
        "4",
    ]
    return [sys.executable, "-m", "granian", *options, "--no-ws", "--log-level", "warning", "config.wsgi:application"]


def _worker(_port: int) -> list[str]:
    return [sys.executable, "manage.py", "work"]


COMMANDS: dict[str, Any] = {"web": _web, "worker": _worker}


if __name__ == "__main__":
    with console.plainly():
        sys.exit(Center().run())
