"""A PostgreSQL of one's own: Debian's, as its package brings it, with passwords, by the lines of deploy/README.md alone."""

import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import closing, suppress
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest
from django.contrib.postgres.operations import CreateExtension
from django.core.exceptions import ImproperlyConfigured
from django.db.migrations.loader import MigrationLoader

from config import addresses, bootstrap, ownserver, programs, recipe
from config.forgetful import short_folder
from config.postgres import Cluster, server_account

ROOT = Path(__file__).parents[2]
README = (ROOT / "deploy/README.md").read_text()
SUPERUSER = "it's super"
PASSWORDS = {recipe.OWNER_PASSWORD: "o'w/n:e r", recipe.APP_PASSWORD: "a@p#p%ü"}
SQL = re.compile(r"^(?:(?:CREATE|ALTER|GRANT|DROP) .*;|\\connect .*)$", re.MULTILINE)


class Server:
    """A cluster of its own in a folder of its own, which asks everybody for a password; no running one is touched."""

    def __init__(self, programs, folder):
        self.programs, self.folder = programs, folder
        with socket.socket() as found:
            found.bind(("127.0.0.1", 0))
            self.port = found.getsockname()[1]
        account = server_account(folder)
        self.account = {"user": account.uid, "group": account.gid, "extra_groups": []} if account else {}
        if account:
            os.chown(folder, account.uid, account.gid)

    def start(self):
        secret = self.folder / "superuser"
        secret.write_text(SUPERUSER)
        secret.chmod(0o644)
        how = ["-U", "postgres", "-A", "scram-sha-256", f"--pwfile={secret}", "-E", "UTF8", "--locale=C.UTF-8"]
        self.run("initdb", "-D", str(self.folder / "data"), *how)
        where = [f"-cport={self.port}", "-clisten_addresses=127.0.0.1", f"-cunix_socket_directories={self.folder}"]
        command = [self.programs / "postgres", "-D", self.folder / "data", *where, "-cfsync=off"]
        with (self.folder / "log").open("w") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log, cwd="/", **self.account)
        while True:
            with suppress(psycopg.OperationalError), self.superuser():
                return self
            assert self.process.poll() is None, (self.folder / "log").read_text()
            time.sleep(0.05)

    def stop(self):
        self.process.terminate()
        self.process.wait()

    def run(self, program, *arguments):
        command = [self.programs / program, *arguments]
        done = subprocess.run(command, check=False, capture_output=True, text=True, cwd="/", **self.account)
        assert done.returncode == 0, done.stderr

    def superuser(self, database="postgres"):
        where = {"host": "127.0.0.1", "port": self.port, "dbname": database}
        return psycopg.connect(**where, user="postgres", password=SUPERUSER, autocommit=True)

    def psql(self, text):
        """What a superuser does with lines from the README or the console: the passwords put in, fed to psql."""
        for word, password in PASSWORDS.items():
            text = text.replace(f"'{word}'", "'" + password.replace("'", "''") + "'")
        command = [self.programs / "psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1", "-p", str(self.port)]
        environment = {"PGPASSWORD": SUPERUSER, "PGUSER": "postgres", "PGDATABASE": "postgres", "PATH": os.defpath}
        done = subprocess.run(command, input=text, check=False, capture_output=True, text=True, env=environment)
        assert done.returncode == 0, done.stderr

    def url(self, login, word, database="center"):
        return (
            f"postgresql://{login}:{quote(PASSWORDS.get(word, word), safe='')}@127.0.0.1:{self.port}/{quote(database)}"
        )

    def by_socket(self, login, word, database="center"):
        password = quote(PASSWORDS.get(word, word), safe="")
        return f"postgresql://{login}:{password}@/{quote(database)}?host={quote(str(self.folder))}&port={self.port}"

    def lacks(self, database="center", *, login="center_app", owner="center_owner", **words):
        """As the program would say it for these two addresses."""
        web = self.url(login, words.get("app", recipe.APP_PASSWORD), database)
        own = self.by_socket(owner, words.get("own", recipe.OWNER_PASSWORD), database) if owner else ""
        known = addresses.database("DATABASE_URL", web)
        beside = {**known, **addresses.owner_login("DATABASE_OWNER_URL", own, beside=known)} if owner else None
        with closing(ownserver.Look(known, beside)) as look:
            return list(look.lacks()) or list(look.no_scratch())

    def forget(self):
        """As its package left it."""
        with self.superuser() as session:
            for (name,) in session.execute("SELECT datname FROM pg_database WHERE datname ~ 'center'").fetchall():
                session.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
            for (name,) in session.execute("SELECT rolname FROM pg_roles WHERE rolname ~ 'center'").fetchall():
                session.execute(f'DROP ROLE "{name}"')


def debian():
    """The newest server of Debian's; a machine without one is told so by the set-up, not skipped."""
    found = sorted(bootstrap.DEBIAN_SERVERS.glob("*/bin/postgres"), key=lambda path: int(path.parts[-3]))
    assert found, "This test needs Debian's server: apt-get install postgresql"
    return found[-1].parent


@pytest.fixture(scope="module")
def servers():
    started = {}

    def serve(kind):
        if kind not in started:
            folder = Path(tempfile.mkdtemp(prefix="own", dir=short_folder()))  # short, for a socket's name is short
            found = (
                debian() if kind == "debian" else Cluster(folder).binaries
            )  # where the server's account may read them
            started[kind] = Server(found, folder).start()
        return started[kind]

    yield serve
    for server in started.values():
        server.stop()
        shutil.rmtree(server.folder)


@pytest.fixture(params=["debian", "packaged"])
def server(request, servers):
    """Debian's and the newest that we support, both as they come."""
    found = servers(request.param)
    found.forget()
    return found


@pytest.fixture
def made(server):
    server.psql("\n".join(recipe.recipe()))
    assert server.lacks() == []
    return server


def mended(server, *expected, **how):
    """The sentences name what lacks; their lines, executed as printed, leave nothing lacking."""
    found = server.lacks(**how)
    text = ownserver.told(found)
    assert [words for words in expected if words not in text] == []
    assert not any(password in text for password in (*PASSWORDS.values(), SUPERUSER))
    server.psql("\n".join(SQL.findall(text)))
    assert server.lacks(**how) == []
    return found


# -- the recipe --------------------------------------------------------------------------------------------------------


def test_the_readme_shows_the_recipe_word_for_word():
    shown = re.search(r"```sql\n(.*?)```", README, re.DOTALL)[1].splitlines()

    assert shown == recipe.recipe()
    example = (ROOT / ".env.example").read_text()
    for address in re.findall(r"^DATABASE\w+=.*$", README, re.MULTILINE):
        assert address in example


def test_the_recipe_knows_the_extensions_that_migrations_make():
    steps = [step for one in MigrationLoader(None).disk_migrations.values() for step in one.operations]
    made = {step.name for step in steps if isinstance(step, CreateExtension)}

    assert made == set(ownserver.EXTENSIONS)


def test_a_fresh_server_is_told_the_whole_recipe(server):
    found = mended(server, "does not let center_app in (DATABASE_URL)", "center_owner in (DATABASE_OWNER_URL)")

    assert list(found[0].sql) == recipe.recipe()


def test_one_login_that_owns_and_works_is_enough_to_practise(server):
    mended(server, "does not let center_owner in", login="center_owner", owner=None, app=recipe.OWNER_PASSWORD)


def test_names_of_ones_own_are_in_the_lines(server):
    found = mended(server, database="center 2026", login="center-web", owner="center-own")

    assert 'GRANT center_app TO "center-web";' in found[0].sql


def test_the_login_that_serves_pages_owns_nothing_and_becomes_nobody(made):
    for attempt in ("SET ROLE center_owner", "CREATE TABLE own ()", "CREATE DATABASE own", "DROP DATABASE postgres"):
        with (
            psycopg.connect(made.url("center_app", recipe.APP_PASSWORD), autocommit=True) as session,
            pytest.raises(psycopg.errors.InsufficientPrivilege),
        ):
            session.execute(attempt)


# -- each lack ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("broken", "sentence", "lines"),
    [
        ("DROP DATABASE center", "There is no database center", "CREATE DATABASE center OWNER center_owner"),
        ("DROP DATABASE center; DROP ROLE center_owner", "There is no role center_owner", "CREATE ROLE center_owner"),
        ("DROP ROLE center_app", "There is no role center_app", "CREATE ROLE center_app LOGIN"),
        ("ALTER ROLE center_app PASSWORD 'x'", "does not let center_app in", "ALTER ROLE center_app LOGIN PASSWORD"),
        ("ALTER ROLE center_app NOLOGIN", "does not let center_app in", "ALTER ROLE center_app LOGIN PASSWORD"),
        ("ALTER ROLE center_owner PASSWORD 'x'", "password is another", "ALTER ROLE center_owner LOGIN PASSWORD"),
        ("ALTER DATABASE center OWNER TO postgres", "belongs to postgres", "ALTER DATABASE center OWNER TO center_owner"),
        ("REVOKE CONNECT ON DATABASE center FROM PUBLIC", "may not enter", "GRANT CONNECT ON DATABASE center TO center_app"),
        ("ALTER ROLE center_owner NOCREATEDB", "restore --check", "ALTER ROLE center_owner CREATEDB;"),
    ],
)  # fmt: skip
def test_what_lacks_is_said_and_its_lines_mend_it(made, broken, sentence, lines):
    with made.superuser() as session:
        for line in broken.split("; "):
            session.execute(line)

    found = mended(made, sentence)

    assert [line for lack in found for line in lack.sql if line.startswith(lines)]


@pytest.mark.parametrize(
    ("broken", "sentence"),
    [
        ("DROP SCHEMA public", "no schema public"),
        ("ALTER SCHEMA public OWNER TO postgres", "schema public belongs to postgres"),
    ],
)
def test_the_schema_public_is_the_owners(made, broken, sentence):
    with made.superuser("center") as session:
        session.execute(broken)

    mended(made, sentence)


def test_a_login_must_be_a_member_of_the_role_it_works_as(made):
    made.psql(recipe.make_login("center_web"))

    mended(made, "center_web (DATABASE_URL) may not work as center_app", login="center_web")


def test_an_empty_database_in_another_encoding_is_made_anew_and_a_full_one_kept(server):
    server.psql("\n".join(recipe.recipe()).replace("'UTF8'", "'SQL_ASCII'").replace("'C.UTF-8'", "'C'"))
    with server.superuser("center") as session:
        session.execute("CREATE TABLE kept ()")
        full = ownserver.told(server.lacks())
        session.execute("DROP TABLE kept")

    assert "holds tables already" in full
    assert "DROP DATABASE" not in full
    mended(server, "encoded in SQL_ASCII")


def test_whose_tables_they_are_is_said(made):
    with made.superuser("center") as session:
        session.execute("CREATE TABLE of_another ()")

    assert "Tables of the database center belong to postgres" in ownserver.told(made.lacks())


def test_extensions_are_there_or_may_be_made(made, monkeypatch):
    monkeypatch.setattr(ownserver, "EXTENSIONS", ("no_such_extension",))
    assert "postgresql-contrib" in ownserver.told(made.lacks())

    monkeypatch.setattr(ownserver, "EXTENSIONS", ("pageinspect",))  # not one that an owner may make
    mended(made, "Only a superuser may make the extension pageinspect")


def test_the_applications_login_alone_is_told_to_name_an_owner(made):
    text = ownserver.told(made.lacks(owner=None))

    assert "DATABASE_OWNER_URL is not set, and center_app owns nothing" in text
    assert SQL.findall(text) == []


def test_an_old_server_is_refused_and_one_too_new_is_only_spoken_of(made, monkeypatch):
    look = ownserver.Look(addresses.database("DATABASE_URL", made.url("center_owner", recipe.OWNER_PASSWORD)))
    with closing(look):
        look.major = 14
        assert ["is PostgreSQL 14; at least 15" in lack.sentence for lack in look.lacks()] == [True]
        look.major = 99
        cares = [lack.sentence for lack in look.cares()]

    assert any("tried with 15 to 18" in sentence for sentence in cares)
    assert any("center_owner, the login of DATABASE_URL, can become the owner" in sentence for sentence in cares)
    assert any("pg_restore of PostgreSQL 99" in sentence for sentence in cares)


def test_the_doors_of_pg_hba_are_told_from_wrong_passwords(servers):
    server = servers("debian")
    rules = server.folder / "data" / "pg_hba.conf"
    before = rules.read_text()
    server.forget()
    server.psql("\n".join(recipe.recipe()))
    try:
        rules.write_text("local all center_owner peer\nhost all postgres 127.0.0.1/32 scram-sha-256\n")
        with server.superuser() as session:
            session.execute("SELECT pg_reload_conf()")
        text = ownserver.told(server.lacks())
    finally:
        rules.write_text(before)
        with server.superuser() as session:
            session.execute("SELECT pg_reload_conf()")

    assert "lets nobody in from here as center_app" in text
    assert "(peer)" in text
    assert SQL.findall(text) == []


# -- the addresses ------------------------------------------------------------------------------------------------------


def test_no_server_is_told_from_one_that_refuses(servers):
    server = Server(debian(), servers("debian").folder)  # a port at which nobody listens

    text = ownserver.told(server.lacks(owner=None))

    assert f"No PostgreSQL answers at 127.0.0.1:{server.port} (DATABASE_URL)" in text


@pytest.mark.parametrize(
    "url",
    ["mysql://a:hidden@h/d", "postgresql://a:hid%den@h/d", "postgresql://a:hid@den@h/d", "postgresql://a:hidden@h"],
)
def test_a_false_address_is_refused_without_its_password(url):
    with pytest.raises(ImproperlyConfigured, match="DATABASE_URL is no address of a PostgreSQL") as refused:
        addresses.database("DATABASE_URL", url)

    assert "hid" not in str(refused.value)


def test_both_addresses_name_one_database_and_keep_what_they_ask_for():
    known = addresses.database("DATABASE_URL", "postgresql://a@h:6000/one?sslmode=require")

    owner = addresses.owner_login("DATABASE_OWNER_URL", "postgresql:////run/pg/one", beside=known)

    assert known["OPTIONS"] == {"sslmode": "require"}
    assert addresses.parameters({**known, **owner}) == {"host": "/run/pg", "dbname": "one"}
    with pytest.raises(ImproperlyConfigured, match="names the database two, DATABASE_URL one"):
        addresses.owner_login("DATABASE_OWNER_URL", "postgresql://a@h/two", beside=known)


def test_only_programs_of_the_servers_own_version_are_used():
    major = int(debian().parts[-2])

    assert programs.find("pg_dump", major).is_relative_to(debian())
    assert programs.find("pg_dump", 99) is None


def test_the_server_that_tests_need_is_brought_for_them_alone(monkeypatch, tmp_path):
    assert "postgresql" not in bootstrap.missing(tests=True)

    monkeypatch.setattr(bootstrap, "DEBIAN_SERVERS", tmp_path)

    assert "postgresql" in bootstrap.missing(tests=True)
    assert "postgresql" not in bootstrap.missing(tests=False)


def test_a_full_server_is_not_taken_for_a_closed_one(made):
    made.psql("ALTER ROLE center_app CONNECTION LIMIT 0; ALTER ROLE center_owner CONNECTION LIMIT 0;")

    text = ownserver.told(made.lacks())

    assert "is full (DATABASE_URL)" in text
    assert SQL.findall(text) == []


def test_who_holds_the_data_keeps_it_when_a_package_brings_another_account(tmp_path):
    """`make run` as root began under `nobody`; then `make test` brings Debian's server, and with it `postgres`."""
    if os.geteuid() != 0:
        assert server_account(tmp_path) is None
        return
    shutil.chown(tmp_path, "nobody")

    assert server_account(tmp_path).name == "nobody"
    assert server_account(tmp_path / "none").name in {"postgres", "nobody"}


# -- the whole way --------------------------------------------------------------------------------------------------------


class Place:
    """A center on its own server, worked on by commands alone: one address by TCP, the other by socket."""

    def __init__(self, server, folder, database="center"):
        folder.mkdir()
        not_ours = {"DEMO", "DEBUG", "PG_BIN", "PYTEST_XDIST_WORKER"}
        self.environment = {name: value for name, value in os.environ.items() if name not in not_ours} | {
            "DATA_DIR": str(folder),
            "PORT": str(server.port),  # taken: no web server is started by mistake
            "SECRET_KEY": "long and its own",
            "DATABASE_URL": server.url("center_app", recipe.APP_PASSWORD, database),
            "DATABASE_OWNER_URL": server.by_socket("center_owner", recipe.OWNER_PASSWORD, database),
        }

    def begin(self, *command):
        pipe = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
        return subprocess.Popen([sys.executable, "manage.py", *command], cwd=ROOT, env=self.environment, **pipe)

    def __call__(self, *commands, ends=0):
        """What commands say that run at the same time; each must end with this."""
        said = []
        for process in [self.begin(*command) for command in commands]:
            said.append(process.communicate()[0])
            assert process.returncode == ends, said[-1]
        return said


START = ("start_center", "--name", "沙湾区困难职工帮扶中心", "--division", "511111", "--line", "780")


def test_a_center_lives_on_a_server_of_ones_own_by_the_readme_alone(servers, tmp_path):
    server = servers(os.environ.get("OWN_POSTGRESQL", "debian"))
    server.forget()
    here, anew = Place(server, tmp_path / "a"), Place(server, tmp_path / "b", "center_anew")
    backups = tmp_path / "backups"
    (backups / "none").mkdir(parents=True)
    (backups / "none" / "contents.json").write_text("{}")

    for said in here(
        START, ["migrate"], ["doctor"], ["restore", str(backups / "none"), "--check"], ["verify_ledger"], ends=1
    ):
        assert SQL.findall(said) == recipe.recipe()
        assert "Traceback" not in said
        assert not any(password in said for password in PASSWORDS.values())

    server.psql(re.search(r"```sql\n(.*?)```", README, re.DOTALL)[1])
    server.psql("\n".join(recipe.database_lines("center_owner", "center_anew")))
    assert all("migrations are not applied" in said for said in here(["doctor"], ["verify_ledger"], ends=1))
    assert "one-time password" in here(START)[0]
    here(["backup", str(backups)])
    backup = str(next(backups.glob("center-*")))
    shutil.copyfile(tmp_path / "a" / "keys.env", tmp_path / "b" / "keys.env")
    refused = [here.begin("restore", backup), here.begin("doctor")]  # of the keys nobody has said that they are kept
    assert "The backup restores" in here(["restore", backup, "--check"])[0]
    assert "Restored." in anew(["restore", backup])[0]
    holds, well = (process.communicate()[0] for process in refused)
    assert "holds a center" in holds
    assert "✓ database" in well
    anew(["verify_ledger"], ["verify_trail"])  # each ends with 0 only when everything is true
