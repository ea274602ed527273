"""The bank's files, without a database: what goes out byte for byte, and what is understood of an answer."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from relief.rules.bankfile import Answered, Order, Unreadable, read, write

D = Decimal
HEAD = "批次号,序号,户名,账号,金额,处理结果,失败原因,交易流水号,交易时间,附言"
LINE = "B2026-007,4,于秀芳,6228487480027365797,1234.56,成功,,2026030600000001,2026-03-06 10:15:00,B2026-007-0004"


def answer(line=LINE, *, head=HEAD):
    """The one line of an answer that has this line."""
    (read_line,) = read(f"{head}\r\n{line}\r\n".encode("gb18030"))
    return read_line


def said(column, text):
    """The line, with this text under this heading."""
    cells = dict(zip(HEAD.split(","), LINE.split(","), strict=True)) | {column: text}
    return answer(",".join(cells.values()))


# -- out ------------------------------------------------------------------------------------------------------------------


def test_what_goes_to_the_bank_is_gb18030_with_two_decimals_and_the_bank_s_line_ends():
    order = Order(
        line=1,
        name="𬎆龘",
        card="6228487480027365797",
        bank="农业银行, 沙湾支行",
        amount=D(2000),
        code="B2026-007-0001",
    )

    sent = write([order]).decode("gb18030")

    assert sent == (
        "序号,户名,账号,开户行,金额,用途,附言\r\n"
        '1,𬎆龘,6228487480027365797,"农业银行, 沙湾支行",2000.00,困难职工救助,B2026-007-0001\r\n'
    )


# -- back -----------------------------------------------------------------------------------------------------------------


def test_a_line_of_the_answer_is_read_column_by_column():
    assert answer() == Answered(
        number="4",
        batch="B2026-007",
        code="B2026-007-0004",
        name="于秀芳",
        card="6228487480027365797",
        amount=D("1234.56"),
        amount_text="1234.56",
        paid=True,
        failed=False,
        result="成功",
        failure="成功",
        reference="2026030600000001",
        on=date(2026, 3, 6),
        day_text="2026-03-06 10:15:00",
    )


def test_columns_may_stand_in_any_order_beside_strange_ones_and_below_title_lines():
    titles = "批量代发回单 批次 B2026-007\r\n\r\n"
    turned = ",".join(reversed(HEAD.split(",")))

    read_line = answer(
        ",".join(f" {cell} " for cell in reversed(LINE.split(","))) + ",x", head=f"{titles} {turned} ,币种"
    )

    assert read_line == answer()


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8", "utf-8-sig"])
def test_the_bank_s_encoding_and_the_one_that_offices_save_in_say_the_same(encoding):
    assert read(f"{HEAD}\n{LINE}\n".encode(encoding)) == [answer()]


def test_lines_of_blanks_are_passed_over_and_a_line_without_its_number_is_called_by_its_place():
    unnumbered = LINE.replace(",4,", ", ,")

    lines = read(f"{HEAD}\n{LINE}\n , ,\n{unnumbered}\n\n{unnumbered}\n".encode())

    assert [line.number for line in lines] == ["4", "2", "3"]


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_a_line_ends_as_it_ended_where_it_was_written(end):
    assert read(f"{HEAD}{end}{LINE}{end}".encode()) == [answer()]


def test_a_line_end_inside_a_cell_is_the_cell_s():
    assert said("失败原因", '"户名\r\n不符"').failure == "户名\r\n不符"


def test_a_line_that_breaks_off_says_nothing_in_its_last_columns():
    broken = answer("B2026-007,4,于秀芳")

    assert (broken.name, broken.card, broken.amount, broken.code, broken.on) == ("于秀芳", "", None, "", None)


def test_blanks_in_an_account_and_commas_in_an_amount_are_how_people_write():
    read_line = answer(LINE.replace("6228487480027365797", "6228 4874 8002 7365 797").replace("1234.56", '"1,234.56"'))

    assert (read_line.card, read_line.amount, read_line.amount_text) == ("6228487480027365797", D("1234.56"), "1234.56")


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1000", D(1000)),
        ("1000.5", D("1000.5")),
        ("1000.50", D("1000.50")),
        ("-3.00", D("-3.00")),
        ("1000.501", None),
        ("", None),
        ("much", None),
        ("NaN", None),
        ("Infinity", None),
        ("9" * 30, None),
        ("1E+400", None),
    ],
)
def test_an_amount_is_a_number_of_whole_fen_or_none(text, amount):
    assert (said("金额", text).amount, said("金额", text).amount_text) == (amount, text)


@pytest.mark.parametrize(
    ("result", "paid", "failed"), [("成功", True, False), ("失败", False, True), ("处理中", False, False)]
)
def test_only_the_bank_s_own_words_say_paid_or_failed(result, paid, failed):
    read_line = said("处理结果", result)

    assert (read_line.paid, read_line.failed, read_line.result) == (paid, failed, result)


def test_a_failure_is_told_in_the_bank_s_words_or_by_its_result():
    assert said("失败原因", "户名不符").failure == "户名不符"
    assert said("处理结果", "失败").failure == "失败"


@pytest.mark.parametrize(
    ("text", "day"), [("2026-03-06 10:15:00", date(2026, 3, 6)), ("2026-03-06", date(2026, 3, 6)), ("6 March", None)]
)
def test_the_day_of_an_answer_is_read_or_left_open(text, day):
    assert said("交易时间", text).on == day


def test_the_day_of_an_answer_may_be_missing():
    assert said("交易时间", "").on is None


# -- what is no answer ----------------------------------------------------------------------------------------------------


def sentence(content):
    with pytest.raises(Unreadable) as refused:
        read(content)
    return str(refused.value)


@pytest.mark.parametrize(
    "content",
    [b"", b"a\rb,c", b'"' + b"x" * 200_000, HEAD.replace(",附言", "").encode()],
    ids=["nothing", "a bare line end", "an endless cell", "a column too few"],
)
def test_a_file_without_the_columns_of_an_answer_is_refused(content):
    said = sentence(content)
    if b'"' in content:  # no table at all
        assert said == "The file has no header line with the columns of a bank return."
    else:
        assert said.startswith("The file has no line with the headings of a bank return. Expected: 批次号, 序号")


def test_an_answer_without_lines_is_refused():
    assert sentence(f"{HEAD}\n , \n".encode()) == "The file has no lines."


def test_bytes_that_are_no_text_are_refused():
    assert sentence(b"\xff\xfe\xff") == "The file is neither GB18030 nor UTF-8 text."
