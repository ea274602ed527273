"""Nothing typed is lost, nothing happens by default, and a double click makes one of everything."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from casework.models import Employer
from center.kernel.errors import Incomplete, NotAllowed
from legal import actions
from legal.models import Case, CaseEvent, Clock, Recovery
from tests.casework.make import make_person, make_visit
from tests.legal.make import make_case

pytestmark = pytest.mark.django_db
TOKEN = "a" * 32


def url(name, *args):
    return reverse(f"legal:{name}", args=args)


def running(case):
    return case.clocks.filter(ended_at=None)


# -- what is sent ----------------------------------------------------------------------------------------------------


def test_nobody_grants_aid_by_sending_nothing(enter, handler, leader, office):
    case = make_case(handler=handler, office=office)

    answer = enter(leader).post(url("case", case.code), {"text": "yes"})

    assert answer.status_code == 404
    assert Case.objects.get().status == "applied"


def test_an_empty_intake_is_refused_and_not_taken_for_a_first_look(enter, handler):
    assert enter(handler).post(url("intake")).status_code == 422


def test_the_same_intake_sent_twice_is_one_case(enter, handler, office):
    client, person = enter(handler), make_person(office=office, name="Qian")
    typed = {
        "person": person.code, "type": "wage_arrears", "help_form": "advice", "claim": "six months", "people": 1,
        "handler": handler.pk, "token": TOKEN,
    }  # fmt: skip

    first, second = client.post(url("intake"), typed), client.post(url("intake"), typed)

    assert first.url == second.url == Case.objects.get().get_absolute_url()


def test_a_case_that_is_refused_leaves_no_employer_behind(enter, handler, office):
    person = make_person(office=office, name="Qian")
    visit = make_visit(office=office, by=handler, person=person, opened="relief.application:1")
    typed = {
        "visit": visit.code, "type": "wage_arrears", "help_form": "advice", "claim": "six months", "people": 1,
        "handler": handler.pk, "employer": "New Mill",
    }  # fmt: skip

    answer = enter(handler).post(url("intake"), typed)

    assert "This visit has opened another record already." in answer.content.decode()
    assert (answer.status_code, Case.objects.count(), Employer.objects.count()) == (422, 0, 0)


def test_nobody_takes_a_case_over_by_not_being_chosen(enter, handler, colleague, leader, office):
    case = make_case(handler=handler, office=office)
    handler.assignments.all().delete()
    client, page = enter(leader), case.get_absolute_url()

    form = client.get(page, {"step": "assign"}).context["form"]
    answer = client.post(page, {"step": "assign", "handler": form["handler"].value(), "lawyer": "Li, Sanjiang"})

    case.refresh_from_db()
    assert [label for _pk, label in form.fields["handler"].choices] == ["—", str(colleague)]
    assert (answer.status_code, case.handler, case.lawyer) == (422, handler, "")


def test_the_same_line_and_the_same_money_sent_twice_stand_once(enter, handler, office):
    case, client, today = make_case(handler=handler, office=office), enter(handler), timezone.localdate()
    line = {"step": "event", "kind": "talk", "on": today, "text": "called", "token": TOKEN}
    money = {"step": "received", "amount": "1200", "received_on": today, "loss": "wages", "token": TOKEN}

    answers = [client.post(url("case", case.code), typed).status_code for typed in (line, line, money, money)]

    assert answers == [302] * 4
    assert CaseEvent.objects.filter(text="called").count() == 1
    assert [one.amount for one in Recovery.objects.all()] == [Decimal("1200.00")]


# -- limits that are not needed --------------------------------------------------------------------------------------


def test_a_limit_is_dropped_for_a_reason_in_words(enter, handler, office):
    case = make_case(handler=handler, office=office, type="women", days={"harm": timezone.localdate()})
    clock = running(case).get(rule__code="limit_arbitration")
    typed = {"step": "drop", "clock": clock.pk, "reason": "settled", "text": ""}

    refused = enter(handler).post(url("case", case.code), typed)
    done = enter(handler).post(url("case", case.code), typed | {"text": "paid in full"})
    clock = Clock.objects.get(pk=clock.pk)

    assert (refused.status_code, done.status_code) == (422, 302)
    assert (clock.ending, clock.dropped_reason, clock.dropped_text) == ("dropped", "settled", "paid in full")


@pytest.mark.parametrize("said", [{"reason": "closed"}, {"reason": "because"}, {"text": " "}])
def test_the_action_wants_the_reason_too(handler, office, said):
    case = make_case(handler=handler, office=office)

    with pytest.raises(Incomplete, match="not needed"):
        actions.drop_clock(
            case, clock=running(case).first().pk, by=handler, **({"reason": "settled", "text": "paid"} | said)
        )


def test_where_no_limit_runs_none_is_dropped(handler, office):
    case = make_case(handler=handler, office=office)
    clock = running(case).get()
    actions.stop_clock(clock, by=handler)

    with pytest.raises(NotAllowed, match="No limit runs"):
        actions.drop_clock(case, clock=clock.pk, reason="settled", text="paid", by=handler)


def test_the_limit_chosen_in_the_list_is_chosen_in_the_form(enter, handler, office):
    case = make_case(handler=handler, office=office)
    clock = running(case).get()

    page = enter(handler).get(url("case", case.code), {"step": "drop", "clock": clock.pk}).content.decode()

    assert f'<option value="{clock.pk}" selected>' in page


def test_the_limits_of_a_closed_case_say_that_it_was_closed(handler, office):
    case = make_case(handler=handler, office=office)

    actions.close_case(case, outcome="answered", report="told how to ask", by=handler)

    assert list(case.clocks.values_list("ending", "dropped_reason")) == [("dropped", "closed")]


def test_the_database_wants_the_reason_of_a_dropped_limit(handler, office):
    case = make_case(handler=handler, office=office)

    with pytest.raises(IntegrityError, match="clock_dropped_says_why"), transaction.atomic():
        case.clocks.update(ending="dropped", ended_at=timezone.now(), ended_by=handler)


# -- opened again ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("said", [{"reason": ""}, {"text": " "}])
def test_a_case_is_opened_again_for_a_reason_in_words(handler, leader, office, said):
    case = actions.grant_aid(make_case(handler=handler, office=office), by=leader)
    actions.close_case(case, outcome="settled", report="they promised to pay", by=handler)
    why = {"reason": "unpaid", "text": "the second rate did not come"}

    with pytest.raises(Incomplete, match="opened again"):
        actions.reopen_case(case, by=leader, **(why | said))
    case = actions.reopen_case(case, by=leader, **why)

    assert (case.status, case.reopened_reason) == ("granted", "unpaid")


def test_the_database_wants_the_reason_of_a_reopening(handler, leader, office):
    case = make_case(handler=handler, office=office)

    with pytest.raises(IntegrityError, match="case_reopened_has_a_reason"), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(reopened_by=leader, reopened_at=timezone.now(), reopened_text="why")
