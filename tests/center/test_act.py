"""One shape for every change: `by` last, one transaction, a sentence for every refusal."""

from datetime import date
from decimal import Decimal

import pytest
from psycopg.types.range import Range

from center.evidence import trail
from center.kernel import action
from center.kernel.errors import Conflict, NotAllowed, Refusal, require
from center.models import Office, Standard
from center.reference import numbering
from tests.center.make import make_office, make_staff


def test_an_action_ends_with_who_acts():
    known = set(action.ACTIONS)

    with pytest.raises(TypeError, match="the last parameter of an action is `by`"):

        @action.action
        def signed(record, *, by, reason):
            """Never called."""

    assert set(action.ACTIONS) == known


def test_a_refusal_without_its_sentence_is_a_mistake_of_ours():
    with pytest.raises(ValueError, match="needs its sentence"):
        Refusal(" ")
    with pytest.raises(NotAllowed) as refused:
        require("Only the leader decides.")

    assert str(refused.value) == "Only the leader decides."
    assert require("") is None


@pytest.mark.django_db
@pytest.mark.parametrize("value", [Decimal(-1), Decimal(10) ** 20])
def test_what_no_column_takes_is_refused_with_a_sentence(monkeypatch, value):
    monkeypatch.setattr(action, "ACTIONS", dict(action.ACTIONS))

    @action.action
    def decide(office, *, by):
        during = Range(date(2026, 1, 1), None)
        Standard.objects.bulk_create([Standard(key="dibao_line", office=office, value=value, during=during)])

    with pytest.raises(Conflict, match="beyond what is possible"):
        decide(make_office(), by=make_staff())
    assert Standard.objects.count() == 0


def test_no_event_and_no_number_outside_the_transaction_of_a_change():
    with pytest.raises(RuntimeError, match="inside the transaction of the change"):
        trail.record("center.test.done", "center.test:1", by=None)
    with pytest.raises(RuntimeError, match="inside the transaction of the decision"):
        numbering.draw("file", office=Office(pk=1), on=date(2026, 3, 5))
