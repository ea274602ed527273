"""A small browser without a screen: cookies, forms as they stand on a page, and how long each answer took."""

from __future__ import annotations

import http.client
import re
import time
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlencode, urlsplit

PATIENCE = 120  # seconds for one answer
REDIRECTS = (301, 302, 303)


@dataclass(frozen=True)
class Timed:
    """One request: what it was for, how long it took, what came back (0: no answer at all)."""

    what: str
    seconds: float
    status: int


@dataclass
class Page:
    status: int
    text: str
    location: str = ""

    @property
    def is_redirect(self) -> bool:
        return self.status in REDIRECTS

    def form(self, *, having: str) -> dict[str, str]:
        """What a form on this page would send if nobody changed anything; the form that holds this field."""
        reader = _Forms()
        reader.feed(self.text)
        return next(form for form in reader.forms if having in form)

    def links(self, pattern: str) -> list[str]:
        return list(dict.fromkeys(re.findall(rf'href="({pattern})"', self.text)))


class _Forms(HTMLParser):
    """Every form with the values that stand in it."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[dict[str, str]] = []
        self.select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said: dict[str, Any] = dict(attrs)
        name, kind = said.get("name"), said.get("type", "text")
        if tag == "form":
            self.forms.append({})
        elif not self.forms:
            return
        elif tag == "select":
            self.select = name or ""
        elif tag == "option" and self.select and ("selected" in said or self.select not in self.forms[-1]):
            self.forms[-1][self.select] = said.get("value") or ""
        elif name and tag == "textarea":
            self.forms[-1].setdefault(name, "")
        elif name and tag == "input" and (kind not in {"radio", "checkbox", "submit", "file"} or "checked" in said):
            self.forms[-1][name] = said.get("value") or ""


@dataclass
class Browser:
    """One person at one computer. Nothing is kept but cookies; every answer is timed under a name."""

    host: str
    username: str
    timed: list[Timed] = field(default_factory=list)
    cookies: dict[str, str] = field(default_factory=dict)
    line: http.client.HTTPConnection | None = None

    def get(self, what: str, path: str) -> Page:
        return self._ask(what, "GET", path)

    def post(self, what: str, path: str, data: dict[str, str]) -> Page:
        return self._ask(what, "POST", path, urlencode(data))

    def enter(self, password: str) -> None:
        form = self.get("log in", "/login/").form(having="password")
        done = self.post("log in", "/login/", form | {"username": self.username, "password": password})
        if not done.is_redirect:
            raise RuntimeError(f"{self.username} cannot log in: {done.status}")

    def _ask(self, what: str, method: str, path: str, body: str | None = None) -> Page:
        began = time.monotonic()
        try:
            page = self._send(method, path, body)
        except (OSError, http.client.HTTPException):
            self.line = None
            page = Page(0, "")
        self.timed.append(Timed(what, time.monotonic() - began, page.status))
        return page

    def _send(self, method: str, path: str, body: str | None) -> Page:
        if self.line is None:
            self.line = http.client.HTTPConnection(self.host, timeout=PATIENCE)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self.line.request(method, path, body, headers)
        answer = self.line.getresponse()
        text = answer.read().decode("utf-8", "replace")
        for cookie in answer.headers.get_all("Set-Cookie") or ():
            name, _equals, value = cookie.split(";", 1)[0].partition("=")
            self.cookies[name.strip()] = value
        parts = urlsplit(answer.headers.get("Location") or "")
        return Page(answer.status, text, parts.path + (f"?{parts.query}" if parts.query else ""))
