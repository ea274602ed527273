"""Workbooks as offices keep them: what is missing takes nobody away, what cannot be read is a fault, what was not read is
named. The files are those of the field (fault kinds 1–3)."""

import io
import json
from pathlib import Path

import openpyxl
import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from casework.exchange.cells import Cleaners
from casework.exchange.check import Examined
from casework.exchange.errors import error_workbook
from casework.exchange.registry import HEAD_NEEDS, MEMBER_NEEDS, Unrecognised, columns
from casework.models import HardshipFile, Membership, Person
from center.kernel.errors import Incomplete
from center.models import Import
from tests.casework.test_import_rules import HEAD, ID, SON, WIFE, book, bring, checked

SHAPES = Path(__file__).parents[1] / "data" / "shapes"


def shape(number):
    (path,) = SHAPES.glob(f"{number}_*")
    return path.read_bytes()


def found(data, office):
    return Examined(data, office=office).finish().found()


def totals(data, office):
    return list(found(data, office)["totals"].values())


def faults(data, office):
    """(row, column, reason) of every fault."""
    return [(one["row"], one["column"], one["reason"]["en"]) for one in found(data, office)["faults"]]


def left_out(data, office):
    return [(one["what"], one.get("column", one["sheet"]), one["count"]) for one in found(data, office)["left_out"]]


def living():
    return sorted(Membership.objects.current().values_list("person__full_name", flat=True))


# -- absence is no departure -------------------------------------------------------------------------------------------


def test_a_head_merged_over_the_rows_of_its_members_is_their_head(officer, office):
    bring(shape(31), officer)

    assert (totals(shape(32), office), found(shape(32), office)["leaver_count"]) == ([0, 0, 1, 0], 0)
    bring(shape(32), officer, leave=True)
    assert living() == ["试合女乙", "试合子甲", "试合户主", "试合配偶"]


@pytest.mark.parametrize(
    "members",
    [
        [dict.fromkeys(SON)],
        [SON | {"户主身份证号": None, "户主姓名": None}],
        [SON | {"户主身份证号": WIFE["身份证号"]}],
        [SON, WIFE | {"户主身份证号": "1", "户主姓名": "?"}],
        [SON, WIFE | {"户主身份证号": None, "户主姓名": None, "姓名": "钱近", "身份证号": "1"}],
        [WIFE | {"户主身份证号": 511111197003056235.0, "户主姓名": "?"}, SON],
    ],
    ids=["empty sheet", "no head", "another head", "wrong head", "nobody known, after", "digits lost, before"],
)
def test_whoever_is_missing_wrong_or_without_a_head_stays(officer, office, members):
    """Even when somebody has said that those who are not listed leave."""
    bring(book(HEAD, members=[SON, WIFE]), officer)

    bring(book(HEAD, members=members), officer, leave=True)

    assert living() == ["赵丽华", "赵小明", "钱进"]


def test_a_household_that_counts_more_people_than_the_file_lists_loses_nobody(officer, office):
    bring(book(HEAD, members=[SON, WIFE]), officer)

    for size, leavers in ((3, 0), (2, 1)):
        assert found(book(HEAD | {"家庭人口": size}, members=[SON]), office)["leaver_count"] == leavers


def test_who_is_not_listed_any_more_is_named_and_leaves_after_a_mark_of_its_own(at, officer, office):
    bring(book(HEAD, members=[SON, WIFE]), officer)
    record = checked(book(HEAD, members=[SON]), officer)
    page = reverse("casework:import", args=[record.code])

    html = at(officer).get(page).content.decode()
    assert (record.found["totals"]["unchanged"], record.found["leaver_count"]) == (1, 1)
    assert [one["member"] for one in record.found["leavers"]] == ["钱*"]
    assert 'name="leaving"' in html
    assert "钱*" in html
    at(officer).post(page, {"choice": "good"})
    assert living() == ["赵丽华", "赵小明", "钱进"]

    again = checked(book(HEAD, members=[SON]), officer)
    at(officer).post(reverse("casework:import", args=[again.code]), {"choice": "good", "leaving": "on"})
    assert living() == ["赵丽华", "赵小明"]


def test_a_file_that_lets_nobody_leave_asks_nothing(at, officer):
    record = checked(book(HEAD, members=[SON]), officer)

    html = at(officer).get(reverse("casework:import", args=[record.code])).content.decode()

    assert 'name="leaving"' not in html


@pytest.mark.parametrize(
    "option, left", [([], ["赵丽华", "赵小明", "钱进"]), (["--with-leavers"], ["赵丽华", "赵小明"])]
)
def test_the_command_lets_leave_only_by_an_option_of_its_own(officer, tmp_path, capsys, option, left):
    bring(book(HEAD, members=[SON, WIFE]), officer)
    path = tmp_path / "some.xlsx"
    path.write_bytes(book(HEAD, members=[SON]))

    call_command("import_files", str(path), "--by", officer.username, *option)

    lines = capsys.readouterr().out.splitlines()
    assert lines[-3:-1] == [
        "not listed any more: 钱* of the household in row 2",
        "not listed any more: 1 (they leave only by --with-leavers)",
    ]
    assert json.loads(lines[-1])["changed"] == len(option)
    assert living() == left


def test_a_row_without_a_head_goes_back_with_the_whole_household_and_comes_in_when_corrected(officer, office):
    other = HEAD | {"姓名": "孙立", "身份证号": "511111197003059030"}
    data = book(HEAD, other, members=[SON, WIFE | {"户主身份证号": "1", "户主姓名": "?"}])
    bring(data, officer)
    examined = Examined(data, office=office).finish()
    back = openpyxl.load_workbook(io.BytesIO(error_workbook(examined.book, examined.bad_heads, examined.bad_members)))

    heads, members = ([[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)] for sheet in back.worksheets)
    assert [row[0] for row in heads] == ["赵丽华"]
    assert [row[2] for row in members] == ["赵小明", "钱进"]

    back.worksheets[1].cell(3, 1).value, back.worksheets[1].cell(3, 2).value = ID, "赵丽华"
    out = io.BytesIO()
    back.save(out)
    bring(out.getvalue(), officer)
    assert living() == ["孙立", "赵丽华", "赵小明", "钱进"]


def test_all_or_nothing_means_nothing_when_a_row_has_no_head(officer):
    with pytest.raises(Incomplete, match="all or nothing"):
        bring(book(HEAD, members=[SON | {"户主身份证号": "1", "户主姓名": "?"}]), officer, only_good=False)

    assert living() == []


def test_a_member_whom_the_registry_knows_carries_its_household_however_wrong_its_head(officer, office):
    other = HEAD | {"姓名": "孙立", "身份证号": "511111197003059030"}
    bring(book(HEAD, other, members=[SON, WIFE]), officer)
    theirs = {"户主身份证号": other["身份证号"], "户主姓名": "孙立", "姓名": "孙小", "身份证号": "511111197003069052"}
    lost = WIFE | {"户主身份证号": "1", "户主姓名": "?"}

    data = book(HEAD, other, members=[SON, theirs | {"与户主关系": "子"}, lost])
    examined = Examined(data, office=office).finish()

    assert examined.found()["leaver_count"] == 0
    assert sorted(examined.bad_heads) == [2, 3]


def test_two_people_of_one_name_are_two_people(office):
    """The head's number on the row is good, and nobody's in this file."""
    told = faults(book(HEAD, members=[SON | {"户主身份证号": "511111197003059030"}]), office)

    assert told == [(2, "户主身份证号", "No household of this file has this head.")]


# -- unreadable is not empty -------------------------------------------------------------------------------------------

ERROR = "This cell holds the error %s, not a value."


def test_cells_that_hold_an_error_are_faults_on_their_cells(office):
    assert (totals(shape(33), office), sorted(faults(shape(33), office))) == (
        [0, 0, 0, 1],
        sorted(
            [
                (2, "手机号码", ERROR % "#N/A"),
                (2, "本人月平均收入", ERROR % "#REF!"),
                (2, "家庭年度总收入", ERROR % "#VALUE!"),
                (2, "医疗支出(自付)", ERROR % "#N/A"),
                (2, "银行卡号", ERROR % "#N/A"),
            ]
        ),
    )


def test_a_formula_without_its_value_and_a_hidden_row_are_said(office):
    formula = "This cell holds a formula whose result the file does not keep. Write the value itself."

    assert totals(shape(16), office) == [2, 0, 0, 3]
    assert faults(shape(16), office) == [
        (3, "本人月平均收入", formula),
        (4, "困难类别", ERROR % "#N/A"),
        (5, "手机号码", ERROR % "#REF!"),
    ]
    assert left_out(shape(16), office) == [("hidden_rows", "Sheet", 1)]


def test_numbers_that_lost_their_digits_are_faults_in_every_sheet(office):
    lost = "A spreadsheet has turned this ID number into a rounded figure. Format the cell as text, type it anew."

    assert totals(shape("09"), office) == [3, 0, 0, 2]
    assert {reason for _row, _column, reason in faults(shape("09"), office)} >= {lost}
    told = faults(book(HEAD, members=[SON | {"户主身份证号": 511111197003056235.0}]), office)
    assert told == [(2, "户主身份证号", lost)]


def test_a_csv_s_guards_of_long_numbers_are_taken_off(office):
    assert totals(shape(36), office) == [3, 0, 0, 0]


def test_an_error_as_text_is_an_error(office):
    head, row = ",".join(HEAD), ",".join(HEAD.values())

    told = faults(f"{head},手机号码\n{row},#N/A\n".encode(), office)

    assert told == [(2, "手机号码", ERROR % "#N/A")]


def test_an_amount_of_two_rows_together_is_counted_in_neither(office):
    made = openpyxl.load_workbook(io.BytesIO(book(HEAD, members=[SON | {"月收入": 1000}, WIFE | {"月收入": None}])))
    made.worksheets[1].merge_cells(start_row=2, end_row=3, start_column=6, end_column=6)
    out = io.BytesIO()
    made.save(out)

    assert [(row, column) for row, column, _reason in faults(out.getvalue(), office)] == [(3, "月收入")]


# -- partial is not whole ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("beside", ["成员1姓名", "与户主关系", "家长姓名", "监护人身份证号", "姓名", "身份证号"])
def test_a_sheet_that_keeps_people_beside_the_head_is_not_read_as_heads_alone(office, beside):
    """Read so, six students became heads, and sixteen members of six families sixteen households."""
    made, written = openpyxl.Workbook(), io.BytesIO()
    made.active.append(["姓名", "身份证号", "困难类别", "主要致困原因", beside])
    made.active.append(["试合户主", ID, "低保户", "患重特大疾病", "试合子甲"])
    made.save(written)

    with pytest.raises(Unrecognised, match=f"keeps other people beside the head \\({beside}\\)"):
        Examined(written.getvalue(), office=office)


def test_a_hidden_sheet_is_named_and_not_read(officer, office):
    bring(shape(30), officer)

    assert sorted(Person.objects.values_list("full_name", flat=True)) == ["试隐乙", "试隐甲"]
    assert left_out(shape(30), office) == [("hidden_sheet", "2025年旧表", 3)]


def test_all_sheets_of_one_kind_are_read_and_named(officer, office):
    record = bring(shape("07"), officer)

    assert record.found["totals"]["new"] == 12
    assert [(one["sheet"], one["count"]) for one in record.found["sheets"]] == [
        ("轸溪镇", 4),
        ("踏水镇", 4),
        ("牛石镇", 4),
    ]
    assert totals(shape("07"), office) == [0, 0, 12, 0]


def test_rows_of_several_sheets_go_back_each_to_its_own(office):
    made = openpyxl.load_workbook(io.BytesIO(shape("07")))
    for at, sheet in enumerate(made.worksheets):
        sheet.cell(3 + at, 4).value = "?"
    out = io.BytesIO()
    made.save(out)
    examined = Examined(out.getvalue(), office=office).finish()

    back = openpyxl.load_workbook(io.BytesIO(error_workbook(examined.book, examined.bad_heads, examined.bad_members)))

    assert [(one["page"], one["row"]) for one in examined.found()["faults"]] == [
        ("轸溪镇", 3),
        ("踏水镇", 4),
        ("牛石镇", 5),
    ]
    assert [sheet.max_row for sheet in back.worksheets] == [3, 3, 3]


def test_one_number_on_two_sheets_is_told_with_the_name_of_the_sheet(office):
    made = openpyxl.load_workbook(io.BytesIO(shape("07")))
    made.worksheets[1].cell(3, 3).value = made.worksheets[0].cell(3, 3).value
    out = io.BytesIO()
    made.save(out)

    assert [reason for *_place, reason in faults(out.getvalue(), office)] == [
        f"This ID number stands in row 3 of sheet “{made.worksheets[at].title}” too. One person stands in one row: neither is brought in."
        for at in (1, 0)
    ]


def test_totals_signatures_and_headings_said_again_are_passed_over_and_said(office):
    assert totals(shape(34), office) == [2, 0, 0, 0]
    assert left_out(shape(34), office) == [("passed_rows", "困难职工档案", 3), ("column", "手机号码", 2)]
    assert left_out(shape("01"), office)[0] == ("passed_rows", "Sheet1", 2)


def test_columns_without_a_heading_are_named_by_their_letter(at, officer, office):
    made = openpyxl.load_workbook(io.BytesIO(book(HEAD | {"籍贯": "四川"})))
    made.active.cell(2, 8).value = "?"
    out = io.BytesIO()
    made.save(out)
    record = checked(out.getvalue(), officer)

    html = at(officer).get(reverse("casework:import", args=[record.code])).content.decode()

    assert left_out(out.getvalue(), office) == [("column", "籍贯", 1), ("column", "H", 1)]
    assert "籍贯" in html


def test_the_command_names_what_it_did_not_read(officer, tmp_path, capsys):
    path = tmp_path / "hidden.xlsx"
    path.write_bytes(shape(30))

    call_command("import_files", str(path), "--by", officer.username, "--dry-run")

    assert "Sheet “2025年旧表” is hidden and was not read: rows 3." in capsys.readouterr().out


def test_what_was_not_read_is_kept_with_the_import(officer):
    bring(shape(30), officer)

    assert Import.objects.get().found["left_out"] == [{"what": "hidden_sheet", "sheet": "2025年旧表", "count": 3}]


def test_a_hidden_head_is_the_reason_that_its_members_are_told(office):
    made = openpyxl.load_workbook(
        io.BytesIO(book(HEAD, HEAD | {"姓名": "孙立", "身份证号": "511111197003059030"}, members=[SON]))
    )
    made.active.row_dimensions[2].hidden = True
    out = io.BytesIO()
    made.save(out)

    assert [reason for *_place, reason in faults(out.getvalue(), office)] == [
        "The row of this head is hidden, and hidden rows are not read."
    ]


def test_a_hidden_member_has_not_left(officer, office):
    bring(book(HEAD, members=[SON, WIFE]), officer)
    made = openpyxl.load_workbook(io.BytesIO(book(HEAD, members=[SON, WIFE])))
    made.worksheets[1].row_dimensions[3].hidden = True
    out = io.BytesIO()
    made.save(out)

    assert found(out.getvalue(), office)["leaver_count"] == 0


def test_a_hidden_row_of_an_unknown_head_may_be_of_any_household(officer, office):
    bring(book(HEAD, members=[SON, WIFE]), officer)
    nobody = WIFE | {"户主身份证号": "1", "户主姓名": "?"}
    made = openpyxl.load_workbook(io.BytesIO(book(HEAD, members=[SON, nobody])))
    made.worksheets[1].row_dimensions[3].hidden = True
    out = io.BytesIO()
    made.save(out)

    assert found(out.getvalue(), office)["leaver_count"] == 0


def test_every_column_that_a_registry_may_have_is_read():
    """A heading that is known and not read would be lost without a word; the serial number counts rows of paper."""
    said = Cleaners(timezone.localdate())
    heads = {*said.head, *said.household, *said.file, *said.employer, *said.spending, *HEAD_NEEDS}
    heads |= {"sex", "category", "primary_cause", "secondary_causes", "bank", "card"}

    assert set(columns()["heads"]) - heads == {"serial"}
    assert set(columns()["members"]) - {*said.member, *MEMBER_NEEDS} == {"head_name", "sex", "monthly"}


@pytest.mark.parametrize("status", ["draft", "active"])
def test_whoever_is_absent_and_stays_is_named_whatever_the_state_of_the_file(at, officer, office, status):
    bring(book(HEAD, members=[SON, WIFE]), officer)
    HardshipFile.objects.update(status=status)
    Person.objects.filter(full_name="赵小明").update(id_number=None)

    record = checked(book(HEAD | {"家庭人口": 4}, members=[WIFE]), officer)
    bring(book(HEAD, members=[WIFE]), officer, leave=True)

    html = at(officer).get(reverse("casework:import", args=[record.code])).content.decode()
    assert [(one["row"], one["name"], one["member"]) for one in record.found["stayers"]] == [(2, "赵*华", "赵*明")]
    assert (record.found["leaver_count"], "1 member is not listed and stays" in html) == (0, True)
    assert living() == ["赵丽华", "赵小明", "钱进"]


def test_of_a_household_of_which_the_file_says_too_little_the_absent_are_named(officer, office):
    bring(book(HEAD, members=[SON, WIFE]), officer)

    found = checked(book(HEAD | {"家庭人口": 3}, members=[WIFE]), officer).found

    assert [one["member"] for one in found["stayers"]] == ["赵*明"]
    assert (found["stayer_count"], found["leaver_count"]) == (1, 0)
