"""What the job desk may and may not, read aloud; the score of a pair; the last place of a vacancy."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone, translation

from center.desk import desk_of
from center.kernel.errors import Conflict, Incomplete, NotAllowed
from center.kernel.periods import months_later
from center.kernel.roles import Role
from center.reference import working_days
from config import owner
from employment import actions
from employment.errors import Discriminating, Filled
from employment.models import Placement, Referral, RetentionCheck, Seeker, Vacancy
from employment.rules.matching import Offered, Wanted, match
from employment.rules.wishes import Wish, forbidden_word, read_wish
from tests.casework.make import make_employer, make_office, make_person, make_staff
from tests.employment.make import hire, make_referral, make_seeker, make_vacancy, vacancy_facts

WELDER = Offered(
    post="电焊工", place="城东", wage_from=Decimal(3000), wage_to=Decimal(4000), skill_level=4, demands=["height"]
)


def points(**wanted):
    return {reason.code: reason.points for reason in match(Wanted(**wanted), WELDER).reasons}


# -- the score -------------------------------------------------------------------------------------------------------


def test_a_perfect_pair_has_all_hundred_points():
    found = match(Wanted(occupation="焊工", place="城东", wage=Decimal(4000), skill_level=3), WELDER)

    assert (found.score, found.fits) == (100, True)
    assert [(reason.code, reason.most) for reason in found.reasons] == [
        ("trade", 40), ("place", 20), ("wage", 15), ("skill", 15), ("limits", 10)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("wanted", "code", "given"),
    [
        ({"occupation": "保洁", "skills": ["焊工"]}, "trade", 35),
        ({"occupation": ""}, "trade", 20),
        ({"occupation": "保洁"}, "trade", 0),
        ({"place": "城西"}, "place", 0),
        ({"place": ""}, "place", 20),
        ({"wage": Decimal(4400)}, "wage", 7),
        ({"wage": Decimal(5000)}, "wage", 0),
        ({"skill_level": 5}, "skill", 7),
        ({"skill_level": 6}, "skill", 0),
        ({"limits": ["height"]}, "limits", 0),
    ],
)
def test_each_part_of_the_score_stands_for_itself(wanted, code, given):
    assert points(**wanted)[code] == given


def test_work_that_somebody_cannot_do_never_fits_however_good_the_rest():
    wanted = Wanted(occupation="电焊工", place="城东", skill_level=1, limits=["height"])

    assert (match(wanted, WELDER).score, match(wanted, WELDER).fits) == (90, False)


def test_sex_age_and_registration_are_not_even_asked():
    assert {"sex", "age", "birth_date", "hukou", "ethnic_group"} & set(Wanted.__dataclass_fields__) == set()


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("保洁、城东、2000以上", Wish(occupation="保洁", place="城东", wage=Decimal(2000))),
        ("家政、全日", Wish(occupation="家政", work_form="full")),
        ("保安、夜班可", Wish(occupation="保安", shift="night")),
        ("无就业能力", Wish()),
        ("", Wish()),
    ],
)
def test_a_wish_in_the_file_s_words_is_read(text, wish):
    assert read_wish(text) == wish


@pytest.mark.parametrize(
    ("text", "ground"),
    [
        ("限男性", "sex"),
        ("女士优先", "sex"),
        ("Men only", "sex"),
        ("限汉族", "ethnic"),
        ("无宗教信仰", "religion"),
        ("女装销售,有耐心", ""),
    ],
)
def test_words_that_choose_by_sex_ethnic_group_or_religion_are_known(text, ground):
    assert forbidden_word(text)[0] == ground


# -- vacancies and seekers -------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("missing", ["post", "posts", "conditions", "content", "place", "wage_from"])
def test_a_vacancy_without_one_of_the_six_facts_is_refused(jobs, office, missing):
    facts = vacancy_facts(**{missing: None if missing in {"posts", "wage_from"} else ""})

    with pytest.raises(Incomplete, match="all six"):
        actions.enter_vacancy(make_employer(), office=office, facts=facts, by=jobs)


@pytest.mark.django_db
def test_behind_the_action_the_six_facts_are_still_demanded(jobs, office):
    vacancy = make_vacancy(by=jobs, office=office)

    with pytest.raises(IntegrityError, match="vacancy_has_all_six_facts"), transaction.atomic():
        Vacancy.objects.filter(pk=vacancy.pk).update(content="")


@pytest.mark.django_db
def test_a_vacancy_that_discriminates_is_refused_and_cannot_become_so_later(jobs, office):
    vacancy = make_vacancy(by=jobs, office=office)

    for facts in (
        vacancy_facts(conditions="限女"),
        vacancy_facts(content="限汉族"),
        vacancy_facts(benefits="男士优先"),
    ):
        with pytest.raises(Discriminating, match="law forbids"):
            actions.enter_vacancy(make_employer(), office=office, facts=facts, by=jobs)
        with pytest.raises(Discriminating, match="law forbids"):
            actions.edit_vacancy(vacancy, facts=facts, by=jobs)


@pytest.mark.django_db
def test_nobody_is_sent_where_the_papers_were_not_checked(jobs, office):
    seeker, vacancy = make_seeker(by=jobs, office=office), make_vacancy(by=jobs, office=office, checked=False)

    with pytest.raises(NotAllowed, match="papers of the employer"):
        actions.refer(seeker, vacancy=vacancy, by=jobs)
    with pytest.raises(Incomplete, match="licence"):
        actions.check_papers(vacancy, papers=["brief"], by=jobs)


@pytest.mark.django_db
def test_a_person_looks_for_work_once(jobs, office):
    seeker = make_seeker(by=jobs, office=office)

    with pytest.raises(Conflict, match="registered as a job seeker already"):
        make_seeker(by=jobs, office=office, person=seeker.person)

    assert Seeker.objects.count() == 1


@pytest.mark.django_db
def test_an_expired_registration_is_renewed_before_anybody_is_sent(jobs, office):
    seeker, vacancy = make_seeker(by=jobs, office=office), make_vacancy(by=jobs, office=office)
    past = timezone.localdate() - timedelta(days=1)
    Seeker.objects.filter(pk=seeker.pk).update(registered_on=past, valid_until=past)

    with pytest.raises(NotAllowed, match="renew it first"):
        actions.refer(seeker, vacancy=vacancy, by=jobs)
    actions.renew_seeker(seeker, by=jobs)

    assert actions.refer(seeker, vacancy=vacancy, by=jobs).number.startswith("J")


# -- referrals, placements, follow-ups -------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_seeker_is_sent_to_a_vacancy_once_and_again_after_a_refusal(jobs, office):
    referral = make_referral(by=jobs, office=office)

    with pytest.raises(NotAllowed, match="sent to this vacancy already"):
        actions.refer(referral.seeker, vacancy=referral.vacancy, by=jobs)
    actions.answer_referral(referral, result="not_hired", reason="skill", by=jobs)

    assert actions.refer(referral.seeker, vacancy=referral.vacancy, by=jobs).status == "sent"


@pytest.mark.django_db
def test_behind_the_action_one_live_referral_stands(jobs, office):
    referral = make_referral(by=jobs, office=office)
    copy = Referral.objects.get(pk=referral.pk)
    copy.pk, copy.code, copy.number = None, "ANOTHER", "J-other"

    with pytest.raises(IntegrityError, match="referral_is_sent_once"), transaction.atomic():
        copy.save()


@pytest.mark.django_db
def test_the_answer_is_wanted_within_a_week(jobs, office):
    referral = make_referral(by=jobs, office=office)

    assert referral.answer_by == working_days.roll(timezone.localdate() + timedelta(days=7))


@pytest.mark.django_db
def test_not_hired_says_why(jobs, office):
    referral = make_referral(by=jobs, office=office)

    with pytest.raises(Incomplete, match="why nobody was hired"):
        actions.answer_referral(referral, result="not_hired", by=jobs)
    with pytest.raises(IntegrityError, match="referral_not_hired_says_why"), transaction.atomic():
        Referral.objects.filter(pk=referral.pk).update(status="not_hired", answered_by=jobs, answered_at=timezone.now())


@pytest.mark.django_db
def test_hired_ends_the_registration_fills_the_place_and_sets_four_questions(jobs, office):
    referral = hire(make_referral(by=jobs, office=office), by=jobs)
    today = timezone.localdate()
    seeker, vacancy = Seeker.objects.get(), Vacancy.objects.get()

    assert (seeker.status, vacancy.status, vacancy.closed_reason, vacancy.taken) == ("placed", "closed", "filled", 1)
    assert list(referral.placement.checks.values_list("months", "due_on")) == [
        (months, working_days.roll(months_later(today, months))) for months in (1, 3, 6, 12)
    ]


def test_months_end_on_the_last_day_of_a_shorter_one():
    assert [months_later(date(2026, 11, 30), months) for months in (1, 3)] == [date(2026, 12, 30), date(2027, 2, 28)]


@pytest.mark.django_db
def test_a_follow_up_is_asked_once_and_counted(jobs, office):
    hire(make_referral(by=jobs, office=office), by=jobs)
    check = RetentionCheck.objects.get(months=1)
    today = timezone.localdate()

    actions.follow_up(check, outcome="elsewhere", by=jobs)
    figures = {
        one.code.removeprefix("employment."): one.value
        for one in desk_of("employment.x").figures(since=today, until=today, offices=frozenset({office.pk}))
    }

    with pytest.raises(NotAllowed, match="is done"):
        actions.follow_up(check, outcome="working", by=jobs)
    assert figures == {
        "seekers": 1, "vacancies": 1, "places": 1, "referrals": 1, "placed": 1, "followed": 1, "stayed": 1
    }  # fmt: skip


@pytest.mark.django_db
def test_a_due_follow_up_is_a_task_with_a_masked_name(jobs, office):
    hire(
        make_referral(
            by=jobs,
            office=office,
            seeker=make_seeker(by=jobs, office=office, person=make_person(office=office, name="赵丽华")),
        ),
        by=jobs,
    )
    RetentionCheck.objects.filter(months=1).update(due_on=timezone.localdate())

    tasks = desk_of("employment.x").tasks(jobs)

    assert [task.code for task in tasks] == ["employment.follow_up"]
    assert "赵丽华" not in tasks[0].title


@pytest.mark.django_db
def test_two_records_of_one_person_keep_one_registration(jobs, office):
    keep, drop = make_seeker(by=jobs, office=office), make_seeker(by=jobs, office=office)

    with transaction.atomic():
        desk_of("employment.x").join(keep=keep.person, drop=drop.person, by=jobs)

    assert sorted(Seeker.objects.filter(person=keep.person).values_list("status", flat=True)) == ["closed", "open"]


@pytest.mark.django_db
def test_a_referral_that_waits_is_open_work_and_a_registration_is_not(jobs, office):
    referral = make_referral(by=jobs, office=office)
    desk, person = desk_of("employment.x"), referral.seeker.person

    waiting = [work.sentence for work in desk.open_work(person)]
    actions.answer_referral(referral, result="no_answer", by=jobs)

    assert waiting == [f"Referral {referral.number} waits for the employer."]
    assert desk.open_work(person) == []


# -- the last place of a vacancy, in threes --------------------------------------------------------------------------


def two_for_one_place():
    office = make_office()
    jobs = make_staff(Role.JOBS, office=office)
    vacancy = make_vacancy(by=jobs, office=office)
    return jobs, [make_referral(by=jobs, office=office, vacancy=vacancy) for _n in range(2)]


def hire_in_english(referral, by):
    with translation.override("en"):
        return hire(referral, by=by)


def take_without_looking(referral, by):
    """What the action would be without its lock."""
    with transaction.atomic():
        Vacancy.objects.filter(pk=referral.vacancy_id).update(taken=F("taken") + 1)
        return Placement.objects.create(
            referral=referral, started_on=timezone.localdate(), wage=Decimal(3600), placed_by=by
        )


def kinds(answers):
    return sorted(type(answer).__name__ for answer in answers)


def test_the_last_place_of_a_vacancy_is_taken_once(racing_db):
    jobs, (one, other) = two_for_one_place()

    answers = racing_db(lambda: hire_in_english(one, jobs), lambda: hire_in_english(other, jobs))

    assert kinds(answers) == [Filled.__name__, Referral.__name__]
    assert (Placement.objects.count(), Vacancy.objects.get().taken) == (1, 1)


def test_behind_the_action_the_constraint_refuses_the_second_one(racing_db):
    jobs, (one, other) = two_for_one_place()

    answers = racing_db(lambda: take_without_looking(one, jobs), lambda: take_without_looking(other, jobs))

    assert kinds(answers) == [IntegrityError.__name__, Placement.__name__]


def test_without_both_a_vacancy_is_overfilled(racing_db):
    jobs, (one, other) = two_for_one_place()
    with owner.connect() as session:
        session.execute("ALTER TABLE employment_vacancy DROP CONSTRAINT vacancy_is_never_overfilled")

    answers = racing_db(lambda: take_without_looking(one, jobs), lambda: take_without_looking(other, jobs))

    assert kinds(answers) == [Placement.__name__] * 2
    assert Vacancy.objects.get().taken == 2
