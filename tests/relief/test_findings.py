"""A finding tells what it compared, on which days, and what somebody said of it; the list goes on paper."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from center.errors import Incomplete, NotAllowed
from center.models import IssuedDocument
from relief import findings
from relief.actions import findings as marks
from relief.finding_facts import FACTS, Compared, compared
from relief.models import Application, FindingMark, Instalment, Payment
from tests.relief.make import make_paid

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
