"""Why not, read aloud: each refusal of notices, meetings, offices and jobs, in the words that the button shows."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from center.actions import reference
from center.kernel.errors import Incomplete, NotAllowed
from center.kernel.roles import Role
from center.models import AgendaItem, CalendarDay, Job, JobStatus, Meeting, Notice, Objection
from center.models.notice import NoticeEntry
from center.permissions import voters
from center.permissions.jobs import why_not_again, why_not_fetch, why_not_stop
from center.permissions.meetings import (
    why_not_by_consent,
    why_not_change_agenda,
    why_not_close,
    why_not_decide,
    why_not_open,
    why_not_prepare,
    why_not_record_attendance,
    why_not_see_meeting,
    why_not_sign,
)
from center.permissions.notices import (
    why_not_answer_objection,
    why_not_compose,
    why_not_end_notice,
    why_not_object,
    why_not_publish,
    why_not_withdraw,
)
from center.permissions.offices import why_not_close_office, why_not_merge
from center.permissions.reference import why_not_decide_standards, why_not_manage_reference
from tests.center.make import make_office, make_staff
from tests.refused import ours

pytestmark = pytest.mark.django_db
N, M, A = Notice.Status, Meeting.Status, AgendaItem.Status


@pytest.fixture
def office():
    return make_office()


@pytest.fixture
def people(office):
    """One of each hand, and somebody without a role here."""
    roles = {
        "officer": Role.OFFICER,
        "leader": Role.LEADER,
        "secretary": Role.SECRETARY,
        "member": Role.MEMBER,
        "cashier": Role.CASHIER,
    }
    return {name: make_staff(role, office=office) for name, role in roles.items()}


def notice(office, status, **fields):
    return Notice(office=office, status=status, title="List", **fields)


def objection(office, status):
    return Objection(status=status, entry=NoticeEntry(notice=notice(office, N.PUBLISHED)))


def test_notices_say_who_may_what(office, people):
    cashier, officer, leader = people["cashier"], people["officer"], people["leader"]
    draft, up = notice(office, N.DRAFT), notice(office, N.PUBLISHED)
    down = notice(office, N.WITHDRAWN)

    assert why_not_compose(cashier, office) == "Composing notices is the case officer's and the secretary's work."
    assert ours(why_not_publish(officer, draft)) == ("Publishing is the leader's or the leader's deputy's decision.")
    assert why_not_publish(leader, down) == f"This notice is {down.get_status_display()}."
    assert why_not_withdraw(leader, down) == f"This notice is {down.get_status_display()}."
    assert ours(why_not_withdraw(officer, up)) == (
        "Taking a notice down is the leader's decision; a draft is its composer's."
    )
    assert why_not_withdraw(officer, draft) == why_not_withdraw(leader, up) == ""
    assert why_not_object(officer, draft) == "Objections are taken while the notice is on display."
    assert ours(why_not_object(cashier, up)) == "Your roles do not record objections at this office."
    assert why_not_end_notice(officer, draft) == f"This notice is {draft.get_status_display()}."
    assert ours(why_not_end_notice(cashier, up)) == "Your roles do not record the result of a notice of this office."


def test_a_notice_without_lines_is_not_published(office, people):
    empty = notice(office, N.DRAFT, composed_by=people["officer"])
    empty.save()

    assert why_not_publish(people["leader"], empty) == "The notice has no lines yet."


def test_an_objection_is_answered_once_and_by_those_who_handle_them(office, people):
    open_one, answered = objection(office, Objection.Status.OPEN), objection(office, Objection.Status.UPHELD)

    assert why_not_answer_objection(people["officer"], answered) == "This objection has been answered."
    assert why_not_answer_objection(people["cashier"], open_one) == (
        "Objections are answered by case officers and the leader."
    )


def test_offices_and_standards_say_whose_work_they_are(office, people):
    assert why_not_manage_reference(people["officer"]) == (
        "Offices, calendar and code lists are the administrator's work."
    )
    assert why_not_decide_standards(people["officer"], office) == (
        "Standards are entered by the leader and the administrator of the office."
    )
    assert why_not_decide_standards(people["leader"], office) == ""


def test_an_office_closes_once_and_empty(office, people):
    station = make_office("station", parent=office)
    today = timezone.localdate()

    assert why_not_close_office(office, on=today) == "1 office stands below it; move it first, or merge."
    assert why_not_close_office(station, on=today) == ""
    station.assignments.create(staff=people["officer"], role=Role.OFFICER, starts_on=date(2020, 1, 1))
    assert why_not_close_office(station, on=today) == ("1 role is still held here; end it first, or merge.")
    station.closed_on = date(2026, 1, 2)
    assert why_not_close_office(station, on=today) == "It closed on 2026-01-02."
    assert why_not_merge(office, office) == f"{office} cannot be merged into {office}."


def meeting(office, status=M.PREPARING, **fields):
    return Meeting(office=office, status=status, **{"held_on": timezone.localdate(), "quorum": 2, **fields})


def test_meetings_say_who_may_what(office, people):
    secretary, member, cashier = people["secretary"], people["member"], people["cashier"]
    signed = meeting(office, M.SIGNED)
    said = signed.get_status_display()
    item = AgendaItem(meeting=signed, number=3, status=A.WAITING)
    done = AgendaItem(meeting=meeting(office, M.SITTING), number=4, status=A.GRANTED)

    assert why_not_prepare(member, office) == "Meetings are prepared by the secretary."
    assert why_not_change_agenda(secretary, signed) == f"This meeting is {said}; its agenda stays as it is."
    assert why_not_open(secretary, signed) == f"This meeting is {said}."
    assert why_not_record_attendance(secretary, signed) == f"This meeting is {said}."
    assert why_not_close(secretary, signed) == f"This meeting is {said}."
    assert why_not_sign(secretary, signed) == f"This meeting is {said}."
    assert why_not_decide(secretary, item) == f"The meeting is {said}; decisions are made while it is in session."
    assert why_not_decide(secretary, done) == f"Item 4 is {done.get_status_display()} already."
    assert voters.why_not_recuse(member, item, member) == "Item 3 is decided."
    assert voters.why_not_discuss_singly(member, done) == "Item 4 is decided."
    assert ours(why_not_see_meeting(cashier, signed)) == "Your roles do not see the meetings of this office."
    assert why_not_see_meeting(member, signed) == ""


def test_a_meeting_with_an_agenda_waits_for_its_day_and_members_speak_for_themselves(office, people):
    secretary, member = people["secretary"], people["member"]
    later = meeting(office, held_on=timezone.localdate() + timedelta(days=1), prepared_by=secretary)
    later.save()
    assert why_not_open(secretary, later) == "The agenda is empty."
    item = later.items.create(position=1, number="Q1", subject="fake.case:1", programme="medical", facts={}, quorum=2)
    other = make_staff(Role.MEMBER, office=office)

    assert why_not_open(secretary, later) == f"The meeting is set for {later.held_on.isoformat()}."
    assert voters.why_not_recuse(member, item, other) == f"{other} has no seat in this meeting."
    later.seats.create(staff=other)
    assert ours(voters.why_not_recuse(member, item, other)) == (
        "Members declare for themselves; the secretary records it."
    )
    assert voters.why_not_recuse(secretary, item, other) == ""
    assert ours(voters.why_not_discuss_singly(member, item)) == (
        "Only members and the secretary take an item out of the consent list."
    )
    assert voters.why_not_discuss_singly(other, item) == ""


def opened(office, people, status, **fields):
    """A meeting that was in session, as the database wants it."""
    made = meeting(office, status, number=f"H-{status}", prepared_by=people["secretary"], **fields)
    made.opened_by, made.opened_at = people["secretary"], timezone.now()
    made.save()
    return made


QUIET = {"cause": "", "flags": []}  # the facts of an item that nothing flags


def test_the_consent_agenda_takes_what_nobody_questions(office, people):
    lines = {"meeting": opened(office, people, M.SITTING), "programme": "medical", "facts": QUIET, "quorum": 2}
    plain, recused = (
        AgendaItem.objects.create(position=n, subject=f"fake.case:{n}", number=f"Q{n}", **lines) for n in (1, 2)
    )
    recused.recusals.create(staff=people["member"], reason_code="relative", declared_by=people["member"])

    assert why_not_by_consent(plain) == ""
    assert why_not_by_consent(recused) == "A member is recused."


def test_the_chair_signs_what_somebody_else_wrote(office, people):
    chair = make_staff(Role.CHAIR, office=office)
    minutes = opened(office, people, M.CLOSED, closed_by=chair, closed_at=timezone.now())
    minutes.seats.create(staff=chair, is_chair=True)

    assert why_not_sign(people["secretary"], minutes) == "The minutes are signed by the chair of this meeting."
    assert why_not_sign(chair, minutes) == "You wrote these minutes; somebody else signs them."
    minutes.closed_by = people["secretary"]
    assert why_not_sign(chair, minutes) == ""


def test_a_job_belongs_to_who_asked_for_it(office, people):
    officer, leader = people["officer"], people["leader"]
    live, ended = (Job(owner=officer, office=office, status=status) for status in (JobStatus.RUNNING, JobStatus.DONE))
    failed = Job(owner=officer, office=office, status=JobStatus.FAILED)

    assert why_not_stop(officer, ended) == "This job has ended."
    assert ours(why_not_stop(leader, live)) == (
        f"Who asked for a job, or the administrator, stops it: {officer} asked for it."
    )
    assert why_not_stop(officer, live) == ""
    assert why_not_again(officer, live) == "Only what failed or was cancelled is tried again."
    assert why_not_again(leader, failed) == "Who asked for a job tries it again."
    assert why_not_fetch(leader, ended) == "What a job made belongs to who asked for it."
    assert (why_not_again(officer, failed), why_not_fetch(officer, ended)) == ("", "")


def test_the_calendar_of_a_year_is_entered_whole_and_of_that_year():
    admin = make_staff(Role.ADMIN)
    day = CalendarDay(day=date(2027, 1, 1), works=False, name="New Year")

    with pytest.raises(Incomplete, match="Every day belongs to 2028"):
        reference.enter_year(2028, days=[day], source="notice", by=admin)
    with pytest.raises(Incomplete, match="names no day"):
        reference.enter_year(2027, days=[], source="notice", by=admin)
    with pytest.raises(NotAllowed, match="administrator's work"):
        reference.enter_year(2027, days=[day], source="notice", by=make_staff(Role.OFFICER))
