"""Any order of money actions keeps the ledger true: a machine that drives every action registered as moving money."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from center.kernel.action import MONEY_ACTIONS
from center.kernel.errors import Refusal
from relief.actions import bank, decisions, funds
from relief.models import Award, Balance, Batch, FundSource, Instalment, LedgerTransaction
from relief.queries.verify import faults
from tests.relief.make import (
    make_application,
    make_batch,
    make_house,
    make_source,
    make_version,
    make_worker,
    return_file,
)

D = Decimal
RARELY = 3
AMOUNTS = st.integers(1, 40_000).map(lambda fen: D(fen) / 100)
driven: Counter[str] = Counter()

# Which ledger kind each money action posts; the machine counts kinds, so an action that no rule reaches is seen.
KINDS = {
    "relief.actions.funds.receive": "receive",
    "relief.actions.funds.transfer": "transfer",
    "relief.actions.funds.carry_over": "carry_over",
    "relief.actions.funds.reverse": "reverse",
    "relief.actions.decisions.commit": "commit",
    "relief.actions.decisions.release": "release",
    "relief.actions.payments.hand_over": "hand_over",
    "relief.actions.payments.pay": "pay",
    "relief.actions.payments.bank_failed": "bank_failed",
    "relief.actions.bankfiles.second_failure": "bank_failed",
}


class Center(RuleBasedStateMachine):
    """Two sources of one year and one of the next; everything else grows."""

    def __init__(self):
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.house = make_house()
        self.version = make_version(self.house, "medical")
        self.file = make_worker(self.house)
        office, by = self.house.office, self.house.accountant
        self.sources = [
            make_source(office=office, money="500", by=by, origin="local_finance", year=2026) for _n in range(2)
        ] + [make_source(office=office, by=by, origin="local_finance", year=2027)]

    def teardown(self):
        driven.update(LedgerTransaction.objects.values_list("kind", flat=True))
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    def attempt(self, change):
        """A refusal is a right answer; anything else that is raised is a fault."""
        try:
            with transaction.atomic():
                return change()
        except Refusal:
            return None

    @rule(amount=AMOUNTS, which=st.integers(0, 1))
    def receive(self, amount, which):
        funds.receive(self.sources[which], amount=amount, by=self.house.accountant)

    @rule(amount=AMOUNTS, which=st.integers(0, 1))
    def grant(self, amount, which):
        application = make_application(
            self.house, amount=amount, source=self.sources[which], file=self.file, version=self.version
        )
        self.attempt(lambda: decisions.grant(application, amount=amount, by=self.house.leader))
        Award.objects.filter(status="waiting").update(status="payable")

    @precondition(lambda _self: Instalment.objects.filter(status="owed").exists())
    @rule(pick=st.randoms(use_true_random=False))
    def stop(self, pick):
        award = pick.choice(list(Award.objects.filter(instalments__status="owed").order_by("pk")))
        self.attempt(lambda: decisions.release(award, reason_code="other", text="ended", by=self.house.leader))

    @precondition(lambda _self: Instalment.objects.filter(status="owed", award__status="payable").exists())
    @rule()
    def to_the_bank(self):
        awards = list(Award.objects.filter(instalments__status="owed", status="payable").order_by("pk"))
        self.attempt(lambda: make_batch(self.house, *awards, status="handed_over"))

    @precondition(lambda _self: Batch.objects.filter(status="handed_over").exists())
    @rule(fails=st.booleans())
    def from_the_bank(self, fails):
        self.answer(fails=fails)

    @precondition(lambda _self: Batch.objects.filter(status="handed_over").exists())
    @rule()
    def refused_by_the_bank(self):
        """A rule of its own: left to chance alone, some orders of a run would hardly see a failed transfer."""
        self.answer(fails=True)

    def answer(self, *, fails):
        batch = Batch.objects.filter(status="handed_over").first()
        lines = list(batch.payments.values_list("line", flat=True))
        content = return_file(batch, failed={lines[0]: "户名不符"} if fails else {})
        bank.read_return(batch, content=content, file_name="r.csv", by=self.house.cashier)
        batch.payments.filter(status="failed").update(
            failure_settled_by=self.house.frontdesk, failure_settled_at=batch.made_at
        )

    @precondition(lambda _self: LedgerTransaction.objects.filter(kind="pay", reversed_by=None).exists())
    @rule(again=st.booleans())
    def reverse(self, again):
        entry = LedgerTransaction.objects.filter(kind="pay", reversed_by=None).first()

        def change():
            asked = funds.ask_reversal(
                entry, reason_code="other", reason="mistake", pay_again=again, by=self.house.accountant
            )
            funds.settle(asked, by=self.house.deputy)

        self.attempt(change)

    @rule(amount=AMOUNTS, later=st.booleans())
    def move(self, amount, later):
        giver, taker = self.sources[0], self.sources[2 if later else 1]

        def change():
            if later:
                asked = funds.ask_carry_over(giver, taker=taker, amount=amount, reason="end", by=self.house.accountant)
            else:
                asked = funds.ask_transfer(
                    giver, taker=taker, amount=amount, reason_code="x", reason="y", by=self.house.accountant
                )
            funds.settle(asked, by=self.house.leader)

        self.attempt(change)

    @invariant()
    def the_ledger_is_true(self):
        assert list(faults()) == []

    @invariant()
    def no_yuan_is_made_or_lost(self):
        assert sum(Balance.objects.values_list("amount", flat=True), D(0)) == 0
        assert all(source.pk for source in FundSource.objects.all())


def test_every_money_action_has_its_kind_in_the_machine():
    relief = {name for name in MONEY_ACTIONS if name.startswith("relief.")}

    assert relief == KINDS.keys()


@pytest.mark.django_db
def test_any_order_of_money_actions_keeps_the_ledger_true():
    driven.clear()
    connection.ensure_connection()

    run_state_machine_as_test(
        Center,
        settings=settings(
            max_examples=20,
            stateful_step_count=25,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )

    rare = {name: driven[kind] for name, kind in KINDS.items() if driven[kind] < RARELY}
    assert rare == {}
