"""The end of a month or a year: one puts it forward, another closes it, and what is closed stays as it was."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from center.desk import desks
from center.kernel.errors import Incomplete, NotAllowed, Refusal
from center.models import Event, IssuedDocument
from relief.actions import closing as actions
from relief.actions import decisions, funds
from relief.desk.tasks import tasks_of
from relief.enums import Bucket, LedgerKind
from relief.models import (
    Application,
    Balance,
    Batch,
    Closing,
    Correction,
    FundSource,
    Instalment,
    LedgerTransaction,
    Payment,
)
from relief.queries.carrying import Bridge, bridge_of
from relief.queries.closing import Sheet, checks, on_offer, to_begin
from relief.queries.verify import faults
from tests.relief.make import (
    LAST,
    make_application,
    make_award,
    make_batch,
    make_closing,
    make_house,
    make_old_source,
    make_paid,
    make_source,
    move,
    noon,
    post_by_sql,
)

D = Decimal
pytestmark = pytest.mark.django_db


def begun(house, year=LAST, month=0):
    return make_closing(house, year, month, status="open")


def closed(house, year=LAST, month=0):
    return make_closing(house, year, month, status="closed")


def stand(source, bucket="available"):
    return Balance.objects.get(fund_source=source, bucket=bucket).amount


def found(closing):
    """What the checklist names, by question."""
    return {check.code: [one.sentence for one in check.found] for check in checks(closing) if check.found}


# -- the year's rest ------------------------------------------------------------------------------------------------------


def test_what_is_left_of_a_year_goes_on_under_its_document_and_earmark(house):
    source = make_old_source(house, name="Central", earmarks=["medical"], document_number="D7")

    closing = closed(house)

    onward = FundSource.objects.get(carried_from=source)
    assert (str(onward), onward.document_number) == (f"Central（{LAST}年结转） {LAST + 1}", "D7")
    assert onward.earmarks == ["medical"]
    assert (stand(source), stand(onward)) == (D("0.00"), D("1000.00"))
    entry = LedgerTransaction.objects.get(kind="carry_over")
    assert (entry.posted_by, entry.seconded_by) == (house.accountant, house.leader)
    assert [one.amount for one in closing.carried.all()] == [D("1000.00")]
    assert list(faults()) == []


def test_each_source_is_carried_over_by_itself(house):
    one, two = make_old_source(house, money="300"), make_old_source(house, money="200")

    closed(house)

    rests = {source.carried_from_id: stand(source) for source in FundSource.objects.filter(year=LAST + 1)}
    assert rests == {one.pk: D("300.00"), two.pk: D("200.00")}


def test_a_document_that_is_entered_in_the_next_year_already_takes_the_rest(house):
    source = make_old_source(house, document_number="D7")
    next_one = make_source(office=house.office, year=LAST + 1, document_number="D7")

    closed(house)

    assert (stand(source), stand(next_one)) == (D("0.00"), D("1000.00"))


def test_what_was_granted_stays_with_its_source_and_is_paid_from_it(house):
    source = make_old_source(house, origin="local_finance")
    award = make_award(house, amount="400", source=source)

    closed(house)

    assert (stand(source), stand(source, "committed")) == (D("0.00"), D("400.00"))
    make_batch(house, award, status="answered")
    assert stand(source, "paid") == D("400.00")


def test_the_policy_page_s_example_of_a_year_s_rest(house):
    """docs/policy/money.md: 1,000 received, 400 granted; 600 go on, 400 are paid from the old year's source."""
    source = make_old_source(house, origin="local_finance")
    award = make_award(house, amount="400", source=source)

    closed(house)
    make_batch(house, award, status="answered")

    assert (stand(source, "paid"), stand(FundSource.objects.get(carried_from=source))) == (D("400.00"), D("600.00"))


def test_a_month_leaves_the_money_where_it_is(house):
    source = make_old_source(house)

    closing = closed(house, month=3)

    assert (stand(source), closing.carried.count(), closing.until) == (D("1000.00"), 0, date(LAST, 3, 31))


def test_what_comes_back_after_the_closing_is_carried_over_with_the_next_year(house):
    source = make_old_source(
        house, year=LAST - 1, at=noon(LAST - 1, 3, 1), name="Central", document_number="D7", origin="local_finance"
    )
    award = make_award(house, amount="400", source=source)
    closed(house, LAST - 1)
    decisions.release(award, reason_code="other", text="ended", by=house.leader)

    closed(house, LAST)

    last = FundSource.objects.get(year=LAST + 1)
    assert (last.name, stand(source), stand(last)) == (f"Central（{LAST - 1}年结转）", D("0.00"), D("1000.00"))


# -- two people ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["cashier", "leader", "chair", "officer", "auditor"])
def test_only_the_accountant_puts_a_period_forward(house, who):
    make_old_source(house)
    closing = begun(house)

    with pytest.raises(NotAllowed, match="Only the accountant"):
        actions.ask_closing(closing, by=getattr(house, who))
    with pytest.raises(NotAllowed, match="Only the accountant"):
        actions.ask_reopening(closing, reason_code="other", reason="late", by=getattr(house, who))


@pytest.mark.parametrize("who", ["cashier", "accountant", "officer", "auditor"])
def test_only_the_leader_a_deputy_or_the_chair_closes_and_opens_again(house, who):
    make_old_source(house)
    closing = make_closing(house)

    with pytest.raises(NotAllowed, match="Your roles do not close periods"):
        actions.close_period(closing, by=getattr(house, who))
    with pytest.raises(NotAllowed, match="Your roles do not open periods"):
        actions.reopen_period(closing, by=getattr(house, who))


def test_whoever_put_a_period_forward_does_not_close_it(house):
    make_old_source(house)
    closing = make_closing(house)
    Closing.objects.filter(pk=closing.pk).update(asked_by=house.leader)

    with pytest.raises(NotAllowed, match="somebody else must close it"):
        actions.close_period(closing, by=house.leader)
    with pytest.raises(IntegrityError, match="closing_closed_by_somebody_else"), transaction.atomic():
        Closing.objects.filter(pk=closing.pk).update(status="closed", closed_by=house.leader, closed_at=timezone.now())


def test_a_period_is_put_forward_and_closed_once(house):
    make_old_source(house)
    closing = closed(house)

    with pytest.raises(NotAllowed, match="put forward already"):
        actions.ask_closing(closing, by=house.accountant)
    with pytest.raises(NotAllowed, match="does not wait"):
        actions.close_period(closing, by=house.leader)
    with pytest.raises(NotAllowed, match="begun already"):
        begun(house)


def test_the_second_person_sends_it_back_with_a_reason(house):
    make_old_source(house)
    closing = make_closing(house)
    with pytest.raises(Incomplete, match="sent back"):
        actions.send_back(closing, answer=" ", by=house.leader)

    actions.send_back(closing, answer="The bank statement is missing.", by=house.leader)

    closing.refresh_from_db()
    assert (closing.status, closing.asked_by, closing.answer) == ("open", None, "The bank statement is missing.")
    assert actions.ask_closing(closing, by=house.accountant).answer == ""


def test_each_step_is_in_the_trail(house):
    make_old_source(house)
    closing = closed(house)
    actions.ask_reopening(closing, reason_code="missing_voucher", reason="late", by=house.accountant)
    actions.reopen_period(closing, by=house.leader)

    verbs = Event.objects.filter(verb__startswith="relief.closing").order_by("pk").values_list("verb", "actor")
    assert list(verbs) == [
        ("relief.closing.begun", house.accountant.username),
        ("relief.closing.asked", house.accountant.username),
        ("relief.closing.closed", house.leader.username),
        ("relief.closing.reopening_asked", house.accountant.username),
        ("relief.closing.reopened", house.leader.username),
        ("relief.closing.begun", house.leader.username),
    ]


# -- what stands in the way -----------------------------------------------------------------------------------------------------


def last_year(rows, **days):
    """As if these rows had been written on the last day of the year."""
    rows.update(**{name: noon(LAST, 12, 31) for name in days if days[name]})


def test_open_batches_money_at_the_bank_and_corrections_stand_in_the_way(house):
    source = make_old_source(house)
    draft = make_batch(house, make_award(house))
    sent = make_batch(house, make_award(house), status="handed_over")
    funds.ask_transfer(
        source, taker=make_source(office=house.office), amount=D(5), reason_code="x", reason="y", by=house.accountant
    )
    last_year(Batch.objects.filter(pk=draft.pk), made_at=True)
    last_year(Payment.objects.filter(batch=sent), paid_at=True)
    last_year(Correction.objects.all(), asked_at=True)
    closing = begun(house)

    named = found(closing)

    assert sorted(named) == ["at_the_bank", "batches", "corrections"]
    with pytest.raises(
        Refusal, match=f"The batch made on {timezone.localtime(Batch.objects.get(pk=draft.pk).made_at):%Y-%m-%d}"
    ) as refused:
        actions.ask_closing(closing, remarks="never mind", by=house.accountant)
    assert str(refused.value) == " ".join(named["batches"] + named["at_the_bank"] + named["corrections"])


def test_what_began_after_the_period_does_not_stand_in_its_way(house):
    make_old_source(house)
    make_batch(house, make_award(house), status="handed_over")

    assert found(begun(house)) == {}


def test_missing_receipts_and_what_is_owed_may_stay_open_with_a_word(house):
    make_old_source(house)
    paid = make_paid(house)
    owed = make_award(house)
    emergency = make_award(house)
    Application.objects.filter(pk=emergency.application_id).update(ratification="pending")
    last_year(type(emergency).objects.filter(pk=emergency.pk), granted_at=True)
    Payment.objects.filter(pk=paid.pk).update(answered_on=date(LAST, 12, 30))
    Instalment.objects.filter(award=owed).update(due_on=date(LAST, 12, 1))
    returned = make_batch(house, make_award(house), status="handed_over").payments.get()
    Payment.objects.filter(pk=returned.pk).update(status="failed", failure="closed", answered_on=date(LAST, 12, 30))
    Instalment.objects.filter(pk=returned.instalment_id).update(status="owed")
    closing = begun(house)

    named = found(closing)
    assert sorted(named) == ["differences", "owed", "ratification", "receipts", "returned"]
    assert named["receipts"] == [f"{paid} of 1,000.00 yuan has no confirmed receipt."]
    Payment.objects.filter(pk=returned.pk).update(status="in_transit", failure="", answered_on=None)
    Instalment.objects.filter(pk=returned.instalment_id).update(status="paying")
    with pytest.raises(Incomplete, match="stays open"):
        actions.ask_closing(closing, by=house.accountant)

    assert actions.ask_closing(closing, remarks="Called twice.", by=house.accountant).remarks == "Called twice."


def test_a_difference_between_ledger_and_work_stands_in_the_way(house):
    make_old_source(house)
    award = make_award(house)
    Instalment.objects.filter(award=award).update(status="stopped")

    named = found(begun(house))

    assert list(named) == ["differences"]
    assert "1000.00 committed" in named["differences"][0]


def test_years_are_closed_one_after_the_other(house):
    make_old_source(house, LAST - 1, at=noon(LAST - 1, 5, 1))
    later = begun(house)
    assert found(later)["earlier"] == [f"{LAST - 1} is not closed yet."]

    earlier = begun(house, LAST - 1)

    assert found(later)["earlier"] == [f"{LAST - 1} is not closed yet."]
    actions.close_period(actions.ask_closing(earlier, by=house.accountant), by=house.leader)
    assert found(later) == {}


def test_a_month_that_was_begun_is_closed_before_its_year_and_needs_no_year_itself(house):
    make_old_source(house)
    year, december = begun(house), begun(house, month=12)

    assert found(december) == {}
    assert found(year)["earlier"] == [f"{LAST}-12 is not closed yet."]


def test_the_document_must_not_be_entered_for_other_relief(house):
    make_old_source(house, document_number="D7", earmarks=["medical"])
    make_source(office=house.office, year=LAST + 1, document_number="D7", earmarks=["living"])

    assert len(found(begun(house))["next_sources"]) == 1


@pytest.mark.parametrize(
    ("year", "month", "sentence"),
    [
        (LAST + 1, 0, "when it has ended"),
        (LAST - 3, 0, "Nothing was posted"),
        (LAST, 5, "lies in one that is closed"),
        (LAST, 12, "lies in one that is closed"),
    ],
)
def test_only_a_period_that_ended_had_money_and_is_not_closed_is_begun(house, year, month, sentence):
    make_old_source(house)
    closed(house)

    with pytest.raises(NotAllowed, match=sentence):
        begun(house, year, month)


# -- what a closed period takes ---------------------------------------------------------------------------------------------------


def test_nothing_is_posted_on_a_day_of_a_closed_period(house):
    source = make_old_source(house)
    closed(house, month=3)

    with pytest.raises(NotAllowed, match=f"Everything up to {LAST}-03-31 is closed"):
        funds.receive(source, amount=D(5), at=noon(LAST, 3, 31), by=house.accountant)

    assert funds.receive(source, amount=D(5), at=noon(LAST, 4, 1), by=house.accountant).pk


def test_a_source_of_a_closed_year_takes_no_new_money_and_no_new_grant(house):
    source = make_old_source(house, origin="local_finance")
    other = make_source(office=house.office, money="50", by=house.accountant, year=LAST + 1, origin="local_finance")
    waiting = funds.ask_transfer(other, taker=source, amount=D(5), reason_code="x", reason="y", by=house.accountant)
    closed(house)
    application = make_application(house, amount="10", source=source)

    for change in (
        lambda: funds.receive(source, amount=D(5), by=house.accountant),
        lambda: decisions.grant(application, amount=D(10), by=house.leader),
        lambda: funds.settle(waiting, by=house.leader),
        lambda: funds.ask_transfer(other, taker=source, amount=D(5), reason_code="x", reason="y", by=house.accountant),
    ):
        with pytest.raises(NotAllowed, match="belongs to a year that is closed"):
            change()


def rule_of(change):
    """Which named rule of the database refuses it."""
    with pytest.raises(DatabaseError) as caught, transaction.atomic():
        change()
    return caught.value.__cause__.diag.constraint_name


def test_the_database_refuses_a_posting_dated_into_a_closed_period(house):
    source = make_old_source(house)
    closed(house, month=3)
    five = (source, "outside", -5), (source, "available", 5)

    assert rule_of(lambda: post_by_sql(house, "receive", noon(LAST, 3, 31), *five)) == "ledger_period_is_closed"
    assert rule_of(lambda: post_by_sql(house, "receive", noon(LAST - 1, 6, 1), *five)) == "ledger_period_is_closed"


def test_the_database_looks_at_the_office_of_the_source_too(house):
    source, other = make_old_source(house), make_house()
    closed(house, month=3)
    five = (source, "outside", -5), (source, "available", 5)

    assert rule_of(lambda: post_by_sql(other, "receive", noon(LAST, 3, 31), *five)) == "ledger_period_is_closed"


def test_the_database_counts_days_as_they_are_in_china(house):
    """Half past midnight of the first of April in Shanghai is still March in Greenwich."""
    source = make_old_source(house)
    closed(house, month=3)

    post_by_sql(
        house,
        "receive",
        noon(LAST, 4, 1) - timedelta(hours=11, minutes=30),
        (source, "outside", -5),
        (source, "available", 5),
    )

    assert stand(source) == D("1005.00")


@pytest.mark.parametrize(
    ("kind", "giver", "taker"), [("receive", "outside", "available"), ("commit", "available", "committed")]
)
def test_the_database_gives_a_source_of_a_closed_year_nothing(house, kind, giver, taker):
    source = make_old_source(house)
    closed(house)
    five = (source, giver, -5), (source, taker, 5)

    assert rule_of(lambda: post_by_sql(house, kind, timezone.now(), *five)) == "source_of_a_closed_year_takes_nothing"


@pytest.mark.parametrize("fields", [{"earmarks": ["living"]}, {"origin": "donation_fund"}, {"year": LAST}])
def test_the_database_carries_nothing_over_for_another_purpose(house, fields):
    source = make_old_source(house, earmarks=["medical"])
    other = make_source(office=house.office, **{"year": LAST + 1, "earmarks": ["medical"]} | fields)
    five = (source, "available", -5), (source, "outside", 5), (other, "outside", -5), (other, "available", 5)

    rule = rule_of(lambda: post_by_sql(house, "carry_over", timezone.now(), *five, second=house.leader))

    assert rule == "carry_over_keeps_its_purpose"


def by_application(sql, *parameters):
    """The rule that refuses a statement of the application's own role."""

    def change():
        with connection.cursor() as cursor:
            cursor.execute(sql, parameters)

    return rule_of(change)


def test_the_database_keeps_the_document_of_a_source_that_goes_on(house):
    source = make_old_source(house, document_number="D7")
    closed(house)

    onward = FundSource.objects.get(carried_from=source)
    answer = by_application("UPDATE relief_fundsource SET document_number = 'D8' WHERE id = %s", onward.pk)

    assert answer == "carried_source_keeps_its_document"


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ("UPDATE relief_closing SET remarks = 'other'", "closing_is_not_edited"),
        ("UPDATE relief_closing SET status = 'open', asked_by_id = NULL, asked_at = NULL", "closing_is_not_edited"),
        ("UPDATE relief_closing SET status = 'asked'", "closing_goes_its_way"),
        ("DELETE FROM relief_closing", None),
    ],
)
def test_the_database_keeps_a_closing_as_it_was(house, change, rule):
    make_old_source(house)
    closed(house)

    assert by_application(change) == rule


def closing_row(house, **fields):
    fields = {"office": house.office, "year": LAST, "until": date(LAST, 12, 31)} | fields
    return Closing.objects.create(**fields)


def test_the_database_closes_nothing_that_was_not_put_forward(house):
    with pytest.raises(IntegrityError, match="put forward before"), transaction.atomic():
        closing_row(house, status="asked", asked_by=house.accountant, asked_at=timezone.now())


def test_the_database_closes_nothing_that_has_not_ended(house):
    today = timezone.localdate()
    closing = closing_row(house, year=today.year, until=date(today.year, 12, 31))
    now = timezone.now()
    Closing.objects.filter(pk=closing.pk).update(status="asked", asked_by=house.accountant, asked_at=now)

    with pytest.raises(IntegrityError, match="the period ends on"), transaction.atomic():
        Closing.objects.filter(pk=closing.pk).update(status="closed", closed_by=house.leader, closed_at=now)


def test_the_database_closes_nothing_whose_money_is_at_the_bank(house):
    make_old_source(house)
    closing = make_closing(house)
    last_year(Payment.objects.filter(batch=make_batch(house, make_award(house), status="handed_over")), paid_at=True)

    with pytest.raises(Refusal, match="waits for the bank's answer"):
        actions.close_period(closing, by=house.leader)
    with pytest.raises(IntegrityError, match="still at the bank"), transaction.atomic():
        Closing.objects.filter(pk=closing.pk).update(status="closed", closed_by=house.leader, closed_at=timezone.now())


@pytest.mark.parametrize(
    ("fields", "rule"),
    [
        ({"until": date(LAST, 11, 30)}, "closing_ends_with_its_period"),
        ({"month": 5}, "closing_ends_with_its_period"),
        ({"asked_at": True}, "closing_asked_has_who_and_when"),
        ({"asked_by": "accountant", "asked_at": True}, "closing_asked_has_who"),
        ({"closed_by": "leader", "closed_at": True}, "closing_closed_has_who"),
        ({"reopened_by": "leader", "reopened_at": True}, "closing_reopened_has_who_and_why"),
        ({"reopening_asked_by": "leader", "reopening_asked_at": True}, "closing_reopening_has_a_reason"),
    ],
)
def test_the_database_wants_each_period_whole(house, fields, rule):
    told = {
        name: timezone.now() if value is True else getattr(house, value) if isinstance(value, str) else value
        for name, value in fields.items()
    }

    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        closing_row(house, **told)


def test_a_period_is_begun_once(house):
    closing_row(house)

    with pytest.raises(IntegrityError, match="closing_once_a_period"), transaction.atomic():
        closing_row(house)


# -- opened again ---------------------------------------------------------------------------------------------------------------------


def test_a_closed_period_is_opened_again_by_two_people_with_a_reason(house):
    source = make_old_source(house)
    closing = closed(house, month=3)
    with pytest.raises(Incomplete, match="reason"):
        actions.ask_reopening(closing, reason_code="whim", reason="late", by=house.accountant)
    actions.ask_reopening(closing, reason_code="missing_voucher", reason="late", by=house.accountant)
    with pytest.raises(NotAllowed, match="asked for already"):
        actions.ask_reopening(closing, reason_code="other", reason="again", by=house.accountant)
    with pytest.raises(NotAllowed, match="Everything up to"):
        funds.receive(source, amount=D(5), at=noon(LAST, 3, 31), by=house.accountant)

    actions.reopen_period(closing, by=house.deputy)

    assert funds.receive(source, amount=D(5), at=noon(LAST, 3, 31), by=house.accountant).pk
    assert sorted(Closing.objects.values_list("status", flat=True)) == ["open", "reopened"]


def test_whoever_asked_to_open_a_period_again_does_not_do_it(house):
    make_old_source(house)
    closing = closed(house)
    actions.ask_reopening(closing, reason_code="other", reason="late", by=house.accountant)
    Closing.objects.filter(pk=closing.pk).update(reopening_asked_by=house.leader)

    with pytest.raises(NotAllowed, match="You asked for this"):
        actions.reopen_period(closing, by=house.leader)
    with pytest.raises(IntegrityError, match="closing_reopened_by_somebody_else"), transaction.atomic():
        Closing.objects.filter(pk=closing.pk).update(
            status="reopened", reopened_by=house.leader, reopened_at=timezone.now()
        )


def test_nothing_is_opened_again_that_nobody_asked_for(house):
    make_old_source(house)
    open_one = begun(house)

    with pytest.raises(NotAllowed, match="Only a closed period"):
        actions.ask_reopening(open_one, reason_code="other", reason="late", by=house.accountant)
    with pytest.raises(NotAllowed, match="Nobody asked"):
        actions.reopen_period(open_one, by=house.leader)


def test_the_second_person_may_leave_it_closed(house):
    make_old_source(house)
    closing = closed(house)
    actions.ask_reopening(closing, reason_code="other", reason="late", by=house.accountant)
    with pytest.raises(Incomplete, match="stays closed"):
        actions.keep_closed(closing, answer="", by=house.leader)

    actions.keep_closed(closing, answer="The voucher belongs to this year.", by=house.leader)

    closing.refresh_from_db()
    assert (closing.status, closing.reopening_asked_by, closing.reopening_code) == ("closed", None, "")


def test_periods_are_opened_again_from_the_end(house):
    make_old_source(house)
    month = closed(house, month=12)
    closed(house)

    with pytest.raises(NotAllowed, match=f"{LAST} is closed, too"):
        actions.ask_reopening(month, reason_code="other", reason="late", by=house.accountant)
    Closing.objects.filter(pk=month.pk).update(
        reopening_asked_by=house.accountant, reopening_asked_at=timezone.now(), reopening_code="x", reopening_reason="y"
    )
    with pytest.raises(IntegrityError, match="a later period is closed"), transaction.atomic():
        Closing.objects.filter(pk=month.pk).update(
            status="reopened", reopened_by=house.leader, reopened_at=timezone.now()
        )


def test_a_year_closed_anew_carries_over_what_came_in_between(house):
    source = make_old_source(house)
    closing = closed(house)
    actions.ask_reopening(closing, reason_code="missing_voucher", reason="late", by=house.accountant)
    actions.reopen_period(closing, by=house.leader)
    funds.receive(source, amount=D(5), at=noon(LAST, 12, 31), by=house.accountant)

    again = Closing.objects.get(status="open")
    again = actions.close_period(actions.ask_closing(again, by=house.accountant), by=house.leader)

    assert [one.amount for one in again.carried.all()] == [D("5.00")]
    assert stand(FundSource.objects.get(carried_from=source)) == D("1005.00")


# -- the sheet ------------------------------------------------------------------------------------------------------------------------


def test_the_sheet_adds_up_and_each_figure_is_its_rows(house):
    early = make_old_source(
        house, LAST - 1, "700", at=noon(LAST - 1, 6, 1), origin="local_finance", document_number="D1"
    )
    closed(house, LAST - 1)
    late = make_old_source(house, money="300", origin="local_finance")
    move(late, LedgerKind.COMMIT, Bucket.AVAILABLE, Bucket.COMMITTED, "100", by=house.accountant, at=noon(LAST, 4, 1))
    move(
        late, LedgerKind.HAND_OVER, Bucket.COMMITTED, Bucket.IN_TRANSIT, "60", by=house.accountant, at=noon(LAST, 4, 2)
    )
    move(late, LedgerKind.PAY, Bucket.IN_TRANSIT, Bucket.PAID, "60", by=house.accountant, at=noon(LAST, 4, 3))

    sheet = Sheet(closing_row(house))

    told = {row.source: row.cells for row in sheet.rows}
    assert {name: value for name, value in told[early].items() if value} == {
        "opening": D("700.00"), "held": D("700.00"), "available": D("700.00"),
    }  # fmt: skip
    assert {name: value for name, value in told[late].items() if value} == {
        "received": D("300.00"), "paid": D("60.00"), "held": D("240.00"), "committed": D("40.00"), "available": D("200.00"),
    }  # fmt: skip
    for row in [*told.values(), sheet.total]:
        moved = row["received"] + row["transferred"] + row["carried"] - row["paid"]
        assert row["opening"] + moved == row["held"] == row["committed"] + row["in_transit"] + row["available"]
    assert sum(-posting.amount for posting in sheet.postings("held")) == sheet.total["held"]


def test_what_was_available_on_the_last_day_and_what_went_on_differ_by_what_was_done_between(house):
    source = make_old_source(house)
    make_old_source(house, LAST + 1, "70", at=noon(LAST, 12, 30), document_number="D9")
    make_award(house, amount="300", source=source)
    closing = closed(house)
    make_award(house, amount="50", source=FundSource.objects.get(carried_from=source))

    bridge = bridge_of(Sheet(closing))

    assert bridge == Bridge(
        available=D("1070.00"),
        lines=[("in sources of a later year", D("-70.00")), ("Grant", D("-300.00"))],
        carried=D("700.00"),
    )
    assert bridge.available + sum(amount for _label, amount in bridge.lines) == bridge.carried


def test_a_year_closed_anew_says_what_the_first_closing_carried(house):
    source = make_old_source(house)
    first = closed(house)
    actions.ask_reopening(first, reason_code="missing_voucher", reason="late", by=house.accountant)
    actions.reopen_period(first, by=house.leader)
    funds.receive(source, amount=D(5), at=noon(LAST, 12, 31), by=house.accountant)
    again = actions.close_period(
        actions.ask_closing(Closing.objects.get(status="open"), by=house.accountant), by=house.leader
    )

    bridge = bridge_of(Sheet(again))

    assert (bridge.available, bridge.carried) == (D("1005.00"), D("5.00"))
    assert bridge.lines == [("Carry-over to the next year", D("-1000.00"))]


# -- the timer ------------------------------------------------------------------------------------------------------------------------


def said():
    out = StringIO()
    call_command("close_period", stdout=out)
    return out.getvalue().splitlines()


def test_the_timer_begins_what_has_ended_and_closes_nothing(house):
    make_old_source(house, LAST - 1, at=noon(LAST - 1, 6, 1))

    assert said() == [
        f"{house.office.code} {LAST - 1}: begun now",
        f"{house.office.code} {LAST}: begun now",
        f"  ! {LAST - 1} is not closed yet.",
    ]
    assert set(Closing.objects.values_list("status", "opened_by")) == {("open", None)}
    assert set(Event.objects.values_list("verb", "actor")) == {("relief.closing.begun", "(timer)")}


def test_the_timer_says_the_same_the_next_night(house):
    make_old_source(house)
    said()

    assert said() == [f"{house.office.code} {LAST}: to be closed"]
    assert Closing.objects.count() == 1


def test_the_timer_names_what_may_stay_open(house):
    make_old_source(house)
    owed = make_award(house)
    Instalment.objects.filter(award=owed).update(due_on=date(LAST, 12, 1))

    assert said()[1:] == [f"  · 1,000.00 yuan of {owed} were due on {LAST}-12-01."]


def test_the_timer_has_nothing_to_say_where_everything_is_closed(house):
    make_old_source(house)
    closed(house)

    assert said() == ["No period waits to be closed."]


def test_where_months_are_closed_the_next_month_is_begun(house):
    make_old_source(house)
    closed(house, month=3)

    assert to_begin(house.office, today=date(LAST, 5, 1)) == [(LAST, 4)]
    assert to_begin(house.office, today=date(LAST, 4, 30)) == []


def test_a_month_in_a_closed_year_is_not_begun(house):
    make_old_source(house)
    closed(house, month=3)
    closed(house)

    assert to_begin(house.office, today=timezone.localdate()) == []


def test_a_person_is_offered_what_ended_since_the_last_closing(house):
    make_old_source(house)
    closed(house, month=11)

    assert on_offer(house.office, today=date(LAST + 1, 1, 3)) == [(LAST, 0), (LAST, 12)]


def test_an_office_without_money_has_nothing_to_close(house):
    assert on_offer(house.office, today=timezone.localdate()) == []


# -- the pages ------------------------------------------------------------------------------------------------------------------------


def test_whose_turn_it_is_stands_among_the_tasks(house):
    make_old_source(house)

    def tasks(staff):
        return [task.code for task in tasks_of(staff) if task.code.startswith(("relief.close", "relief.reopen"))]

    closing = begun(house)
    assert (tasks(house.accountant), tasks(house.leader)) == (["relief.close_ask"], [])
    actions.ask_closing(closing, by=house.accountant)
    assert (tasks(house.accountant), tasks(house.leader)) == ([], ["relief.close"])
    actions.close_period(closing, by=house.leader)
    actions.ask_reopening(closing, reason_code="other", reason="late", by=house.accountant)
    assert (tasks(house.accountant), tasks(house.leader)) == ([], ["relief.reopen"])


def test_a_year_is_closed_on_its_pages_and_its_sheet_is_frozen(house, enter):
    source = make_old_source(house)
    accountant, leader = enter(house.accountant), enter(house.leader)
    url = accountant.post(reverse("relief:closings"), {"period": str(LAST)})["Location"]

    accountant.post(url, {"remarks": ""})
    answer = leader.post(f"{url}close/", follow=True)

    closing = Closing.objects.get()
    paper = IssuedDocument.objects.get()
    assert (closing.status, paper.kind, paper.number) == ("closed", "closing_sheet", str(LAST))
    page = answer.content.decode()
    assert f'href="?column=received&amp;source={source.code}#rows"' in page
    assert reverse("center:issued", args=[paper.code]) in page
    rows = leader.get(f"{url}?column=received&source={source.code}").content.decode()
    assert str(LedgerTransaction.objects.filter(kind="receive").get()) in rows


def test_each_thing_in_the_way_is_a_link(house, enter):
    make_old_source(house)
    batch = make_batch(house, make_award(house))
    last_year(Batch.objects.filter(pk=batch.pk), made_at=True)
    closing = begun(house)

    page = enter(house.accountant).get(closing.get_absolute_url()).content.decode()
    refused = enter(house.accountant).post(closing.get_absolute_url(), {"remarks": "never mind"})

    assert f'href="{batch.get_absolute_url()}"' in page
    assert (refused.status_code, "never mind" in refused.content.decode()) == (422, True)


def test_a_closing_is_sent_back_and_a_closed_one_opened_again_on_the_page(house, enter):
    make_old_source(house)
    closing = make_closing(house)
    url, leader, accountant = closing.get_absolute_url(), enter(house.leader), enter(house.accountant)

    leader.post(url, {"answer": "The statement is missing."})
    accountant.post(url, {"remarks": ""})
    leader.post(f"{url}close/")
    accountant.post(url, {"reason_code": "missing_voucher", "reason": "late"})
    leader.post(url, {"answer": "It belongs to this year."})
    accountant.post(url, {"reason_code": "missing_voucher", "reason": "really"})
    answer = leader.post(f"{url}reopen/")

    closing.refresh_from_db()
    assert (closing.status, closing.reopening_reason) == ("reopened", "really")
    assert answer["Location"] == reverse("relief:closings")


def test_another_office_s_closing_is_not_there(house, enter):
    make_old_source(house)
    closing = begun(house)

    assert enter(make_house().leader).get(closing.get_absolute_url()).status_code == 404


def test_a_source_of_a_closed_year_says_so(house, enter):
    source = make_old_source(house)
    closed(house)

    page = enter(house.accountant).get(source.get_absolute_url()).content.decode()

    assert "year closed" in page or "已结账" in page


def test_a_list_of_three_periods_asks_no_more_than_a_list_of_one(house, enter, django_assert_num_queries):
    from django.test.utils import CaptureQueriesContext

    make_old_source(house, LAST - 2, at=noon(LAST - 2, 6, 1))
    client, counts = enter(house.accountant), []
    begun(house, LAST - 2)
    client.get(reverse("relief:closings"))
    for more in ((), (LAST - 1, LAST)):
        for year in more:
            begun(house, year)
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("relief:closings"))
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_the_desks_say_nothing_of_closed_periods_to_people_without_money(house):
    make_old_source(house)
    begun(house)

    assert [task for desk in desks() for task in desk.tasks(house.frontdesk) if "close" in task.code] == []
