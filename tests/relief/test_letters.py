"""A letter says what is final; what the committee may not grant goes up, and is not counted as granted."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone
from psycopg.types.range import Range

from center.actions import meetings
from center.desk import Decided
from center.kernel.errors import NotAllowed, Refusal
from center.kernel.roles import Role
from center.models import AgendaItem, Event, IssuedDocument
from center.queries import meetings as queries
from relief.actions import decisions
from relief.actions.telling import tell
from relief.desk.agenda import lines
from relief.desk.tasks import tasks_of, to_tell
from relief.models import Application, Award, Decision, EmergencyPower, Instalment
from relief.permissions import decision_in_force, why_not_issue_letter
from relief.prints import issue_letter, issue_letters, letters_not_in_force
from tests.center.make import make_staff
from tests.papers import text_of
from tests.relief.make import make_application, make_award

pytestmark = pytest.mark.django_db

D = Decimal


@pytest.fixture
def secretary(house):
    return make_staff(Role.SECRETARY, office=house.office)


@pytest.fixture
def sitting(house, secretary):
    """A meeting of four in session on everything that is ready."""

    def open_one():
        members = [house.chair, *(make_staff(Role.MEMBER, office=house.office) for _n in range(3))]
        meeting = meetings.prepare(house.office, title="x", held_on=timezone.localdate(), quorum=3, by=secretary)
        meetings.mark_present(meeting, members=[member.pk for member in members], by=secretary)
        return meetings.open_meeting(meeting, by=secretary)

    return open_one


def agree(item, *, by):
    return meetings.decide(
        item, result="granted", votes={seat.staff_id: "for" for seat in meetings.entitled(item)}, by=by
    )


def test_no_letter_before_the_upper_union_has_agreed_and_the_one_after_is_its_answer(house, secretary, sitting):
    application = make_application(house, amount="20001")
    meeting = sitting()
    agree(meeting.items.get(), by=secretary)
    first = Decision.objects.get()

    with pytest.raises(NotAllowed, match="waits for the upper union; a letter is issued of the final decision only"):
        issue_letter(first, by=house.officer)
    assert issue_letters([Application.objects.get()], by=house.officer) == []
    with pytest.raises(NotAllowed, match="final decision only"):
        tell(first, by=house.officer)
    application.refresh_from_db()
    decisions.record_upper_answer(
        application, result="refused", amount=None, document="10", reason_code="over_cap", reason="x", by=house.leader
    )
    letters = issue_letters([Application.objects.get()], by=house.officer)

    assert [letter.kind for letter in letters] == [f"decision_letter_{Decision.objects.latest('pk').pk}"]
    assert why_not_issue_letter(Decision.objects.get(pk=first.pk)) == "A later decision has replaced this one."


def test_what_went_up_is_its_own_line_and_not_granted(house, secretary, sitting):
    make_application(house, amount="20001")
    make_application(house, amount="6000")
    meeting = sitting()
    for item in meeting.items.all():
        agree(item, by=secretary)

    items = queries.agenda(meeting)

    assert [(item.status, item.amount) for item in items] == [("sent_up", None), ("granted", D(6000))]
    assert queries.outcome(items) == [
        ("granted", 1, 1, D(6000)),
        ("sent to the upper union", 1, 1, D(20001)),
    ]
    assert queries.granted(items) == (1, D(6000))


def test_whoever_records_the_vote_reads_that_it_goes_up(house, secretary, sitting, enter):
    make_application(house, amount="20001")
    meeting = sitting()
    item = meeting.items.get()
    votes = {f"vote_{seat.staff_id}": "for" for seat in meetings.entitled(item)}

    page = enter(secretary).post(
        reverse("center:agenda_item", args=[meeting.code, item.position]), {"result": "granted", **votes}, follow=True
    )

    assert f"{item.number}号议题：同意。超出评审会权限，报上级工会。" in page.content.decode()


def test_the_agenda_counts_what_the_household_had_as_the_decision_does(house):
    earlier = make_award(house, amount="1500").application
    again = make_application(house, file=earlier.file, amount="4000", person=earlier.person)

    line = lines([again])[f"relief.application:{again.pk}"]

    assert (line.alone, line.person) == (False, f"casework.person:{again.person_id}")


def test_a_person_with_two_items_is_one_person(house):
    two = [AgendaItem(status="granted", amount=D(1), subject=f"a:{n}", facts={"person": "b:1"}) for n in range(2)]

    assert queries.outcome(two) == [("granted", 2, 1, D(2))]


def test_a_letter_that_a_later_decision_replaced_is_shown_as_such(house, enter):
    application = make_application(house)
    decisions.decline(application, reason_code="no_funds", reason="x", defer=True, by=house.leader)
    letter = issue_letter(Decision.objects.get(), by=house.officer)
    application.refresh_from_db()
    assert letters_not_in_force(application, [letter]) == set()

    decisions.decline(application, reason_code="no_funds", reason="x", by=house.leader)
    application.refresh_from_db()
    page = enter(house.officer).get(reverse("relief:application", args=[application.code])).content.decode()

    assert letters_not_in_force(application, IssuedDocument.objects.all()) == {letter.pk}
    assert page.count("已失效") == 1


def test_whoever_is_refused_by_the_leader_is_told_too(house):
    application = make_application(house)
    Application.objects.update(handler=house.officer2)
    decisions.decline(application, reason_code="no_funds", reason="x", by=house.leader)
    assert [task.code for task in tasks_of(house.officer2)].count("relief.tell") == 1

    tell(decision_in_force(Application.objects.get()), by=house.officer2)

    assert [task.code for task in tasks_of(house.officer2)].count("relief.tell") == 0


def test_a_vote_that_failed_keeps_an_item_off_the_consent_list_and_says_so(house, secretary, sitting, enter):
    make_application(house, amount="6000")
    meeting = sitting()
    item = meeting.items.get()
    against = {seat.staff_id: "against" for seat in meetings.entitled(item)}
    meetings.decide(item, result="granted", votes=against, by=secretary)

    page = enter(secretary).get(reverse("center:meeting", args=[meeting.code])).content.decode()

    assert (
        page.count("本议题已单独付表决，须单独决定。") == 2
    )  # beside the number on a telephone, in its column elsewhere
    assert re.search(rf'aria-label="{item.number}"\s+disabled', page)
    agree(item, by=secretary)
    with pytest.raises(Refusal, match=rf"^Item {item.number} is granted already\.$"):
        meetings.consent(meeting, items=[item.pk], by=secretary)


def test_the_code_that_is_printed_on_a_paper_is_found(house, enter):
    application = make_application(house)
    decisions.decline(application, reason_code="no_funds", reason="x", by=house.leader)
    letter = issue_letter(Decision.objects.get(), by=house.officer)
    from center.papers.papercode import write
    from center.views.shell import grouped_hits

    typed = (write("D", letter.code).lower(), application.number.replace("-", ""), letter.number.replace("-", ""))
    found = [grouped_hits(text, house.officer) for text in typed]

    assert [[hit.title for _label, hits in one for hit in hits] for one in found] == [
        [letter.number],
        [application.number],
        [letter.number],
    ]


def disowned_letter(house, *, paid):
    power = {"office": house.office, "ceiling": D(2000), "during": Range(date(2020, 1, 1), None)}
    EmergencyPower.objects.create(staff=house.leader, **power)
    urgent = make_application(house, amount="1500", is_emergency=True)
    decisions.grant_emergency(urgent, amount=D(1500), reason="flood", by=house.leader)
    decisions.second(urgent, by=house.deputy)
    if paid:
        Instalment.objects.filter(award=Award.objects.get()).update(status="paid")
    said = Decided(
        result="refused", amount=None, reason_code="no_emergency", reason="查无险情", meeting="H1", agenda_item_id=1
    )
    decisions.list_on_agenda(urgent, meeting="H1", by=house.chair)
    decisions.carry_out(urgent, decided=said, by=house.chair)
    decision = Decision.objects.get(how="ratification")
    return decision, text_of(issue_letter(decision, by=house.officer), by=house.officer)


def test_an_emergency_that_was_not_ratified_says_that_money_went_out_and_is_no_refusal(house):
    decision, letter = disowned_letter(house, paid=True)

    assert ("未予追认" in letter, "不予救助" in letter) == (True, False)
    assert ("此前已发放给你1,500.00元" in letter, "查无险情" in letter, "不再发放" in letter) == (True, True, False)
    assert decision.outcome == "not ratified"


def test_what_was_not_paid_of_it_yet_is_kept_back_and_the_letter_says_so(house):
    _decision, letter = disowned_letter(house, paid=False)

    assert ("尚未发放的1,500.00元不再发放" in letter, "此前已发放" in letter) == (True, False)


def test_several_are_told_at_once_and_each_is_recorded(house, enter):
    told, other = make_application(house), make_application(house)
    waits = make_application(house)
    Application.objects.update(handler=house.officer2)
    for application in (told, other, waits):
        application.refresh_from_db()
        decisions.decline(application, reason_code="no_funds", reason="x", by=house.leader)
    client, url = enter(house.officer2), reverse("relief:applications_told")
    chosen = [one.decisions.get().pk for one in (told, other)]

    client.post(url, {"decisions": []})
    assert Event.objects.filter(verb="relief.decision.told").count() == 0
    client.post(url, {"decisions": chosen})

    noted = Event.objects.filter(verb="relief.decision.told", actor=house.officer2.username)
    assert {event.subject for event in noted} == {f"relief.decision:{pk}" for pk in chosen}
    assert [decision.application for decision in to_tell(house.officer2)] == [waits]
