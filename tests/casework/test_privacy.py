"""What a person's numbers look like from outside: on pages, in the log, on paper, in a stolen dump."""

import subprocess
from datetime import timedelta
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from casework.actions import imports
from casework.exchange.registry import Book
from casework.models import Person
from center.exchange.purging import purge_imports
from center.kernel.roles import Role
from center.models import AccessEntry
from center.papers import papercode, prints
from center.privacy import access, keys, vault
from tests.casework.make import make_file, make_person
from tests.casework.test_imports import bring, checked, few
from tests.center.make import make_office, make_staff

WANG = "11010519491231002X"
REAL_KEYS = settings.KEYS_FILE


@pytest.fixture
def person(office):
    make_person(office=office, id_number=WANG)
    return Person.objects.get(id_number=WANG)


def test_a_number_is_shown_for_a_reason_for_a_minute_and_logged_once(enter, officer, person):
    client = enter(officer)

    asked = client.get(person.id_number.reveal_url)
    client.may_show_numbers = True
    shown = client.post(person.id_number.reveal_url, {"reason": "identity"})

    assert WANG not in asked.content.decode()
    assert "**************002X" in asked.content.decode()
    assert WANG in shown.content.decode()
    assert (shown["Cache-Control"].split(",")[0], shown["Refresh"].split(";")[0]) == ("no-store", "60")
    entries = AccessEntry.objects.filter(kind="reveal").values_list("actor", "subject", "what", "reason")
    assert list(entries) == [
        (officer.username, f"casework.person:{person.pk}", "casework.person.id_number", "identity")
    ]


def test_without_words_another_reason_is_none(enter, officer, person):
    response = enter(officer).post(person.id_number.reveal_url, {"reason": "other"})

    assert response.status_code == 422
    assert AccessEntry.objects.filter(kind="reveal").count() == 0


def test_a_role_without_the_permission_is_told_so(enter, office, person):
    response = enter(make_staff(Role.GRASSROOTS, office=office)).post(
        person.id_number.reveal_url, {"reason": "identity"}
    )

    assert response.status_code == 403
    assert WANG not in response.content.decode()


def test_a_person_of_another_office_is_not_there(enter, person):
    stranger = make_staff(Role.OFFICER, office=make_office())

    assert enter(stranger).post(person.id_number.reveal_url, {"reason": "identity"}).status_code == 404


@pytest.mark.parametrize(
    "route", [("center.staff", 1, "username"), ("casework.person", 1, "full_name"), ("x.y", 1, "z")]
)
def test_only_encrypted_numbers_of_visible_records_are_revealed(enter, officer, route):
    assert enter(officer).get(reverse("center:reveal", args=route)).status_code == 404


def test_when_the_log_cannot_be_written_the_answer_is_503(enter, officer, person, monkeypatch):
    def broken(*_args, **_options):
        raise access.Unlogged("The access log cannot be written.")

    monkeypatch.setattr(access, "reveal", broken)

    response = enter(officer).post(person.id_number.reveal_url, {"reason": "identity"})

    assert response.status_code == 503
    assert WANG not in response.content.decode()


def test_a_scanned_paper_opens_its_file(enter, office, officer, settings, tmp_path):
    file = make_file(office=office, by=make_staff(Role.LEADER, office=office))
    (tmp_path / "paper.html").write_text('{% extends "print/base.html" %}', encoding="utf-8")
    template = settings.TEMPLATES[0]
    settings.TEMPLATES = [{**template, "DIRS": [*template["DIRS"], tmp_path]}]
    issued = prints.issue("paper.html", {}, subject=file, kind="paper", title="回执", by=officer)
    client = enter(officer)

    found = client.get(reverse("center:scan", args=[papercode.write("D", issued.code)]))
    misread = client.get(reverse("center:scan", args=["D1-2222222222-22"]))

    assert (found.status_code, misread.status_code) == (302, 404)


def test_no_id_number_can_be_rebuilt_from_a_dump_without_the_keys(officer, office):
    """Area code, birth date and the last four would be the whole number: the tail is nowhere, in no form."""
    bring(few(), officer)
    checked(few(14), officer)  # staged, and never applied
    households = list(Book(few(14)).households())
    numbers = [one.person["id_number"] for one in households]
    numbers += [member.person["id_number"] for one in households for member in one.members]
    cards = [one.card for one in households]
    phones = [one.person["phone"] for one in households]

    dump, people = whole_database(), texts_of_people()

    assert len(dump) > 10_000
    for number in [*numbers, *cards, *phones]:
        assert number not in dump
        assert number.encode().hex() not in dump
    for number in numbers:
        assert f'"{number[-4:]}"' not in dump
        assert number[-6:] not in people


def whole_database():
    """Every row of every table as text: what pg_dump would hand to a thief."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
        tables = [name for (name,) in cursor.fetchall()]
        parts = []
        for table in tables:
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            parts += [row for (row,) in cursor.fetchall()]
    return "\n".join(parts)


def texts_of_people():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT string_agg((to_jsonb(p) - 'birth_date' - 'search_keys')::text, ' ') FROM casework_person p"
        )
        return cursor.fetchone()[0]


def test_no_key_is_in_the_tree_or_in_the_database():
    keys = [line.split("=", 1)[1].split(":")[-1] for line in settings.KEYS_FILE.read_text().splitlines()]

    tracked = subprocess.run(
        ["git", "grep", "-lF", *(f"-e{key}" for key in keys)],
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )

    assert tracked.stdout == ""


def test_rotating_the_key_keeps_every_number_and_finds_everybody(officer, person, settings, tmp_path):
    settings.KEYS_FILE = tmp_path / "keys.env"
    settings.KEYS_FILE.write_text(REAL_KEYS.read_text())
    keys.ring.cache_clear()
    try:
        call_command("rotate_keys", stdout=StringIO())
        rotated = Person.objects.get(id_number=WANG)

        assert bytes(rotated.id_number)[0] == 2
        assert rotated.id_number.open(by=officer, reason="identity") == WANG
    finally:
        settings.KEYS_FILE = REAL_KEYS
        keys.ring.cache_clear()


def test_what_was_not_applied_is_gone_after_a_day(officer, office):
    record = imports.receive(office, data=few(2), by=officer)
    place = vault.place(record.original)

    assert purge_imports(timezone.now()) == 0
    assert purge_imports(timezone.now() + timedelta(days=2)) == 1

    record.refresh_from_db()
    assert (record.original, place.exists()) == ("", False)
