"""Every role's pages in a real browser: accessible at every text size, and wholly in the reader's language."""

import re

import pytest

pytestmark = pytest.mark.e2e


@pytest.mark.parametrize(
    ("username", "paths"),
    [
        ("frontdesk", ["/desk/", "/files/", "/visits/", "/matters/", "/applications/"]),
        ("officer", ["/files/", "/applications/", "/notices/", "/notices/new/", "/imports/"]),
        ("secretary", ["/meetings/", "/meetings/new/", "/notices/"]),
        ("leader", ["/", "/funds/", "/programmes/", "/reports/", "/meetings/"]),
        ("accountant", ["/funds/", "/payments/", "/payments/batches/"]),
        ("auditor", ["/audit/", "/audit/register/", "/reports/"]),
        ("admin", ["/settings/staff/", "/settings/phones/"]),
    ],
)
def test_every_role_finds_its_pages_accessible(person, username, paths):
    somebody = person(username)

    for path in paths:
        somebody.go(path)
        somebody.accessible()


def test_the_pages_say_nothing_chinese_to_an_english_reader_outside_of_data(person):
    officer = person("officer", language="en")

    for path in ("/desk/", "/files/", "/applications/", "/notices/"):
        page = officer.go(path)
        words = page.locator("h1, thead th, .btn, nav.rail a").all_inner_texts()
        chinese = [word for word in words if re.search(r"[\u3400-\u9fff]", word)]
        assert chinese == [], f"{path}: {chinese}"
