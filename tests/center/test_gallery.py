"""Each component is shown; keys are one's own."""

import re
from pathlib import Path

import pytest
from django.conf import settings as project

from center.kernel.roles import Role
from center.templatetags import ui
from tests.center.make import make_staff

pytestmark = pytest.mark.django_db
TEMPLATES = Path(project.BASE_DIR) / "templates"


def test_the_gallery_shows_every_component(enter):
    shown = set(re.findall(r"{% (\w+)", (TEMPLATES / "center" / "gallery.html").read_text()))

    assert set(ui.register.tags) - shown == set()
    assert enter(make_staff(Role.ADMIN)).get("/gallery/").status_code == 200


def test_the_gallery_is_everybodys_in_practice_and_the_administrators_elsewhere(enter, settings):
    client = enter(make_staff(Role.FRONT_DESK))

    real = client.get("/gallery/").status_code
    settings.DEMO = True

    assert (real, client.get("/gallery/").status_code) == (403, 200)


def test_a_key_is_moved_and_another_switched_off(enter):
    staff = make_staff(Role.ADMIN, language="en")
    keys = {"search": "F9", "mask": "", "tasks": "F2", "draft": "Ctrl+S", "main": "Ctrl+Enter"}

    answer = enter(staff).post("/me/keys/", keys | {"lists": "Arrows", "close": "Escape"})

    staff.refresh_from_db()
    page = enter(staff).get("/help/keys/").content.decode()
    assert answer.headers["Location"] == "/help/keys/"
    assert staff.shortcuts == {"search": "F9", "mask": "", "tasks": "F2"}
    assert "switched off" in page
    assert page.count("<kbd>F9</kbd>") == 2  # beside the search box and on the card


def test_two_things_on_one_key_are_refused(enter):
    staff = make_staff(Role.ADMIN, language="en")

    answer = enter(staff).post("/me/keys/", {"search": "F9", "tasks": "F9"})

    staff.refresh_from_db()
    assert (answer.status_code, staff.shortcuts) == (422, {})
    assert "F9 is taken already by “Go to the search box”." in answer.content.decode()


def test_the_houses_keys_come_back(enter):
    staff = make_staff(Role.ADMIN, shortcuts={"search": ""})

    enter(staff).post("/me/keys/", {"reset": "1"})

    staff.refresh_from_db()
    assert staff.shortcuts == {}


def test_a_room_that_one_may_not_use_has_no_key(enter):
    desk, money = (
        enter(make_staff(role, language="en")).get("/help/keys/").content.decode()
        for role in (Role.FRONT_DESK, Role.CASHIER)
    )

    assert "<kbd>F4</kbd>" in desk
    assert "<kbd>F4</kbd>" not in money
