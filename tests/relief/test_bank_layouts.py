"""Every bank answers in its own way: the layout is data, and the order of its columns is the order of the file."""

from __future__ import annotations

import io
from dataclasses import replace
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import override
from openpyxl import Workbook

from center.kernel.errors import Incomplete, NotAllowed, Refusal
from center.models import Event
from center.privacy.secret import unseal
from relief.actions import bank, bankfiles, layouts
from relief.forms.layouts import LayoutForm
from relief.models import BankLayout, Payment
from relief.rules import bankfile
from tests.relief.make import answered_at, make_award, make_batch, make_house, return_file

pytestmark = pytest.mark.django_db
HEAD = ["批次号", "序号", "户名", "账号", "金额", "处理结果", "失败原因", "交易流水号", "交易时间", "附言"]
USUAL = {
    "name": "农业银行",
    "encoding": "gb18030",
    "separator": ",",
    "has_header": True,
    "out_columns": list(bankfile.STANDARD.out),
    "answer_columns": list(bankfile.STANDARD.answer),
    "purpose": "困难职工救助",
    "paid_words": ["成功"],
    "failed_words": ["失败"],
    "pending_words": ["处理中"],
    "total_words": ["合计"],
    "reasons": {},
}


SHORT = replace(
    bankfile.STANDARD, answer=[("name", "户名"), ("card", "账号"), ("amount", "金额"), ("result", "处理结果")]
)


@pytest.fixture
def sent(house):
    """Three lines at the bank: 1,000, 1,000 and 1,000.50 yuan."""
    awards = [make_award(house, amount=amount) for amount in ("1000", "1000", "1000.50")]
    return make_batch(house, *awards, status="handed_over")


def card(payment):
    return unseal(payment.card_number._label, bytes(payment.card_number))


def answer(batch, *, end=(), head=HEAD, separator=",", encoding="gb18030", **said):
    """The bank's file: one row a line, with `said` in place of the usual words; `end` rows below them."""
    rows = [head] if head else []
    for payment in batch.payments.order_by("line"):
        cells = {
            "批次号": batch.bank_number, "序号": payment.line, "户名": payment.payee_name, "账号": card(payment),
            "金额": payment.amount, "处理结果": "成功", "失败原因": "", "交易流水号": "R1", "交易时间": answered_at(),
            "附言": payment.line_code,
        }  # fmt: skip
        cells |= {key: text(payment) if callable(text) else text for key, text in said.items()}
        rows.append([str(cell) for cell in cells.values()])
    return "\r\n".join(separator.join(row) for row in [*rows, *end]).encode(encoding)


def read(batch, content, by=None, **options):
    kept = bank.read_return(batch, content=content, file_name="r.csv", by=by or batch.paid_by, **options)
    with translation.override("en"):
        return (
            kept.outcome,
            kept.paid,
            kept.failed,
            kept.unanswered,
            [bank.Remark.read(one).text for one in kept.faults],
        )


def keep(batch, **fields):
    return layouts.keep_layout(batch.office, fields=USUAL | fields, by=batch.made_by)


PAID = ("applied", 3, 0, 0, [])


# -- totals ------------------------------------------------------------------------------------------------------------------


def test_a_total_line_is_no_payment_and_is_compared(sent):
    assert read(sent, answer(sent, end=[["合计", "3", "", "", "3000.50", "", "", "", "", ""]])) == PAID


@pytest.mark.parametrize(
    ("end", "said"),
    [
        (
            ["合计", "3", "", "", "3100.50", "", "", "", "", ""],
            "The total line says 3,100.50 where the lines come to 3,000.50.",
        ),
        (["合计：3笔 3100.50元"], "The total line says 3,100.50 where the lines come to 3,000.50."),
        (["合计", "4", "", "", "3000.50", "", "", "", "", ""], "The total line counts 4 lines where the file has 3."),
    ],
)
def test_a_wrong_total_refuses_the_whole_file_and_both_figures_are_told(sent, end, said):
    kept = bank.read_return(sent, content=answer(sent, end=[end]), file_name="r.csv", by=sent.paid_by)

    with translation.override("en"):
        faults = [str(bank.Remark.read(one)) for one in kept.faults]
    assert (kept.outcome, faults) == ("refused", [said])
    assert set(Payment.objects.values_list("status", flat=True)) == {"in_transit"}


def test_somebody_whose_name_begins_like_a_total_is_a_payee():
    told = bankfile.read_whole("户名,账号,金额,处理结果\n合计生,6228,1.00,成功\n合计,,1.00,\n".encode(), SHORT)

    assert ([line.name for line in told.lines], told.totals) == (
        ["合计生"],
        [bankfile.Stated(count=None, amount=Decimal("1.00"))],
    )


# -- words ---------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("word", ["成功", "交易成功", "0000", "００００"])
def test_the_usual_words_and_codes_of_success(sent, word):
    assert read(sent, answer(sent, 处理结果=word)) == PAID


def test_a_reason_may_stand_in_the_result_itself(sent):
    outcome = read(sent, answer(sent, 处理结果=lambda one: "失败-户名不符" if one.line == 3 else "成功"))

    assert outcome == ("applied", 2, 1, 0, [])
    assert Payment.objects.get(line=3).failure == "户名不符"


def test_what_the_bank_has_not_said_yet_stays_at_the_bank_and_is_asked_again(sent):
    first = read(sent, answer(sent, 处理结果=lambda one: "处理中" if one.line > 1 else "成功"))
    later = read(sent, answer(sent))

    assert (first, later) == (("applied", 1, 0, 2, []), ("applied", 2, 0, 0, []))


def test_a_word_that_no_layout_explains_refuses_the_file_and_says_where_to_add_it(sent):
    word = answer(sent, 处理结果=lambda one: "部分成功" if one.line == 2 else "成功")

    assert read(sent, word)[0] == "refused"
    kept = keep(sent, paid_words=["成功", "部分成功"])
    assert read(sent, word, layout=kept) == PAID


def test_a_code_of_a_reason_is_told_in_words(sent):
    kept = keep(sent, reasons={"E12": "账户已销户"})

    read(sent, answer(sent, 处理结果=lambda one: "E12" if one.line == 1 else "失败", 失败原因="E12"), layout=kept)

    assert set(Payment.objects.values_list("failure", flat=True)) == {"账户已销户"}


# -- shapes ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "form",
    [
        "{0:%Y/%m/%d} 10:15",
        "{0:%Y-%m-%d}",
        "{0.year}.{0.month}.{0.day}",
        "{0:%Y%m%d}",
        "{0.year}年{0.month}月{0.day}日",
    ],
)
def test_a_day_is_a_day_however_it_is_written(sent, form):
    today = timezone.localdate()

    assert read(sent, answer(sent, 交易时间=form.format(today))) == PAID
    assert set(Payment.objects.values_list("answered_on", flat=True)) == {today}


def test_masked_accounts_are_compared_by_code_name_amount_and_last_four(sent):
    def masked(payment):
        return f"6228****{card(payment)[-4:]}"

    wrong = read(sent, answer(sent, 账号=lambda one: "6228****0000" if one.line == 2 else masked(one)))

    assert (wrong[0], wrong[4]) == ("refused", ["Line %(line)s names another account than ordered."])
    assert read(sent, answer(sent, 账号=masked)) == PAID


def columns(*told):
    return [tuple(one.split("=")) for one in told]


def test_columns_between_bars_with_the_result_first_and_no_code(sent):
    kept = keep(
        sent,
        separator="|",
        answer_columns=columns("result=处理结果", "line=序号", "card=账号", "name=户名", "amount=实发工资"),
    )
    rows = ["处理结果|序号|账号|户名|实发工资|"]
    rows += [f"成功|{one.line}|{card(one)}|{one.payee_name}|{one.amount}|" for one in sent.payments.all()]

    assert read(sent, "\n".join(rows).encode("gb18030"), layout=kept) == PAID


def test_a_file_without_headings_is_read_by_position(sent):
    told = columns("line=", "result=", "-=", "-=", "-=", "card=", "name=", "amount=")
    kept = keep(sent, separator="|", has_header=False, answer_columns=told, paid_words=["S"])
    rows = [f"{p.line}|S|{card(p)}|{p.line}|S|{card(p)}|{p.payee_name}|{p.amount}||" for p in sent.payments.all()]

    assert read(sent, "\n".join(rows).encode("gb18030"), layout=kept) == PAID


def test_another_bank_calls_its_columns_by_other_names(sent):
    told = columns(
        "line=序号", "card=收款账号", "name=收款人", "amount=金额(元)", "result=交易状态", "failure=失败原因"
    )
    kept = keep(sent, answer_columns=told, paid_words=["交易成功"])
    rows = ["序号,收款账号,收款人,金额(元),交易状态,失败原因"]
    rows += [f"{p.line},{card(p)},{p.payee_name},{p.amount},交易成功," for p in sent.payments.all()]

    assert read(sent, "\n".join(rows).encode("gb18030"), layout=kept) == PAID


def workbook(batch, *, cards=str):
    book = Workbook()
    sheet = book.active
    for number, line in enumerate(answer(batch).decode("gb18030").splitlines()):
        cells = line.split(",")
        cells[3] = cards(cells[3]) if number else cells[3]
        sheet.append(cells)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def test_a_workbook_is_read_as_a_text_is(sent):
    assert read(sent, workbook(sent)) == PAID


def test_an_account_that_lost_digits_in_a_number_cell_is_another_account(sent):
    outcome = read(sent, workbook(sent, cards=int))

    assert (outcome[0], set(outcome[4])) == ("refused", {"Line %(line)s names another account than ordered."})


# -- what we write -------------------------------------------------------------------------------------------------------------


def test_the_order_of_the_columns_decides_what_is_written():
    order = bankfile.Order(line=1, name="于秀芳", card="6228", bank="农行", amount=Decimal(20), code="B-1")
    turned = replace(
        bankfile.STANDARD, out=columns("amount=金额", "card=账号", "name=户名"), separator="|", encoding="utf-8"
    )

    assert bankfile.write([order], turned).decode() == "金额|账号|户名\r\n20.00|6228|于秀芳\r\n"
    assert bankfile.write([order], replace(turned, header=False)).decode() == "20.00|6228|于秀芳\r\n"


def test_a_batch_is_written_in_the_layout_that_is_chosen_and_read_in_the_same(sent):
    kept = keep(sent, out_columns=columns("card=账号", "amount=金额", "name=户名"), encoding="utf-8-sig")

    content, _name = bankfiles.write_bank_file(sent, layout=kept, by=sent.paid_by)
    sent.refresh_from_db()

    assert content.decode("utf-8-sig").splitlines()[0] == "账号,金额,户名"
    assert sent.layout == kept


def test_a_layout_of_another_office_is_not_used(sent):
    other = make_house()
    foreign = layouts.keep_layout(other.office, fields=USUAL, by=other.accountant)

    with pytest.raises(Refusal, match="another office"):
        read(sent, answer(sent), layout=foreign)


# -- keeping -------------------------------------------------------------------------------------------------------------------


def test_only_the_accountant_keeps_layouts(house):
    with pytest.raises(NotAllowed, match="Only the accountant"):
        layouts.keep_layout(house.office, fields=USUAL, by=house.cashier)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"answer_columns": columns("line=a", "name=b", "card=c", "amount=d")}, "lacks these columns: result"),
        ({"answer_columns": columns("name=b", "card=c", "amount=d", "result=e")}, "line code or the number"),
        ({"out_columns": columns("name=a", "name=b", "card=c", "amount=d")}, "stands twice"),
        ({"paid_words": ["成功", "失败"]}, "means one thing"),
        ({"paid_words": []}, "means one thing"),
        ({"paid_words": ["S"], "failed_words": ["s"]}, "“s” stands under two meanings"),
        ({"paid_words": ["成功", "成功 "]}, "“成功 ” stands twice"),
        ({"pending_words": ["Ｓ"], "total_words": ["S"]}, "“S” stands under two meanings"),
        ({"paid_words": ["E1"], "reasons": {"e1": "closed"}}, "“e1” stands under two meanings"),
        ({"reasons": {"E1": "closed", "e1": "wrong name"}}, "“e1” stands twice"),
        ({"answer_columns": columns("line=a", "name=b", "card=b", "amount=d", "result=e")}, "have the heading “b”"),
        ({"out_columns": columns("name=户名", "card=户名 ", "amount=d")}, "have the heading “户名"),
    ],
)
def test_a_layout_that_cannot_tell_a_payment_is_not_kept(house, fields, sentence):
    with pytest.raises((Incomplete, Refusal), match=sentence):
        layouts.keep_layout(house.office, fields=USUAL | fields, by=house.accountant)
    assert BankLayout.objects.count() == 0


def typed(**fields):
    """The form as a browser sends it back."""
    return {name: field.initial or "" for name, field in LayoutForm().fields.items()} | LayoutForm().initial | fields


def test_a_layout_is_kept_and_changed_on_its_page_and_shows_what_it_would_write(house, enter):
    client = enter(house.accountant)
    made = client.post(reverse("relief:bank_layout_new"), typed(name="工商银行", has_header="on"))
    kept = BankLayout.objects.get()
    assert made["Location"] == kept.get_absolute_url()

    page = client.get(kept.get_absolute_url()).content.decode()
    assert "序号 · 户名 · 账号 · 开户行 · 金额 · 用途 · 附言" in page
    answer = client.post(
        kept.get_absolute_url(), typed(name="工商银行", out_columns="amount = 金额\nname = 户名\ncard = 账号")
    )

    kept.refresh_from_db()
    assert (answer.status_code, kept.out_columns) == (302, [["amount", "金额"], ["name", "户名"], ["card", "账号"]])
    assert "工商银行" in client.get(reverse("relief:bank_layouts")).content.decode()
    assert Event.objects.filter(verb="relief.bank_layout.kept").count() == 2
    page = client.get(kept.get_absolute_url()).content.decode()
    assert (str(house.accountant) in page, "<del>" in page) == (True, True)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_columns_are_called_as_people_call_them_and_read_in_every_language(house, language):
    with override(language):
        shown = typed(name="农业银行", has_header="on")
        assert f"{bankfile.labels()['card']} = 账号" in shown["out_columns"]
    form = LayoutForm(shown)

    assert form.is_valid(), form.errors
    assert form.cleaned_data["out_columns"] == list(bankfile.STANDARD.out)


def test_a_column_that_there_is_not_is_named(house, enter):
    answer = enter(house.accountant).post(reverse("relief:bank_layout_new"), typed(name="x", out_columns="nmae = 户名"))

    assert (answer.status_code, "nmae" in answer.content.decode()) == (422, True)


def test_the_return_is_read_in_the_layout_that_is_chosen_on_the_page(sent, enter):
    kept = keep(sent, paid_words=["划账完成"])
    file = SimpleUploadedFile("r.csv", answer(sent, 处理结果="划账完成"))

    enter(sent.paid_by).post(reverse("relief:bank_return", args=[sent.code]), {"file": file, "layout": kept.pk})

    assert set(Payment.objects.values_list("status", flat=True)) == {"paid"}


@pytest.mark.parametrize("day", ["2024-11-12", "2099-03-06", "13/45/2026", "gestern"])
def test_a_day_on_which_the_bank_cannot_have_answered_is_a_fault_of_its_line(house, day):
    batch = make_batch(house, make_award(house), status="handed_over")
    content = return_file(batch).decode("gb18030").replace(answered_at(), day)
    assert day in content

    kept = bank.read_return(batch, content=content.encode("gb18030"), file_name="r.csv", by=house.cashier)

    assert (kept.outcome, kept.paid) == ("refused", 0)
    assert [(fault["text"], fault["facts"]["said"]) for fault in kept.faults] == [
        ("Line %(line)s: “%(said)s” is no day on which the bank can have answered.", day)
    ]


@pytest.mark.parametrize(
    ("title", "faults"),
    [
        ("批量代发回单 批次 {0} 共1笔 金额1000.00", []),
        ("批量代发回单 批次 B2026-099 共1笔", ["The title names batch %(batch)s; this is %(ours)s."]),
        ("批量代发回单 批次 {0} 共9笔", ["The total line counts %(said)s lines where the file has %(count)s."]),
        ("批量代发回单 金额99999.00", ["The total line says %(said)s where the lines come to %(sum)s."]),
    ],
)
def test_what_the_title_line_says_is_compared(house, title, faults):
    batch = make_batch(house, make_award(house), status="handed_over")
    content = f"{title.format(batch.bank_number)}\r\n".encode("gb18030") + return_file(batch)

    kept = bank.read_return(batch, content=content, file_name="r.csv", by=house.cashier)

    assert [fault["text"] for fault in kept.faults] == faults


def test_the_usual_layout_can_be_chosen_again_and_a_copy_changes_nothing(sent):
    kept = keep(sent, name="another", separator=";")
    usual, _name = bankfiles.write_bank_file(sent, layout=None, by=sent.paid_by)

    copy, _name = bankfiles.write_bank_file(sent, layout=kept, reason="to look at", by=sent.paid_by)
    sent.refresh_from_db()
    assert (sent.layout, copy == usual) == (None, False)

    read(sent, answer(sent), layout=None)
    sent.refresh_from_db()
    assert sent.layout is None


def test_a_batch_that_was_read_in_one_layout_is_read_in_the_usual_one_when_that_is_chosen(sent):
    kept = keep(sent, name="another", separator=";")
    bankfiles.write_bank_file(sent, layout=kept, by=sent.paid_by)

    assert read(sent, answer(sent), layout=None) == PAID
