"""Every page of an emergency says that it is one, and whether the committee has ratified it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse
from psycopg.types.range import Range

from center.desk import Decided
from center.kernel.roles import Role
from relief.actions import decisions
from relief.models import Application, EmergencyPower, Payment
from relief.prints import issue_letter
from tests.center.make import make_staff
from tests.papers import text_of
from tests.relief.make import make_application, make_batch, read_good_return

pytestmark = pytest.mark.django_db

D = Decimal
SAID = {
    "pending": ("应急，待追认", "emergency, not ratified yet"),
    "ratified": ("应急，已追认", "emergency, ratified"),
    "not_ratified": ("应急，未予追认", "emergency, ratification refused"),
}


@pytest.fixture
def urgent(house):
    """Granted by the named leader and a second person, not before the committee yet."""
    EmergencyPower.objects.create(
        staff=house.leader, office=house.office, ceiling=D(2000), during=Range(date(2020, 1, 1), None)
    )
    made = make_application(house, amount="1500", is_emergency=True)
    decisions.grant_emergency(made, amount=D(1500), reason="fire", by=house.leader)
    return decisions.second(made, by=house.deputy)


def pages_of(application):
    """The pages on which the application, what is owed, its line of a batch, its payment or its row stands."""
    payment = Payment.objects.get(application=application)
    return [
        reverse("relief:application", args=[application.code]),
        reverse("relief:applications"),
        reverse("relief:batch", args=[payment.batch.code]),
        reverse("relief:payment", args=[payment.code]),
        reverse("relief:register"),
    ]


def readers(house):
    return [make_staff(Role.AUDITOR, office=house.office, language=language) for language in ("zh-hans", "en")]


@pytest.mark.parametrize("state", list(SAID))
def test_each_page_says_whether_it_is_ratified(house, enter, urgent, state):
    batch = make_batch(house, urgent.award, status="handed_over")
    read_good_return(batch, by=house.cashier)
    Application.objects.filter(pk=urgent.pk).update(ratification=state)

    for reader, said in zip(readers(house), SAID[state], strict=True):
        client = enter(reader)
        unsaid = [page for page in pages_of(urgent) if said not in client.get(page).content.decode()]
        assert unsaid == []


def test_what_is_due_says_so_before_it_is_paid(house, enter, urgent):
    assert SAID["pending"][0] in enter(house.accountant).get(reverse("relief:payments")).content.decode()


def test_who_decides_sees_it_before_anything_is_granted(house, enter):
    made = make_application(house, amount="1500", is_emergency=True)
    ordinary = make_application(house, amount="1500")

    decide = [
        "应急" in enter(house.leader).get(reverse("relief:application", args=[one.code])).content.decode()
        for one in (made, ordinary)
    ]
    dossier = enter(house.leader).get(reverse("relief:application_decide", args=[made.code])).content.decode()

    assert (decide, made.urgency[1], ordinary.urgency) == ([True, False], "warning", None)
    assert "应急" in dossier


def letter(house, application):
    decision = application.decisions.order_by("pk").first()
    return text_of(issue_letter(decision, by=house.officer), by=house.officer)


def test_the_letter_says_that_it_is_to_be_ratified(house, urgent):
    assert "本次救助属于应急救助，由本中心先行审批，尚待评审会追认。" in letter(house, urgent)


def test_the_letter_says_that_it_is_ratified(house, urgent):
    decisions.list_on_agenda(urgent, meeting="H1", by=house.chair)
    yes = Decided(result="granted", amount=D(1500), reason_code="", reason="", meeting="H1", agenda_item_id=1)
    decisions.carry_out(urgent, decided=yes, by=house.chair)
    urgent = Application.objects.get(pk=urgent.pk)

    assert "由本中心先行审批，已经评审会追认。" in letter(house, urgent)
