"""The visit desk and matters, read aloud."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from casework import actions
from casework import permissions as may
from casework.actions.visits import Group, LateRecord, Newcomer, Outcome, Words
from casework.desk.answers import Desk
from casework.enums import VisitResult as R
from casework.models import Callback, HardshipFile, Matter, QuickText, Visit
from casework.queries.closing_checklist import closing_checklist, sentence_of_missing
from center.kernel.errors import Conflict, Incomplete, NotAllowed
from center.kernel.roles import Role
from center.models import IssuedDocument, VoidNumber
from center.models.base import subject_of
from center.reference import working_days
from demo.clock import on
from tests.casework.make import make_file, make_person, make_purpose, make_staff, make_visit
from tests.refused import ours

pytestmark = pytest.mark.django_db
PETITION = {"result": R.TRANSFERRED}


def log(office, by, **changes):
    given = {"purpose": make_purpose("advice"), "newcomer": Newcomer(full_name="赵丽华"), **changes}
    return actions.log_visit(office, by=by, **given)


@pytest.fixture
def matter(office, clerk, officer):
    visit = log(office, clerk, purpose=make_purpose("petition"), outcome=Outcome(result=R.TRANSFERRED, handler=officer))
    return visit.matter


def fresh(matter):
    return Matter.objects.select_related("visit").get(pk=matter.pk)


def close(matter, by, **changes):
    given = {"result": "settled", "reply": "paid", "told_how": "by_phone", "report": "done", "archive_number": "A-1"}
    return actions.close_matter(matter, by=by, **(given | changes))


# -- visits --------------------------------------------------------------------------------------------------------------


def test_the_first_receiver_is_stored_and_the_number_drawn(office, clerk):
    visit = log(office, clerk)

    assert (visit.first_handler, visit.result, Matter.objects.count()) == (clerk, "answered", 0)
    assert visit.number.startswith("F")
    with pytest.raises(IntegrityError, match="first_handler"), transaction.atomic():
        Visit.objects.update(first_handler=None)


def test_only_those_who_receive_people_here_log_visits(office, leader, stranger):
    for staff in (leader, stranger):
        with pytest.raises(NotAllowed, match="do not log visits"):
            log(office, staff)


def test_the_same_token_is_one_visit(office, clerk):
    first = log(office, clerk, token="abc")
    second = log(office, clerk, token="abc")

    assert (first, Visit.objects.count()) == (second, 1)


def test_a_visit_without_a_person_is_anonymous_in_the_database_too(office, clerk):
    with pytest.raises(IntegrityError, match="visit_has_a_person_or_gives_no_name"), transaction.atomic():
        make_visit(office=office, by=clerk, person=None, anonymous=False)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"outcome": Outcome(result=R.TRANSFERRED)}, "choose who"),
        ({"group": Group(people=1)}, "at least two"),
        ({"words": Words(channel="pigeon")}, "how the person reached us"),
        ({"late": LateRecord(received_at=datetime(2999, 1, 1, tzinfo=UTC), reason="x")}, "future"),
        ({"late": LateRecord(received_at=datetime(2026, 1, 1, tzinfo=UTC), reason=" ")}, "entered later"),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_sentence(office, clerk, changes, sentence):
    with pytest.raises(Incomplete, match=sentence):
        log(office, clerk, **changes)
    assert Visit.objects.count() == 0


def test_a_group_sends_at_most_five_representatives(office, clerk):
    people = [make_person(office=office, id_number=None) for _n in range(6)]

    with pytest.raises(Incomplete, match="at most five"):
        log(office, clerk, newcomer=None, group=Group(people=23, representatives=people))
    visit = log(office, clerk, newcomer=None, group=Group(people=23, representatives=people[:5]))
    assert (visit.is_group, visit.representatives.count()) == (True, 5)


def test_a_visit_entered_later_keeps_its_true_time_and_says_why(office, clerk, officer):
    moment = timezone.now() - timedelta(days=3)
    visit = log(office, clerk, late=LateRecord(received_at=moment, reason="power cut", first_handler=officer))

    assert (visit.received_at, visit.first_handler, visit.entered_by) == (moment, officer, clerk)
    with pytest.raises(IntegrityError, match="visit_entered_later_says_why"), transaction.atomic():
        Visit.objects.update(late_reason="")


def test_a_promised_call_is_due_on_the_next_working_day_unless_said(office, clerk):
    visit = log(office, clerk, outcome=Outcome(result=R.CALL_BACK))
    later = timezone.localdate() + timedelta(days=20)
    log(office, clerk, outcome=Outcome(result=R.CALL_BACK, call_on=later))

    due = list(Callback.objects.values_list("due_on", flat=True))
    assert due == [working_days.add(visit.received_on, 1), later]


def test_a_visit_is_taken_back_within_seconds_and_its_number_is_void(office, clerk, officer):
    visit = log(office, clerk, outcome=Outcome(result=R.TRANSFERRED, handler=officer))
    numbers = {visit.number, visit.matter.number}

    assert may.why_not_undo_visit(officer, visit) == "Only the person who entered a visit takes it back."
    actions.undo_visit(visit, by=clerk)

    assert set(VoidNumber.objects.values_list("number", flat=True)) == numbers
    assert (Visit.objects.standing().count(), Matter.objects.count()) == (0, 0)
    visit.refresh_from_db()
    assert may.why_not_undo_visit(clerk, visit) == "This visit was taken back already."
    assert may.why_not_write_note(clerk, visit) == "This visit was taken back."


def test_a_visit_is_not_taken_back_later_or_when_something_came_of_it(office, clerk, officer):
    late = make_visit(office=office, by=clerk, entered_at=timezone.now() - timedelta(minutes=1))
    opened = make_visit(office=office, by=clerk, opened="relief.application:1")
    accepted = log(office, clerk, outcome=Outcome(result=R.TRANSFERRED, handler=officer))
    actions.accept_matter(accepted.matter, by=officer)
    accepted = Visit.objects.select_related("matter").get(pk=accepted.pk)

    assert may.why_not_undo_visit(clerk, late).startswith("A visit is taken back within 30 seconds")
    assert may.why_not_undo_visit(clerk, opened).startswith("This visit has opened a record")
    assert may.why_not_undo_visit(clerk, accepted).startswith("The matter of this visit is in hand")


def test_notes_are_added_and_never_empty(office, clerk, stranger):
    visit = make_visit(office=office, by=clerk)
    actions.write_note(visit, text=" came again ", by=clerk)

    assert [note.text for note in visit.notes.all()] == ["came again"]
    with pytest.raises(Incomplete, match="Write the note"):
        actions.write_note(visit, text=" ", by=clerk)
    assert ours(may.why_not_write_note(stranger, visit)) == "Your roles do not log visits at this office."


def test_accepted_opens_another_desks_record_and_no_matter(office, clerk):
    file = make_file(office=office, by=clerk)
    visit = log(office, clerk, outcome=Outcome(result=R.ACCEPTED))
    subject = f"casework.hardshipfile:{file.pk}"

    actions.link_opened(visit, subject=subject, by=clerk)
    actions.link_opened(visit, subject=subject, by=clerk)

    visit.refresh_from_db()
    assert (visit.opened, Matter.objects.count()) == (subject, 0)
    assert [kept.there for kept in closing_checklist(visit)] == [True, True, True, True]
    with pytest.raises(Conflict, match="another record"):
        actions.link_opened(visit, subject="relief.application:9", by=clerk)


# -- the four haves ------------------------------------------------------------------------------------------------------


def test_one_gate_reads_the_four_for_visits_and_matters(office, clerk, matter):
    promised = log(office, clerk, outcome=Outcome(result=R.CALL_BACK))
    answered = log(office, clerk, words=Words(note="told the address"))

    assert [kept.there for kept in closing_checklist(promised)] == [True, False, False, True]
    assert sentence_of_missing(answered) == ""
    assert [kept.there for kept in closing_checklist(matter.visit)] == [
        kept.there for kept in closing_checklist(matter)
    ]
    assert sentence_of_missing(matter).endswith("Delivery for handling, Closing report, Assistance archive.")


def test_a_matter_closes_with_all_four_and_a_call_follows(matter, officer):
    actions.accept_matter(matter, by=officer)

    with pytest.raises(Incomplete, match="Delivery for handling"):
        close(matter, officer)
    actions.deliver_matter(matter, body="labour inspectorate", by=officer)
    with pytest.raises(Incomplete, match="Closing report"):
        close(matter, officer, report=" ")
    with pytest.raises(Incomplete, match="its result, the reply"):
        close(matter, officer, reply=" ")
    close(matter, officer)

    closed = fresh(matter)
    assert (closed.status, closed.closed_by, closed.told_by) == ("closed", officer, officer)
    assert Callback.objects.get().due_on == working_days.add(timezone.localdate(), 1)
    with pytest.raises(IntegrityError, match="matter_closed_has_all_four"), transaction.atomic():
        Matter.objects.update(archive_number="")


# -- clocks --------------------------------------------------------------------------------------------------------------


def test_a_petition_has_fifteen_days_to_tell_and_sixty_to_close_from_the_true_time(office, clerk, officer):
    moment = timezone.now() - timedelta(days=4)
    visit = log(
        office,
        clerk,
        purpose=make_purpose("petition"),
        outcome=Outcome(result=R.TRANSFERRED, handler=officer),
        late=LateRecord(received_at=moment, reason="holiday"),
    )
    start = timezone.localdate(moment)

    assert visit.matter.tell_by == working_days.roll(start + timedelta(days=15))
    assert visit.matter.due_on == working_days.roll(start + timedelta(days=60))
    assert (visit.matter.kind, visit.matter.petition_class) == ("petition", "appeal")


def test_a_transfer_has_five_working_days(office, clerk, officer):
    visit = log(office, clerk, outcome=Outcome(result=R.TRANSFERRED, handler=officer))

    assert visit.matter.kind == "transfer"
    assert visit.matter.due_on == working_days.add(timezone.localdate(), 5)
    assert visit.matter.tell_by is None


def test_a_matter_goes_to_somebody_who_handles_matters_here(office, clerk, stranger):
    with pytest.raises(Incomplete, match="does not handle matters"):
        log(office, clerk, outcome=Outcome(result=R.TRANSFERRED, handler=stranger))
    assert Visit.objects.count() == 0


# -- handling ------------------------------------------------------------------------------------------------------------


def test_a_matter_is_returned_once_and_the_second_time_the_leader_assigns(matter, clerk, officer, officer2, leader):
    with pytest.raises(Incomplete, match="Choose a reason"):
        actions.return_matter(matter, reason="", text="x", by=officer)
    actions.return_matter(matter, reason="not_ours", text="belongs to law", by=officer)
    assert (fresh(matter).status, fresh(matter).assignee) == ("returned", clerk)
    assert may.why_not_assign_matter(officer2, fresh(matter)) == "The first receiver or the leader assigns a matter."

    actions.assign_matter(matter, to=officer2, by=clerk)
    actions.accept_matter(matter, by=officer2)
    actions.return_matter(matter, reason="wrong_person", text="not mine either", by=officer2)
    assert fresh(matter).assignee is None
    assert may.why_not_assign_matter(clerk, fresh(matter)) == "It was returned twice: the leader assigns it now."

    actions.assign_matter(matter, to=officer, by=leader)
    assert may.why_not_return_matter(officer, fresh(matter)).startswith("The leader has assigned")
    assert fresh(matter).due_on == matter.due_on


def test_a_matter_that_nobody_has_accepted_is_given_to_somebody_else_and_stays_registered(matter, clerk, officer2):
    actions.assign_matter(matter, to=officer2, by=clerk)

    assert (fresh(matter).status, fresh(matter).assignee, fresh(matter).assigned_by) == ("registered", officer2, clerk)


def test_only_its_handler_works_on_a_matter(matter, clerk, officer, stranger):
    assert ours(may.why_not_accept_matter(clerk, matter)) == "Only the person it was given to accepts a matter."
    assert ours(may.why_not_return_matter(clerk, matter)) == "Only the person it was given to returns a matter."
    assert may.why_not_handle_matter(officer, matter).startswith("“")
    actions.accept_matter(matter, by=officer)
    matter = fresh(matter)
    assert may.why_not_accept_matter(officer, matter).startswith("“")
    assert may.why_not_assign_matter(clerk, matter).startswith("“")
    assert ours(may.why_not_close_matter(clerk, matter)) == "Only its handler works on a matter."
    with pytest.raises(Incomplete, match="how the person was told"):
        actions.tell_about_matter(matter, how="", by=officer)
    actions.tell_about_matter(matter, how="by_phone", by=officer)
    with pytest.raises(Incomplete, match="does not handle"):
        actions.assign_matter(reopened(matter), to=stranger, by=clerk)


def reopened(matter):
    Matter.objects.filter(pk=matter.pk).update(status="registered")
    return fresh(matter)


def test_the_leader_extends_once_by_at_most_thirty_days(matter, officer, leader):
    assert ours(may.why_not_extend_matter(officer, matter)) == "Only a leader extends the time of a matter."
    with pytest.raises(Incomplete, match="one to thirty"):
        actions.extend_matter(matter, days=31, reason="complex", text="x", by=leader)
    actions.extend_matter(matter, days=30, reason="complex", text="three bodies", by=leader)

    assert fresh(matter).due_on == working_days.roll(timezone.localdate() + timedelta(days=60 + 30))
    assert may.why_not_extend_matter(leader, fresh(matter)) == "A matter is extended once."


def noon(year, month, day):
    return timezone.make_aware(datetime(year, month, day, 12))  # noqa: DTZ001 - made aware here


def petition(office, clerk, officer):
    return log(
        office, clerk, purpose=make_purpose("petition"), outcome=Outcome(result=R.TRANSFERRED, handler=officer)
    ).matter


def test_an_extension_counts_from_the_end_that_the_law_names_and_not_from_the_day_a_holiday_moved_it_to(
    office, clerk, officer, leader
):
    with on(noon(2026, 8, 3)):
        matter = petition(office, clerk, officer)
        assert matter.due_on == date(2026, 10, 8)  # 2 October is in the National Day holiday
        actions.extend_matter(matter, days=30, reason="complex", text="three bodies", by=leader)

    assert fresh(matter).due_on == date(
        2026, 11, 2
    )  # 1 November is a Sunday; counted from 8 October it would be the 9th


def test_what_was_reopened_is_extended_from_the_end_that_it_was_given_then(office, clerk, officer, leader):
    with on(noon(2026, 8, 3)):
        matter = petition(office, clerk, officer)
    Matter.objects.filter(pk=matter.pk).update(due_on=date(2026, 12, 1))

    actions.extend_matter(fresh(matter), days=30, reason="complex", text="three bodies", by=leader)

    assert fresh(matter).due_on == date(2026, 12, 31)


def test_a_petition_is_returned_within_five_working_days_of_its_receipt_and_not_later(office, clerk, officer):
    with on(noon(2026, 8, 3)):
        matter = petition(office, clerk, officer)
    with on(noon(2026, 8, 10)):
        assert may.why_not_return_matter(officer, matter) == ""
    with on(noon(2026, 8, 11)):
        sentence = "A petition is returned within five working days of its receipt; that was until 2026-08-10."
        assert may.why_not_return_matter(officer, matter) == sentence
        with pytest.raises(NotAllowed, match="until 2026-08-10"):
            actions.return_matter(matter, reason="not_ours", text="belongs to law", by=officer)


def test_a_petition_that_was_entered_late_is_returned_from_the_day_of_its_receipt(office, clerk, officer):
    with on(noon(2026, 8, 11)):
        late = LateRecord(received_at=noon(2026, 8, 3), reason="the line was down")
        outcome = Outcome(result=R.TRANSFERRED, handler=officer)
        matter = log(office, clerk, purpose=make_purpose("petition"), outcome=outcome, late=late).matter

        assert may.why_not_return_matter(officer, matter) == (
            "A petition is returned within five working days of its receipt; that was until 2026-08-10."
        )


def test_a_transfer_within_the_house_is_returned_whenever_it_turns_out_to_be_anothers(office, clerk, officer):
    with on(noon(2026, 8, 3)):
        matter = log(office, clerk, outcome=Outcome(result=R.TRANSFERRED, handler=officer)).matter

    assert may.why_not_return_matter(officer, matter) == ""


def test_a_leader_supervises_anothers_matter(matter, officer, leader, office):
    assert ours(may.why_not_supervise_matter(officer, matter)) == "Only a leader supervises a matter."
    with pytest.raises(Incomplete, match="a day to come"):
        actions.supervise_matter(
            matter, until=timezone.localdate() - timedelta(days=1), reason="overdue", text="x", by=leader
        )
    actions.supervise_matter(matter, until=timezone.localdate(), reason="important", text="report daily", by=leader)
    assert fresh(matter).supervised_by == leader
    both = make_staff(Role.LEADER, office=office)
    Matter.objects.update(assignee=both)
    assert may.why_not_supervise_matter(both, fresh(matter)) == "Nobody supervises their own matter."


def test_a_closed_matter_is_reopened_when_the_person_is_not_satisfied(matter, clerk, officer, leader, stranger):
    actions.accept_matter(matter, by=officer)
    actions.deliver_matter(matter, by=officer)
    close(matter, officer)
    assert ours(may.why_not_reopen_matter(stranger, fresh(matter))) == (
        "Your roles do not reopen matters at this office."
    )
    for why_not in (may.why_not_extend_matter, may.why_not_supervise_matter, may.why_not_return_matter):
        assert why_not(leader, fresh(matter)).startswith("“")
    call = Callback.objects.get()
    with pytest.raises(Incomplete, match="not satisfied with"):
        actions.make_call(call, answer="not_satisfied", note=" ", by=clerk)

    actions.make_call(call, answer="not_satisfied", note="nothing was paid", by=clerk)

    again = fresh(matter)
    assert (again.status, again.reopened_text, again.closed_at) == ("accepted", "nothing was paid", None)
    assert may.why_not_reopen_matter(leader, again).startswith("“")
    close(matter, officer)
    actions.reopen_matter(matter, reason="other", text="new facts", by=leader)


def test_nobody_answers_three_times_ends_the_call(office, clerk, stranger):
    log(office, clerk, outcome=Outcome(result=R.CALL_BACK))
    call = Callback.objects.get()
    assert ours(may.why_not_call(stranger, call)) == "Your roles do not log visits at this office."
    with pytest.raises(Incomplete, match="what the person answered"):
        actions.make_call(call, answer="", by=clerk)

    for attempt in (1, 2, 3):
        call = actions.make_call(call, answer="no_answer", by=clerk)
        assert (call.attempts, call.done_at is not None) == (attempt, attempt == 3)
    assert may.why_not_call(clerk, call) == "This call was made already."


def test_open_work_is_handed_over_by_the_leader(matter, office, clerk, officer, officer2, leader):
    make_file(office=office, by=officer, owner=officer)

    with pytest.raises(NotAllowed, match="Only a leader hands over"):
        actions.hand_over(officer, taker=officer2, by=clerk)
    assert actions.hand_over(officer, taker=officer2, by=leader) == 2
    assert (fresh(matter).assignee, HardshipFile.objects.get().owner) == (officer2, officer2)


def test_a_visit_shows_the_application_that_it_opened(client):
    from relief.actions.applications import open_application
    from tests.relief.make import make_house, make_version, make_worker

    house = make_house()
    clerk, person = house.frontdesk, make_worker(house).household.head
    visit = log(house.office, clerk, newcomer=None, person=person, outcome=Outcome(result=R.ACCEPTED))
    programme = make_version(house).programme
    application = open_application(programme, person=person, office=house.office, visit=visit, by=clerk)

    visit.refresh_from_db()
    client.force_login(clerk)

    assert visit.opened == f"relief.application:{application.pk}"
    assert client.get(f"/visits/{visit.code}/").context["opened_state"] != ""


def test_a_visitor_takes_a_receipt_along(at, office, clerk, stranger, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    visit = make_visit(office=office, by=clerk, person=make_person(office=office), number="F1", papers="id copy")
    url = reverse("casework:visit_slip", args=[visit.code])

    first, refused = at(clerk).post(url), at(stranger).post(url)

    assert (first.status_code, first.content[:4], refused.status_code) == (200, b"%PDF", 404)
    assert IssuedDocument.objects.get().subject == subject_of(visit)


def test_a_leader_takes_notice_of_a_large_group_once(at, office, clerk, leader):
    small = make_visit(office=office, by=clerk, people=5)
    large = make_visit(office=office, by=clerk, people=6)

    def told():
        return [task.url for task in Desk().tasks(leader) if task.code == "casework.group"]

    assert told() == [reverse("casework:visit", args=[large.code])]
    assert ours(may.why_not_see_group(clerk, large)) == "Only a leader takes notice of a group."
    assert may.why_not_see_group(leader, small) == "Only of a group of more than five people is notice taken."
    url = reverse("casework:visit_seen", args=[large.code])
    assert at(leader).post(url).status_code == 302
    assert at(leader).post(url).status_code == 302

    large.refresh_from_db()
    assert (large.seen_by, told()) == (leader, [])
    assert may.why_not_see_group(leader, large) == "Notice of this group was taken already."
    assert at(clerk).post(url).status_code == 403


def test_a_quick_text_without_words_comes_back_with_its_initials(at, clerk):
    answer = at(clerk).post(reverse("casework:quick_texts"), {"text": " ", "initials": "tap"})

    assert (answer.status_code, QuickText.objects.count()) == (422, 0)
    assert answer.context["form"]["initials"].value() == "tap"


def test_quick_texts_are_ones_own_or_everybodys(at, office, clerk, officer):
    url = reverse("casework:quick_texts")
    given = {"text": "told all papers", "initials": "tap"}

    assert at(clerk).post(url, given | {"shared": "on"}).status_code == 302
    assert at(clerk).post(url, given).status_code == 422
    assert at(clerk).post(url, given | {"initials": "T!"}).status_code == 422
    assert at(officer).post(url, given | {"shared": "on"}).status_code == 302
    own, shared = QuickText.objects.get(owner=clerk), QuickText.objects.get(owner=None)
    with pytest.raises(NotAllowed):
        actions.add_quick_text(office, text="x", initials="x", shared=True, by=clerk)

    assert list(QuickText.objects.of(clerk)) == [own, shared]
    assert list(QuickText.objects.of(officer)) == [shared]
    assert may.why_not_drop_quick_text(officer, own) == "This quick text is somebody else's."
    at(clerk).post(url, {"drop": shared.pk})
    assert QuickText.objects.count() == 2
    at(officer).post(url, {"drop": shared.pk})
    at(clerk).post(url, {"drop": own.pk})
    assert QuickText.objects.count() == 0


# -- what the ticket states, and what was filled in by itself --------------------------------------------------------------


def ticket(office, clerk, officer, *, purpose="petition", **outcome):
    outcome = Outcome(result=R.TRANSFERRED, handler=officer, **outcome)
    return log(office, clerk, purpose=make_purpose(purpose), outcome=outcome).matter


@pytest.mark.parametrize("purpose", ["petition", "advice"])
def test_a_matter_is_due_when_its_ticket_says(office, clerk, officer, purpose):
    day = timezone.localdate() + timedelta(days=3)

    matter = ticket(office, clerk, officer, purpose=purpose, due_on=day)

    assert (matter.due_on, matter.tell_by) == (day, day if purpose == "petition" else None)


def test_no_ticket_gives_a_petition_longer_than_the_law_does(office, clerk, officer):
    with pytest.raises(Incomplete, match="The law leaves time until"):
        ticket(office, clerk, officer, due_on=timezone.localdate() + timedelta(days=90))
    with pytest.raises(Incomplete, match="before the day of the visit"):
        ticket(office, clerk, officer, due_on=timezone.localdate() - timedelta(days=1))


def test_its_handler_puts_right_what_was_filled_in_by_itself(office, clerk, officer, officer2):
    matter = ticket(office, clerk, officer)
    told = {"petition_class": "suggestion", "mode": "joint", "request": "the canteen"}
    sooner = actions.Correction(due_on=timezone.localdate() + timedelta(days=5), **told)

    with pytest.raises(Incomplete, match="Say where the other deadline stands"):
        actions.correct_matter(matter, correction=sooner, text="", by=officer)
    with pytest.raises(NotAllowed, match="Only its handler"):
        actions.correct_matter(matter, correction=sooner, text="ticket", by=officer2)
    actions.correct_matter(matter, correction=sooner, text="ticket 12345-1", by=officer)
    back = actions.Correction(due_on=matter.due_on, **told)
    actions.correct_matter(matter, correction=back, text="a mistake", by=officer)

    found = fresh(matter)
    assert (found.petition_class, found.mode, found.request) == ("suggestion", "joint", "the canteen")
    assert found.due_on == matter.due_on
