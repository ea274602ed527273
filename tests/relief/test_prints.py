"""The papers of this room as they come out of the printer, whatever the language of the screen."""

from __future__ import annotations

from decimal import Decimal

import pypdfium2
import pytest
from django.utils import timezone

from center.kernel.errors import NotAllowed
from relief.actions import decisions
from relief.exchange import BROAD, HALF, PADDING, _breadths, export_register
from relief.models import Decision
from relief.prints import (
    CLOSE,
    issue_letter,
    print_approval,
    print_closing,
    print_findings,
    print_signsheet,
    print_supplement,
)
from tests.papers import pages_of, text_of
from tests.relief.make import (
    make_application,
    make_award,
    make_batch,
    make_closing,
    make_old_source,
    read_good_return,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def sheet(house):
    def print_one(lines):
        batch = make_batch(house, *(make_award(house, amount="1234.50") for _line in range(lines)), status="checked")
        return print_signsheet(batch, by=house.accountant)

    return print_one


def test_every_paper_is_chinese_although_the_screen_is_english(house, sheet):
    application = make_application(house)
    decisions.grant(application, amount=Decimal(1000), by=house.leader)
    by = house.officer

    papers = [
        print_supplement(application, by=by),
        print_approval(application, by=by),
        issue_letter(Decision.objects.get(), by=by),
        sheet(1),
    ]

    titles = ["一次性告知单", "困难职工救助申请审批表", "救助决定书", "救助资金发放花名册（签领表）"]
    assert [paper.title for paper in papers] == titles
    for paper, title in zip(papers, titles, strict=True):
        assert title in text_of(paper, by=by)


def test_amounts_on_paper_have_their_thousands_apart(house, sheet):
    said = text_of(sheet(2), by=house.accountant)

    assert said.count("1,234.50") == 2
    assert "合计：2,469.00元（大写：贰仟肆佰陆拾玖元整）" in said


@pytest.mark.parametrize("lines", [8, 9, 10, 11, 12])
def test_nobody_signs_a_page_on_which_no_payment_stands(house, sheet, lines):
    last = pages_of(sheet(lines), by=house.accountant)[-1]

    assert "单位盖章" in last
    assert "1,234.50" in last


def test_a_closing_is_signed_under_its_sum_and_what_stays_open(house):
    make_old_source(house, money="1234")
    closing = make_closing(house, status="closed", remarks="签收单待收回")

    last = pages_of(print_closing(closing, by=house.leader), by=house.leader)[-1]

    assert "未了事项说明签收单待收回期末结存（大写）：壹仟贰佰叁拾肆元整制表：" in last
    assert "单位盖章" in last


def test_nobody_signs_for_what_the_bank_returned(house):
    batch = make_batch(house, *(make_award(house, amount=amount) for amount in ("1000", "700")), status="handed_over")
    read_good_return(batch, by=house.cashier, failed={2: "账户已销户"})
    batch.refresh_from_db()

    text = text_of(print_signsheet(batch, by=house.accountant), by=house.accountant)

    assert "共1人" in text
    assert "壹仟元整" in text
    assert text.count("银行退回") == 1


def test_a_batch_that_nobody_has_checked_has_no_sheet(house):
    with pytest.raises(NotAllowed, match="Only a checked batch has a sign-off sheet"):
        print_signsheet(make_batch(house), by=house.accountant)


def test_a_batch_that_came_back_whole_has_no_sheet(house):
    batch = make_batch(house, status="handed_over")
    read_good_return(batch, by=house.cashier, failed={1: "账户已销户"})
    batch.refresh_from_db()

    with pytest.raises(NotAllowed, match="The bank returned every line of this batch"):
        print_signsheet(batch, by=house.accountant)


def test_the_front_desk_prints_no_sheet_to_sign(house):
    with pytest.raises(NotAllowed, match="Your roles do not print sign-off sheets"):
        print_signsheet(make_batch(house, status="checked"), by=house.frontdesk)


def pages_of_bytes(pdf):
    with pypdfium2.PdfDocument(pdf) as document:
        return [page.get_textpage().get_text_range() for page in document]


def test_the_last_page_of_a_list_has_lines_their_sum_and_the_seal(house):
    """Thirteen payments are a line more than a page of findings holds, and as many as a page of the register."""
    batch = make_batch(house, *(make_award(house, amount="1234.50") for _line in range(13)), status="answered")
    lines = [{"payment": payment, "compared": None, "mark": None} for payment in batch.payments.order_by("line")]
    year = timezone.localdate().year
    facts = {"rule": "late", "year": year, "lines": lines, "left_out": 0}

    found = pages_of(print_findings(house.office, **facts, by=house.auditor), by=house.auditor)
    _export, pdf, _sums = export_register(year=year, fmt="pdf", office=house.office, by=house.auditor)
    register = pages_of_bytes(pdf)

    for last, seal in ((found[-1], "（盖章）"), (register[-1], "（单位盖章）")):
        assert last.count("1,234.50") >= CLOSE
        assert "16,048.50" in last
        assert seal in last
    assert "救助资金发放台账" in register[0]


def test_numbers_days_and_amounts_of_the_register_never_break_and_words_share_the_rest():
    titles = ["No.", "Employer", "Amount", "Arrived on", "Bank"]
    rows = [["1", "沙湾市新兴能源化工装备制造（集团）有限责任公司", "1,234,567.00", "2026-11-30", "农业银行"]]

    no, employer, amount, day, bank = _breadths(titles, rows)

    assert amount >= 12 * HALF + PADDING
    assert day >= 10 * HALF + PADDING
    assert bank >= 8 * HALF + PADDING
    assert employer > amount > day > no
    assert sum((no, employer, amount, day, bank)) == pytest.approx(BROAD)
