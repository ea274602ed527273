"""The invented district of this room: seekers, vacancies, referrals with every answer, follow-ups made and due."""

from __future__ import annotations

from random import Random

import pytest
from django.utils import timezone

from center.kernel.roles import Role
from demo.district import FILL
from demo.world import Practice
from employment.enums import ReferralStatus, SeekerStatus, Stay, VacancyStatus
from employment.models import Referral, RetentionCheck, Seeker, Vacancy
from tests.casework.make import make_file, make_household, make_office, make_person, make_staff

pytestmark = pytest.mark.django_db


def world_of(*usernames: str, files: int) -> Practice:
    office = make_office()
    people = {str(name): make_staff(name, office=office) for name in usernames}
    clerk = next(iter(people.values()))
    made = [
        make_file(office=office, by=clerk, household=make_household(office=office, head=make_person(office=office)))
        for _n in range(files)
    ]
    chance = Random(7)  # noqa: S311 - invented people, the same every time on purpose
    return Practice(office=office, stations=[], people=people, chance=chance, made={"file": made})


def test_the_practice_district_looks_for_work_in_every_state():
    FILL["employment"](world_of(Role.JOBS, Role.LEADER, files=36))

    assert (Seeker.objects.count(), Vacancy.objects.count()) == (25, 15)
    assert Referral.objects.count() == 20
    assert set(Referral.objects.values_list("status", flat=True)) == set(ReferralStatus.values)
    assert set(Seeker.objects.values_list("status", flat=True)) == set(SeekerStatus.values)
    assert set(Vacancy.objects.values_list("status", flat=True)) == set(VacancyStatus.values)
    assert set(RetentionCheck.objects.exclude(outcome="").values_list("outcome", flat=True)) == set(Stay.values)
    assert set(RetentionCheck.objects.values_list("months", flat=True)) == {1, 3, 6, 12}
    assert RetentionCheck.objects.due(timezone.localdate()).count() == 2
    assert RetentionCheck.objects.filter(done_at__isnull=False).count() > 5


def test_an_empty_district_has_vacancies_only():
    FILL["employment"](world_of(Role.JOBS, Role.LEADER, files=0))

    assert (Seeker.objects.count(), Vacancy.objects.count()) == (0, 15)
