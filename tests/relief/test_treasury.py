"""What a treasurer and a leader read adds up: source by source, kind by kind, month by month."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from relief.actions import funds
from relief.models import FundSource
from relief.queries import treasury
from relief.views.funds import CAME
from tests.relief.make import make_application, make_award, make_batch, make_source

D = Decimal
pytestmark = pytest.mark.django_db


def test_each_source_goes_from_what_came_to_what_is_left(house):
    giver = make_source(office=house.office, money="10000", planned=D(20000))
    taker = make_source(office=house.office, money="500")
    make_batch(house, make_award(house, amount="1000", source=giver), status="answered")
    make_batch(house, make_award(house, amount="700", source=giver), status="handed_over")
    make_award(house, amount="300", source=giver)
    move = {"taker": taker, "amount": D(2000), "reason": "more need", "by": house.accountant}
    funds.settle(funds.ask_transfer(giver, reason_code="transfer", **move), by=house.leader)

    first, second = treasury.by_source(list(FundSource.objects.order_by("pk")))

    assert (first.planned, first.received, first.moved, first.carried) == (D(20000), D(10000), D(-2000), D(0))
    assert (first.committed, first.in_transit, first.paid, first.left) == (D(300), D(700), D(1000), D(6000))
    assert (second.received, second.moved, second.left) == (D(500), D(2000), D(2500))
    for line in (first, second):
        put_in = line.received + line.moved + line.carried
        assert put_in == line.committed + line.in_transit + line.paid + line.left
    assert treasury.total_of([first, second])["moved"] == 0


def test_kinds_tell_what_waits_what_is_at_the_bank_and_what_the_year_paid(house):
    make_batch(house, make_award(house, amount="1000"), status="answered")
    make_batch(house, make_award(house, amount="700"), status="handed_over")
    make_award(house, amount="300")

    (medical,) = treasury.by_kind([house.office.pk], year=timezone.localdate().year)

    assert (medical.kind, medical.committed, medical.in_transit, medical.paid) == ("medical", D(300), D(700), D(1000))


def test_twelve_months_end_with_this_one(house):
    make_batch(house, make_award(house, amount="1000"), status="answered")

    months = treasury.paid_by_month([house.office.pk])

    assert (len(months), months[-1][0], months[-1][1]) == (12, f"{timezone.localdate():%Y-%m}", D(1000))
    assert {amount for _label, amount, _url in months[:-1]} == {D(0)}


def test_who_waits_is_counted_by_age(house):
    for days in (1, 10, 40, 41):
        one = make_application(house)
        type(one).objects.filter(pk=one.pk).update(submitted_at=timezone.now() - timedelta(days=days))

    assert [counts for _label, counts in treasury.waiting_by_age([house.office.pk])] == [[1, 1, 2]]


def test_the_leaders_home_and_the_treasurers_page_show_it(house, enter):
    make_batch(house, make_award(house, amount="1234.50"), status="answered")

    home = enter(house.leader).get(reverse("center:home")).content.decode()
    page = enter(house.accountant).get(reverse("relief:funds")).content.decode()

    assert ("1,234.50" in home, "1,234.50" in page) == (True, True)


def test_the_chart_of_sources_names_seven_and_the_rest_is_one_line(house, enter):
    for n in range(1, 11):
        make_source(office=house.office, money=str(n * 1000))

    rows = treasury.left_by_source(treasury.by_source(list(FundSource.objects.all())))
    home = enter(house.leader).get(reverse("center:home")).content.decode()

    assert [amount for _label, amount, _url in rows] == [D(n * 1000) for n in (10, 9, 8, 7, 6, 5, 4, 6)]
    assert (rows[-1][0], sum(amount for _label, amount, _url in rows)) == ("3 other sources", D(55000))
    assert home.count("55,000.00") == 2  # the figure above, and the total of the table


def test_a_source_says_what_came_what_was_moved_and_what_was_carried_over_apart(house, enter):
    giver, taker = make_source(office=house.office, money="10000"), make_source(office=house.office, money="500")
    asked = funds.ask_transfer(
        giver, taker=taker, amount=D(4000), reason="more need", reason_code="transfer", by=house.accountant
    )
    funds.settle(asked, by=house.leader)
    client = enter(house.accountant)

    answers = [client.get(reverse("relief:source", args=[giver.code]), {"bucket": name}) for name in CAME]

    assert [answer.context["opened"]["total"] for answer in answers] == [D(10000), D(-4000), D(0)]
    assert (answers[0].context["line"].received, answers[0].context["line"].moved) == (D(10000), D(-4000))
