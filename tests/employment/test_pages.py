"""Every page opens for whom it is meant, is honest, and costs the same for one row and for three."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone

from casework.enums import VisitResult
from center.desk import desk_of
from employment.models import Referral, RetentionCheck, Seeker, Vacancy
from tests.casework.make import make_person, make_visit
from tests.employment.make import hire, make_referral, make_seeker, make_vacancy

pytestmark = pytest.mark.django_db
ROWS = {"seekers": make_seeker, "vacancies": make_vacancy, "referrals": make_referral}


def url(name, *args):
    return reverse(f"employment:{name}", args=args)


def test_every_page_opens_for_the_job_officer(enter, jobs, office):
    referral = hire(make_referral(by=jobs, office=office), by=jobs)
    check = RetentionCheck.objects.first()
    seeker, vacancy = make_seeker(by=jobs, office=office), make_vacancy(by=jobs, office=office)
    client = enter(jobs)

    for name, *args in [
        ("seekers",), ("vacancies",), ("vacancy_new",), ("referrals",), ("follow_ups",),
        ("seeker", seeker.code), ("seeker_match", seeker.code), ("vacancy", vacancy.code),
        ("vacancy_match", vacancy.code), ("referral", referral.code), ("follow_up", check.code),
    ]:  # fmt: skip
        assert client.get(url(name, *args)).status_code == 200, name


def test_another_office_s_records_are_not_there(enter, jobs, stranger, office):
    referral = hire(make_referral(by=jobs, office=office), by=jobs)
    check = RetentionCheck.objects.first()
    client = enter(stranger)

    for name, code in [
        ("seeker", referral.seeker.code), ("seeker_match", referral.seeker.code), ("vacancy", referral.vacancy.code),
        ("vacancy_match", referral.vacancy.code), ("referral", referral.code), ("follow_up", check.code),
    ]:  # fmt: skip
        assert client.get(url(name, code)).status_code == 404, name
    assert "Zhao" not in client.get(url("seekers")).content.decode()


@pytest.mark.parametrize("name", ROWS)
def test_a_list_costs_the_same_for_one_row_and_for_three(enter, jobs, office, name, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = enter(jobs)
    ROWS[name](by=jobs, office=office)
    client.get(url(name))
    with CaptureQueriesContext(connection) as one:
        client.get(url(name))
    ROWS[name](by=jobs, office=office)
    ROWS[name](by=jobs, office=office)
    with CaptureQueriesContext(connection) as three:
        client.get(url(name))

    assert len(three) == len(one)


@pytest.mark.parametrize("route", ["seeker_match", "vacancy_match"])
def test_a_match_costs_the_same_for_one_pair_and_for_three(enter, jobs, office, route):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = enter(jobs)
    seeker, vacancy = make_seeker(by=jobs, office=office), make_vacancy(by=jobs, office=office)
    address = url(route, seeker.code if route == "seeker_match" else vacancy.code)
    client.get(address)
    with CaptureQueriesContext(connection) as one:
        client.get(address)
    for _n in range(2):
        make_seeker(by=jobs, office=office)
        make_vacancy(by=jobs, office=office)
    with CaptureQueriesContext(connection) as three:
        client.get(address)

    assert len(three) == len(one)


def test_from_the_visit_a_seeker_is_registered_with_what_the_file_knows(enter, jobs, office):
    person = make_person(office=office, skills=["焊工", "无"], job_wish="保洁、城东、2000以上")
    visit = make_visit(office=office, by=jobs, person=person)
    service = desk_of("employment.x").services(person, by=jobs)[0]
    client = enter(jobs)

    page = client.get(f"{service.url}&visit={visit.code}").content.decode()
    sent = {"person": person.code, "visit": visit.code, "wanted_occupation": "保洁", "skill_level": "6"}
    client.post(url("seeker_new"), sent)
    seeker = Seeker.objects.get()
    visit.refresh_from_db()

    assert all(word in page for word in ('value="保洁"', 'value="城东"', 'value="2000"', 'value="焊工"'))
    assert (visit.opened, visit.result) == (f"employment.seeker:{seeker.pk}", VisitResult.ACCEPTED)
    shown = client.get(reverse("casework:visit", args=[visit.code])).content.decode()
    assert f"Looking for work, valid until {seeker.valid_until}" in shown


def test_a_vacancy_that_chooses_by_sex_is_refused_with_a_sentence_and_keeps_what_was_typed(enter, jobs):
    sent = {
        "employer": "德胜钢铁", "post": "保安", "posts": "2", "conditions": "限男,30岁以下", "content": "值夜班",
        "place": "沙湾镇", "wage_from": "2500", "skill_level": "6", "origin": "liaison",
        "valid_until": timezone.localdate().isoformat(),
    }  # fmt: skip

    refused = enter(jobs).post(url("vacancy_new"), sent)

    assert refused.status_code == 422
    assert "“限男” chooses people by sex" in refused.content.decode()
    assert 'value="沙湾镇"' in refused.content.decode()
    assert Vacancy.objects.count() == 0


def test_from_the_list_of_pairs_to_the_letter_is_one_click_each(enter, jobs, office):
    seeker, vacancy = make_seeker(by=jobs, office=office), make_vacancy(by=jobs, office=office)
    client = enter(jobs)

    sent = client.post(url("refer", seeker.code, vacancy.code), follow=True)
    referral = Referral.objects.get()
    client.post(url("letter", referral.code))
    client.post(url("letter", referral.code))
    page = client.get(url("referral", referral.code)).content.decode()

    assert "Issue the letter" in sent.content.decode()
    assert page.count("介绍信") == 1


def test_a_follow_up_takes_the_answer_and_save(enter, jobs, office):
    hire(make_referral(by=jobs, office=office), by=jobs)
    check = RetentionCheck.objects.get(months=1)

    answer = enter(jobs).post(url("follow_up", check.code), {"outcome": "working", "evidence": "call"})
    check.refresh_from_db()

    assert answer.status_code == 302
    assert (check.outcome, check.done_by) == ("working", jobs)


def test_the_front_desk_registers_but_does_not_refer(enter, clerk, jobs, office):
    seeker, vacancy = make_seeker(by=jobs, office=office), make_vacancy(by=jobs, office=office)
    client = enter(clerk)

    assert client.get(url("seeker", seeker.code)).status_code == 200
    assert client.post(url("refer", seeker.code, vacancy.code)).status_code == 403
    assert client.get(url("vacancy_new")).status_code == 403
