"""What happens at the same moment, and when the power is cut in between: real transactions in a database of their own."""

from __future__ import annotations

from contextlib import suppress
from decimal import Decimal
from threading import Barrier, BrokenBarrierError
from threading import Event as Signal

import pytest
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from casework.actions import Dying, add_document, record_death
from casework.models import Death
from center.actions import meetings
from center.kernel.roles import Role
from center.models import AgendaItem, Event, Motion, Vote
from center.models.base import subject_of
from center.papers import documents
from config.owner import as_owner
from relief.actions import applications, bank, decisions, earlier_papers, funds, ledger, payments
from relief.actions.closing import close_period
from relief.models import (
    Application,
    ApplicationPaper,
    Award,
    Balance,
    BankReturn,
    Batch,
    Instalment,
    LedgerTransaction,
    Payment,
)
from relief.queries import limits
from tests.casework.make import make_file, make_person, make_picture
from tests.center.make import make_staff
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
    make_version,
    make_worker,
    noon,
    post_by_sql,
    return_file,
)

D = Decimal


def buckets():
    """All sources together."""
    found: dict[str, Decimal] = {}
    for balance in Balance.objects.all():
        found[balance.bucket] = found.get(balance.bucket, D(0)) + balance.amount
    return {bucket: amount for bucket, amount in found.items() if amount}


def test_two_accountants_cannot_put_the_same_instalment_in_two_batches(racing_db):
    house = make_house()
    award = make_award(house)
    owed = list(award.instalments.all())

    outcomes = racing_db(*[lambda: payments.make_batch(office=house.office, instalments=owed, by=house.accountant)] * 2)

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Batch", "NotAllowed"]


def test_two_readers_of_the_same_return_pay_once(racing_db):
    house = make_house()
    batch = make_batch(house, status="handed_over")
    content = return_file(batch)

    outcomes = racing_db(*[lambda: bank.read_return(batch, content=content, file_name="r.csv", by=house.cashier)] * 2)

    assert sorted(kept.outcome for kept in outcomes) == ["applied", "unchanged"]
    assert buckets()["paid"] == D("1000.00")


def test_two_grants_of_one_family_cannot_use_the_same_room(racing_db):
    house = make_house()
    version = make_version(house, "living", notice_rule="after", rule={"factor": {"deep": "2"}})  # 1,480 a year
    file, source = make_worker(house), make_source(office=house.office, money="9000", by=house.accountant)
    both = [
        make_application(house, kind="living", file=file, amount="1000", cap="1480", version=version, source=source)
        for _n in range(2)
    ]

    outcomes = racing_db(*[lambda a=a: decisions.grant(a, amount=D(1000), by=house.leader) for a in both])

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Application", "Refusal"]


@pytest.mark.parametrize(("held", "outcomes"), [(True, ["granted", "second"]), (False, ["granted", "granted"])])
def test_two_decisions_about_one_family_do_not_both_stay_below_the_band(racing_db, monkeypatch, held, outcomes):
    """1,500 twice in a moment is 3,000, and the leader grants 2,000 alone; without the lock both see the first sum."""
    house = make_house()
    file, version = make_worker(house), make_version(house)
    source = make_source(office=house.office, money="9000", by=house.accountant)
    both = [make_application(house, file=file, version=version, amount="1500", source=source) for _n in range(2)]
    if not held:
        together, both_looked = limits.together, Barrier(2)

        def looked(application, amount, **options):
            found = together(application, amount, **options)
            with suppress(BrokenBarrierError):
                both_looked.wait(timeout=1)
            return found

        monkeypatch.setattr(decisions, "_held", applications.locked)
        monkeypatch.setattr(limits, "together", looked)

    granted = racing_db(*[lambda a=a: decisions.grant(a, amount=D(1500), by=house.leader) for a in both])

    assert sorted(one.status for one in granted) == outcomes


# -- a crash at any statement leaves all or nothing -----------------------------------------------------------------------------


class Crash(Exception):
    """The power is cut."""


def crash_at(number):
    """Let the `number`-th statement of the block fail; afterwards say whether it was reached."""
    seen = {"statements": 0}

    def wrapper(execute, sql, params, many, context):
        seen["statements"] += 1
        if seen["statements"] == number:
            connection.connection.close()
            raise Crash
        return execute(sql, params, many, context)

    return connection.execute_wrapper(wrapper), seen


def state():
    models = (Batch, Payment, Instalment, Award, BankReturn, Application)
    rows = {
        model.__name__: sorted(model.objects.values_list("pk", "status")) for model in models if model is not BankReturn
    }
    return rows | {"returns": BankReturn.objects.count(), "money": buckets()}


STEPS = ["make", "check", "hand_over", "read", "reverse"]


def prepare(house, step):
    """Everything before the step, and the step itself."""
    if step == "make":
        parts = list(make_award(house).instalments.all())
        return lambda: payments.make_batch(office=house.office, instalments=parts, by=house.accountant)
    if step == "check":
        batch = make_batch(house)
        return lambda: payments.check_batch(batch, by=house.deputy)
    if step == "hand_over":
        batch = make_batch(house, status="checked")
        return lambda: payments.hand_over(batch, by=house.cashier)
    if step == "read":
        batch = make_batch(house, make_award(house), make_award(house), status="handed_over")
        content = return_file(batch, failed={2: "销户"})
        return lambda: bank.read_return(batch, content=content, file_name="r.csv", by=house.cashier)
    make_paid(house)
    entry = LedgerTransaction.objects.get(kind="pay")
    asked = funds.ask_reversal(entry, reason_code="duplicate", reason="paid twice", by=house.accountant)
    return lambda: funds.reverse(asked, by=house.leader)


@pytest.mark.parametrize("step", STEPS)
def test_a_crash_at_any_statement_leaves_all_or_nothing(racing_db, step):
    act = prepare(make_house(), step)
    before = state()

    for number in range(1, 200):
        wrapper, seen = crash_at(number)
        with wrapper, suppress(Crash):
            act()
        if seen["statements"] < number:
            break
        connection.close()
        assert state() == before, f"statement {number} of {step}"

    assert 5 < number < 199
    assert state() != before


def sitting(house):
    """A committee in session over one application, and the vote that grants it."""
    application = make_application(house)
    members = [make_staff(Role.MEMBER, office=house.office) for _n in range(3)]
    secretary = make_staff(Role.SECRETARY, office=house.office)
    meeting = meetings.prepare(house.office, title="committee", held_on=timezone.localdate(), quorum=3, by=secretary)
    meetings.mark_present(meeting, members=[member.pk for member in members], by=secretary)
    meetings.open_meeting(meeting, by=secretary)
    item = meeting.items.get(subject=subject_of(application))
    votes = {member.pk: "for" for member in members}
    return lambda: meetings.decide(item, result="granted", votes=votes, by=secretary)


def voted():
    return state() | {
        "items": list(AgendaItem.objects.values_list("pk", "status", "amount")),
        "written": [model.objects.count() for model in (Motion, Vote, Event, Instalment)],
    }


def test_a_crash_at_any_statement_of_a_vote_leaves_all_or_nothing(racing_db):
    act = sitting(make_house())
    before = voted()

    for number in range(1, 300):
        wrapper, seen = crash_at(number)
        with wrapper, suppress(Crash):
            act()
        if seen["statements"] < number:
            break
        connection.close()
        assert voted() == before, f"statement {number} of the vote"

    after = voted()
    assert 10 < number < 299
    assert after["Award"] != before["Award"]
    assert (Motion.objects.count(), Vote.objects.count()) == (1, 3)


# -- a posting into a period that somebody closes, in threes ----------------------------------------------------------


def met(racing_db, closing, posting):
    """What each says when `posting` begins after the closing was written and before it is committed."""
    written, posted = Signal(), Signal()

    def close():
        with transaction.atomic(), connection.cursor() as cursor:
            closing()
            written.set()
            waits = (0,)
            while waits == (0,) and not posted.is_set():  # until the other waits for a lock, or is through
                cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
                waits = cursor.fetchone()

    def post():
        written.wait(10)
        try:
            posting()
        finally:
            posted.set()

    return [type(answer).__name__ for answer in racing_db(close, post)]


@pytest.fixture
def december(racing_db):
    house = make_house()
    source = make_old_source(house)
    return house, source, make_closing(house, month=12), noon(LAST, 12, 31)


def test_with_the_lock_the_late_posting_gets_a_sentence(racing_db, december):
    house, source, closing, late = december

    said = met(
        racing_db,
        lambda: close_period(closing, by=house.leader),
        lambda: funds.receive(source, amount=D(5), at=late, by=house.accountant),
    )

    assert said == ["NoneType", "NotAllowed"]
    assert buckets()["available"] == D("1000.00")


def test_without_the_lock_the_trigger_refuses_the_late_posting(racing_db, december):
    house, source, closing, late = december
    five = (source, "outside", -5), (source, "available", 5)

    said = met(
        racing_db,
        lambda: close_period(closing, by=house.leader),
        lambda: post_by_sql(house, "receive", late, *five),
    )

    assert said == ["NoneType", "IntegrityError"]
    assert buckets()["available"] == D("1000.00")


def test_without_lock_and_trigger_the_posting_slips_into_the_closed_period(racing_db, december):
    house, source, closing, late = december
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER postings_leave_closed_periods_alone ON relief_posting")

    said = met(
        racing_db,
        lambda: close_period(closing, by=house.leader),
        lambda: post_by_sql(house, "receive", late, (source, "outside", -5), (source, "available", 5)),
    )

    assert said == ["NoneType", "NoneType"]
    assert buckets()["available"] == D("1005.00")


def test_a_closing_waits_for_a_posting_that_came_first_and_carries_it_over(racing_db):
    house = make_house()
    source, closing = make_old_source(house), make_closing(house)

    said = met(
        racing_db,
        lambda: funds.receive(source, amount=D(5), at=noon(LAST, 12, 31), by=house.accountant),
        lambda: close_period(closing, by=house.leader),
    )

    assert said == ["NoneType", "NoneType"]
    assert [one.amount for one in closing.carried.all()] == [D("1005.00")]


def test_the_ledger_is_written_inside_the_change_only(racing_db):
    house = make_house()

    with pytest.raises(RuntimeError, match="inside the transaction"):
        ledger.post([], office=house.office, by=house.accountant)


# -- an application that opens while its paper is taken off, in threes -----------------------------------------------------


def rests(racing_db, monkeypatch, *, locks):
    """An application reads what the file keeps and waits before it writes; meanwhile the paper is taken off."""
    house = make_house()
    file = make_file(office=house.office, by=house.officer)
    paper = add_document(file, kind="id_copy", upload=make_picture(), by=house.officer)
    programme = make_version(house, "living", papers=["id_copy"]).programme
    read, removed = Signal(), Signal()
    told = earlier_papers.kept

    def kept(records):
        with pytest.MonkeyPatch.context() as patch:
            if not locks:
                patch.setattr(QuerySet, "select_for_update", lambda rows, **_how: rows)
            found = told(records)
        read.set()
        with connection.cursor() as cursor:
            waits = (0,)
            while waits == (0,) and not removed.is_set():  # until the other waits for a lock, or is through
                cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
                waits = cursor.fetchone()
        return found

    monkeypatch.setattr(earlier_papers, "kept", kept)

    def open_one():
        return applications.open_application(
            programme, person=file.household.head, office=house.office, by=house.frontdesk
        )

    def remove():
        read.wait(10)
        try:
            documents.remove(paper, reason="of another family", by=house.officer2)
        finally:
            removed.set()

    racing_db(open_one, remove)
    return ApplicationPaper.objects.filter(document__removed_at__isnull=False).count()


def test_with_the_lock_nothing_comes_to_rest_on_a_paper_that_goes(racing_db, monkeypatch):
    assert rests(racing_db, monkeypatch, locks=True) == 0


def test_without_the_lock_an_application_rests_on_a_paper_that_is_gone(racing_db, monkeypatch):
    assert rests(racing_db, monkeypatch, locks=False) == 1


# -- the receiver dies while the batch is handed over, with the lock and without it ------------------------------------------


def dies_meanwhile(racing_db, monkeypatch, *, locks):
    """The money of a member goes to the head's account; the head's death is entered after the last look at the lines."""
    house = make_house()
    file = make_worker(house)
    member = make_person(office=house.office)
    file.household.memberships.create(person=member, relation="10")
    batch = make_batch(house, make_award(house, file=file, person=member), status="checked")
    looked, through = Signal(), Signal()
    told = payments.why_not_hand_over

    def look(staff, batch):
        sentence = told(staff, batch)
        looked.set()
        with connection.cursor() as cursor:
            waits = (0,)
            while waits == (0,) and not through.is_set():  # until the other waits for a lock, or is through
                cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
                waits = cursor.fetchone()
        return sentence

    monkeypatch.setattr(payments, "why_not_hand_over", look)
    if not locks:
        monkeypatch.setattr(payments, "_hold_receivers", lambda _payments: None)

    def hand_over():
        return payments.hand_over(batch, by=house.cashier)

    def record():
        looked.wait(10)
        try:
            record_death(
                file.household.head, dying=Dying(died_on=timezone.localdate(), evidence="told"), by=house.frontdesk
            )
        finally:
            through.set()

    racing_db(hand_over, record)
    payment, death = Payment.objects.get(), Death.objects.get()
    return payment.status, death.recorded_at < payment.paid_at or (
        through.is_set() and death.recorded_at < answered(payment)
    )


def answered(payment):
    """When the hand-over was written to the trail, which is the last that it does."""
    return Event.objects.get(verb="relief.batch.handed_over", subject=subject_of(payment.batch)).at


def test_with_the_lock_a_death_waits_for_the_hand_over_that_came_first(racing_db, monkeypatch):
    assert dies_meanwhile(racing_db, monkeypatch, locks=True) == ("in_transit", False)


def test_without_the_lock_the_money_of_the_dead_leaves(racing_db, monkeypatch):
    assert dies_meanwhile(racing_db, monkeypatch, locks=False) == ("in_transit", True)
