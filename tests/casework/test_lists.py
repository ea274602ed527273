"""Every state appears in its list, every filter is a code, and a list of three asks no more questions than of one."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from casework import actions
from casework.actions.visits import Outcome, Words
from casework.enums import (
    LIVING,
    Answer,
    ChangeKind,
    ChangeStatus,
    FileStatus,
    MatterStatus,
    VisitResult,
)
from casework.models import ChangeRequest, Matter
from casework.queries import files as lists
from tests.casework.make import (
    card_number,
    make_employer,
    make_file,
    make_home_visit,
    make_person,
    make_purpose,
    make_visit,
)

pytestmark = pytest.mark.django_db


def rows_of(client, route, **query):
    return {row.pk for row in client.get(reverse(f"casework:{route}"), query).context["page"].object_list}


def make_any_file(office, by, status):
    now = timezone.now()
    more = {
        FileStatus.REFUSED: {
            "refused_by": by,
            "refused_at": now,
            "refused_reason": "not_eligible",
            "refused_text": "no",
        },
        FileStatus.ARCHIVED: {"archived_by": by, "archived_at": now},
        FileStatus.RETURNED: {"returned_by": by, "returned_at": now, "returned_reason": "other", "returned_text": "x"},
    }
    return make_file(office=office, by=by, status=status, **more.get(FileStatus(status), {}))


@pytest.mark.parametrize("status", FileStatus.values)
def test_a_file_of_every_state_stands_in_a_view_of_its_own_and_says_who_and_when(at, officer, office, status):
    file = make_any_file(office, officer, status)
    client = at(officer)

    views = {view for view in lists.VIEWS if file.pk in rows_of(client, "files", view=view)}
    page = client.get(reverse("casework:file", args=[file.code]))

    assert "all" in views
    assert views & {"in_force", "in_hand", "exited", "cancelled"}
    assert (status in LIVING) == bool(views & {"in_force", "in_hand"})
    assert str(FileStatus(status).label) in page.content.decode()
    ending = page.context["ending"]
    ended = {"returned", "refused", "exited", "cancelled", "archived"}
    assert (ending is not None) == (status in ended)
    assert ending is None or (ending["by"], ending["at"] is not None) == (officer, True)


@pytest.mark.parametrize("result", [*VisitResult.values, "undone"])
def test_a_visit_of_every_result_is_found_by_it(at, clerk, office, result):
    undone = {"undone_by": clerk, "undone_at": timezone.now()} if result == "undone" else {"result": result}
    visit = make_visit(office=office, by=clerk, **undone)
    client = at(clerk)

    found = {one for one in [*VisitResult.values, "undone"] if visit.pk in rows_of(client, "visits", result=one)}

    assert found == {result}
    assert rows_of(client, "visits", result="nonsense") == (set() if result == "undone" else {visit.pk})


@pytest.mark.parametrize("status", MatterStatus.values)
def test_a_matter_of_every_state_is_in_a_list(at, office, clerk, officer, leader, status):
    matter = transfer(office, clerk, officer)
    if status == MatterStatus.RETURNED:
        actions.return_matter(matter, reason="not_ours", text="housing", by=officer)
    if status in {MatterStatus.ACCEPTED, MatterStatus.CLOSED}:
        actions.accept_matter(matter, by=officer)
    if status == MatterStatus.CLOSED:
        actions.deliver_matter(matter, by=officer)
        told = {"reply": "paid", "told_how": "by_phone", "report": "done", "archive_number": "A-1"}
        actions.close_matter(matter, result="settled", by=officer, **told)
    client = at(leader)

    states = {
        state for state in ("", "returned", "closed", "all") if matter.pk in rows_of(client, "matters", state=state)
    }

    wanted = {"all"} | ({"closed"} if status == MatterStatus.CLOSED else {""})
    assert states == wanted | ({"returned"} if status == MatterStatus.RETURNED else set())
    assert Matter.objects.get().status == status


@pytest.mark.parametrize("status", ChangeStatus.values)
def test_a_change_of_every_state_is_found_by_it_and_read_in_words(at, office, officer, officer2, status):
    file = make_file(office=office, by=officer)
    account = {"holder": file.household.head, "card": card_number(), "bank": "ICBC", "reason": "lost"}
    change = actions.propose_account(file, **account, by=officer)
    if status == ChangeStatus.CONFIRMED:
        actions.confirm_change(change, card=account["card"], by=officer2)
    if status == ChangeStatus.REFUSED:
        actions.refuse_change(change, text="another card", by=officer2)
    client = at(officer)

    assert {one for one in ChangeStatus.values if rows_of(client, "changes", state=one)} == {status}
    assert rows_of(client, "changes", state=status, kind=ChangeKind.ACCOUNT) == {change.pk}
    assert rows_of(client, "changes", state=status, kind=ChangeKind.INCOME) == set()
    assert bool(rows_of(client, "changes", state="nonsense")) == (status == ChangeStatus.PROPOSED)


@pytest.mark.parametrize("kind", ["account", "add", "end", "income", "spending", "category"])
def test_a_change_of_every_kind_is_read_in_words_not_in_keys(at, office, clerk, officer, kind):
    file = make_file(office=office, by=officer)
    head = file.household.head
    leaving = file.household.memberships.create(person=make_person(office=office, name="钱大力"), relation="10")
    line = {"amount": "1200.00", "year_ending_on": timezone.localdate(), "reason": "told us", "by": clerk}
    {
        "account": lambda: actions.propose_account(
            file, holder=head, card=card_number(), bank="ICBC", reason="lost", by=clerk
        ),
        "add": lambda: actions.propose_member(file, relation="20", full_name="赵小明", reason="born", by=clerk),
        "end": lambda: actions.propose_leaving(
            file, membership=leaving, until=timezone.localdate(), why="married", reason="married", by=clerk
        ),
        "income": lambda: actions.propose_income(file, person=head, kind="wage_income", **line),
        "spending": lambda: actions.propose_spending(file, kind="rigid_illness", **line),
        "category": lambda: actions.propose_category(file, category="relative", reason="works", by=clerk),
    }[kind]()

    page = at(officer).get(reverse("casework:change", args=[ChangeRequest.objects.get().code]))

    shown = {label for label, *_values in page.context["rows"]}
    assert shown & {"do", "membership", "person", "kind", "amount", "year_ending_on"} == set()
    assert shown
    values = {str(value) for _label, *both in page.context["rows"] for value in both}
    assert values & {"wage_income", "rigid_illness", "deep", "relative", "10", "20", "add", "end"} == set()


@pytest.mark.parametrize("answer", ["", *Answer.values])
def test_a_call_of_every_answer_is_in_a_list(at, office, clerk, answer):
    visit = make_visit(office=office, by=clerk, person=make_person(office=office))
    call = visit.callbacks.create(due_on=timezone.localdate())
    for _attempt in range(3 if answer == Answer.NO_ANSWER else 1 if answer else 0):
        call.refresh_from_db()
        actions.make_call(call, answer=answer, note="nothing came", by=clerk)
    client = at(clerk)

    assert {one for one in ["", *Answer.values] if call.pk in rows_of(client, "callbacks", answer=one)} == {answer}


def test_visits_are_filtered_by_purpose_by_day_and_by_who_received_them(at, office, clerk, officer):
    today = timezone.localdate()
    mine = make_visit(office=office, by=clerk, purpose="advice")
    other = make_visit(office=office, by=officer, purpose="petition", received_on=today - timedelta(days=3))
    client = at(clerk)

    assert rows_of(client, "visits", purpose="advice") == {mine.pk}
    assert rows_of(client, "visits", handler="me") == {mine.pk}
    assert rows_of(client, "visits", since=today) == {mine.pk}
    assert rows_of(client, "visits", until=today - timedelta(days=1)) == {other.pk}
    assert rows_of(client, "visits", since="2026-02-31", until="yesterday", handler="somebody") == {mine.pk, other.pk}


def test_matters_are_filtered_by_their_handler(at, office, clerk, officer, officer2):
    mine = transfer(office, clerk, officer)
    transfer(office, clerk, officer2)

    assert rows_of(at(officer), "matters", handler="me") == {mine.pk}


def test_a_home_visit_of_last_year_is_none_of_this_year(at, office, officer, officer2):
    seen, unseen = (make_file(office=office, by=officer) for _n in "ab")
    this_year = timezone.localdate().replace(month=1, day=1)
    make_home_visit(seen, officer, officer2, visited_on=this_year)
    make_home_visit(unseen, officer, officer2, visited_on=this_year - timedelta(days=1))

    assert rows_of(at(officer), "files", event="unvisited") == {unseen.pk}


def test_an_event_between_days_that_are_none_leaves_the_list_as_it_is(at, office, officer):
    file = make_file(office=office, by=officer)
    client = at(officer)

    assert rows_of(client, "files", event="exited", since="2026-13-01", until="2026-12-31") == {file.pk}
    assert rows_of(client, "files", event="invented", since="2026-01-01", until="2026-12-31") == {file.pk}
    assert rows_of(client, "files", event="exited", since="2026-01-01", until="2026-12-31") == set()


def transfer(office, clerk, officer):
    visit = actions.log_visit(
        office,
        purpose=make_purpose("petition"),
        person=make_person(office=office),
        words=Words(note="wages"),
        outcome=Outcome(result=VisitResult.TRANSFERRED, handler=officer),
        by=clerk,
    )
    return visit.matter


def one_more(noun, office, clerk, officer):
    employer = make_employer(f"厂{timezone.now().timestamp()}")
    person = make_person(office=office, employer=employer, phone="13800001234")
    if noun == "matters":
        transfer(office, clerk, officer)
    elif noun == "callbacks":
        make_visit(office=office, by=clerk, person=person).callbacks.create(due_on=timezone.localdate())
    elif noun in {"visits", "desk"}:
        visit = make_visit(office=office, by=clerk, person=person, employer=employer)
        visit.callbacks.create(due_on=timezone.localdate())
        transfer(office, clerk, officer)
    elif noun == "changes":
        file = make_file(office=office, by=officer)
        actions.propose_category(file, category="relative", reason="works", by=clerk)
    else:
        make_file(office=office, by=officer)


@pytest.mark.parametrize("noun", ["files", "visits", "desk", "matters", "callbacks", "changes"])
def test_a_list_of_three_asks_no_more_questions_than_a_list_of_one(at, office, clerk, officer, noun):
    client, url = at(clerk), reverse(f"casework:{noun}")

    def asked():
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        return len(queries)

    one_more(noun, office, clerk, officer)
    first = asked()
    one_more(noun, office, clerk, officer)
    one_more(noun, office, clerk, officer)

    assert asked() == first


def test_the_people_of_an_employer_are_listed_in_a_constant_number_of_questions(at, office, officer):
    employer = make_employer()
    client, url = at(officer), reverse("casework:employer", args=[employer.code])

    def asked():
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            client.get(url)
        return len(queries)

    make_person(office=office, employer=employer)
    first = asked()
    make_person(office=office, employer=employer)
    make_person(office=office, employer=employer)

    assert asked() == first
