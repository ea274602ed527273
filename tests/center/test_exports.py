"""What leaves as a file can be proved, whoever saved it since; what was altered is named."""

import importlib.util
import io
import sys
import zipfile
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from django.core.management import call_command
from python_calamine import CalamineWorkbook

from center.evidence import seals
from center.exchange import export, values, xlsx
from center.exchange.prove import Answer, prove
from center.exchange.xlsx import Column, Sheet, WrongCell
from center.kernel.errors import Incomplete, NotAllowed
from center.kernel.roles import Role
from center.models import AccessEntry, Counter, Event, Export
from tests.center.make import make_office, make_staff

ODF = ("office", "table", "text")
DATA = Path(__file__).parents[1] / "data"
COLUMNS = [Column("编号"), Column("姓名"), Column("金额", "money"), Column("日期", "date"), Column("人数", "int")]
ROWS = [
    ["00012", "𬎆龘 ", Decimal("0.30"), date(2026, 1, 2), 3],
    ["511111196101136939", "=1+1", Decimal("123456789012.34"), None, 0],
    ["合计", None, Decimal("123456789012.64"), None, None],
]


@pytest.fixture
def auditor(db):
    return make_staff(Role.AUDITOR)


def issue(by, fmt="xlsx", **options):
    return export.issue(
        COLUMNS, lambda: iter(ROWS), kind="register", title="登记册", office=by.home_office, fmt=fmt, by=by, **options
    )


def changed(data, change):
    book = openpyxl.load_workbook(io.BytesIO(data))
    change(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize("write", [xlsx._write_fast, xlsx._write_openpyxl], ids=["fast", "openpyxl"])
def test_both_writers_say_the_same(write):
    out = io.BytesIO()

    write(out, [Sheet("登记册", COLUMNS, iter(ROWS), above=["标题"])])

    out.seek(0)
    rows = CalamineWorkbook.from_filelike(out).get_sheet_by_name("登记册").to_python()
    assert rows[0][0] == "标题"
    assert rows[1] == ["编号", "姓名", "金额", "日期", "人数"]
    assert rows[2] == ["00012", "𬎆龘 ", 0.3, date(2026, 1, 2), 3.0]
    assert rows[3][:2] == ["511111196101136939", "=1+1"]


@pytest.mark.parametrize("write", [xlsx._write_fast, xlsx._write_openpyxl], ids=["fast", "openpyxl"])
def test_two_columns_of_one_heading_are_refused_because_one_would_vanish(write):
    with pytest.raises(WrongCell, match="same heading"):
        write(io.BytesIO(), [Sheet("x", [Column("金额"), Column("金额")], iter([["1", "2"]]))])


def test_a_platform_without_the_fast_writer_writes_with_the_other(monkeypatch):
    monkeypatch.setitem(sys.modules, "rustpy_xlsxwriter", None)
    spec = importlib.util.spec_from_file_location("slow_xlsx", xlsx.__file__)
    slow = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "slow_xlsx", slow)
    spec.loader.exec_module(slow)
    out = io.BytesIO()

    slow.write(out, [slow.Sheet("x", [slow.Column("编号")], iter([["00012"]]))])

    assert openpyxl.load_workbook(out).properties.creator == "openpyxl"
    assert openpyxl.load_workbook(out).active["A2"].value == "00012"


@pytest.mark.parametrize(
    "row",
    [
        ["a", "b"],
        ["a", "b", 1.5, None, None],
        ["a", "b", True, None, None],
        ["a", "b", None, datetime(2026, 1, 1), None],  # noqa: DTZ001 - the refusal is the point
        ["a", "b", Decimal("99999999999999.99"), None, None],
    ],
    ids=["short row", "float", "boolean", "moment", "sixteen digits"],
)
def test_what_a_workbook_cannot_keep_is_refused(row):
    with pytest.raises(WrongCell):
        xlsx.write(io.BytesIO(), [Sheet("x", COLUMNS, iter([row]))])


def test_an_issued_file_is_identical(auditor):
    made, data = issue(auditor)

    verdict = prove(data)

    assert (verdict.answer, verdict.export, verdict.faults) == (Answer.IDENTICAL, made, [])


def test_a_file_saved_again_by_another_program_says_the_same(auditor):
    made, data = issue(auditor)

    verdict = prove(changed(data, lambda book: setattr(book.worksheets[0].column_dimensions["A"], "width", 40)))

    assert (verdict.answer, verdict.export, verdict.faults) == (Answer.SAVED_AGAIN, made, [])


@pytest.mark.parametrize(
    "cell, value",
    [("C3", 0.31), ("B3", "𬎆龘"), ("A3", 12), ("D3", date(2026, 1, 3)), ("A4", "511111196101136938")],
    ids=["a cent", "a blank", "text to number", "a day", "the last digit"],
)
def test_an_altered_row_is_named(auditor, cell, value):
    _made, data = issue(auditor)

    verdict = prove(changed(data, lambda book: book.worksheets[0].__setitem__(cell, value)))

    assert (verdict.answer, verdict.faults) == (Answer.ALTERED, [f"sheet 1, row {cell[1]}: differs"])


def test_a_formula_is_refused_even_when_it_shows_the_right_value(auditor):
    _made, data = issue(auditor)

    verdict = prove(changed(data, lambda book: book.worksheets[0].__setitem__("E9", "=1+1")))

    assert verdict.answer is Answer.ALTERED
    assert verdict.faults[0] == "a cell holds a formula; our exports hold none"


def test_a_cell_that_says_no_where_nought_was_issued_is_altered(auditor):
    _made, data = issue(auditor)

    verdict = prove(changed(data, lambda book: book.worksheets[0].__setitem__("E4", False)))

    assert (verdict.answer, verdict.faults) == (Answer.ALTERED, ["sheet 1, row 4: differs"])


def test_a_day_is_another_value_with_an_hour(auditor):
    _made, data = issue(auditor)

    verdict = prove(changed(data, lambda book: book.worksheets[0].__setitem__("D3", datetime(2026, 1, 2, 12))))  # noqa: DTZ001

    assert (verdict.answer, verdict.faults) == (Answer.ALTERED, ["sheet 1, row 3: differs"])


def digest_of(data):
    return values.digest(values.read(data)).hexdigest()


@pytest.fixture
def one_line():
    """A workbook of one line, as we write it."""
    out = io.BytesIO()
    xlsx.write(out, [Sheet("x", COLUMNS, iter([["00012", "龘 ", Decimal("0.30"), date(2026, 1, 2), 3]]))])
    return out.getvalue()


def opened(day="2026-01-02T00:00:00", formula=""):
    """The same line as an open document: its program writes a day with its midnight."""
    spaces = "".join(f" xmlns:{one}='urn:oasis:names:tc:opendocument:xmlns:{one}:1.0'" for one in ODF)
    words = [
        [f"<table:table-cell office:value-type='string'><text:p>{word}</text:p></table:table-cell>" for word in row]
        for row in ([column.title for column in COLUMNS], ("00012", "龘 "))
    ]
    words[1] += [
        f"<table:table-cell office:value-type='float' office:value='0.3'{formula}/>",
        f"<table:table-cell office:value-type='date' office:date-value='{day}'/>",
        "<table:table-cell office:value-type='float' office:value='3'/>",
    ]
    rows = "".join(f"<table:table-row>{''.join(row)}</table:table-row>" for row in words)
    sheet = f"<office:spreadsheet><table:table table:name='x'>{rows}</table:table></office:spreadsheet>"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        packed.writestr("META-INF/manifest.xml", "<manifest/>")
        packed.writestr(
            "content.xml",
            f"<office:document-content{spaces}><office:body>{sheet}</office:body></office:document-content>",
        )
    return out.getvalue()


def test_an_open_document_says_the_same_and_shows_its_formulas(one_line):
    assert digest_of(opened()) == digest_of(one_line)
    assert digest_of(opened(day="2026-01-02T12:00:00")) != digest_of(one_line)
    assert values.has_formulas(opened()) is False
    assert values.has_formulas(opened(formula=" table:formula='of:=0.1+0.2'")) is True


def test_a_workbook_of_the_oldest_format_says_the_same(one_line):
    old = (DATA / "saved_as.xls").read_bytes()

    assert digest_of(old) == digest_of(one_line)
    assert (values.has_formulas(old), values.proof_in(values.read(old))) == (False, ("", ""))


def test_a_row_hidden_behind_a_copy_of_the_line_of_proof_is_found(auditor):
    made, data = issue(auditor)

    verdict = prove(
        changed(data, lambda book: book.worksheets[0].append([f"{made.number} · {made.digest[:12]}", "某人", 5000]))
    )

    assert (verdict.answer, verdict.faults) == (Answer.ALTERED, ["sheet 1, row 6: differs"])


def test_a_line_of_proof_that_was_not_issued_is_a_fault_though_every_value_is(auditor):
    made, data = issue(auditor)
    said = []
    for proof in (f"{made.number} · {'0' * 12}", f"X9-2026-0001 · {made.digest[:12]}"):

        def forge(book, proof=proof):
            sheet = book.worksheets[1]
            sheet.cell(sheet.max_row, 1).value = proof

        verdict = prove(changed(data, forge))
        said.append((verdict.answer, verdict.export, verdict.faults))

    assert said == [(Answer.ALTERED, made, ["the line of proof is not the one that was issued"])] * 2


def test_values_without_their_line_of_proof_are_still_known(auditor):
    made, data = issue(auditor)

    verdict = prove(changed(data, lambda book: book.worksheets[1].delete_rows(book.worksheets[1].max_row)))

    assert (verdict.answer, verdict.export) == (Answer.SAVED_AGAIN, made)


def test_fifty_rows_that_differ_are_named_and_the_others_counted(auditor):
    _made, data = issue(auditor)

    def add(book):
        for number in range(55):
            book.worksheets[0].append([f"extra {number}"])

    verdict = prove(changed(data, add))

    assert (len(verdict.faults), verdict.faults[49:]) == (51, ["sheet 1, row 55: differs", "… and 5 more rows"])


def test_a_strangers_workbook_was_not_issued_here(db):
    out = io.BytesIO()
    xlsx.write(out, [Sheet("x", COLUMNS, iter(ROWS))])

    verdict = prove(out.getvalue())

    assert (verdict.answer, verdict.export, verdict.is_true) == (Answer.UNKNOWN, None, False)
    assert verdict.faults == ["no export has this number or these values"]


def test_a_deleted_row_is_found(auditor):
    _made, data = issue(auditor)

    verdict = prove(changed(data, lambda book: book.worksheets[0].delete_rows(3)))

    assert verdict.answer is Answer.ALTERED


def test_a_line_of_proof_from_another_file_does_not_help(auditor):
    other, _data = issue(auditor)
    _made, data = issue(auditor)

    def forge(book):
        sheet = book.worksheets[1]
        sheet.cell(sheet.max_row, 1).value = f"{other.number} · {other.digest[:12]}"

    assert prove(changed(data, forge)).answer is Answer.ALTERED


def test_csv_is_compared_byte_by_byte_and_runs_nothing(auditor):
    made, data = issue(auditor, fmt="csv")

    text = data.decode("utf-8-sig")

    assert text.splitlines()[1:3] == ["00012,𬎆龘 ,0.30,2026-01-02,3", "\t511111196101136939,'=1+1,123456789012.34,,0"]
    assert (prove(data).answer, prove(data).export) == (Answer.IDENTICAL, made)
    assert prove(data.replace(b"0.30", b"0.31")).answer is Answer.ALTERED


def test_a_strangers_file_was_not_issued_here(db):
    assert prove(b"a,b,c\n1,2,3\n").answer is Answer.UNKNOWN


def test_an_export_is_numbered_sealed_and_logged(auditor):
    made, _data = issue(auditor)

    assert made.rows == 3
    assert Event.objects.get(verb="center.export.issued").facts["number"] == made.number
    assert AccessEntry.objects.values_list("kind", "rows").get() == ("export", 3)


def test_numbers_in_full_need_the_permission_and_a_reason(auditor):
    with pytest.raises(Incomplete):
        issue(auditor, in_full=True)
    with pytest.raises(NotAllowed):
        issue(make_staff(Role.SECRETARY), in_full=True, reason="the bank asks")

    assert issue(auditor, in_full=True, reason="the national audit")[0].reason == "the national audit"


def test_a_file_has_a_form_that_its_list_knows(auditor):
    with pytest.raises(Incomplete) as other:
        issue(auditor, fmt="docx")
    with pytest.raises(Incomplete) as unprintable:
        issue(auditor, fmt="pdf")

    assert (str(other.value), str(unprintable.value)) == (
        "A file is a workbook, a CSV or a PDF.",
        "This list has no printed form.",
    )
    assert (Export.objects.count(), Counter.objects.filter(kind="export").count()) == (0, 0)


def test_a_printed_list_is_told_its_number_and_seal_and_is_compared_byte_by_byte(auditor):
    def printed(rows, facts):
        return f"%PDF {len(list(rows))} rows, {facts['number']}, {facts['seal']}".encode()

    made, data = issue(auditor, fmt="pdf", pdf=printed)

    assert data.decode() == f"%PDF 3 rows, {made.number}, {seals.head()}"
    assert (made.rows, made.digest, prove(data).answer) == (3, "", Answer.IDENTICAL)
    assert prove(data + b"\n").answer is Answer.ALTERED


def test_rows_and_seal_are_of_one_moment(racing_db):
    auditor = make_staff(Role.AUDITOR)

    _first, _data = issue(auditor)
    second, data = issue(auditor)

    assert second.seal is not None
    assert prove(data).answer is Answer.IDENTICAL


def test_the_command_says_one_of_three_answers(auditor, tmp_path, capsys):
    _made, data = issue(auditor)
    good, bad = tmp_path / "good.xlsx", tmp_path / "bad.xlsx"
    good.write_bytes(data)
    bad.write_bytes(changed(data, lambda book: book.worksheets[0].__setitem__("C3", 9)))

    call_command("verify_export", str(good))
    with pytest.raises(SystemExit) as left:
        call_command("verify_export", str(bad))

    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("identical · X")
    assert lines[1] == "sheet 1, row 3: differs"
    assert lines[2].startswith("altered · X")
    assert left.value.code == 1


def test_the_second_sheet_is_read_when_the_rows_have_passed(auditor):
    passed = []

    class About(list):
        def __bool__(self):
            return True

        def __iter__(self):
            return iter([["Rows", str(len(passed))]])

    def rows():
        for row in ROWS:
            passed.append(row)
            yield row

    _export, data = export.issue(
        COLUMNS, rows, kind="register", title="登记册", office=make_office(), fmt="xlsx", about=About(), by=auditor
    )

    assert CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(1).to_python()[1] == ["Rows", "3"]


@pytest.mark.parametrize("writer", [xlsx._write_fast, xlsx._write_openpyxl], ids=["fast", "openpyxl"])
def test_a_workbook_prints_on_a4_with_its_headings_on_every_page(tmp_path, writer):
    path = tmp_path / "list.xlsx"
    wide = xlsx.Sheet("wide", [xlsx.Column("a"), xlsx.Column("b")], [["1", "2"]], above=["title", "of whom"])
    writer(str(path), [wide, xlsx.Sheet("tall", [xlsx.Column("c")], [["3"]], landscape=False)])
    first, second = openpyxl.load_workbook(path)

    assert [page.page_setup.orientation for page in (first, second)] == ["landscape", "portrait"]
    assert {str(page.page_setup.paperSize) for page in (first, second)} == {"9"}
    assert [page.print_title_rows for page in (first, second)] == ["$3:$3", "$1:$1"]
    assert [page.sheet_properties.pageSetUpPr.fitToPage for page in (first, second)] == [True, True]
