"""Who steps aside by mistake comes back before the vote; a phone offers no vote that would not count, and says why."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from center.actions import ballots, meetings
from center.kernel.errors import Incomplete, NotAllowed
from center.kernel.roles import Role
from center.models import Ballot, Event, Recusal, Staff
from center.site.answers import Desk
from tests.center.make import make_office, make_staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def office():
    return make_office()


@pytest.fixture
def secretary(office):
    return make_staff(Role.SECRETARY, office=office, username="secretary", language="en")


@pytest.fixture
def committee(office):
    roles = [Role.CHAIR, Role.MEMBER, Role.MEMBER, Role.MEMBER]
    return [make_staff(role, office=office, username=f"m{n}", language="en") for n, role in enumerate(roles)]


@pytest.fixture
def sitting(fake, office, secretary, committee):
    def begin(**line):
        fake.add(1, **line)
        meeting = meetings.prepare(office, title="评审会", held_on=timezone.localdate(), quorum=3, by=secretary)
        meetings.mark_present(meeting, members=[member.pk for member in committee], by=secretary)
        return meetings.open_meeting(meeting, by=secretary).items.get(position=1)

    return begin


def stepped_aside(item, member):
    meetings.recuse(item, member=member, reason_code="same_employer", by=member)
    return member


def refused(act):
    with pytest.raises(NotAllowed) as found:
        act()
    return str(found.value)


def tasks(staff):
    return [(task.verb, task.title) for task in Desk().tasks(Staff.objects.get(pk=staff.pk)) if "vote" in task.code]


def test_a_recusal_declared_by_mistake_is_taken_back_and_the_secretary_sees_it(sitting, secretary, committee, enter):
    item = sitting()
    member = stepped_aside(item, committee[1])
    page = reverse("center:agenda_item", args=[item.meeting.code, 1])
    assert "红星纺织厂" not in enter(member).get(page).content.decode()

    enter(member).post(reverse("center:item_take_part", args=[item.meeting.code, 1]))

    assert "红星纺织厂" in enter(member).get(page).content.decode()
    assert "taken back" in enter(secretary).get(page).content.decode()
    assert [seat.staff_id for seat in meetings.entitled(item)].count(member.pk) == 1
    assert Event.objects.filter(verb="center.item.recusal_taken_back", actor=member.username).count() == 1
    ballots.cast(ballots.put_to_vote(item, result="granted", by=secretary), choice="for", by=member)


def test_who_steps_aside_again_is_recused_again(sitting, secretary, committee):
    item = sitting()
    member = stepped_aside(item, committee[1])
    ballots.take_back_recusal(item, by=member)
    stepped_aside(item, member)
    poll = ballots.put_to_vote(item, result="granted", by=secretary)

    assert Recusal.objects.filter(staff=member).count() == 2
    with pytest.raises(IntegrityError, match="recused"), transaction.atomic():
        Ballot.objects.create(poll=poll, staff=member, choice="for")


def test_once_something_was_put_to_the_vote_the_recusal_stays(sitting, secretary, committee):
    item = sitting()
    member = stepped_aside(item, committee[1])
    poll = ballots.put_to_vote(item, result="granted", by=secretary)

    assert refused(lambda: ballots.take_back_recusal(item, by=member)) == (
        "Item Q1 has been put to the vote; the recusal stays."
    )
    ballots.take_back(poll, by=secretary)
    ballots.take_back_recusal(item, by=member)
    assert not item.recusals.standing().exists()


def test_nobody_lifts_what_the_records_say_of_them_or_of_another(sitting, committee):
    item = sitting(related={committee[1].pk: "relative"})

    assert refused(lambda: ballots.take_back_recusal(item, by=committee[1])) == (
        "The records say why you stay out of this item; a word of yours does not lift that."
    )
    assert refused(lambda: ballots.take_back_recusal(item, by=committee[2])) == "You are not recused from this item."


def test_a_phone_offers_no_vote_when_the_quorum_is_broken_and_names_who_is_missing(
    sitting, secretary, committee, enter
):
    item = sitting()
    poll = ballots.put_to_vote(item, result="granted", by=secretary)
    page = reverse("center:agenda_item", args=[item.meeting.code, 1])
    ballot = 'name="choice" value="for"'
    assert ballot in enter(committee[0]).get(page).content.decode()

    meetings.mark_present(item.meeting, members=[member.pk for member in committee[:2]], by=secretary)

    phone = enter(committee[0]).get(page).content.decode()
    said = "2 members are present; the quorum is 3. Missing: m二, m三."
    assert (ballot in phone, said in phone) == (False, True)
    assert refused(lambda: ballots.cast(poll, choice="for", by=committee[0])) == said


def test_recusals_break_the_quorum_of_one_item(sitting, secretary, committee):
    item = sitting()
    poll = ballots.put_to_vote(item, result="granted", by=secretary)
    for member in committee[1:3]:
        stepped_aside(item, member)

    assert refused(lambda: ballots.cast(poll, choice="for", by=committee[0])) == (
        "2 members may vote, the quorum is 3. Recused: m一, m二."
    )


def test_a_page_that_offers_what_is_over_is_fetched_anew(sitting, secretary, committee, enter):
    item = sitting()
    ballots.put_to_vote(item, result="granted", by=secretary)
    part, phone = reverse("center:item_ballots", args=[item.meeting.code, 1]), enter(committee[0])
    before = phone.get(part, {"offered": "yes"})

    meetings.mark_present(item.meeting, members=[member.pk for member in committee[:2]], by=secretary)

    after = phone.get(part, {"offered": "yes"})
    assert [answer.headers.get("HX-Refresh") for answer in (before, after)] == [None, "true"]


def test_each_member_who_may_vote_has_a_task_of_their_own_until_they_voted(sitting, secretary, committee):
    item = sitting()
    stepped_aside(item, committee[2])
    meetings.mark_present(item.meeting, members=[member.pk for member in committee], by=secretary)
    assert tasks(committee[0]) == []

    poll = ballots.put_to_vote(item, result="granted", by=secretary)
    before = [tasks(one) for one in (*committee[:3], secretary)]
    ballots.cast(poll, choice="for", by=committee[0])

    asked = [("To vote", "1. Q1 · 医疗救助")]
    assert before == [asked, asked, [], []]
    assert (tasks(committee[0]), tasks(committee[1])) == ([], asked)


def test_a_reason_for_more_refuses_nothing(sitting, secretary):
    item = sitting()

    with pytest.raises(Incomplete, match="is a reason for more than noticed"):
        ballots.put_to_vote(item, result="refused", reason_code="more_costs", reason="words", by=secretary)


# -- the wall --------------------------------------------------------------------------------------------------------


def test_the_wall_follows_the_vote_with_masked_names_and_keeps_the_result_in_sight(
    sitting, secretary, committee, enter
):
    item = sitting(name="王建国")
    wall = enter(secretary)
    screen = reverse("center:meeting_screen", args=[item.meeting.code])
    poll = ballots.put_to_vote(item, result="granted", by=secretary)
    ballots.cast(poll, choice="for", by=committee[0])

    during = wall.get(screen).content.decode()
    votes = {member.pk: "for" for member in committee}
    meetings.decide(item, result="granted", votes=votes, by=secretary)
    after = wall.get(screen, headers={"HX-Request": "true"}).content.decode()

    assert ("王*国" in during, "王建国" in during, "1 of 4 have voted" in during) == (True, False, True)
    assert ("4 for, 0 against" in after, "<html" in after, "1,000.00" in after) == (True, False, True)


def test_the_wall_shows_a_recused_member_no_facts(sitting, committee, enter):
    item = sitting()
    member = stepped_aside(item, committee[1])

    page = enter(member).get(reverse("center:item_screen", args=[item.meeting.code, 1])).content.decode()

    assert ("王*国" in page, "You are recused from this item." in page) == (False, True)


# -- fewer hands -----------------------------------------------------------------------------------------------------


def test_one_button_says_that_everybody_is_here(fake, office, secretary, committee, enter):
    fake.add(1)
    meeting = meetings.prepare(office, title="评审会", held_on=timezone.localdate(), quorum=3, by=secretary)

    enter(secretary).post(reverse("center:meeting_attendance", args=[meeting.code]), {"everybody": "yes"})

    assert [seat.is_present for seat in meeting.seats_today()] == [True] * 4


def test_one_button_records_that_all_who_have_not_voted_are_for_it(sitting, secretary, committee, enter):
    item = sitting()
    poll = ballots.put_to_vote(item, result="granted", by=secretary)
    ballots.cast(poll, choice="against", by=committee[1])

    enter(secretary).post(
        reverse("center:agenda_item", args=[item.meeting.code, 1]), {"unanimous": "yes", "result": "granted"}
    )

    motion = item.motions.get()
    assert (motion.votes_for, motion.votes_against, motion.carried) == (3, 1, True)


def test_from_one_item_a_member_is_led_to_the_next_vote(fake, sitting, secretary, committee, enter):
    fake.add(2)
    item = sitting()
    second = item.meeting.items.get(position=2)
    ballots.put_to_vote(second, result="granted", by=secretary)

    page = enter(committee[1]).get(reverse("center:agenda_item", args=[item.meeting.code, 1])).content.decode()

    assert reverse("center:agenda_item", args=[item.meeting.code, 2]) in page
    assert "Vote now" in page
