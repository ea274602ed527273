"""Nothing typed is lost, nothing happens by default, and a double click makes one of everything."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from casework.models import Employer
from center.kernel.errors import Conflict, Incomplete, NotAllowed
from center.kernel.roles import Role
from center.models import Event
from employment import actions
from employment.models import Placement, Referral, RetentionCheck, Seeker, Vacancy
from tests.casework.make import make_person
from tests.center.make import make_staff
from tests.employment.make import hire, make_referral, make_seeker, make_vacancy, vacancy_facts

pytestmark = pytest.mark.django_db
TOKEN = "a" * 32


def url(name, *args):
    return reverse(f"employment:{name}", args=args)


def reopening(**facts):
    return {"reason": "again", "text": "asked by telephone"} | facts


# -- what is sent ----------------------------------------------------------------------------------------------------


def test_an_empty_form_is_refused_and_not_taken_for_a_first_look(enter, jobs, office):
    hire(make_referral(by=jobs, office=office), by=jobs)
    check = RetentionCheck.objects.first()
    client = enter(jobs)

    answers = [
        client.post(url("vacancy_new")),
        client.post(url("follow_up", check.code)),
        client.post(url("seeker_new")),
    ]

    assert [answer.status_code for answer in answers] == [422, 422, 422]


def test_what_is_sent_says_which_step_it_is(enter, jobs, office):
    seeker, vacancy = make_seeker(by=jobs, office=office), make_vacancy(by=jobs, office=office, checked=False)
    referral = make_referral(by=jobs, office=office)
    client = enter(jobs)

    pages = [url("seeker", seeker.code), url("vacancy", vacancy.code), url("referral", referral.code)]

    assert [client.post(page, {"papers": "licence", "result": "no_answer"}).status_code for page in pages] == [404] * 3
    assert Referral.objects.get(pk=referral.pk).status == "sent"
    assert Vacancy.objects.get(pk=vacancy.pk).papers_checked_at is None


def test_the_same_vacancy_sent_twice_is_one_vacancy(enter, jobs, office):
    client = enter(jobs)
    typed = vacancy_facts(employer="Works", skill_level=6, origin="liaison", token=TOKEN)

    first, second = client.post(url("vacancy_new"), typed), client.post(url("vacancy_new"), typed)

    assert first.url == second.url == Vacancy.objects.get().get_absolute_url()
    assert Event.objects.filter(verb="employment.vacancy.entered").count() == 1


def test_a_vacancy_that_is_refused_leaves_no_employer_behind(enter, jobs):
    over = timezone.localdate() - timedelta(days=1)
    typed = vacancy_facts(employer="New Works", skill_level=6, origin="liaison", valid_until=over)

    answer = enter(jobs).post(url("vacancy_new"), typed)

    assert "A vacancy needs a day to come" in answer.content.decode()
    assert (answer.status_code, Employer.objects.count()) == (422, 0)


def test_a_vacancy_that_breaks_another_rule_is_not_taken_for_a_second_click(jobs, office):
    vacancy = make_vacancy(by=jobs, office=office)
    facts = vacancy_facts(wage_to=vacancy_facts()["wage_from"] - 1)

    with pytest.raises(Conflict, match="The upper end of the pay is not below its lower end"):
        actions.enter_vacancy(vacancy.employer, office=office, facts=facts, token=TOKEN, by=jobs)


def test_the_form_of_a_new_vacancy_carries_its_token(enter, jobs):
    page = enter(jobs).get(url("vacancy_new")).content.decode()

    assert 'type="hidden" name="token"' in page


def test_who_may_not_read_the_register_is_not_led_to_it(enter, office):
    person = make_person(office=office, name="Zhao")

    page = enter(make_staff(Role.LEGAL, office=office)).get(url("seeker_new"), {"person": person.code})

    assert page.status_code == 200
    assert f'href="{url("seekers")}"' not in page.content.decode()


# -- nothing changed is nothing told ---------------------------------------------------------------------------------


def test_an_edit_without_a_change_leaves_no_trace(jobs, office):
    seeker, vacancy = make_seeker(by=jobs, office=office), make_vacancy(by=jobs, office=office)

    actions.edit_seeker(seeker, facts={"wanted_occupation": "welder"}, by=jobs)
    actions.edit_vacancy(vacancy, facts=vacancy_facts(), by=jobs)

    assert Event.objects.filter(verb__endswith=".edited").count() == 0


# -- reasons ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("said", [{"reason": "free"}, {"reason": ""}, {"text": "  "}])
def test_a_registration_is_opened_again_for_a_reason_in_words(jobs, office, said):
    seeker = make_seeker(by=jobs, office=office)
    actions.close_seeker(seeker, reason="found", text="by a cousin", by=jobs)

    with pytest.raises(Incomplete, match="opened again"):
        actions.reopen_seeker(seeker, by=jobs, **reopening(**said))


def test_who_lost_the_work_looks_again(enter, jobs, office):
    seeker = hire(make_referral(by=jobs, office=office), by=jobs).seeker

    answer = enter(jobs).post(url("seeker", seeker.code), {"step": "reopen", "reason": "left", "text": "laid off"})
    seeker = Seeker.objects.get(pk=seeker.pk)

    assert answer.status_code == 302
    assert (seeker.status, seeker.reopened_reason, seeker.reopened_text) == ("open", "left", "laid off")


def test_an_open_registration_is_not_opened_and_a_closed_one_not_renewed(jobs, office):
    seeker = make_seeker(by=jobs, office=office)

    with pytest.raises(NotAllowed, match="Looking for work"):
        actions.reopen_seeker(seeker, by=jobs, **reopening())
    actions.close_seeker(seeker, reason="found", text="by a cousin", by=jobs)
    with pytest.raises(NotAllowed, match="closed"):
        actions.renew_seeker(seeker, by=jobs)


def test_nobody_looks_twice_by_opening_an_old_registration(jobs, office):
    seeker = make_seeker(by=jobs, office=office)
    actions.close_seeker(seeker, reason="found", text="by a cousin", by=jobs)
    make_seeker(by=jobs, office=office, person=seeker.person)

    with pytest.raises(Conflict, match="already"):
        actions.reopen_seeker(seeker, by=jobs, **reopening())


@pytest.mark.parametrize("said", [{"reason": "left"}, {"text": ""}])
def test_a_vacancy_is_offered_again_for_a_reason_in_words(jobs, office, said):
    vacancy = make_vacancy(by=jobs, office=office)
    actions.close_vacancy(vacancy, reason="withdrawn", text="the order fell through", by=jobs)
    day = timezone.localdate() + timedelta(days=9)

    with pytest.raises(Incomplete, match="offered again"):
        actions.reopen_vacancy(vacancy, valid_until=day, by=jobs, **reopening(**said))
    vacancy = actions.reopen_vacancy(vacancy, valid_until=day, by=jobs, **reopening())

    assert (vacancy.status, vacancy.reopened_reason, vacancy.reopened_by) == ("open", "again", jobs)


@pytest.mark.parametrize("close", [actions.close_seeker, actions.close_vacancy])
def test_what_is_closed_says_why_in_words(jobs, office, close):
    made = make_seeker if close is actions.close_seeker else make_vacancy

    with pytest.raises(Incomplete, match="in words"):
        close(made(by=jobs, office=office), reason="expired", text=" ", by=jobs)


@pytest.mark.parametrize(("model", "make"), [(Seeker, make_seeker), (Vacancy, make_vacancy)])
def test_the_database_wants_the_reason_of_a_reopening_too(jobs, office, model, make):
    record = make(by=jobs, office=office)

    with pytest.raises(IntegrityError, match="reopened_has_a_reason"), transaction.atomic():
        model.objects.filter(pk=record.pk).update(reopened_by=jobs, reopened_at=timezone.now(), reopened_reason="again")


def test_another_reason_is_said_in_words(enter, jobs, office):
    referral = make_referral(by=jobs, office=office)
    typed = {"step": "answer", "result": "not_hired", "reason": "other"}

    page = enter(jobs).post(url("referral", referral.code), typed)
    with pytest.raises(Incomplete, match="in words"):
        actions.answer_referral(referral, result="not_hired", reason="other", by=jobs)

    assert page.status_code == 422
    assert page.context["form"].errors == {"text": ["Say in words why nobody was hired."]}


def test_who_is_hired_has_a_first_day_and_a_wage(enter, jobs, office):
    referral = make_referral(by=jobs, office=office)

    page = enter(jobs).post(url("referral", referral.code), {"step": "answer", "result": "hired"})

    assert page.status_code == 422
    assert set(page.context["form"].errors) == {"started_on", "wage"}
    assert Placement.objects.count() == 0
