"""A batch goes back with its reasons, its file goes to the bank once, and what no file says is two people's word."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from casework.permissions.changes import has_seen_card
from center.kernel.errors import Incomplete, NotAllowed, Refusal
from relief.actions import bank, bankfiles, payments
from relief.exchange import export_register
from relief.models import Balance, BankReturn, Instalment, Payment
from relief.queries.batch_rounds import rounds_of
from relief.rules import bankfile
from tests.relief.make import make_award, make_batch, read_good_return

D = Decimal
pytestmark = pytest.mark.django_db


# -- back to its maker ------------------------------------------------------------------------------------------------------


def test_a_checker_sends_a_batch_back_line_by_line_and_it_is_checked_after_the_answer(house):
    batch = make_batch(house, make_award(house), make_award(house))

    batch = payments.send_back(batch, reason="two doubts", objections={2: "twice this month"}, by=house.leader)
    assert list(batch.payments.order_by("line").values_list("objection", flat=True)) == ["", "twice this month"]
    with pytest.raises(NotAllowed, match=r"It was sent back \(two doubts\); the accountant answers first"):
        payments.check_batch(batch, by=house.deputy)
    with pytest.raises(Incomplete, match="Say what became of the objections"):
        payments.answer_objections(batch, answer=" ", by=house.accountant)
    payments.take_out(batch.payments.get(line=2), reason="twice", by=house.accountant)
    payments.answer_objections(batch, answer="line 2 taken out", by=house.accountant)

    assert payments.check_batch(batch, by=house.deputy).status == "checked"


def test_objection_and_answer_stand_side_by_side_to_the_end(house, enter):
    batch = make_batch(house, make_award(house), make_award(house))
    name = batch.payments.get(line=2).payee_name
    form = enter(house.leader).get(batch.get_absolute_url()).content.decode()
    batch = payments.send_back(batch, reason="two doubts", objections={2: "twice this month"}, by=house.leader)
    payments.take_out(batch.payments.get(line=2), reason="twice", by=house.accountant)
    payments.answer_objections(batch, answer="line 2 taken out", by=house.accountant)
    payments.hand_over(payments.check_batch(batch, by=house.deputy), by=house.cashier)

    (told,) = rounds_of(batch)
    page = enter(house.auditor).get(batch.get_absolute_url()).content.decode()

    assert (told.reason, told.objections, told.answer) == (
        "two doubts",
        [("2", name, "twice this month")],
        "line 2 taken out",
    )
    assert (told.by, told.answered_by) == (str(house.leader), str(house.accountant))
    words = " ".join(re.sub(r"<[^>]*>", "", page).split())
    assert (f"行 2 {name}：twice this month" in words, "line 2 taken out" in words) == (True, True)
    assert f'<span class="person-name">{name}</span> · 1,000.00元：意见' in " ".join(form.split())  # beside its field


def test_only_who_may_check_sends_back_and_says_why(house):
    batch = make_batch(house)

    with pytest.raises(NotAllowed, match="Your roles do not check batches"):
        payments.send_back(batch, reason="x", by=house.cashier)
    with pytest.raises(Incomplete, match="Say why the batch goes back"):
        payments.send_back(batch, reason=" ", by=house.leader)
    with pytest.raises(Refusal, match="This batch has no line 7"):
        payments.send_back(batch, reason="x", objections={7: "y"}, by=house.leader)


def test_the_page_sends_back_and_the_accountant_has_a_task(house, enter):
    batch = make_batch(house)

    sent = enter(house.leader).post(
        reverse("relief:batch_send_back", args=[batch.code]), {"reason": "doubt", "line_1": "another card"}
    )
    page = enter(house.accountant).get(batch.get_absolute_url()).content.decode()

    assert (sent.status_code, "another card" in page, "doubt" in page) == (302, True, True)


# -- the file for the bank ---------------------------------------------------------------------------------------------------


def test_the_order_goes_out_once_and_what_follows_is_a_copy_with_its_reason(house):
    batch = make_batch(house, status="handed_over")

    order, name = bankfiles.write_bank_file(batch, by=house.cashier)
    with pytest.raises(Incomplete, match="The file was fetched already"):
        bankfiles.write_bank_file(batch, by=house.cashier)
    copy, copy_name = bankfiles.write_bank_file(batch, reason="for the voucher", by=house.accountant)

    assert (order, name) == (copy, f"{batch.bank_number}.csv")
    assert copy_name == f"{batch.bank_number}-COPY1-DO-NOT-PAY.csv"
    assert [(event.actor, event.facts["copy"], event.facts["reason"]) for event in bankfiles.written_of(batch)] == [
        (house.cashier.username, "0", ""),
        (house.accountant.username, "1", "for the voucher"),
    ]


def test_whoever_had_a_number_in_a_file_for_the_bank_or_a_whole_register_has_seen_it(house):
    """The accountant fetched the order to the bank."""
    card = make_batch(house, status="answered").payments.get().card_number
    seen = [has_seen_card(who, card) for who in (house.accountant, house.auditor, house.officer)]

    export_register(
        year=timezone.localdate().year, fmt="csv", office=house.office, in_full=True, reason="audit", by=house.auditor
    )

    assert seen == [True, False, False]
    assert [has_seen_card(who, card) for who in (house.accountant, house.auditor, house.officer)] == [True, True, False]


def test_after_the_answer_the_page_offers_a_copy_only(house, enter):
    batch = make_batch(house, status="handed_over")
    bankfiles.write_bank_file(batch, by=house.cashier)
    read_good_return(batch, by=house.cashier)

    page = enter(house.cashier).get(batch.get_absolute_url()).content.decode()

    assert (page.count(reverse("relief:bank_file", args=[batch.code])), 'id="copy-reason"' in page) == (1, True)


def test_a_batch_that_the_bank_answered_was_an_order_though_nobody_fetched_it_here(house):
    batch = make_batch(house, status="answered")

    with pytest.raises(Incomplete, match="The file was fetched already"):
        bankfiles.write_bank_file(batch, by=house.cashier)


# -- the bank's answer -------------------------------------------------------------------------------------------------------


def test_the_form_of_an_answer_is_filled_in_and_read(house):
    batch = make_batch(house, make_award(house), make_award(house), status="handed_over")

    text = bankfiles.return_form(batch).decode("gb18030")
    head, *rows = text.splitlines()
    result = head.split(",").index("处理结果")
    filled = [",".join([*row.split(",")[:result], "成功", *row.split(",")[result + 1 :]]) for row in rows]
    kept = bank.read_return(
        batch, content="\r\n".join([head, *filled]).encode("gb18030"), file_name="form.csv", by=house.cashier
    )

    assert (kept.outcome, kept.paid) == (BankReturn.Outcome.APPLIED, 2)


def test_a_file_without_headings_is_told_which_are_expected_and_which_stand_in_it():
    with pytest.raises(bankfile.Unreadable) as refused:
        bankfile.read("户名,金额,身份证\r\n张三,1000.00,510\r\n".encode())

    said = str(refused.value)
    assert said.startswith("The file has no line with the headings of a bank return. Expected: ")
    assert said.endswith("Found of them: 户名, 金额.")
    assert "张三" not in said


def test_a_line_that_the_bank_returned_by_telephone_needs_two_people(house):
    batch = make_batch(house, make_award(house), make_award(house), status="handed_over")
    payment = batch.payments.get(line=1)

    payment = bankfiles.tell_failure(payment, failure="account closed", on=timezone.localdate(), by=house.cashier)
    assert payment.status == "in_transit"
    with pytest.raises(NotAllowed, match="You said so"):
        bankfiles.second_failure(payment, by=house.cashier)
    payment = bankfiles.second_failure(payment, by=house.accountant)

    assert (payment.status, payment.failure, payment.answered_on) == ("failed", "account closed", timezone.localdate())
    assert Instalment.objects.get(payments=payment).status == "owed"
    assert Balance.objects.get(fund_source=payment.fund_source, bucket="committed").amount == D("1000.00")


def test_a_returned_line_has_its_reason_and_a_day_since_the_hand_over(house):
    payment = make_batch(house, status="handed_over").payments.get()
    today = timezone.localdate()

    with pytest.raises(Incomplete, match="Say why the bank returned it"):
        bankfiles.tell_failure(payment, failure=" ", on=today, by=house.cashier)
    for day in (today + timedelta(days=1), today - timedelta(days=1)):
        with pytest.raises(Refusal, match="between the hand-over and today"):
            bankfiles.tell_failure(payment, failure="closed", on=day, by=house.cashier)
    with pytest.raises(NotAllowed, match="Only the accountant or the cashier"):
        bankfiles.tell_failure(payment, failure="closed", on=today, by=house.frontdesk)


def test_what_was_told_is_dropped_with_a_reason_and_the_line_waits(house):
    payment = make_batch(house, status="handed_over").payments.get()
    payment = bankfiles.tell_failure(payment, failure="closed", on=timezone.localdate(), by=house.cashier)

    payment = bankfiles.drop_told(payment, reason="another line", by=house.accountant)

    assert (payment.status, payment.told_by) == ("in_transit", None)
    assert Payment.objects.get().told_failure == ""


def test_the_page_takes_what_was_told_and_the_second_persons_word(house, enter):
    batch = make_batch(house, status="handed_over")
    today = timezone.localdate().isoformat()

    told = enter(house.cashier).post(
        reverse("relief:batch_told", args=[batch.code]), {"line": "1", "failure": "closed", "on": today}
    )
    seconded = enter(house.leader).post(reverse("relief:payment_told", args=[batch.payments.get().code]))

    batch.refresh_from_db()
    assert (told.status_code, seconded.status_code, batch.payments.get().status, batch.status) == (
        302,
        302,
        "failed",
        "answered",
    )
