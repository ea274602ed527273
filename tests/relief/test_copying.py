"""What was told once is not asked twice: a new application begins as a copy of the one that came to nothing."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from casework.models import Consent
from relief.actions import applications
from relief.models import Application, ApplicationPaper, Invoice
from relief.permissions.applications import why_not_edit
from relief.queries.applications import bills_of
from tests.relief.make import make_application

pytestmark = pytest.mark.django_db


@pytest.fixture
def first(house):
    """A medical application with two bills and one paper."""
    draft = make_application(house, status="draft", self_paid=None, request="dialysis")
    draft.invoices.all().delete()
    for number, amount in (("A-1", "300"), ("A-2", "500")):
        applications.add_invoice(
            draft, number=number, self_paid=Decimal(amount), issued_on=date(2026, 1, 5), by=house.frontdesk
        )
    draft.refresh_from_db()
    return draft


def again(first, house):
    applications.withdraw(first, reason="came to the wrong desk", by=house.frontdesk)
    return applications.open_application(first.programme, person=first.person, office=house.office, by=house.frontdesk)


def bills(application):
    return list(application.invoices.filter(counts=True).values_list("number", "self_paid"))


def test_answers_and_bills_of_a_withdrawn_application_come_along(first, house):
    made = again(first, house)

    made.refresh_from_db()
    assert (made.request, made.status, made.number) == ("dialysis", "draft", "")
    assert bills(made) == [("A-1", Decimal(300)), ("A-2", Decimal(500))]
    assert made.self_paid == 800
    assert bills(first) == []


def test_a_bill_that_was_taken_back_is_never_asked_for_again(first, house):
    applications.drop_invoice(first.invoices.get(number="A-2"), by=house.frontdesk)
    first.refresh_from_db()

    made = again(first, house)

    assert bills(made) == []


def test_a_withdrawn_application_still_shows_its_bills_and_says_what_became_of_it(first, house, enter):
    applications.withdraw(first, reason="came to the wrong desk", by=house.frontdesk)
    first.refresh_from_db()

    page = enter(house.frontdesk).get(first.get_absolute_url()).content.decode()

    assert [bill.number for bill in bills_of(first)] == ["A-1", "A-2"]
    assert "A-1" in page
    assert why_not_edit(house.frontdesk, first) == "This application was withdrawn; a new one begins as its copy."


def test_a_bill_that_counts_elsewhere_by_now_stays_there(first, house):
    applications.withdraw(first, reason="x", by=house.frontdesk)
    other = make_application(house, status="draft")
    Invoice.objects.create(application=other, number="A-1", self_paid=Decimal(300))

    made = applications.open_application(first.programme, person=first.person, office=house.office, by=house.frontdesk)

    assert bills(made) == []


def test_papers_that_were_brought_are_here(first, house):
    first.version.papers = ["diagnosis"]
    first.version.save(update_fields=["papers"])
    paper = ApplicationPaper.objects.create(application=first, kind="diagnosis")
    applications.tick_paper(paper, state="received", note="original seen", by=house.frontdesk)

    made = again(first, house)

    assert made.papers.get(kind=paper.kind).state == "received"


def test_a_signed_consent_is_not_asked_for_again(first, house):
    today = timezone.localdate()
    Consent.objects.create(person=first.person, purpose="publish", signed_on=today, entered_by=house.frontdesk)

    assert again(first, house).may_publish is True


def test_after_a_grant_nothing_is_copied(first, house):
    Application.objects.filter(pk=first.pk).delete()
    make_application(house, status="granted", person=first.person, ended_by=house.leader, ended_at=timezone.now())

    made = applications.open_application(first.programme, person=first.person, office=house.office, by=house.frontdesk)

    assert (made.request, bills(made)) == ("", [])


def test_the_page_of_a_new_one_links_what_is_asked_for_already(first, house, enter):
    page = enter(house.frontdesk).get(reverse("relief:application_new"), {"person": first.person.code})

    assert list(page.context["others"]) == [first]
    assert first.get_absolute_url() in page.content.decode()


@pytest.mark.parametrize(
    ("status", "steps"),
    [
        ("draft", ["Answers and papers", "Assessment", "Public notice", "Decision", "Payment"]),
        ("ready", ["Answers and papers", "Assessment", "Decision", "Payment"]),
        ("withdrawn", ["Answers and papers", "Assessment", "withdrawn by the applicant"]),
        (
            "returned",
            ["Returned for supplement", "Answers and papers", "Assessment", "Public notice", "Decision", "Payment"],
        ),
    ],
)
def test_the_steps_are_those_that_happened_and_those_to_come(house, enter, status, steps):
    fields = {"ended_by": house.frontdesk, "ended_at": timezone.now()} if status == "withdrawn" else {}
    if status == "returned":
        fields = {"returned_by": house.officer, "returned_at": timezone.now()}
    application = make_application(house, status=status, **fields)
    house.frontdesk.language = "en"
    house.frontdesk.save(update_fields=["language"])

    page = enter(house.frontdesk).get(reverse("relief:application", args=[application.code]))

    assert [label for label, _state, _tone in page.context["steps"]] == steps
