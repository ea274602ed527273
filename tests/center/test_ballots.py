"""Members vote on their own devices; the secretary sees it arrive, and what they voted is what is counted."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from center.actions import ballots, meetings
from center.kernel.errors import NotAllowed
from center.kernel.roles import Role
from center.models import AgendaItem, Ballot, Motion, Poll
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
def item(fake, office, secretary, committee):
    fake.add(1)
    meeting = meetings.prepare(office, title="评审会", held_on=timezone.localdate(), quorum=3, by=secretary)
    meetings.mark_present(meeting, members=[member.pk for member in committee], by=secretary)
    return meetings.open_meeting(meeting, by=secretary).items.get()


def put(item, secretary):
    return ballots.put_to_vote(item, result="granted", by=secretary)


def refused(act):
    with pytest.raises(NotAllowed) as found:
        act()
    return str(found.value)


def test_each_votes_alone_and_the_count_is_what_they_said(item, secretary, committee, enter):
    page = reverse("center:agenda_item", args=[item.meeting.code, 1])
    vote = reverse("center:item_vote", args=[item.meeting.code, 1])
    browser = enter(secretary)
    browser.post(page, {"result": "granted", "put": "yes"})
    for member, choice in zip(committee[:3], ("for", "for", "against"), strict=True):
        phone = enter(member)
        assert "1,000.00" in phone.get(page).content.decode()
        phone.post(vote, {"choice": choice})
    enter(committee[2]).post(vote, {"choice": "for"})  # changed before the count

    arrived = browser.get(reverse("center:item_ballots", args=[item.meeting.code, 1])).content.decode()
    incomplete = browser.post(page, {})
    browser.post(page, {f"vote_{committee[3].pk}": "abstain"})

    assert "3 of 4 have voted" in arrived
    assert (incomplete.status_code, "How did m三 vote?" in incomplete.content.decode()) == (422, True)
    motion = Motion.objects.get()
    assert (motion.votes_for, motion.votes_against, motion.abstentions, motion.carried) == (3, 0, 1, True)
    assert (Poll.objects.get().motion, Ballot.objects.count(), AgendaItem.objects.get().status) == (
        motion,
        4,
        "granted",
    )


def test_nobody_s_vote_is_set_beforehand(item, secretary, enter):
    page = enter(secretary).get(reverse("center:agenda_item", args=[item.meeting.code, 1])).content.decode()

    assert page.count('value="for"') == 4
    assert 'value="for" checked' not in page


def test_the_secretary_does_not_record_another_vote_than_was_cast(item, secretary, committee):
    poll = put(item, secretary)
    ballots.cast(poll, choice="against", by=committee[1])
    votes = {member.pk: "for" for member in committee}

    assert refused(lambda: meetings.decide(item, result="granted", votes=votes, by=secretary)) == (
        "m一 voted by themselves: against."
    )
    why = {"reason_code": "no_funds", "reason": "钱不够"}
    assert refused(lambda: meetings.decide(item, result="refused", votes=votes, by=secretary, **why)) == (
        "Members are voting on another motion: count it, or take it back first."
    )


def test_who_is_absent_recused_or_no_member_casts_nothing(item, secretary, committee):
    poll = put(item, secretary)
    meetings.recuse(item, member=committee[1], reason_code="relative", by=committee[1])
    meetings.mark_present(item.meeting, members=[member.pk for member in committee[:3]], by=secretary)

    said = [refused(lambda who=who: ballots.cast(poll, choice="for", by=who)) for who in (*committee[1:4:2], secretary)]

    assert said == [
        "You are recused from this item.",
        "The secretary has not noted that you are present; say that you are here.",
        "secretary has no seat in this meeting.",
    ]
    for who, why in ((committee[1], "recused"), (committee[3], "absent"), (secretary, "absent")):
        with pytest.raises(IntegrityError, match=why), transaction.atomic():
            Ballot.objects.create(poll=poll, staff=who, choice="for")


def test_a_vote_that_was_taken_back_takes_no_word_and_another_one_may_be_put(item, secretary, committee):
    poll = put(item, secretary)
    assert refused(lambda: put(item, secretary)) == "Item Q1 is being voted on already."
    ballots.take_back(poll, by=secretary)

    assert refused(lambda: ballots.cast(poll, choice="for", by=committee[0])) == "This vote is over."
    with pytest.raises(IntegrityError, match="this vote is over"), transaction.atomic():
        Ballot.objects.create(poll=poll, staff=committee[0], choice="for")
    assert put(item, secretary).pk != poll.pk


def test_the_room_leads_a_member_to_what_is_put_to_the_vote(item, secretary, committee, enter):
    room = reverse("center:meeting", args=[item.meeting.code])
    put(item, secretary)

    member, clerk = enter(committee[1]).get(room).content.decode(), enter(secretary).get(room).content.decode()

    assert ("Vote now" in member, "Vote now" in clerk, "See who has voted" in clerk) == (True, False, True)
    assert "Grant the chosen items" not in member  # nothing that would only be refused


def test_how_somebody_voted_is_shown_to_the_secretary_and_to_themselves_alone(item, secretary, committee, enter):
    ballots.cast(put(item, secretary), choice="against", by=committee[1])
    part = reverse("center:item_ballots", args=[item.meeting.code, 1])

    shown = [enter(who).get(part).content.decode() for who in (secretary, committee[1], committee[2])]

    assert ["against" in text for text in shown] == [True, True, False]
