"""Too big, or not ready: a page with a sentence that needs no database, and nothing saved halfway."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import InterfaceError, OperationalError, connection
from django.test import Client
from django.urls import reverse
from django.utils import translation

from center.kernel.roles import Role
from center.models import AccessEntry
from center.privacy import access
from tests.casework.make import make_person
from tests.center.make import make_office, make_staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer():
    return make_staff(Role.OFFICER, office=make_office(), language="en")


def test_what_is_larger_than_any_page_takes_is_refused_before_it_is_read(enter, officer, settings):
    settings.UPLOAD_MOST = 2**20
    file = SimpleUploadedFile("scan.png", b"x" * (2**20 + 1))

    answer = enter(officer).post(reverse("casework:imports"), {"file": file})

    assert answer.status_code == 413
    assert "A page takes at most 1 MB." in answer.content.decode()
    assert answer["X-Request-Number"] in answer.content.decode()


def test_too_much_text_is_too_big_as_well(enter, officer, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    browser = enter(officer)

    answer = browser.post(reverse("casework:desk"), {"note": "x" * 2000})

    assert answer.status_code == 413
    assert "what you typed is still in the form" in answer.content.decode()


def test_a_request_that_is_only_wrong_is_not_too_big(enter, officer):
    answer = enter(officer).get("/", headers={"host": "elsewhere.example"})

    assert answer.status_code == 400


def test_what_no_keyboard_types_is_only_wrong(enter, officer):
    browser = enter(officer)

    assert browser.get(reverse("casework:visits"), {"purpose": "\0"}).status_code == 400
    assert browser.post(reverse("center:search"), {"q": "wang\0"}).status_code == 400
    assert browser.post(reverse("center:search"), {"q": "王" * 5000}).status_code == 200


@pytest.mark.parametrize("away", [OperationalError, InterfaceError])
def test_while_the_database_is_away_every_page_says_so(enter, officer, away):
    browser = enter(officer)
    browser.raise_request_exception = False

    def gone(*_args):
        raise away("the server closed the connection unexpectedly")

    with connection.execute_wrapper(gone):
        answer = browser.get(reverse("center:home"))
        ready, lives = Client().get(reverse("center:ready")), Client().get(reverse("center:live"))

    assert (answer.status_code, ready.status_code, lives.status_code) == (503, 503, 200)
    assert answer["Retry-After"] == "30"
    assert "closed the connection" not in answer.content.decode()
    assert browser.get(reverse("center:home")).status_code == 200


def test_a_page_that_is_broken_is_not_called_unready(enter, officer, monkeypatch):
    def broken(_request):
        raise ZeroDivisionError

    monkeypatch.setattr("center.views.shell.grouped_tasks", broken)
    browser = enter(officer)
    browser.raise_request_exception = False

    assert browser.get(reverse("center:home")).status_code == 500


def test_without_its_row_in_the_access_log_no_person_is_shown(enter, officer, monkeypatch):
    person = make_person(office=officer.home_office, name="赵丽华")

    def full(*_args, **_options):
        raise OperationalError("no space left on device")

    monkeypatch.setattr(AccessEntry, "save", full)

    answer = enter(officer).get(reverse("casework:person", args=[person.code]))

    assert answer.status_code == 503
    assert "The access log cannot be written, so nothing is shown." in answer.content.decode()
    assert "赵丽华" not in answer.content.decode()
    assert AccessEntry.objects.count() == 0


def test_each_row_of_a_list_needs_its_entry_too(officer, monkeypatch):
    def full(*_args, **_options):
        raise OperationalError("no space left on device")

    monkeypatch.setattr(AccessEntry.objects, "bulk_create", full)

    with pytest.raises(access.Unlogged, match="nothing is shown"), translation.override("en"):
        access.read_each(["casework.person:1"], by=officer, what="casework.desk")
