"""A death is recorded while the money goes to the bank: with the lock it comes before or after, never in between."""

from __future__ import annotations

from threading import Event as Signal

from django.db import connection
from django.utils import timezone

from casework import actions as registry
from config.owner import as_owner
from relief.actions import payments
from relief.models import Payment
from tests.relief.make import make_batch, make_house


def handed_over(racing_db, monkeypatch, *, locks):
    """(whether the death was on record before the money went, what the cashier was answered, where the money is).

    The cashier's action has looked at everybody and waits before it writes; meanwhile the death is recorded.
    """
    house = make_house()
    batch = make_batch(house, status="checked")
    person = batch.payments.get().application.person
    looked, died = Signal(), Signal()
    told, before = payments.why_not_hand_over, []

    def why_not_hand_over(staff, record):
        found = told(staff, record)
        looked.set()
        with connection.cursor() as cursor:
            waits = (0,)
            while waits == (0,) and not died.is_set():  # until the other waits for a lock, or is through
                cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
                waits = cursor.fetchone()
        before.append(died.is_set())
        return found

    monkeypatch.setattr(payments, "why_not_hand_over", why_not_hand_over)
    if not locks:
        monkeypatch.setattr(payments, "_hold_receivers", lambda _payments: None)

    def die():
        looked.wait(10)
        try:
            dying = registry.Dying(died_on=timezone.localdate(), evidence="told")
            registry.record_death(person, dying=dying, by=house.officer)
        finally:
            died.set()

    answer, _none = racing_db(lambda: payments.hand_over(batch, by=house.cashier), die)
    return before[0], type(answer).__name__, Payment.objects.get(batch=batch).status


def test_with_the_lock_a_death_waits_until_the_money_has_gone(racing_db, monkeypatch):
    assert handed_over(racing_db, monkeypatch, locks=True) == (False, "Batch", "in_transit")


def test_without_the_lock_the_trigger_keeps_the_money_here(racing_db, monkeypatch):
    assert handed_over(racing_db, monkeypatch, locks=False) == (True, "Conflict", "listed")


def test_without_lock_and_trigger_money_goes_to_somebody_on_record_as_dead(racing_db, monkeypatch):
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER payments_are_their_instalments ON relief_payment")

    assert handed_over(racing_db, monkeypatch, locks=False) == (True, "Batch", "in_transit")
