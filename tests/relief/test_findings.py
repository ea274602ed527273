"""A finding tells what it compared, on which days, and what somebody said of it; the list goes on paper."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from center.kernel.errors import Incomplete, NotAllowed
from center.models import IssuedDocument
from relief.actions import findings as marks
from relief.actions import funds
from relief.enums import Bucket, LedgerKind
from relief.models import Application, FindingMark, Instalment, Payment
from relief.queries import findings
from relief.queries.finding_facts import FACTS, Compared, compared
from tests.relief.make import make_paid, make_source, move

pytestmark = pytest.mark.django_db


def test_every_rule_about_payments_tells_what_it_compared(house):
    payment = make_paid(house)

    assert set(FACTS) == set(findings.RULES)
    assert {type(compared(rule, payment)) for rule in FACTS} == {Compared}


def test_the_two_values_and_the_days_of_some_rules(house):
    payment = make_paid(house)
    due = timezone.localdate() - timedelta(days=40)
    Instalment.objects.update(due_on=due)
    Application.objects.update(noticed_amount="800.00")
    Payment.objects.update(answered_on=timezone.localdate() - timedelta(days=3))
    payment = Payment.objects.select_related("application", "instalment__award").get()

    late, noticed, unsigned = (compared(rule, payment) for rule in ("late", "differs_from_notice", "without_receipt"))

    assert (late.wanted, late.days) == (f"payable on {due}", 40)
    assert (noticed.wanted, noticed.found) == ("on the notice 800.00", "granted 1,000.00")
    assert (unsigned.found, unsigned.days) == ("no receipt", 3)


def test_the_auditor_marks_and_the_last_word_stands(house, enter):
    payment = make_paid(house)
    page = reverse("relief:finding", args=["without_receipt"])
    client = enter(house.auditor)

    refused = client.post(page, {"payments": [payment.code], "state": "explained", "text": ""})
    marked = client.post(page, {"payments": [payment.code], "state": "explained", "text": "signed at home"})

    assert (refused.status_code, marked.status_code) == (422, 302)
    assert "signed at home" in client.get(page).content.decode()
    with pytest.raises(NotAllowed, match="Only the auditor marks"):
        marks.mark([payment], rule="late", state="checked", by=house.leader)
    with pytest.raises(Incomplete, match="at least one payment"):
        marks.mark([], rule="late", state="checked", by=house.auditor)
    with pytest.raises(IntegrityError, match="finding_explained_has_a_text"), transaction.atomic():
        FindingMark.objects.update(text="")


def test_the_list_is_printed_and_kept(house, enter):
    make_paid(house)

    answer = enter(house.auditor).post(reverse("relief:finding_print", args=["without_receipt"]))

    assert (answer["Content-Type"], IssuedDocument.objects.get().kind) == ("application/pdf", "findings")
    assert enter(house.auditor).post(reverse("relief:finding_print", args=["nothing"])).status_code == 404


def test_money_that_was_moved_or_carried_over_and_never_granted_is_idle(house, enter):
    today = timezone.localdate()
    old = {"received_on": today - timedelta(days=400), "idle_warning_days": 180}
    source = make_source(office=house.office, money="0", **old)
    giver = make_source(office=house.office, money="5000")
    asked = funds.ask_transfer(
        giver, taker=source, amount=Decimal(900), reason="more need", reason_code="transfer", by=house.accountant
    )
    funds.settle(asked, by=house.leader)

    (found,) = findings.idle(today.year, frozenset([house.office.pk]))
    page = enter(house.auditor).get(reverse("relief:finding", args=["idle"])).content.decode()

    assert (found, found.left, found.idle_since) == (source, Decimal("900.00"), old["received_on"])
    assert (">900.00<" in page, ">400<" in page) == (True, True)


def test_money_that_was_granted_lately_is_not_idle(house):
    source = make_source(
        office=house.office,
        money="0",
        received_on=timezone.localdate() - timedelta(days=400),
    )
    day = timezone.now() - timedelta(days=300)
    move(source, LedgerKind.RECEIVE, Bucket.OUTSIDE, Bucket.AVAILABLE, "500", by=house.accountant, at=day)
    before = findings.idle(timezone.localdate().year, frozenset([house.office.pk])).count()
    move(source, LedgerKind.COMMIT, Bucket.AVAILABLE, Bucket.COMMITTED, "100", by=house.accountant)

    assert (before, findings.idle(timezone.localdate().year, frozenset([house.office.pk])).count()) == (1, 0)
