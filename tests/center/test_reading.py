"""What offices send is read as it was meant, or refused with a sentence that says what to do."""

import io
import zipfile
from datetime import date, datetime
from decimal import Decimal

import openpyxl
import pytest

from center.exchange import cleaning, reading
from center.exchange.cleaning import Fault
from center.exchange.reading import Unreadable

TODAY = date(2026, 11, 21)
UNPACKS_TOO_FAR = "This workbook unpacks to far more than its size."
HAS_MACROS = "This workbook holds macros. Save it as .xlsx without macros."
DAMAGED = "This workbook is damaged or protected by a password."
NEITHER = "This is neither a workbook nor a CSV file."
TOO_MANY = "Sheet “%s” has more rows or columns than any register."


def packed(**entries):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as files:
        for name, content in entries.items():
            files.writestr(name, content)
    return out.getvalue()


def workbook(*rows, title="Sheet"):
    book = openpyxl.Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def refusal_of(data):
    with pytest.raises(Unreadable) as refused:
        reading.read(data)
    return str(refused.value)


# -- whole files ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "data, sentence",
    [
        (b" \n", "The file is empty."),
        (b"name\0id", NEITHER),
        (b"PK\3\4 and nothing more", DAMAGED),
        (b"\xd0\xcf\x11\xe0 and nothing more", DAMAGED),
        (packed(readme="no workbook"), DAMAGED),
        (packed(**{"xl/vbaProject.bin": "Sub"}), HAS_MACROS),
        (b"\x81\x20 broken in both", "The characters of this file are neither UTF-8 nor GB18030."),
        (b'"' + b"x" * 200_000 + b'"', NEITHER),
    ],
    ids=["empty", "binary", "cut zip", "cut xls", "another zip", "macros", "encoding", "one endless cell"],
)
def test_a_file_that_cannot_be_read_says_why(data, sentence):
    assert refusal_of(data) == sentence


def test_a_file_above_the_limit_is_not_opened(monkeypatch):
    monkeypatch.setattr(reading, "LARGEST", 3)

    assert refusal_of(b"name") == "The file is larger than 40 MB."


def test_a_workbook_that_would_unpack_to_far_more_is_not_unpacked(monkeypatch):
    monkeypatch.setattr(reading, "UNPACKED", 1000)

    assert refusal_of(packed(sheet="0" * 1001)) == UNPACKS_TOO_FAR


@pytest.mark.parametrize("many", ["MOST_ROWS", "MOST_COLUMNS"])
@pytest.mark.parametrize(
    "data, name", [(workbook(["a", "b"], ["c", "d"], title="Heads"), "Heads"), (b"a,b\nc,d\n", "CSV")]
)
def test_a_sheet_beyond_any_register_is_refused_by_its_name(monkeypatch, many, data, name):
    monkeypatch.setattr(reading, many, 1)

    assert refusal_of(data) == TOO_MANY % name


@pytest.mark.parametrize("text", ["a;b\n1;2\n", "a\tb\n1\t2\n", "a,b\n1,2\n"])
def test_a_csv_is_read_with_its_own_separator(text):
    (page,) = reading.read(text.encode())

    assert list(page) == [["a", "b"], ["1", "2"]]


def test_a_sheet_without_text_has_no_headings():
    (page,) = reading.read(workbook([1, 2], [3, 4]))

    assert page.header() == 0
    assert reading.find([page], {"Name": "name"}, needed=["name"]) is None


def test_empty_lines_are_not_rows_and_short_lines_say_nothing_at_their_end():
    (page,) = reading.read("name,phone\n赵丽华\n,\n钱进,10086\n".encode())
    table = reading.find([page], {"name": "name", "phone": "phone"}, needed=["name"])

    assert [(number, line.get("name"), line.get("phone")) for number, line in table.lines()] == [
        (2, "赵丽华", None),
        (4, "钱进", "10086"),
    ]


# -- cells ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "clean, written, code",
    [
        (cleaning.text(3), "four", "overlong"),
        (cleaning.name(3), "four", "overlong_name"),
        (cleaning.words(3), "two, four", "overlong"),
        (cleaning.money(), "-0.01", "negative_money"),
        (cleaning.money(), "1000000000000", "text_money"),
        (cleaning.whole, "2.5", "bad_number"),
        (cleaning.whole, "-1", "bad_number"),
        (cleaning.whole, 32_001, "bad_number"),
        (cleaning.whole, "three", "bad_number"),
        (cleaning.day(today=TODAY), date(1899, 12, 31), "bad_date"),
        (cleaning.day(today=TODAY), date(2026, 11, 22), "future_date"),
        (cleaning.yes_no, "perhaps", "bad_yes_no"),
        (cleaning.id_number, 5.11102e17, "id_as_number"),
        (cleaning.id_number, "5.11102E+17", "id_as_number"),
        (cleaning.card, 6.22848e18, "card_scientific"),
        (cleaning.card, "62284", "card_shape"),
        (cleaning.phone, 8331234567, "phone_as_number"),
        (cleaning.phone, "12345", "phone_shape"),
    ],
)
def test_a_cell_that_cannot_be_believed_is_refused_by_its_reason(clean, written, code):
    with pytest.raises(Fault) as fault:
        clean(written)

    assert fault.value.code == code
    assert "%" not in fault.value.sentence


@pytest.mark.parametrize(
    "clean, written, meant",
    [
        (cleaning.text(3), " ", None),
        (cleaning.text(9), 12.0, "12"),
        (cleaning.money(negative=True), "-5", Decimal("-5.00")),
        (cleaning.whole, 3.0, 3),
        (cleaning.words(), "sewing、driving，sewing;无", ["sewing", "driving"]),
        (cleaning.words(), "无", None),
        (cleaning.day(today=TODAY), datetime(2026, 1, 2, 3, 4), date(2026, 1, 2)),  # noqa: DTZ001 - as a cell says it
        (cleaning.day(today=TODAY), "2026年3月", date(2026, 3, 1)),
        (cleaning.day(today=TODAY, future=True), date(2027, 1, 1), date(2027, 1, 1)),
        (cleaning.yes_no, "是", True),
        (cleaning.yes_no, "否", False),
        (cleaning.phone, 13800138000, "13800138000"),
        (cleaning.card, "6228 4800 0000 0000 018", "6228480000000000018"),
    ],
)
def test_a_cell_is_read_as_it_was_meant(clean, written, meant):
    assert clean(written) == meant


@pytest.mark.django_db
def test_words_of_a_list_are_told_apart_but_a_word_that_holds_the_separator_stays_whole():
    causes = cleaning.several("hardship_cause")

    assert causes("本人大病、本人大病") == ["major_illness"]
    with pytest.raises(Fault) as fault:
        causes("本人大病、天气")
    assert fault.value.sentence == "“天气” is not in the list of this column."


def test_what_nobody_sees_is_not_said():
    (page,) = reading.read("name,phone\n赵\u200b丽\x0b华,\u200b\n\ufeff\u200b,\x07\n".encode())
    table = reading.find([page], {"name": "name", "phone": "phone"}, needed=["name"])

    assert [(number, line.get("name"), line.get("phone")) for number, line in table.lines()] == [
        (2, "赵\u200b丽华", None)
    ]
