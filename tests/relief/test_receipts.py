"""Evidence is the evidence: a sheet is recognised page by page, what has no code is two people's word about named lines."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse

from center.kernel.errors import NotAllowed, Refusal
from center.models import Document
from center.permissions.papers import why_not_remove
from center.privacy import vault
from relief.actions import receipts
from relief.models import Payment, SignedSheet
from relief.permissions import why_not_take_off_sheet
from relief.prints import paged, print_signsheet
from tests.casework.make import make_picture
from tests.relief.make import make_award, make_batch, make_paid, read_good_return
from tests.relief.scans import scan_of, signed_scan

pytestmark = pytest.mark.django_db


def make_long_batch(house, lines=9):
    """More lines than a page holds, all paid."""
    return make_batch(house, *(make_award(house) for _line in range(lines)), status="answered")


def signed(batch):
    return list(batch.payments.exclude(receipt_confirmed_by=None).order_by("line").values_list("line", flat=True))


def test_any_picture_confirms_nothing_until_a_second_person_has_seen_the_named_lines(house):
    batch = make_long_batch(house, 3)

    sheet = receipts.take_sheet(batch, upload=make_picture(), by=house.frontdesk)
    assert (sheet.recognised, sheet.lines, signed(batch)) == (False, [], [])
    sheet = receipts.name_lines(sheet, signed={1, 3}, by=house.frontdesk)
    assert (sheet.status, signed(batch)) == ("asked", [])
    with pytest.raises(NotAllowed, match="You named these lines"):
        receipts.second_sheet(sheet, by=house.frontdesk)
    receipts.second_sheet(sheet, by=house.officer)

    assert signed(batch) == [1, 3]
    assert batch.payments.get(line=1).receipt == sheet.paper
    assert batch.payments.get(line=1).receipt_confirmed_by == house.officer


def test_one_page_of_two_confirms_the_lines_of_that_page(house):
    batch = make_long_batch(house)
    issued = print_signsheet(batch, by=house.accountant)
    assert issued.pages == 2

    second = receipts.take_sheet(batch, upload=signed_scan(issued, 2), by=house.frontdesk)
    receipts.look_through(second, unsigned=(), signatures=len(second.lines), by=house.frontdesk)
    on_the_second = second.lines
    assert (signed(batch), on_the_second[-1]) == (on_the_second, 9)
    assert on_the_second[0] > 1

    first = receipts.take_sheet(batch, upload=signed_scan(issued, 1), by=house.frontdesk)
    receipts.look_through(first, unsigned=(), signatures=len(first.lines), by=house.frontdesk)
    assert signed(batch) == list(range(1, 10))
    assert first.lines == list(range(1, on_the_second[0]))


def test_all_pages_in_one_scan_speak_for_all_lines(house):
    batch = make_long_batch(house)

    sheet = receipts.take_sheet(
        batch, upload=signed_scan(print_signsheet(batch, by=house.accountant)), by=house.frontdesk
    )

    assert (sheet.recognised, sheet.lines) == (True, list(range(1, 10)))


def test_boxes_that_are_empty_are_named_and_what_is_left_is_counted(house):
    batch = make_long_batch(house, 3)
    sheet = receipts.take_sheet(
        batch, upload=signed_scan(print_signsheet(batch, by=house.accountant)), by=house.frontdesk
    )

    with pytest.raises(Refusal, match="You counted 3 signatures, and 2 of 3 lines are not marked as unsigned"):
        receipts.look_through(sheet, unsigned={2}, signatures=3, by=house.frontdesk)
    sheet = receipts.look_through(sheet, unsigned={2}, signatures=2, by=house.frontdesk)

    assert (signed(batch), sheet.unsigned, sheet.status) == ([1, 3], [2], "done")
    assert receipts.said_of(sheet) == "2 receipts are confirmed. Not signed: lines 2."


def test_the_sheet_of_another_batch_and_another_paper_are_refused(house):
    batch, other = make_batch(house, status="answered"), make_batch(house, status="answered")
    theirs = print_signsheet(other, by=house.accountant)

    with pytest.raises(Refusal, match="belongs to another sheet"):
        receipts.take_sheet(batch, upload=scan_of(theirs), by=house.frontdesk)
    with pytest.raises(NotAllowed, match="You paid this"):
        receipts.take_sheet(batch, upload=make_picture(), by=house.cashier)

    assert (signed(batch), SignedSheet.objects.count(), Document.objects.count()) == ([], 0, 0)


def test_the_sheet_as_it_was_issued_is_no_scan_of_signatures(house):
    batch = make_long_batch(house, 2)
    issued = print_signsheet(batch, by=house.accountant)
    as_issued = SimpleUploadedFile("sheet.pdf", vault.get(issued.code))

    with pytest.raises(Refusal, match="nobody has signed it"):
        receipts.take_sheet(batch, upload=as_issued, by=house.frontdesk)


def test_one_payments_page_is_looked_at_and_any_other_paper_waits_for_the_second(house):
    batch = make_long_batch(house, 2)
    first, second = batch.payments.order_by("line")
    issued = print_signsheet(batch, by=house.accountant)

    own = receipts.take_receipt(first, upload=signed_scan(issued), by=house.frontdesk)
    assert receipts.take_receipt(second, upload=make_picture(), by=house.frontdesk).status == "asked"

    assert (own.status, own.lines, signed(batch)) == ("taken", [1], [])
    receipts.look_through(own, unsigned=(), signatures=1, by=house.frontdesk)
    assert signed(batch) == [1]


def test_a_print_that_nobody_signed_confirms_nothing_from_the_page_of_a_payment(house, enter):
    """A photograph of the blank print is recognised by its code, and is no signature."""
    batch = make_long_batch(house, 2)
    payment = batch.payments.order_by("line").first()
    blank = scan_of(print_signsheet(batch, by=house.accountant))

    answer = enter(house.frontdesk).post(payment.get_absolute_url(), {"scan": blank})

    sheet = SignedSheet.objects.get()
    assert (answer.status_code, answer["Location"], signed(batch)) == (302, sheet.get_absolute_url(), [])
    assert (sheet.bare, sheet.lines) == ([1], [1])
    with pytest.raises(Refusal, match="You counted 0 signatures"):
        receipts.look_through(sheet, unsigned=(), signatures=0, by=house.frontdesk)
    receipts.look_through(sheet, unsigned=(), signatures=1, by=house.frontdesk)
    assert signed(batch) == []


def test_what_the_bank_returned_is_never_signed_for(house):
    batch = make_batch(house, make_award(house), make_award(house), status="handed_over")
    read_good_return(batch, by=house.cashier, failed={2: "账户已销户"})
    batch.refresh_from_db()

    sheet = receipts.take_sheet(
        batch, upload=signed_scan(print_signsheet(batch, by=house.accountant)), by=house.frontdesk
    )
    receipts.look_through(sheet, unsigned=(), signatures=1, by=house.frontdesk)

    assert signed(batch) == [1]


@pytest.mark.parametrize("upload", [make_picture, lambda: None], ids=["scan", "on_paper"])
@pytest.mark.parametrize("who", ["frontdesk", "officer", "officer2"])
def test_the_roles_that_the_sentence_names_take_a_wrong_sheet_off(house, enter, who, upload):
    payment = make_paid(house)
    sheet = receipts.take_receipt(payment, upload=upload(), by=house.frontdesk)
    receipts.second_sheet(sheet, by=house.officer)

    client = enter(getattr(house, who))
    page = client.get(sheet.get_absolute_url()).content.decode()
    off = reverse("relief:signed_sheet_take_off", args=[sheet.code])
    assert off in page
    answer = client.post(off, {"reason": "of another batch"})

    payment.refresh_from_db()
    sheet.refresh_from_db()
    assert (answer.status_code, sheet.status, payment.receipt_confirmed_by, payment.receipt) == (
        302,
        "taken_off",
        None,
        None,
    )
    assert client.get(sheet.get_absolute_url()).status_code == 200


def test_the_cashier_takes_off_what_another_one_paid_and_not_what_was_paid_by_oneself(house, enter):
    payment = make_paid(house)
    sheet = receipts.take_receipt(payment, upload=make_picture(), by=house.frontdesk)
    receipts.second_sheet(sheet, by=house.officer)

    assert why_not_remove(house.cashier, sheet.paper) == "You paid this; somebody else takes its receipt off."
    assert why_not_remove(house.officer, sheet.paper) == ""
    assert enter(house.officer).get(reverse("center:document_remove", args=[sheet.paper.code])).status_code == 200


def test_a_second_person_turns_down_what_nobody_signed(house):
    sheet = receipts.take_receipt(make_paid(house), by=house.frontdesk)

    with pytest.raises(Refusal, match="Say why"):
        receipts.turn_down_sheet(sheet, answer=" ", by=house.officer)
    receipts.turn_down_sheet(sheet, answer="nothing is signed", by=house.officer)

    assert Payment.objects.get().receipt_confirmed_by is None


def test_the_database_keeps_two_people_for_a_sheet_without_a_code(house):
    sheet = receipts.take_receipt(make_paid(house), by=house.frontdesk)

    with pytest.raises(IntegrityError, match="signed_sheet_without_ink_has_two_people"), transaction.atomic():
        SignedSheet.objects.filter(pk=sheet.pk).update(status="done")


def test_the_page_takes_a_sheet_in_and_asks_what_is_signed(house, enter):
    batch = make_long_batch(house, 2)
    issued = print_signsheet(batch, by=house.accountant)
    client = enter(house.frontdesk)

    taken = client.post(reverse("relief:receipts"), {"scan": signed_scan(issued)})
    page = client.get(taken["Location"]).content.decode()
    assert 'name="unsigned"' in page
    done = client.post(taken["Location"], {"unsigned": ["1"], "signatures": "1"})

    assert (taken.status_code, done.status_code, signed(batch)) == (302, 302, [2])


def test_who_cannot_confirm_gets_no_form(house, enter):
    make_paid(house)

    for who in (house.cashier, house.auditor, house.accountant):
        assert 'name="scan"' not in enter(who).get(reverse("relief:receipts")).content.decode()
    assert 'name="scan"' in enter(house.frontdesk).get(reverse("relief:receipts")).content.decode()


@pytest.mark.parametrize(
    ("lines", "most", "pages"),
    [(1, 9, [1]), (6, 9, [6]), (7, 9, [4, 3]), (9, 9, [5, 4]), (15, 9, [9, 6]), (16, 9, [6, 5, 5]), (5, 4, [3, 2])],
)
def test_pages_are_balanced_and_the_last_leaves_room_for_sum_and_signatures(lines, most, pages):
    assert [len(page) for page in paged(list(range(lines)), most)] == pages


def test_who_paid_takes_no_sheet_off_before_it_is_confirmed_either(house):
    payment = make_paid(house)
    sheet = receipts.take_receipt(payment, upload=make_picture(), by=house.frontdesk)

    assert why_not_take_off_sheet(house.cashier, sheet) == "You paid this; somebody else takes its receipt off."
    assert why_not_take_off_sheet(house.officer, sheet) == ""
