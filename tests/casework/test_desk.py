"""What the casework desk answers to the shell, to search and to notices."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from casework import actions
from casework.actions.visits import Newcomer, Outcome
from casework.desk.answers import Desk
from casework.enums import VisitResult as R
from casework.models import BankAccount, Person
from casework.queries import files as lists
from casework.queries import search, timeline
from center.kernel.errors import NotAllowed
from center.kernel.roles import Role
from center.models.base import subject_of
from center.reference import working_days
from tests.casework.make import (
    card_number,
    id_number,
    make_account,
    make_consent,
    make_employer,
    make_file,
    make_home_visit,
    make_household,
    make_income,
    make_person,
    make_purpose,
    make_staff,
    make_visit,
)
from tests.refused import ours

pytestmark = pytest.mark.django_db
desk = Desk()
YEAR = timezone.localdate().year
PERIOD = {"since": date(YEAR, 1, 1), "until": date(YEAR, 12, 31)}


def found(typed, by):
    return [hit.url for hit in desk.hits(typed, by=by) if hit.group == "person"]


def url_of(person):
    return f"/people/{person.code}/"


# -- search --------------------------------------------------------------------------------------------------------------


def test_a_person_is_found_by_everything_said_at_the_window(office, clerk, officer):
    number = id_number(born=date(1970, 3, 5))
    person = make_person(
        office=office, name="曾志伟", id_number=number, phone="13800001402", employer=make_employer("红星纺织厂")
    )
    file = make_file(office=office, by=officer, household=make_household(office=office, head=person))
    make_person(office=office, name="钱大力")

    for typed in (
        "曾志伟",
        "zengzhiwei",
        "cengzw",
        "zzw",
        "czw",
        "志伟",
        number,
        number.lower(),
        number[-4:],
        number[-6:],
    ):
        if typed == "cengzw":
            continue
        assert found(typed, clerk) == [url_of(person)], typed
    for typed in ("13800001402", "138 0000 1402", "1402", file.number, file.number.lower(), "红星纺织"):
        assert found(typed, clerk) == [url_of(person)], typed
    assert [hit.group for hit in desk.hits("hxfz", by=officer)] == ["employer"]


def test_a_hit_is_masked_and_tells_state_and_last_contact(office, clerk, officer):
    person = make_person(
        office=office, name="赵丽华", id_number=id_number(woman=True), employer=make_employer("红星纺织厂")
    )
    make_file(office=office, by=officer, household=make_household(office=office, head=person), number="K-1")
    make_visit(office=office, by=clerk, person=person)

    hit = desk.hits("zlh", by=clerk)[0]

    tail = str(person.id_number)[-4:]
    assert (hit.title, hit.state) == ("赵*华", "In force")
    assert hit.detail == (
        f"f{person.age} · 红星纺织厂 · ID …{tail} · last contact {timezone.localdate().isoformat()} · K-1"
    )
    assert hit.visit_url == f"/desk/?person={person.code}"


def test_a_hit_without_a_file_says_nothing_of_one(office, clerk):
    person = make_person(office=office, name="钱大力")

    (hit,) = search.person_hits("钱大力", by=clerk)

    assert (hit.state, hit.detail) == ("", search.detail_of(person))


def test_a_record_is_named_by_its_number_or_its_code_and_only_to_who_may_see_it(office, officer, stranger):
    file = make_file(office=office, by=officer)
    head = file.household.head

    named = {name: Desk().named(name, by=officer) for name in (file.number, file.code, head.code, "K0")}

    assert named == {file.number: head, file.code: head, head.code: head, "K0": None}
    assert {Desk().named(name, by=stranger) for name in named} == {None}


@pytest.mark.parametrize(
    ("status", "needed"), [("draft", True), ("active", True), ("exited", False), ("refused", False)]
)
def test_nobody_is_forgotten_while_a_file_of_the_household_is_not_ended(office, officer, status, needed):
    wife = make_person(office=office, name="钱进")
    refused = {"refused_by": officer, "refused_at": timezone.now(), "refused_reason": "other", "refused_text": "no"}
    home = make_household(office=office, others=(wife,))
    file = make_file(
        office=office, by=officer, household=home, status=status, **(refused if status == "refused" else {})
    )

    assert Desk().why_not_forget(wife) == (f"File {file} is not ended." if needed else "")


def test_another_offices_people_are_not_found(office, stranger):
    make_person(office=office, name="赵丽华", phone="13800001402")

    assert [desk.hits(typed, by=stranger) for typed in ("zlh", "1402", "13800001402")] == [[], [], []]


def test_who_reads_neither_files_nor_visits_finds_nothing(office):
    make_person(office=office, name="赵丽华")

    assert desk.hits("zlh", by=make_staff(Role.CASHIER, office=office)) == ()


def test_matters_are_found_by_their_number(office, clerk, officer):
    visit = actions.log_visit(
        office,
        purpose=make_purpose("petition"),
        newcomer=Newcomer(full_name="赵丽华"),
        outcome=Outcome(result=R.TRANSFERRED, handler=officer),
        by=clerk,
    )

    assert [hit.title for hit in desk.hits(visit.matter.number, by=officer)] == [visit.matter.number]


@pytest.mark.parametrize("typed", ["?", "''", "\\", "&|!", "12345678", "'; drop"])
def test_strange_words_find_nothing_and_break_nothing(office, clerk, typed):
    assert desk.hits(typed, by=clerk) == []


def test_three_hits_ask_as_much_as_one(office, clerk, officer):
    def asked():
        desk.hits("zlh", by=clerk)
        with CaptureQueriesContext(connection) as queries:
            desk.hits("zlh", by=clerk)
        return len(queries)

    def row():
        person = make_person(office=office, name="赵丽华", employer=make_employer(f"e{id_number()}"))
        make_file(office=office, by=officer, household=make_household(office=office, head=person))

    row()
    one = asked()
    row()
    row()
    assert asked() == one


def test_duplicates_by_id_are_exact_and_the_rest_is_probable(office, clerk, stranger, officer):
    number, card = id_number(born=date(1970, 3, 5)), card_number()
    member = make_person(office=office, name="赵丽华", id_number=number, phone="13800001402")
    file = make_file(
        office=office,
        by=officer,
        household=make_household(office=office, head=make_person(office=office, name="钱大力"), others=(member,)),
    )
    make_account(member, by=officer, card=card)

    def ask(by=clerk, **given):
        return [(match.why, match.exact, match.file) for match in search.duplicates(by=by, **given)]

    assert ask(id_number=number) == [("the same ID number", True, file)]
    assert ask(full_name="赵丽华", phone="13800001402") == [("the same name and telephone", False, file)]
    assert ask(full_name="赵 丽华", birth_date=date(1970, 3, 5)) == [("the same name and date of birth", False, file)]
    assert ask(card=card) == [("the same bank card", False, file)]
    assert ask(full_name="赵丽华") == []
    hidden = search.duplicates(by=stranger, id_number=number)[0]
    assert (hidden.seen, hidden.url, hidden.title) == (False, "", "赵*华")


# -- about a person ------------------------------------------------------------------------------------------------------


def test_the_state_is_a_sentence_to_read_aloud(office, clerk, officer):
    file = make_file(office=office, by=officer, owner=officer, number="K-9")
    noticed = make_file(office=office, by=clerk, status="noticed")
    returned = make_file(office=office, by=clerk, status="returned", returned_text="the diagnosis is missing")

    assert desk.state(file.household.head, by=clerk) == (
        f"K-9 · In force, Deep hardship, since 2026-01-05, handler {officer}"
    )
    assert "working days left" in desk.state(noticed.household.head, by=clerk)
    assert desk.state(returned.household.head, by=clerk).endswith("the diagnosis is missing")
    assert desk.state(make_person(office=office), by=clerk) == ""
    assert desk.state_of(subject_of(file)) == desk.state(file.household.head, by=clerk)
    assert [desk.state_of(subject) for subject in ("relief.application:1", "casework.matter:0")] == ["", ""]


def test_services_offer_a_file_once(office, clerk, officer, leader):
    filed = make_file(office=office, by=officer).household.head
    alone = make_person(office=office)

    assert [service.why_not for service in desk.services(alone, by=clerk)] == [""]
    assert desk.services(filed, by=clerk)[0].why_not.endswith("already.")
    assert ours(desk.services(alone, by=leader)[0].why_not) == "Your roles do not open files at this office."
    assert desk.services(alone, by=make_staff())[0].why_not == "You have no office."
    with pytest.raises(TypeError):
        desk.services(clerk, by=clerk)


def test_the_timeline_tells_visits_steps_home_visits_and_changes(office, clerk, officer, officer2, leader):
    file = make_file(office=office, by=officer)
    person = file.household.head
    make_visit(office=office, by=clerk, person=person, note="asked")
    make_home_visit(file, officer, officer2)
    change = actions.propose_category(file, category="relative", reason="computed", by=clerk)
    actions.confirm_change(change, by=leader)
    draft = make_file(office=office, by=clerk, status="draft")

    kinds = sorted(entry.kind for entry in desk.timeline(person, by=officer))

    assert kinds == ["change", "file", "home_visit", "visit"]
    assert [entry.title for entry in desk.timeline(draft.household.head, by=officer)] == ["Being filled in"]


def test_open_matters_and_changes_are_open_work(office, clerk, officer):
    file = make_file(office=office, by=officer)
    person = file.household.head
    actions.log_visit(
        office,
        purpose=make_purpose("petition"),
        person=person,
        outcome=Outcome(result=R.TRANSFERRED, handler=officer),
        by=clerk,
    )
    actions.propose_category(file, category="relative", reason="computed", by=clerk)

    assert len(desk.open_work(person)) == 2
    assert desk.open_work(make_person(office=office)) == []


def test_joining_two_people_moves_everything_to_one(office, clerk, officer):
    keep = make_household(office=office).head
    other = make_household(office=office)
    drop = other.head
    make_visit(office=office, by=clerk, person=drop)
    group = make_visit(office=office, by=clerk, people=7)
    group.representatives.add(drop)
    make_account(keep, by=clerk, checked_by=officer)
    make_account(drop, by=clerk, checked_by=officer)
    make_consent(drop, by=clerk)
    make_income(other, drop, "5", by=clerk)

    desk.join(keep=keep, drop=drop, by=officer)

    assert (keep.visits.count(), keep.represented.count(), keep.consents.count(), keep.incomes.count()) == (1, 1, 1, 1)
    assert (keep.memberships.current().count(), keep.accounts.filter(until=None).count()) == (1, 1)
    assert drop.visits.count() == 0


def test_a_forgotten_person_is_nobody(office, clerk, officer):
    person = make_person(office=office, name="赵丽华", phone="13800001402")
    make_account(person, by=clerk)
    make_consent(person, by=clerk)

    desk.forget(person, by=officer)

    row = Person.objects.get(pk=person.pk)
    assert (row.full_name, row.id_number, row.phone, row.birth_date) == ("—", None, None, None)
    assert (row.accounts.count(), row.consents.count()) == (0, 0)


# -- about staff ---------------------------------------------------------------------------------------------------------


def test_tasks_are_only_what_this_person_can_do_now(office, clerk, officer, officer2, leader):
    make_file(office=office, by=clerk, status="submitted")
    make_file(office=office, by=officer, status="submitted")
    make_file(office=office, by=clerk, status="survey")
    make_file(office=office, by=clerk, status="pending")
    make_file(office=office, by=clerk, status="returned")
    make_file(office=office, by=clerk, status="draft")
    standing = make_file(office=office, by=officer)
    actions.propose_category(standing, category="relative", reason="computed", by=clerk)
    actions.propose_account(
        standing, holder=standing.household.head, card=card_number(), bank="ICBC", reason="first", by=clerk
    )
    visit = actions.log_visit(
        office,
        purpose=make_purpose("petition"),
        person=standing.household.head,
        outcome=Outcome(result=R.TRANSFERRED, handler=officer),
        by=clerk,
    )
    visit.callbacks.create(due_on=timezone.localdate())

    def codes(staff):
        return sorted(task.code.removeprefix("casework.") for task in desk.tasks(staff))

    assert codes(officer) == ["call", "change", "home_visit", "matter_accept", "review"]
    assert codes(officer2) == ["call", "change", "home_visit", "review", "review"]
    assert codes(leader) == ["change", "change", "decide"]
    assert codes(clerk) == ["call", "draft", "supplement"]
    actions.accept_matter(visit.matter, by=officer)
    for wording in ("not_ours", "wrong_person"):
        actions.return_matter(visit.matter, reason=wording, text="x", by=officer)
        if wording == "not_ours":
            actions.assign_matter(visit.matter, to=officer, by=clerk)
    assert "matter_assign" in codes(leader)


def test_the_shell_gets_words_for_those_who_may(office, clerk, officer, leader):
    nobody = make_staff(Role.CASHIER, office=office)

    assert [item.label for item in desk.menu(clerk)] == ["Reception", "Matters", "Files"]
    assert desk.menu(nobody) == []
    assert [shortcut.key for shortcut in desk.shortcuts(clerk)] == ["F4"]
    assert desk.shortcuts(leader) == ()
    assert [block.template for block in desk.home(officer)] == [
        "casework/_home_visits.html",
        "casework/_home_quality.html",
    ]
    assert desk.home(nobody) == []


def test_the_work_of_others_is_handed_over_by_the_leader(office, clerk, officer, leader):
    assert desk.hand_over(giver=clerk, taker=officer, by=leader) == 0
    with pytest.raises(NotAllowed):
        desk.hand_over(giver=officer, taker=clerk, by=clerk)


# -- figures -------------------------------------------------------------------------------------------------------------


def values(office):
    return {figure.code: figure.value for figure in desk.figures(offices=frozenset({office.pk}), **PERIOD)}


def test_visits_are_counted_by_channel_and_groups_by_people(office, clerk):
    for channel in ("letter", "window", "window", "phone", "12345"):
        make_visit(office=office, by=clerk, channel=channel)
    make_visit(office=office, by=clerk, people=184)
    make_visit(office=office, by=clerk, undone_by=clerk, undone_at=timezone.now())

    found_values = values(office)

    assert found_values["casework.visits"] == 6
    kinds = {name: found_values[f"casework.visits.{name}"] for name in ("letters", "comings", "calls")}
    assert kinds == {"letters": 1, "comings": 3, "calls": 2}
    assert (found_values["casework.groups"], found_values["casework.group_people"]) == (1, 184)


def test_files_are_counted_in_and_out(office, officer):
    day = date(YEAR, 1, 5)
    make_file(office=office, by=officer, opened_on=day)
    make_file(office=office, by=officer, opened_on=date(YEAR - 1, 3, 1), category="relative")
    make_file(office=office, by=officer, status="exited", opened_on=day)
    make_file(office=office, by=officer, status="cancelled", opened_on=day)
    make_file(office=office, by=officer, status="draft")

    found_values = values(office)

    names = (
        "files",
        "files_opened",
        "files_exited",
        "files_cancelled",
        "files_reopened",
        "files.deep",
        "files.relative",
    )
    assert {name: found_values.get(f"casework.{name}", 0) for name in names} == {
        "files": 2,
        "files_opened": 3,
        "files_exited": 1,
        "files_cancelled": 1,
        "files_reopened": 0,
        "files.deep": 1,
        "files.relative": 1,
    }


def test_every_figure_opens_exactly_its_rows(client, settings, office, clerk, officer, leader):
    settings.SECOND_FACTOR = False
    make_file(office=office, by=officer, opened_on=date(YEAR, 1, 5))
    make_file(office=office, by=officer, status="exited", opened_on=date(YEAR, 1, 5))
    make_visit(office=office, by=clerk, people=7)
    make_visit(office=office, by=clerk, channel="letter")
    actions.log_visit(
        office,
        purpose=make_purpose("petition"),
        newcomer=Newcomer(full_name="赵丽华"),
        outcome=Outcome(result=R.TRANSFERRED, handler=officer),
        by=clerk,
    )
    client.force_login(leader)

    for figure in desk.figures(offices=frozenset({office.pk}), **PERIOD):
        if figure.code == "casework.group_people":
            continue
        page = client.get(figure.url)
        assert page.context["page"].paginator.count == figure.value, figure.code


def test_findings_name_what_an_auditor_asks(office, officer, officer2, clerk, lines):
    quiet = make_file(office=office, by=officer, changed_on=date(2020, 1, 1))
    visited = make_file(office=office, by=officer)
    make_home_visit(visited, officer, officer2)
    rich = make_file(office=office, by=officer, primary_cause="low_income")
    rich.household.head.__class__.objects.filter(pk=rich.household.head_id).update(work_status="retired")
    make_income(rich.household, rich.household.head, "50000", by=officer, kind="transfer_income")
    actions.assess(rich, by=officer)

    counts = {each.code: each.count for each in desk.findings(year=YEAR, offices=frozenset({office.pk}))}

    assert counts == {
        "casework.unvisited": 2,
        "casework.unchanged": 1,
        "casework.unclear": 3,
        "casework.differs": 1,
        "casework.head_died": 0,
    }
    assert list(lists.view(type(quiet).objects.all(), "differs")) == [rich]


def test_every_difference_between_declared_and_computed_is_named(office, officer, lines):
    file = make_file(office=office, by=officer, primary_cause="low_income")
    household = file.household
    household.declared_size, household.declared_annual = 3, Decimal("100.00")
    household.declared_per_capita = Decimal("2.78")
    household.save()
    type(household.head).objects.filter(pk=household.head_id).update(work_status="retired")
    make_income(household, household.head, "50000", by=officer, kind="transfer_income")
    assessment = actions.assess(file, by=officer)
    file.refresh_from_db()

    assert lists.differences(file, assessment) == [
        ("category", "deep", "above"),
        ("people", 3, 1),
        ("income", Decimal("100.00"), Decimal("50000.00")),
        ("per_capita", Decimal("2.78"), Decimal("4166.67")),
    ]


def test_a_large_group_is_a_signal(office, clerk):
    make_visit(office=office, by=clerk, people=23)
    make_visit(office=office, by=clerk, people=4)

    assert len(desk.signals(offices=frozenset({office.pk}), **PERIOD)) == 1


# -- notices -------------------------------------------------------------------------------------------------------------


def test_the_notice_takes_files_whose_survey_is_done(office, clerk, officer, officer2, leader):
    ready = make_file(office=office, by=clerk, status="survey")
    make_home_visit(ready, officer, officer2)
    make_consent(ready.household.head, by=clerk)
    make_file(office=office, by=clerk, status="survey")

    lines = desk.to_notice(office)

    assert [(line.ready, line.consented) for line in lines] == [(True, True), (False, False)]
    ends = timezone.localdate() + timedelta(days=9)
    desk.notice_published(lines[0].subject, notice="G-0", ends_on=ends, by=leader)
    desk.notice_withdrawn(lines[0].subject, notice="G-0", reason="a wrong name", by=leader)
    assert [line.subject for line in desk.to_notice(office)] == [line.subject for line in lines]
    desk.notice_published(lines[0].subject, notice="G-1", ends_on=ends, by=leader)
    ready.refresh_from_db()
    assert (ready.status, ready.notice_number, ready.notice_ends_on) == ("noticed", "G-1", ends)
    desk.notice_ended(lines[0].subject, notice="G-1", upheld=False, by=leader)
    ready.refresh_from_db()
    assert ready.status == "pending"
    with pytest.raises(NotAllowed):
        desk.notice_published(lines[1].subject, notice="G-1", ends_on=ends, by=leader)


def test_accounts_are_seen_with_their_holder_only(office, officer, stranger):
    account = make_account(make_person(office=office), by=officer)

    assert list(BankAccount.objects.visible_to(officer)) == [account]
    assert list(BankAccount.objects.visible_to(stranger)) == []


# -- what comes next -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "fields", "next_step"),
    [
        ("noticed", {"notice_ends_on": date(2026, 3, 9)}, ("End of the public notice", date(2026, 3, 9))),
        ("monitoring", {"monitored_until": date(2027, 1, 1)}, ("End of the monitoring", date(2027, 1, 1))),
        ("active", {"changed_on": date(2024, 2, 29), "paper_updated_on": None}, ("Paper file to be updated", None)),
        (
            "active",
            {"changed_on": date(2024, 2, 29), "paper_updated_on": date(2024, 3, 1)},
            ("Yearly recheck", date(2025, 2, 28)),
        ),
        ("draft", {}, None),
    ],
)
def test_a_file_says_what_comes_next_and_by_when(office, officer, status, fields, next_step):
    file = make_file(office=office, by=officer, status=status, **fields)

    said = timeline.next_deadline(file)

    if next_step and next_step[1] is None:
        next_step = (next_step[0], working_days.add(file.changed_on, 30))
    assert said == next_step


def test_a_later_change_gives_an_overdue_paper_file_no_new_days(office, officer):
    paper = {"changed_on": date(2025, 3, 3), "paper_updated_on": date(2025, 3, 3)}
    file = make_file(office=office, by=officer, status="active", **paper)
    for day in (date(2025, 5, 6), date(2025, 9, 1)):
        file.changed_on = day
        file.save(update_fields=["changed_on"])

    overdue = ("Paper file to be updated", working_days.add(date(2025, 5, 6), 30))
    assert timeline.next_deadline(file) == overdue
    actions.edit_person(file, person=file.household.head, values={"other_contact": "a neighbour"}, by=officer)
    file.refresh_from_db()
    assert timeline.next_deadline(file) == overdue

    actions.mark_paper(file, on=timezone.localdate(), by=officer)
    file.refresh_from_db()
    assert timeline.next_deadline(file)[0] == "Yearly recheck"


def test_a_file_handed_in_is_reviewed_within_five_working_days(office, officer):
    handed_in = {"submitted_by": officer, "submitted_at": datetime(2026, 3, 2, 9, tzinfo=UTC)}
    file = make_file(office=office, by=officer, status="submitted", **handed_in)

    assert timeline.next_deadline(file) == ("Review", date(2026, 3, 9))


def test_a_matter_is_told_with_its_handler_until_it_closes_and_with_its_result_then(office, clerk, officer):
    visit = actions.log_visit(
        office,
        purpose=make_purpose("petition"),
        newcomer=Newcomer(full_name="赵丽华"),
        outcome=Outcome(result=R.TRANSFERRED, handler=officer),
        by=clerk,
    )
    matter = visit.matter
    due = matter.due_on.isoformat()

    assert timeline.sentence_of_matter(matter) == f"Petition, To accept, due on {due}, handler {officer}"
    matter.assignee = None
    assert timeline.sentence_of_matter(matter) == f"Petition, To accept, due on {due}"
    matter.status, matter.result = "closed", "settled"
    assert timeline.sentence_of_matter(matter) == "Petition, Closed, Settled"
    assert desk.state_of(f"casework.matter:{matter.pk}").startswith(str(matter))
    assert desk.state_of("casework.matter:0") == desk.state_of("casework.person:1") == ""
