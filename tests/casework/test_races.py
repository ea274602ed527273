"""Two people at the same moment, in threes: the action has a sentence, the constraint refuses, without both it happens."""

from __future__ import annotations

from django.db import IntegrityError
from django.utils import timezone, translation

from casework import actions
from casework.actions import visits
from casework.actions.visits import Newcomer, Outcome
from casework.enums import VisitResult
from casework.errors import Duplicate
from casework.models import Callback, Employer, HardshipFile, Joining, Matter, Person, Visit
from center.kernel.errors import NotAllowed
from center.kernel.roles import Role
from config import owner
from tests.casework.make import make_household, make_office, make_person, make_purpose, make_staff


def as_owner(statement):
    """The clone's owner may drop what the application's role may not."""
    with owner.connect() as session:
        session.execute(statement)


def kinds(answers):
    return sorted(type(answer).__name__ for answer in answers)


def write_file(household, by):
    return HardshipFile.objects.create(
        household=household, office=household.office, category="deep", filed_by=by, filed_at=timezone.now()
    )


def accepted_matter():
    office = make_office()
    clerk, officer = make_staff(Role.FRONT_DESK, office=office), make_staff(Role.OFFICER, office=office)
    visit = actions.log_visit(
        office,
        purpose=make_purpose("petition"),
        newcomer=Newcomer(full_name="赵丽华"),
        outcome=Outcome(result=VisitResult.TRANSFERRED, handler=officer),
        by=clerk,
    )
    actions.accept_matter(visit.matter, by=officer)
    actions.deliver_matter(visit.matter, by=officer)
    return visit.matter, officer


def test_two_clerks_opening_a_file_for_one_household_make_one(racing_db):
    office = make_office()
    household = make_household(office=office)
    clerks = [make_staff(Role.FRONT_DESK, office=office) for _n in range(2)]

    answers = racing_db(
        *(
            lambda clerk=clerk: actions.start_file(office, category="deep", person=household.head, by=clerk)
            for clerk in clerks
        )
    )

    assert kinds(answers) == [Duplicate.__name__, HardshipFile.__name__]
    assert HardshipFile.objects.count() == 1


def test_behind_the_action_the_constraint_refuses_the_second_file(racing_db):
    office = make_office()
    household, clerk = make_household(office=office), make_staff(Role.FRONT_DESK, office=office)

    answers = racing_db(lambda: write_file(household, clerk), lambda: write_file(household, clerk))

    assert kinds(answers) == [HardshipFile.__name__, IntegrityError.__name__]


def test_without_both_a_household_has_two_files(racing_db):
    office = make_office()
    household, clerk = make_household(office=office), make_staff(Role.FRONT_DESK, office=office)
    as_owner("DROP INDEX household_has_one_living_file")

    answers = racing_db(lambda: write_file(household, clerk), lambda: write_file(household, clerk))

    assert kinds(answers) == [HardshipFile.__name__] * 2


def close(matter, by):
    with translation.override("en"):
        return actions.close_matter(
            matter, result="settled", reply="paid", told_how="by_phone", report="done", archive_number="A", by=by
        )


def look_then_close(matter_id, by):
    """What the action would be without its lock."""
    matter = Matter.objects.get(pk=matter_id)
    matter.status, matter.closed_by, matter.closed_at = "closed", by, timezone.now()
    matter.result = matter.reply = matter.report = matter.archive_number = "x"
    matter.save()
    return Callback.objects.create(visit_id=matter.visit_id, matter=matter, due_on=timezone.localdate())


def test_a_matter_closed_twice_at_once_is_closed_once(racing_db):
    matter, officer = accepted_matter()

    answers = racing_db(lambda: close(matter, officer), lambda: close(matter, officer))

    assert kinds(answers) == [Matter.__name__, NotAllowed.__name__]
    assert "is Closed" in str(next(answer for answer in answers if isinstance(answer, NotAllowed)))
    assert Callback.objects.count() == 1


def test_behind_the_action_the_constraint_refuses_the_second_call(racing_db):
    matter, officer = accepted_matter()

    answers = racing_db(lambda: look_then_close(matter.pk, officer), lambda: look_then_close(matter.pk, officer))

    assert kinds(answers) == [Callback.__name__, IntegrityError.__name__]


def test_without_both_a_matter_is_closed_twice(racing_db):
    matter, officer = accepted_matter()
    as_owner("DROP INDEX matter_has_one_open_callback")

    answers = racing_db(lambda: look_then_close(matter.pk, officer), lambda: look_then_close(matter.pk, officer))

    assert kinds(answers) == [Callback.__name__] * 2


def clicks():
    """Two of one panel, which brings a newcomer."""
    office = make_office()
    clerk, purpose = make_staff(Role.FRONT_DESK, office=office), make_purpose("advice")
    newcomer = Newcomer(full_name="赵丽华")
    return [lambda: actions.log_visit(office, purpose=purpose, newcomer=newcomer, token="one", by=clerk)] * 2


def test_the_second_click_at_the_same_moment_is_one_visit_of_one_person(racing_db):
    answers = racing_db(*clicks())

    assert kinds(answers) == [Visit.__name__] * 2
    assert (Visit.objects.count(), Person.objects.count()) == (1, 1)


def test_without_the_wait_the_constraint_refuses_the_second_click(racing_db, monkeypatch):
    monkeypatch.setattr(visits, "_first_click", lambda _token: None)

    answers = racing_db(*clicks())

    assert kinds(answers) == [IntegrityError.__name__, Visit.__name__]
    assert (Visit.objects.count(), Person.objects.count()) == (1, 1)


def two_records():
    office = make_office()
    officer, leaders = make_staff(Role.OFFICER, office=office), [make_staff(Role.LEADER, office=office) for _n in "ab"]
    return [make_person(office=office) for _n in "ab"], officer, leaders


def test_two_joinings_of_the_same_two_people_at_once_leave_one_record_standing(racing_db):
    (one, other), officer, leaders = two_records()
    both = [
        actions.propose_joining(keep, drop=drop, taken=[], reason="the same card", by=officer)
        for keep, drop in ((one, other), (other, one))
    ]

    with translation.override("en"):
        answers = racing_db(
            *(
                lambda joining=joining, leader=leader: actions.confirm_joining(joining, by=leader)
                for joining, leader in zip(both, leaders, strict=True)
            )
        )

    assert kinds(answers) == [Joining.__name__, NotAllowed.__name__]
    assert Person.objects.filter(joined_into=None).count() == 1


def test_behind_the_action_the_constraint_refuses_the_second_joining(racing_db):
    (one, other), officer, _leaders = two_records()
    facts = {"keep": one, "drop": other, "reason": "card", "proposed_by": officer}

    answers = racing_db(*(lambda: Joining.objects.create(**facts) for _n in "ab"))

    assert kinds(answers) == [IntegrityError.__name__, Joining.__name__]


def test_without_the_constraint_a_record_is_joined_away_twice(racing_db):
    (one, other), officer, _leaders = two_records()
    facts = {"keep": one, "drop": other, "reason": "card", "proposed_by": officer}
    as_owner("DROP INDEX person_is_joined_away_once")

    racing_db(*(lambda: Joining.objects.create(**facts) for _n in "ab"))

    assert Joining.objects.filter(drop=other).count() == 2


def two_namings():
    office = make_office()
    clerks = [make_staff(Role.FRONT_DESK, office=office) for _n in "ab"]
    return [lambda clerk=clerk: actions.name_employer("德胜 钢铁厂", by=clerk) for clerk in clerks]


def name_without_looking():
    return Employer.objects.create(name="德胜钢铁厂")


def test_two_people_who_name_the_same_new_employer_at_once_get_one(racing_db):
    answers = racing_db(*two_namings())

    assert kinds(answers) == [Employer.__name__] * 2
    assert [answer.pk for answer in answers] == [Employer.objects.get().pk] * 2


def test_behind_the_action_the_constraint_refuses_the_second_employer(racing_db):
    answers = racing_db(*(name_without_looking for _n in "ab"))

    assert kinds(answers) == [Employer.__name__, IntegrityError.__name__]


def test_without_the_constraint_there_are_two_employers(racing_db):
    as_owner("ALTER TABLE casework_employer DROP CONSTRAINT employer_is_named_once")

    answers = racing_db(*(name_without_looking for _n in "ab"))

    assert kinds(answers) == [Employer.__name__] * 2
