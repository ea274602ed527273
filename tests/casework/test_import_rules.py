"""What a registry workbook does to households that are here, and what the registry knows better than the workbook."""

import io
from datetime import date, timedelta
from decimal import Decimal

import openpyxl
import pytest
from django.urls import reverse
from django.utils import timezone

from casework import permissions as may
from casework.actions import imports
from casework.actions.changes import refuse_change
from casework.actions.deaths import Dying, record_death
from casework.actions.imports.work import Work
from casework.enums import FileStatus, IncomeKind
from casework.exchange.check import Examined, bring_in, check
from casework.exchange.errors import RED
from casework.models import BankAccount, Employer, HardshipFile, Household, IncomeItem, Membership, Person, SpendingItem
from casework.queries.rows import pack
from center.evidence.history import changes
from center.kernel.errors import Incomplete, Refusal
from center.models import codes
from center.models.base import subject_of
from center.privacy import vault
from tests.casework.make import card_number, id_number, make_employer, make_file, make_household, make_person
from tests.center.make import make_office

ID, SON_ID, WIFE_ID = (id_number(born=date(1970, 3, 5)), id_number(born=date(2001, 1, 1)), id_number(woman=True))
HEAD = {"姓名": "赵丽华", "身份证号": ID, "困难类别": "深度困难", "主要致困原因": "本人大病"}
OF_HEAD = {"户主身份证号": ID, "户主姓名": "赵丽华"}
SON = OF_HEAD | {"姓名": "赵小明", "与户主关系": "子", "身份证号": SON_ID}
WIFE = OF_HEAD | {"姓名": "钱进", "与户主关系": "妻", "身份证号": WIFE_ID, "月收入": 1000}


@pytest.fixture
def live(office):
    """The office works: what a workbook says of files in force is asked, not written."""

    def begin():
        office.went_live_on = timezone.localdate() - timedelta(days=1)
        office.save()

    return begin


def book(*heads, members=(), above=None):
    """A workbook of these rows; the sheet of members is there when a member is."""
    made = openpyxl.Workbook()
    if above:
        made.active.append([above])
    _fill(made.active, heads)
    if members:
        _fill(made.create_sheet("members"), members)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def _fill(sheet, rows):
    titles = list(dict.fromkeys(title for row in rows for title in row))
    for row in [dict(zip(titles, titles, strict=True)), *rows]:
        sheet.append([row.get(title) for title in titles])


def checked(data, by):
    office = by.home_office
    return check(imports.receive(office, data=data, by=by), examined=Examined(data, office=office), by=by)


def bring(data, by, *, only_good=True, leave=False):
    return bring_in(checked(data, by), only_good=only_good, leave=leave, by=by)


def said(data, office):
    """New, changed, unchanged and refused households, and why the last were refused."""
    examined = Examined(data, office=office).finish()
    told = examined.found()
    return list(told["totals"].values()), [fault["reason"]["en"] for fault in told["faults"]]


def asked():
    return sorted(
        (change.kind, change.new.get("do", "")) for change in HardshipFile.objects.get().changes.order_by("pk")
    )


# -- members -------------------------------------------------------------------------------------------------------------


def test_during_the_opening_members_come_and_go_as_the_workbook_and_a_person_say(officer, office):
    bring(book(HEAD, members=[SON]), officer)

    bring(book(HEAD, members=[WIFE]), officer, leave=True)

    living = Membership.objects.current().order_by("pk")
    assert [(one.person.full_name, one.relation) for one in living] == [("赵丽华", "01"), ("钱进", "12")]
    assert Membership.objects.get(person__full_name="赵小明").until == timezone.localdate()
    assert IncomeItem.objects.get(person__full_name="钱进").amount == Decimal(12000)
    assert said(book(HEAD, members=[WIFE]), office) == ([0, 0, 1, 0], [])


def test_a_member_whom_the_registry_knows_joins_as_the_same_person(officer, office):
    bring(book(HEAD), officer)
    known = make_person(office=office, name="赵小明", id_number=SON_ID)

    bring(book(HEAD, members=[SON]), officer)

    assert Membership.objects.get(relation="20").person == known


def test_a_head_whom_the_registry_knows_keeps_the_record_and_gets_what_is_new(officer, office):
    known = make_person(office=office, name="赵丽华", id_number=ID)

    bring(book(HEAD | {"手机号码": "13800138000", "工作单位": "红星纺织厂"}), officer)

    known.refresh_from_db()
    assert Household.objects.get().head == known
    assert (str(known.phone), known.employer.name) == ("138****8000", "红星纺织厂")


def test_of_a_known_head_about_whom_the_row_says_nothing_new_nothing_is_written(officer, office):
    known = make_person(office=office, name="赵丽华", id_number=ID, sex="1")
    before = len(changes(subject_of(known), by=officer))

    bring(book(HEAD), officer)

    assert (Household.objects.get().head, len(changes(subject_of(known), by=officer))) == (known, before)


def test_at_work_a_member_without_income_is_asked_about_without_an_amount(officer, live):
    bring(book(HEAD), officer)
    live()

    bring(book(HEAD, members=[SON]), officer)

    assert asked() == [("members", "add")]


def test_a_row_never_numbers_a_file_that_has_none_yet(officer, office):
    home = make_household(office=office, head=make_person(office=office, id_number=ID))
    make_file(office=office, by=officer, status="draft", household=home)

    bring(book(HEAD | {"职工编号": "K-7"}), officer)

    assert HardshipFile.objects.get().number == ""


def test_another_employer_is_another_employer(officer, office):
    bring(book(HEAD | {"工作单位": "红星纺织厂"}), officer)

    bring(book(HEAD | {"工作单位": "东方机械厂"}), officer)

    assert Person.objects.get().employer.name == "东方机械厂"
    assert Employer.objects.count() == 2


def test_what_a_member_s_row_says_otherwise_is_written(officer, office):
    bring(book(HEAD, members=[SON]), officer)

    bring(book(HEAD, members=[SON | {"与户主关系": "长子", "学制": 4}]), officer)

    son = Membership.objects.get(person__full_name="赵小明")
    assert (son.relation, son.person.school_years) == ("22", 4)


def test_at_work_members_and_amounts_are_asked_once(officer, office, live):
    bring(book(HEAD | {"医疗支出": 100}, members=[SON]), officer)
    live()
    data = book(HEAD | {"医疗支出": 900}, members=[WIFE])

    bring(data, officer, leave=True)

    assert asked() == [("income", "income"), ("income", "spending"), ("members", "add"), ("members", "end")]
    assert [one.person.full_name for one in Membership.objects.current().order_by("pk")] == ["赵丽华", "赵小明"]
    assert said(data, office) == ([0, 0, 1, 0], [])


# -- amounts, employers, accounts ----------------------------------------------------------------------------------------


def test_during_the_opening_another_amount_takes_the_place_of_the_one_before(officer):
    bring(book(HEAD | {"医疗支出": 100, "家庭其他非薪资年收入": 5}), officer)

    bring(book(HEAD | {"医疗支出": 900, "家庭其他非薪资年收入": 6}), officer)

    assert [item.amount for item in SpendingItem.objects.filter(dropped_at=None)] == [Decimal(900)]
    assert [item.amount for item in IncomeItem.objects.filter(dropped_at=None)] == [Decimal(6)]
    assert SpendingItem.objects.count() == 2


def test_months_entered_one_by_one_stand_above_the_workbook(officer, office):
    bring(book(HEAD), officer)
    person = Person.objects.get()
    IncomeItem.objects.create(
        household=Household.objects.get(),
        person=person,
        kind=IncomeKind.WAGE,
        amount=700,
        month=date(2026, 10, 1),
        entered_by=officer,
    )

    (found,) = Examined(book(HEAD | {"本人月平均收入": 900}), office=office).planned()

    assert found.what() == ["declared_head_monthly"]


def test_an_employer_s_empty_facts_are_filled_and_other_facts_make_another_employer(officer):
    bring(book(HEAD | {"工作单位": "红星纺织厂"}), officer)
    natures = codes.choices("employer_nature")[:2]

    for _code, label in natures:
        bring(book(HEAD | {"工作单位": "红星纺织厂", "单位性质": label}), officer)

    assert [one.nature for one in Employer.objects.order_by("pk")] == [code for code, _label in natures]
    assert Person.objects.get().employer.nature == natures[1][0]


@pytest.mark.parametrize(("known", "namesakes"), [("", [1]), ("another", [1, 2])], ids=["the same", "another"])
def test_an_employer_that_somebody_names_while_an_import_runs_stays_one(officer, known, namesakes):
    nature, other = (code for code, _label in codes.choices("employer_nature")[:2])
    record = checked(book(HEAD), officer)
    work = Work(record, form_date=date(2026, 3, 1), moment=timezone.now(), by=officer)
    work.employers = {"红星纺织厂": []}  # nobody had named it when the import looked
    named = make_employer("红星纺织厂", nature=other if known else "")

    found = work.employer({"employer": "红星 纺织厂", "employer_nature": nature})

    assert list(Employer.objects.order_by("pk").values_list("namesake", flat=True)) == namesakes
    assert (found == named, found.nature) == (not known, nature)
    assert work.journal.made["casework.employer"] == ([found.pk] if known else [])


@pytest.mark.parametrize("at_work", [False, True])
def test_a_first_account_is_written_during_the_opening_and_asked_at_work(officer, live, at_work):
    bring(book(HEAD), officer)
    if at_work:
        live()

    bring(book(HEAD | {"银行卡号": card_number()}), officer)

    account = BankAccount.objects.get()
    assert (account.checked_at is None) == at_work
    assert asked() == ([("account", "")] if at_work else [])


# -- what the registry knows better --------------------------------------------------------------------------------------


def test_a_member_of_another_household_opens_no_file_and_joins_no_other(officer, office):
    son = make_person(office=office, name="赵小明", id_number=SON_ID)
    make_household(office=office, others=(son,))

    found = [
        said(book(HEAD | {"身份证号": SON_ID, "姓名": "赵小明"}), office),
        said(book(HEAD, members=[SON]), office),
    ]

    assert found == [
        ([0, 0, 0, 1], ["This person is a member of a household that has another head: one family, one file."]),
        ([0, 0, 0, 1], ["This person belongs to another household. End that membership first."]),
    ]


def test_a_file_that_has_ended_is_reopened_not_imported(officer, office):
    home = make_household(office=office, head=make_person(office=office, id_number=ID))
    file = make_file(office=office, by=officer, household=home, status=FileStatus.EXITED)

    assert said(book(HEAD), office) == (
        [0, 0, 0, 1],
        [f"This household had file {file}, which has ended. Reopen that file."],
    )


def test_a_file_number_belongs_to_one_household(officer, office):
    file = make_file(office=office, by=officer)
    other = HEAD | {"身份证号": SON_ID, "姓名": "赵小明", "职工编号": "K-1"}

    assert said(book(HEAD | {"职工编号": file.number}), office) == (
        [0, 0, 0, 1],
        ["Another household has this file number. Correct the ID number in its file, not here."],
    )
    assert said(book(HEAD | {"职工编号": "K-1"}, other), office) == (
        [0, 0, 0, 2],
        [
            f"This file number stands in row {row} of sheet “Sheet” too. One file has one number: neither is brought in."
            for row in (3, 2)
        ],
    )


@pytest.mark.parametrize("only_good", [True, False])
def test_what_the_registry_learnt_since_the_check_is_refused_when_it_is_applied(officer, office, only_good):
    other = HEAD | {"身份证号": WIFE_ID, "姓名": "钱进"}
    record = checked(book(HEAD, other, {**HEAD, "姓名": "无号", "身份证号": "1"}, members=[SON]), officer)
    make_household(office=make_office(), head=make_person(office=office, id_number=WIFE_ID))

    if only_good:
        applied = bring_in(record, only_good=True, by=officer)
        sheets = openpyxl.load_workbook(io.BytesIO(vault.get(applied.errors))).worksheets
        assert applied.found["totals"] == {"new": 1, "changed": 0, "unchanged": 0, "refused": 2}
        assert [row[0].value for row in sheets[0].iter_rows()] == ["姓名", "钱进", "无号"]
    else:
        with pytest.raises(Incomplete) as refused:
            bring_in(record, only_good=False, by=officer)
        assert str(refused.value) == "Some rows are wrong, and you asked for all or nothing."


def twice(row, sheet="Sheet"):
    return f"This ID number stands in row {row} of sheet “{sheet}” too. One person stands in one row: neither is brought in."


NUMBERED_OTHERWISE = "The name is that of 赵*华 in row 2 of sheet “Sheet”, who has another number. Correct the number."

# -- the rows of a workbook among themselves -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "members, sentences",
    [
        ([SON | {"户主身份证号": None}], []),
        ([SON | {"户主身份证号": "wrong"}], [NUMBERED_OTHERWISE]),
        ([SON | {"户主身份证号": ID[:16] + "00"}], [NUMBERED_OTHERWISE]),
        ([SON | {"户主姓名": "?"}], []),
        ([SON | {"户主身份证号": "wrong", "户主姓名": "?"}], ["No household of this file has this head."]),
        ([SON | {"身份证号": ID}], ["The head of the household stands among its members."]),
        ([SON, SON], [twice(3, "members"), twice(2, "members")]),
        ([SON | {"身份证号": None}], ["The ID number is missing."]),
        ([SON | {"与户主关系": None}], ["This cell must be filled in."]),
        ([SON | {"姓名": "\u200b"}], ["The name is missing."]),
    ],
    ids=[
        "by name",
        "not by a wrong number",
        "nor by one of a wrong digit",
        "by number",
        "by neither",
        "head",
        "twice",
        "no number",
        "no relation",
        "unseen name",
    ],
)
def test_a_member_belongs_to_one_household_of_the_workbook(office, members, sentences):
    assert said(book(HEAD, members=members), office)[1] == sentences


def test_another_name_under_the_number_of_a_known_head_is_a_fault_of_its_row(office):
    stranger = WIFE | {"户主姓名": "孙立"}

    found = said(book(HEAD, members=[SON | {"户主姓名": "赵 丽华"}, stranger]), office)

    sentence = "The number is that of 赵*华 in row 2 of sheet “Sheet”. The head's number and name must be one person's."
    assert found == ([0, 0, 0, 1], [sentence])


@pytest.mark.parametrize("name", ["赵1", "合计", "不详", "/", "#N/A"])
def test_a_bad_name_has_its_own_fault_and_no_other(office, name):
    for data in (book(HEAD | {"姓名": name}), book(HEAD, members=[SON | {"姓名": name}])):
        (sentence,) = said(data, office)[1]
        assert sentence != "The name is missing."


def test_a_fault_of_a_member_names_the_member(officer):
    found = checked(book(HEAD | {"电话": "1"}, members=[SON, WIFE | {"身份证号": "1"}]), officer).found["faults"]

    assert [(one["sheet"], one["name"]) for one in found if one["sheet"] == "members"] == [("members", "钱*")]


def test_with_nothing_to_bring_in_the_button_is_off_and_says_so(at, officer):
    data = book(HEAD, members=[SON])
    bring(data, officer)
    again = checked(data, officer)
    wrong = checked(book(HEAD | {"姓名": "赵1"}), officer)

    page = at(officer).get(reverse("casework:import", args=[again.code])).content.decode()
    sent = at(officer).post(reverse("casework:import", args=[again.code]), {"choice": "good"})

    assert "there is nothing to bring in" in page
    assert (sent.status_code, type(again).objects.get(pk=again.pk).status) == (422, "checked")
    assert may.why_not_bring_in(officer, wrong) == (
        "Every household that would be new or changed has an error: nothing can be brought in."
    )


def test_of_two_rows_with_one_number_neither_is_the_right_one(office):
    both = [HEAD | {"家庭住址": "北门"}, HEAD | {"家庭住址": "南门"}]

    assert said(book(*both, members=[SON]), office) == ([0, 0, 0, 2], [twice(3), twice(2)])


def test_a_household_gains_and_loses_nobody_by_a_misspelt_number_of_its_head(officer, office):
    bring(book(HEAD, members=[SON]), officer)
    child = OF_HEAD | {"姓名": "赵新", "与户主关系": "女", "身份证号": "511111202401010027", "户主身份证号": ID[:-1]}

    bring(book(HEAD, members=[SON, child]), officer, leave=True)

    assert [one.person.full_name for one in Membership.objects.current().order_by("pk")] == ["赵丽华", "赵小明"]


def test_a_member_who_heads_another_row_refuses_that_row(office):
    other = HEAD | {"身份证号": SON_ID, "姓名": "赵小明"}

    assert said(book(HEAD, other, members=[SON]), office) == (
        [0, 0, 0, 2],
        [twice(3), twice(2, "members")],
    )


@pytest.mark.parametrize(
    "cells, sentence",
    [
        ({"姓名": "\u200b"}, "The name is missing."),
        ({"主要致困原因": "、"}, "This cell must be filled in."),
        ({"主要致困原因": "\u200b"}, "This cell must be filled in."),
        ({"困难类别": None}, "This cell must be filled in."),
        ({"困难类别": "天气\u200b"}, "“天气” is no hardship category."),
    ],
)
def test_a_row_that_says_nothing_where_it_must_is_refused_once(office, cells, sentence):
    assert said(book(HEAD | cells), office) == ([0, 0, 0, 1], [sentence])


def test_there_is_one_primary_cause(office):
    causes = "、".join(label for _code, label in codes.choices("hardship_cause")[:2])

    assert said(book(HEAD | {"主要致困原因": causes}), office)[1] == [
        "There is one primary cause; move the others to the secondary ones."
    ]


def test_an_optional_cell_in_which_nobody_sees_anything_says_nothing(officer):
    record = bring(book(HEAD | {"性别": "\u200b", "手机号码": "\ufeff ", "备注": "\u200b"}), officer)

    assert record.found["totals"] == {"new": 1, "changed": 0, "unchanged": 0, "refused": 0}


@pytest.mark.parametrize("above, day", [("填表日期：2026年11月1日", date(2026, 11, 1)), ("填表日期：去年", None)])
def test_amounts_end_on_the_day_of_the_form_or_today(office, above, day):
    before = timezone.localdate()

    assert Examined(book(HEAD, above=above), office=office).book.form_date in ({day} if day else days_since(before))


def days_since(before):
    """Today, and yesterday too where midnight fell in between."""
    return {before, timezone.localdate()}


# -- withdrawing ---------------------------------------------------------------------------------------------------------


def test_only_words_amounts_and_days_are_staged(office):
    (row,) = Examined(book(HEAD), office=office).book.households()
    row.person["birth_date"] = {1970}

    with pytest.raises(TypeError, match="set"):
        pack(row)


def test_a_fault_of_a_column_that_is_missing_is_written_out_and_paints_no_cell(officer):
    without = {title: value for title, value in HEAD.items() if title != "困难类别"}

    record = checked(book(without), officer)

    sheet = openpyxl.load_workbook(io.BytesIO(vault.get(record.errors))).active
    cells = [cell for row in sheet.iter_rows(min_row=2) for cell in row]
    assert [cell.value for cell in cells if cell.fill.fgColor.rgb == RED.fgColor.rgb] == []
    assert [str(cell.value)[: len("category")] for cell in cells][-2:] == ["category", "category"]


def test_a_withdrawal_has_a_reason(officer):
    record = bring(book(HEAD), officer)

    with pytest.raises(Incomplete) as refused:
        imports.withdraw_import(record, reason=" ", by=officer)

    assert str(refused.value) == "Say why this import is withdrawn."


def test_an_import_whose_changes_were_answered_is_not_withdrawn(officer, live):
    bring(book(HEAD), officer)
    live()
    record = bring(book(HEAD | {"困难类别": "相对困难"}), officer)
    change = HardshipFile.objects.get().changes.get()
    refuse_change(change, text="no", by=officer)

    with pytest.raises(Refusal) as refused:
        imports.withdraw_import(record, reason="the wrong file", by=officer)

    assert str(refused.value) == "What this import brought has been used since, so it can no longer be withdrawn."


def test_an_import_on_which_something_else_stands_is_not_withdrawn(officer, office):
    record = bring(book(HEAD), officer)
    make_file(office=office, by=officer, household=Household.objects.get(), status=FileStatus.EXITED)

    with pytest.raises(Refusal) as refused:
        imports.withdraw_import(record, reason="the wrong file", by=officer)

    assert str(refused.value) == "What this import brought has been used since, so it can no longer be withdrawn."
    assert HardshipFile.objects.count() == 2


# -- the dead ------------------------------------------------------------------------------------------------------------


def test_a_list_that_still_names_the_dead_brings_nobody_back(officer, office):
    bring(book(HEAD, members=[SON, WIFE]), officer)
    wife = Person.objects.get(full_name="钱进")
    record_death(wife, dying=Dying(died_on=date(2026, 3, 1), evidence="told"), by=officer)

    examined = Examined(book(HEAD, members=[SON, WIFE]), office=office).finish().found()
    bring(book(HEAD, members=[SON, WIFE]), officer)

    assert [doubt["reason"]["en"] for doubt in examined["doubts"]] == [
        "This member died on 2026-03-01 and is left out."
    ]
    assert [one.person.full_name for one in Membership.objects.current().order_by("pk")] == ["赵丽华", "赵小明"]


def test_a_head_who_has_died_opens_no_second_household(officer, office):
    bring(book(HEAD, members=[WIFE]), officer)
    head = Person.objects.get(full_name="赵丽华")
    record_death(head, dying=Dying(died_on=date(2026, 3, 1), evidence="told"), by=officer)

    sentence = "The head died on 2026-03-01. Name another head in the file, or end it."
    totals, reasons = said(book(HEAD, members=[WIFE]), office)

    assert (totals, reasons[0]) == ([0, 0, 0, 1], sentence)


def test_a_member_s_sex_that_contradicts_the_number_is_told_as_a_head_s(officer):
    found = checked(book(HEAD | {"性别": "男"}, members=[WIFE | {"性别": "男"}]), officer).found["doubts"]

    sentence = "The sex is not the one in the ID number, which was believed."
    assert [one["reason"]["en"] for one in found].count(sentence) == 2 - (HEAD["身份证号"][16] in "13579")
    assert ("members", 2, sentence) in [(one["page"], one["row"], one["reason"]["en"]) for one in found]
