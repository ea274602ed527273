"""Ink is measured: a scan is laid over the sheet as it was issued, and a box without ink is named as unsigned."""

from __future__ import annotations

import pypdfium2
import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter

from center.kernel.errors import NotAllowed
from center.kernel.roles import Role
from center.papers import ink
from center.privacy import vault
from relief.actions import boxes, receipts
from relief.models import SignedSheet
from relief.prints import print_signsheet
from tests.center.make import make_staff
from tests.relief.make import make_award, make_batch
from tests.relief.scans import from_the_side, scan_of, signed_page, signed_scan, turned, upload_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def batch(house):
    return make_batch(house, *(make_award(house) for _line in range(4)), status="answered")


@pytest.fixture
def issued(batch, house):
    return print_signsheet(batch, by=house.accountant)


def confirmed(batch):
    return list(batch.payments.exclude(receipt_confirmed_by=None).order_by("line").values_list("line", flat=True))


def taken(batch, house, picture):
    sheet = receipts.take_sheet(batch, upload=upload_of(picture), by=house.frontdesk)
    return sheet.recognised, sheet.bare, sheet.unseen


def test_the_print_says_where_the_box_of_each_line_is(issued):
    with pypdfium2.PdfDocument(vault.get(issued.code)) as document:
        page = document[0]
        found, text = boxes.boxes_of(page), page.get_textpage()
        heading = text.get_charbox(text.search("领款人签字").get_next()[0])
        amounts = [text.get_text_bounded(0, page.get_height() - box.bottom, box.left, page.get_height() - box.top)
                   for box in found.values()]  # fmt: skip

    assert list(found) == [1, 2, 3, 4]
    assert all(box.left < heading[0] < box.right for box in found.values())
    assert [said.split()[0] for said in amounts] == ["1", "2", "3", "4"]


def grainy(page):
    """As a worn lamp and a quick sensor leave it."""
    grain = Image.effect_noise(page.size, 50).convert("RGB")
    return Image.blend(page.filter(ImageFilter.GaussianBlur(1)), grain, 0.25)


WAYS = {
    "straight": lambda page: page,
    "upside down": lambda page: turned(page, 180),
    "a quarter round": lambda page: turned(page, 90),
    "three degrees": lambda page: turned(page, 3),
    "three degrees back, upside down": lambda page: turned(page, 177),
    "grey": lambda page: page.convert("L"),
    "pale and grey": lambda page: ImageEnhance.Contrast(page.convert("L")).enhance(0.6),
    "dark": lambda page: ImageEnhance.Brightness(page).enhance(0.55),
    "from the side": from_the_side,
    "from the side, turned": lambda page: turned(from_the_side(page, 0.25), 92),
    "grainy": grainy,
}


def read(issued, page):
    """What is measured in each box of a photograph."""
    return boxes.inked(upload_of(page), [issued], lines=[1, 2, 3, 4])


def test_ink_is_found_and_its_absence_too_however_the_page_lies(issued):
    page = signed_page(issued, lines={1, 3})

    found = {name: read(issued, way(page)) for name, way in WAYS.items()}

    assert found == {name: {1: True, 2: False, 3: True, 4: False} for name in WAYS}


@pytest.mark.parametrize("dots", [200, 300])
def test_the_same_on_finer_scans(issued, dots):
    page = turned(from_the_side(signed_page(issued, lines={1, 3}, dots=dots)), 183)

    assert read(issued, page) == {1: True, 2: False, 3: True, 4: False}


def test_ink_of_any_colour_is_ink(issued):
    colours = [(20, 20, 20), (200, 40, 40), (70, 90, 190), (90, 90, 90), (120, 140, 210)]

    found = [read(issued, signed_page(issued, lines={2, 3}, ink=colour)) for colour in colours]

    assert found == [{1: False, 2: True, 3: True, 4: False}] * len(colours)


def test_dust_is_no_ink(issued):
    page = signed_page(issued, lines={1, 2, 3})
    with pypdfium2.PdfDocument(vault.get(issued.code)) as document:
        box = boxes.boxes_of(document[0])[4]
    x, y = (box.left + box.right) / 2 * 150 / 72, (box.top + box.bottom) / 2 * 150 / 72
    ImageDraw.Draw(page).ellipse((x, y, x + 5, y + 5), fill="black")

    assert read(issued, page) == {1: True, 2: True, 3: True, 4: False}


def test_a_page_whose_corner_is_cut_off_names_the_boxes_it_does_not_show(batch, house, issued):
    page = signed_page(issued, lines={1, 2, 3, 4})

    assert taken(batch, house, page.crop((0, 0, round(page.width * 0.9), page.height))) == (True, [], [1, 2, 3, 4])


def test_a_signed_box_is_one_persons_word_and_the_others_are_marked(batch, house, issued, enter):
    client = enter(house.frontdesk)
    went = client.post(reverse("relief:receipts"), {"scan": signed_scan(issued, lines={1, 2, 3})})

    page = client.get(went["Location"]).content.decode()
    assert 'value="4" id="id_unsigned_3" checked' in " ".join(page.split())
    client.post(went["Location"], {"unsigned": ["4"], "signatures": "3"})

    assert (confirmed(batch), SignedSheet.objects.get().status) == ([1, 2, 3], "done")


@pytest.mark.parametrize(
    ("language", "said"),
    [("zh-hans", "有笔迹的3栏均已签字（共4栏）"), ("en", "All 3 boxes with ink are signed (of 4)")],
)
def test_one_click_says_that_all_boxes_with_ink_are_signed_and_names_the_others(
    batch, house, issued, enter, language, said
):
    clerk = make_staff(Role.FRONT_DESK, office=house.office, language=language)
    client = enter(clerk)
    went = client.post(reverse("relief:receipts"), {"scan": signed_scan(issued, lines={1, 2, 3})})

    page = " ".join(client.get(went["Location"]).content.decode().split())
    assert (said in page, SignedSheet.objects.get().bare) == (True, [4])
    bare = {"zh-hans": "第 4 行的签字栏中未发现笔迹", "en": "No ink was found in the boxes of lines 4."}[language]
    assert bare in page
    client.post(went["Location"], {"whole": "all"})

    sheet = SignedSheet.objects.get()
    assert (confirmed(batch), sheet.unsigned, sheet.status) == ([1, 2, 3], [4], "done")


def test_one_click_says_that_none_is_signed(batch, house, issued, enter):
    client = enter(house.frontdesk)
    went = client.post(reverse("relief:receipts"), {"scan": signed_scan(issued, lines={1, 2, 3})})
    assert "4栏均未签字" in client.get(went["Location"]).content.decode()

    client.post(went["Location"], {"whole": "none"})

    sheet = SignedSheet.objects.get()
    assert (confirmed(batch), sheet.unsigned, sheet.status) == ([], [1, 2, 3, 4], "done")


def test_one_click_names_all_lines_of_a_sheet_without_a_code_for_the_second_person(batch, house, enter):
    sheet = receipts.take_sheet(batch, upload=None, by=house.frontdesk)
    client = enter(house.frontdesk)
    assert "全部4行已签字" in client.get(sheet.get_absolute_url()).content.decode()

    client.post(sheet.get_absolute_url(), {"whole": "all"})

    sheet.refresh_from_db()
    assert (sheet.lines, sheet.status, confirmed(batch)) == ([1, 2, 3, 4], "asked", [])


def test_a_second_scan_speaks_only_for_what_still_waits(batch, house, issued):
    first = receipts.take_sheet(batch, upload=signed_scan(issued, lines={1, 2, 3}), by=house.frontdesk)
    receipts.look_through(first, unsigned={4}, signatures=3, by=house.frontdesk)

    later = receipts.take_sheet(batch, upload=signed_scan(issued), by=house.frontdesk)

    assert (later.lines, later.bare) == ([4], [])
    assert receipts.said_of(receipts.look_through(later, unsigned=(), signatures=1, by=house.frontdesk)).startswith(
        "1 "
    )


def test_whoever_calls_a_box_without_ink_signed_needs_a_second_person(batch, house, issued):
    sheet = receipts.take_sheet(batch, upload=scan_of(issued), by=house.frontdesk)
    assert (sheet.bare, sheet.unseen) == ([1, 2, 3, 4], [])

    sheet = receipts.look_through(sheet, unsigned={2}, signatures=3, by=house.frontdesk)
    assert (sheet.status, confirmed(batch)) == ("asked", [])
    assert receipts.said_of(sheet).startswith("Lines 1, 3, 4 are called signed, and no ink was found")
    with pytest.raises(NotAllowed, match="You named these lines"):
        receipts.second_sheet(sheet, by=house.frontdesk)
    receipts.second_sheet(sheet, by=house.officer)

    assert confirmed(batch) == [1, 3, 4]


def test_a_sheet_whose_boxes_cannot_be_found_is_two_peoples_word(batch, house, issued):
    page = signed_page(issued, lines={1, 2, 3, 4})
    ImageDraw.Draw(page).rectangle((page.width * 0.9, 0, page.width, page.height * 0.12), fill="white")

    sheet = receipts.take_sheet(batch, upload=upload_of(page), by=house.frontdesk)
    sheet = receipts.look_through(sheet, unsigned=(), signatures=4, by=house.frontdesk)

    assert (sheet.unseen, sheet.status, confirmed(batch)) == ([1, 2, 3, 4], "asked", [])
    assert "cannot be found on this scan" in receipts.ink_said(sheet)["unseen_said"]


def test_the_database_keeps_two_people_for_a_box_without_ink(batch, house, issued):
    sheet = receipts.take_sheet(batch, upload=signed_scan(issued, lines={1, 2, 3}), by=house.frontdesk)
    receipts.look_through(sheet, unsigned={4}, signatures=3, by=house.frontdesk)

    with pytest.raises(IntegrityError, match="signed_sheet_without_ink_has_two_people"), transaction.atomic():
        SignedSheet.objects.filter(pk=sheet.pk).update(unsigned=[])


def test_marks_that_miss_one_another_are_no_marks():
    """A page that is folded, or put together of two: nothing is read from it."""
    square = [(0, 0), (10, 0), (10, 10), (0, 10)]
    here = [ink.Spot(x, y) for x, y in square] + [ink.Spot(x, y + 100) for x, y in square]
    moved = [*here[:7], ink.Spot(40, 150)]

    assert ink._fitted(list(zip(here, here, strict=True)))
    assert ink._fitted(list(zip(here, moved, strict=True))) is None
