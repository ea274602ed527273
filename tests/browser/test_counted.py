"""What is done often takes few interactions: counted in a real browser, on the district that `make run` invents."""

import re

import pytest

pytestmark = pytest.mark.e2e


def test_a_returning_visitor_is_logged_in_six_interactions(counted):
    """screens.md F1: F2, a few digits, Shift+Enter, purpose, save (≤ 6)."""
    frontdesk = counted("frontdesk")
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


def test_a_new_visitor_is_logged_in_eight_interactions(counted):
    """screens.md F2: F4, name, phone, purpose, save (≤ 8)."""
    frontdesk = counted("frontdesk")
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


def test_where_a_request_stands_is_read_in_three_interactions(counted):
    """screens.md F5: F2, some characters; the state stands on the first line that answers."""
    frontdesk = counted("frontdesk")
    page = frontdesk.go("/applications/")
    number = page.locator("tbody a").first.inner_text()
    frontdesk.go("/")
    frontdesk.done.clear()

    page.keyboard.press("F2")
    page.keyboard.type(number)
    answer = page.locator(f"#hits[data-query='{number}'] a").first
    answer.wait_for()

    assert number in answer.inner_text()
    assert answer.locator(".tag").inner_text() != ""
    assert frontdesk.interactions <= 3, frontdesk.done


def test_the_auditor_walks_from_the_years_total_to_one_receipt_in_four_clicks(counted):
    """screens.md A1: total → register rows → payment trace → receipt."""
    auditor = counted("auditor")
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


def test_the_auditor_does_so_for_every_programme(counted):
    """screens.md A1: from the year's figure of each programme to a receipt that is signed."""
    auditor = counted("auditor")
    page = auditor.go("/audit/?year=2026")
    rows = page.locator("table").first.locator("tbody tr")
    programmes, walked = [row.locator("td").first.inner_text() for row in rows.all()], set()

    for number, programme in enumerate(programmes):
        auditor.go("/audit/?year=2026")
        auditor.done.clear()
        with page.expect_navigation():
            rows.nth(number).locator("td").last.locator("a").click()
        signed = page.locator("tbody tr", has_text="✓")
        if programme in walked or not signed.count():  # the newest batch of a source may wait for all its receipts
            continue
        with page.expect_navigation():
            signed.first.locator("a").first.click()
        with page.expect_response("**/documents/**") as answer:
            page.locator("#receipt a[href*='/documents/']").first.click()
        assert (answer.value.status, auditor.interactions <= 4) == (200, True), auditor.done
        walked.add(programme)

    assert walked == set(programmes) >= {"生活救助", "医疗救助", "子女助学"}


def test_the_years_register_is_one_click(counted):
    """screens.md A2."""
    auditor = counted("auditor")
    page = auditor.go("/audit/?year=2026")
    auditor.done.clear()

    with page.expect_download() as file:
        page.locator("form[action*='register'] button").first.click()

    assert file.value.suggested_filename.endswith(".xlsx")
    assert auditor.interactions == 1, auditor.done


def test_a_sitting_of_forty_grants_what_nobody_questions_in_six_interactions(counted):
    """screens.md P12: the room, everybody is here, open, choose, grant, confirm; what somebody questions stays."""
    secretary = counted("secretary")
    page = secretary.go("/")
    secretary.done.clear()

    for step in ("main a:has-text('年末集中评审会')", "button[name=everybody]", "button[data-main-action]"):
        with page.expect_navigation():
            page.locator(step).first.click()
    page.locator("[data-choose-all]").click()
    with page.expect_navigation():
        page.locator("form button[data-main-action]").click()
    asked = page.locator("main").inner_text()
    with page.expect_navigation():
        page.locator("button[data-main-action]").click()

    left = page.locator("tbody tr", has_text="待表决")
    assert (left.count(), "36" in asked, secretary.interactions <= 6) == (4, True, True), secretary.done
    secretary.accessible(sizes=("standard",))
