"""It stays up: whatever is killed comes back by itself and loses nothing. Every test here kills, on a runner of its own."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import urllib.request
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import psycopg
import pytest
from django.conf import settings
from django.db import connection

from center.actions import jobs as actions
from center.kernel.remarks import Remark
from center.kernel.roles import Role
from center.models import JobStatus, Staff
from center.privacy import keys
from center.site.worker import LIST
from config import dump, processes
from config.forgetful import short_folder
from config.postgres import APP, OWNER, SUPERUSER, Cluster, DatabaseUnavailable
from tests.casework.make import make_file
from tests.center.make import make_office, make_staff

ROOT = Path(__file__).parents[2]
LONG = 180  # seconds; a slow machine is no fault of the program
ENDLESS = "SELECT count(*) FROM generate_series(1, 1000000000000)"  # reckons on, and looks up at nothing


def until(happens):
    """What comes of waiting for it: anything true."""
    seen = []
    assert processes.within(LONG, lambda: seen.append(happens()) or seen[-1]), "it never happened"
    return seen[-1]


def open_folder():
    """A folder with a short path that the database's account may enter, as it may not those of pytest."""
    folder = Path(tempfile.mkdtemp(prefix="center", dir=short_folder()))
    folder.chmod(0o755)
    return folder


class Place:
    """A center of its own: DATA_DIR, port, and a runner like that of `make run`."""

    def __init__(self, folder):
        self.folder, self.log = folder, folder / "run.log"
        self.cluster = Cluster(folder / "data")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        strange = {"DATABASE_URL", "DATABASE_OWNER_URL", "DEMO", "DEBUG", "STATIC_ROOT", "DJANGO_SETTINGS_MODULE"}
        self.environment = {name: value for name, value in os.environ.items() if name not in strange} | {
            "DATA_DIR": str(self.cluster.home),
            "KEYS_FILE": str(settings.KEYS_FILE),
            "PORT": str(self.port),
            "SECRET_KEY": "long and its own",
            "DEMO": "0",
        }
        self.opener = urllib.request.OpenerDirector()  # it takes a refusal for an answer, and follows nothing
        self.opener.add_handler(urllib.request.HTTPHandler())
        self.runner = None

    def fill(self, archive):
        """The tables as the tests have made them: faster than migrating anew."""
        self.cluster.ensure()
        restore = [self.cluster.binaries / "pg_restore", "--no-owner", "--no-privileges", "--exit-on-error"]
        subprocess.run([*restore, f"--dbname={self.cluster.url()}", archive], check=True)
        self.cluster.stop()

    # -- the runner ----------------------------------------------------------------------------------------------------

    def start(self):
        with self.log.open("wb") as log:
            self.runner = subprocess.Popen(
                [sys.executable, "-m", "config.run"], cwd=ROOT, env=self.environment, stdout=log, stderr=log
            )

    def start_and_wait(self):
        self.start()
        self.wait_for("Ready: ")

    def wait_for(self, words):
        try:
            until(lambda: words in self.said() or self.runner.poll() is not None)
        finally:
            assert words in self.said(), self.said()

    def said(self):
        return self.log.read_text()

    def end(self):
        if self.runner is not None:
            self.runner.send_signal(signal.SIGCONT)
            self.runner.terminate()
            assert self.runner.wait(timeout=LONG) == 0
            self.runner = None

    @property
    def is_running(self):
        return self.runner is not None and self.runner.poll() is None

    @contextmanager
    def nobody_watching(self):
        """What happens inside, happens without the runner."""
        self.runner.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.runner.send_signal(signal.SIGCONT)

    def manage(self, *command):
        return subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=ROOT,
            env=self.environment,
            check=False,
            capture_output=True,
            text=True,
        )

    # -- its processes -------------------------------------------------------------------------------------------------

    def child(self, words):
        """What the runner has started under this name, or None."""
        for process in psutil.Process(self.runner.pid).children():
            with suppress(psutil.NoSuchProcess):
                if words in " ".join(process.cmdline()):
                    return process
        return None

    def web(self):
        """The web server, its workers after it; empty unless all are there."""
        parent = self.child("granian")
        with suppress(psutil.NoSuchProcess):
            workers = parent.children() if parent else []
            return [parent, *workers] if len(workers) == 2 else []
        return []

    def worker(self):
        return self.child("manage.py work")

    def listening(self):
        return {
            process.pid
            for process in psutil.process_iter(["name"])
            if "granian" in process.info["name"] or "python" in process.info["name"]
            for one in _connections(process)
            if one.status == psutil.CONN_LISTEN and one.laddr.port == self.port
        }

    def answers(self, path="readyz"):
        with suppress(OSError), self.opener.open(f"http://127.0.0.1:{self.port}/{path}", timeout=10) as answer:
            return answer.status == 200
        return False

    # -- its database --------------------------------------------------------------------------------------------------

    def login(self):
        return psycopg.connect(self.cluster.url(OWNER), autocommit=True)

    def ask(self, statement, *values):
        with self.login() as login:
            return [row[0] for row in login.execute(statement, values)]

    def postmaster(self):
        """The living one, when it answers."""
        return self.cluster.postmaster() if self.cluster.answers() == "yes" else None

    def other_postmaster(self, than):
        """The living one, whether it answers yet or not, unless it is that one."""
        found = self.cluster.postmaster()
        return None if found == than else found

    @contextmanager
    def inside(self, unblock):
        """Django of this test works in the place's database."""
        before = connection.settings_dict
        there = {"NAME": "center", "USER": OWNER, "PASSWORD": "", "HOST": str(self.cluster.socket), "PORT": ""}
        there["OPTIONS"] = {"options": f"-c role={APP}"}  # and wait for the disk, as tests do not
        with unblock():
            connection.close()
            connection.settings_dict = before | there
            try:
                yield
            finally:
                connection.close()
                connection.settings_dict = before


def _connections(process):
    with suppress(psutil.Error):
        return process.net_connections(kind="tcp")
    return []


@pytest.fixture(scope="module")
def place(django_db_setup, django_db_blocker):
    """A running center, in which an officer may take out the list of one file."""
    folder = open_folder()
    keys.make(Path(settings.KEYS_FILE))
    one = Place(folder)
    with django_db_blocker.unblock():
        dump.write(folder / "archive")
    one.fill(folder / "archive")
    one.start_and_wait()
    with one.inside(django_db_blocker.unblock):
        office = make_office()
        make_file(office=office, by=make_staff(Role.OFFICER, office=office, username="officer"))
    yield one
    one.end()
    shutil.rmtree(folder)


@pytest.fixture
def center(place):
    """The place in good health, whatever a test before has left."""
    if not place.is_running:
        place.start_and_wait()
    until(lambda: place.postmaster() and place.web() and place.worker() and place.answers())
    return place


# -- the database ------------------------------------------------------------------------------------------------------------


@contextmanager
def rows_being_written(center):
    """Numbers go into the database one by one; the list holds those whose commit was confirmed."""
    confirmed = []
    with center.login() as login:
        login.execute("DROP TABLE IF EXISTS written")
        login.execute("CREATE TABLE written (number int)")

    def write():
        with suppress(psycopg.Error), center.login() as login:
            while True:
                login.execute("INSERT INTO written VALUES (%s)", [len(confirmed)])
                confirmed.append(len(confirmed))

    thread = threading.Thread(target=write)
    thread.start()
    yield confirmed
    thread.join(LONG)


@contextmanager
def somebody_reckoning(center):
    """A statement that does not notice the death of its server; the list holds how it ended."""
    ended = []

    def reckon():
        try:
            center.ask(ENDLESS)
        except psycopg.Error as error:
            ended.append(error)

    thread = threading.Thread(target=reckon)
    thread.start()
    until(lambda: center.ask("SELECT 1 FROM pg_stat_activity WHERE query = %s AND state = 'active'", ENDLESS))
    yield ended
    thread.join(LONG)
    assert ended


def test_a_killed_database_comes_back_with_all_that_was_committed(center):
    """Rows are being written, people are connected, a statement reckons on: it holds the dead server's memory."""
    server, worker = center.postmaster(), center.worker()
    with center.login(), somebody_reckoning(center), rows_being_written(center) as confirmed:
        until(lambda: len(confirmed) > 100)
        server.kill()

    until(lambda: center.postmaster() not in {None, server} and center.answers() and center.answers("login/"))
    until(lambda: center.worker() not in {None, worker})  # its LISTEN was dead
    kept = center.ask("SELECT number FROM written ORDER BY number")
    assert kept[: len(confirmed)] == confirmed
    assert len(kept) <= len(confirmed) + 1  # the last one's confirmation may have been cut
    assert center.is_running


def test_a_database_that_is_killed_while_it_starts_comes_back(center):
    first = center.postmaster()
    first.kill()
    second = until(lambda: center.other_postmaster(first))  # it recovers, and does not answer yet
    second.kill()

    until(lambda: center.postmaster() not in {None, first, second} and center.answers())
    assert center.is_running


def test_the_worker_follows_a_database_that_somebody_else_has_started(center):
    """The dead server is the runner's child: for the command it is a zombie whose number is alive."""
    server, worker = center.postmaster(), center.worker()
    with center.nobody_watching():
        server.kill()
        asked = center.manage("doctor")
        started = center.manage("db", "start")

    assert (asked.returncode, "PostgreSQL does not answer" in asked.stdout) == (1, True), asked.stdout
    assert (started.returncode, started.stdout[:3]) == (0, "yes"), started.stderr
    until(lambda: center.worker() not in {None, worker} and center.answers())
    assert center.postmaster() != server


# -- the web server and the runner -------------------------------------------------------------------------------------------


def test_the_workers_of_a_killed_web_server_end_with_it(center):
    old = center.web()
    with center.nobody_watching():
        old[0].kill()
        until(lambda: not any(processes.lives(one) for one in old))

    new = until(lambda: center.answers() and center.web())
    assert not {one.pid for one in old} & {one.pid for one in new}
    assert center.listening() <= {one.pid for one in new}


def test_all_that_a_killed_runner_has_started_ends_and_the_next_one_goes_on(center):
    """The database alone stays. It is killed under the next start, too, which waits for a table just then."""
    old, server = [*center.web(), center.worker()], center.postmaster()
    center.runner.kill()
    center.runner.wait()
    until(lambda: not any(processes.lives(one) for one in old))
    assert processes.lives(server)

    with suppress(psycopg.Error), center.login() as login:
        login.autocommit = False
        login.execute("LOCK TABLE django_migrations")
        center.start()
        until(lambda: center.ask("SELECT 1 FROM pg_locks WHERE NOT granted"))
        server.kill()

    center.wait_for("Ready: ")
    assert center.said().count("beginning again") == 1
    assert center.postmaster() != server
    assert center.answers("login/")


# -- jobs --------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def job(center, django_db_blocker):
    """`job()` asks the worker for a list; `job.facts()` is where that stands."""

    class Asked:
        def __call__(self):
            with center.inside(django_db_blocker.unblock):
                officer = Staff.objects.get(username="officer")
                args = {"list": "casework.files", "query": ""}
                asked = actions.start_job(LIST, title=Remark("List"), office=officer.home_office, args=args, by=officer)
            self.number = asked.pk

        def facts(self):
            with center.login() as login:
                found = login.execute("SELECT status, attempts, message FROM center_job WHERE id = %s", [self.number])
                return found.fetchone()

    return Asked()


@contextmanager
def held_up(center):
    """A list cannot be issued meanwhile: whoever does it stands there, in the middle of his work."""
    login = center.login()
    login.autocommit = False
    login.execute("LOCK TABLE center_export")
    yield lambda: center.ask("SELECT pid FROM pg_locks WHERE NOT granted AND relation = 'center_export'::regclass")
    with suppress(psycopg.Error):
        login.close()


def test_a_job_that_the_database_cut_is_done_when_it_is_back(center, job):
    server = center.postmaster()
    with held_up(center) as stands_there:
        job()
        until(stands_there)
        assert job.facts()[:2] == (JobStatus.RUNNING, 1)
        server.kill()

    until(lambda: center.postmaster() not in {None, server} and job.facts()[0] == JobStatus.DONE)
    assert job.facts()[1] == 2
    assert center.ask("SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo' AND args->>'job' IS NOT NULL") == [
        0
    ]


def test_a_job_whose_worker_was_killed_is_done_by_the_next(center, job):
    worker = center.worker()
    with held_up(center) as stands_there:
        job()
        (statement,) = until(stands_there)
        worker.kill()
        until(lambda: statement not in stands_there())  # it does not go on in the database; the next may wait already

    until(lambda: job.facts()[0] == JobStatus.DONE)
    assert job.facts()[1] == 2
    assert center.worker() != worker


# -- whose folder it is --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def folder_of_its_own():
    """A database whose first start was interrupted while its folder was being made."""
    folder = open_folder()
    one = Cluster(folder / "data")
    unfinished = one.home / "postgres-unfinished"
    (unfinished / "base").mkdir(parents=True)
    (unfinished / "PG_VERSION").write_text("18")
    yield one
    one.stop()
    shutil.rmtree(folder)


@pytest.fixture
def cluster(folder_of_its_own):
    folder_of_its_own.ensure()
    return folder_of_its_own


@pytest.fixture
def stranger(folder_of_its_own):
    """A program that has nothing to do with the database and runs under its account."""
    account = folder_of_its_own.account
    with subprocess.Popen(["sleep", str(LONG)], user=account.uid if account else None) as sleeper:
        yield sleeper
        sleeper.kill()


def name_in(claim, pid):
    claim.write_text("\n".join([str(pid), *claim.read_text().splitlines()[1:]]) + "\n")


def test_a_number_that_a_stranger_carries_now_is_no_server(cluster, stranger):
    """The machine was switched off and on; numbers are given out anew."""
    with psycopg.connect(cluster.url(SUPERUSER)) as login:
        login.execute("CREATE TABLE kept AS SELECT 42 AS it")
    cluster.postmaster().kill()
    until(lambda: not processes.servers_of(cluster.data))
    for claim in (cluster.claim, *cluster.socket.glob(".*.lock")):
        name_in(claim, stranger.pid)

    assert cluster.postmaster() is None
    cluster.ensure()

    with psycopg.connect(cluster.url(SUPERUSER)) as login:
        assert login.execute("SELECT it FROM kept").fetchone() == (42,)
    assert stranger.poll() is None


@pytest.mark.parametrize("claim", ["", "no number\n"])
def test_a_claim_that_was_never_finished_is_nobodys(cluster, claim):
    cluster.stop()
    cluster.claim.write_text(claim)

    cluster.ensure()

    assert cluster.answers() == "yes"


def test_a_claim_whose_memory_is_held_stays_whoever_it_names(cluster, stranger):
    """A server in another container cannot be seen from here; its memory can."""
    other = Cluster(cluster.home.parent / "other")
    other.data.mkdir(parents=True, exist_ok=True)
    shutil.copy(cluster.claim, other.claim)
    name_in(other.claim, stranger.pid)

    with pytest.raises(DatabaseUnavailable, match="cannot be seen from here"):
        other._clear_the_way()

    assert other.claim.exists()


def test_a_living_server_is_never_doubled(cluster, monkeypatch):
    """It is too busy to answer for a while."""
    server, words = cluster.postmaster(), iter(["no", "no", "yes", "yes"])
    monkeypatch.setattr(cluster, "answers", lambda: next(words))

    cluster.ensure()

    assert cluster.postmaster() == server
    assert next(words) == "yes"  # it was waited for three times, and nothing was started


def test_a_server_that_refuses_us_lives(cluster):
    """It may be full, or somebody works on it; a second one beside it would be none the better."""
    with psycopg.connect(cluster.url(SUPERUSER, "template1"), autocommit=True) as login:
        login.execute("ALTER DATABASE postgres ALLOW_CONNECTIONS false")
        said = cluster.answers()
        login.execute("ALTER DATABASE postgres ALLOW_CONNECTIONS true")

    assert said == "yes"


def test_a_folder_that_was_left_half_made_was_made_anew(cluster):
    assert (cluster.answers(), (cluster.home / "postgres-unfinished").exists()) == ("yes", False)
