"""What was computed is not forgotten overnight."""

from datetime import date
from decimal import Decimal

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from django.utils import timezone

from casework.actions import assess
from casework.models import IncomeItem
from casework.queries import economy
from center.kernel.periods import months_later
from tests.casework.make import make_file, make_household, make_income, make_person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("lines")]
LAST_DAY, NEW_MONTH = date(2026, 11, 30), date(2026, 12, 1)


@pytest.fixture
def draft(office, clerk):
    head = make_person(office=office, work_status="at_post", health_status="good")
    household = make_household(office=office, head=head)
    return make_file(office=office, by=clerk, household=household, status="draft", primary_cause="accident")


def earn(file, *, months_before, by):
    """A wage of 500 in each of the twelve months before the month of a day."""
    for back in range(1, 13):
        month = months_later(months_before.replace(day=1), -back)
        person = file.household.head
        IncomeItem.objects.create(
            household=file.household, person=person, kind="wage_income", amount=500, month=month, entered_by=by
        )


@pytest.mark.parametrize(("today", "day"), [(NEW_MONTH, LAST_DAY), (date(2026, 12, 9), LAST_DAY)])
def test_at_the_turn_of_a_month_the_figure_of_the_day_before_stands_with_its_day(draft, clerk, today, day):
    earn(draft, months_before=LAST_DAY, by=clerk)

    known = economy.last_known(draft, on=today)

    assert economy.unwritten(draft, on=today).per_capita is None
    assert (known.on, known.per_capita) == (day, Decimal("500.00"))


def test_nothing_is_known_of_whom_nothing_was_entered(draft):
    assert economy.last_known(draft, on=NEW_MONTH) is None


def test_what_was_written_goes_before_what_was_looked_at(draft, clerk):
    earn(draft, months_before=LAST_DAY, by=clerk)
    written = assess(draft, on=LAST_DAY, by=clerk)
    IncomeItem.objects.update(amount=600)

    assert economy.last_known(draft, on=NEW_MONTH) == written


def test_the_page_shows_it_and_leads_to_a_new_computation(at, clerk, draft):
    make_income(draft.household, draft.household.head, "6000", by=clerk)
    assess(draft, on=timezone.localdate(), by=clerk)
    IncomeItem.objects.update(dropped_at=timezone.now(), dropped_by=clerk)

    shown = at(clerk).get(reverse("casework:file_edit", args=[draft.code, "economy"]))

    page = BeautifulSoup(shown.content, "html.parser")
    text = " ".join(page.select_one("main").get_text(" ").split())
    assert f"Last known, computed for {timezone.localdate():%Y-%m-%d}: 500.00" in text
    again = reverse("casework:file_step", args=[draft.code, "assess"])
    assert [link.get_text(strip=True) for link in page.select(f"main a[href='{again}']")] == ["Compute anew"]
