"""Why nothing may be given or paid now: each sentence alone, beside the case in which it is not said."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from casework.models import BankAccount
from relief.permissions import why_not_payable
from relief.queries.assessment import basis_of
from tests.relief.make import make_application, make_award, make_source, make_version, make_worker

D = Decimal
pytestmark = pytest.mark.django_db


def hindrances(application):
    return basis_of(application).hindrances


def test_a_rule_that_leaves_nothing_says_so(house):
    application = make_application(house, status="submitted", cap="1000")
    assert hindrances(application) == ()

    application.other_aid = D(1000)

    assert hindrances(application) == ("The rule leaves nothing to give this year.",)
    assert basis_of(application).computed.amount == D("0.00")


def test_a_family_in_a_category_of_one_kind_gets_no_second_kind_in_a_year(house):
    make_version(house, one_kind_only=["deep"])
    file, other = make_worker(house, category="deep"), make_worker(house, category="relative")
    for one in (file, other):
        make_award(house, kind="living", file=one, amount="300")

    found = [hindrances(make_application(house, status="submitted", file=one)) for one in (file, other)]

    assert found == [("In this category only one kind of relief is given in a year.",), ()]


def test_a_school_year_that_somebody_else_pays_is_not_paid_again(house):
    application = make_application(house, kind="education", status="submitted")
    assert hindrances(application) == ()

    application.other_aid = D(800)

    assert hindrances(application) == ("Another body already pays for this school year.",)


def test_nothing_is_granted_to_the_dead(house):
    application = make_application(house, status="submitted")

    application.person.died_on = date(2026, 3, 1)

    assert hindrances(application) == ("The applicant has died.",)


@pytest.mark.parametrize(("origin", "central"), [("central_finance", True), ("own_union_fee", False)])
def test_central_money_is_paid_on_a_file_in_force_only(house, origin, central):
    award = make_award(house, source=make_source(office=house.office, money="5000", origin=origin))
    part, application = award.instalments.get(), award.application
    part.award = award

    def why_not():
        return why_not_payable(part, account, office_id=house.office.pk)

    account = BankAccount.objects.get(holder=application.person)
    in_force = why_not()
    application.file.status = "exited"
    exited = why_not()
    application.file = None
    sentence = f"{application}: central money is paid on a file in force only." if central else ""

    assert (in_force, exited, why_not()) == ("", sentence, sentence)


def test_the_dead_are_not_paid_and_their_award_is_to_be_stopped(house):
    award = make_award(house)
    part, application = award.instalments.get(), award.application
    part.award = award

    application.person.died_on = date(2026, 3, 1)

    sentence = why_not_payable(part, BankAccount(), office_id=house.office.pk)
    assert sentence == f"{application}: the person has died; stop the award."
