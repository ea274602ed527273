"""The house burns down: a backup comes back in an empty place, and what was destroyed since stays destroyed."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.faults

ROOT = Path(__file__).parents[2]
LIVED = """
from center import documents
from center.models import Staff
from center.models.base import subject_of
from tests.casework.make import make_person, make_picture
from tests.relief.make import make_house, make_paid
house = make_house()
paid = make_paid(house)
person = make_person(office=house.office, name="孙一心")
documents.attach(person, kind="other", upload=make_picture(), by=house.officer)
print("person", person.code, "payment", paid.code, "asks", house.officer.username, "approves", house.leader.username)
"""
DESTROYED = """
import sys
from casework.models import Person
from center import destruction
from center.models import Staff
from center.models.base import subject_of
asks, approves = Staff.objects.get(username="{asks}"), Staff.objects.get(username="{approves}")
subject = subject_of(Person.objects.get(code="{person}"))
asked = destruction.ask_destruction(subject, ground="term_over", reason="ten years", by=asks)
destruction.carry_out(destruction.approve_destruction(asked, by=approves), by=approves)
"""
LOOKED = """
from casework.models import Person
from relief.models import Payment
person = Person.objects.get(code="{person}")
print("name", person.full_name, "number", person.id_number, "paid", Payment.objects.get(code="{payment}").amount)
"""


class Place:
    """A DATA_DIR with its own server, worked on by commands alone."""

    def __init__(self, folder):
        self.folder = folder
        self.environment = {
            name: value for name, value in os.environ.items() if name not in {"DEMO", "DATABASE_URL", "DATA_DIR"}
        } | {"DATA_DIR": str(folder), "DEMO": "1"}

    def __call__(self, *command):
        done = subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=ROOT,
            env=self.environment,
            check=False,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def tell(self, code):
        last = self("shell", "-v0", "-c", code).split("\n")
        words = next(line for line in reversed(last) if line.strip()).split()
        return dict(zip(words[::2], words[1::2], strict=True))


@pytest.fixture
def places():
    """Short paths, for a socket's name is short."""
    folder = Path(tempfile.mkdtemp(prefix="center", dir="/tmp"))
    folder.chmod(0o755)
    made = [Place(folder / name) for name in ("a", "b")]
    yield made
    for place in made:
        place("db", "stop")
    shutil.rmtree(folder)


def test_a_backup_comes_back_in_an_empty_place_and_what_was_destroyed_stays_so(places):
    old, new = places
    backups = old.folder.parent / "backups"
    old("db", "start")
    old("migrate", "-v0")
    old("seed_reference")
    facts = old.tell(LIVED)
    old("backup", str(backups))
    old("shell", "-v0", "-c", DESTROYED.format(**facts))
    new("db", "start")
    shutil.copyfile(old.folder / "keys.env", new.folder / "keys.env")
    shutil.copyfile(next(old.folder.rglob("destroyed.jsonl")), new.folder / "destroyed.jsonl")

    said = new("restore", str(next(backups.glob("center-*"))))
    found = new.tell(LOOKED.format(**facts))

    assert "Restored." in said
    assert (found["name"], found["number"], found["paid"]) == ("—", "None", "1000.00")
    for command in ("verify_ledger", "verify_trail"):
        new(command)  # each ends with 0 only when everything is true
