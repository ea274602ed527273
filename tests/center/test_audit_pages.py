"""Who looked, what changed, whether the seals hold, what was destroyed: pages, and who may not see them."""

import pytest
from django.urls import reverse
from django.utils.translation import override

from casework import actions
from casework.models import Person
from center import desk
from center.evidence import destruction, history, logbook, seal_status, seal_verification, seals, trail
from center.kernel.errors import NotAllowed
from center.kernel.roles import Role
from center.models import AccessEntry, Destruction, DestructionRequest, Draft, Event, Setting
from center.models.base import subject_of
from center.privacy import access
from center.privacy.masks import mask_name
from tests.casework.make import make_file, make_household, make_person, make_visit
from tests.center.make import make_office, make_staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def office():
    return make_office()


@pytest.fixture
def auditor(office):
    return make_staff(Role.AUDITOR, office=office, language="en")


@pytest.fixture
def leader(office):
    return make_staff(Role.LEADER, office=office, language="en")


@pytest.fixture
def officer(office):
    return make_staff(Role.OFFICER, office=office, language="en")


def test_the_access_log_names_who_and_why_and_never_the_number(enter, office, auditor, officer):
    person = make_person(office=office)
    number = person.id_number.open(by=officer, reason="to compare the card")

    page = enter(auditor).get("/audit/access/", {"actor": officer.username, "kind": "reveal"}).content.decode()

    assert "to compare the card" in page
    assert number not in page
    assert "Nobody looked" in enter(auditor).get("/audit/access/", {"since": "2099-01-01"}).content.decode()


@pytest.mark.parametrize("url", ["/audit/access/", "/audit/changes/"])
@pytest.mark.parametrize("rows", [1, 3])
def test_the_logs_cost_the_same_for_one_row_and_for_three(
    enter, auditor, officer, url, rows, django_assert_max_num_queries
):
    for number in range(rows):
        access.read(f"casework.person:{number}", by=officer, what="test")
        trail.record("center.test.done", f"casework.person:{number}", by=officer)
    client = enter(auditor)
    client.get(url)

    with django_assert_max_num_queries(16):
        client.get(url)


def test_a_records_changes_show_each_field_before_and_after_numbers_as_masks(enter, office, auditor, officer):
    file = make_file(office=office, by=officer, status="draft")
    person = file.household.head
    number = person.id_number
    actions.edit_person(file, person=person, values={"full_name": "钱多多", "school": "Third School"}, by=officer)
    person.id_number = None
    person.save()

    page = enter(auditor).get("/audit/changes/", {"subject": subject_of(person)}).content.decode()
    told = [(change.field, change.before, change.after) for change in history.changes(subject_of(person), by=auditor)]

    assert ("school", "", "Third School") in told
    assert ("name", "赵*华", "钱*多") in told
    assert ("ID number", str(number), "") in told
    assert "Third School" in page
    assert "钱多多" not in page
    assert AccessEntry.objects.filter(actor=auditor.username, what="center.changes").count() == 1


def test_the_administrator_sees_that_something_changed_but_not_what(enter, office, officer):
    person = make_file(office=office, by=officer, status="draft").household.head
    person.school = "Third School"
    person.save()
    admin = make_staff(Role.ADMIN, office=office, language="en")

    page = enter(admin).get("/audit/changes/", {"subject": subject_of(person)}).content.decode()

    assert "school" in page
    assert "Third School" not in page


@pytest.mark.parametrize(
    "subject", ["nonsense", "casework.nothing:1", "casework.person:x", "center.setting:1", "a.b.c:1"]
)
def test_a_record_without_history_shows_none(auditor, subject):
    assert history.changes(subject, by=auditor) == []


def test_the_page_of_seals_proves_them_and_keeps_the_answer(enter, auditor, officer):
    trail.record("center.test.done", officer, by=officer)
    seals.seal()
    client = enter(auditor)

    answer = client.post("/audit/seals/")
    page = client.get("/audit/seals/").content.decode()

    kept = Setting.objects.get(name=seal_status.LAST).value
    assert (answer.status_code, kept["faults"], kept["seals"]) == (302, [], kept["seals"])
    assert "all true" in page
    assert Event.objects.filter(verb="center.trail.verified", actor=auditor.username).exists()


def test_a_fault_is_named_on_the_page(enter, auditor, monkeypatch):
    changed = seal_verification.Finding("changed", {"table": "center_event", "row": 5, "seal": 1})
    monkeypatch.setattr(seal_verification, "verify", lambda: seal_verification.SealVerdict(faults=[changed]))
    client = enter(auditor)
    client.post("/audit/seals/")

    page = client.get("/audit/seals/").content.decode()

    assert "center_event 5: changed (seal 1)" in page
    assert "faults found" in page


def test_every_finding_is_a_sentence_in_both_languages():
    facts = {
        "table": "center_event",
        "row": 5,
        "seal": 1,
        "file": "heads",
        "since": "2026-03-02 09:00:00",
        "rows": 3,
        "line": 2,
    }
    said = {}
    for language in ("en", "zh-hans"):
        with override(language):
            said[language] = {kind: str(seal_verification.Finding(kind, facts)) for kind in seal_verification.SENTENCES}

    assert [kind for kind in seal_verification.SENTENCES if said["en"][kind] == said["zh-hans"][kind]] == []
    assert said["zh-hans"]["changed"] == "center_event 第5行：封存后被修改（第1号封存）"


def test_a_place_with_very_many_rows_is_proved_by_the_command(enter, auditor, officer, monkeypatch):
    trail.record("center.test.done", officer, by=officer)
    seals.seal()
    monkeypatch.setattr(seal_status, "MOST_ROWS", 0)

    enter(auditor).post("/audit/seals/")

    assert not Setting.objects.filter(name=seal_status.LAST).exists()
    assert "verify_trail" in seal_status.why_not_here()


def test_what_no_seal_covers_is_counted(officer):
    seals.seal()
    assert seal_status.waiting() == 0

    trail.record("center.test.done", officer, by=officer)

    assert seal_status.waiting() == 1


def test_nobody_proves_without_the_right(officer):
    with pytest.raises(NotAllowed, match="Auditor"):
        seal_status.prove(by=officer)


@pytest.mark.parametrize("role", [Role.FRONT_DESK, Role.OFFICER, Role.CASHIER, Role.SECRETARY])
def test_the_logs_are_closed_to_the_desks(enter, office, role):
    client = enter(make_staff(role, office=office))

    assert [client.get(f"/audit/{page}/").status_code for page in ("access", "changes", "seals")] == [403] * 3


def test_the_logs_of_an_office_are_read_there_and_above(enter):
    top = make_office()
    here, there = (make_office(name=name, parent=top) for name in ("一站", "二站"))
    readers = {office: make_staff(Role.LEADER, office=office, language="en") for office in (top, here, there)}
    other_top = make_staff(Role.LEADER, office=make_office(), language="en")
    person = make_person(office=here, name="孙一心")
    officer = make_staff(Role.OFFICER, office=here)
    access.read(person, by=officer, what="casework.person")
    trail.record("center.test.done", person, by=officer)
    trail.record("center.test.done", "center.test:1", by=officer)

    def shows(reader, page):
        return str(officer) in enter(reader).get(page).content.decode()

    for page in ("/audit/access/", "/audit/changes/", f"/audit/changes/?subject={subject_of(person)}"):
        seen = {office.pk: shows(reader, page) for office, reader in readers.items()}
        assert seen == {top.pk: True, here.pk: True, there.pk: False}, page
        assert not shows(other_top, page)


def test_the_destructions_of_an_office_are_seen_and_decided_there_and_above(enter):
    top = make_office()
    here, there = (make_office(name=name, parent=top) for name in ("一站", "二站"))
    readers = {office: make_staff(Role.LEADER, office=office, language="en") for office in (top, here, there)}
    officer = make_staff(Role.OFFICER, office=here)
    person = make_person(office=here)
    asked = destruction.ask_destruction(subject_of(person), ground="term_over", reason="ten long years", by=officer)

    pages = {office: enter(reader).get("/destructions/").content.decode() for office, reader in readers.items()}
    tasks = {office: enter(reader).get("/tasks/").content.decode() for office, reader in readers.items()}
    answer = enter(readers[there]).post(f"/destructions/{asked.pk}/approve/")

    assert [("ten long years" in pages[one], "ten long years" in tasks[one]) for one in (top, here, there)] == [
        (True, True),
        (True, True),
        (False, False),
    ]
    assert (answer.status_code, Destruction.objects.count()) == (404, 0)


# -- destruction -----------------------------------------------------------------------------------------------------------


def approved(person, *, officer, leader):
    asked = destruction.ask_destruction(subject_of(person), ground="term_over", reason="ten years", by=officer)
    return destruction.approve_destruction(asked, by=leader)


def test_an_officer_asks_the_leader_approves_and_carries_out(enter, office, officer, leader):
    person = make_person(office=office, name="孙一心")
    make_visit(office=office, by=officer, person=person, note="lost her job")
    person.school = "Third School"
    person.save()
    Draft.objects.create(staff=officer, form="x", subject=subject_of(person), path="/", body=b"x")
    officers, leaders = enter(officer), enter(leader)

    asked = officers.post("/destructions/", {"number": person.code, "ground": "term_over", "reason": "ten years"})
    refused = officers.post(f"/destructions/{DestructionRequest.objects.get().pk}/approve/")
    tasks = leaders.get("/tasks/").content.decode()
    leaders.post(f"/destructions/{DestructionRequest.objects.get().pk}/approve/")
    leaders.post(f"/destructions/{Destruction.objects.get().pk}/carry-out/")
    page = leaders.get("/destructions/").content.decode()

    assert (asked.status_code, refused.status_code) == (302, 403)
    assert "Destruction to decide" in tasks
    person.refresh_from_db()
    assert (person.full_name, person.id_number, person.school) == ("—", None, "")
    assert "destroyed" in page
    assert not Draft.objects.exists()
    told = history.changes(subject_of(person), by=leader)
    assert {change.field for change in told} == {"destroyed"}
    assert seal_verification.verify().faults == []


def test_who_asked_does_not_approve(enter, office, leader):
    person = make_person(office=office)
    client = enter(leader)
    client.post("/destructions/", {"number": person.code, "ground": "term_over", "reason": "ten years"})

    client.post(f"/destructions/{DestructionRequest.objects.get().pk}/approve/")

    assert not Destruction.objects.exists()


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"number": "NOSUCH", "ground": "term_over", "reason": "x"}, "No record of yours has this number."),
        ({"ground": "term_over", "reason": "x"}, "This field is required."),
    ],
)
def test_a_request_names_a_record_that_one_may_see(enter, officer, given, sentence):
    answer = enter(officer).post("/destructions/", given)

    assert answer.status_code == 422
    assert sentence in answer.content.decode()


def test_somebody_who_only_reads_the_logs_asks_nothing(enter, office, auditor):
    person = make_person(office=office)

    answer = enter(auditor).post("/destructions/", {"number": person.code, "ground": "term_over", "reason": "x"})

    assert (answer.status_code, DestructionRequest.objects.count()) == (422, 0)


def test_a_file_in_force_forbids_destruction(office, officer, leader):
    file = make_file(office=office, by=officer, status="survey")
    decision = approved(file.household.head, officer=officer, leader=leader)

    with pytest.raises(NotAllowed, match="is not ended"):
        destruction.carry_out(decision, by=leader)

    assert Person.objects.get(pk=file.household.head_id).id_number is not None


def test_open_work_forbids_destruction(office, officer, leader, monkeypatch):
    decision = approved(make_person(office=office), officer=officer, leader=leader)
    work = desk.OpenWork(sentence="Matter M1 is not closed.", url="/")
    monkeypatch.setattr(desk.desk_of("casework.person:1"), "open_work", lambda _person: [work])

    with pytest.raises(NotAllowed, match="Not while work is open: Matter M1 is not closed."):
        destruction.carry_out(decision, by=leader)


def test_a_destruction_is_carried_out_once_and_only_by_who_may(office, officer, leader, enter):
    decision = approved(make_person(office=office), officer=officer, leader=leader)
    with pytest.raises(NotAllowed, match="do not include"):
        destruction.carry_out(decision, by=officer)
    destruction.carry_out(decision, by=leader)

    with pytest.raises(NotAllowed, match="has been carried out"):
        destruction.carry_out(decision, by=leader)
    answer = enter(leader).post(f"/destructions/{decision.pk}/carry-out/", follow=True)

    assert "has been carried out" in answer.content.decode()


def test_a_record_that_is_gone_cannot_be_destroyed(office, leader, officer):
    with pytest.raises(NotAllowed, match="This record is no longer there"):
        destruction.ask_destruction("casework.person:999999", ground="term_over", reason="x", by=officer)
    asked = DestructionRequest.objects.create(
        subject="casework.person:999999", ground="term_over", reason="x", asked_by=officer
    )
    with pytest.raises(NotAllowed, match="This record is no longer there"):
        destruction.approve_destruction(asked, by=leader)
    decision = Destruction.objects.create(
        request=asked, subject=asked.subject, asked_by=officer, asked_at=asked.asked_at, approved_by=leader
    )

    assert destruction.why_not_carry_out(leader, decision) == "This record is no longer there."


def test_a_household_stays_when_its_head_is_destroyed(office, officer, leader):
    household = make_household(office=office)
    decision = approved(household.head, officer=officer, leader=leader)

    destruction.carry_out(decision, by=leader)

    household.refresh_from_db()
    assert household.head.full_name == "—"
    assert reverse("center:destructions") == "/destructions/"


def test_the_logs_are_filtered_by_file_payment_and_person_who_looked(enter):
    office = make_office()
    officer, leader = make_staff(Role.OFFICER, office=office), make_staff(Role.LEADER, office=office)
    file, other = (make_file(office=office, by=officer) for _n in range(2))
    for record in (file, file.household.head, other):
        access.read(record, by=officer, what="casework.file")
    access.read(file, by=leader, what="casework.file")

    def subjects(**asked):
        page = enter(leader).get("/audit/access/", asked)
        return [row["entry"].subject for row in page.context["rows"]]

    both = {subject_of(file), subject_of(file.household.head)}
    assert set(subjects(number=file.number)) == both
    assert set(subjects(number=file.household.head.code)) == both
    assert subjects(number=file.number, actor=leader.username) == [subject_of(file)]
    assert subjects(number="K9999-2026-00001") == []


def test_a_file_number_finds_what_was_looked_at_of_each_member(enter, office, auditor, officer):
    file = make_file(office=office, by=officer)
    child = make_person(office=office)
    file.household.memberships.create(person=child, relation="03")
    child.id_number.open(by=officer, reason="school")

    page = enter(auditor).get("/audit/access/", {"number": file.number or file.code}).content.decode()

    assert "school" in page


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"number": "B-NONE"}, "There is no record of yours with number B-NONE."),
        ({"since": "yesterday"}, "The calendar has no such day. Write it like 2026-03-31."),
    ],
)
def test_a_filter_that_finds_no_record_or_no_day_says_so(enter, office, auditor, officer, asked, sentence):
    access.read(make_person(office=office), by=officer, what="test")

    answer = enter(auditor).get("/audit/access/", asked)

    assert (list(answer.context["rows"]), sentence in answer.content.decode()) == ([], True)


def test_a_look_is_told_with_the_number_of_its_record_the_masked_name_and_the_name_of_its_field(office, officer):
    file = make_file(office=office, by=officer)

    assert logbook.records([subject_of(file)]) == {
        subject_of(file): f"hardship file {file.number} · {file.household.head}"
    }
    assert str(file.household.head) == mask_name(file.household.head.full_name)
    assert logbook.seen("casework.bank_account.card") == "card"
