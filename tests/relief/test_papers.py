"""A scan that is taken off: what rested on it waits for another one, and what is settled keeps its paper."""

from __future__ import annotations

import pytest
from django.urls import reverse

from casework.actions import add_document
from center.kernel.errors import Conflict, NotAllowed
from center.models import Document, Event
from center.papers import documents
from center.papers.documents import attach
from center.permissions.papers import why_not_remove
from relief.actions import applications, funds, receipts
from relief.actions.applications import ToldPaper
from relief.models import ApplicationPaper
from tests.casework.make import make_file, make_picture
from tests.center.make import make_staff
from tests.relief.make import (
    LAST,
    make_application,
    make_award,
    make_batch,
    make_closing,
    make_old_source,
    make_paid,
    make_source,
    make_version,
    noon,
    sign_for,
)

pytestmark = pytest.mark.django_db
WRONG = "of another family"


def page_of(paper):
    return reverse("center:document_remove", args=[paper.code])


def with_file(house, **fields):
    """A file with the copy of an ID card, and an application that found it there."""
    file = make_file(office=house.office, by=house.officer)
    paper = add_document(file, kind="id_copy", upload=make_picture(), by=house.officer)
    version = make_version(house, "living", papers=["id_copy"])
    application = applications.open_application(
        version.programme, person=file.household.head, office=house.office, by=house.frontdesk, **fields
    )
    return paper, application


# -- papers of applications ---------------------------------------------------------------------------------------------


def test_a_draft_waits_again_for_the_paper_that_was_taken_off_its_file(house):
    paper, application = with_file(house)
    assert application.papers.get().state == "kept"

    documents.remove(paper, reason=WRONG, by=house.officer2)

    row = application.papers.get()
    assert (row.state, row.document, row.ticked_by) == ("missing", None, None)
    assert Event.objects.filter(verb="relief.paper.released").count() == 1


def test_an_application_that_was_handed_in_rests_on_its_papers(house):
    paper, application = with_file(house)
    applications.fill_in(application, answers={"request": "winter"}, by=house.frontdesk)
    submitted = applications.submit(application, by=house.frontdesk)

    assert why_not_remove(house.officer2, paper) == f"Application {submitted} rests on this paper: it is to assess."
    with pytest.raises(NotAllowed, match="rests on this paper"):
        documents.remove(paper, reason=WRONG, by=house.officer2)


def test_a_scan_of_the_application_itself_is_taken_off_while_it_is_written(house, enter):
    application = make_application(house, status="draft")
    row = ApplicationPaper.objects.create(application=application, kind="request")
    applications.tick_papers(
        application, told=[ToldPaper(paper=row, state="received", scan=make_picture())], by=house.frontdesk
    )
    scan, client = Document.objects.get(), enter(house.frontdesk)
    assert page_of(scan) in client.get(application.get_absolute_url()).content.decode()

    answer = client.post(page_of(scan), {"reason": WRONG})

    row.refresh_from_db()
    assert (answer["Location"], row.state, row.document) == (application.get_absolute_url(), "missing", None)


def test_whoever_takes_no_applications_takes_no_paper_off_one(house):
    application = make_application(house, status="draft")
    scan = attach(application, kind="request", upload=make_picture(), by=house.frontdesk)

    assert why_not_remove(house.accountant, scan).startswith("Only the front desk")


def test_a_checklist_that_was_open_meanwhile_does_not_bring_the_paper_back(house):
    paper, application = with_file(house)
    seen = application.papers.get()
    documents.remove(paper, reason=WRONG, by=house.officer2)

    with pytest.raises(Conflict, match="not kept any more"):
        applications.tick_paper(seen, state="kept", note="seen", by=house.frontdesk)

    assert application.papers.get().state == "missing"


@pytest.mark.parametrize("kind", ["diagnosis", "medical_bill", "bank_card"])
def test_scans_of_illness_and_cards_are_opened_by_who_may_read_them_beside_an_application_too(house, enter, kind):
    application = make_application(house, status="submitted")
    scan = attach(application, kind=kind, upload=make_picture(), by=house.frontdesk)
    address = reverse("center:document", args=[scan.code])
    secretary = make_staff("secretary", office=house.office)

    opened = {name: enter(staff).get(address).status_code for name, staff in
              {"officer": house.officer, "leader": house.leader, "front desk": house.frontdesk,
               "secretary": secretary}.items()}  # fmt: skip

    assert opened == {"officer": 200, "leader": 200, "front desk": 403, "secretary": 403}


def test_whoever_takes_a_scan_in_sees_it_until_the_application_is_handed_in(house, enter):
    application = make_application(house, status="draft")
    scan = attach(application, kind="diagnosis", upload=make_picture(), by=house.frontdesk)
    client = enter(house.frontdesk)

    assert client.get(reverse("center:document", args=[scan.code])).status_code == 200


# -- papers of money ----------------------------------------------------------------------------------------------------


def test_the_document_of_the_money_goes_when_the_right_one_is_there(house, enter):
    source = make_source(office=house.office, by=house.accountant)
    wrong = funds.add_document(source, upload=make_picture(), by=house.accountant)
    assert why_not_remove(house.accountant, wrong).endswith("Add the right one first.")
    right = funds.add_document(source, upload=make_picture(), by=house.accountant)
    client = enter(house.accountant)
    assert page_of(wrong) in client.get(source.get_absolute_url()).content.decode()

    answer = client.post(page_of(wrong), {"reason": "letter of last year"})

    left = client.get(source.get_absolute_url()).content.decode()
    assert (answer["Location"], list(Document.objects.filter(removed_at=None))) == (source.get_absolute_url(), [right])
    assert (page_of(right) in left, why_not_remove(house.officer, right)) == (False, why_not_remove(house.chair, right))
    assert why_not_remove(house.officer, right) != ""


def test_a_receipt_that_is_taken_off_is_missing_again(house, enter):
    payment = sign_for(make_paid(house), house, upload=make_picture())
    client = enter(house.frontdesk)
    assert page_of(payment.receipt) in client.get(payment.get_absolute_url()).content.decode()

    answer = client.post(page_of(payment.receipt), {"reason": WRONG})

    payment.refresh_from_db()
    assert (answer.status_code, payment.receipt, payment.receipt_confirmed_by) == (302, None, None)
    assert Event.objects.filter(verb="relief.payment.receipt_taken_off").count() == 1
    again = receipts.take_receipt(payment, upload=make_picture(), by=house.officer)
    receipts.second_sheet(again, by=house.frontdesk)
    payment.refresh_from_db()
    assert payment.receipt_confirmed_by == house.frontdesk


def test_a_sheet_that_is_taken_off_was_the_receipt_of_every_line(house):
    batch = make_batch(house, make_award(house), make_award(house), status="answered")
    sheet = receipts.take_sheet(batch, upload=make_picture(), by=house.frontdesk)
    receipts.second_sheet(receipts.name_lines(sheet, signed={1, 2}, by=house.frontdesk), by=house.officer)
    assert batch.payments.filter(receipt_confirmed_by=house.officer).count() == 2

    documents.remove(Document.objects.get(), reason=WRONG, by=house.officer)

    assert set(batch.payments.values_list("receipt", "receipt_confirmed_by")) == {(None, None)}


def test_who_paid_does_not_take_the_receipt_off_and_who_confirms_none_neither(house):
    receipt = sign_for(make_paid(house), house, upload=make_picture()).receipt

    assert why_not_remove(house.cashier, receipt) == "You paid this; somebody else takes its receipt off."
    assert why_not_remove(house.accountant, receipt).startswith("Only the front desk, an officer or the cashier")


def test_the_receipt_of_a_reversed_payment_stays(house):
    payment = sign_for(make_paid(house), house, upload=make_picture())
    type(payment).objects.filter(pk=payment.pk).update(status="reversed")

    assert why_not_remove(house.officer, payment.receipt) == f"Payment {payment} is reversed; its receipt stays."


def test_a_closed_period_keeps_its_receipts(house):
    payment = sign_for(make_paid(house), house, upload=make_picture())
    type(payment).objects.filter(pk=payment.pk).update(answered_on=noon(LAST, 12, 31).date())
    make_old_source(house, at=noon(LAST, 12, 30))
    make_closing(house, month=12, status="closed")

    assert why_not_remove(house.officer, payment.receipt) == (
        f"Everything up to {LAST}-12-31 is closed; its receipts stay."
    )
