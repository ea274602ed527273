"""At 360 pixels: the head is folded, the answer is in sight, the amount and the way to reach somebody, too."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.e2e
WIDE, HIGH = 360, 740


def in_sight(page, selector):
    """Whether all of an element lies within the window, without scrolling."""
    box = page.locator(selector).first.bounding_box()
    return (
        box is not None
        and box["x"] >= 0
        and box["y"] >= 0
        and (box["x"] + box["width"] <= WIDE + 1 and box["y"] + box["height"] <= HIGH)
    )


def test_the_head_is_folded_and_the_menu_opens_it(person):
    officer = person("officer", width=WIDE, height=HIGH)
    page = officer.go("/files/")

    folded = page.locator("header.bar").bounding_box()["height"]
    hidden = (page.locator("nav.rail").is_visible(), page.locator("[name=language]").first.is_visible())
    page.locator(".menu-label").click()

    assert folded < 130
    assert hidden == (False, False)
    assert page.locator("nav.rail").is_visible()
    assert page.locator("[name=language]").first.is_visible()
    assert page.locator("kbd:visible").count() == 0
    officer.accessible(sizes=("standard",))


def test_after_a_visit_is_saved_the_answer_is_in_sight(person):
    page = person("frontdesk", width=WIDE, height=HIGH).go("/desk/")

    page.locator("main [name=full_name]").fill("赵测试")
    page.locator("main [name=purpose]").first.check(force=True)
    with page.expect_navigation():
        page.locator("main [data-main-action]").first.click()

    page.wait_for_timeout(300)
    assert in_sight(page, "main .message[role=status]")


def test_the_amount_of_each_line_of_a_batch_is_in_sight(person):
    page = person("accountant", width=WIDE, height=HIGH).go("/payments/batches/")
    with page.expect_navigation():
        page.locator("main tbody a").first.click()

    amounts = page.locator("main table").last.locator("tbody td.num")
    right = [box["x"] + box["width"] for box in (one.bounding_box() for one in amounts.all())]

    assert right
    assert max(right) <= WIDE


def test_address_and_telephone_stand_first_on_a_household(person):
    page = person("officer", width=WIDE, height=HIGH).go("/files/")
    with page.expect_navigation():
        page.locator("main tbody a").first.click()

    assert in_sight(page, "main .row-line.narrow-only")


def test_the_words_in_the_search_box_are_read_whole(person):
    page = person("officer", width=WIDE, height=HIGH).go("/files/")

    words, room = page.evaluate(
        """() => {
          const box = document.querySelector('#search'), style = getComputedStyle(box);
          const pen = document.createElement('canvas').getContext('2d');
          pen.font = getComputedStyle(box, '::placeholder').fontSize + ' ' + style.fontFamily;
          const room = box.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
          return [pen.measureText(box.placeholder).width, room];
        }"""
    )

    assert words <= room


def test_a_request_to_destroy_is_read_and_decided_without_moving_the_table(person):
    page = person("leader", width=WIDE, height=HIGH).go("/destructions/")

    row = page.locator("main tbody tr").first
    right = [box["x"] + box["width"] for box in (one.bounding_box() for one in row.locator("td").all())]

    assert len(right) == 3
    assert max(right) <= WIDE
    assert row.locator("button").bounding_box()["x"] > 0


def test_a_reason_under_a_button_makes_no_other_button_taller(person):
    page = person("leader", width=1366, height=768).go("/files/")
    with page.expect_navigation():
        page.locator("main tbody a").first.click()

    boxes = [one.bounding_box() for one in page.locator(".page-head .actions .btn").all()]

    assert len({round(box["height"]) for box in boxes}) == 1
    assert len({round(box["y"]) for box in boxes}) == 1
