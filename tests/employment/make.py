"""Builders of this room's test data: plain functions, through the room's own actions."""

from __future__ import annotations

import itertools
from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from employment import actions
from employment.models import Vacancy
from tests.casework.make import make_employer, make_person, spelt

_count = itertools.count(1)


def make_seeker(*, by, office, person=None, **facts):
    facts = {"wanted_occupation": "welder", "wanted_place": "east", "wanted_wage": Decimal(3000)} | facts
    person = person or make_person(office=office, name=f"Zhao {spelt(next(_count))}")
    return actions.register_seeker(person, office=office, facts=facts, by=by)


def vacancy_facts(**facts):
    return {
        "post": "welder",
        "posts": 1,
        "conditions": "two years of practice",
        "content": "welding steel frames",
        "place": "east",
        "wage_from": Decimal(3500),
        "valid_until": timezone.localdate() + timedelta(days=30),
    } | facts


def make_vacancy(*, by, office, checked=True, **facts) -> Vacancy:
    employer = make_employer(f"Works {next(_count)}")
    vacancy = actions.enter_vacancy(employer, office=office, facts=vacancy_facts(**facts), by=by)
    return actions.check_papers(vacancy, papers=["licence"], by=by) if checked else vacancy


def make_referral(*, by, office, seeker=None, vacancy=None):
    seeker = seeker or make_seeker(by=by, office=office)
    return actions.refer(seeker, vacancy=vacancy or make_vacancy(by=by, office=office), by=by)


def hire(referral, *, by):
    return actions.answer_referral(referral, result="hired", started_on=timezone.localdate(), wage=Decimal(3600), by=by)
