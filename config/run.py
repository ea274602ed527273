"""`make run`: one process that owns the database server, the web server and the worker, and ends what it started.

It watches all three. When PostgreSQL had to be started again, the worker is started again too: its LISTEN died with the
old server, and it would only poll (prototypes.md §8).
"""

from __future__ import annotations

import ctypes
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
from pathlib import Path
from typing import TYPE_CHECKING, Any

import django
from django.core.management import call_command
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor

from config import console, messages, ownserver
from config.owner import as_owner

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType
    from typing import TextIO

PARENT_DIES = 1  # Linux's PR_SET_PDEATHSIG
PATIENCE = 90  # seconds until the web server must answer
LOOK_EVERY = 2  # seconds


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
        self.port = int(os.environ.get("PORT", "8000"))
        self.url = f"http://127.0.0.1:{self.port}/"
        self.children: dict[str, subprocess.Popen[bytes]] = {}
        self.ending = self.getting_ready = False

    # -- one at a time -----------------------------------------------------------------------------------------------

    def alone(self) -> TextIO | None:
        """The lock of this DATA_DIR, held as long as we live; None when another `make run` holds it."""
        self.data.mkdir(parents=True, exist_ok=True)
        handle = (self.data / "run.lock").open("w")
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            handle.close()
            return None
        return handle

    def end_orphans(self) -> None:
        """Web or worker of a runner that was killed: they carry our DATA_DIR in their environment."""
        record = self.data / "run.json"
        pids = json.loads(record.read_text()).get("pids", []) if record.exists() else []
        for pid in pids:
            with suppress(OSError):
                environment = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
                if f"CENTER_RUN_DATA={self.data}".encode() in environment:
                    os.killpg(pid, signal.SIGKILL)
        record.unlink(missing_ok=True)

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
        from config.production import refuse_to_start  # noqa: PLC0415

        refuse_to_start()
        if self.settings.DEMO:
            self.begin_practice_anew_if_half_made()
        self.start("web")  # it takes a moment to answer
        if self.settings.DEMO:
            with step("Practice: inventing a district, the first time"):
                call_command("seed_demo", if_empty=True, rest_later=True)

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
        from center.management.commands.seed_demo import is_unfinished  # noqa: PLC0415 - not before setup

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
            env=os.environ | {"CENTER_RUN_DATA": str(self.data)},
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=_die_with_parent,  # noqa: PLW1509 - a single thread runs here
        )
        record = {"pids": [child.pid for child in self.children.values()], "port": self.port}
        (self.data / "run.json").write_text(json.dumps(record))

    def stop(self, name: str) -> None:
        child = self.children.pop(name, None)
        if child is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGTERM)
        try:
            child.wait(timeout=10)
        except subprocess.TimeoutExpired:
            with suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)
            child.wait()

    def answers(self) -> bool:
        try:
            with urllib.request.urlopen(self.url + "readyz", timeout=3) as answer:  # noqa: S310 - our own address
                return bool(answer.status == 200)  # noqa: PLR2004 - HTTP's word for yes
        except (urllib.error.URLError, OSError):
            return False

    def watch(self) -> None:
        """Until told to end: what died is started again, and the worker follows the database server."""
        while not self.ending:
            time.sleep(LOOK_EVERY)
            cluster = self.settings.CLUSTER
            if cluster is not None and not self.ending and cluster.answers() == "no":
                say("PostgreSQL had stopped; starting it again.")
                cluster.ensure()
                self.stop("worker")
            for name in COMMANDS:
                child = self.children.get(name)
                if not self.ending and (child is None or child.poll() is not None):
                    self.children.pop(name, None)
                    self.start(name)

    def end(self, _number: int = 0, _frame: FrameType | None = None) -> None:
        self.ending = True
        if self.getting_ready:  # minutes, the first time: nobody waits for them to pass
            raise SystemExit("Ended before it was ready; the next start goes on from here.")

    def get_ready(self) -> None:
        """Whatever stops it, a refusal or Ctrl-C, ends the database server too."""
        self.getting_ready = True
        try:
            self.prepare()
            self.getting_ready = False
        finally:
            if self.getting_ready:
                self.getting_ready = False
                self._end_all()

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
        for name in COMMANDS.keys() - self.children.keys():
            self.start(name)
        started = time.monotonic()
        while not self.answers() and not self.ending:
            if time.monotonic() - started > PATIENCE or self.children["web"].poll() is not None:
                say("The web server did not start; its words are above.")
                self.ending = True
                self._end_all()
                return 1
            time.sleep(0.1)
        if not self.ending:
            say(f"Ready: {self.url}")
        self.watch()
        self._end_all()
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
    return [
        sys.executable,
        "manage.py",
        "procrastinate",
        "worker",
        "--concurrency",
        "2",
        "--shutdown-graceful-timeout",
        "5",
    ]


COMMANDS: dict[str, Any] = {"web": _web, "worker": _worker}


def _die_with_parent() -> None:
    """A child whose runner was killed ends too, instead of holding the port."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PARENT_DIES, signal.SIGTERM)


if __name__ == "__main__":
    with console.plainly():
        sys.exit(Center().run())
