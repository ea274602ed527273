"""Pairs of seekers and vacancies, best first, each with its reasons."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from employment.enums import LIVE
from employment.models import Referral, Seeker, Vacancy
from employment.rules.matching import Match, Offered, Wanted, match

if TYPE_CHECKING:
    from collections.abc import Iterable

    from center.models import Staff

SHOWN = 20


@dataclass(frozen=True, kw_only=True)
class Pair:
    seeker: Seeker
    vacancy: Vacancy
    match: Match
    sent: Referral | None = None


def wanted_by(seeker: Seeker) -> Wanted:
    return Wanted(
        occupation=seeker.wanted_occupation,
        skills=[word for word in re.split(r"[、,，;；/\s]+", seeker.skills) if word],
        place=seeker.wanted_place,
        wage=seeker.wanted_wage,
        skill_level=seeker.skill_level,
        limits=seeker.limits,
    )


def offered_by(vacancy: Vacancy) -> Offered:
    return Offered(
        post=vacancy.post,
        words=f"{vacancy.conditions} {vacancy.content}",
        place=vacancy.place,
        wage_from=vacancy.wage_from,
        wage_to=vacancy.wage_to,
        skill_level=vacancy.skill_level,
        demands=vacancy.demands,
    )


def match_of(seeker: Seeker, vacancy: Vacancy) -> Match:
    return match(wanted_by(seeker), offered_by(vacancy))


def _ranked(pairs: Iterable[Pair]) -> list[Pair]:
    return sorted(pairs, key=lambda pair: (-pair.match.fits, -pair.match.score, pair.vacancy.pk, pair.seeker.pk))[
        :SHOWN
    ]


def vacancies_for(seeker: Seeker, *, by: Staff) -> list[Pair]:
    """Every vacancy in sight that somebody can be sent to today; those that do not fit come last, with the reason."""
    vacancies = Vacancy.objects.visible_to(by).offered().select_related("employer")
    sent = {one.vacancy_id: one for one in seeker.referrals.filter(status__in=LIVE)}
    return _ranked(
        Pair(
            seeker=seeker,
            vacancy=vacancy,
            match=match_of(seeker, vacancy),
            sent=sent.get(vacancy.pk),
        )
        for vacancy in vacancies
    )


def seekers_for(vacancy: Vacancy, *, by: Staff) -> list[Pair]:
    """The other way round: who could be sent to this vacancy."""
    seekers = Seeker.objects.visible_to(by).looking().select_related("person")
    sent = {one.seeker_id: one for one in vacancy.referrals.filter(status__in=LIVE)}
    return _ranked(
        Pair(
            seeker=seeker,
            vacancy=vacancy,
            match=match_of(seeker, vacancy),
            sent=sent.get(seeker.pk),
        )
        for seeker in seekers
    )
