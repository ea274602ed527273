"""What leaves as a file can be proved, whoever saved it since; what was altered is named."""

import io
from datetime import date, datetime
from decimal import Decimal

import openpyxl
import pytest
from django.core.management import call_command
from python_calamine import CalamineWorkbook

from center.errors import Incomplete, NotAllowed
from center.exchange import export, xlsx
from center.exchange.prove import Answer, prove
from center.exchange.xlsx import Column, Sheet, WrongCell
from center.models import AccessEntry, Event
from center.roles import Role
from tests.center.make import make_office, make_staff

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
        COLUMNS, lambda: iter(ROWS), kind="register", title="登记册", office=make_office(), fmt=fmt, by=by, **options
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
