"""A list leaves the house exactly as it is seen: its filter and order, masked, counted, logged; not by everybody."""

from __future__ import annotations

import io
from datetime import date, timedelta

import pytest
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from python_calamine import CalamineWorkbook

from casework import actions
from casework.actions.visits import Outcome
from casework.exchange.lists import CALLS_BACK, FILES, MATTERS, VISITS
from casework.models import Callback, Visit
from center.exchange.lists import LISTS, issue_list
from center.exchange.prove import Answer, prove
from center.kernel.errors import Incomplete
from center.kernel.roles import Permission, Role
from center.models import AccessEntry, Export, Job
from center.site import worker
from center.views import lists as answers
from tests.casework.make import (
    make_employer,
    make_file,
    make_household,
    make_person,
    make_purpose,
    make_staff,
    make_visit,
)

pytestmark = pytest.mark.django_db


def read(data):
    """The rows below the headings, and the second sheet as pairs."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    first, second = (book.get_sheet_by_index(n).to_python() for n in (0, 1))
    return first, dict(row[:2] for row in second if row[0])


def body(data):
    first, _about = read(data)
    return first[3:]  # title, filter, headings


@pytest.fixture
def filed(office, officer):
    """Two files in force and one exited, of people whom one knows by name."""

    def file(name, **fields):
        head = make_person(office=office, name=name, employer=make_employer("红星纺织厂"))
        return make_file(office=office, by=officer, household=make_household(office=office, head=head), **fields)

    return [file("赵丽华"), file("钱大力", is_temporary=True), file("孙小明", status="exited")]


@pytest.fixture
def matter(office, clerk, officer):
    visit = actions.log_visit(
        office,
        purpose=make_purpose("petition"),
        person=make_person(office=office, name="李四光", phone="13800001234"),
        outcome=Outcome(result="transferred", handler=officer),
        by=clerk,
    )
    return visit.matter


def test_the_workbook_holds_the_rows_of_the_page_in_its_order(at, officer, filed):
    client, url = at(officer), reverse("casework:files") + "?view=in_force&page=1"
    page = client.get(url)

    data = client.post(url, {"export": "xlsx"})

    assert [row[0] for row in body(data.content)] == [file.number for file in page.context["page"]]
    assert data["Content-Disposition"].startswith('attachment; filename="files-X')
    assert prove(data.content).answer == Answer.IDENTICAL


def test_names_are_masked_and_the_second_sheet_and_the_log_count_the_rows(at, officer, filed):
    data = at(officer).post(reverse("casework:files") + "?view=all&category=deep", {"export": "xlsx"}).content

    first, about = read(data)
    entry = AccessEntry.objects.get(kind="export")
    made = Export.objects.get()
    assert "赵丽华" not in str(first)
    assert [row[1] for row in body(data)] == ["孙*明", "钱*力", "赵*华"]
    assert (about["Rows"], entry.rows, made.rows, made.kind) == ("3", 3, 3, "casework.files")
    assert (about["List"], about["Category"]) == ("all", first[1][0].split("Category: ")[1])


def test_every_list_goes_out_with_what_it_shows(at, office, officer, matter):
    Callback.objects.create(visit=matter.visit, matter=matter, due_on=date(2026, 3, 2))
    Callback.objects.create(
        visit=make_visit(office=office, by=officer),
        due_on=date(2026, 3, 1),
        answer="satisfied",
        done_by=officer,
        done_at=timezone.now(),
    )
    group = make_visit(office=office, by=officer, people=7, received_at=timezone.now() + timedelta(minutes=1))
    client = at(officer)

    sent = {
        name: body(client.post(reverse(f"casework:{name}") + query, {"export": "xlsx"}).content)
        for name, query in (
            ("visits", "?result=&handler="),
            ("matters", "?state="),
            ("callbacks", ""),
            ("callbacks", "?answer=satisfied"),
        )
    }

    assert [row[2] for row in sent["visits"]][:1] == ["Group of 7"]
    assert [row[0] for row in sent["visits"]][1:] != []
    assert [(row[0], row[3], row[4]) for row in sent["matters"]] == [(matter.number, "李*光", str(officer))]
    assert [(row[1], row[2], row[6]) for row in sent["callbacks"]] == [("gave no name", "", "Satisfied")]
    assert group in Visit.objects.all()


def test_the_filter_stands_in_words(officer, matter):
    words = {
        "visits": VISITS.words(QueryDict("since=2026-01-01&kind=calls&purpose=petition&result=undone&handler=me")),
        "matters": MATTERS.words(QueryDict("state=late&kind=petition&event=opened&until=2026-02-01&handler=me")),
        "calls": CALLS_BACK.words(QueryDict("answer=no_answer")),
        "files": FILES.words(QueryDict("view=nowhere&event=standing&until=2026-02-01")),
    }

    assert words == {
        "visits": [
            ("From", "2026-01-01"),
            ("Channel", "Calls"),
            ("What for", str(matter.visit.purpose)),
            ("Result", "taken back"),
            ("First receiver", "me"),
        ],
        "matters": [
            ("State", "late"),
            ("Kind", "Petition"),
            ("Event", "opened"),
            ("Until", "2026-02-01"),
            ("Handler", "me"),
        ],
        "calls": [("Answer", "No answer three times")],
        "files": [("List", "in force"), ("Event", "standing"), ("Until", "2026-02-01")],
    }


def test_the_front_desk_has_no_button_and_is_refused_with_a_sentence(at, clerk, filed):
    client, url = at(clerk), reverse("casework:files")

    page, sent = client.get(url).content.decode(), client.post(url, {"export": "xlsx"}, follow=True)

    assert "Export what I see" not in page
    assert "Your roles do not take lists out of the house." in sent.content.decode()
    assert Export.objects.count() == 0


@pytest.mark.parametrize("role", Role)
def test_who_may_take_lists_out(role):
    staff = make_staff(role)

    assert staff.may_somewhere(Permission.EXPORT_LISTS) == (
        role in {Role.OFFICER, Role.LEADER, Role.AUDITOR, Role.ACCOUNTANT, Role.CASHIER, Role.JOBS, Role.LEGAL}
    )


def test_a_long_list_goes_to_the_worker_and_comes_out_the_same(at, officer, filed, monkeypatch):
    monkeypatch.setattr(answers, "INLINE_ROWS", 1)
    monkeypatch.setattr("center.exchange.lists.CHUNK", 1)

    sent = at(officer).post(reverse("casework:files") + "?view=all", {"export": "xlsx"})
    job = Job.objects.get()
    told = []
    outcome = worker.KINDS[job.kind](job, lambda *said: told.append(said))

    assert sent.url == job.get_absolute_url()
    assert len(body(outcome.result[1])) == 3
    assert told == [(1, 3, ""), (2, 3, ""), (3, 3, "")]
    assert outcome.message == f"{Export.objects.get().number}: 3 rows."


def test_another_offices_rows_do_not_go_out(stranger, filed):
    with pytest.raises(Incomplete, match="This list is empty"):
        issue_list(LISTS["casework.files"], "view=all", office=stranger.home_office, by=stranger)

    assert Export.objects.count() == 0
