"""Who is told what when something cannot be done in a case."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from center.kernel.errors import Incomplete, NotAllowed
from legal import actions
from legal import permissions as may
from legal.queries.conflicts import conflicts
from tests.legal.make import make_case
from tests.refused import ours

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate


def test_who_has_no_office_takes_no_case_in(handler):
    assert may.why_not_take_in(handler, None) == "You have no office."


def test_only_the_window_and_the_legal_officer_take_cases_in(leader, office):
    assert ours(may.why_not_take_in(leader, office)) == "Your roles do not take in cases at this office."


def test_in_a_refused_case_no_money_is_written_down(handler, leader, office):
    case = make_case(handler=handler, office=office)
    refused = actions.refuse_aid(case, reason="no_grounds", text="no paper", by=leader)

    assert may.why_not_write_recovery(handler, refused) == f"“{refused}” is Aid refused."


def test_only_those_on_a_case_write_its_money_down(handler, colleague, office):
    case = make_case(handler=handler, office=office)

    assert may.why_not_write_recovery(colleague, case).startswith("Only the handler and the colleagues")


def test_advice_is_not_opened_again_and_what_is_open_neither(handler, leader, office):
    case = make_case(handler=handler, office=office)
    closed = actions.close_case(
        make_case(handler=handler, office=office), outcome="answered", report="told", by=handler
    )

    assert may.why_not_reopen(leader, case) == f"“{case}” is Aid applied for."
    assert may.why_not_reopen(leader, closed).startswith("Advice that was closed is not reopened")


def test_only_the_leader_opens_a_case_again(handler, leader, office):
    case = make_case(handler=handler, office=office)
    actions.grant_aid(case, by=leader)
    closed = actions.close_case(case, outcome="settled", report="paid", by=handler)

    said = f"Only the leader reopens a case. Who can: Center leader ({leader})."
    assert (may.why_not_reopen(handler, closed), may.why_not_reopen(leader, closed)) == (said, "")


def test_a_clock_is_stopped_once(handler, office):
    case = make_case(handler=handler, office=office)
    stopped = actions.stop_clock(case.clocks.get(), by=handler)

    assert may.why_not_stop(handler, stopped) == "This clock stopped already."


def test_the_letter_is_issued_by_those_on_the_case_and_the_leader(handler, colleague, leader, office):
    case = actions.grant_aid(make_case(handler=handler, office=office), by=leader)

    assert [may.why_not_print(one, case) for one in (handler, leader)] == ["", ""]
    assert may.why_not_print(colleague, case).startswith("Only the handler and the colleagues")


@pytest.mark.parametrize("said", [{"type": "divorce"}, {"help_form": "money"}, {"claim": " "}])
def test_a_case_has_its_kind_its_form_and_its_claim(handler, office, said):
    with pytest.raises(Incomplete, match="the claim in words"):
        make_case(handler=handler, office=office, **said)


def test_the_handler_of_a_case_is_a_legal_officer_of_its_office(handler, leader, clerk, office):
    with pytest.raises(NotAllowed, match="a legal-aid officer of this office"):
        make_case(handler=clerk, office=office)
    case = make_case(handler=handler, office=office)
    with pytest.raises(NotAllowed, match="a legal-aid officer of this office"):
        actions.assign_case(case, handler=handler, colleagues=[clerk], by=leader)


def test_no_limit_runs_from_a_day_to_come(handler, office):
    with pytest.raises(Incomplete, match="a day that has come"):
        make_case(handler=handler, office=office, type="women", days={"harm": TODAY() + timedelta(days=1)})


def test_a_stage_a_line_and_a_trigger_are_chosen_from_their_lists(handler, office):
    case = make_case(handler=handler, office=office)

    for wrong in ({"stage": "moon"}, {"stage": "first", "help_form": "money"}):
        with pytest.raises(Incomplete, match="Choose the stage"):
            actions.move_stage(case, by=handler, **wrong)
    for wrong in ({"kind": "song", "text": "x"}, {"kind": "note", "text": " "}):
        with pytest.raises(Incomplete, match="Write what happened"):
            actions.write_event(case, on=TODAY(), by=handler, **wrong)
    with pytest.raises(Incomplete, match="Choose what happened"):
        actions.start_clocks(case, trigger="moon", on=TODAY(), by=handler)


def test_what_sets_nothing_going_in_a_case_of_this_kind_is_refused(handler, office):
    case = make_case(handler=handler, office=office, type="wage_arrears")

    with pytest.raises(Incomplete, match="Nothing runs from this"):
        actions.start_clocks(case, trigger="harm", on=TODAY(), by=handler)


def test_another_side_without_a_record_of_its_own_is_found_by_its_name(handler, office):
    case = make_case(handler=handler, office=office)

    assert conflicts(name=str(case.parties.get().name)) == [case]
    assert conflicts(name="nobody") == []
