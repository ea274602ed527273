"""What a place may not start with, a real center's first day, and a backup that comes back."""

import json
import os
import runpy
import tarfile
from dataclasses import replace
from io import StringIO
from itertools import pairwise

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError
from django.utils import timezone, translation
from environ import Env

from center.management.commands import backup, restore
from center.models import Office, Setting, Staff, Standard
from center.privacy import keycheck, keys
from config import production, run
from config.postgres import Cluster, DatabaseGone, DatabaseUnavailable
from tests.center.make import make_office, make_staff


@pytest.mark.django_db
def test_a_real_center_names_everything_it_may_not_start_with(settings):
    settings.DEMO, settings.DEBUG, settings.SECOND_FACTOR = False, True, False
    settings.SECRET_KEY = settings.DEFAULT_SECRET_KEY
    Setting.objects.create(name="kind", value="practice")

    found = production.faults()

    assert [fault.split()[0] for fault in found] == ["SECRET_KEY", "DEBUG", "SECOND_FACTOR", "This"]
    with pytest.raises(SystemExit, match="does not start"):
        production.refuse_to_start()


@pytest.mark.django_db
def test_a_real_center_well_set_up_starts(settings):
    settings.DEMO, settings.DEBUG, settings.SECRET_KEY = False, False, "long and its own"

    assert production.faults() == []


def test_a_first_start_compiles_the_chinese_before_django_reads_what_there_is(monkeypatch):
    """Read once, a catalogue is kept: papers of the invented district came out with English titles."""
    done = []
    monkeypatch.setattr(run.messages, "is_stale", lambda: True)
    monkeypatch.setattr(run.messages, "compile_all", lambda: done.append("compiled"))
    monkeypatch.setattr(run.django, "setup", lambda: done.append("set up"))

    run.Center()

    assert done == ["compiled", "set up"]


@pytest.mark.django_db
def test_no_web_server_opens_a_center_that_may_not_start(settings):
    settings.DEMO, settings.SECRET_KEY = False, settings.DEFAULT_SECRET_KEY

    with pytest.raises(SystemExit, match="SECRET_KEY is the example"):
        runpy.run_module("config.wsgi")


@pytest.fixture
def center(settings, tmp_path, monkeypatch):
    settings.DATA_DIR, settings.CLUSTER = tmp_path, Server()
    monkeypatch.setattr(run.signal, "signal", lambda *_of: None)
    monkeypatch.setattr(run.Center, "port_is_free", lambda _self: True)
    monkeypatch.setattr(run.time, "sleep", lambda _seconds: None)
    monkeypatch.setenv("PORT", "8123")
    return run.Center()


class Server:
    """The embedded database, as far as the runner knows it. `faults` are what its next starts end with."""

    stopped = 0
    living = None
    said = "no"
    faults = ()
    born = 1

    def stop(self):
        self.stopped += 1

    def answers(self):
        return self.said

    def postmaster(self):
        return self.living

    def birth(self):
        return str(self.born)

    def revive(self):
        if self.faults:
            raise self.faults.pop(0)
        self.said, self.born = "yes", self.born + 1


def test_ending_while_it_gets_ready_waits_for_nothing_and_ends_the_database(center, monkeypatch):
    monkeypatch.setattr(center, "prepare", center.end)

    with pytest.raises(SystemExit, match="before it was ready"):
        center.run()

    assert center.settings.CLUSTER.stopped == 1


def test_whoever_starts_a_running_center_again_is_told_where_it_is_served(center, capsys, monkeypatch):
    monkeypatch.setattr(center, "answers", lambda: False)
    first = run.Center()
    lock = first.alone()
    (first.data / "run.json").write_text('{"pids": [], "port": 8000}')

    assert center.run() == 1

    lock.close()
    assert "served at http://127.0.0.1:8000/ already" in capsys.readouterr().out


def test_whoever_waits_for_another_start_that_ends_starts_itself(center, monkeypatch):
    first = run.Center()
    lock = first.alone()
    monkeypatch.setattr(center, "answers", lambda: bool(lock.close()))
    monkeypatch.setattr(center, "prepare", center.end)

    with pytest.raises(SystemExit, match="before it was ready"):
        center.run()


# -- the database server, while the center runs ------------------------------------------------------------------------------


@pytest.fixture
def started(center, monkeypatch):
    """What the runner starts and stops, in turn."""
    done = []
    monkeypatch.setattr(center, "start", lambda name: done.append(f"start {name}"))
    monkeypatch.setattr(center, "stop", lambda name, **_how: done.append(f"stop {name}"))
    return done


def test_a_database_that_does_not_start_is_tried_again_ever_more_rarely(center, started, capsys, monkeypatch):
    """A full disk is emptied by somebody some time; until then nothing is started that would find no database."""
    clock = [0.0]
    monkeypatch.setattr(run.time, "monotonic", lambda: clock[0])
    center.settings.CLUSTER.faults = [
        *[DatabaseUnavailable("No space left on device") for _try in range(6)],
        psycopg.OperationalError("killed again"),
        OSError("no log"),
    ]

    tried = []
    while center.settings.CLUSTER.said == "no":
        before = len(center.settings.CLUSTER.faults)
        center.look()
        if len(center.settings.CLUSTER.faults) < before:
            tried.append(clock[0])
            assert started == []
        clock[0] += 1

    assert [later - sooner for sooner, later in pairwise(tried)] == [2, 4, 8, 16, 32, 60, 60]
    assert "No space left on device\nPostgreSQL does not start. The next try is in 4 s." in capsys.readouterr().out
    assert started == ["stop web", "start web", "stop worker", "start worker"]
    assert center.pause == 0


def test_a_database_whose_files_are_gone_ends_the_program_with_a_sentence(center, started):
    """An empty one in its place would hide it."""
    center.settings.CLUSTER.faults = [DatabaseGone("The database's files are no longer there.")]

    with pytest.raises(SystemExit, match="no longer there"):
        center.look()


def test_a_cluster_without_its_files_is_not_revived(tmp_path):
    with pytest.raises(DatabaseGone, match="Is its disk mounted"):
        Cluster(tmp_path).revive()

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("said", ["no", "starting"])
def test_a_database_that_lives_and_does_not_answer_is_left_alone(center, started, said):
    center.settings.CLUSTER.said, center.settings.CLUSTER.living = said, object()
    center.settings.CLUSTER.faults = [AssertionError("a second one")]

    center.look()

    assert started == []


def test_the_worker_alone_is_started_again_with_another_database(center, started, monkeypatch):
    center.settings.CLUSTER.said = "yes"
    monkeypatch.setattr(center, "has_ended", lambda name: f"start {name}" not in started)
    center.look()
    del started[:]
    monkeypatch.setattr(center, "has_ended", lambda name: f"stop {name}" in started)

    center.look()
    center.settings.CLUSTER.born += 1
    center.look()

    assert started == ["stop worker", "stop worker", "start worker"]


def test_whoever_ends_the_program_waits_for_no_recovery(center, started, monkeypatch):
    monkeypatch.setattr(center.settings.CLUSTER, "revive", center.end)

    with pytest.raises(SystemExit) as ended:
        center.serve()

    assert ended.value.code == 0


def test_a_web_server_that_fell_with_the_database_is_started_again(center, started, monkeypatch):
    """It reads the database before it answers; that is not a web server that cannot start."""
    cluster, looks = center.settings.CLUSTER, []
    cluster.said = "yes"
    monkeypatch.setattr(center, "has_ended", lambda name: started.count(f"start {name}") < 2)

    def answers():
        looks.append(len(started))
        if len(looks) == 1:
            cluster.said = "no"  # it is killed now
        return len(looks) > 2

    monkeypatch.setattr(center, "answers", answers)
    monkeypatch.setattr(center, "watch", lambda: None)

    assert center.serve() == 0
    assert started.count("start web") == 2


def test_a_web_server_that_does_not_start_ends_the_program(center, started, capsys, monkeypatch):
    center.settings.CLUSTER.said = "yes"
    monkeypatch.setattr(center, "has_ended", lambda _name: True)
    monkeypatch.setattr(center, "answers", lambda: False)

    assert center.serve() == 1
    assert "did not start; its words are above" in capsys.readouterr().out


def test_a_database_that_cannot_be_started_at_first_is_told_in_a_sentence(center, monkeypatch):
    def blocked():
        raise DatabaseUnavailable("PostgreSQL may not run as root.")

    monkeypatch.setattr(center, "prepare", blocked)

    with pytest.raises(SystemExit, match="may not run as root"):
        center.run()


def test_getting_ready_begins_again_when_the_database_died_under_it_and_only_then(center, monkeypatch):
    said, begun = iter(["no", "no"]), []

    def prepare():
        begun.append(1)
        raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr(center, "prepare", prepare)
    monkeypatch.setattr(center.settings.CLUSTER, "answers", lambda: next(said, "yes"))
    for times in (3, 1):  # it dies each time; then it lives, and the fault is another
        del begun[:]
        with pytest.raises(OperationalError):
            center.get_ready()
        assert len(begun) == times


@pytest.mark.django_db
def test_practice_refuses_a_real_centers_data(settings):
    settings.DEMO = True
    Setting.objects.create(name="kind", value="real")

    with pytest.raises(SystemExit, match="real center"):
        production.refuse_to_start()


def test_a_real_center_begins_with_an_office_a_line_and_one_administrator(racing_db, settings, tmp_path):
    settings.KEYS_FILE, settings.NAME_FILE = tmp_path / "keys.env", tmp_path / "center.env"
    said = StringIO()

    call_command(
        "start_center",
        name="沙湾区困难职工帮扶中心",
        code="0101",
        division="511111",
        line="780",
        minimum_wage="2200",
        stdout=said,
    )

    assert Office.objects.get().name == "沙湾区困难职工帮扶中心"
    assert sorted(Standard.objects.values_list("key", flat=True)) == ["dibao_line", "minimum_wage", "relative_multiple"]
    assert Env().read_env(settings.NAME_FILE, overwrite=True) is None
    assert os.environ.pop("CENTER_NAME") == "沙湾区困难职工帮扶中心"
    admin = Staff.objects.get()
    password = said.getvalue().split("one-time password: ")[1].split()[0]
    assert (admin.username, admin.must_change_password, admin.check_password(password)) == ("admin", True, True)
    assert settings.KEYS_FILE.stat().st_mode & 0o777 == 0o600
    with pytest.raises(CommandError, match="started once"):
        call_command("start_center", name="又一个", division="511111", line="780")


def test_a_center_is_not_started_on_an_unknown_division(racing_db, settings, tmp_path):
    settings.KEYS_FILE = tmp_path / "keys.env"

    with pytest.raises(CommandError, match="999999 is no division"):
        call_command("start_center", name="某中心", division="999999", line="780")
    for line, why in (("much", "is not a number"), ("-1", "is not above zero"), ("NaN", "is not above zero")):
        with pytest.raises(CommandError, match=f"dibao_line: “{line}” {why}"):
            call_command("start_center", name="某中心", division="511111", line=line)

    assert list(Office.objects.all()) == []


def test_a_backup_holds_everything_and_comes_back(racing_db, tmp_path):
    make_staff("officer", office=make_office(code="0101"))
    call_command("backup", tmp_path, stdout=StringIO())
    folder = next(tmp_path.glob("center-*"))
    said = StringIO()

    call_command("restore", folder, check=True, stdout=said)

    assert set(json.loads((folder / "contents.json").read_text())) >= {"database.dump", "documents.tar"}
    assert "restores" in said.getvalue()
    with pytest.raises(CommandError, match="holds a center"):
        call_command("restore", folder, stdout=StringIO())


def test_a_rehearsed_backup_says_whether_the_keys_that_lie_here_open_it(racing_db, tmp_path, monkeypatch):
    keycheck.keep()
    call_command("backup", tmp_path, stdout=StringIO())
    folder, said = next(tmp_path.glob("center-*")), StringIO()
    call_command("restore", folder, check=True, stdout=said)
    assert "The keys that lie here open it." in said.getvalue()

    ring = keys.ring()
    monkeypatch.setattr(keys, "ring", lambda: replace(ring, seal=bytes(32)))

    with pytest.raises(CommandError, match="SEAL_KEY is not the key under which"):
        call_command("restore", folder, check=True, stdout=StringIO())


def test_a_backup_that_was_touched_is_refused(racing_db, tmp_path):
    call_command("backup", tmp_path, stdout=StringIO())
    folder = next(tmp_path.glob("center-*"))
    with (folder / "database.dump").open("ab") as dump:
        dump.write(b"x")

    with pytest.raises(CommandError, match=r"database\.dump is not the file"):
        call_command("restore", folder, check=True)


@pytest.mark.parametrize(
    ("contents", "said"),
    [
        (None, "is no finished backup"),
        ("{", "is no finished backup"),
        ("[]", "contents.json names no database"),
        ('{"database.dump": "0"}', "contents.json names no database"),
        ('{"database.dump": "0", "documents.tar": "0"}', "database.dump is missing from the backup"),
    ],
)
def test_a_broken_backup_is_named_without_a_traceback(tmp_path, contents, said):
    if contents is not None:
        (tmp_path / "contents.json").write_text(contents)

    with pytest.raises(CommandError, match=said):
        call_command("restore", tmp_path, check=True)


@pytest.mark.parametrize("spoilt", ["database.dump", "documents.tar"])
def test_a_backup_that_was_cut_is_named_without_a_traceback(tmp_path, spoilt, racing_db):
    """Even when somebody has written the digests anew."""
    call_command("backup", tmp_path, stdout=StringIO())
    folder = next(tmp_path.glob("center-*"))
    part = folder / spoilt
    part.write_bytes(b"torn" + part.read_bytes()[: part.stat().st_size // 3])
    (folder / "contents.json").unlink()
    (folder / "contents.json").write_text(json.dumps(backup.Command.contents(folder)))

    with pytest.raises(CommandError):
        call_command("restore", folder, check=True)


def test_documents_come_back_byte_by_byte_and_never_outside_of_their_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "old" / "documents"
    scan = settings.MEDIA_ROOT / "2026" / "scan.png"
    scan.parent.mkdir(parents=True)
    scan.write_bytes(b"\x89PNG, as it was")
    archive = tmp_path / "documents.tar"
    backup.Command.documents(archive)

    settings.MEDIA_ROOT = tmp_path / "new" / "documents"
    restore.Command.documents(archive)

    back = tmp_path / "new" / "documents" / "2026" / "scan.png"
    assert back.read_bytes() == b"\x89PNG, as it was"
    assert oct(back.stat().st_mode & 0o777) == "0o600"

    with tarfile.open(archive, "w") as forged:
        forged.add(scan, arcname="../outside.png")
    with pytest.raises(CommandError, match=r"outside\.png, which is no document of this center"):
        restore.Command.documents(archive)
    assert not (tmp_path / "outside.png").exists()


@pytest.mark.django_db
def test_the_doctor_names_what_is_wrong_and_ends_with_one(settings):
    settings.DEMO = False
    said = StringIO()
    make_staff("officer", office=make_office("某中心"))

    with pytest.raises(CommandError, match="Needs attention"), translation.override("zh-hans"):
        call_command("doctor", stdout=said)

    assert "is missing: deadlines count weekends only" in said.getvalue()
    assert "✓ fonts" in said.getvalue()
    assert "✗ backup: there is no backup yet" in said.getvalue()
    assert "✗ openings: 某中心 has no first day of work" in said.getvalue()


@pytest.mark.django_db
def test_the_annual_report_has_its_shape_even_when_nothing_happened():
    office, said = make_office(code="0101"), StringIO()

    call_command("annual_report", year=timezone.localdate().year, office=office.code, json=True, stdout=said)

    figures = json.loads(said.getvalue())["figures"]
    assert all(set(figure) == {"code", "label", "unit", "value", "definition"} for figure in figures)
    with pytest.raises(CommandError, match="no office with the code"):
        call_command("annual_report", year=2026, office="none", json=True)


@pytest.mark.django_db
def test_a_half_made_practice_district_is_not_taken_for_a_whole_one(settings):
    settings.DEMO = True
    Setting.objects.create(name="kind", value="practice")
    Setting.objects.create(name="practice", value="unfinished")
    make_office()

    with pytest.raises(CommandError, match="half made"):
        call_command("seed_demo", if_empty=True)

    Setting.objects.filter(name="practice").update(value="complete")
    call_command("seed_demo", if_empty=True)
    assert Office.objects.count() == 1
