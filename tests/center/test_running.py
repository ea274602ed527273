"""What a place may not start with, a real center's first day, and a backup that comes back."""

import json
import os
import runpy
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone, translation
from environ import Env

from center.models import Office, Setting, Staff, Standard
from config import production, run
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
    """The embedded database, as far as ending it goes."""

    stopped = 0

    def stop(self):
        self.stopped += 1


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


def test_a_backup_that_was_touched_is_refused(racing_db, tmp_path):
    call_command("backup", tmp_path, stdout=StringIO())
    folder = next(tmp_path.glob("center-*"))
    with (folder / "database.dump").open("ab") as dump:
        dump.write(b"x")

    with pytest.raises(CommandError, match=r"database\.dump is not the file"):
        call_command("restore", folder, check=True)


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
