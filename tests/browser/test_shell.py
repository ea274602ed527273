"""The shell in a real browser: keys, input methods, languages, text sizes, small screens."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.e2e


def test_a_newcomer_logs_in_and_finds_the_pages_accessible(person):
    frontdesk = person("frontdesk", by_the_door=True)

    for path in ("/", "/tasks/", "/me/", "/help/", "/help/keys/", "/help/words/", "/search/"):
        frontdesk.go(path)
        frontdesk.accessible()


def test_function_keys_work_and_an_input_method_never_submits(person):
    frontdesk = person("frontdesk")
    page = frontdesk.go("/")

    page.keyboard.press("F2")
    assert page.evaluate("document.activeElement.id") == "search"
    page.keyboard.press("F9")
    page.wait_for_url("**/tasks/")
    page.keyboard.press("F2")
    stopped = page.evaluate(
        """() => {
          const box = document.getElementById("search");
          let submitted = false;
          box.form.addEventListener("submit", (event) => { submitted = true; event.preventDefault(); });
          const hits = document.getElementById("hits");
          hits.dataset.query = box.value;
          hits.insertAdjacentHTML("beforeend", '<a href="/help/">x</a>');
          const before = location.href;
          box.dispatchEvent(new CompositionEvent("compositionstart", { bubbles: true }));
          box.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true, isComposing: true }));
          box.dispatchEvent(new CompositionEvent("compositionend", { bubbles: true }));
          box.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }));
          return !submitted && location.href === before;
        }"""
    )

    assert stopped is True


def test_the_language_switch_keeps_the_page(person):
    frontdesk = person("frontdesk")
    page = frontdesk.go("/help/keys/")
    assert page.locator("h1").inner_text() == "快捷键"

    with page.expect_navigation():
        page.locator("[name=language]").first.click()

    assert page.url.endswith("/help/keys/")
    assert page.locator("h1").inner_text() == "Keyboard"
    assert page.evaluate("document.documentElement.lang") == "en"


@pytest.mark.parametrize("width", [360, 320])
def test_a_phone_needs_no_sideways_scrolling(person, width):
    leader = person("leader", width=width, height=740)

    for path in ("/", "/tasks/", "/me/", "/notices/", "/meetings/", "/reports/"):
        leader.go(path)
        leader.accessible(sizes=("standard",))


def test_one_key_locks_and_the_password_opens_the_same_page(person):
    frontdesk = person("frontdesk")
    page = frontdesk.go("/help/words/")

    page.get_by_role("button", name="锁定").click()
    page.wait_for_url("**/lock/")
    page.fill("[name=password]", "bangfu-demo")
    page.keyboard.press("Enter")

    page.wait_for_url("**/help/words/")


def test_a_long_form_keeps_what_is_typed_and_brings_it_back(person):
    legal = person("legal")
    page = legal.go("/desk/")

    page.locator("[name=note]").fill("half a sentence")
    with page.expect_response("**/drafts/save/") as saved:
        page.locator("[name=full_name]").focus()
    expect(page.locator("[data-draft]").first).not_to_be_empty()
    note = page.locator("[data-draft]").first.inner_text()
    page.keyboard.press("F4")  # asks, and throws nothing away
    asked = page.locator("[data-unsaved-question]").inner_text()
    kept = page.locator("[name=note]").input_value()
    legal.go("/")
    page = legal.go("/drafts/")
    legal.accessible()
    with page.expect_navigation():
        page.locator("main table a").first.click()

    assert saved.value.status == 200
    assert note.startswith("已保存草稿")
    assert (asked.startswith("此处已填写、尚未保存"), kept) == (True, "half a sentence")
    assert page.locator("[name=note]").input_value() == "half a sentence"
    legal.accessible(sizes=("standard",))


def test_a_page_stands_still_once_the_focus_is_on_a_far_field(person):
    """A page that glides takes the button away between press and release, and the click is lost."""
    page = person("legal", width=360, height=400).go("/desk/")

    at_once = page.evaluate("[...document.querySelectorAll('main form [type=submit]')].pop().focus(), window.scrollY")
    page.wait_for_timeout(700)  # longer than a browser glides

    assert at_once > 0
    assert page.evaluate("window.scrollY") == at_once


@pytest.mark.parametrize("width", [1366, 360])
def test_a_button_stands_still_while_it_is_pressed_and_after_a_draft_is_saved(person, width):
    """A draft is saved when a field is left; were it said then, the bar at the foot would grow and move its button."""
    page = person("leader", width=width, height=740).go("/programmes/new/")
    button = page.locator(".action-bar [data-main-action]")
    page.locator("main [name=name]").fill("夏季送清凉")
    pressed = button.bounding_box()

    page.mouse.move(pressed["x"] + 20, pressed["y"] + 20)
    page.mouse.down()
    page.wait_for_timeout(1500)
    held = button.bounding_box()
    page.mouse.move(pressed["x"] + 20, pressed["y"] - 200)  # and leaves the button: nothing is sent
    page.mouse.up()
    unsaid = page.locator("[data-draft]").inner_text()
    with page.expect_response("**/drafts/save/"):
        page.keyboard.press("Control+s")
    expect(page.locator("[data-draft]").first).not_to_be_empty()

    assert (held, unsaid) == (pressed, "")
    assert button.bounding_box() == pressed


def test_one_moves_through_a_list_by_arrows_and_opens_a_row(person):
    officer = person("officer")
    page = officer.go("/files/")

    page.locator("main .table-box").first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    first = page.locator("main .table-box tbody tr").first
    assert page.evaluate("document.activeElement.closest('tr') === document.querySelector('main .table-box tbody tr')")
    address = first.locator("a[href]").first.get_attribute("href")
    page.keyboard.press("Enter")

    page.wait_for_url(f"**{address}")


def test_a_moved_key_works_and_the_old_one_no_longer(person):
    officer = person("officer")
    page = officer.go("/me/keys/")
    officer.accessible()
    page.select_option("[name=search]", "Ctrl+Alt+K")
    page.locator("main [data-main-action]").click()
    page.wait_for_url("**/help/keys/")

    page.keyboard.press("F2")
    before = page.evaluate("document.activeElement.id")
    page.keyboard.press("Control+Alt+k")

    assert (before, page.evaluate("document.activeElement.id")) == ("", "search")


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (360, 740)])
def test_settings_and_logs_are_accessible_on_every_screen(person, width, height):
    admin = person("admin", width=width, height=height)
    pages = ("", "offices/", "standards/", "calendar/", "codes/", "codes/help_need/")

    for path in (*(f"/settings/{page}" for page in pages), "/audit/seals/", "/audit/changes/", "/me/keys/"):
        admin.go(path)
        admin.accessible(sizes=("standard",))


def test_the_gallery_is_accessible(person):
    admin = person("admin")

    admin.go("/gallery/")

    admin.accessible(sizes=("standard",))
