"""Every list, on the practice district: as many queries for three rows as for one, and a filter for every state."""

import re
from datetime import date
from pathlib import Path
from urllib.parse import urljoin

import pytest
from django.apps import apps
from django.core.paginator import Paginator
from django.db import connection
from django.db.models import DateField
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.house.conftest import entered
from tests.house.crawl import links
from tests.house.test_routes import ours

# List → somebody who may open it and finds three rows or more.
LISTS = {
    "casework:callbacks": "frontdesk",
    "casework:files": "leader",
    "casework:matters": "leader",
    "casework:visits": "frontdesk",
    "center:access_log": "auditor",
    "center:changes": "auditor",
    "center:gallery": "admin",
    "center:meetings": "secretary",
    "center:notices": "officer",
    "employment:follow_ups": "jobs",
    "employment:referrals": "jobs",
    "employment:seekers": "jobs",
    "employment:vacancies": "jobs",
    "legal:cases": "legal",
    "relief:applications": "officer",
    "relief:batches": "accountant",
    "relief:closings": "accountant",
    "relief:applications_told": "frontdesk",
    "relief:payments": "accountant",
    "relief:register": "auditor",
}
CHOSEN = {"employment:follow_ups": "?state=done"}  # the tab that has rows
DOORS = {"center:lock", "center:logout"}  # nobody is inside after these
# Lists too short in the practice district → the test of the same rule that builds their rows.
COUNTED_ELSEWHERE = {
    "center:jobs": "center/test_jobs.py::the_list_asks_as_often_for_three_jobs_as_for_one",
    "casework:doubles": "casework/test_joining.py::three_pairs_ask_as_often_as_one",
    "casework:changes": "casework/test_lists.py::a_list_of_three_asks_no_more_questions_than_a_list_of_one",
    "relief:corrections": "relief/test_pages.py::a_list_costs_the_same_for_one_row_and_for_three",
    "relief:failed": "relief/test_pages.py::a_list_costs_the_same_for_one_row_and_for_three",
    "relief:receipts": "relief/test_pages.py::a_list_costs_the_same_for_one_row_and_for_three",
    "casework:imports": "casework/test_import_pages.py::the_list_asks_as_often_for_three_imports_as_for_one",
}


class Pages:
    """What a page laid out by pages of `size` rows shows: the rows of its list and the queries that it took."""

    def __init__(self, monkeypatch):
        self.size, self.shown = 0, []
        lay_out, pages = Paginator.__init__, self

        def start(paginator, rows, _per_page, *args, **kwargs):
            lay_out(paginator, rows, pages.size, *args, **kwargs)

        show = Paginator.page

        def page(paginator, number):
            found = show(paginator, number)
            pages.shown.append(len(found.object_list))
            return found

        monkeypatch.setattr(Paginator, "__init__", start)
        monkeypatch.setattr(Paginator, "page", page)

    def of(self, client, url, size):
        self.size, self.shown = size, []
        with CaptureQueriesContext(connection) as queries:
            status = client.get(url).status_code
        return status, self.shown, [query["sql"] for query in queries]


@pytest.mark.parametrize("place", COUNTED_ELSEWHERE.values())
def test_the_rule_that_stands_elsewhere_stands_there(place):
    path, name = place.split("::")

    assert f"def test_{name}(" in (Path(__file__).parents[1] / path).read_text()


def plain_lists(district, monkeypatch):
    """The routes without arguments that lay their rows out by pages, for whoever may open them."""
    pages, found = Pages(monkeypatch), set()
    names = [name for name, pattern in ours() if not pattern.pattern.converters and name not in DOORS]
    for username in ("leader", "auditor", "admin", "jobs", "legal", "frontdesk"):
        client = entered(username)
        for name in names:
            if name not in found and pages.of(client, reverse(name), 3)[1]:
                found.add(name)
    return found


def test_these_are_all_the_lists(district, monkeypatch):
    assert plain_lists(district, monkeypatch) == LISTS.keys() | COUNTED_ELSEWHERE.keys()


# Of whom the first two have no account yet, on some days of the year: what nobody has is not asked for.
FEWEST = {"relief:payments": 3}


@pytest.mark.parametrize("route", LISTS)
def test_three_rows_take_as_many_queries_as_one(district, monkeypatch, route):
    pages, client = Pages(monkeypatch), entered(LISTS[route])
    url = reverse(route) + CHOSEN.get(route, "")
    pages.of(client, url, 3)  # whatever is remembered is remembered now

    few = FEWEST.get(route, 1)
    one, three = (pages.of(client, url, size) for size in (few, few + 2))

    assert (one[:2], three[:2]) == ((200, [few]), (200, [few + 2]))
    assert len(one[2]) == len(three[2]), "\n".join(three[2])


# Whose states are looked for in which list; the first word of a state's own page is its address.
STATES = {
    "casework.HardshipFile": ("casework:files", "leader"),
    "casework.Matter": ("casework:matters", "leader"),
    "center.Meeting": ("center:meetings", "secretary"),
    "center.Notice": ("center:notices", "officer"),
    "employment.Referral": ("employment:referrals", "jobs"),
    "employment.Seeker": ("employment:seekers", "jobs"),
    "employment.Vacancy": ("employment:vacancies", "jobs"),
    "legal.Case": ("legal:cases", "legal"),
    "relief.Application": ("relief:applications", "officer"),
    "relief.Batch": ("relief:batches", "accountant"),
    "relief.Closing": ("relief:closings", "accountant"),
}
OPTION = re.compile(r'<select\b[^>]*\bname="([^"]+)".*?</select>', re.DOTALL)
VALUE = re.compile(r'<option\b[^>]*\bvalue="([^"]*)"')


def listed(client, start):
    """The addresses that a list shows under any of its tabs, choices and pages."""
    waiting, seen, shown = [start], set(), set()
    while waiting:
        url = waiting.pop()
        if url in seen:
            continue
        seen.add(url)
        text = client.get(url).content.decode()
        targets = set(links(url, text))
        if url == start:
            targets |= {f"{start}?{one[1]}={value}" for one in OPTION.finditer(text) for value in VALUE.findall(one[0])}
        waiting += [urljoin(start, target) for target in targets if target.partition("?")[0] == start]
        shown |= {target.partition("?")[0] for target in targets}
    return shown


def address_of(record):
    if hasattr(record, "get_absolute_url"):
        return record.get_absolute_url()
    return reverse(f"center:{record._meta.model_name}", args=[record.code])


@pytest.mark.parametrize("label", STATES)
def test_every_state_is_found_in_its_list(district, label):
    model, (route, username) = apps.get_model(label), STATES[label]
    shown = listed(entered(username), reverse(route))

    states = {record.status for record in model._default_manager.all()}
    found = {record.status for record in model._default_manager.all() if address_of(record) in shown}

    assert found == states


def days_of(model):
    """A day for every day of a record: a state that is late has another tone."""
    return {one.name: date(2026, 3, 5) for one in model._meta.fields if type(one) is DateField}


def test_every_state_says_its_tone():
    """`tone` of a state is one of the five, and each state that ends or stops something is not plain by oversight."""
    tones, wrong = {"plain", "info", "ok", "warning", "danger"}, []
    for model in apps.get_models():
        if hasattr(model, "tone") and hasattr(model, "MAY_BECOME") and not hasattr(model, "pgh_tracked_model"):
            for status in model._meta.get_field("status").choices:
                tone = model(status=status[0], **days_of(model)).tone
                wrong += [f"{model.__name__}.{status[0]}: {tone}"] if tone not in tones else []

    assert wrong == []
