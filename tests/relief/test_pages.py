"""Every page of the room opens for whom it is meant, says what it must, and costs the same for one row and for three."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from django.utils import timezone

from relief.actions import decisions, funds, payments
from relief.desk.tasks import tasks_of
from relief.models import Application, Award, Batch, Correction, FundSource, LedgerTransaction, Payment
from tests.relief.make import (
    make_application,
    make_award,
    make_batch,
    make_house,
    make_paid,
    make_source,
    make_version,
    make_worker,
    read_good_return,
    return_file,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def practice(settings):
    """People of these tests need no second factor."""
    settings.DEMO = True


def enter(client, staff):
    staff.language = "en"
    staff.save()
    client.force_login(staff)
    return client


def page(client, name, *args, **query):
    response = client.get(reverse(f"relief:{name}", args=args), query)
    assert response.status_code == 200, (name, response.status_code)
    return response.content.decode()


def test_every_page_opens_for_its_people(client, house):
    payment = make_paid(house)
    batch, source = payment.batch, payment.fund_source
    programme = payment.application.programme
    draft = make_application(house, status="draft")
    ready = make_application(house, status="ready")
    entry = LedgerTransaction.objects.get(kind="pay")
    asked = funds.ask_reversal(entry, reason_code="duplicate", reason="twice", by=house.accountant)
    opened = {
        house.accountant: [
            ("funds",), ("receive",), ("source", source.code), ("receive_more", source.code), ("move", source.code),
            ("corrections",), ("correction", asked.code), ("reverse", entry.pk), ("payments",), ("batches",),
            ("batch", batch.code), ("bank_return", batch.code), ("receipts",), ("payment", payment.code),
            ("audit",), ("register",), ("programmes",), ("programme", programme.pk), ("calculate", programme.pk),
        ],
        house.officer: [
            ("applications",), ("application_new",), ("application", draft.code), ("application_confirm", draft.code),
            ("application_assess", ready.code), ("application_return", ready.code), ("application_withdraw", ready.code),
            ("failed",), ("application", payment.application.code),
        ],
        house.leader: [
            ("application_decide", ready.code), ("application_stop", payment.application.code),
            ("application_upper", ready.code), ("programme_edit", programme.pk),
        ],
        house.auditor: [("audit",), ("register",), ("finding", "unpublished"), ("finding", "idle"), ("payment", payment.code)],
    }  # fmt: skip

    for staff, names in opened.items():
        enter(client, staff)
        for name, *args in names:
            page(client, name, *args)


def test_the_auditor_comes_from_the_year_s_total_to_the_receipt_in_four_clicks(client, house):
    payment = make_paid(house, amount="1234.56")
    enter(client, house.auditor)

    home = page(client, "audit")
    address = re.search(r'href="([^"]*register/\?year=\d+[^"]*)"[^>]*>\s*<span[^>]*>1,234.56', home)
    register = client.get(address[1].replace("&amp;", "&")).content.decode()
    trace = re.search(r'href="(/payments/[^"]+/)"', register)[1]
    chain = client.get(trace).content.decode()

    assert register.count("1,234.56") == 2  # the row, and the footer that repeats the total
    assert payment.batch.bank_number in chain
    assert 'id="receipt"' in chain


def test_a_gap_in_the_chain_is_named(client, house):
    payment = make_paid(house)
    enter(client, house.auditor)

    chain = page(client, "payment", payment.code)

    assert chain.count(">missing<") == 3  # home visit, public notice, receipt


def test_money_is_received_on_a_page(client, house):
    enter(client, house.accountant)
    answers = {
        "name": "中央财政专项", "origin": "central_finance", "amount": "5000.00", "document_number": "财社8号",
        "received_on": "2026-01-15", "year": "2026", "idle_warning_days": "180", "earmarks": ["medical"],
    }  # fmt: skip

    response = client.post(reverse("relief:receive"), answers)

    source = FundSource.objects.get()
    assert (response.status_code, response.url) == (302, reverse("relief:source", args=[source.code]))
    assert "5,000.00" in page(client, "source", source.code)


def test_before_anything_is_assessed_the_decision_says_what_comes_first_and_leads_there(client, house):
    application = make_application(house, status="submitted")
    Application.objects.filter(pk=application.pk).update(proposed_amount=None, assessed_by=None, assessed_at=None)
    application.papers.create(kind="diagnosis")
    enter(client, house.leader)

    shown = BeautifulSoup(page(client, "application_decide", application.code), "html.parser")

    first = [one.get_text(strip=True) for one in shown.select("main .panel.warning li")]
    papers = reverse("relief:application", args=[application.code]) + "#papers"
    assert first == [
        "Papers missing: Diagnosis.",
        "It is not assessed yet: no amount is computed and none proposed.",
    ]
    assert [one["href"] for one in shown.select("main .panel.warning a")][:1] == [papers]
    assert [one["value"] for one in shown.select("input[name=result]")] == ["refuse"]
    assert shown.select("input[name=amount]") == []


def test_no_answer_is_chosen_beforehand(client, house):
    application = make_application(house, status="ready", amount="1500")
    enter(client, house.leader)

    shown = BeautifulSoup(page(client, "application_decide", application.code), "html.parser")

    assert [one["value"] for one in shown.select("input[name=result]")] == ["grant", "defer", "refuse"]
    assert shown.select("input[type=radio][checked]") == []


def test_a_refused_form_keeps_what_was_typed_and_answers_422(client, house):
    application = make_application(house, status="ready", amount="9000")
    enter(client, house.leader)

    response = client.post(
        reverse("relief:application_decide", args=[application.code]), {"result": "grant", "amount": "9000"}
    )

    assert response.status_code == 422
    assert "9,000.00 yuan is for the committee to grant." in response.content.decode()
    assert 'value="9000"' in response.content.decode()


def test_nothing_granted_is_not_taken_for_all_that_was_proposed(client, house):
    application = make_application(house, status="ready", amount="1500")
    enter(client, house.leader)

    response = client.post(
        reverse("relief:application_decide", args=[application.code]), {"result": "grant", "amount": "0"}
    )

    assert response.status_code == 422
    assert "The granted amount is above zero." in response.content.decode()
    application.refresh_from_db()
    assert application.status == "ready"


def test_an_application_goes_from_the_window_to_the_grant_on_pages(client, house):
    file, version = make_worker(house), make_version(house, "living", notice_rule="after")
    source = make_source(office=house.office, money="50000", by=house.accountant)
    enter(client, house.frontdesk)
    person = file.household.head
    client.post(reverse("relief:application_new"), {"person": person.code, "programme": version.programme.pk})
    application = Application.objects.get()
    client.post(reverse("relief:application", args=[application.code]), {"request": "冬天取暖", "asked_amount": "1500"})
    client.post(reverse("relief:application_confirm", args=[application.code]))
    enter(client, house.officer)
    assessed = page(client, "application_assess", application.code)
    client.post(
        reverse("relief:application_assess", args=[application.code]),
        {"proposed_amount": "1500", "reason": "as asked", "fund_source": source.pk},
    )
    enter(client, house.leader)

    client.post(reverse("relief:application_decide", args=[application.code]), {"result": "grant", "amount": "1500"})

    application.refresh_from_db()
    assert "8,880.00" in assessed  # 740.00 × 12
    assert (application.status, application.award.amount) == ("granted", Decimal("1500.00"))


def test_a_bank_return_is_read_on_a_page_and_its_faults_are_listed(client, house):
    from django.core.files.uploadedfile import SimpleUploadedFile

    batch = make_batch(house, status="handed_over")
    enter(client, house.cashier)
    wrong = return_file(batch).replace(b"1000.00", b"999.99")

    client.post(reverse("relief:bank_return", args=[batch.code]), {"file": SimpleUploadedFile("r.csv", wrong)})
    refused = page(client, "batch", batch.code)
    client.post(
        reverse("relief:bank_return", args=[batch.code]), {"file": SimpleUploadedFile("r.csv", return_file(batch))}
    )

    assert "Line 1 says 999.99 where 1,000.00 was ordered." in refused
    assert Batch.objects.get().status == "answered"


def test_another_office_s_records_are_not_there(client, house):
    payment = make_paid(make_house())
    addresses = [
        reverse("relief:payment", args=[payment.code]),
        reverse("relief:batch", args=[payment.batch.code]),
        reverse("relief:source", args=[payment.fund_source.code]),
    ]
    enter(client, house.accountant)

    assert [client.get(address).status_code for address in addresses] == [404, 404, 404]


def test_no_page_shows_a_whole_number(client, house):
    payment = make_paid(house)
    numbers = [payment.payee_id_number, payment.card_number]
    from center.privacy.secret import unseal

    whole = [unseal(number._label, bytes(number)) for number in numbers]
    enter(client, house.accountant)
    shown = "".join(
        page(client, name, *args)
        for name, *args in (("payment", payment.code), ("batch", payment.batch.code), ("register",), ("payments",))
    )

    assert [number in shown for number in whole] == [False, False]


LISTS = {
    "applications": lambda house: make_application(house, status="submitted"),
    "payments": make_award,
    "batches": make_batch,
    "receipts": make_paid,
    "register": make_paid,
    "funds": lambda house: make_source(office=house.office, money="5", by=house.accountant),
    "corrections": lambda house: ask_back(house, make_paid(house)),
    "failed": lambda house: read_good_return(
        make_batch(house, status="handed_over"), by=house.cashier, failed={1: "户名不符"}
    ),
}


def ask_back(house, payment):
    entry = LedgerTransaction.objects.get(kind="pay", payment=payment)
    funds.ask_reversal(entry, reason_code="duplicate", reason="paid twice", by=house.accountant)


@pytest.mark.parametrize("name", LISTS)
def test_a_list_costs_the_same_for_one_row_and_for_three(client, house, name, django_assert_max_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    enter(client, house.accountant)
    counts = []
    LISTS[name](house)
    for more in (0, 2):
        for _n in range(more):
            LISTS[name](house)
        page(client, name)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            page(client, name)
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_a_reversal_is_asked_by_one_and_posted_by_another_on_pages(client, house):
    make_paid(house)
    entry = LedgerTransaction.objects.get(kind="pay")
    enter(client, house.accountant)
    client.post(reverse("relief:reverse", args=[entry.pk]), {"reason_code": "duplicate", "reason": "paid twice"})
    asked = Correction.objects.get()
    enter(client, house.leader)

    client.post(reverse("relief:settle", args=[asked.code]))

    year = timezone.localdate().year
    assert Payment.objects.get().status == "reversed"
    assert "−1,000.00" in page(client, "register", year=year)


def test_every_finding_opens_its_rows(client, house):
    from relief.queries import findings

    make_paid(house)
    enter(client, house.auditor)
    year = timezone.localdate().year

    for code in (*findings.RULES, "idle"):
        page(client, "finding", code, year=year)


def test_a_payment_without_notice_and_receipt_is_found(house):
    from relief.queries import findings

    payment = make_paid(house)
    asked = {"year": timezone.localdate().year, "offices": frozenset({house.office.pk})}

    found = {code: many for code, many in findings.counts(**asked).items() if many}

    assert found == {"unpublished": 1, "without_receipt": 1}
    Payment.objects.filter(pk=payment.pk).update(payee=None)
    assert list(findings.rows("other_payee", **asked)) == [payment]


def test_what_is_due_is_what_the_task_counts_and_the_rest_says_why_it_waits(client, house):
    make_award(house)
    waiting = make_award(house)
    Award.objects.filter(pk=waiting.pk).update(status="waiting")
    enter(client, house.accountant)

    answer = client.get(reverse("relief:payments"))

    [task] = [task for task in tasks_of(house.accountant) if task.code == "relief.batch"]
    assert (task.title, len(answer.context["lines"])) == ("1 instalment is due", 1)
    assert [part.award for part in answer.context["held"]] == [waiting]


def test_the_list_of_batches_says_how_many_and_how_much_without_what_was_taken_out(client, house):
    batch = make_batch(house, *(make_award(house, amount=amount) for amount in ("1000", "700")))
    payments.take_out(batch.payments.get(amount=700), reason="twice", by=house.accountant)
    enter(client, house.accountant)

    [row] = client.get(reverse("relief:batches")).context["page"]

    assert (row.lines, row.total) == (1, Decimal("1000.00"))


def test_a_batch_shows_what_was_noted_when_it_was_made(client, house):
    owed = list(make_award(house).instalments.all())
    batch = payments.make_batch(office=house.office, instalments=owed, note="for November", by=house.accountant)
    enter(client, house.accountant)

    assert "for November" in page(client, "batch", batch.code)


def test_a_batch_is_no_task_of_whoever_approved_a_line_of_it(house):
    application = make_application(house)
    decisions.grant(application, amount=Decimal(1000), by=house.leader)
    Award.objects.update(status="payable")
    make_batch(house, Award.objects.get())

    tasks = {name: [task.code for task in tasks_of(getattr(house, name))] for name in ("leader", "deputy")}

    assert {name: "relief.check" in codes for name, codes in tasks.items()} == {"leader": False, "deputy": True}


def test_what_waits_for_its_account_stands_above_what_is_settled_and_leads_to_the_next_payment(client, house):
    batch = make_batch(house, make_award(house), make_award(house), status="handed_over")
    read_good_return(batch, by=house.cashier, failed={1: "账户已销户", 2: "户名不符"})
    settled, open_one = batch.payments.order_by("line")
    Payment.objects.filter(pk=open_one.pk).update(failure_settled_by=house.officer, failure_settled_at=timezone.now())
    settled, open_one = open_one, settled
    again = payments.make_batch(
        office=house.office, instalments=[settled.instalment], by=house.accountant
    ).payments.get()
    enter(client, house.officer)

    rows = list(client.get(reverse("relief:failed")).context["page"])
    before, after = (page(client, "payment", one.code) for one in (open_one, settled))

    assert rows == [open_one, settled]
    assert reverse("casework:file_edit", args=[open_one.application.file.code, "papers"]) in before
    assert again.get_absolute_url() in after
