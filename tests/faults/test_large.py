"""`make faults`: the power is cut at every statement of large pieces of work, one after the other. All of it, or nothing.

Outside `make test`, which proves the same on small ones: each statement costs a whole piece of work that is taken back.
"""

from contextlib import suppress

import pytest
from django.db import connection
from django.utils import timezone

from casework.exchange.check import bring_in
from casework.models import HardshipFile
from center.actions import meetings
from center.kernel.roles import Role
from center.models import AgendaItem, Event, Motion, Vote
from relief.actions import bank, payments
from tests.bench import registry
from tests.casework.test_import_crash import crash_everywhere
from tests.casework.test_imports import checked
from tests.center.make import make_office, make_staff
from tests.relief.make import make_application, make_award, make_batch, make_house, return_file
from tests.relief.test_races import Crash, crash_at, state

pytestmark = pytest.mark.faults

HOUSEHOLDS = 400
PAYMENTS = 12
MOST = 5_000


@pytest.fixture(autouse=True)
def files_of_this_test(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "documents"


def crash(act, look):
    """A crash at each statement of the work in turn; how many statements it has."""
    before = look()
    for number in range(1, MOST):
        wrapper, seen = crash_at(number)
        with wrapper, suppress(Crash):
            act()
        if seen["statements"] < number:
            assert look() != before
            return number - 1
        connection.close()
        assert look() == before, f"statement {number}"
    raise AssertionError(f"more than {MOST} statements")


def test_an_import_of_several_hundred_households(racing_db):
    officer = make_staff(Role.OFFICER, office=make_office())
    record = checked(registry.workbook(HOUSEHOLDS), officer)

    crash_everywhere(record, lambda: bring_in(record, only_good=True, by=officer), most=MOST)

    assert HardshipFile.objects.count() == HOUSEHOLDS


def test_a_batch_of_many_payments(racing_db):
    house = make_house()
    owed = [part for _n in range(PAYMENTS) for part in make_award(house).instalments.all()]

    statements = crash(lambda: payments.make_batch(office=house.office, instalments=owed, by=house.accountant), state)

    assert statements > PAYMENTS


def test_a_return_with_every_third_transfer_failed(racing_db):
    house = make_house()
    batch = make_batch(house, *[make_award(house) for _n in range(PAYMENTS)], status="handed_over")
    content = return_file(batch, failed=dict.fromkeys(range(1, PAYMENTS + 1, 3), "销户"))

    statements = crash(lambda: bank.read_return(batch, content=content, file_name="r.csv", by=house.cashier), state)

    assert statements > PAYMENTS


def sitting():
    """Seven members and as many applications as payments above, all ready."""
    house = make_house()
    secretary = make_staff(Role.SECRETARY, office=house.office)
    members = [make_staff(Role.MEMBER, office=house.office) for _n in range(7)]
    for _n in range(PAYMENTS):
        make_application(house, amount="6000")
    meeting = meetings.prepare(house.office, title="评审会", held_on=timezone.localdate(), quorum=5, by=secretary)
    meetings.mark_present(meeting, members=[member.pk for member in members], by=secretary)
    meetings.open_meeting(meeting, by=secretary)
    return meeting, secretary, members


def room():
    counts = {model.__name__: model.objects.count() for model in (Motion, Vote, Event)}
    return state() | counts | {"items": sorted(AgendaItem.objects.values_list("pk", "status"))}


def test_a_vote_of_seven_members_on_one_application(racing_db):
    meeting, secretary, members = sitting()
    votes = {member.pk: "for" for member in members}
    item = meeting.items.first()

    statements = crash(lambda: meetings.decide(item, result="granted", votes=votes, by=secretary), room)

    assert statements > len(members)
