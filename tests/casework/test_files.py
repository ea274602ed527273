"""The chain of a hardship file, read aloud."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from casework import actions
from casework import permissions as may
from casework.enums import FileStatus as S
from casework.errors import Duplicate
from casework.models import BankAccount, ChangeRequest, HardshipFile, Household, IncomeItem, Membership, Person
from casework.queries import timeline
from center.kernel.errors import Conflict, Incomplete, NotAllowed, Refusal, TransitionRefused
from center.kernel.roles import Role
from center.models import Event
from center.privacy.masks import mask_name
from tests.casework.make import (
    card_number,
    id_number,
    make_account,
    make_consent,
    make_file,
    make_home_visit,
    make_household,
    make_income,
    make_person,
    make_staff,
    make_visit,
)
from tests.refused import ours

pytestmark = pytest.mark.django_db
FULL = {
    "phone": "13800001234",
    "ethnic_group": "01",
    "political_status": "13",
    "marital_status": "20",
    "health_status": "good",
    "person_identity": "urban_worker",
    "work_status": "laid_off",
    "medical_insurance": "none",
}


@pytest.fixture
def draft(office, clerk):
    return make_file(office=office, by=clerk, status="draft")


@pytest.fixture
def complete(office, clerk):
    """A draft with everything that the form demands."""
    head = make_person(office=office, **FULL)
    household = make_household(office=office, head=head, housing_type="rented")
    make_income(household, head, "6062.52", by=clerk)
    return make_file(office=office, by=clerk, household=household, status="draft")


@pytest.fixture
def pending(office, clerk, officer):
    file = make_file(office=office, by=clerk, status="pending", reviewed_by=officer, reviewed_at=timezone.now())
    actions_on_exclusions(file, officer)
    return file


def actions_on_exclusions(file, staff, *codes):
    household = file.household
    household.exclusions = list(codes)
    household.exclusions_checked_by, household.exclusions_checked_at = staff, timezone.now()
    household.save()


def fresh(file):
    return HardshipFile.objects.get(pk=file.pk)


# -- start -------------------------------------------------------------------------------------------------------------


def test_a_file_starts_with_a_household_and_its_head_as_first_member(office, clerk):
    number = id_number(born=date(1980, 2, 3), woman=True)
    visit = make_visit(office=office, by=clerk, person=None)

    file = actions.start_file(
        office, category="deep", full_name="赵 丽华", facts={"id_number": number}, visit=visit, by=clerk
    )

    head = file.household.head
    assert (head.full_name, head.birth_date, head.sex) == ("赵丽华", date(1980, 2, 3), "2")
    assert [member.relation for member in file.household.memberships.all()] == ["01"]
    assert (file.status, file.number, file.category_source) == ("draft", "", "declared")
    visit.refresh_from_db()
    assert visit.opened == f"casework.hardshipfile:{file.pk}"
    assert "casework.file.started" in Event.objects.values_list("verb", flat=True)


def test_a_household_gets_no_second_file_be_it_through_a_member(office, clerk, officer):
    member = make_person(office=office)
    make_file(office=office, by=officer, household=make_household(office=office, others=(member,)))

    with pytest.raises(Duplicate, match="has file"):
        actions.start_file(office, category="deep", person=member, by=clerk)


def test_an_ended_file_is_reopened_and_not_doubled(office, clerk, officer):
    file = make_file(office=office, by=officer, status="exited")

    with pytest.raises(Duplicate, match="Reopen that file"):
        actions.start_file(office, category="deep", person=file.household.head, by=clerk)


def test_a_known_id_number_and_an_empty_name_start_nothing(office, clerk):
    number = id_number()
    make_person(office=office, id_number=number)

    with pytest.raises(Conflict, match="in the registry already"):
        actions.start_file(office, category="deep", full_name="x", facts={"id_number": number}, by=clerk)
    with pytest.raises(Incomplete, match="needs a name"):
        actions.start_file(office, category="deep", full_name=" ", by=clerk)
    with pytest.raises(Incomplete, match="Choose the category"):
        actions.start_file(office, category="rich", full_name="x", by=clerk)
    assert HardshipFile.objects.count() == 0


def test_only_those_who_edit_files_here_start_one(office, leader, stranger):
    for staff in (leader, stranger):
        with pytest.raises(NotAllowed, match="do not open files"):
            actions.start_file(office, category="deep", full_name="x", by=staff)


# -- facts -------------------------------------------------------------------------------------------------------------


def test_a_person_is_corrected_and_found_under_the_new_name(draft, clerk):
    head = draft.household.head

    actions.edit_person(draft, person=head, values={"full_name": "单雄信", "phone": "13900001111"}, by=clerk)

    assert list(Person.objects.named_like("sxx")) == [head]
    assert str(Person.objects.get(pk=head.pk).phone) == "139****1111"


def test_an_id_number_brings_sex_and_birth_date(draft, clerk):
    number = id_number(born=date(1961, 1, 9))

    person = actions.edit_person(draft, person=draft.household.head, values={"id_number": number}, by=clerk)

    assert (person.birth_date, person.sex) == (date(1961, 1, 9), "1")


def test_only_members_and_known_fields_are_edited_and_nothing_writes_nothing(draft, clerk, office):
    with pytest.raises(Incomplete, match="does not belong"):
        actions.edit_person(draft, person=make_person(office=office), values={"sex": "1"}, by=clerk)
    with pytest.raises(ValueError, match="no editable code"):
        actions.edit_person(draft, person=draft.household.head, values={"code": "1"}, by=clerk)
    before = Event.objects.count()
    actions.edit_person(draft, person=draft.household.head, values={"sex": "2"}, by=clerk)
    actions.edit_household(draft, values={"address": draft.household.address}, by=clerk)
    actions.edit_file(draft, values={"remark": ""}, by=clerk)
    assert Event.objects.count() == before


def test_the_household_and_the_causes_are_edited(draft, clerk):
    actions.edit_household(draft, values={"address": "street 9", "on_dibao": True}, by=clerk)
    actions.edit_file(draft, values={"primary_cause": "laid_off", "secondary_causes": ["other"]}, by=clerk)

    file = fresh(draft)
    assert (file.household.address, file.household.on_dibao) == ("street 9", True)
    assert (file.primary_cause, file.secondary_causes) == ("laid_off", ["other"])


def test_exactly_one_primary_and_at_most_three_other_causes(draft, clerk, officer, office):
    with pytest.raises(Incomplete, match="At most three"):
        actions.edit_file(draft, values={"secondary_causes": list("abcd")}, by=clerk)
    with pytest.raises(Incomplete, match="not a secondary one"):
        actions.edit_file(draft, values={"secondary_causes": ["major_illness"]}, by=clerk)
    standing = make_file(office=office, by=officer)
    with pytest.raises(Incomplete, match="exactly one primary"):
        actions.edit_file(standing, values={"primary_cause": ""}, by=clerk)


def test_a_member_is_added_ended_and_may_join_another_household(draft, clerk, office):
    member = actions.add_member(
        draft, relation="30", full_name="女儿", facts={"id_number": id_number(born=date(2015, 1, 1))}, by=clerk
    )
    other = make_file(office=office, by=clerk, status="draft")

    with pytest.raises(Duplicate, match="another household"):
        actions.add_member(other, relation="30", person=member.person, by=clerk)
    with pytest.raises(Duplicate, match="of this household already"):
        actions.add_member(draft, relation="30", person=member.person, by=clerk)
    with pytest.raises(Incomplete, match="before it starts"):
        actions.end_membership(draft, membership=member, until=date(2000, 1, 1), why="moved", by=clerk)
    with pytest.raises(NotAllowed, match="head stays"):
        head = draft.household.memberships.get(person=draft.household.head)
        actions.end_membership(draft, membership=head, until=timezone.localdate(), why="moved", by=clerk)
    actions.end_membership(draft, membership=member, until=timezone.localdate(), why="moved", by=clerk)
    with pytest.raises(Incomplete, match="not a current member"):
        actions.end_membership(draft, membership=member, until=timezone.localdate(), why="moved", by=clerk)
    actions.add_member(other, relation="30", person=member.person, by=clerk)
    assert Membership.objects.filter(person=member.person).count() == 2


def test_income_and_spending_are_struck_out_and_never_deleted(draft, clerk, office):
    head = draft.household.head
    item = actions.add_income(
        draft, person=head, kind="wage_income", amount=Decimal("10.00"), month=date(2026, 5, 9), by=clerk
    )
    spending = actions.add_spending(
        draft, kind="rigid_illness", amount=Decimal("5.00"), year_ending_on=date(2026, 5, 9), by=clerk
    )
    actions.drop_income(draft, item=item, by=clerk)
    actions.drop_spending(draft, item=spending, by=clerk)

    item.refresh_from_db()
    assert (item.month, item.dropped_by, IncomeItem.objects.count()) == (date(2026, 5, 1), clerk, 1)
    with pytest.raises(Incomplete, match="struck out already"):
        actions.drop_income(draft, item=item, by=clerk)
    with pytest.raises(Incomplete, match="not a current member"):
        actions.add_income(
            draft,
            person=make_person(office=office),
            kind="wage_income",
            amount=Decimal(1),
            month=date(2026, 5, 1),
            by=clerk,
        )


def test_an_item_covers_a_month_or_a_year_and_is_not_negative(draft, clerk):
    common = {"household": draft.household, "person": draft.household.head, "kind": "wage_income", "entered_by": clerk}

    with pytest.raises(IntegrityError, match="income_covers_a_month_or_a_year"), transaction.atomic():
        IncomeItem.objects.create(amount=1, **common)
    with (
        pytest.raises(IntegrityError, match="income_amount_is_not_negative|casework_incomeitem_within_bounds"),
        transaction.atomic(),
    ):
        IncomeItem.objects.bulk_create([IncomeItem(amount=-1, month=date(2026, 5, 1), **common)])


def test_the_computation_is_kept_and_the_category_stays(draft, clerk, lines, office):
    head = draft.household.head
    actions.edit_person(draft, person=head, values={"work_status": "retired"}, by=clerk)
    actions.add_income(
        draft, person=head, kind="transfer_income", amount=Decimal(30000), year_ending_on=timezone.localdate(), by=clerk
    )
    actions.add_spending(
        draft, kind="rigid_illness", amount=Decimal(6000), year_ending_on=timezone.localdate(), by=clerk
    )

    found = actions.assess(draft, by=clerk)

    assert (found.verdict, found.per_capita, found.declared) == ("above", Decimal("2000.00"), "deep")
    assert fresh(draft).category == "deep"


def test_consents_clears_and_copies_are_written_down(draft, clerk, officer, stranger):
    head = draft.household.head
    consent = actions.record_consent(head, purpose="publish", signed_on=timezone.localdate(), by=clerk)
    clear = actions.verify_clear(draft, block="mind", knows=["living"], note="calm", by=clerk)
    actions.verify_clear(draft, block="mind", by=officer)
    actions.mark_paper(draft, on=date(2026, 5, 1), by=clerk)
    actions.mark_national(draft, on=date(2026, 5, 2), by=clerk)
    actions.withdraw_consent(consent, by=clerk)

    clear.refresh_from_db()
    file = fresh(draft)
    assert (clear.verified_by, draft.clears.count()) == (officer, 1)
    assert (file.paper_updated_on, file.national_synced_on) == (date(2026, 5, 1), date(2026, 5, 2))
    with pytest.raises(NotAllowed, match="withdrawn already"):
        actions.withdraw_consent(consent, by=clerk)
    with pytest.raises(NotAllowed, match="do not edit people"):
        actions.record_consent(head, purpose="publish", signed_on=timezone.localdate(), by=stranger)


# -- chain -------------------------------------------------------------------------------------------------------------


def test_a_file_goes_from_draft_to_force_through_four_hands(complete, clerk, officer, officer2, leader):
    actions.submit_file(complete, by=clerk)
    actions.pass_review(complete, by=officer)
    actions.check_exclusions(complete, exclusions=[], by=officer)
    make_consent(complete.household.head, by=clerk)
    actions.record_home_visit(
        complete,
        visited_on=timezone.localdate(),
        first_visitor=officer,
        second_visitor=officer2,
        findings="as written",
        by=officer,
    )
    actions.put_on_notice(complete, notice="G1", ends_on=timezone.localdate() + timedelta(days=9), by=leader)
    actions.end_notice(complete, upheld=False, by=leader)
    actions.decide_file(complete, category="relative", by=leader)

    file = fresh(complete)
    assert (file.status, file.category, file.category_source) == ("active", "relative", "decided")
    assert file.number.startswith("K")
    assert (file.filed_by, file.submitted_by, file.reviewed_by, file.decided_by) == (clerk, clerk, officer, leader)


def test_what_nobody_entered_is_not_submitted_and_nothing_is_handed_to_a_reviewer_uncomputed(complete, clerk):
    complete.household.incomes.update(dropped_at=timezone.now(), dropped_by=clerk)
    name = mask_name(complete.household.head.full_name)

    sentence = f"Still missing: the income of {name} in the last twelve months (enter 0 when there was none)."
    assert may.why_not_submit(clerk, complete) == sentence
    with pytest.raises(NotAllowed, match="Still missing: the income"):
        actions.submit_file(complete, by=clerk)
    assert complete.assessments.count() == 0


def test_an_income_of_nothing_is_an_income(complete, clerk):
    complete.household.incomes.update(amount=0)

    assert may.why_not_submit(clerk, complete) == ""


@pytest.mark.usefixtures("lines")
def test_submitting_computes_what_the_reviewer_looks_at(complete, clerk):
    HardshipFile.objects.update(primary_cause="accident")
    actions.submit_file(complete, by=clerk)

    kept = complete.assessments.get()
    assert (kept.per_capita, kept.declared, kept.made_by) == (Decimal("505.21"), "deep", clerk)


def test_what_is_missing_is_named_before_submitting(draft, clerk, leader):
    sentence = may.why_not_submit(clerk, draft)

    assert sentence.startswith("Still missing: the housing, a telephone number")
    with pytest.raises(NotAllowed, match="Still missing"):
        actions.submit_file(draft, by=clerk)
    assert ours(may.why_not_submit(leader, draft)) == "Your roles do not edit files of this office."


def test_who_filed_does_not_review(office, officer, officer2, clerk):
    file = make_file(office=office, by=officer, status="submitted")

    assert may.why_not_review(officer, file) == "You filed this; another officer must review it."
    assert ours(may.why_not_review(clerk, file)) == "Only an officer reviews files."
    assert may.why_not_review(officer2, file) == ""
    with pytest.raises(IntegrityError, match="file_reviewed_by_someone_else"), transaction.atomic():
        HardshipFile.objects.filter(pk=file.pk).update(reviewed_by=officer, reviewed_at=timezone.now())


def test_a_file_is_returned_once_more_with_a_reason(office, clerk, officer):
    file = make_file(office=office, by=clerk, status="submitted")

    with pytest.raises(Incomplete, match="Choose a reason"):
        actions.return_file(file, reason="papers_missing", text=" ", by=officer)
    assert may.why_not_return(clerk, file) == "Only an officer or the leader returns a file."
    actions.return_file(file, reason="papers_missing", text="the diagnosis", by=officer)

    assert (fresh(file).status, fresh(file).returned_by) == ("returned", officer)
    with pytest.raises(NotAllowed, match="is Returned"):
        actions.return_file(file, reason="papers_missing", text="again", by=officer)


def test_two_different_people_make_a_home_visit(office, clerk, officer, officer2):
    file = make_file(office=office, by=clerk, status="survey")
    given = {"visited_on": timezone.localdate(), "first_visitor": officer, "findings": "x", "by": officer}

    for wrong, sentence in (
        ({"second_visitor": officer}, "Two different people"),
        ({"second_visitor": officer2, "visited_on": date(2999, 1, 1)}, "future"),
        ({"second_visitor": officer2, "findings": " "}, "visitors found"),
        ({"second_visitor": officer2, "agrees": False}, "what differs"),
    ):
        with pytest.raises(Incomplete, match=sentence):
            actions.record_home_visit(file, **(given | wrong))
    with pytest.raises(IntegrityError, match="home_visit_by_two_people"), transaction.atomic():
        make_home_visit(file, officer, officer)


def test_a_file_hangs_on_the_board_after_the_visit_of_two_only(office, clerk, officer, officer2):
    file = make_file(office=office, by=clerk, status="survey")

    assert may.why_not_ready_for_notice(file) == "The home visit by two people is still to be made."
    make_home_visit(file, officer, officer2)
    assert may.why_not_ready_for_notice(file) == ""


def test_only_a_file_that_is_surveyed_goes_on_the_board(draft):
    assert may.why_not_ready_for_notice(draft) == f"“{draft}” is Being filled in."
    with pytest.raises(NotAllowed):
        actions.put_on_notice(draft, notice="N1", ends_on=timezone.localdate(), by=draft.filed_by)


def test_an_upheld_objection_sends_the_file_back(office, clerk, leader):
    file = make_file(office=office, by=clerk, status="noticed")

    actions.end_notice(file, upheld=True, by=leader)

    back = fresh(file)
    assert (back.status, back.returned_reason, back.returned_text) == ("returned", "objection", file.notice_number)
    assert timeline.sentence_of_file(back) == f"Returned for supplements, An objection was upheld: {file.notice_number}"


def test_only_a_temporary_file_goes_without_a_notice(office, clerk, officer, officer2):
    full = make_file(office=office, by=clerk, status="survey")
    temporary = make_file(office=office, by=clerk, status="survey", is_temporary=True, category="temporary")

    assert may.why_not_skip_notice(officer, full).startswith("Only a temporary file")
    assert ours(may.why_not_skip_notice(clerk, temporary)) == "Only an officer sends a file on."
    assert may.why_not_skip_notice(officer, temporary) == "The home visit by two people is still to be made."
    make_home_visit(temporary, officer, officer2)
    actions.send_to_decision(temporary, by=officer)
    assert fresh(temporary).status == S.PENDING


def test_who_filed_or_reviewed_does_not_decide(pending, officer, leader, office):
    both = make_staff(Role.OFFICER, Role.LEADER, office=office)
    HardshipFile.objects.filter(pk=pending.pk).update(reviewed_by=both)

    assert ours(may.why_not_decide(officer, fresh(pending))) == "Only the leader decides about files."
    with pytest.raises(NotAllowed, match="another leader must decide"):
        actions.decide_file(pending, category="deep", by=both)
    with pytest.raises(IntegrityError, match="file_decided_by_someone_else"), transaction.atomic():
        HardshipFile.objects.filter(pk=pending.pk).update(decided_by=both, decided_at=timezone.now())
    with pytest.raises(Incomplete, match="Choose the category"):
        actions.decide_file(pending, category="temporary", by=leader)
    actions.decide_file(pending, category="deep", by=leader)
    assert fresh(pending).decided_by == leader


def test_nothing_is_decided_before_the_exclusions_are_checked_or_against_one(pending, leader, officer):
    Household.objects.update(exclusions_checked_by=None, exclusions_checked_at=None)
    assert may.why_not_decide(leader, fresh(pending)) == "The list of exclusions has not been checked."

    actions_on_exclusions(fresh(pending), officer, "excl_vehicle")
    assert may.why_not_decide(leader, fresh(pending)).startswith("An exclusion stands")


def test_a_refusal_has_its_reason_and_comes_from_another_person(pending, clerk, officer, leader):
    assert ours(may.why_not_refuse(clerk, pending)) == "Your roles do not refuse a file in this state."
    assert ours(may.why_not_refuse(officer, pending)) == "Your roles do not refuse a file in this state."
    actions.refuse_file(pending, reason="not_eligible", text="income above; ask the street office", by=leader)

    assert fresh(pending).status == S.REFUSED
    assert may.why_not_refuse(leader, fresh(pending)).startswith("“")


def test_a_leader_who_filed_does_not_refuse_it_either(office):
    both = make_staff(Role.OFFICER, Role.LEADER, office=office)
    file = make_file(office=office, by=both, status="submitted")

    assert may.why_not_refuse(both, file) == "You filed this; another person must refuse it."


def test_monitoring_exit_reopening_and_archive(office, officer, leader):
    file = make_file(office=office, by=officer)
    with pytest.raises(Incomplete, match="a day to come"):
        actions.monitor_file(file, until=timezone.localdate(), by=leader)
    actions.monitor_file(file, until=timezone.localdate() + timedelta(days=180), by=leader)
    actions.exit_file(file, reason="exit_employment", text="works since May", by=leader)
    actions.reopen_file(file, reason="laid_off", text="laid off again", by=leader)
    actions.exit_file(file, reason="exit_employment", text="works again", by=leader)
    with pytest.raises(Incomplete, match="where the paper lies"):
        actions.archive_file(file, place=" ", by=officer)
    actions.archive_file(file, place="box 7", by=officer)

    assert (fresh(file).status, fresh(file).archive_place) == ("archived", "box 7")
    assert may.why_not_archive(officer, fresh(file)).startswith("“")


def test_nothing_ends_while_work_is_open(office, clerk, officer, leader):
    file = make_file(office=office, by=officer)
    actions.propose_category(file, category="relative", reason="computed so", by=clerk)

    with pytest.raises(Incomplete, match="waits to be confirmed"):
        actions.exit_file(file, reason="exit_employment", text="works", by=leader)
    with pytest.raises(Incomplete, match="waits to be confirmed"):
        actions.cancel_file(file, reason="cancel_moved_away", text="moved", by=leader)


def test_a_cancelled_file_has_its_reason_and_its_day(office, officer, leader):
    file = make_file(office=office, by=officer)
    with pytest.raises(Incomplete, match="Choose a reason"):
        actions.cancel_file(file, reason="cancel_moved_away", text=" ", by=leader)

    actions.cancel_file(file, reason="cancel_moved_away", text="moved", by=leader)

    file = fresh(file)
    assert (file.status, file.cancelled_by, file.cancelled_on) == (S.CANCELLED, leader, timezone.localdate())
    assert (file.cancelled_reason, file.cancelled_text) == ("cancel_moved_away", "moved")


def test_who_edits_files_and_receives_nobody_brings_people_into_the_registry_too(office, leader):
    editor = make_staff(Role.OFFICER, office=office)

    assert may.why_not_start_file(editor, office) == ""
    assert actions.add_person(office, full_name="赵丽华", by=editor).registered_by == editor
    with pytest.raises(NotAllowed):
        actions.add_person(office, full_name="钱大力", by=leader)


def test_a_draft_is_given_up_by_those_who_edit(draft, clerk, stranger, office, officer):
    assert ours(may.why_not_withdraw(stranger, draft)) == "Your roles do not edit files of this office."
    actions.withdraw_file(draft, reason="cancel_voluntary", text="does not want it", by=clerk)

    assert fresh(draft).status == S.CANCELLED
    assert may.why_not_withdraw(clerk, make_file(office=office, by=officer)).startswith("“")
    with pytest.raises(NotAllowed):
        actions.reopen_file(draft, reason="other", text="x", by=officer)


def test_the_front_desk_archives_no_file(office, clerk, officer):
    ended = make_file(office=office, by=officer, status="exited")

    assert may.why_not_archive(clerk, ended) == "Only an officer or the leader archives a file."


def test_a_temporary_file_becomes_a_full_one(office, officer, leader):
    file = make_file(office=office, by=officer, is_temporary=True, category="temporary")
    with pytest.raises(Incomplete, match="Choose the category"):
        actions.convert_file(file, category="temporary", by=leader)

    actions.convert_file(file, category="deep", by=leader)

    assert (fresh(file).is_temporary, fresh(file).category, fresh(file).converted_by) == (False, "deep", leader)
    assert may.why_not_convert(leader, fresh(file)) == "This is a full file already."


def test_a_recheck_takes_a_file_off_the_list_of_the_unchanged(office, officer):
    file = make_file(office=office, by=officer, changed_on=date(2024, 1, 1))

    actions.recheck_file(file, by=officer)

    assert (fresh(file).changed_on, fresh(file).rechecked_by) == (timezone.localdate(), officer)


@pytest.mark.parametrize(
    "name",
    ["why_not_monitor", "why_not_end", "why_not_convert", "why_not_recheck"],
)
def test_what_only_stands_with_a_file_in_force_is_refused_to_a_draft_and_to_the_clerk(
    name, draft, clerk, office, officer
):
    standing = make_file(office=office, by=officer, is_temporary=True)
    why_not = getattr(may, name)

    assert why_not(clerk, draft).startswith("“")
    assert why_not(clerk, standing).startswith("Only ")


def test_edits_stop_where_the_chain_says_so(office, clerk, officer, leader):
    noticed = make_file(office=office, by=clerk, status="noticed")
    submitted = make_file(office=office, by=clerk, status="submitted")
    standing = make_file(office=office, by=clerk)

    assert may.why_not_edit_file(officer, noticed).endswith("It is not edited in this state.")
    assert ours(may.why_not_edit_file(clerk, submitted)).endswith("Only who reviews it edits it now.")
    assert may.why_not_edit_file(officer, submitted) == ""
    assert ours(may.why_not_edit_file(leader, standing)) == "Your roles do not edit files of this office."
    assert may.why_not_edit_directly(clerk, standing).startswith("This file is in force")
    assert may.why_not_assess(leader, standing).startswith("Your roles do not compute")
    assert may.why_not_record_home_visit(make_staff(Role.AUDITOR, office=office), standing).startswith("Your roles")
    assert may.why_not_record_home_visit(officer, make_file(office=office, by=clerk, status="draft")).startswith("“")
    with pytest.raises(TransitionRefused, match="cannot become"):
        standing.become(S.DRAFT)


# -- changes -------------------------------------------------------------------------------------------------------------


def test_a_bank_account_counts_after_a_second_person_and_replaces_the_first(office, clerk, officer):
    file = make_file(office=office, by=officer)
    old = make_account(file.household.head, by=clerk, checked_by=officer)
    card = card_number()

    change = actions.propose_account(
        file, holder=file.household.head, card=card, bank="ABC", reason="card lost", by=clerk
    )

    assert BankAccount.objects.current().get() == old
    assert card not in str(change.new)
    assert ours(may.why_not_confirm_change(clerk, change)) == "Your roles do not confirm this kind of change."
    with pytest.raises(Incomplete, match="Type the number of the card"):
        actions.confirm_change(change, by=officer)
    with pytest.raises(Refusal, match="not the number that was entered"):
        actions.confirm_change(change, card=card_number(), by=officer)
    actions.confirm_change(change, card=f" {card[:4]} {card[4:]}", by=officer)
    new = BankAccount.objects.current().get()
    assert (new.card == card, new.checked_by) == (True, officer)
    assert may.why_not_use_account(new) == ""
    old.refresh_from_db()
    assert may.why_not_use_account(old) == "The bank account was replaced."
    assert may.why_not_use_account(None) == "No bank account is on record."


def test_the_person_who_proposed_does_not_confirm(office, officer, officer2):
    file = make_file(office=office, by=officer)
    change = actions.propose_account(
        file, holder=file.household.head, card=card_number(), bank="ABC", reason="first", by=officer
    )

    assert may.why_not_use_account(change.account) == "The bank account has not been checked by a second person."
    with pytest.raises(NotAllowed, match="another person must confirm"):
        actions.confirm_change(change, by=officer)
    with pytest.raises(IntegrityError, match="account_checked_by_someone_else"), transaction.atomic():
        BankAccount.objects.update(checked_by=officer, checked_at=timezone.now())
    with pytest.raises(Incomplete, match="does not change"):
        actions.refuse_change(change, text=" ", by=officer2)
    actions.refuse_change(change, text="another name on the card", by=officer2)
    assert may.why_not_refuse_change(officer2, fresh_change(change)).startswith("“")
    assert BankAccount.objects.get().until == timezone.localdate()


def fresh_change(change):
    return type(change).objects.get(pk=change.pk)


NOON = datetime(2026, 3, 9, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("constraint", "decision"),
    [
        ("changerequest_confirmed_by_someone_else", {"status": "confirmed", "decided_at": NOON}),
        ("changerequest_refused_has_a_reason", {"status": "refused", "decided_at": NOON}),
        ("changerequest_is_decided_by_somebody", {"status": "confirmed", "decided_by": None}),
        ("changerequest_decided_has_who_and_when", {"status": "refused", "decided_text": "no"}),
    ],
)
def test_the_database_confirms_no_change_that_the_actions_would_not(office, officer, constraint, decision):
    change = actions.propose_category(
        make_file(office=office, by=officer), category="relative", reason="works", by=officer
    )

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        ChangeRequest.objects.filter(pk=change.pk).update(**{"decided_by": officer} | decision)


def test_an_account_of_somebody_else_needs_its_reason_and_the_household(office, clerk, officer):
    spouse = make_person(office=office)
    file = make_file(office=office, by=officer, household=make_household(office=office, others=(spouse,)))
    given = {"card": card_number(), "bank": "ABC", "reason": "no own card", "by": clerk}

    with pytest.raises(Incomplete, match="not the head's own"):
        actions.propose_account(file, holder=spouse, **given)
    with pytest.raises(Incomplete, match="head or a member"):
        actions.propose_account(file, holder=make_person(office=office), **given)
    with pytest.raises(Incomplete, match="why this changes"):
        actions.propose_account(file, holder=file.household.head, **(given | {"reason": " "}))
    actions.propose_account(file, holder=spouse, holder_reason="head is paralysed", **given)


def test_members_income_and_category_of_a_file_in_force_wait_for_a_second_person(office, clerk, officer, leader):
    file = make_file(office=office, by=officer)
    with pytest.raises(NotAllowed, match="propose the change"):
        actions.add_member(file, relation="30", full_name="child", by=clerk)
    head = file.household.head
    joined = actions.propose_member(file, relation="30", full_name="child", reason="born", by=clerk)
    income = actions.propose_income(
        file, person=head, kind="wage_income", amount=Decimal(5), month=date(2026, 5, 1), reason="x", by=clerk
    )
    spending = actions.propose_spending(
        file, kind="rigid_illness", amount=Decimal(5), year_ending_on=date(2026, 5, 1), reason="x", by=clerk
    )
    category = actions.propose_category(file, category="relative", reason="computed", by=clerk)
    assert (file.household.memberships.count(), file.household.incomes.count()) == (1, 0)

    for change in (joined, income, spending):
        actions.confirm_change(change, by=officer)
    assert ours(may.why_not_confirm_change(officer, category)) == "Your roles do not confirm this kind of change."
    actions.confirm_change(category, by=leader)

    assert file.household.memberships.count() == 2
    assert (file.household.incomes.get().entered_by, file.household.spendings.count()) == (clerk, 1)
    assert (fresh(file).category, fresh(file).category_source) == ("relative", "decided")
    child = file.household.memberships.get(relation="30")
    left = actions.propose_leaving(
        file, membership=child, until=timezone.localdate(), why="moved", reason="moved", by=clerk
    )
    actions.confirm_change(left, by=officer)
    assert file.household.memberships.current().count() == 1


def test_a_proposal_is_complete_or_refused_at_once(office, clerk, officer):
    file = make_file(office=office, by=officer)

    with pytest.raises(Incomplete, match="Give either the month"):
        actions.propose_spending(file, kind="rigid_illness", amount=Decimal(5), reason="x", by=clerk)
    with pytest.raises(Incomplete, match="in force already"):
        actions.propose_category(file, category="deep", reason="x", by=clerk)
    with pytest.raises(Incomplete, match="Choose the category"):
        actions.propose_category(file, category="rich", reason="x", by=clerk)
    exited = make_file(office=office, by=officer, status="exited")
    assert may.why_not_propose_change(clerk, exited).startswith("“")
    stranger = make_staff(Role.AUDITOR, office=office)
    assert ours(may.why_not_propose_change(stranger, file)) == "Your roles do not edit files of this office."
    mine = actions.propose_category(file, category="relative", reason="x", by=clerk)
    actions.refuse_change(mine, text="typed wrongly", by=clerk)
    assert may.why_not_confirm_change(officer, fresh_change(mine)).startswith("“")


def test_an_employer_is_named_once(office, clerk):
    first = actions.name_employer("红星 纺织厂", by=clerk)
    coded = actions.name_employer("德胜钢铁", facts={"credit_code": "91350100M000100Y43"}, by=clerk)

    branch = actions.name_employer("红星（城东）纺织厂", by=clerk)

    assert actions.name_employer("红星纺织厂", by=clerk) == first
    assert actions.name_employer("红星(城东)纺织厂", by=clerk) == branch != first
    assert actions.name_employer("德胜", facts={"credit_code": "91350100M000100Y43"}, by=clerk) == coded
    with pytest.raises(Incomplete, match="needs a name"):
        actions.name_employer(" ", by=clerk)
