"""What the relief desk tells the shell: where a person's relief stands, and what two records of one person may not bring."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from center.desk import desk_of
from center.kernel.errors import Refusal
from center.kernel.roles import Permission
from center.models.base import subject_of
from center.reference import working_days
from relief.desk import numbers
from relief.models import Application, LedgerTransaction
from relief.queries.trace import trace_of
from tests.casework.make import make_person
from tests.center.make import make_staff
from tests.relief.make import make_application, make_award, make_batch, make_paid, make_version, make_worker

D = Decimal
pytestmark = pytest.mark.django_db


@pytest.fixture
def desk():
    return desk_of("relief.application:1")


def test_who_belongs_to_no_office_opens_no_service(house, desk):
    make_version(house)

    assert desk.services(make_person(office=house.office), by=make_staff()) == ()


def test_on_notice_the_state_counts_the_working_days_that_are_left(house, desk):
    last = working_days.add(timezone.localdate(), 3)
    running = make_application(house, status="noticed", notice_number="G1", notice_ends_on=last, noticed_amount=D(1000))
    over = Application(programme=running.programme, status="noticed", handler=house.officer)
    over.notice_ends_on = timezone.localdate() - timedelta(days=9)
    noticed = running.get_status_display()

    said = f"medical relief: {noticed}, %s working days left; handler {house.officer}."

    assert desk.state_of(subject_of(running)) == said % 3
    assert desk._sentence(over) == said % 0


def test_what_is_not_of_this_desk_has_no_state_here(desk):
    assert [desk.state_of(subject) for subject in ("legal.case:1", "relief.application:0")] == ["", ""]


def test_two_records_of_a_student_are_joined_unless_both_ask_for_one_school_year(house, desk):
    keep, drop = (make_worker(house).household.head for _n in range(2))
    make_application(house, kind="education", person=keep, school_year=2025)
    other = make_application(house, kind="education", person=drop, school_year=2026)
    twice = Application.objects.filter(pk=other.pk)

    twice.update(school_year=2025)
    with pytest.raises(Refusal, match="are both for school year 2025 of one student"):
        desk.join(keep=keep, drop=drop, by=house.officer)
    twice.update(school_year=2026)
    desk.join(keep=keep, drop=drop, by=house.officer)

    assert Application.objects.filter(person=keep, beneficiary=keep).count() == 2


def test_an_emergency_that_was_not_ratified_is_a_gap_in_the_trace(house):
    payment = make_paid(house)
    application = payment.application

    def gaps():
        return [step.label for step in trace_of(payment) if not step.there]

    ratified = gaps()
    application.ratification = Application.Ratification.PENDING

    assert [label for label in gaps() if label not in ratified] == ["Ratification"]


def test_a_line_of_a_voucher_is_found_as_it_is_printed(house):
    batch = make_batch(house, *(make_award(house) for _n in range(3)), status="handed_over")
    third = LedgerTransaction.objects.get(line=3, payment__batch=batch)

    (hit,) = numbers.hits(str(third), by=house.accountant)

    assert (str(third), hit.group, hit.url) == (
        f"{third.voucher_number}-3",
        "voucher",
        reverse("relief:payment", args=[third.payment.code]),
    )
    assert numbers.hits(f"{third.voucher_number}-4", by=house.accountant) == []
    assert [(one.label, one.needs) for one in numbers.kept(str(third))] == [
        ("ledger transaction", frozenset({Permission.READ_FUNDS}))
    ]
