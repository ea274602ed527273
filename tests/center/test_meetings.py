"""The committee: quorum and majority per item, recusals honoured, consent only for what nobody questions."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext

from center.actions import meetings
from center.kernel.errors import Incomplete, NotAllowed, TransitionRefused
from center.kernel.remarks import Remark
from center.kernel.roles import Role
from center.models import AgendaItem, Event, Meeting, Motion, Recusal, Vote
from center.queries.meetings import meetings_with_sums
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


def sitting(office, secretary, present, quorum=5):
    meeting = meetings.prepare(office, title="三月评审会", held_on=timezone.localdate(), quorum=quorum, by=secretary)
    meetings.mark_present(meeting, members=[member.pk for member in present], by=secretary)
    return meetings.open_meeting(meeting, by=secretary)


def votes(members, choice="for"):
    return {member.pk: choice for member in members}


def gettext_in(language, said):
    with translation.override(language):
        return gettext(said)


def test_the_agenda_fills_itself_with_what_is_ready(fake, office, secretary, committee):
    fake.add(1)
    fake.add(2, not_ready=("No home visit yet.",))

    meeting = meetings.prepare(office, title="评审会", held_on=timezone.localdate(), quorum=5, by=secretary)

    assert list(meeting.items.values_list("number", flat=True)) == ["Q1"]
    assert meeting.items.get().facts["per_capita"] == "533.33"
    assert meeting.seats.count() == 7


def test_a_meeting_does_not_open_below_its_quorum_and_says_who_is_missing(fake, office, secretary, committee):
    fake.add(1)
    meeting = meetings.prepare(office, title="评审会", held_on=timezone.localdate(), quorum=5, by=secretary)
    meetings.mark_present(meeting, members=[member.pk for member in committee[:4]], by=secretary)

    with pytest.raises(NotAllowed, match="member四.*member五.*member六"):
        meetings.open_meeting(meeting, by=secretary)


def test_a_motion_is_carried_by_more_than_half_of_those_who_may_vote(fake, office, secretary, committee):
    fake.add(1)
    item = sitting(office, secretary, committee).items.get()

    motion = meetings.decide(
        item, result="granted", votes=votes(committee[:4]) | votes(committee[4:], "against"), by=secretary
    )

    assert (motion.voters, motion.votes_for, motion.carried) == (7, 4, True)
    assert fake.heard == [("fake.case:1", "granted", Decimal("1000.00"))]


def test_abstaining_is_not_voting_for(fake, office, secretary, committee):
    fake.add(1)
    item = sitting(office, secretary, committee[:6]).items.get()

    motion = meetings.decide(
        item, result="granted", votes=votes(committee[:3]) | votes(committee[3:6], "abstain"), by=secretary
    )

    assert motion.carried is False
    assert fake.heard == []
    assert AgendaItem.objects.get().status == "waiting"


def test_an_item_whose_first_motion_failed_may_be_deferred_by_a_second(fake, office, secretary, committee):
    fake.add(1)
    item = sitting(office, secretary, committee).items.get()
    meetings.decide(item, result="granted", votes=votes(committee, "against"), by=secretary)

    meetings.decide(
        item, result="deferred", reason_code="needs_check", reason="收入证明待核", votes=votes(committee), by=secretary
    )

    assert fake.heard == [("fake.case:1", "deferred", None)]
    assert Motion.objects.filter(item=item).count() == 2


def test_seven_members_quorum_five_six_present_two_recused_the_item_goes_up(fake, office, secretary, committee):
    fake.add(1, related={committee[1].pk: "same_employer", committee[2].pk: "handled_it"})
    item = sitting(office, secretary, committee[:6]).items.get()

    with pytest.raises(NotAllowed, match="upper union"):
        meetings.decide(item, result="granted", votes=votes([committee[0], *committee[3:6]]), by=secretary)
    meetings.send_up(item, by=secretary)

    assert AgendaItem.objects.get().status == "sent_up"
    assert fake.heard == [("fake.case:1", "sent_up", "4 of 7 members may vote, the quorum is 5.")]


def test_what_the_room_reads_is_in_the_language_of_its_reader(fake, office, secretary, committee):
    fake.add(1, flags=(Remark("no home visit"),), related={committee[1].pk: "relative"}, cause="major_illness")
    with translation.override("zh-hans"):
        item = sitting(office, secretary, committee).items.get()
        chinese = (item.flags, item.cause)

    with translation.override("en"):
        english = (item.flags, item.cause)

    assert english == (["no home visit"], "Major illness")
    assert chinese == (["未入户"], "患重特大疾病")
    assert list(item.recusals.values_list("reason_code", "reason")) == [("relative", "")]


def test_an_item_that_has_its_quorum_is_not_sent_up(fake, office, secretary, committee):
    fake.add(1)
    item = sitting(office, secretary, committee).items.get()

    with pytest.raises(NotAllowed, match="has its quorum"):
        meetings.send_up(item, by=secretary)


def test_a_recused_member_has_no_vote_in_the_action_nor_behind_its_back(fake, office, secretary, committee):
    fake.add(1)
    item = sitting(office, secretary, committee).items.get()
    meetings.recuse(item, member=committee[1], reason_code="relative", by=committee[1])

    with pytest.raises(Incomplete, match="one vote"):
        meetings.decide(item, result="granted", votes=votes(committee), by=secretary)
    motion = meetings.decide(item, result="granted", votes=votes([committee[0], *committee[2:]]), by=secretary)
    with pytest.raises(IntegrityError, match="recused member"), transaction.atomic():
        Vote.objects.create(motion=motion, staff=committee[1], choice="for")

    assert motion.voters == 6
    assert Vote.objects.filter(staff=committee[1]).count() == 0


def test_a_member_who_has_left_has_no_vote(fake, office, secretary, committee):
    fake.add(1)
    meeting = sitting(office, secretary, committee)
    meetings.mark_present(meeting, members=[member.pk for member in committee[:6]], by=secretary)
    motion = meetings.decide(meeting.items.get(), result="granted", votes=votes(committee[:6]), by=secretary)

    with pytest.raises(IntegrityError, match="absent member"), transaction.atomic():
        Vote.objects.create(motion=motion, staff=committee[6], choice="for")


def test_two_items_never_stand_at_one_place_of_an_agenda(fake, office, secretary, committee):
    for number in (1, 2):
        fake.add(number)
    meeting = sitting(office, secretary, committee)

    with pytest.raises(IntegrityError, match="one_item_at_a_place_of_the_agenda"), transaction.atomic():
        meeting.items.update(position=1)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # what the end of a step does


def test_members_declare_for_themselves_and_not_for_others(fake, office, secretary, committee):
    fake.add(1)
    item = sitting(office, secretary, committee).items.get()

    with pytest.raises(NotAllowed, match="declare for themselves"):
        meetings.recuse(item, member=committee[1], reason_code="relative", by=committee[2])

    assert list(Recusal.objects.all()) == []


def test_consent_takes_only_what_nobody_questions(fake, office, secretary, committee):
    for number in range(1, 5):
        fake.add(number)
    fake.add(5, flags=(Remark("公示有异议"),))
    meeting = sitting(office, secretary, committee)
    pulled = meeting.items.get(number="Q1")
    meetings.discuss_singly(pulled, by=committee[3])
    by_number = dict(meeting.items.values_list("number", "pk"))

    with pytest.raises(NotAllowed, match="Q5: It carries a flag"):
        meetings.consent(meeting, items=[by_number["Q2"], by_number["Q5"]], by=secretary)
    assert AgendaItem.objects.filter(status="granted").count() == 0
    with pytest.raises(NotAllowed, match="Q1: A member asked"):
        meetings.consent(meeting, items=[by_number["Q1"]], by=secretary)
    meetings.consent(meeting, items=[by_number["Q2"], by_number["Q3"], by_number["Q4"]], by=secretary)

    assert set(AgendaItem.objects.filter(status="granted").values_list("number", flat=True)) == {"Q2", "Q3", "Q4"}
    assert Vote.objects.count() == 21


def test_consent_beyond_the_money_grants_nothing_at_all(fake, office, secretary, committee):
    fake.limit = Decimal(1500)
    fake.add(1)
    fake.add(2)
    meeting = sitting(office, secretary, committee)

    with pytest.raises(NotAllowed, match="Only 500.00 is available"):
        meetings.consent(meeting, items=meeting.items.values_list("pk", flat=True), by=secretary)

    assert AgendaItem.objects.filter(status="granted").count() == 0
    assert Motion.objects.count() == 0


def test_less_is_less_and_says_why(fake, office, secretary, committee):
    fake.add(1)
    item = sitting(office, secretary, committee).items.get()

    with pytest.raises(Incomplete, match="below the proposed"):
        meetings.decide(
            item,
            result="less",
            amount=Decimal(1000),
            reason_code="over_cap",
            reason="超限",
            votes=votes(committee),
            by=secretary,
        )
    with pytest.raises(Incomplete, match="reason"):
        meetings.decide(item, result="less", amount=Decimal(800), votes=votes(committee), by=secretary)
    meetings.decide(
        item,
        result="less",
        amount=Decimal(800),
        reason_code="over_cap",
        reason="超限",
        votes=votes(committee),
        by=secretary,
    )

    assert fake.heard == [("fake.case:1", "less", Decimal(800))]


def test_a_decided_item_is_not_decided_again(fake, office, secretary, committee):
    fake.add(1)
    item = sitting(office, secretary, committee).items.get()
    meetings.decide(item, result="granted", votes=votes(committee), by=secretary)

    with pytest.raises(NotAllowed, match="granted already"):
        meetings.decide(item, result="granted", votes=votes(committee), by=secretary)

    assert fake.heard == [("fake.case:1", "granted", Decimal("1000.00"))]


def test_a_meeting_closes_when_every_item_is_decided_and_is_signed_by_its_chair(fake, office, secretary, committee):
    fake.add(1)
    meeting = sitting(office, secretary, committee)
    with pytest.raises(NotAllowed, match="1 item is not decided"):
        meetings.close_meeting(meeting, by=secretary)
    meetings.consent(meeting, items=meeting.items.values_list("pk", flat=True), by=secretary)

    meetings.close_meeting(meeting, by=secretary)
    with pytest.raises(NotAllowed, match="signed by the chair"):
        meetings.sign(meeting, by=secretary)
    meetings.sign(meeting, by=committee[0])

    assert Meeting.objects.get().status == "signed"
    with pytest.raises(TransitionRefused):
        Meeting.objects.get().become("sitting")


def test_a_meeting_of_tomorrow_does_not_open_today(fake, office, secretary, committee):
    fake.add(1)
    tomorrow = timezone.localdate() + timedelta(days=1)
    meeting = meetings.prepare(office, title="评审会", held_on=tomorrow, quorum=5, by=secretary)
    meetings.mark_present(meeting, members=[member.pk for member in committee], by=secretary)

    with pytest.raises(NotAllowed, match=tomorrow.isoformat()):
        meetings.open_meeting(meeting, by=secretary)


def test_one_subject_waits_in_one_meeting_at_a_time(fake, office, secretary, committee):
    fake.add(1)
    first = meetings.prepare(office, title="一", held_on=timezone.localdate(), quorum=5, by=secretary)

    second = meetings.prepare(office, title="二", held_on=timezone.localdate(), quorum=5, by=secretary)

    assert (first.items.count(), second.items.count()) == (1, 0)


def test_a_cancelled_meeting_gives_its_items_back(fake, office, secretary, committee):
    fake.add(1)
    first = meetings.prepare(office, title="一", held_on=timezone.localdate(), quorum=5, by=secretary)
    meetings.cancel(first, reason="改期", by=secretary)

    second = meetings.prepare(office, title="二", held_on=timezone.localdate(), quorum=5, by=secretary)

    assert second.items.get().number == "Q1"


def test_a_count_that_does_not_add_up_is_refused_behind_the_actions_back(fake, office, secretary, committee):
    fake.add(1)
    item = sitting(office, secretary, committee).items.get()
    counted = {"item": item, "result": "granted", "voters": 7, "abstentions": 0, "recorded_by": secretary}

    with pytest.raises(IntegrityError, match="every_voter_is_counted_once"), transaction.atomic():
        Motion.objects.create(**counted, votes_for=4, votes_against=2, carried=True)
    with pytest.raises(IntegrityError, match="carried_means_more_than_the_share"), transaction.atomic():
        Motion.objects.create(**counted, votes_for=3, votes_against=4, carried=True)


def test_a_programme_that_asks_for_more_members_is_not_decided_below_its_own_quorum(fake, office, secretary, committee):
    fake.add(1, quorum_percent=80)
    fake.add(2)
    meeting = sitting(office, secretary, committee[:5])
    strict, usual = meeting.items.order_by("number")

    with pytest.raises(NotAllowed, match="5 members are present; the quorum is 6"):
        meetings.decide(strict, result="granted", votes=votes(committee[:5]), by=secretary)
    meetings.decide(usual, result="granted", votes=votes(committee[:5]), by=secretary)

    assert (strict.quorum, usual.quorum) == (6, 5)


def test_a_programme_that_asks_for_two_thirds_of_the_votes_gets_them(fake, office, secretary, committee):
    fake.add(1, majority_percent=66)
    item = sitting(office, secretary, committee).items.get()

    first = meetings.decide(
        item, result="granted", votes=votes(committee[:4]) | votes(committee[4:], "against"), by=secretary
    )
    second = meetings.decide(
        item, result="granted", votes=votes(committee[:5]) | votes(committee[5:], "against"), by=secretary
    )

    assert ((first.votes_for, first.carried), (second.votes_for, second.carried)) == ((4, False), (5, True))


@pytest.mark.parametrize(("seats", "percent", "quorum"), [(3, 66, 2), (7, 66, 5), (8, 66, 6), (9, 66, 6), (7, 80, 6)])
def test_a_quorum_is_its_share_rounded_up(seats, percent, quorum):
    assert meetings.quorum_of(seats, percent) == quorum


def test_two_members_are_no_committee(fake, office, secretary):
    for name in ("chair", "member1"):
        make_staff(Role.CHAIR if name == "chair" else Role.MEMBER, office=office, username=name)

    with pytest.raises(Incomplete, match="a committee has three at least"):
        meetings.prepare(office, title="评审会", held_on=timezone.localdate(), quorum=2, by=secretary)


def test_the_usual_quorum_is_two_thirds_of_the_members_of_the_day(office, committee):
    assert meetings.usual_quorum(office, on=timezone.localdate()) == 5


def test_a_quorum_above_the_committee_is_refused_before_the_meeting(office, secretary, committee):
    with pytest.raises(Incomplete) as refused:
        meetings.prepare(office, title="x", held_on=timezone.localdate(), quorum=8, by=secretary)

    assert str(refused.value) == f"{office} has 7 members; a quorum of 8 cannot be reached."


def test_an_item_leaves_the_agenda_and_a_meeting_is_cancelled_with_a_reason_only(fake, office, secretary, committee):
    fake.add(1)
    meeting = meetings.prepare(office, title="x", held_on=timezone.localdate(), quorum=5, by=secretary)

    said = []
    for act in (
        lambda: meetings.take_off(meeting.items.get(), reason=" ", by=secretary),
        lambda: meetings.cancel(meeting, reason=" ", by=secretary),
        lambda: meetings.consent(meeting, items=[], by=secretary),
    ):
        with pytest.raises(Incomplete) as refused:
            act()
        said.append(str(refused.value))

    assert said == ["Say why it is taken off.", "Say why the meeting is cancelled.", "Choose at least one item."]


def test_the_items_close_up_while_a_meeting_is_prepared_and_keep_their_places_in_the_sitting(
    fake, office, secretary, committee
):
    for number in range(1, 5):
        fake.add(number)
    meeting = meetings.prepare(office, title="x", held_on=timezone.localdate(), quorum=5, by=secretary)

    meetings.take_off(meeting.items.get(position=2), reason="改期", by=secretary)
    prepared = list(meeting.items.values_list("position", "number"))
    meetings.mark_present(meeting, members=[member.pk for member in committee], by=secretary)
    meetings.open_meeting(meeting, by=secretary)
    meetings.take_off(meeting.items.get(position=2), reason="改期", by=secretary)

    assert prepared == [(1, "Q1"), (2, "Q3"), (3, "Q4")]
    assert list(meeting.items.values_list("position", "number")) == [(1, "Q1"), (3, "Q4")]


def test_an_item_leaves_the_agenda_until_it_has_been_voted_on(fake, office, secretary, committee):
    fake.add(1)
    fake.add(2)
    meeting = sitting(office, secretary, committee)
    voted, waiting = meeting.items.order_by("number")
    meetings.decide(voted, result="granted", votes=votes(committee, "against"), by=secretary)

    with pytest.raises(NotAllowed) as refused:
        meetings.take_off(voted, reason="改期", by=secretary)
    meetings.take_off(waiting, reason="改期", by=secretary)

    assert str(refused.value) == "Item Q1 has been voted on; it stays."
    assert list(meeting.items.values_list("number", flat=True)) == ["Q1"]


def test_a_committee_has_four_answers_and_going_up_is_none_of_them(fake, office, secretary, committee):
    fake.add(1)
    item = sitting(office, secretary, committee).items.get()

    with pytest.raises(NotAllowed) as refused:
        meetings.decide(
            item, result="sent_up", reason_code="other", reason="转上级", votes=votes(committee), by=secretary
        )

    assert str(refused.value) == "A committee grants, grants less, defers or refuses."
    assert (Motion.objects.count(), AgendaItem.objects.get().status) == (0, "waiting")


def test_a_member_steps_back_once_and_the_first_reason_stays(fake, office, secretary, committee):
    fake.add(1)
    item = sitting(office, secretary, committee).items.get()

    first = meetings.recuse(item, member=committee[1], reason_code="relative", by=committee[1])
    second = meetings.recuse(item, member=committee[1], reason_code="other", by=secretary)

    assert (second, second.reason_code) == (first, "relative")
    assert Event.objects.filter(verb="center.item.recused").count() == 1


def test_whoever_has_no_seat_is_not_counted_as_present(fake, office, secretary, committee):
    fake.add(1)
    meeting = meetings.prepare(office, title="x", held_on=timezone.localdate(), quorum=5, by=secretary)

    present = meetings.mark_present(meeting, members=[committee[0].pk, secretary.pk, 0], by=secretary)

    assert present == 1
    assert Event.objects.get(verb="center.meeting.attendance").facts["present"] == str([committee[0].pk])


def test_a_member_who_comes_back_came_at_the_first_time(fake, office, secretary, committee):
    fake.add(1)
    meeting = sitting(office, secretary, committee)
    seat = meeting.seats.get(staff=committee[6])

    meetings.mark_present(meeting, members=[member.pk for member in committee[:6]], by=secretary)
    left = meeting.seats.get(pk=seat.pk)
    meetings.mark_present(meeting, members=[member.pk for member in committee], by=secretary)
    back = meeting.seats.get(pk=seat.pk)

    assert (left.is_present, left.came_at == seat.came_at, left.left_at is None) == (False, True, False)
    assert (back.is_present, back.came_at, back.left_at) == (True, seat.came_at, None)


def test_a_list_of_meetings_says_how_much_of_each_waits_and_what_was_granted(fake, office, secretary, committee):
    for number in (1, 2, 3):
        fake.add(number)
    meeting = sitting(office, secretary, committee)
    chosen = meeting.items.filter(number__in=("Q1", "Q2"))
    meetings.consent(meeting, items=chosen.values_list("pk", flat=True), by=secretary)

    listed = meetings_with_sums(Meeting.objects.all()).get()

    assert (listed.count, listed.waiting, listed.granted_sum) == (3, 1, Decimal("2000.00"))
