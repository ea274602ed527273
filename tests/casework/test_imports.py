"""A registry comes in as offices keep it; what is wrong goes back with its reason; nothing comes in twice."""

import io
import json
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path

import openpyxl
import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.utils import timezone

from casework.actions import imports
from casework.enums import ChangeKind, FileStatus
from casework.exchange.check import Examined, bring_in, check
from casework.exchange.errors import error_workbook
from casework.management.commands import import_files
from casework.models import BankAccount, ChangeRequest, HardshipFile, Household, IncomeItem, Membership, Person
from casework.permissions import why_not_import
from center.exchange import cleaning, reading
from center.kernel.errors import Conflict, Incomplete, NotAllowed, Refusal
from center.kernel.roles import Role
from center.models import Event, Import, ImportStatus
from center.privacy import numbers, vault
from tests.center.make import make_office, make_staff

DATA = Path(__file__).parents[1] / "data"
REGISTRY = DATA / "hardship_files_2053.xlsx"
CSV = DATA / "hardship_files_200_gb18030.csv"
DIRTY = DATA / "hardship_files_dirty.xlsx"
FAULTS = json.loads((DATA / "hardship_files_dirty.json").read_text(encoding="utf-8"))["faults"]
TWINS = (4, 332, 451)  # rows whose people other rows name by mistake: nobody can tell which of two is right


def bring(data, by, *, only_good=True):
    """Check and apply, as a person at the screen does."""
    return bring_in(checked(data, by), only_good=only_good, by=by)


def checked(data, by):
    office = by.home_office
    return check(imports.receive(office, data=data, by=by), examined=Examined(data, office=office), by=by)


def examine(data, *, office):
    return Examined(data, office=office).finish()


def passing(data, office):
    """The refused households, and what was noted while all passed by."""
    examined = Examined(data, office=office)
    return [one.source for one in examined.planned() if one.verdict == "refused"], examined


def errors(examined):
    return error_workbook(examined.book, examined.bad_heads, examined.bad_members)


def totals(data, office):
    found = examine(data, office=office).totals
    return [found[name] for name in ("new", "changed", "unchanged", "refused")]


def edited(data, change):
    """The workbook after somebody opened it, changed it and saved it."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    change(book)
    return saved(book)


def saved(book):
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def column(sheet, title, header=3):
    return next(cell.column for cell in sheet[header] if cell.value == title)


@cache
def some():
    """The first fourteen households of the registry with their members, as a workbook."""
    return edited(REGISTRY.read_bytes(), lambda book: _cut(book, 14))


def few(households=12, **cells):
    """The first households; `cells` change cells of the first row, by title."""

    def cut(book):
        _cut(book, households)
        for title, value in cells.items():
            book.worksheets[0].cell(4, column(book.worksheets[0], title)).value = value

    return edited(some(), cut)


def _cut(book, households):
    heads, members = book.worksheets[:2]
    heads.delete_rows(4 + households, heads.max_row)
    kept = {heads.cell(row, column(heads, "身份证号")).value for row in range(4, 4 + households)}
    last = next(row for row in range(2, 200) if members.cell(row, 1).value not in kept)
    members.delete_rows(last, members.max_row)


# -- the opening of an office ----------------------------------------------------------------------------------------------


def test_the_whole_registry_comes_in_and_nothing_comes_in_twice(officer, office):
    data = REGISTRY.read_bytes()

    record = bring(data, officer)

    assert record.found["totals"] == {"new": 2053, "changed": 0, "unchanged": 0, "refused": 0}
    assert HardshipFile.objects.filter(status=FileStatus.ACTIVE, office=office).count() == 2053
    assert Membership.objects.count() == 2053 + 3899
    assert Person.objects.count() == 2053 + 3899
    assert Event.objects.filter(verb="casework.file.imported").count() == 2053
    assert totals(data, office) == [0, 0, 2053, 0]
    book = openpyxl.load_workbook(io.BytesIO(data))  # once: two thousand rows take seconds
    assert totals(saved(book), office) == [0, 0, 2053, 0]
    home = _move_one(book, "沙湾区新街1号")
    assert totals(saved(book), office) == [0, 1, 2052, 0]
    _move_one(book, home)
    _permute(book)
    assert totals(saved(book), office) == [0, 0, 2053, 0]
    assert totals(CSV.read_bytes(), office) == [0, 0, 200, 0]
    file = HardshipFile.objects.get(number="K2024-00001")
    assert (file.category, file.category_source, file.category_on) == ("accidental", "declared", date(2024, 7, 26))
    ends = set(IncomeItem.objects.values_list("year_ending_on", flat=True))
    assert ends == {date(2026, 11, 1)}
    assert [file.household.head.full_name, str(file.household.head.id_number)] == ["魏涛洋", "**************8093"]


def _permute(book):
    heads = book.worksheets[0]
    rows = [[cell.value for cell in row] for row in heads.iter_rows(min_row=3)]
    heads.unmerge_cells("A1:AX1")
    for at, row in enumerate(rows, 3):
        for place, value in enumerate(reversed(row), 1):
            heads.cell(at, place).value = value


def _move_one(book, home):
    """Give the household of one row this address; the one that it had."""
    heads = book.worksheets[0]
    cell = heads.cell(100, column(heads, "家庭住址"))
    before, cell.value = cell.value, home
    return before


def test_exactly_the_bad_households_go_back_and_come_in_when_corrected(officer, office):
    data = DIRTY.read_bytes()
    refused, examined = passing(data, office)

    record = bring(data, officer)

    assert sorted(one.row for one in refused) == sorted([*TWINS, *(fault["row"] for fault in FAULTS)])
    assert record.found["totals"] == {"new": 960, "changed": 0, "unchanged": 0, "refused": 40}
    back = openpyxl.load_workbook(io.BytesIO(errors(examined)))
    assert back.sheetnames == ["困难职工档案", "家庭成员", "填表说明"]
    heads, members = back.worksheets[:2]
    assert heads.max_row == 3 + 40
    assert _red(heads) == 37 + 2  # of one twin a member is at fault, of the others the head
    assert _red(members) == 1
    assert members.max_row == 1 + sum(len(one.members) for one in refused)
    corrected = edited(errors(examined), lambda book: _correct(book, refused))
    assert totals(corrected, office) == [40, 0, 0, 0]
    brought = bring(corrected, officer)
    assert (brought.found["totals"]["new"], brought.found["unknown"]) == (
        40,
        ["备注"],  # of the members, which nothing keeps; our own headings are not asked about
    )
    assert HardshipFile.objects.count() == Household.objects.count() == 1000


def _red(sheet):
    return sum(cell.fill.fgColor.rgb.endswith("FFC7CE") for row in sheet.iter_rows() for cell in row)


def _called(household):
    """The head's name as the members' rows have it: they must agree."""
    names = [member.head_name for member in household.members if member.head_name]
    return names[0] if names else "张改正"


def _correct(book, refused):
    """What an officer types into the red cells."""
    heads = book.worksheets[0]
    by_row = {fault["row"]: fault for fault in FAULTS}
    for at, household in enumerate(sorted(refused, key=lambda one: one.row), 4):
        if household.row in TWINS:
            continue  # right as it stands: the other row is corrected
        fault = by_row[household.row]
        place = column(heads, fault["column"])
        value = {
            "身份证号": _number(household, at),
            "姓名": _called(household),
            "本人月平均收入": 1500,
            "家庭年度总收入": 18000,
            "建档日期": date(2025, 1, 2),
            "户口所在地行政区划": "511111",
            "困难类别": "相对困难",
            "主要致困原因": "子女上学",
            "次要致困原因": "下岗失业、其他",
            "银行卡号": "6228480000000000018",
        }[fault["column"]]
        heads.cell(at, place).value = value


def _number(household, at):
    """The number that the members name as their head's, or a good one for somebody who lives alone."""
    told = {member.head_id for member in household.members} - {household.raw_id}
    if told:
        return told.pop()
    body = f"51111119700101{at:03d}"
    return body + numbers.check_character(body)


def test_every_fault_is_named_by_its_kind_and_in_both_languages(office):
    refused, examined = passing(DIRTY.read_bytes(), office)

    found = {(one["row"], one["column"]) for one in examined.found()["faults"] if one["sheet"] == "heads"}
    codes = {one.row: {wrong.code for wrong in one.wrong} for one in refused}

    assert found == {(fault["row"], fault["column"]) for fault in FAULTS} | {(row, "身份证号") for row in TWINS[1:]}
    assert {fault["kind"] for fault in FAULTS if fault["kind"] not in codes[fault["row"]]} == set()
    for one in examined.found()["faults"]:
        assert one["reason"]["zh-hans"] != one["reason"]["en"] != ""
        assert one["name"] == "" or "*" in one["name"]


def test_every_history_row_of_an_import_says_who_and_which_action(officer, office):
    bring(few(), officer)

    history = apps.get_model("casework.PersonEvent").objects
    contexts = {(row["by"], row["action"]) for row in history.values_list("pgh_context", flat=True)}

    assert history.count() == Person.objects.count()
    assert contexts == {(officer.username, "casework.actions.imports.applying.apply_import")}


def test_all_or_nothing_means_nothing_when_one_row_is_wrong(officer, office):
    with pytest.raises(Incomplete):
        bring(few(身份证号="511123198503218094"), officer, only_good=False)

    assert HardshipFile.objects.count() == 0


def test_the_csv_alone_opens_files_and_never_touches_members(officer, office):
    bring(few(), officer)
    before = list(Membership.objects.order_by("pk").values_list("pk", "until"))

    record = bring(CSV.read_bytes(), officer)

    assert record.found["totals"] == {"new": 188, "changed": 0, "unchanged": 12, "refused": 0}
    assert (
        list(Membership.objects.filter(pk__in=[pk for pk, _ in before]).order_by("pk").values_list("pk", "until"))
        == before
    )


def test_differences_are_written_during_the_opening(officer, office):
    bring(few(), officer)

    record = bring(
        few(家庭住址="新街1号", 困难类别="深度困难", 本人月平均收入=1000, 银行卡号="6228480000000000018"), officer
    )

    assert record.found["totals"] == {"new": 0, "changed": 1, "unchanged": 11, "refused": 0}
    file = HardshipFile.objects.get(number="K2024-00001")
    head = file.household.head
    assert (file.household.address, file.category, file.category_source) == ("新街1号", "deep", "declared")
    assert head.incomes.get(kind="wage_income", dropped_at=None).amount == Decimal(12000)
    assert str(BankAccount.objects.current().get(holder=head).card) == "****0018"
    assert ChangeRequest.objects.count() == 0
    assert totals(
        few(家庭住址="新街1号", 困难类别="深度困难", 本人月平均收入=1000, 银行卡号="6228480000000000018"), office
    ) == [0, 0, 12, 0]


# -- an office at work -----------------------------------------------------------------------------------------------------


@pytest.fixture
def at_work(officer, office):
    """An office that brought its registry in and went live."""
    bring(few(), officer)
    office.went_live_on = timezone.localdate() - timedelta(days=1)
    office.save()
    return make_staff(Role.OFFICER, office=office)


def test_later_rows_become_drafts(at_work):
    record = bring(few(14), at_work)

    assert record.found["totals"] == {"new": 2, "changed": 0, "unchanged": 12, "refused": 0}
    drafts = HardshipFile.objects.filter(status=FileStatus.DRAFT)
    assert [draft.number for draft in drafts] == ["", ""]
    assert BankAccount.objects.filter(holder__heads__files__in=drafts, checked_at=None).count() == 2


def test_later_differences_wait_for_a_second_person(at_work, office):
    data = few(家庭住址="新街1号", 困难类别="深度困难", 本人月平均收入=1000, 银行卡号="6228480000000000018")

    record = bring(data, at_work)

    assert record.found["totals"] == {"new": 0, "changed": 1, "unchanged": 11, "refused": 0}
    file = HardshipFile.objects.get(number="K2024-00001")
    asked = set(file.changes.values_list("kind", flat=True))
    assert asked == {ChangeKind.CATEGORY, ChangeKind.INCOME, ChangeKind.ACCOUNT}
    assert (file.category, file.household.address) == ("accidental", "新街1号")
    assert str(BankAccount.objects.current().get(holder=file.household.head).card) == "****4340"
    assert totals(data, office) == [0, 0, 12, 0]


def test_a_number_never_changes_by_a_workbook(at_work, office):
    assert totals(few(职工编号="K2024-99999"), office) == [0, 0, 11, 1]


def test_a_household_of_another_office_is_refused(at_work):
    elsewhere = make_office()

    assert totals(few(), elsewhere) == [0, 0, 0, 12]


# -- withdrawing -----------------------------------------------------------------------------------------------------------


def test_an_untouched_import_is_withdrawn_whole(officer, office):
    record = bring(few(), officer)

    imports.withdraw_import(record, reason="the wrong file", by=officer)

    assert [HardshipFile.objects.count(), Person.objects.count(), Household.objects.count()] == [0, 0, 0]
    record.refresh_from_db()
    assert (record.status, record.withdrawn_reason) == (ImportStatus.WITHDRAWN, "the wrong file")
    assert totals(few(), office) == [12, 0, 0, 0]


def test_withdrawing_puts_back_what_an_import_changed(officer, office):
    bring(few(), officer)
    record = bring(few(家庭住址="新街1号", 手机号码="13812345678", 本人月平均收入=1000), officer)

    imports.withdraw_import(record, reason="the wrong file", by=officer)

    assert totals(few(), office) == [0, 0, 12, 0]


def test_what_was_touched_since_stays(officer, office):
    record = bring(few(), officer)
    Import.objects.filter(pk=record.pk).update(applied_at=timezone.now() - timedelta(hours=1))
    Person.objects.filter(full_name="魏涛洋").update(job_wish="-")

    with pytest.raises(Refusal):
        imports.withdraw_import(record, reason="the wrong file", by=officer)

    assert HardshipFile.objects.count() == 12


# -- people and files ------------------------------------------------------------------------------------------------------


def test_only_officer_and_leader_bring_workbooks_in(office):
    for role in set(Role) - {Role.OFFICER, Role.LEADER}:
        staff = make_staff(role, office=office)
        with pytest.raises(NotAllowed):
            imports.receive(office, data=b"x", by=staff)


def test_an_import_is_applied_once(officer):
    record = bring(few(2), officer)

    with pytest.raises(NotAllowed):
        imports.apply_import(record, only_good=True, by=officer)


def test_the_original_goes_when_it_is_applied(officer, office, django_capture_on_commit_callbacks):
    data = few(2)
    record = checked(data, officer)
    place = vault.place(record.original)
    assert b"PK" not in place.read_bytes()[:4]

    with django_capture_on_commit_callbacks(execute=True):
        bring_in(record, only_good=True, by=officer)

    assert not place.exists()


def test_the_preview_holds_no_number_and_no_whole_name(office):
    found = json.dumps(examine(DIRTY.read_bytes(), office=office).found(), ensure_ascii=False)

    assert "511111" not in found.replace('"511111"', "")
    assert "李磊珍" not in found


@pytest.mark.parametrize("data", [b"", b"\0\1\2", b"PK\3\4 broken", b"a,b\n1,2\n"])
def test_a_file_that_is_no_registry_is_refused_as_a_whole(office, data):
    with pytest.raises(reading.Unreadable):
        examine(data, office=office)


def test_the_command_prints_its_counts_last(officer, tmp_path, capsys):
    path, errors = tmp_path / "dirty.xlsx", tmp_path / "errors.xlsx"
    path.write_bytes(few(身份证号="511123198503218094"))

    call_command("import_files", str(path), "--by", officer.username, "--dry-run", "--errors", str(errors))
    dry = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert HardshipFile.objects.count() == 0
    call_command("import_files", str(path), "--by", officer.username)
    real = json.loads(capsys.readouterr().out.splitlines()[-1])

    assert dry == real == {"new": 11, "changed": 0, "unchanged": 0, "refused": 1}
    assert openpyxl.load_workbook(errors).worksheets[0].max_row == 4


def test_the_command_takes_the_word_of_nobody_unknown_and_of_nobody_who_may_not(office, tmp_path):
    clerk = make_staff(Role.FRONT_DESK, office=office, language="en")
    path = tmp_path / "good.xlsx"
    path.write_bytes(few(1))

    for name, sentence in (("nobody", "There is no user nobody."), (clerk.username, why_not_import(clerk, office))):
        with pytest.raises(CommandError) as refused:
            call_command("import_files", str(path), "--by", name)
        assert str(refused.value) == sentence != ""
    assert HardshipFile.objects.count() == 0


def test_nothing_is_imported_when_the_refused_rows_have_no_place_to_lie(officer, tmp_path):
    path = tmp_path / "good.xlsx"
    path.write_bytes(few(1))

    with pytest.raises(CommandError, match="nothing was imported"):
        call_command("import_files", str(path), "--by", officer.username, "--errors", str(tmp_path / "no" / "e.xlsx"))
    assert HardshipFile.objects.count() == 0


def test_what_the_registry_refuses_ends_the_command_with_its_sentence(officer, tmp_path, monkeypatch):
    path = tmp_path / "good.xlsx"
    path.write_bytes(few(1))

    def refuse(*_given, **_options):
        raise Conflict("Another import is at it.")

    monkeypatch.setattr(import_files, "bring_in", refuse)
    with pytest.raises(CommandError, match="Another import is at it"):
        call_command("import_files", str(path), "--by", officer.username)


def test_the_command_ends_with_two_when_the_file_cannot_be_read(officer, tmp_path):
    path = tmp_path / "broken.xlsx"
    path.write_bytes(b"PK\3\4 broken")

    with pytest.raises(SystemExit) as left:
        call_command("import_files", str(path), "--by", officer.username)

    assert left.value.code == 2


# -- cells -----------------------------------------------------------------------------------------------------------------

TODAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    "written",
    [date(2026, 1, 2), "2026.1.2", "2026年1月2日", "2026-01-02", "2026/1/2", "20260102", 46024, " ２０２６年1月2日 "],
)
def test_a_date_is_read_in_every_way_in_which_offices_write_it(written):
    assert cleaning.day(today=TODAY)(written) == date(2026, 1, 2)


@pytest.mark.parametrize("written", ["2025年13月40日", "去年", 99999999, "1/2"])
def test_what_is_no_date_is_refused(written):
    with pytest.raises(cleaning.Fault, match="bad_date"):
        cleaning.day(today=TODAY)(written)


@pytest.mark.parametrize(
    "written, amount", [(533.33, "533.33"), ("1,500元", "1500.00"), ("￥１５００.5", "1500.50"), (0, "0.00")]
)
def test_an_amount_keeps_its_fen(written, amount):
    assert str(cleaning.money()(written)) == amount


@pytest.mark.parametrize("written", ["约一千五", "1e999", float("nan"), True])
def test_words_are_no_amount(written):
    with pytest.raises(cleaning.Fault, match="text_money"):
        cleaning.money()(written)
