"""The decision in writing: one letter each, frozen, behind the wall; and money beyond the award."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from center.kernel.errors import Incomplete, NotAllowed
from center.kernel.roles import Role
from center.models import IssuedDocument
from legal import actions
from legal.prints import issue_decision
from tests.casework.make import make_staff
from tests.legal.make import make_case

pytestmark = pytest.mark.django_db


def letters(case):
    return list(IssuedDocument.objects.filter(subject=f"legal.case:{case.pk}").order_by("pk"))


def page(case):
    return reverse("legal:case", args=[case.code])


@pytest.fixture
def asked(handler, office):
    return make_case(handler=handler, office=office)


def test_the_worker_gets_the_acceptance_in_writing_once(enter, asked, handler, leader):
    actions.grant_aid(asked, text="within our scope", by=leader)
    client = enter(handler)

    shown = client.get(page(asked)).content.decode()
    answers = [client.post(reverse("legal:letter", args=[asked.code])) for _time in range(2)]
    issued = letters(asked)

    assert "Issue the letter of the decision" in shown
    assert [answer["Location"] for answer in answers] == [f"{page(asked)}#letter"] * 2
    assert [(one.kind, one.issued_by, bool(one.number)) for one in issued] == [("aid_granted", handler, True)]
    assert "Issue the letter of the decision" not in client.get(page(asked)).content.decode()


def test_a_refusal_and_the_later_acceptance_are_two_letters(asked, leader):
    actions.refuse_aid(asked, reason="papers", text="no contract shown", by=leader)
    first = issue_decision(asked, by=leader)
    actions.grant_aid(asked, by=leader)
    second = issue_decision(asked, by=leader)

    assert [one.kind for one in letters(asked)] == ["aid_refused", "aid_granted"]
    assert first.number != second.number


def test_before_the_decision_there_is_no_letter(enter, asked, handler):
    with pytest.raises(NotAllowed, match="not decided yet"):
        issue_decision(asked, by=handler)

    sent = enter(handler).post(reverse("legal:letter", args=[asked.code]), follow=True)

    assert "Aid is not decided yet." in sent.content.decode()
    assert letters(asked) == []


def test_nobody_outside_the_case_issues_or_opens_its_letter(enter, asked, leader, colleague, clerk, office):
    actions.grant_aid(asked, by=leader)
    issued = issue_decision(asked, by=leader)
    auditor = make_staff(Role.AUDITOR, office=office)

    asked_for = [enter(staff).post(reverse("legal:letter", args=[asked.code])) for staff in (colleague, clerk, auditor)]
    opened = [enter(staff).post(reverse("center:issued", args=[issued.code])) for staff in (colleague, clerk, auditor)]

    assert [answer.status_code for answer in asked_for] == [404, 403, 403]
    assert [answer.status_code for answer in opened] == [404, 404, 404]
    with pytest.raises(NotAllowed):
        issue_decision(asked, by=colleague)


# -- money ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def granted(asked, leader):
    return actions.grant_aid(asked, by=leader)


def receive(case, amount, by, **more):
    today = timezone.localdate()
    return actions.write_recovery(case, amount=Decimal(amount), received_on=today, loss="wages", by=by, **more)


def close(case, awarded, by, **more):
    return actions.close_case(case, outcome="settled", report="done", awarded_amount=awarded, by=by, **more)


def test_a_case_is_not_closed_with_more_received_than_awarded_unless_somebody_says_why(granted, handler):
    receive(granted, 100, handler)

    for awarded in (Decimal(99), None):
        with pytest.raises(Incomplete, match="say why"):
            close(granted, awarded, handler)
    closed = close(granted, Decimal(99), handler, more_text="interest for delay")

    assert (closed.awarded_amount, closed.more_text) == (99, "interest for delay")


def test_what_was_awarded_may_arrive_whole_without_a_word(granted, handler):
    receive(granted, 100, handler)

    closed = close(granted, Decimal(100), handler, more_text="not needed")

    assert closed.more_text == ""


def test_money_after_the_end_that_goes_beyond_the_award_wants_its_reason(enter, granted, handler):
    close(granted, Decimal(100), handler)
    receive(granted, 60, handler)
    typed = {"step": "received", "amount": "50", "received_on": timezone.localdate().isoformat(), "loss": "wages"}

    refused = enter(handler).post(page(granted), typed)
    done = enter(handler).post(page(granted), typed | {"more_text": "interest"})
    granted.refresh_from_db()

    assert (refused.status_code, "say why" in refused.content.decode(), done.status_code) == (422, True, 302)
    assert (granted.more_text, granted.recoveries.count()) == ("interest", 2)


def test_the_reason_is_asked_for_only_where_money_can_be_too_much(enter, granted, handler):
    client = enter(handler)

    fields = {
        step: set(client.get(page(granted), {"step": step}).context["form"].fields) for step in ("received", "close")
    }

    assert ["more_text" in names for names in fields.values()] == [False, False]
