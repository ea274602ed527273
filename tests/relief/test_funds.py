"""Money comes in by the accountant, moves by two people, and is reversed rather than edited."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from io import StringIO

import pytest
from django import urls
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import override
from python_calamine import CalamineWorkbook

from center.exchange.prove import Answer, prove
from center.kernel.errors import Conflict, Incomplete, NotAllowed, Refusal
from center.models import Document, Event
from center.models.base import subject_of
from center.models.exchange import Export
from relief.actions import decisions, funds
from relief.enums import Bucket, LedgerKind
from relief.models import Balance, Correction, FundSource, Instalment, LedgerTransaction
from relief.queries.ledger import ledger_rows
from relief.queries.trace import trace_of
from relief.queries.verify import faults
from tests.casework.make import make_picture
from tests.relief.make import make_award, make_batch, make_paid, make_source, move

D = Decimal
pytestmark = pytest.mark.django_db


def stand(source, bucket="available"):
    return Balance.objects.get(fund_source=source, bucket=bucket).amount


def new_source(house, **fields):
    fields = {
        "office": house.office, "name": "中央财政专项", "origin": "central_finance", "year": 2026,
        "document_number": "财社8号", "earmarks": ["medical"], "amount": D(500), "received_on": date(2026, 1, 15),
        "by": house.accountant,
    } | fields  # fmt: skip
    return funds.open_source(**fields)


def test_money_received_is_a_source_an_entry_and_a_line_of_the_trail(house):
    source = new_source(house)

    assert stand(source) == D("500.00")
    assert list(Event.objects.order_by("pk").values_list("verb", flat=True)) == [
        "relief.fund_source.opened",
        "relief.money.received",
    ]


def test_the_document_of_the_money_is_kept_and_every_trace_leads_to_the_latest_scan(house):
    source = new_source(house, earmarks=[], scan=make_picture())
    payment = make_paid(house, amount="100", source=source)
    first = trace_of(payment)[0].document

    funds.add_document(source, upload=make_picture(), by=house.accountant)

    scans = list(Document.objects.filter(subject=subject_of(source)).order_by("pk"))
    assert [(scan.kind, scan.added_by) for scan in scans] == [("fund_document", house.accountant)] * 2
    assert (first, trace_of(payment)[0].document) == (scans[0].code, scans[1].code)


def test_a_scan_that_is_no_paper_is_refused_and_no_money_is_entered(house):
    with pytest.raises(Refusal):
        new_source(house, scan=SimpleUploadedFile("letter.png", b"no picture", content_type="image/png"))

    assert (FundSource.objects.count(), LedgerTransaction.objects.count(), Document.objects.count()) == (0, 0, 0)


@pytest.mark.parametrize("who", ["cashier", "leader", "officer", "frontdesk", "auditor"])
def test_only_the_accountant_keeps_the_document_of_the_money(house, who):
    source = new_source(house)

    with pytest.raises(NotAllowed, match="Only the accountant"):
        funds.add_document(source, upload=make_picture(), by=getattr(house, who))


def test_the_page_of_a_source_says_whether_its_document_is_there_and_takes_it(house, enter):
    source = new_source(house)
    client = enter(house.accountant)
    before = client.get(f"/funds/{source.code}/").content.decode()

    refused = client.post(f"/funds/{source.code}/document/", {})
    sent = client.post(f"/funds/{source.code}/document/", {"scan": make_picture()})

    page = client.get(f"/funds/{source.code}/").content.decode()
    code = Document.objects.get(subject=subject_of(source)).code
    assert (refused.status_code, sent.status_code) == (422, 302)
    assert ["拨款文件未扫描" in text for text in (before, page)] == [True, False]
    assert (opened := urls.reverse("center:document", args=[code])) in page
    assert client.get(opened).status_code == 200


@pytest.mark.parametrize("who", ["cashier", "leader", "officer", "frontdesk", "auditor"])
def test_only_the_accountant_enters_money(house, who):
    with pytest.raises(NotAllowed, match="Only the accountant"):
        new_source(house, by=getattr(house, who))


def test_nothing_is_not_received(house):
    with pytest.raises(Refusal, match="more than nothing"):
        new_source(house, amount=D(0))


@pytest.mark.parametrize("written", ["财社8号", "财社 ８ 号", "财社〔8〕号"])
def test_a_document_is_entered_once(house, written):
    new_source(house)

    with pytest.raises(Conflict) as refused:
        new_source(house, document_number=written)

    assert str(refused.value) == "This document is already entered as a source of this year."


def ask_transfer(house, amount="100", **fields):
    giver, taker = make_source(office=house.office, money="300"), make_source(office=house.office)
    asked = funds.ask_transfer(
        giver, taker=taker, amount=D(amount), reason_code="transfer", reason="meeting of 3 March", by=house.accountant
    )
    return giver, taker, asked


@pytest.mark.parametrize("earmarks", [[], ["living", "medical"], ["education"]])
def test_earmarked_money_leaves_its_earmark_by_a_document_only(house, earmarks):
    """专款专用: an open source, a wider one and another one are all outside of the earmark."""
    giver = make_source(office=house.office, money="300", earmarks=["medical"])
    taker = make_source(office=house.office, earmarks=earmarks)
    asked = {"taker": taker, "amount": D(100), "reason_code": "transfer", "reason": "more need there"}

    with pytest.raises(NotAllowed, match="is earmarked"):
        funds.ask_transfer(giver, **asked, by=house.accountant)
    with pytest.raises(NotAllowed, match="Name and scan the document"):
        funds.ask_transfer(giver, **asked, lifted_by="No. 9", by=house.accountant)
    correction = funds.ask_transfer(giver, **asked, lifted_by="No. 9", scan=make_picture(), by=house.accountant)
    funds.settle(correction, by=house.leader)

    assert (stand(giver), stand(taker), correction.lifted_by) == (D("200.00"), D("100.00"), "No. 9")
    assert Document.objects.filter(subject=subject_of(correction)).count() == 1


def test_an_earmark_stands_on_the_source_s_page_and_money_moves_inside_of_it(house, enter):
    giver = make_source(office=house.office, money="300", earmarks=["medical", "living"])
    taker = make_source(office=house.office, earmarks=["medical"])

    page = enter(house.accountant).get(giver.get_absolute_url()).content.decode()
    funds.settle(
        funds.ask_transfer(
            giver, taker=taker, amount=D(100), reason_code="transfer", reason="inside", by=house.accountant
        ),
        by=house.leader,
    )

    with override("zh-hans"):
        assert (giver.earmarked_for in page, stand(taker)) == (True, D("100.00"))


def test_a_transfer_is_asked_by_one_and_posted_by_another(house):
    giver, taker, asked = ask_transfer(house)

    entry = funds.settle(asked, by=house.leader)

    assert (stand(giver), stand(taker)) == (D("200.00"), D("100.00"))
    assert (entry.posted_by, entry.seconded_by) == (house.accountant, house.leader)


def test_whoever_asked_cannot_post(house):
    from center.models import Assignment

    Assignment.objects.create(staff=house.accountant, role="leader", office=house.office, starts_on="2020-01-01")
    _giver, _taker, asked = ask_transfer(house)

    with pytest.raises(NotAllowed, match="You asked for this"):
        funds.settle(asked, by=house.accountant)
    with pytest.raises(IntegrityError, match="correction_settled_by_somebody_else"), transaction.atomic():
        Correction.objects.update(status="done", settled_by=house.accountant, settled_at="2026-01-01T00:00Z")


def test_a_correction_is_settled_once(house):
    _giver, _taker, asked = ask_transfer(house)
    funds.settle(asked, by=house.leader)

    with pytest.raises(NotAllowed, match="already settled"):
        funds.settle(asked, by=house.deputy)


def test_more_than_is_there_is_not_transferred(house):
    with pytest.raises(NotAllowed, match="has 300.00 yuan left; 301.00 are needed"):
        ask_transfer(house, amount="301")


def test_a_correction_that_is_turned_down_posts_nothing(house):
    giver, _taker, asked = ask_transfer(house)

    funds.turn_down(asked, answer="wrong source", by=house.leader)

    assert (stand(giver), Correction.objects.get().status) == (D("300.00"), "turned_down")
    assert LedgerTransaction.objects.filter(kind="transfer").count() == 0


def test_unspent_money_is_carried_over_for_the_same_purpose_only(house):
    old = make_source(office=house.office, money="300", year=2025, earmarks=["medical"])
    new = make_source(office=house.office, earmarks=["medical"])
    other = make_source(office=house.office, earmarks=["living"])

    with pytest.raises(Refusal, match="earmarks differ"):
        funds.ask_carry_over(old, taker=other, amount=D(5), reason="year end", by=house.accountant)
    with pytest.raises(Refusal, match="later year"):
        funds.ask_carry_over(new, taker=old, amount=D(5), reason="year end", by=house.accountant)
    funds.settle(
        funds.ask_carry_over(old, taker=new, amount=D(300), reason="year end", by=house.accountant), by=house.leader
    )

    assert (stand(old), stand(new)) == (D("0.00"), D("300.00"))


# -- reversals --------------------------------------------------------------------------------------------------------


def reverse(house, *, pay_again):
    entry = LedgerTransaction.objects.get(kind="pay")
    asked = funds.ask_reversal(
        entry, reason_code="wrong_payee", reason="paid to the wrong person", pay_again=pay_again, by=house.accountant
    )
    return funds.reverse(asked, by=house.leader)


def test_a_reversal_gives_the_money_back_to_its_source_and_leaves_the_payment_as_it_was(house):
    payment = make_paid(house, amount="700")

    entry = reverse(house, pay_again=False)

    payment.refresh_from_db()
    assert (stand(payment.fund_source), stand(payment.fund_source, "paid")) == (D("100000.00"), D("0.00"))
    assert (payment.status, payment.amount, payment.instalment.status) == ("reversed", D("700.00"), "stopped")
    assert entry.reverses.kind == "pay"
    assert list(faults()) == []


def test_a_grant_that_stands_is_paid_again_after_a_reversal(house):
    payment = make_paid(house, amount="700")
    reverse(house, pay_again=True)

    again = make_batch(house, payment.instalment.award, status="answered").payments.get()

    assert (again.status, stand(payment.fund_source, "paid")) == ("paid", D("700.00"))
    assert list(faults()) == []


def test_an_entry_is_reversed_once(house):
    make_paid(house)
    reverse(house, pay_again=False)

    with pytest.raises(NotAllowed, match="already reversed"):
        reverse(house, pay_again=False)


def test_a_reversal_waits_once(house):
    make_paid(house)
    entry = LedgerTransaction.objects.get(kind="pay")
    funds.ask_reversal(entry, reason_code="other", reason="x", by=house.accountant)

    with pytest.raises(NotAllowed, match="already waiting"):
        funds.ask_reversal(entry, reason_code="other", reason="x", by=house.accountant)


def test_a_grant_is_not_reversed_but_stopped(house):
    make_award(house)

    with pytest.raises(NotAllowed, match="Only money received and payments"):
        funds.ask_reversal(
            LedgerTransaction.objects.get(kind="commit"), reason_code="x", reason="y", by=house.accountant
        )


def test_money_received_by_mistake_goes_back(house):
    source = new_source(house)
    entry = LedgerTransaction.objects.get(kind="receive")
    asked = funds.ask_reversal(entry, reason_code="other", reason="not ours", by=house.accountant)

    funds.settle(asked, by=house.leader)

    assert (stand(source), stand(source, "outside")) == (D("0.00"), D("0.00"))


def test_a_reason_is_needed(house):
    make_paid(house)

    with pytest.raises(Incomplete, match="reason"):
        funds.ask_reversal(LedgerTransaction.objects.get(kind="pay"), reason_code="", reason="", by=house.accountant)


def test_the_ledger_of_a_source_reads_in_out_and_balance(house):
    payment = make_paid(house, amount="700")
    reverse(house, pay_again=False)

    rows, totals = ledger_rows(payment.fund_source)

    assert [(row.entry.kind, row.income, row.spent, row.left) for row in rows] == [
        ("reverse", D("0.00"), D("-700.00"), D("100000.00")),
        ("pay", D("0.00"), D("700.00"), D("99300.00")),
        ("receive", D("100000.00"), D("0.00"), D("100000.00")),
    ]
    assert totals == {"income": D("100000.00"), "spent": D("0.00"), "left": D("100000.00")}


# -- verify_ledger ----------------------------------------------------------------------------------------------------


def run(*arguments):
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue().splitlines()


def test_verify_ledger_says_that_all_is_true(house):
    make_paid(house)
    make_award(house)
    make_batch(house, status="handed_over")

    assert run("verify_ledger")[-1].startswith("The ledger is true: ")


# -- the register -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", ["xlsx", "csv", "pdf"])
def test_the_register_is_exported_with_its_proof(house, tmp_path, suffix):
    make_paid(house, amount="700.10")
    make_paid(house, amount="300.20")
    out = tmp_path / f"register.{suffix}"
    year = timezone.localdate().year

    last = json.loads(run("export_register", f"--year={year}", f"--out={out}", f"--by={house.auditor.username}")[-1])

    assert (last["rows"], last["total"]) == (2, "1000.30")
    assert len(last["sha256"]) == len(last["digest"]) == 64
    assert run("verify_export", str(out))
    if suffix != "xlsx":  # compared byte by byte; its own number says what it claims to be
        altered = prove(out.read_bytes() + b"\n")
        assert (altered.answer, altered.export) == (Answer.ALTERED, Export.objects.get())


def test_no_register_is_issued_that_has_no_place_to_lie(house, tmp_path):
    out = tmp_path / "nowhere" / "register.csv"

    with pytest.raises(CommandError, match="nothing was issued"):
        run("export_register", "--year=2026", f"--out={out}", f"--by={house.auditor.username}")

    assert list(Export.objects.all()) == []


def test_every_sheet_of_the_register_says_the_same_sum(house, tmp_path):
    for amount in ("700.10", "300.20"):
        make_paid(house, amount=amount)
    out = tmp_path / "register.xlsx"

    run("export_register", f"--year={timezone.localdate().year}", f"--out={out}", f"--by={house.auditor.username}")

    book = CalamineWorkbook.from_path(out)
    said = {
        name: [str(cell) for row in book.get_sheet_by_name(name).to_python() for cell in row]
        for name in book.sheet_names
    }
    assert {
        name: any("1000.3" in cell.replace(",", "") for cell in cells) for name, cells in said.items()
    } == dict.fromkeys(said, True)
    assert len(said) == 3
    assert run("verify_export", str(out))


def test_a_payment_on_new_year_s_eve_in_beijing_belongs_to_the_old_year(house, tmp_path):
    source = make_source(office=house.office, money="100", year=2025)
    moves = ((LedgerKind.COMMIT, "available", "committed"), (LedgerKind.HAND_OVER, "committed", "in_transit"))
    for kind, giver, taker in moves:
        move(source, kind, Bucket(giver), Bucket(taker), "5", by=house.accountant)
    move(
        source, LedgerKind.PAY, Bucket.IN_TRANSIT, Bucket.PAID, "5", by=house.accountant,
        at=datetime(2025, 12, 31, 15, 59, tzinfo=UTC),
    )  # fmt: skip

    def total(year):
        out = tmp_path / f"{year}.csv"
        return json.loads(
            run("export_register", f"--year={year}", f"--out={out}", f"--by={house.auditor.username}")[-1]
        )

    assert (total(2025)["total"], total(2026)["rows"]) == ("5.00", 0)


def test_the_register_is_masked_unless_asked_in_full_with_a_reason(house, tmp_path):
    from center.privacy.secret import unseal

    payment = make_paid(house)
    card = unseal(payment.card_number._label, bytes(payment.card_number))
    year = timezone.localdate().year

    def text(*more):
        out = tmp_path / "r.csv"
        run("export_register", f"--year={year}", f"--out={out}", f"--by={house.auditor.username}", *more)
        return out.read_text()

    with pytest.raises(CommandError, match="Say why"):
        text("--full")
    assert (card in text(), card in text("--full", "--reason=yearly audit")) == (False, True)


def test_a_reversal_is_a_negative_row_of_the_register(house, tmp_path):
    make_paid(house, amount="700")
    reverse(house, pay_again=False)
    out, year = tmp_path / "r.csv", timezone.localdate().year

    last = json.loads(run("export_register", f"--year={year}", f"--out={out}", f"--by={house.auditor.username}")[-1])

    assert (last["rows"], last["total"]) == (2, "0.00")


def test_stopping_an_award_gives_back_what_is_owed(house):
    award = make_award(house, amount="900")

    decisions.release(award, reason_code="other", text="file ended", by=house.leader)

    assert stand(award.application.fund_source) == D("100000.00")
    assert Instalment.objects.get().status == "stopped"
    with pytest.raises(NotAllowed, match="already stopped"):
        decisions.release(award, reason_code="other", text="again", by=house.leader)


def test_an_award_in_a_batch_is_not_stopped(house):
    award = make_award(house)
    make_batch(house, award)

    with pytest.raises(NotAllowed, match="in a batch"):
        decisions.release(award, reason_code="other", text="x", by=house.leader)
