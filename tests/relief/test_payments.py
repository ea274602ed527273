"""From a grant to the bank and back: three people, one batch, and an answer that is carried out whole or not at all."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from casework.models import BankAccount
from center.kernel.errors import NotAllowed, Refusal
from center.kernel.remarks import told
from relief.actions import bank, bankfiles, payments, receipts
from relief.models import Award, Balance, Batch, Decision, Instalment, Payment
from tests.casework.make import make_account
from tests.relief.make import (
    make_award,
    make_batch,
    make_paid,
    make_source,
    make_worker,
    read_good_return,
    sign_for,
)

D = Decimal
SAMPLES = Path(__file__).parents[1] / "data" / "bank"
pytestmark = pytest.mark.django_db


def buckets():
    """All sources together."""
    found: dict[str, Decimal] = {}
    for balance in Balance.objects.all():
        found[balance.bucket] = found.get(balance.bucket, D(0)) + balance.amount
    return {bucket: amount for bucket, amount in found.items() if amount}


@pytest.fixture
def sample(house):
    """The batch that the samples answer: ten lines, their names, cards and amounts as in batch_out.csv."""
    source = make_source(office=house.office, money="50000", by=house.accountant)
    awards = []
    for line in (SAMPLES / "batch_out.csv").read_bytes().decode("gb18030").splitlines()[1:]:
        _number, name, card, branch, amount, _purpose, _code = line.split(",")
        file = make_worker(house, name, account=False)
        make_account(file.household.head, by=house.officer, checked_by=house.officer2, card=card, branch=branch)
        awards.append(make_award(house, amount=amount, file=file, source=source))
    batch = make_batch(house, *awards, status="checked")
    from center.models import Counter

    Counter.objects.create(kind="batch", office=house.office, year=timezone.localdate().year, last=6)
    return payments.hand_over(batch, by=house.cashier)


def sample_answer(name):
    """An answer of the samples, given today: a bank answers what it was handed, not what it will be."""
    return (SAMPLES / name).read_bytes().replace(b"2026-03-06", timezone.localdate().isoformat().encode())


def read(batch, name, *, by):
    return bank.read_return(batch, content=sample_answer(name), file_name=name, by=by)


def faults(kept):
    return [told(stored) for stored in kept.faults]


# -- the samples of the bank ------------------------------------------------------------------------------------------


def test_the_bank_file_is_the_bank_s_layout_byte_for_byte(house, sample):
    assert bankfiles.write_bank_file(sample, by=house.cashier)[0] == (SAMPLES / "batch_out.csv").read_bytes()


@pytest.mark.parametrize("name", ["return_good.csv", "return_good_utf8.csv"])
def test_a_good_return_pays_ten_lines_and_says_so_when_read_twice(house, sample, name):
    first = read(sample, name, by=house.cashier)
    after = buckets()
    second = read(sample, name, by=house.accountant)

    assert (first.outcome, first.paid, first.failed, first.unanswered) == ("applied", 10, 0, 0)
    assert (second.outcome, second.paid, second.failed) == ("unchanged", 0, 0)
    assert buckets() == after == {"outside": D("-50000.00"), "available": D("37061.76"), "paid": D("12938.24")}
    assert Batch.objects.get().status == "answered"


def test_returned_lines_are_committed_again_and_wait_at_the_front_desk(house, sample):
    kept = read(sample, "return_partial.csv", by=house.cashier)

    failed = sample.payments.filter(status="failed").order_by("line")
    assert (kept.outcome, kept.paid, kept.failed, kept.unanswered) == ("applied", 8, 2, 0)
    assert [(payment.line, payment.failure) for payment in failed] == [(3, "户名不符"), (8, "账户已销户")]
    assert buckets()["committed"] == D("2469.12")
    assert [payment.instalment.status for payment in failed] == ["owed", "owed"]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("return_short_amount.csv", ["Line 5 says 999.99 where 2,000.00 was ordered."]),
        ("return_wrong_name.csv", ["Line 2 names another person than ordered."]),
        ("return_unknown_line.csv", ["Line 11 was never ordered."]),
        ("return_line_twice.csv", ["Line 4 stands more than once."]),
        ("return_other_batch.csv", [f"Line {line} answers batch B2026-006." for line in range(1, 11)]),
    ],
)
def test_a_return_with_a_fault_is_refused_whole_and_kept(house, sample, name, said):
    before = buckets()

    kept = read(sample, name, by=house.cashier)

    assert (kept.outcome, kept.paid, kept.failed) == ("refused", 0, 0)
    assert faults(kept) == said
    assert bank.file_of(kept) == sample_answer(name)
    assert buckets() == before
    assert set(sample.payments.values_list("status", flat=True)) == {"in_transit"}


def test_unanswered_lines_stay_in_transit_and_are_counted(house, sample):
    kept = read(sample, "return_missing_lines.csv", by=house.cashier)

    waiting = sample.payments.filter(status="in_transit").order_by("line")
    assert (kept.outcome, kept.paid, kept.unanswered) == ("applied", 7, 3)
    assert [payment.line for payment in waiting] == [8, 9, 10]
    assert buckets()["in_transit"] == D("3734.56")
    assert Batch.objects.get().status == "handed_over"


def test_a_later_answer_may_not_contradict_an_earlier_one(house, sample):
    read(sample, "return_good.csv", by=house.cashier)

    kept = read(sample, "return_partial.csv", by=house.cashier)

    assert faults(kept) == [
        "Line 3 contradicts an earlier answer of the bank.",
        "Line 8 contradicts an earlier answer of the bank.",
    ]


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\xff", "姓名,金额\n张三,5".encode(), b"\x00\x01"])
def test_a_file_that_is_no_return_is_refused_with_a_sentence(house, content):
    batch = make_batch(house, status="handed_over")

    with pytest.raises(Refusal, match=r"\.$"):
        bank.read_return(batch, content=content, file_name="x.csv", by=house.cashier)


# -- three people -------------------------------------------------------------------------------------------------------


def test_whoever_made_a_batch_cannot_check_it(house):
    from center.models import Assignment

    Assignment.objects.create(staff=house.accountant, role="leader", office=house.office, starts_on="2020-01-01")
    batch = make_batch(house)

    with pytest.raises(NotAllowed, match="You made this batch"):
        payments.check_batch(batch, by=house.accountant)


def test_the_approver_cannot_check_a_batch_with_their_own_award(house):
    batch = make_batch(house)

    with pytest.raises(NotAllowed, match="You approved line 1 yourself"):
        payments.check_batch(batch, by=house.leader)


def test_the_approver_cannot_pay_their_own_award(house):
    from center.models import Assignment

    Assignment.objects.create(staff=house.leader, role="cashier", office=house.office, starts_on="2020-01-01")
    batch = make_batch(house, status="checked")

    with pytest.raises(NotAllowed, match="another person must pay it"):
        payments.hand_over(batch, by=house.leader)


def test_whoever_checked_a_batch_cannot_pay_it(house):
    from center.models import Assignment

    Assignment.objects.create(staff=house.deputy, role="cashier", office=house.office, starts_on="2020-01-01")
    batch = make_batch(house, status="checked")

    with pytest.raises(NotAllowed, match="You made or checked this batch"):
        payments.hand_over(batch, by=house.deputy)


def test_an_unchecked_batch_does_not_go_to_the_bank(house):
    with pytest.raises(NotAllowed, match="Only a checked batch"):
        payments.hand_over(make_batch(house), by=house.cashier)


@pytest.mark.parametrize(
    ("constraint", "change"),
    [
        ("batch_checked_by_somebody_else", lambda h: {"checked_by": h.accountant, "checked_at": "2026-01-01T00:00Z"}),
        ("batch_paid_by_a_third_person", lambda h: {"paid_by": h.deputy, "paid_at": "2026-01-01T00:00Z"}),
        ("batch_paid_by_a_third_person", lambda h: {"paid_by": h.accountant, "paid_at": "2026-01-01T00:00Z"}),
        ("batch_at_the_bank_was_checked_and_numbered", lambda _h: {"status": "handed_over"}),
        ("batch_checked_has_who_and_when", lambda _h: {"checked_at": None}),
    ],
)
def test_the_database_keeps_three_people_on_a_batch(house, constraint, change):
    batch = make_batch(house, status="checked")

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Batch.objects.filter(pk=batch.pk).update(**change(house))


@pytest.mark.parametrize(
    ("constraint", "change"),
    [
        ("payment_checked_by_somebody_else", lambda h: {"checked_by": h.accountant}),
        ("payment_checked_by_somebody_else", lambda h: {"checked_by": h.leader}),
        ("payment_paid_by_another_person", lambda h: {"paid_by": h.leader}),
        ("payment_paid_by_another_person", lambda h: {"paid_by": h.deputy}),
        ("payment_that_left_was_checked", lambda _h: {"number": ""}),
        ("central_money_needs_a_file", lambda _h: {"file_number": ""}),
        (
            "receipt_confirmed_by_somebody_who_did_not_pay",
            lambda h: {"receipt_confirmed_by": h.cashier, "receipt_confirmed_at": "2026-01-01T00:00Z"},
        ),
        ("payment_failed_has_its_reason", lambda _h: {"failure": "x"}),
        ("a payment is its instalment's", lambda _h: {"amount": D(1)}),
        ("a payment that left is not edited", lambda _h: {"payee_name": "张三"}),
    ],
)
def test_the_database_keeps_a_payment(house, constraint, change):
    payment = make_paid(house)

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Payment.objects.filter(pk=payment.pk).update(**change(house))


def test_payments_awards_and_decisions_are_never_deleted(house):
    make_paid(house)

    for model in (Payment, Instalment, Award, Decision):
        with pytest.raises(Exception, match="never|permission denied"), transaction.atomic():
            model.objects.all()._raw_delete("default")


# -- what cannot be paid ---------------------------------------------------------------------------------------------------


def test_central_money_is_not_paid_without_a_file_in_force(house):
    award = make_award(house)
    file = award.application.file
    file.status, file.cancelled_on = "cancelled", "2026-01-01"
    file.cancelled_by, file.cancelled_at = house.leader, "2026-01-01T00:00Z"
    file.cancelled_reason = file.cancelled_text = "cancel_death"
    file.save()

    with pytest.raises(NotAllowed, match="central money is paid on a file in force only"):
        make_batch(house, award)


def test_money_of_the_place_is_paid_without_a_file(house):
    own = make_source(office=house.office, money="100000", by=house.accountant, origin="raised")
    award = make_award(house, source=own)
    type(award.application).objects.filter(pk=award.application_id).update(file=None)

    assert make_batch(house, award).payments.get().amount == award.amount


def test_an_award_that_waits_for_its_notice_is_not_paid(house):
    with pytest.raises(NotAllowed, match="waits for its public notice"):
        make_batch(house, make_award(house, payable=False))


def test_without_a_checked_account_nobody_is_paid(house):
    file = make_worker(house, account=False)
    make_account(file.household.head, by=house.officer)

    with pytest.raises(NotAllowed, match="no checked bank account"):
        make_batch(house, make_award(house, file=file))


def test_the_dead_are_not_paid_even_when_they_died_after_the_check(house):
    batch = make_batch(house, status="checked")
    person = batch.payments.get().application.person
    person.died_on = "2026-02-02"
    person.save()

    with pytest.raises(Refusal, match="Line 1: the receiver has died"):
        payments.hand_over(batch, by=house.cashier)


def test_an_instalment_is_in_one_live_payment_only(house):
    payment = make_paid(house)

    with pytest.raises(NotAllowed, match="already being paid"):
        payments.make_batch(office=house.office, instalments=[payment.instalment], by=house.accountant)

    payment.pk, payment.code, payment.number, payment.line = None, "X", "Z9", 2
    with pytest.raises(IntegrityError, match="instalment_has_one_live_payment"), transaction.atomic():
        payment.save(force_insert=True)


# -- failures, receipts, drops ------------------------------------------------------------------------------------------------


def test_a_returned_payment_is_paid_again_after_the_account_was_corrected(house):
    batch = make_batch(house, status="handed_over")
    read_good_return(batch, by=house.cashier, failed={1: "户名不符"})
    failed = batch.payments.get()
    award = failed.instalment.award

    with pytest.raises(NotAllowed, match="returned by the bank"):
        make_batch(house, award)
    with pytest.raises(Refusal, match="still the one that the bank refused"):
        payments.settle_failure(failed, by=house.frontdesk)

    BankAccount.objects.filter(holder=failed.payee).update(until="2026-01-01", since="2025-01-01")
    make_account(failed.payee, by=house.officer, checked_by=house.officer2)
    payments.settle_failure(failed, by=house.frontdesk)
    again = make_batch(house, award, status="answered").payments.get()

    assert (again.status, failed.instalment.payments.count()) == ("paid", 2)
    assert again.card_number != failed.card_number
    assert buckets()["paid"] == D("1000.00")


def test_the_cashier_who_paid_cannot_confirm_the_receipt(house):
    payment = make_paid(house)

    with pytest.raises(NotAllowed, match="You paid this"):
        receipts.take_receipt(payment, by=house.cashier)

    assert sign_for(payment, house).receipt_confirmed_by == house.officer


def test_a_dropped_batch_gives_its_instalments_back(house):
    batch = make_batch(house, make_award(house), make_award(house), status="checked")

    payments.drop_batch(batch, reason="wrong month", by=house.accountant)

    assert set(Instalment.objects.values_list("status", flat=True)) == {"owed"}
    assert set(Payment.objects.values_list("status", flat=True)) == {"dropped"}


def test_a_line_taken_out_undoes_the_check(house):
    batch = make_batch(house, make_award(house), make_award(house), status="checked")

    payments.take_out(batch.payments.first(), reason="account in doubt", by=house.accountant)

    batch.refresh_from_db()
    assert (batch.status, batch.checked_by) == ("draft", None)
    assert batch.payments.get(status="listed").checked_by is None


# -- papers -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("result", ["granted", "less", "deferred", "refused"])
def test_every_applicant_gets_a_letter_that_is_issued_once(house, result):
    from relief.actions import decisions
    from relief.prints import issue_letter, print_approval, print_supplement
    from tests.relief.make import make_application

    application = make_application(house)
    if result in {"deferred", "refused"}:
        decisions.decline(
            application, reason_code="no_funds", reason="下季度再议", defer=result == "deferred", by=house.leader
        )
    else:
        amount = D(1000) if result == "granted" else D(800)
        decisions.grant(application, amount=amount, reason_code="no_funds", reason="余额不足", by=house.leader)
    decision = Decision.objects.get()

    first, again = issue_letter(decision, by=house.officer), issue_letter(decision, by=house.officer)

    assert (decision.result, first.pk, first.pages) == (result, again.pk, 1)
    assert print_approval(application, by=house.officer).pages == 1
    assert print_supplement(application, by=house.officer).pages == 1


@pytest.mark.parametrize(
    ("amount", "capitals"),
    [
        ("0.00", "零元整"),
        ("1234.56", "壹仟贰佰叁拾肆元伍角陆分"),
        ("10000.00", "壹万元整"),
        ("100305.07", "壹拾万零叁佰零伍元零柒分"),
        ("20001.10", "贰万零壹元壹角整"),
        ("-700.00", "负柒佰元整"),
        ("0.05", "伍分"),
        ("100000000.00", "壹亿元整"),
    ],
)
def test_amounts_are_written_in_capitals(amount, capitals):
    from relief.rules.capitals import in_capitals

    assert in_capitals(D(amount)) == capitals
