"""What a case is judged on: everything of one household, measured by one line; and the way of a case to the committee."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone
from psycopg.types.range import Range

from casework.actions import propose_category, refuse_change
from casework.actions.members import join_household
from casework.models import Assessment, Membership, Person
from center import desk as desks
from center.actions import meetings
from center.kernel.roles import Role
from center.models import Event, IssuedDocument, Standard, codes
from center.models.base import subject_of
from relief.actions.ledger import payers
from relief.actions.telling import tell
from relief.desk.agenda import lines, stages, to_notice
from relief.desk.dossier import dossier_of
from relief.desk.tasks import tasks_of
from relief.models import Application, Decision
from relief.queries.assessment import basis_of
from tests.casework.make import make_person
from tests.center.make import make_staff
from tests.relief.make import make_application, make_award, make_source

pytestmark = pytest.mark.django_db


def snapshot(line, per_capita, cause="major_illness"):
    return {"facts": {"line": line, "per_capita": per_capita, "cause": cause}, "lines": []}


def test_help_of_every_kind_and_what_is_pending_stand_beside_the_request(house):
    before = make_award(house, amount="1500")
    made = make_application(house, file=before.application.file)
    waiting = make_application(house, file=made.file, status="assessed")

    shown = dossier_of(made).context

    assert [part.award for part in shown["helped"]] == [before]
    assert (shown["helped_total"], list(shown["pending"])) == (Decimal("1500.00"), [waiting])


def measured(house, made, per_capita="631.80", line="780.00", **facts):
    """An application assessed by another line than that of today, which is 740."""
    Application.objects.filter(pk=made.pk).update(snapshot=snapshot(line, per_capita))
    made.refresh_from_db()
    return made


def test_everything_is_measured_by_the_line_of_the_day_on_which_it_is_judged(house):
    """The same income was 0.86 of an old line and 0.81 of another: by that of today it is 0.85, here and there."""
    earlier = make_award(house).application
    made = measured(house, make_application(house))
    decided = Decision.objects.create(
        application=earlier,
        how="upper",
        result="granted",
        amount=Decimal(900),
        document="x",
        decided_by=house.leader,
        snapshot=snapshot("735.00", "631.80"),
    )

    shown = dossier_of(made).context

    assert (shown["line"], shown["line_on"]) == (Decimal(740), timezone.localdate())
    assert shown["ratio"] == Decimal("0.85")
    assert (shown["alike"][0].decision, shown["alike"][0].ratio) == (decided, Decimal("0.85"))


def test_a_meeting_measures_by_the_line_of_its_own_day(house):
    made = measured(house, make_application(house))
    Standard.objects.update(during=Range(date(2020, 1, 1), date(2026, 1, 1)))
    Standard.objects.create(
        office=house.office, key="dibao_line", value=Decimal(810), during=Range(date(2026, 1, 1), None)
    )

    case = desks.desk_of(subject_of(made)).dossier(subject_of(made), on=date(2025, 12, 31), by=house.leader)

    assert (case.context["line"], case.context["ratio"]) == (Decimal(740), Decimal("0.85"))
    assert (lines([made])[subject_of(made)].ratio, dossier_of(made).context["ratio"]) == (Decimal("0.78"),) * 2


def test_the_day_of_an_income_is_that_on_which_it_was_computed(house):
    made = measured(house, make_application(house))
    assessed = {"line": Decimal(700), "verdict": "deep", "people": 1, "made_by": house.officer}
    for on, amount in ((date(2025, 1, 6), "631.80"), (date(2025, 3, 6), "900.00")):
        Assessment.objects.create(household=made.household, on=on, per_capita=Decimal(amount), **assessed)

    assert dossier_of(made).context["computed_on"] == "2025-01-06"
    assert lines([made])[subject_of(made)].computed_on == "2025-01-06"


def test_who_left_or_died_is_not_of_the_household(house):
    made = make_application(house)
    today = timezone.localdate()
    gone, dead, there = (make_person(office=house.office) for _one in range(3))
    for person in (gone, dead, there):
        join_household(made.household, person, relation="99", since=timezone.localdate())
    Membership.objects.filter(person=gone).update(until=today)
    Person.objects.filter(pk=dead.pk).update(died_on=today)
    Application.objects.filter(pk=made.pk).update(snapshot={"facts": {"people": 4}, "lines": []})
    made.refresh_from_db()

    assert dossier_of(made).context["people"] == 2
    assert lines([made])[subject_of(made)].people == 2
    assert basis_of(made).facts["people"] == 2


def test_the_category_is_there_before_anything_was_assessed(house):
    made = make_application(house, status="submitted", assessed_at=None)
    Application.objects.filter(pk=made.pk).update(category="")
    made.refresh_from_db()

    assert dossier_of(made).context["category"] == codes.label("hardship_category", made.file.category)


def test_the_committee_sees_masked_names_and_opens_the_papers_of_its_item_alone(house, enter):
    made = make_application(house, amount="6000")
    secretary = make_staff(Role.SECRETARY, office=house.office)
    members = [house.chair, *(make_staff(Role.MEMBER, office=house.office) for _n in range(3))]
    meeting = meetings.prepare(house.office, title="x", held_on=timezone.localdate(), quorum=3, by=secretary)
    meetings.mark_present(meeting, members=[member.pk for member in members], by=secretary)
    page = reverse("center:agenda_item", args=[meeting.code, meeting.items.get().position])

    member = enter(members[1]).get(page).content.decode()
    enter(members[2]).post(page + "recuse/", {"member": members[2].pk, "reason_code": "relative"})
    recused = enter(members[2]).get(page)

    assert made.person.full_name not in member
    assert "6,000.00" in member
    assert ("case" in recused.context, enter(members[2]).get(page + "papers/NOSUCH/").status_code) == (False, 403)
    assert enter(members[1]).get(page + "papers/NOSUCH/").status_code == 404


def test_a_change_that_waits_or_another_category_keeps_an_application_off_the_board(house):
    made = make_application(house, status="assessed", category="deep")
    assert [line.ready for line in to_notice(house.office)] == [True]

    change = propose_category(made.file, category="relative", reason="income rose", by=house.officer)
    waiting = to_notice(house.office)[0].why_not
    refuse_change(change, text="not shown", by=house.leader)
    type(made.file).objects.filter(pk=made.file.pk).update(category="relative")

    assert waiting == "A change waits for its second person: Hardship category."
    assert to_notice(house.office)[0].why_not == (
        "The category is Relative hardship since, the amount rests on Deep hardship: assess it anew."
    )


def test_the_way_to_the_committee_is_counted_and_whoever_acts_next_has_a_task(house):
    secretary = make_staff(Role.SECRETARY, office=house.office)
    make_application(house, status="assessed")
    make_application(house, amount="6000")
    make_application(house, amount="1000")

    found = [(stage.label, stage.count, list(stage.reasons)) for stage in stages(house.office)]
    tasks = {task.code: task.title for task in tasks_of(secretary)}

    assert found == [
        ("To assess", 0, []),
        ("To notice", 1, []),
        ("On notice", 0, []),
        ("Ready", 2, ["1 the leader may decide alone"]),
    ]
    assert (tasks["relief.notice"], tasks["relief.meeting"]) == ("1 waits for a public notice", "1 waits for a meeting")


def test_letters_come_in_one_document_and_the_handler_is_asked_until_the_applicants_are_told(house, enter):
    secretary = make_staff(Role.SECRETARY, office=house.office)
    members = [house.chair, *(make_staff(Role.MEMBER, office=house.office) for _n in range(3))]
    rows = [make_application(house, amount="6000") for _n in range(2)]
    Application.objects.update(handler=house.officer2)
    meeting = meetings.prepare(house.office, title="x", held_on=timezone.localdate(), quorum=3, by=secretary)
    meetings.mark_present(meeting, members=[member.pk for member in members], by=secretary)
    meeting = meetings.open_meeting(meeting, by=secretary)
    for item in meeting.items.all():
        votes = {seat.staff_id: "for" for seat in meetings.entitled(item)}
        meetings.decide(item, result="granted", votes=votes, by=secretary)
    meetings.close_meeting(meeting, by=secretary)
    before = [task.code for task in tasks_of(house.officer2)]

    answer = enter(secretary).post(reverse("center:meeting_letters", args=[meeting.code]))

    assert (answer.status_code, answer.content[:5]) == (200, b"%PDF-")
    assert IssuedDocument.objects.filter(subject__in=[subject_of(row) for row in rows]).count() == 2
    printed = [task.code for task in tasks_of(house.officer2)]
    told = enter(house.officer2).post(reverse("relief:application_told", args=[rows[0].code]), follow=True)
    tell(Decision.objects.get(application=rows[0]), by=house.officer2)  # a second click
    after = [task.code for task in tasks_of(house.officer2)]
    assert [codes.count("relief.tell") for codes in (before, printed, after)] == [2, 2, 1]
    assert Event.objects.filter(verb="relief.decision.told").count() == 1
    assert "已告知申请人，登记人：" in told.content.decode()
    assert desks.desk_of("relief.application:1").code == "relief"


def test_a_source_that_may_not_pay_is_not_offered_and_the_last_used_comes_first(house):
    used = make_source(office=house.office, money="9000", by=house.accountant)
    made = make_application(house, source=used)
    newer = make_source(office=house.office, money="500", by=house.accountant)
    make_source(office=house.office, money="700", by=house.accountant, earmarks=["education"])

    assert payers(made) == [(used, Decimal("9000.00")), (newer, Decimal("500.00"))]
