"""What every test stands on: a database made by its owner and used by the application's role."""

from __future__ import annotations

import fcntl
import gc
import os
import threading
from contextlib import contextmanager
from io import StringIO
from pathlib import Path

import hypothesis
import psycopg
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection, connections, transaction
from django.test.utils import setup_databases
from django.utils.translation.reloader import translation_file_changed

from center.models import Staff, codes
from center.reference import working_days
from center.site import worker as jobs
from config import messages, owner, ownserver
from config.owner import as_owner
from demo.management.commands import seed_demo
from demo.world import AT_FIRST

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright's loop runs in the tests' thread


hypothesis.settings.register_profile("house", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("house")  # a slow machine is no counter-example

CACHES = (codes._lists, working_days._calendar)
DISTRICT = "test_center_district"
FULL_DEMO = "test_center_full_demo"
MAINTENANCE = "postgres"  # the database from which others are made and dropped


def pytest_configure(config) -> None:
    """Start the embedded PostgreSQL once, before any worker asks for it; one's own must have what it needs."""
    if settings.CLUSTER is not None:
        if not hasattr(config, "workerinput") and not settings.CLUSTER.belongs_to_this_run():
            pytest.exit(
                f"Another run of the tests works in {settings.CLUSTER.home}. Set DATA_DIR to another folder.", 1
            )
        settings.CLUSTER.ensure()
    try:
        ownserver.insist(on_scratch=True)
    except CommandError as error:
        pytest.exit(str(error), returncode=1)
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)  # collected by `make run` only
    if messages.is_stale():
        messages.compile_all()
        translation_file_changed(None, messages.COMPILED)  # this process has read what was there before


# What takes minutes comes first, so that no worker is left alone with it; the rest stays in its random order. The first
# walk invents the district, while the other worker asks every route, which needs none.
LONGEST = (
    "browser/test_main_job.py::test_one_household_goes_from_the_door_to_the_signed_receipt_and_the_register[zh]",
    "house/test_routes.py",
    "browser/test_main_job.py",
    "house/test_crawl.py",
    "browser/",
    "house/test_lists.py",
    "center/test_staying_up.py",
    "casework/test_imports.py",
    "casework/test_practice.py",
    "relief/test_practice.py",
    "relief/test_machine.py",
    "center/test_own_postgresql.py",
    "center/test_seals.py",
    "casework/test_lists.py",
    "casework/test_pages.py",
    "relief/test_races.py",
)
# Long tests that share nothing with the others of their file: each goes to the worker that is free.
APART = ("house/test_routes.py", "browser/test_main_job.py")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    items.sort(
        key=lambda item: next((n for n, start in enumerate(LONGEST) if _name(item.nodeid).startswith(start)), 99)
    )


def pytest_collection_finish():
    """What was imported to collect the tests stays until the end: looking through it for garbage took an eighth of the run."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """A file on one worker, of the files above a test, in the order above: however the tests are asked for."""
    from xdist.scheduler import LoadFileScheduling

    config.option.loadscopereorder = False

    class ByFileOrTest(LoadFileScheduling):
        def _split_scope(self, nodeid):
            return nodeid if _name(nodeid).startswith(APART) else super()._split_scope(nodeid)

    return ByFileOrTest(config, log)


def _name(nodeid):
    return nodeid.removeprefix("tests/")


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session):
    """The districts belong to no worker: whoever began the run drops them, and ends the tests' own server."""
    if hasattr(session.config, "workerinput"):
        return
    if session.testscollected:
        drop_database(DISTRICT)
        drop_database(FULL_DEMO)
    if settings.CLUSTER is not None:
        settings.CLUSTER.stop()


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment, django_db_blocker):
    """The owner makes the test database, always; then it is used as the application uses it.

    pytest-django would make it only for tests that are marked, and a race or a journey would then run on real data.
    """
    known, worker = connection.settings_dict, os.environ.get("PYTEST_XDIST_WORKER", "")
    before, name = known["NAME"], f"test_center_{worker}" if worker else "test_center"
    known["TEST"]["NAME"] = name
    with django_db_blocker.unblock():
        drop_database(name)
        owner.make_database(name, beside=MAINTENANCE)
        setup_databases(verbosity=0, interactive=False, aliases=["default"], keepdb=True)
        with as_owner(), connection.cursor() as cursor:  # a flush may truncate, which only tests do
            cursor.execute("GRANT TRUNCATE ON ALL TABLES IN SCHEMA public TO center_app")
        call_command("seed_reference", stdout=StringIO())
        for cache in CACHES:  # warm, so that no test pays for them
            cache.fresh()
        connection.close()
    yield
    with django_db_blocker.unblock():
        connection.close()
        known["NAME"] = before
        drop_database(name)


@pytest.fixture(autouse=True)
def caches_forget_the_test():
    """What a test wrote into code lists or calendar is rolled back, so the lists in memory are as before it, too."""
    before = [dict(vars(cache)) for cache in CACHES]
    yield
    for cache, state in zip(CACHES, before, strict=True):
        vars(cache).update(state)


@pytest.fixture
def racing_db(django_db_setup, django_db_blocker):
    """A database of its own, cloned from the template, where real transactions of several threads may commit.

    Never a flush: the clone is dropped, so reference data and the shared test database stay as they are.
    """
    from concurrent.futures import ThreadPoolExecutor

    template, clone = connection.settings_dict["NAME"], f"{connection.settings_dict['NAME']}_race"

    with django_db_blocker.unblock():
        connection.close()
        copy_database(template, clone)
        connection.settings_dict["NAME"] = clone
        try:
            with ThreadPoolExecutor(max_workers=8) as pool:

                def in_parallel(*calls):
                    """Run the calls at the same moment; each answer is its result or the exception it raised."""
                    barrier = threading.Barrier(len(calls))
                    return [job.result() for job in [pool.submit(_answer, call, barrier) for call in calls]]

                yield in_parallel
        finally:
            connection.close()
            connection.settings_dict["NAME"] = template
            drop_database(clone)


def _answer(call, barrier):
    try:
        barrier.wait(timeout=120)
        return call()
    except Exception as error:  # noqa: BLE001 - the answer of a race may be any refusal
        return error
    finally:
        connection.close()


def copy_database(template, name):
    drop_database(name)
    _hang_up(template)
    _as_owner(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')


def drop_database(name):
    """Drop a database that tests made, with what is still connected to it."""
    for patience in (True, True, False):
        _hang_up(name)
        try:
            owner.drop_database(name, beside=MAINTENANCE)
            break
        except psycopg.errors.ObjectInUse:  # a thread of a server that is ending asked once more
            if not patience:
                raise


def _hang_up(database):
    """End sessions that a thread of an earlier test left open: a template must be alone to be cloned or dropped."""
    _as_owner(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
        f" WHERE datname = '{database}' AND backend_type = 'client backend' AND pg_has_role(usesysid, 'MEMBER')"
    )


def _as_owner(*statements):
    """In no database of the tests; whatever stands in the way is an error, never a silence."""
    with owner.connect(MAINTENANCE) as session:
        session.execute("SET statement_timeout = '2min'")
        for statement in statements:
            session.execute(statement)


@pytest.fixture(autouse=True)
def seal_heads_of_this_test(settings, tmp_path):
    """No test writes into the file in which a real database's seal heads are kept."""
    settings.SEAL_HEADS_FILE = tmp_path / "seal_heads.txt"


@pytest.fixture
def owner_login(django_db_setup):
    """How the owner of the tables connects to the database that the test uses now."""
    return owner.connect


@pytest.fixture
def enter(db):
    """`enter(staff)` is a client of that person's, second factor verified, that checks every page it opens."""
    return _enter


@pytest.fixture
def entered(practice):
    """The same in the practice district."""
    return _enter


def _enter(staff=None):
    from tests.honest import HonestClient

    client = HonestClient()
    return client.enter(staff) if staff else client


@pytest.fixture(autouse=True)
def tests_read_english():
    """Sentences are asserted as they stand in the source, whether or not the catalogue has been compiled."""
    from django.utils import translation

    with translation.override("en"):
        yield


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory):
    """A folder that all workers of this run see."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@pytest.fixture(scope="session", autouse=True)
def documents_of_this_run(shared_folder):
    """No test keeps a document where the real ones are kept."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "MEDIA_ROOT", shared_folder / "documents")
        yield


@pytest.fixture(scope="session")
def demo_template(django_db_setup, django_db_blocker, shared_folder, documents_of_this_run):
    """A small practice district; every site is a clone of it."""
    return _once(DISTRICT, connection.settings_dict["NAME"], _invent, shared_folder, django_db_blocker)


@pytest.fixture(scope="session")
def full_template(demo_template, django_db_blocker, shared_folder):
    """The practice district as `make run` invents it: interactions are counted there (architecture.md §10)."""
    return _once(FULL_DEMO, demo_template, _grow, shared_folder, django_db_blocker)


def _invent():
    call_command("seed_demo", households=AT_FIRST, stdout=StringIO())


def _grow():
    """What `make run` leaves to the worker."""
    admin = Staff.objects.get(username="admin")
    rest = seed_demo.Command.begin_the_rest(admin.home_office, 300, by=admin)
    assert jobs.run(rest.pk).status == "done"


def _once(name, template, make, shared_folder, django_db_blocker):
    """Made once in a run, by the worker that needs it first."""
    with (shared_folder / name).open("a+") as made:
        fcntl.flock(made, fcntl.LOCK_EX)
        if not os.fstat(made.fileno()).st_size:
            with django_db_blocker.unblock(), _clone(template, name=name):
                settings.DEMO = True
                make()
                settings.DEMO = False
            made.write("it stands")
    return name


@pytest.fixture(scope="session")
def practice_clone(demo_template, django_db_blocker):
    """One copy of the practice district for this worker."""
    with django_db_blocker.unblock():
        with _clone(demo_template, "_practice") as name:
            pass
        yield name
        drop_database(name)


@pytest.fixture
def practice(practice_clone, django_db_blocker, settings):
    """The practice district for a test that reads it, or writes what is rolled back when it ends."""
    settings.DEMO = True
    with django_db_blocker.unblock(), _pointing_at(practice_clone), transaction.atomic():
        yield practice_clone
        transaction.set_rollback(True)


@contextmanager
def _clone(template, ending="", *, name=""):
    """Work in a fresh clone of a database; afterwards the connection points where it pointed before."""
    name = name or f"{connection.settings_dict['NAME']}{ending}"
    connection.close()
    copy_database(template, name)
    with _pointing_at(name):
        yield name


@contextmanager
def _pointing_at(name):
    before = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connections.close_all()
        connection.settings_dict["NAME"] = before
