"""What offices send is read as it was meant, or refused with a sentence that says what to do."""

import inspect
import io
import struct
import zipfile
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from center.exchange import cleaning, marks, reading
from center.exchange.cleaning import Fault
from center.exchange.reading import Unreadable
from center.models import Meeting

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
    assert reading.find([page], {"Name": "name"}, needed=["name"]) == []


def test_empty_lines_are_not_rows_and_short_lines_say_nothing_at_their_end():
    (page,) = reading.read("name,phone\n赵丽华\n,\n钱进,10086\n".encode())
    (table,) = reading.find([page], {"name": "name", "phone": "phone"}, needed=["name"])

    assert [(number, line.get("name"), line.get("phone")) for number, line in table.lines()] == [
        (2, "赵丽华", None),
        (4, "钱进", "10086"),
    ]


CELLS = [
    cleaning.plain,
    cleaning.text(9),
    cleaning.name(),
    cleaning.listed("sex"),
    cleaning.several("sex"),
    cleaning.words(),
]
CELLS += [cleaning.number(9), cleaning.within(cleaning.whole, Meeting, "quorum")]
CELLS += [
    cleaning.money(),
    cleaning.whole,
    cleaning.day(today=TODAY),
    cleaning.yes_no,
    cleaning.id_number,
    cleaning.card,
]


@pytest.mark.parametrize("clean", [*CELLS, cleaning.phone])
@pytest.mark.parametrize("cell", [marks.error("#N/A"), marks.without_value()])
def test_no_cleaner_takes_a_cell_that_cannot_be_read_for_a_word(clean, cell):
    with pytest.raises(Fault) as fault:
        clean(cell)

    assert fault.value.code == cell.code


def test_every_cleaner_is_asked_above():
    made = {
        name
        for name, each in vars(cleaning).items()
        if inspect.isfunction(each) and each.__module__ == cleaning.__name__
    }
    others = {"declare", "legible", "figure", "identity"}  # the last two are asked by what they stand in

    assert {each.__qualname__.split(".")[0] for each in [*CELLS, cleaning.phone]} == {
        name for name in made - others if not name.startswith("_")
    }


# -- cells ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "clean, written, code",
    [
        (cleaning.text(3), "four", "overlong"),
        (cleaning.name(3), "four", "overlong_name"),
        (cleaning.words(3), "two, four", "overlong"),
        (cleaning.money(), "-0.01", "negative_money"),
        (cleaning.money(), "1000000000000", "text_money"),
        (cleaning.money(), "1e5", "text_money"),
        (cleaning.money(), "1_000", "text_money"),
        (cleaning.whole, "1e3", "bad_number"),
        (cleaning.text(40), 511111197003056235.0, "digits_lost"),
        (cleaning.text(40), "5.11111E+17", "digits_lost"),
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
    (table,) = reading.find([page], {"name": "name", "phone": "phone"}, needed=["name"])

    assert [(number, line.get("name"), line.get("phone")) for number, line in table.lines()] == [
        (2, "赵\u200b丽华", None)
    ]


# -- what a file says beside its values --------------------------------------------------------------------------------


OFFICE = "application/vnd.openxmlformats-officedocument.spreadsheetml"


def of_xlsx(sheet_xml, hidden=""):
    """The least workbook that holds this sheet."""
    kind = "http://schemas.openxmlformats.org"
    return packed(
        **{
            "[Content_Types].xml": f'<Types xmlns="{kind}/package/2006/content-types">'
            '<Default Extension="xml" ContentType="application/xml"/>'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{OFFICE}.sheet.main+xml"/>'
            f'<Override PartName="/xl/worksheets/s.xml" ContentType="{OFFICE}.worksheet+xml"/></Types>',
            "_rels/.rels": f'<Relationships xmlns="{kind}/package/2006/relationships"><Relationship Id="b"'
            f' Type="{kind}/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>',
            "xl/workbook.xml": f'<workbook xmlns="{kind}/spreadsheetml/2006/main"'
            f' xmlns:r="{kind}/officeDocument/2006/relationships"><sheets><sheet name="S" sheetId="1" {hidden} r:id="a"/>'
            "</sheets></workbook>",
            "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{kind}/package/2006/relationships">'
            f'<Relationship Id="a" Type="{kind}/officeDocument/2006/relationships/worksheet"'
            ' Target="worksheets/s.xml"/></Relationships>',
            "xl/worksheets/s.xml": f'<worksheet xmlns="{kind}/spreadsheetml/2006/main"><sheetData>{sheet_xml}</sheetData>'
            "</worksheet>",
        }
    )


TEXT = '<c t="inlineStr"><is><t>name</t></is></c>'


@pytest.mark.parametrize(
    "cell, code",
    [
        ('<c t="e"><v>#N/A</v></c>', "cell_error"),
        ("<c><f>1+1</f></c>", "formula_without_value"),
        ("<c><f>1+1</f><v></v></c>", "formula_without_value"),
        ("<c><f>1+1</f><v>2</v></c>", None),
        ('<c t="str"><f>A1</f><v></v></c>', None),
        ("<c><v>2</v></c>", None),
    ],
    ids=["error", "no value", "empty value", "value", "empty text", "no formula"],
)
def test_a_cell_of_a_workbook_that_shows_nothing_says_why(cell, code):
    (page,) = reading.read(of_xlsx(f"<row>{TEXT}{TEXT}</row><row>{TEXT}{cell}</row>"))

    assert getattr(list(page)[1][1], "code", None) == code


def test_a_hidden_row_of_a_workbook_is_known_by_its_number():
    (page,) = reading.read(of_xlsx(f'<row>{TEXT}</row><row r="3" hidden="1">{TEXT}</row>'))

    assert page.marks.hidden == {3}


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_a_hidden_sheet_is_no_page(state):
    pages = reading.read(of_xlsx(f"<row>{TEXT}</row>", hidden=f'state="{state}"'))

    assert ([*pages], [page.name for page in pages.hidden]) == ([], ["S"])


def test_a_binary_workbook_is_refused_with_the_way_to_save_it():
    assert refusal_of(packed(**{"xl/workbook.bin": "x"})) == "This is a binary workbook (.xlsb). Save it as .xlsx."


def test_a_broken_sheet_of_a_workbook_is_damaged():
    assert refusal_of(of_xlsx('<row hidden="1">')) == DAMAGED


ODS = """<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"><office:body><office:spreadsheet>
<table:table table:name="S"><table:table-row><table:table-cell office:value-type="string"><text:p>a</text:p></table:table-cell>
<table:table-cell office:value-type="string"><text:p>b</text:p></table:table-cell></table:table-row>
<table:table-row table:visibility="collapse" table:number-rows-repeated="2"><table:table-cell office:value-type="string">
<text:p>c</text:p></table:table-cell><table:table-cell/></table:table-row>
<table:table-row><table:table-cell office:value-type="string" calcext:value-type="error" table:formula="of:=NA()">
<text:p>#N/A</text:p></table:table-cell><table:table-cell table:formula="of:=1+1"/></table:table-row>
<table:table-row><table:table-cell table:number-rows-spanned="2" office:value-type="string"><text:p>d</text:p>
</table:table-cell><table:table-cell office:value-type="string"><text:p>e</text:p></table:table-cell></table:table-row>
<table:table-row><table:covered-table-cell/><table:table-cell office:value-type="string"><text:p>f</text:p>
</table:table-cell></table:table-row>
</table:table></office:spreadsheet></office:body></office:document-content>"""


def test_an_open_document_says_the_same():
    found = marks.of_zip(zipfile.ZipFile(io.BytesIO(packed(**{"content.xml": ODS}))))["S"]

    assert found.hidden == {2, 3}
    assert {at: {place: cell.code for place, cell in row.items()} for at, row in found.unread.items()} == {
        4: {0: "cell_error", 1: "formula_without_value"}
    }
    assert found.merged == [(5, 6, 0)]


def test_what_a_merged_cell_says_stands_in_each_of_its_rows():
    made = openpyxl.Workbook()
    for at, row in enumerate((["name", "sum"], ["x", 5], [None, None], ["y", 6]), 2):
        for place, value in enumerate(row, 3):
            made.active.cell(at, place).value = value  # from C2 on
    made.active.merge_cells("C3:C4")
    made.active.merge_cells("D3:D4")
    out = io.BytesIO()
    made.save(out)
    (page,) = reading.read(out.getvalue())

    rows = [row for row in page if any(row)]
    assert rows == [["name", "sum"], ["x", 5], ["x", "5.0"], ["y", 6]]
    assert rows[2][1].code == "merged_amount"


def record(kind, body):
    return struct.pack("<HH", kind, len(body)) + body


def of_xls(*records, padding=4096, version=0x600, title="Workbook", is_chained=False):
    """The least container of an .xls: a table of sectors, a folder, and the stream of the workbook."""
    bof, eof = record(marks.BOF, struct.pack("<HHHHII", version, 5, 0, 0, 0, 0)), record(0xA, b"")
    name = record(marks.BOUNDSHEET, struct.pack("<IBBBB", len(bof) + 13 + len(eof), 0, 0, 1, 0) + b"S")
    stream = bof + name + eof + bof + b"".join(records) + eof
    length = max(padding, len(stream))
    stream = stream.ljust(-(-length // 512) * 512, b"\0")
    many = len(stream) // 512
    small = length < 4096
    table = [0xFFFFFFFD, marks.END, *range(3, many + 2), marks.END]
    if small:
        table += [marks.END]
    table += [marks.FREE] * (128 - len(table))

    def entry(title, kind, start, size):
        text = title.encode("utf-16-le") + b"\0\0"
        return (
            text.ljust(64, b"\0")
            + struct.pack("<HBB", len(text), kind, 1)
            + b"\xff" * 12
            + bytes(36)
            + struct.pack("<III", start, size, 0)
        )

    links = (
        struct.pack("<128I", *range(1, length // 64), marks.END, *[marks.FREE] * (128 - length // 64)) if small else b""
    )
    root, start = (2, 0) if small else (marks.END, 2)
    folder = entry("Root Entry", 5, root, length if small else 0) + entry(title, 2, start, length)
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 62, 3, 0xFFFE, 9, 6) + bytes(6)
    next_small = (many + 2, 1) if small else (marks.END, 0)
    last = many + 2 + (1 if small else 0)  # a large file lists its tables in sectors of their own
    chain = (last, 1) if is_chained else (marks.END, 0)
    header += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, *next_small, *chain)
    header += struct.pack("<109I", marks.FREE if is_chained else 0, *[marks.FREE] * 108)
    more = struct.pack("<128I", 0, *[marks.FREE] * 126, marks.END) if is_chained else b""
    return header + struct.pack("<128I", *table) + folder.ljust(512, b"\0") + stream + links + more


@pytest.mark.parametrize(
    "shape",
    [{}, {"padding": 512}, {"is_chained": True}],
    ids=["its own sectors", "among the small ones", "tables in a chain"],
)
def test_an_old_workbook_says_the_same(shape):
    found = marks.of_xls(
        of_xls(
            record(marks.ROW, struct.pack("<HHHHHHI", 2, 0, 3, 255, 0, 0, marks.HIDDEN_ROW)),
            record(marks.BOOLERR, struct.pack("<HHHBB", 1, 1, 0, 42, 1)),
            record(marks.BOOLERR, struct.pack("<HHHBB", 1, 2, 0, 1, 0)),
            record(marks.FORMULA, struct.pack("<HHH", 3, 0, 0) + b"\2\0\x17\0\0\0\xff\xff"),
            record(marks.FORMULA, struct.pack("<HHHd", 3, 1, 0, 7.0)),
            record(marks.MERGED, struct.pack("<HHHHHHHHH", 2, 4, 6, 0, 0, 7, 7, 0, 3)),
            **shape,
        )
    )["S"]

    assert found.hidden == {3}
    assert {at: {**row} for at, row in found.unread.items()} == {2: {1: "#N/A"}, 4: {0: "#REF!"}}
    assert found.merged == [(5, 7, 0)]


@pytest.mark.parametrize("shape", [{"version": 0x500}, {"title": "Letter"}], ids=["older", "no workbook"])
def test_of_another_container_nothing_is_said(shape):
    assert marks.of_xls(of_xls(**shape)) == {}


def test_the_empty_rest_of_an_open_document_is_not_marked_cell_by_cell():
    rest = '<table:table-row table:number-rows-repeated="1048000"><table:table-cell table:formula="of:=1"/></table:table-row>'
    packed_ods = packed(**{"content.xml": ODS.replace("</table:table>", f"{rest}</table:table>")})

    assert sorted(marks.of_zip(zipfile.ZipFile(io.BytesIO(packed_ods)))["S"].unread) == [4]


def test_a_file_that_is_no_workbook_has_no_marks():
    assert marks.of_zip(zipfile.ZipFile(io.BytesIO(packed(readme="text")))) == {}


def test_an_old_workbook_of_the_field_is_understood():
    data = (Path(__file__).parents[1] / "data" / "saved_as.xls").read_bytes()

    assert list(marks.of_xls(data)) == [page.name for page in reading.read(data)]
