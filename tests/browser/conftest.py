"""A real site on the practice district, a real browser, people who log in, and a counter of what they do."""

from __future__ import annotations

import os
import threading
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.db import connection, connections
from django.test import Client
from django.test.testcases import LiveServerThread
from django.utils import timezone

from config import bootstrap
from tests.conftest import _clone, drop_database

AXE = Path(__file__).resolve().parents[1] / "vendor" / "axe-core" / "4.14.1" / "axe.min.js"
PASSWORD = "bangfu-demo"
# Every rule; what passes is not described, and no style sheet is fetched a second time.
SCAN = """rules => axe.run(document, {
  resultTypes: ['violations'], preload: false, ...(rules ? {runOnly: {type: 'rule', values: rules}} : {}),
}).then(result => result.violations)"""
# The rules whose answer another text size can change; all others read the document, which stays the same.
BY_SIZE = ["color-contrast", "link-in-text-block", "scrollable-region-focusable", "target-size"]
PATIENCE = 120_000  # ms; a slow machine is no fault of a page
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
# One interaction is one shortcut key, one burst of typing in one field, one click or choice (screens.md §1.1).
COUNTER = """
(() => {
  let field = null;
  const one = (what) => window.countInteraction(what);
  const describe = (node) => (node.id || node.name || (node.textContent || "").trim().slice(0, 20) || node.tagName);
  document.addEventListener("keydown", (event) => {
    if (!event.isTrusted || ["Control", "Shift", "Alt", "Meta"].includes(event.key)) { return; }
    const typing = event.target.matches("input:not([type=checkbox]):not([type=radio]), textarea") && event.key.length === 1 && !event.ctrlKey;
    const mending = event.key === "Backspace" || event.key === "Delete";
    if (typing || mending) {
      if (field !== event.target) { field = event.target; one("type " + describe(event.target)); }
    } else if (event.key !== "Tab") {
      field = null; one("key " + event.key);
    }
  }, true);
  document.addEventListener("click", (event) => {
    if (!event.isTrusted || event.detail === 0) { return; }
    field = null; one("click " + describe(event.target));
  }, true);
})();
"""


@pytest.fixture(scope="session")
def chromium():
    """Debian's Chromium without its windows; a machine that lacks it is told so by the set-up, not skipped."""
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=PATIENCE)
    path = bootstrap.browser()
    assert path, f"The journeys need a browser: apt-get install {bootstrap.BROWSERS[0]}"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def site(demo_template, django_db_blocker, settings):
    """The address of a running center whose data this test may change as it likes."""
    with _served(demo_template, django_db_blocker, settings) as address:
        yield address


@pytest.fixture
def full_site(full_template, django_db_blocker, settings):
    """The same on the district of `make run`, with its three hundred households."""
    with _served(full_template, django_db_blocker, settings) as address:
        yield address


@contextmanager
def _served(template, django_db_blocker, settings):
    settings.DEMO = True
    settings.ALLOWED_HOSTS = ["*"]
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = False
    with django_db_blocker.unblock(), _clone(template, "_site") as name:
        server = LiveServerThread("127.0.0.1", Site)
        server.daemon = True
        server.start()
        server.is_ready.wait()
        assert server.error is None, server.error
        yield f"http://127.0.0.1:{server.port}"
        server.httpd.get_app().come_to_rest()
        server.terminate()
        connections.close_all()
    with django_db_blocker.unblock():
        drop_database(name)


class Site(StaticFilesHandler):
    """The application, and how many requests it is answering: none may outlive its database."""

    def __init__(self, application):
        super().__init__(application)
        self.answering, self.changed = 0, threading.Condition()

    def __call__(self, environ, start_response):
        self._count(1)
        try:
            return super().__call__(environ, start_response)
        finally:
            self._count(-1)

    def _count(self, more):
        with self.changed:
            self.answering += more
            self.changed.notify_all()

    def come_to_rest(self):
        with self.changed:
            assert self.changed.wait_for(lambda: self.answering == 0, timeout=PATIENCE / 1000), "a request never ended"


class Person:
    """Somebody at a PC: has just logged in, works, and is counted.

    The login page answers a plain client, which costs a tenth of a browser; `by_the_door` types the password itself.
    """

    def __init__(self, browser, site, username, *, language="zh-hans", width=1366, height=768, by_the_door=False):
        self.site = site
        self.username = username
        self.context = browser.new_context(viewport={"width": width, "height": height}, accept_downloads=True)
        self.page = self.context.new_page()
        self.page.set_default_timeout(PATIENCE)
        self.done = []
        self.complaints = []
        self.page.expose_function("countInteraction", lambda what: self.done.append(what))  # noqa: PLW0108 - Playwright marks it
        self.page.add_init_script(COUNTER)
        self.page.on(
            "console", lambda message: self.complaints.append(message.text) if message.type == "error" else None
        )
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        if by_the_door:
            self._log_in()
        else:
            self.context.add_cookies(
                [{"name": name, "value": value, "url": site} for name, value in _admitted(username)]
            )
            self.page.goto(f"{site}/")
        if language == "en":
            with self.page.expect_navigation():
                self.page.locator("[name=language]").first.click()
        self.done.clear()

    def _log_in(self):
        self.page.goto(f"{self.site}/login/")
        self.page.fill("[name=username]", self.username)
        self.page.fill("[name=password]", PASSWORD)
        self.page.locator("main form[novalidate] button[data-main-action]").click()
        self.page.wait_for_url(lambda url: "/login/" not in url)

    def go(self, path):
        self.page.goto(f"{self.site}{path}")
        return self.page

    @property
    def interactions(self):
        return len(self.done)

    def accessible(self, *, sizes=("standard", "large", "largest")):
        """No rule disabled, no violation, at every text size that can change its answer; no sideways scrolling."""
        self.page.evaluate(AXE.read_text(encoding="utf-8"))
        for number, size in enumerate(sizes):
            self.page.evaluate("size => { document.documentElement.className = 'text-' + size; }", size)
            found = self.page.evaluate(SCAN, BY_SIZE if number else None)
            told = [f"{one['id']}: {one['help']} — {one['nodes'][0]['html'][:160]}" for one in found]
            assert told == [], f"{self.page.url} at {size}: {told}"
            width = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert width <= 1, f"{self.page.url} scrolls sideways by {width} px at {size}"
        self.page.evaluate("document.documentElement.className = 'text-standard'")

    def leave(self):
        assert self.complaints == [], self.complaints
        if not self.page.is_closed():
            self.page.goto("about:blank")  # a context that is closed while its page waits for an answer may never close
        self.context.close()


def _admitted(username):
    """The cookies that the login page gives for the right password."""
    client = Client()
    answer = client.post("/login/", {"username": username, "password": PASSWORD})
    assert (answer.status_code, answer["Location"]) == (302, "/"), username
    connection.close()
    return [(name, cookie.value) for name, cookie in client.cookies.items()]


@pytest.fixture
def person(chromium, site):
    """`person("frontdesk")` is somebody who has just logged in."""
    with _people(chromium, site) as arrive:
        yield arrive


@pytest.fixture
def counted(chromium, full_site):
    """The same in the full district, where interactions are counted from `/` just after login."""
    with _people(chromium, full_site) as arrive:
        yield arrive


@pytest.fixture
def newcomer(chromium, first_day):
    """`newcomer("frontdesk")` is somebody of a center in which nobody has come yet."""
    with _people(chromium, first_day) as arrive:
        yield arrive


@contextmanager
def _people(chromium, site):
    present, album = [], os.environ.get("SHOTS")

    def arrive(username, **how):
        present.append(Person(chromium, site, username, **how))
        return present[-1]

    yield arrive
    for number, one in enumerate(present):
        if album and not one.page.is_closed():  # SHOTS=folder shows where everybody stood at the end
            print(one.username, one.page.url)  # noqa: T201 - for whoever looks into a failure
            one.page.screenshot(path=f"{album}/{number}-{one.username}.png", full_page=True)
    for one in present:
        one.leave()


@pytest.fixture(scope="session")
def empty_template(django_db_setup, django_db_blocker):
    """A center on its first day: offices, people, programmes, money received; nobody has come yet."""
    with django_db_blocker.unblock(), _clone(connection.settings_dict["NAME"], "_first"):
        settings.DEMO = True
        _open_center()
        settings.DEMO = False
        connection.close()
    yield f"{connection.settings_dict['NAME']}_first"
    with django_db_blocker.unblock():
        drop_database(f"{connection.settings_dict['NAME']}_first")


def _open_center():
    from demo.management.commands.seed_demo import Command
    from relief.actions import funds, programmes

    people = Command().district(0).people
    office = people["leader"].home_office
    programmes.adopt_standard_programmes(office, since=date(2026, 1, 1), by=people["leader"])
    funds.open_source(
        office=office,
        name="中央财政专项帮扶资金",
        origin="central_finance",
        year=timezone.localdate().year,
        document_number="财社〔2026〕8号",
        earmarks=[],
        amount=Decimal(260000),
        received_on=timezone.localdate(),
        by=people["accountant"],
    )


@pytest.fixture
def first_day(empty_template, django_db_blocker, settings):
    """The address of a running center in which nobody has come yet."""
    with _served(empty_template, django_db_blocker, settings) as address:
        yield address


@pytest.fixture
def clock():
    """`clock.stands(moment)`: every clock of the application shows this moment from now on."""
    real = timezone.now

    class Clock:
        @staticmethod
        def stands(moment):
            timezone.now = lambda: moment

    yield Clock
    timezone.now = real
