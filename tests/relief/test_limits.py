"""What a limit counts: the person's, the household's, the student's; and many small decisions as one big one."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone, translation
from psycopg.types.range import Range

from casework import actions
from casework.models import ChangeRequest, Membership
from center.desk import Decided
from center.kernel.errors import Incomplete, NotAllowed, Refusal
from center.kernel.roles import Role
from relief.actions import applications, decisions
from relief.models import Application, Award, Decision, EmergencyPower, Terms
from relief.queries import limits
from tests.casework.make import make_file, make_household, make_person, make_picture
from tests.center.make import make_staff
from tests.relief.make import make_application, make_award, make_version, make_worker

D = Decimal
pytestmark = pytest.mark.django_db
YEAR = timezone.localdate().year


def moved(person, house, *, out_of, on=None):
    """The person leaves a household and founds one with a file of its own."""
    on = on or timezone.localdate()
    Membership.objects.filter(household=out_of, person=person).update(until=on)
    own = make_household(office=house.office, head=make_person(office=house.office))
    Membership.objects.filter(household=own).delete()
    type(own).objects.filter(pk=own.pk).update(head=person)
    Membership.objects.create(household=own, person=person, relation="01", since=on)
    own.refresh_from_db()
    return make_file(office=house.office, by=house.officer, household=own)


def by_meeting(amount, **fields):
    fields = {"result": "granted", "reason_code": "", "reason": "", "meeting": "H1", "agenda_item_id": 1} | fields
    return Decided(amount=D(amount), **fields)


def given(application):
    return limits.given(application, year=YEAR)


# -- who moves ------------------------------------------------------------------------------------------------------------


def test_whoever_moves_out_takes_along_what_they_got(house):
    file = make_worker(house)
    applicant = file.household.head
    make_award(house, kind="living", file=file, amount="1500", cap="8880")

    own = moved(applicant, house, out_of=file.household)

    assert given(make_application(house, kind="living", file=own)) == D("1500.00")


def test_relief_of_a_household_counts_for_everybody_who_lived_in_it_that_day(house):
    file = make_worker(house)
    wife, later = make_person(office=house.office), make_person(office=house.office)
    Membership.objects.create(household=file.household, person=wife, relation="10", since=date(2024, 1, 1))
    make_award(house, kind="living", file=file, amount="1500", cap="8880")
    gone_on = timezone.localdate() + timedelta(days=1)
    Membership.objects.create(household=file.household, person=later, relation="21", since=gone_on)

    own = [moved(one, house, out_of=file.household, on=gone_on) for one in (wife, later)]

    assert [given(make_application(house, kind="living", file=one)) for one in own] == [D("1500.00"), D("0.00")]


def test_what_was_granted_on_the_day_of_the_move_counts_for_whoever_leaves(house):
    named(house, "2000")
    (first,) = emergencies(house, "2000")
    wife = make_person(office=house.office)
    Membership.objects.create(household=first.household, person=wife, relation="10", since=date(2024, 1, 1))
    make_award(house, kind="living", file=first.file, amount="1500", cap="8880")
    decisions.grant_emergency(first, amount=D(2000), reason="fire", by=house.leader)
    decisions.second(first, by=house.chair)

    own = moved(wife, house, out_of=first.household)
    hers = make_application(house, file=own, version=first.version, amount="2000", is_emergency=True)

    assert given(make_application(house, kind="living", file=own)) == D("1500.00")
    with pytest.raises(NotAllowed, match=r"the household would have 4,000.00"):
        decisions.grant_emergency(hers, amount=D(2000), reason="fire", by=house.leader)


def test_those_who_stay_keep_counting_what_their_household_got(house):
    file = make_worker(house)
    make_award(house, kind="living", file=file, amount="1500", cap="8880")
    moved(file.household.head, house, out_of=file.household)
    heir = make_person(office=house.office)
    Membership.objects.create(household=file.household, person=heir, relation="10")

    assert given(make_application(house, kind="living", file=file, person=heir)) == D("1500.00")


def test_what_was_given_before_there_was_a_file_counts_on(house):
    file = make_worker(house)
    award = make_award(house, kind="living", file=file, amount="1500", cap="8880")
    Application.objects.filter(pk=award.application_id).update(household=None, file=None)

    assert given(make_application(house, kind="living", file=file)) == D("1500.00")


def test_medical_relief_counts_the_patient_whoever_asks(house):
    file = make_worker(house)
    child, head = make_person(office=house.office), file.household.head
    make_award(house, file=file, amount="1500", beneficiary=child)
    wife = make_person(office=house.office)

    of = [
        given(make_application(house, file=file, person=asks, beneficiary=patient))
        for asks, patient in ((wife, child), (head, None), (child, None))
    ]

    assert of == [D("1500.00"), D("0.00"), D("1500.00")]


# -- what day a move is said to have been ----------------------------------------------------------------------------------


def family_of_two(house):
    """A file, a wife who has lived there for years, and 1,500 granted to the household today."""
    file = make_worker(house)
    wife = make_person(office=house.office)
    place = Membership.objects.create(household=file.household, person=wife, relation="10", since=date(2024, 1, 1))
    return file, wife, place, make_award(house, kind="living", file=file, amount="1500", cap="8880")


def gone(house, file, place, *, until, why="moved"):
    change = actions.propose_leaving(
        file, membership=place, until=until, why=why, reason="with her sister", by=house.officer
    )
    return actions.confirm_change(change, by=house.leader)


def founded(house, person):
    """A household and a file of one's own."""
    own = make_household(office=house.office, head=make_person(office=house.office))
    Membership.objects.filter(household=own).delete()
    type(own).objects.filter(pk=own.pk).update(head=person)
    Membership.objects.create(household=own, person=person, relation="01")
    own.refresh_from_db()
    return make_file(office=house.office, by=house.officer, household=own)


@pytest.mark.parametrize("days", [-400, -1, 0])
def test_no_day_of_leaving_takes_a_grant_out_of_the_limit_of_who_leaves(house, days):
    file, wife, place, _award = family_of_two(house)

    gone(house, file, place, until=timezone.localdate() + timedelta(days=days))

    assert given(make_application(house, kind="living", file=founded(house, wife))) == D("1500.00")


def test_whoever_left_on_the_day_after_a_grant_takes_it_along(house):
    file, wife, place, award = family_of_two(house)
    at = timezone.now() - timedelta(days=1)
    Award.objects.filter(pk=award.pk).update(granted_at=at)

    gone(house, file, place, until=timezone.localdate())

    hers = make_application(house, kind="living", file=founded(house, wife))
    assert limits.given(hers, year=timezone.localdate(at).year) == D("1500.00")


def test_who_is_said_to_have_been_entered_by_mistake_takes_the_grant_along(house):
    file, wife, place, _award = family_of_two(house)

    gone(house, file, place, until=timezone.localdate(), why="mistake")

    assert given(make_application(house, kind="living", file=founded(house, wife))) == D("1500.00")


def test_whoever_was_out_of_the_register_before_the_grant_takes_nothing_along(house):
    file = make_worker(house)
    wife = make_person(office=house.office)
    place = Membership.objects.create(household=file.household, person=wife, relation="10", since=date(2024, 1, 1))
    gone(house, file, place, until=timezone.localdate() - timedelta(days=3))
    make_award(house, kind="living", file=file, amount="1500", cap="8880")

    assert given(make_application(house, kind="living", file=founded(house, wife))) == D("0.00")


@pytest.mark.parametrize(("days", "counts"), [(-30, "1500.00"), (0, "1500.00"), (1, "0.00")])
def test_a_member_added_with_a_day_in_the_past_lived_there_from_that_day(house, days, counts):
    file, _wife, _place, _award = family_of_two(house)
    niece = make_person(office=house.office)
    since = timezone.localdate() + timedelta(days=days)
    place = Membership.objects.create(household=file.household, person=niece, relation="21", since=since)

    Membership.objects.filter(pk=place.pk).update(until=max(since, timezone.localdate()))

    assert given(make_application(house, kind="living", file=founded(house, niece))) == D(counts)


def test_whoever_stood_in_the_register_before_the_day_that_was_named_for_joining_takes_the_grant_along(house):
    file = make_worker(house)
    niece = make_person(office=house.office)
    ahead = timezone.localdate() + timedelta(days=9)
    place = Membership.objects.create(household=file.household, person=niece, relation="21", since=ahead)
    make_award(house, kind="living", file=file, amount="1500", cap="8880")
    Membership.objects.filter(pk=place.pk).update(until=ahead)

    assert given(make_application(house, kind="living", file=founded(house, niece))) == D("1500.00")


def test_nobody_writes_when_a_place_was_entered_or_ended(house):
    _file, _wife, place, _award = family_of_two(house)
    place.refresh_from_db()
    entered = place.since_entered_at
    Membership.objects.filter(pk=place.pk).update(
        since_entered_at=timezone.now() - timedelta(days=9), until_entered_at=timezone.now()
    )
    place.refresh_from_db()
    assert (place.since_entered_at, place.until_entered_at) == (entered, None)

    Membership.objects.filter(pk=place.pk).update(
        until=date(2024, 5, 1), until_entered_at=timezone.now() - timedelta(days=9)
    )
    place.refresh_from_db()
    assert place.since_entered_at < place.until_entered_at <= timezone.now()


@pytest.mark.parametrize(("days", "told"), [(-1, True), (0, False)])
def test_both_who_propose_and_confirm_a_departure_see_what_was_granted_after_its_day(house, enter, days, told):
    file, _wife, place, award = family_of_two(house)
    page = f"/files/{file.code}/edit/members/"
    until = timezone.localdate() + timedelta(days=days)
    typed = {"part": "leave", "member": place.code, "why": "moved", "until": until.isoformat(), "reason": "x"}
    number = str(award.application)

    first = enter(house.officer).post(page, typed)
    assert (first.status_code, number in first.content.decode()) == ((422, True) if told else (302, False))
    if told:
        said = first.content.decode()
        assert ("1,500.00" in said, "请核对日期后勾选" in said) == (True, True)
        assert enter(house.officer).post(page, typed | {"seen": "on"}).status_code == 302

    change = ChangeRequest.objects.get(file=file)
    for language, sentence in (
        ("zh-hans", "仍计入离开者的限额"),
        ("en", "in the limit of whoever leaves all the same"),
    ):
        reader = make_staff(Role.LEADER, office=house.office, language=language)
        shown = enter(reader).get(f"/changes/{change.code}/").content.decode()
        assert (sentence in shown, number in shown) == (told, told)


def test_a_head_who_leaves_is_shown_what_was_granted_after_the_day_to_both_people(house, enter):
    file, _wife, place, award = family_of_two(house)
    yesterday = timezone.localdate() - timedelta(days=1)
    typed = {"head": place.code, "why": "departure", "on": yesterday.isoformat(), "reason": "he went away"}
    number, client = str(award.application), enter(house.officer)

    first = client.post(f"/files/{file.code}/head/", typed | {"upload": make_picture()})
    again = client.post(f"/files/{file.code}/head/", typed | {"upload": make_picture(), "seen": "on"})

    assert (first.status_code, number in first.content.decode(), again.status_code) == (422, True, 302)
    change = ChangeRequest.objects.get(file=file)
    assert number in enter(house.leader).get(f"/changes/{change.code}/").content.decode()


def test_whoever_leaves_an_ended_household_is_shown_what_was_granted_after_the_day(house, enter):
    file, wife, _place, award = family_of_two(house)
    type(file).objects.filter(pk=file.pk).update(
        status="exited", exited_by=house.leader, exited_at=timezone.now(), exited_on=timezone.localdate(),
        exited_reason="income", exited_text="x",
    )  # fmt: skip
    yesterday = timezone.localdate() - timedelta(days=1)
    typed = {"reason": "moved", "text": "with her sister", "on": yesterday.isoformat()}
    page, client = f"/people/{wife.code}/leave/", enter(house.officer)

    first, again = client.post(page, typed), client.post(page, typed | {"seen": "on"})

    assert (first.status_code, str(award.application) in first.content.decode(), again.status_code) == (422, True, 302)


# -- students -------------------------------------------------------------------------------------------------------------


def at_school(house, *, born=date(2008, 5, 4), file=None):
    """A family with a child; the file and the child."""
    file = file or make_worker(house)
    child = make_person(office=house.office, birth_date=born)
    Membership.objects.create(household=file.household, person=child, relation="21")
    return file, child


def opened(house, file, **answers):
    version = make_version(house, "education", times_per_year=1)
    made = applications.open_application(
        version.programme, person=file.household.head, office=house.office, by=house.frontdesk
    )
    given = {"request": "学费", "school": "一中", "school_stage": "higher", "school_year": YEAR} | answers
    return applications.fill_in(made, answers=given, by=house.frontdesk)


def lacks(house, made):
    with pytest.raises(NotAllowed) as refused:
        applications.submit(made, by=house.frontdesk)
    return str(refused.value)


def test_the_head_is_never_the_student_by_default(house):
    file, child = at_school(house)
    made = opened(house, file)

    assert lacks(house, made) == "Still missing: the student."
    applications.fill_in(made, answers={"beneficiary": child}, by=house.frontdesk)
    assert applications.submit(made, by=house.frontdesk).beneficiary == child


def test_a_student_belongs_to_the_household_and_lives(house):
    file, child = at_school(house)
    made = opened(house, file)
    stranger = make_person(office=house.office)

    with pytest.raises(NotAllowed, match="is the applicant or a living member of the household"):
        applications.fill_in(made, answers={"beneficiary": stranger}, by=house.frontdesk)
    applications.fill_in(made, answers={"beneficiary": child}, by=house.frontdesk)
    type(child).objects.filter(pk=child.pk).update(died_on=timezone.localdate())
    assert "somebody who has died" in lacks(house, made)


def test_a_woman_of_43_gets_no_students_grant_without_a_reason(house):
    file = make_worker(house)
    head = file.household.head
    type(head).objects.filter(pk=head.pk).update(birth_date=date(YEAR - 43, 1, 5))
    made = opened(house, file, beneficiary=head)

    assert lacks(house, made) == "Still missing: why a student of this age is at this stage."
    applications.fill_in(made, answers={"stage_reason": "evening university"}, by=house.frontdesk)
    assert applications.submit(made, by=house.frontdesk).status == "submitted"


def test_a_student_whose_age_nobody_knows_needs_a_reason_too(house):
    file, child = at_school(house)
    type(child).objects.filter(pk=child.pk).update(birth_date=None, id_number=None)

    assert "of this age" in lacks(house, opened(house, file, beneficiary=child))


@pytest.mark.parametrize("year", [YEAR - 2, YEAR + 1])
def test_a_school_year_is_one_of_the_list(house, year):
    file, child = at_school(house)

    assert "a school year of the list" in lacks(house, opened(house, file, beneficiary=child, school_year=year))


def test_a_school_has_its_name(house):
    file, child = at_school(house)

    assert lacks(house, opened(house, file, beneficiary=child, school=" ")) == "Still missing: the school."


def test_one_student_once_a_school_year_whichever_parent_asks(house):
    file, child = at_school(house)
    father = make_person(office=house.office)
    applications.submit(opened(house, file, beneficiary=child), by=house.frontdesk)
    Membership.objects.create(household=file.household, person=father, relation="10")
    version = Application.objects.get().version

    again = applications.open_application(version.programme, person=father, office=house.office, by=house.frontdesk)
    told = {"request": "学费", "school": "一中", "school_stage": "higher", "school_year": YEAR, "beneficiary": child}
    applications.fill_in(again, answers=told, by=house.frontdesk)

    with pytest.raises(Refusal, match="already has an application for this school year"):
        applications.submit(again, by=house.frontdesk)
    with pytest.raises(IntegrityError, match="education_one_year_one_student"), transaction.atomic():
        make_application(house, kind="education", person=father, file=file, beneficiary=child, school_year=YEAR)


def test_the_database_keeps_no_education_without_its_student(house):
    with pytest.raises(IntegrityError, match="education_names_its_student"), transaction.atomic():
        make_application(house, kind="education", beneficiary=None)


def test_a_grant_in_february_does_not_use_up_september_s(house):
    file, child = at_school(house)
    make_award(house, kind="education", file=file, beneficiary=child, school_year=YEAR - 1, amount="2000", cap="5000")
    autumn, same = (
        make_application(house, kind="education", status="submitted", file=file, beneficiary=child, school_year=year)
        for year in (YEAR, YEAR - 3)
    )
    Application.objects.filter(pk=same.pk).update(school_year=YEAR - 1, status="draft")
    same.refresh_from_db()

    assert (given(autumn), limits.times(autumn, year=YEAR)) == (D("0.00"), 0)
    assert (given(same), limits.times(same, year=YEAR)) == (D("2000.00"), 1)


# -- small decisions add up ---------------------------------------------------------------------------------------------------


def test_five_grants_of_2000_in_a_day_are_one_of_10000(house):
    file = make_worker(house)
    version = make_version(house)
    applied = [make_application(house, file=file, version=version, amount="2000") for _n in range(5)]

    first = decisions.grant(applied[0], amount=D(2000), by=house.leader)
    second = decisions.grant(applied[1], amount=D(2000), by=house.leader)
    with pytest.raises(NotAllowed) as refused:
        decisions.grant(applied[2], amount=D(2000), by=house.leader)

    assert (first.status, second.status) == ("granted", "second")  # 2,000 alone; 4,000 by two
    assert str(refused.value) == (
        "With what this household was granted in 3 months, 6,000.00 yuan is for the committee to grant."
    )


def test_what_another_program_or_another_member_was_granted_adds_up_too(house):
    file, child = at_school(house)
    make_award(house, kind="living", file=file, amount="1500", cap="8880")

    made = make_application(house, file=file, person=child, amount="1000")

    assert limits.together(made, D(1000)) == D("2500.00")


def test_what_was_granted_before_the_programmes_period_does_not_add_up(house):
    file = make_worker(house)
    version = make_version(house, sum_months=2)
    award = make_award(house, file=file, version=version, amount="1500")
    made = make_application(house, file=file, version=version, amount="1000")

    for days, sum_ in ((50, "2500.00"), (63, "1000.00")):
        Award.objects.filter(pk=award.pk).update(granted_at=timezone.now() - timedelta(days=days))
        assert limits.together(made, D(1000)) == D(sum_)


def test_the_committee_s_small_grant_on_top_of_a_great_one_waits_for_the_upper_union(house):
    file = make_worker(house)
    version = make_version(house)
    rows = [
        make_application(house, file=file, version=version, amount=amount, status="listed")
        for amount in ("15000", "6000")
    ]

    done = [
        decisions.carry_out(row, decided=by_meeting(amount), by=house.chair)
        for row, amount in zip(rows, ("15000", "6000"), strict=True)
    ]

    assert [row.status for row in done] == ["granted", "upper"]


def named(house, ceiling):
    EmergencyPower.objects.create(
        staff=house.leader, office=house.office, ceiling=D(ceiling), during=Range(date(2020, 1, 1), None)
    )


def emergencies(house, *amounts):
    file, version = make_worker(house), make_version(house)
    return [make_application(house, file=file, version=version, amount=amount, is_emergency=True) for amount in amounts]


def test_the_ceiling_of_emergencies_stands_for_the_household_and_not_for_each_one(house):
    named(house, "2000")
    first, other = emergencies(house, "1500", "1500")
    decisions.grant_emergency(first, amount=D(1500), reason="fire", by=house.leader)

    with pytest.raises(NotAllowed, match=r"with this one the household would have 3,000.00 in 3 months"):
        decisions.grant_emergency(
            other, amount=D(1500), reason="fire", by=house.leader
        )  # the first waits for its second

    decisions.second(first, by=house.chair)
    with pytest.raises(NotAllowed, match=r"would have 3,000.00"):
        decisions.grant_emergency(other, amount=D(1500), reason="fire", by=house.leader)
    assert decisions.grant_emergency(other, amount=D(500), reason="fire", by=house.leader).status == "second"


def test_ordinary_relief_does_not_use_up_the_power_to_help_at_once(house):
    named(house, "2000")
    (made,) = emergencies(house, "1500")
    make_award(house, file=made.file, version=made.version, amount="1900")

    assert decisions.grant_emergency(made, amount=D(1500), reason="fire", by=house.leader).status == "second"


def test_the_second_word_looks_again_at_the_sum(house):
    file, version = make_worker(house), make_version(house)
    made = make_application(house, file=file, version=version, amount="3000")
    decisions.grant(made, amount=D(3000), by=house.leader)
    make_award(house, file=make_worker(house), version=version, amount="1900")
    Application.objects.filter(award__isnull=False).update(household=file.household)

    assert decisions.second(made, by=house.chair).status == "granted"  # 4,900 by two

    late = make_application(house, file=file, version=version, amount="3000", status="second")
    Application.objects.filter(pk=late.pk).update(
        granting_amount=D(3000), granting_by=house.leader, granting_at=timezone.now()
    )
    with pytest.raises(NotAllowed, match=r"7,900.00 yuan is for the committee"):
        decisions.second(late, by=house.chair)


@pytest.mark.parametrize("amount", ["1000", "3000"])
def test_an_emergency_is_never_granted_without_its_second_approver(house, amount):
    made = make_application(house, is_emergency=True, amount=amount)

    with pytest.raises(NotAllowed, match="by the named leader and a second approver"):
        decisions.grant(made, amount=D(amount), by=house.leader)

    assert Decision.objects.count() == 0


# -- what the public was told ------------------------------------------------------------------------------------------------


def noticed(house, amount="1000", *, told="1000", **fields):
    return make_application(house, amount=amount, noticed_amount=D(told), notice_number="G1", **fields)


def test_more_than_the_public_was_told_needs_its_reason_at_the_decision(house):
    made = noticed(house)

    with pytest.raises(Incomplete) as refused:
        decisions.grant(made, amount=D(1050), by=house.leader)
    decisions.grant(made, amount=D(1050), reason_code="more_costs", reason="a bill came late", by=house.leader)

    assert (
        str(refused.value) == "1,050.00 yuan is above the noticed 1,000.00: give the reason from the list and in words."
    )
    decided = Decision.objects.get()
    assert (decided.noticed_amount, decided.is_above_notice, decided.reason) == (D("1000.00"), True, "a bill came late")


def test_the_reason_of_the_first_approver_stands_at_the_second(house):
    made = noticed(house, "3000", told="2900")
    decisions.grant(made, amount=D(3000), reason_code="more_costs", reason="a bill came late", by=house.leader)

    decisions.second(made, by=house.chair)

    assert Decision.objects.values_list("reason_code", "reason").get() == ("more_costs", "a bill came late")


def test_the_committee_says_why_it_grants_more_than_the_public_was_told(house):
    made = noticed(house, "1050", status="listed")

    with pytest.raises(Incomplete, match="above the noticed"):
        decisions.carry_out(made, decided=by_meeting("1050"), by=house.chair)
    decisions.carry_out(made, decided=by_meeting("1050", reason_code="more_costs", reason="late"), by=house.chair)

    assert Decision.objects.get().is_above_notice


def test_above_the_share_that_the_office_sets_the_public_is_told_anew(house):
    made = noticed(house)
    sentence = "1,101.00 yuan is more than 10 percent above the noticed 1,000.00: it needs a new notice first."

    with pytest.raises(NotAllowed) as refused:
        decisions.grant(made, amount=D(1101), reason_code="more_costs", reason="late", by=house.leader)
    assert str(refused.value) == sentence

    Terms.objects.create(
        office=house.office,
        during=Range(timezone.localdate(), None),
        notice_excess_percent=0,
        document="D1",
        decided_by=house.leader,
    )
    with pytest.raises(NotAllowed, match="more than 0 percent above"):
        decisions.grant(made, amount=D(1001), reason_code="more_costs", reason="late", by=house.leader)
    assert decisions.grant(made, amount=D(1000), by=house.leader).status == "granted"


def test_the_database_keeps_no_decision_above_the_notice_without_its_reason(house):
    made = noticed(house)

    with pytest.raises(IntegrityError, match="decision_above_the_notice_has_a_reason"), transaction.atomic():
        Decision.objects.create(
            application=made,
            how="leader",
            result="granted",
            amount=D(1001),
            noticed_amount=D(1000),
            decided_by=house.leader,
        )


def test_the_pages_flag_what_goes_above_the_notice(house, enter):
    made = noticed(house)
    client = enter(house.leader)
    page = client.get(f"/applications/{made.code}/decide/").content.decode()
    assert all(said in page for said in ("公示金额", "1,000.00"))
    decisions.grant(made, amount=D(1050), reason_code="more_costs", reason="late", by=house.leader)

    assert "高于公示" in client.get(f"/applications/{made.code}/").content.decode()


# -- excluded households -------------------------------------------------------------------------------------------------------


def exclude(file):
    type(file.household).objects.filter(pk=file.household_id).update(exclusions=["excl_vehicle"])


def test_an_excluded_household_gets_no_living_relief_at_any_step(house):
    sentence = "The household is excluded from living relief: A motor vehicle in regular use."
    version = make_version(house, "living")
    file = make_worker(house)
    ready = make_application(house, kind="living", file=file, amount="900", version=version)
    draft = applications.open_application(
        version.programme, person=file.household.head, office=house.office, by=house.frontdesk
    )
    applications.fill_in(draft, answers={"request": "winter"}, by=house.frontdesk)
    exclude(file)

    with translation.override("en"):
        steps = (
            lambda: applications.submit(draft, by=house.frontdesk),
            lambda: applications.assess(
                make_application(house, kind="living", file=file, version=version, status="submitted"),
                proposed_amount=None,
                fund_source=None,
                by=house.officer,
            ),
            lambda: decisions.grant(ready, amount=D(900), by=house.leader),
        )
        said = []
        for step in steps:
            with pytest.raises(Refusal) as refused:
                step()
            said.append(str(refused.value))

    assert said == [sentence] * 3
    assert Award.objects.count() == 0


def test_an_excluded_household_may_still_be_ill(house):
    file = make_worker(house)
    exclude(file)

    assert decisions.grant(make_application(house, file=file), amount=D(1000), by=house.leader).status == "granted"


def test_nothing_is_begun_nor_handed_in_for_somebody_who_has_died(house):
    file, child = at_school(house)
    made = opened(house, file, beneficiary=child)
    type(child).objects.filter(pk=file.household.head_id).update(died_on=timezone.localdate())
    dead = type(child).objects.get(pk=file.household.head_id)

    with pytest.raises(NotAllowed, match="This person died on"):
        applications.open_application(made.programme, person=dead, office=house.office, by=house.frontdesk)
    assert "somebody who has died" in lacks(house, type(made).objects.get(pk=made.pk))


@pytest.mark.parametrize(
    ("amount", "code", "said"),
    [
        (
            "1050",
            "over_cap",
            "“Above the cap” is a reason for giving less; say from the list why it is more than noticed.",
        ),
        (
            "800",
            "more_costs",
            "“Further costs since the notice” is a reason for more than noticed; choose one for this decision.",
        ),
    ],
)
def test_reasons_for_more_and_reasons_for_less_are_two_lists(house, amount, code, said):
    made = noticed(house)

    with pytest.raises(Incomplete) as refused:
        decisions.grant(made, amount=D(amount), reason_code=code, reason="words", by=house.leader)

    assert str(refused.value) == said
