"""`make load`: many of the staff at once against the running program, on a practice district of size.

`python -m tests.load.run [--files N --payments M] [--desks N] [--seconds S] [--data DIR]`. Ends with 1 when an answer is
a fault of the server, when something that was saved is not there, or when a promise of the house does not hold afterwards.
"""

from __future__ import annotations

import argparse
import html
import os
import platform
import random
import re
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.load.browser import Browser, Timed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

BASE = Path(__file__).resolve().parents[2]
PASSWORD = "bangfu-demo"
ITEMS = 30  # on the agenda of the committee
CLERKS_AT_THE_MINUTES = 3  # who press the same button for the same item
SERVER_FAULT = 500
LISTS = {
    "auditor": ("/payments/batches/", "/audit/", "/audit/register/", "/visits/"),
    "officer": ("/files/", "/files/?page=40", "/files/?status=active&page=90", "/applications/", "/visits/?page=30"),
    "leader": ("/", "/files/?page=7", "/applications/?page=12", "/reports/", "/meetings/"),
    "accountant": ("/funds/", "/payments/", "/payments/batches/?page=2", "/payments/receipts/"),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=5_000, help="of the district, when it must be made first")
    parser.add_argument("--payments", type=int, default=20_000)
    parser.add_argument("--desks", type=int, default=8, help="front desks at work")
    parser.add_argument("--seconds", type=int, default=30)
    parser.add_argument("--data", default="", help="a DATA_DIR with a grown district; by default one of its own")
    asked = parser.parse_args()
    folder = Path(asked.data or Path(os.environ.get("DATA_DIR") or BASE / ".data") / "load").resolve()
    os.environ |= {"DATA_DIR": str(folder), "DEMO": "1", "PORT": str(_free_port()), "PYTHONPATH": str(BASE)}
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    from tests.load import district

    district.stand(files=asked.files, payments=asked.payments)
    sitting = district.call_meeting(ITEMS)
    words = district.words()
    server = _server()
    try:
        people, seconds = _people(f"127.0.0.1:{os.environ['PORT']}", asked.desks, asked.seconds, sitting, words)
        timed = [one for person in people for one in person.timed]
        for line in [*table(timed, seconds), "", machine()]:
            say(line)
        saved = {token for person in people for token in getattr(person, "saved", ())}
        faults = [f"{one.what}: {one.status}" for one in timed if one.status == 0 or one.status >= SERVER_FAULT]
        faults += district.faults(sitting, saved)
    finally:
        server.terminate()
        server.wait()
    say("")
    for fault in faults[:50]:
        say(fault)
    say("Everything holds." if not faults else f"{len(faults)} faults.")
    sys.exit(1 if faults else 0)


def say(text: str) -> None:
    print(text, flush=True)  # noqa: T201 - a command's output


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _server() -> subprocess.Popen[str]:
    """The program as `make run` starts it: web, worker and database."""
    server = subprocess.Popen([sys.executable, "-m", "config.run"], cwd=BASE, stdout=subprocess.PIPE, text=True)
    for line in server.stdout or ():
        if line.startswith("Ready:"):
            threading.Thread(target=lambda: [None for _line in server.stdout or ()], daemon=True).start()
            return server
    raise SystemExit("The program did not start.")


# -- who is at work ----------------------------------------------------------------------------------------------------


class Desk(Browser):
    """A worker at the window: looks the visitor up, opens the panel, saves the visit; now and then with a double click."""

    def work(self, until: float, chance: random.Random, words: Sequence[str]) -> None:
        self.saved: set[str] = set()
        while time.monotonic() < until:
            box = self.get("the desk", "/desk/").form(having="q")
            self.post("suggest", "/search/suggest/", box | {"q": chance.choice(words)})
            page = self.post("search", "/search/", box | {"q": chance.choice(words)})
            found = re.findall(r'data-visit="([^"]+)"', page.text)
            if not found:
                continue
            panel = self.get("visit panel", html.unescape(chance.choice(found)))
            form = panel.form(having="result") if panel.status == 200 else {}
            if not form:
                continue
            purposes = re.findall(r'name="purpose"[^>]*value="([0-9]+)"', panel.text)
            form |= {"purpose": chance.choice(purposes), "note": "asked how far it is", "result": "answered"}
            for _click in range(2 if chance.random() < 0.1 else 1):
                if self.post("save a visit", "/desk/", form).is_redirect:
                    self.saved.add(form["token"])


class Reader(Browser):
    """Somebody who goes through lists."""

    def work(self, until: float, chance: random.Random, _words: Sequence[str]) -> None:
        while time.monotonic() < until:
            path = chance.choice(LISTS[self.username])
            self.get(f"{self.username} reads {path.split('?')[0]}", path)


class Member(Browser):
    """A member of the committee, who follows the room."""

    path = ""

    def work(self, until: float, chance: random.Random, _words: Sequence[str]) -> None:
        while time.monotonic() < until:
            self.get("the room", self.path)
            self.get("an item", f"{self.path}items/{chance.randint(1, ITEMS)}/")


class Secretary(Browser):
    """Records the vote on one item after the other; two others press the same buttons."""

    path = ""

    def work(self, until: float, _chance: random.Random, _words: Sequence[str]) -> None:
        for position in range(1, ITEMS + 1):
            if time.monotonic() > until:
                return
            path = f"{self.path}items/{position}/"
            page = self.get("an item", path)
            form = page.form(having="result") if 'name="result"' in page.text else {}
            if form:
                self.post("record a vote", path, form)


def _people(host: str, desks: int, seconds: int, sitting: str, words: Sequence[str]) -> tuple[list[Any], float]:
    people: list[Any] = [Desk(host, "frontdesk") for _desk in range(desks)]
    people += [Reader(host, username) for username in LISTS]
    people += [Member(host, f"member{number}") for number in range(1, 8)]
    people += [Secretary(host, "secretary") for _clerk in range(CLERKS_AT_THE_MINUTES)]
    for person in people:
        person.path = f"/meetings/{sitting}/"
        person.enter(PASSWORD)
        person.timed.clear()
    say(f"{len(people)} people at once for {seconds} s")
    began = time.monotonic()
    with ThreadPoolExecutor(len(people)) as pool:
        at_work = [
            pool.submit(person.work, began + seconds, random.Random(number), words)  # noqa: S311 - the same every time
            for number, person in enumerate(people)
        ]
    for one in at_work:
        one.result()  # whoever stumbled tells why
    return people, time.monotonic() - began


# -- what is told ------------------------------------------------------------------------------------------------------


def table(timed: Sequence[Timed], seconds: float) -> Iterator[str]:
    """What was asked, how often, how fast, and how often in vain."""
    by_name: dict[str, list[Timed]] = defaultdict(list)
    for one in timed:
        by_name[one.what].append(one)
    yield f"{'what':<40}{'requests':>9}{'a second':>9}{'median':>8}{'95 %':>8}{'most':>8}{'refused':>9}{'faults':>8}"
    for name, rows in [*sorted(by_name.items()), ("all", list(timed))]:
        times = sorted(one.seconds * 1000 for one in rows)
        late = times[max(round(len(times) * 0.95) - 1, 0)]
        refused = sum(400 <= one.status < SERVER_FAULT for one in rows)
        faults = sum(one.status == 0 or one.status >= SERVER_FAULT for one in rows)
        yield (
            f"{name:<40}{len(rows):>9}{len(rows) / seconds:>9.1f}{statistics.median(times):>8.0f}{late:>8.0f}"
            f"{times[-1]:>8.0f}{refused:>9}{faults:>8}"
        )


def machine() -> str:
    return f"times in ms · {os.cpu_count()} cores · {platform.machine()} · Python {platform.python_version()}"


if __name__ == "__main__":
    main()
