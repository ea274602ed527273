"""The power is cut at any statement of an import: all of it stands, or nothing."""

from contextlib import suppress

from django.db import connection
from django.utils import timezone

from casework.actions import imports
from casework.exchange.check import bring_in
from casework.models import BankAccount, ChangeRequest, HardshipFile, Household, IncomeItem, Membership, Person
from center.kernel.roles import Role
from center.models import Event, Import, StagedRow
from center.privacy import vault
from tests.casework.test_imports import bring, checked, few
from tests.center.make import make_office, make_staff
from tests.relief.test_races import Crash, crash_at

MOST = 400
TABLES = (Person, Household, Membership, HardshipFile, IncomeItem, BankAccount, ChangeRequest, StagedRow, Event)


def state(record):
    record.refresh_from_db()
    rows = {model.__name__: model.objects.count() for model in TABLES}
    return rows | {"status": record.status, "original": record.original != "" and vault.place(record.original).exists()}


def crash_everywhere(record, act, most=MOST):
    """How many statements it takes, after a crash at each of them in turn."""
    before = state(record)
    for number in range(1, most):
        wrapper, seen = crash_at(number)
        with wrapper, suppress(Crash):
            act()
        if seen["statements"] < number:
            assert state(record) != before
            return number - 1
        connection.close()
        assert state(record) == before, f"statement {number}"
    raise AssertionError(f"more than {most} statements")


def test_a_crash_at_any_statement_of_a_first_import_leaves_all_or_nothing(racing_db):
    officer = make_staff(Role.OFFICER, office=make_office())
    record = checked(few(3), officer)

    statements = crash_everywhere(record, lambda: bring_in(record, only_good=True, by=officer))

    assert statements > 20
    assert HardshipFile.objects.count() == 3


def test_a_crash_at_any_statement_of_a_later_import_leaves_all_or_nothing(racing_db):
    """Drafts, changes and proposals: every branch of the writing."""
    office = make_office()
    officer = make_staff(Role.OFFICER, office=office)
    bring(few(2), officer)
    office.went_live_on = timezone.localdate()
    office.save()
    officer = make_staff(Role.OFFICER, office=office)
    changed = few(3, 家庭住址="新街1号", 困难类别="深度困难", 本人月平均收入=1000, 银行卡号="6228480000000000018")
    record = checked(changed, officer)

    statements = crash_everywhere(record, lambda: bring_in(record, only_good=True, by=officer))

    assert statements > 30
    assert ChangeRequest.objects.count() == 4


def test_a_crash_at_any_statement_of_a_withdrawal_leaves_all_or_nothing(racing_db):
    officer = make_staff(Role.OFFICER, office=make_office())
    record = bring(few(2), officer)

    crash_everywhere(record, lambda: imports.withdraw_import(record, reason="the wrong file", by=officer))

    assert (HardshipFile.objects.count(), Import.objects.get().status) == (0, "withdrawn")
