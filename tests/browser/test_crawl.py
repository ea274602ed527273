"""Everybody follows every link they are shown: it opens, and no page gives a number of a person away."""

from __future__ import annotations

import re
from collections import deque
from urllib.parse import urljoin, urlsplit

import pytest
from django.conf import settings as django_settings
from django.db import connections
from django.test import Client

from casework.models import Person
from center.models import Staff
from center.privacy.secret import unseal
from tests.browser.conftest import _clone

PEOPLE = (
    "frontdesk", "officer", "secretary", "member1", "chair", "accountant", "cashier", "auditor", "jobs", "legal",
    "leader", "grassroots", "admin",
)  # fmt: skip
LINK = re.compile(r'(?:href|hx-get)="([^"]+)"')
CODE = re.compile(r"^[A-Z0-9]{10}$|^\d+$|^Q?[A-Z]\d{4}-\d{4}-\d+$")
# An ID number, a bank card, a mobile phone, each whole; digits of longer runs (digests, codes of papers) are not.
WHOLE = re.compile(r"(?<![0-9A-Za-z])(?:\d{17}[\dXx]|\d{16,19}|1[3-9]\d{9})(?![0-9A-Za-z])")
ELSEWHERE = ("/static/", "/admin/", "/logout/", "/documents/", "/favicon.ico")


@pytest.fixture(scope="module")
def district(demo_template, django_db_blocker):
    with django_db_blocker.unblock(), _clone(demo_template, "_crawl") as name:
        yield name
        connections.close_all()


def shape(url):
    """The page that an address belongs to, whatever record it shows."""
    parts = urlsplit(url)
    keys = ",".join(sorted(pair.split("=")[0] for pair in parts.query.split("&") if pair))
    return "/".join("*" if CODE.match(part) else part for part in parts.path.split("/")) + "?" + keys


def pages(client):
    """(address, answer) of one page of each shape that can be reached from the start."""
    waiting, seen = deque(["/"]), {shape("/")}
    while waiting:
        url = waiting.popleft()
        answer = client.get(url, HTTP_ACCEPT="text/html")
        yield url, answer
        if "text/html" not in answer.headers.get("Content-Type", ""):
            continue
        if answer.status_code in {301, 302}:
            found = [answer.headers["Location"]]
        else:
            found = LINK.findall(answer.content.decode())
        for link in found:
            target = urljoin(url, link.replace("&amp;", "&")).split("#")[0]
            if target.startswith("/") and not target.startswith(ELSEWHERE) and shape(target) not in seen:
                seen.add(shape(target))
                waiting.append(target)


@pytest.mark.parametrize("username", PEOPLE)
def test_every_link_opens_and_gives_no_number_away(district, username, settings):
    settings.DEMO, settings.ALLOWED_HOSTS = True, ["*"]
    client = Client()
    client.force_login(Staff.objects.get(username=username), backend=django_settings.AUTHENTICATION_BACKENDS[-1])
    closed, told = [], []

    visited = 0
    for url, answer in pages(client):
        visited += 1
        if answer.status_code >= 400:
            closed.append(f"{answer.status_code} {url}")
        if answer.streaming or "text/html" not in answer.headers.get("Content-Type", ""):
            continue
        told += [f"{url}: {number}" for number in WHOLE.findall(answer.content.decode())]

    assert closed == []
    assert told == []
    assert visited >= 10


def test_the_bait_lies_where_the_crawl_looks(district):
    """The people of this district have numbers that the crawl would see, were a page to show one."""
    person = Person.objects.exclude(id_number=None).first()

    number = unseal(person.id_number._label, bytes(person.id_number))

    assert WHOLE.findall(f"<td>{number}</td>") == [number]
