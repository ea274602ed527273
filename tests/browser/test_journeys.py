"""The main job in a real browser, in both languages, with counted interactions and every page scanned on the way."""

import re

import pytest

pytestmark = pytest.mark.e2e


def test_a_returning_visitor_is_logged_in_six_interactions(person):
    """screens.md F1: F2, a few digits, Shift+Enter, purpose, save (≤ 6)."""
    frontdesk = person("frontdesk")
    page = frontdesk.go("/files/")
    number = page.locator("tbody a").first.inner_text()
    frontdesk.go("/")
    frontdesk.done.clear()

    page.keyboard.press("F2")
    page.keyboard.type(number)
    page.locator(f"#hits[data-query='{number}'] a").first.wait_for()
    page.keyboard.press("Shift+Enter")
    page.locator("[name=purpose]").first.wait_for()
    page.locator("label:has([name=purpose])").nth(1).click()
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")

    assert page.locator("main .message", has_text="已保存").count() == 1
    assert frontdesk.interactions <= 6, frontdesk.done
    frontdesk.accessible()


def test_a_new_visitor_is_logged_in_eight_interactions(person):
    """screens.md F2: F4, name, phone, purpose, save (≤ 8)."""
    frontdesk = person("frontdesk")
    page = frontdesk.go("/")
    frontdesk.done.clear()

    page.keyboard.press("F4")
    page.locator("[name=full_name]:focus").wait_for()  # one types when one sees the caret
    page.keyboard.type("单雄英")
    page.locator("label:has([name=purpose])").nth(0).click()
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")

    assert page.locator("main .message", has_text="已保存").count() == 1
    assert "单雄英" in page.locator("tbody tr").first.inner_text()
    assert frontdesk.interactions <= 8, frontdesk.done


def test_the_auditor_walks_from_the_years_total_to_one_receipt_in_four_clicks(person):
    """screens.md A1: total → register rows → payment trace → receipt."""
    auditor = person("auditor")
    page = auditor.go("/audit/?year=2026")
    auditor.done.clear()

    total = page.locator("tfoot a").last
    shown = total.inner_text()
    with page.expect_navigation():
        total.click()
    assert shown in page.locator("main").inner_text()
    auditor.accessible(sizes=("standard",))
    with page.expect_navigation():
        page.locator("tbody a").first.click()
    auditor.accessible(sizes=("standard",))
    assert re.search(r"/payments/", page.url)
    with page.expect_response("**/documents/**") as answer:
        page.locator("#receipt a[href*='/documents/']").click()

    scan = answer.value
    assert (scan.status, scan.headers["content-type"]) == (200, "image/jpeg")
    assert auditor.interactions <= 4, auditor.done


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
