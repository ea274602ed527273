"""Who counts and votes is who is a member on the day of the act; consent never overrides what was decided for one item."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from center.actions import meetings, notices, people
from center.kernel.errors import Conflict, Incomplete, NotAllowed
from center.kernel.roles import Role
from center.models import AgendaItem, Assignment, Event, Motion, Staff, Vote, members_on
from center.site.answers import Desk
from tests.center.make import make_office, make_staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def office():
    return make_office()


@pytest.fixture
def secretary(office):
    return make_staff(Role.SECRETARY, office=office, username="secretary")


@pytest.fixture
def committee(office):
    """Six members and a chair; the chair comes first."""
    return [make_staff(Role.CHAIR, office=office, username="chair")] + [
        make_staff(Role.MEMBER, office=office, username=f"member{n}") for n in range(1, 7)
    ]


def prepared(office, secretary, quorum=4):
    return meetings.prepare(office, title="评审会", held_on=timezone.localdate(), quorum=quorum, by=secretary)


def sitting(office, secretary, present, quorum=4):
    meeting = prepared(office, secretary, quorum)
    meetings.mark_present(meeting, members=[member.pk for member in present], by=secretary)
    return meetings.open_meeting(meeting, by=secretary)


def over(member):
    """The term ended yesterday."""
    Assignment.objects.filter(staff=member).update(ends_on=timezone.localdate() - timedelta(days=1))


def votes(members, choice="for"):
    return {member.pk: choice for member in members}


# -- the day of the act -------------------------------------------------------------------------------------------------


def test_a_term_that_ended_after_the_meeting_was_prepared_neither_counts_nor_votes(fake, office, secretary, committee):
    fake.add(1)
    meeting = prepared(office, secretary)
    over(committee[6])

    meetings.mark_present(meeting, members=[member.pk for member in committee], by=secretary)
    meeting = meetings.open_meeting(meeting, by=secretary)
    item = meeting.items.get()
    with pytest.raises(Incomplete, match="one vote"):
        meetings.decide(item, result="granted", votes=votes(committee), by=secretary)
    motion = meetings.decide(item, result="granted", votes=votes(committee[:6]), by=secretary)

    assert (meeting.seats.count(), motion.voters) == (6, 6)


def test_a_term_that_ends_in_the_sitting_is_out_and_no_vote_of_it_reaches_the_database(
    fake, office, secretary, committee
):
    fake.add(1)
    fake.add(2)
    meeting = sitting(office, secretary, committee)
    first, second = meeting.items.order_by("position")
    before = meetings.decide(first, result="granted", votes=votes(committee), by=secretary)
    over(committee[6])
    with pytest.raises(IntegrityError, match="who is no member has no vote"), transaction.atomic():
        Vote.objects.create(
            motion=Motion.objects.create(
                item=second,
                result="granted",
                voters=1,
                votes_for=1,
                votes_against=0,
                abstentions=0,
                carried=True,
                recorded_by=secretary,
            ),
            staff=committee[6],
            choice="for",
        )

    after = meetings.consent(meeting, items=[second.pk], by=secretary)[0].motions.get()

    assert (before.voters, after.voters) == (7, 6)
    assert meeting.seats.get(staff=committee[6]).left_at is not None
    assert Event.objects.get(verb="center.meeting.members_changed").facts["left"] == "['member6']"


def test_who_became_a_member_since_sits_and_raises_the_quorum_of_each_item(fake, office, secretary, committee):
    fake.add(1)
    meeting = prepared(office, secretary)
    new = make_staff(Role.MEMBER, office=office, username="member7")

    meetings.mark_present(meeting, members=[member.pk for member in [*committee[:5], new]], by=secretary)

    assert (meeting.seats.count(), meeting.items.get().quorum) == (8, 6)  # two thirds of eight, not of seven


def test_a_deputy_sits_in_the_place_of_the_member(office, committee):
    today = timezone.localdate()
    deputy = make_staff(office=office, username="deputy")
    Assignment.objects.create(
        staff=deputy, role=Role.MEMBER, office=office, deputy_for=committee[1], starts_on=today, ends_on=today
    )

    assert committee[1].pk in members_on(office, today - timedelta(days=1))
    assert set(members_on(office, today)) == {member.pk for member in [committee[0], *committee[2:], deputy]}


def test_the_header_names_the_quorum_that_every_item_needs(fake, office, secretary, committee):
    make_staff(Role.MEMBER, office=office, username="member7")
    fake.add(1)
    meeting = prepared(office, secretary, quorum=4)
    items = list(meeting.items.all())

    assert (meeting.quorum, items[0].quorum, meeting.quorum_for(items)) == (4, 6, 6)
    meetings.mark_present(meeting, members=[member.pk for member in committee[:5]], by=secretary)
    with pytest.raises(NotAllowed, match="5 members are present; the quorum is 6"):
        meetings.open_meeting(meeting, by=secretary)


def test_a_quorum_below_half_is_none(fake, office, secretary, committee):
    with pytest.raises(Incomplete) as refused:
        prepared(office, secretary, quorum=3)

    assert str(refused.value) == "A quorum is half of the members at least: 4."


def test_the_end_of_a_term_says_which_meetings_it_touches(fake, office, secretary, committee, enter):
    fake.add(1)
    meeting = prepared(office, secretary)
    admin = make_staff(Role.ADMIN, office=office)
    admin.language = "en"
    admin.save(update_fields=["language"])
    term = Assignment.objects.get(staff=committee[3])

    answer = enter(admin).post(reverse("center:assignment_end", args=[term.pk]), follow=True)

    said = "This touches meetings that are not closed, where member三 counts and votes until that day only"
    assert said in answer.content.decode()
    assert Event.objects.get(verb="center.role.ended").facts["meetings"] == str([meeting.title])
    assert people.meetings_touched(term, last_day=timezone.localdate() + timedelta(days=1)) == []


def test_a_term_that_ended_leaves_no_task(fake, office, secretary, committee):
    fake.add(1)
    prepared(office, secretary)
    before = [task.code for task in Desk().tasks(Staff.objects.get(pk=committee[2].pk))]
    over(committee[2])

    after = [task.code for task in Desk().tasks(Staff.objects.get(pk=committee[2].pk))]

    assert (before, after) == (["center.meeting"], [])


# -- consent ----------------------------------------------------------------------------------------------------------------


def test_consent_does_not_override_a_vote(fake, office, secretary, committee):
    fake.add(1)
    fake.add(2)
    meeting = sitting(office, secretary, committee)
    failed, quiet = meeting.items.order_by("position")
    meetings.decide(failed, result="granted", votes=votes(committee, "against"), by=secretary)

    with pytest.raises(NotAllowed) as refused:
        meetings.consent(meeting, items=[failed.pk, quiet.pk], by=secretary)

    assert str(refused.value) == "Item Q1: It was put to the vote by itself; that is how it is decided."
    assert Vote.objects.filter(choice="for").count() == 0
    assert set(AgendaItem.objects.values_list("status", flat=True)) == {"waiting"}


def test_an_objection_keeps_an_item_out_of_consent_also_when_it_was_answered(fake, office, secretary, committee):
    subject = fake.add(1)
    officer, leader = make_staff(Role.OFFICER, office=office), make_staff(Role.LEADER, office=office)
    draft = notices.compose(office, title="公示", subjects=[subject], working_days=5, by=officer)
    notice = notices.publish(draft, by=leader)
    objection = notices.object_to(notice.entries.get(), text="他有车", by=officer)
    notices.answer_objection(objection, upheld=False, answer="车已报废", by=leader)
    meeting = sitting(office, secretary, committee)

    with pytest.raises(NotAllowed) as refused:
        meetings.consent(meeting, items=meeting.items.values_list("pk", flat=True), by=secretary)

    assert str(refused.value) == "Item Q1: Somebody objected to it while it was on notice."


def test_consent_is_confirmed_with_count_sum_and_names_before_anything_is_granted(
    fake, office, secretary, committee, enter
):
    for number in (1, 2):
        fake.add(number, amount="1200.00")
    meeting = sitting(office, secretary, committee)
    chosen = list(meeting.items.values_list("pk", flat=True))
    page, browser = reverse("center:meeting", args=[meeting.code]), enter(secretary)

    asked = browser.post(page, {"items": chosen})

    said = asked.content.decode()
    assert asked.status_code == 200
    assert ("2,400.00" in said, said.count("王*国") >= 2, said.count("Q1") >= 1) == (True, True, True)
    assert set(AgendaItem.objects.values_list("status", flat=True)) == {"waiting"}
    browser.post(page, {"items": chosen, "confirmed": "yes"})
    assert set(AgendaItem.objects.values_list("status", flat=True)) == {"granted"}


def test_an_item_that_left_the_agenda_since_it_was_chosen_stops_consent(fake, office, secretary, committee):
    for number in (1, 2):
        fake.add(number)
    meeting = sitting(office, secretary, committee)
    chosen = list(meeting.items.values_list("pk", flat=True))
    meetings.take_off(meeting.items.first(), reason="补材料", by=secretary)

    with pytest.raises(Conflict, match="not on this agenda any more"):
        meetings.consent(meeting, items=chosen, by=secretary)

    assert Motion.objects.count() == 0
