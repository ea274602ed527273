"""A wrong key is found before anything is written under it, however well it is formed."""

import base64
import secrets
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from center.models import Setting
from center.privacy import keycheck, keys
from config import production

pytestmark = pytest.mark.django_db


def fresh():
    return base64.b64encode(secrets.token_bytes(32)).decode()


@pytest.fixture
def ring(monkeypatch):
    """A ring of one's own, whose keys a test changes one by one."""
    given = {"FIELD_KEYS": f"1:{fresh()},2:{fresh()}", "FINGERPRINT_KEY": fresh(), "SEAL_KEY": fresh()}

    def put(**changed):
        given.update(changed)
        for name, value in given.items():
            monkeypatch.setenv(name, value)
        keys.ring.cache_clear()
        return given

    put()
    yield put
    monkeypatch.undo()
    keys.ring.cache_clear()


def test_the_keys_of_the_first_day_are_marked_and_stay_right(ring):
    assert keycheck.faults() == []
    keycheck.keep()
    keycheck.keep()

    assert keycheck.faults() == []
    assert sorted(Setting.objects.get(name="key_marks").value) == [
        "FIELD_KEYS 1",
        "FIELD_KEYS 2",
        "FINGERPRINT_KEY",
        "SEAL_KEY",
    ]


def test_no_mark_tells_the_key(ring):
    given = ring()
    keycheck.keep()

    marks = str(Setting.objects.get(name="key_marks").value)
    for text in (given["FINGERPRINT_KEY"], given["SEAL_KEY"], given["FIELD_KEYS"][2:46]):
        assert text not in marks
        assert base64.b64decode(text).hex() not in marks


@pytest.mark.parametrize("name", ["FINGERPRINT_KEY", "SEAL_KEY"])
def test_a_wrong_but_well_formed_key_is_named(ring, name):
    keycheck.keep()
    ring(**{name: fresh()})

    [fault] = keycheck.faults()

    assert fault.startswith(f"{name} is not the key under which this center's data are kept. Put back ")
    assert fault in production.faults()
    with pytest.raises(SystemExit, match=name):
        production.refuse_to_start()


def test_a_wrong_field_key_is_named_with_its_number_and_one_taken_away_by_rotation_is_not(ring):
    given = ring()
    keycheck.keep()
    first, second = given["FIELD_KEYS"].split(",")

    ring(FIELD_KEYS=f"{first},2:{fresh()}")
    assert [fault.split(" is not")[0] for fault in keycheck.faults()] == ["FIELD_KEYS 2"]
    ring(FIELD_KEYS=second)
    assert keycheck.faults() == []
    ring(FIELD_KEYS=f"{second},3:{fresh()}")
    keycheck.keep()
    assert "FIELD_KEYS 3" in Setting.objects.get(name="key_marks").value


def test_doctor_and_rotation_name_it(ring, settings):
    keycheck.keep()
    ring(SEAL_KEY=fresh())
    said = StringIO()

    with pytest.raises(CommandError, match="Needs attention"):
        call_command("doctor", stdout=said)
    with pytest.raises(CommandError, match="SEAL_KEY is not the key"):
        call_command("rotate_keys", stdout=said)

    assert "✗ keys: SEAL_KEY is not the key" in said.getvalue()


def test_a_restore_under_other_keys_stops_before_anything_is_written(ring):
    from center.management.commands.restore import Command

    keycheck.keep()
    ring(FINGERPRINT_KEY=fresh())

    with pytest.raises(CommandError, match="Restored, but nothing more was done: FINGERPRINT_KEY is not the key"):
        Command.keys()
