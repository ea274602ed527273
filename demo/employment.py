"""This desk's share of the invented district (seed_demo), through its own actions, on invented days."""

from __future__ import annotations

import json
from datetime import datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.utils import timezone, translation

from casework.actions import name_employer
from casework.models import HardshipFile, Person
from center.reference import working_days
from demo.clock import on
from employment import actions
from employment.enums import CloseReason, EmployerPaper, ReferralStatus, ReopenReason, Stay, VacancyStatus
from employment.models import RetentionCheck, Seeker, Terms, Vacancy
from employment.queries.pairs import vacancies_for

if TYPE_CHECKING:
    from demo.world import Practice

SEEKERS = 25
REFERRALS = 20
HIRED_AFTER = 4  # days
STAYS = (Stay.WORKING, Stay.WORKING, Stay.WORKING, Stay.ELSEWHERE, Stay.UNREACHED, Stay.LEFT)


def fill(world: Practice) -> None:
    """Seekers, vacancies, referrals with every answer, follow-ups made and due."""
    words = json.loads((Path(__file__).parent / "data" / "employment.json").read_text(encoding="utf-8"))
    with translation.override("zh-hans"):
        _terms(world, words)
        vacancies = [_vacancy(world, number, row) for number, row in enumerate(words["vacancies"])]
        seekers = [_seeker(world, number, person, words) for number, person in enumerate(_people(world))]
        for number, seeker in enumerate(seekers[:REFERRALS]):
            _refer(world, number, seeker, words)
        _follow_ups(world)
        for seeker in seekers[REFERRALS + 3 :]:
            by = world.people["jobs"]
            actions.close_seeker(seeker, reason=CloseReason.AWAY, text=words["closed"], by=by)
        if len(seekers) == SEEKERS:
            _again(world, seekers[-3:], vacancies[-1], words["again"])
    world.made["vacancy"] = list(vacancies)
    world.made["seeker"] = list(seekers)


def _moment(ago: int, hour: int = 10, minute: int = 0) -> datetime:
    """A working moment that many days ago, never in the future."""
    day = working_days.roll(timezone.localdate() - timedelta(days=ago))
    return min(timezone.make_aware(datetime.combine(day, time(hour, minute))), timezone.now())


def _people(world: Practice) -> list[Person]:
    """Heads of households who could work, the same every time."""
    files = [file for file in world.made.get("file", []) if isinstance(file, HardshipFile)]
    heads = Person.objects.filter(pk__in=[file.household.head_id for file in files[9:]], died_on=None).order_by("pk")
    return list(heads[:SEEKERS])


def _vacancy(world: Practice, number: int, row: list[Any]) -> Vacancy:
    name, post, posts, conditions, content, place, low, high, benefits, level, demands, origin = row
    by = world.people["jobs"]
    facts = {
        "post": post,
        "posts": posts,
        "conditions": conditions,
        "content": content,
        "place": place,
        "wage_from": Decimal(low),
        "wage_to": Decimal(high),
        "benefits": benefits,
        "skill_level": level,
        "demands": demands,
        "origin": origin,
        "valid_until": timezone.localdate() + timedelta(days=2 + number * 6),
    }
    with on(_moment(150 - number * 7)):
        vacancy = actions.enter_vacancy(name_employer(name, by=by), office=world.office, facts=facts, by=by)
        if number % 7 != 6:  # noqa: PLR2004 - two wait for their papers
            papers = [EmployerPaper.LICENCE, EmployerPaper.BRIEF, EmployerPaper.LETTER]
            actions.check_papers(vacancy, papers=[str(paper) for paper in papers], by=by)
    return vacancy


def _seeker(world: Practice, number: int, person: Person, words: dict[str, Any]) -> Seeker:
    chance = world.chance
    occupation, place, wage, form = words["wishes"][number % len(words["wishes"])]
    facts: dict[str, Any] = {
        "wanted_occupation": occupation,
        "wanted_place": place,
        "wanted_wage": Decimal(wage),
        "work_form": form,
        "skill_level": chance.choice((6, 6, 5, 4, 4)),
        "limits": chance.choice(([], [], [], ["heavy"], ["night"], ["height", "dust"])),
        "hard_to_place": chance.choice(("", "", "older", "long", "dibao")),
        "jobless_since": timezone.localdate() - timedelta(days=190 + chance.randint(60, 900)),
    }
    early = number == SEEKERS - 3  # whose registration has been renewed
    with on(_moment(185 if early else max(140 - number * 5, 3), 9, number)):
        return actions.register_seeker(person, office=world.office, facts=facts, by=world.people["jobs"])


def _refer(world: Practice, number: int, seeker: Seeker, words: dict[str, Any]) -> None:
    by = world.people["jobs"]
    pairs = [pair for pair in vacancies_for(seeker, by=by) if not pair.sent]
    if not pairs:
        return
    sent = _moment(max(132 - number * 6, 1), 11, number)
    with on(sent):
        referral = actions.refer(seeker, vacancy=pairs[0].vacancy, by=by)
    if number >= REFERRALS - 4:
        return  # still with the employer
    with on(min(sent + timedelta(days=HIRED_AFTER), timezone.now())):
        if number % 3 == 2:  # noqa: PLR2004 - one in three comes back
            reason = ("skill", "wage", "place", "taken")[number % 4]
            actions.answer_referral(
                referral, result=ReferralStatus.NOT_HIRED, reason=reason, text=words["reasons"][reason], by=by
            )
        elif number % 11 == 10:  # noqa: PLR2004 - now and then nobody answers
            actions.answer_referral(referral, result=ReferralStatus.NO_ANSWER, by=by)
        else:
            started, wage = timezone.localdate(), referral.vacancy.wage_from
            actions.answer_referral(referral, result=ReferralStatus.HIRED, started_on=started, wage=wage, by=by)


def _terms(world: Practice, words: dict[str, Any]) -> None:
    """The usual terms, put on paper by the leader."""
    with on(_moment(200)):
        since, usual = timezone.localdate(), Terms()
        actions.decide_terms(
            world.office,
            since=since,
            days=usual.days,
            follow_up_months=usual.follow_up_months,
            document=words["document"].format(year=since.year),
            by=world.people["leader"],
        )


def _again(world: Practice, seekers: list[Seeker], vacancy: Vacancy, said: dict[str, str]) -> None:
    """One is renewed shortly before its end, one who was closed looks again; of two vacancies withdrawn one is back."""
    by, (renewed, *_left, back) = world.people["jobs"], seekers
    with on(timezone.make_aware(datetime.combine(renewed.valid_until - timedelta(days=8), time(10)))):
        actions.renew_seeker(renewed, by=by)
    with on(_moment(24)):
        actions.close_vacancy(vacancy, reason=CloseReason.WITHDRAWN, text=said["withdrawn"], by=by)
        gone = Vacancy.objects.filter(office=world.office, status=VacancyStatus.OPEN).order_by("pk")[0]
        actions.close_vacancy(gone, reason=CloseReason.WITHDRAWN, text=said["withdrawn"], by=by)
    with on(_moment(9)):
        until = timezone.localdate() + timedelta(days=60)
        actions.reopen_vacancy(vacancy, valid_until=until, reason=ReopenReason.AGAIN, text=said["offered"], by=by)
    with on(_moment(2)):
        actions.reopen_seeker(back, reason=ReopenReason.AGAIN, text=said["looks"], by=by)


def _follow_ups(world: Practice) -> None:
    """Most were asked on their day; the last two wait."""
    due = list(RetentionCheck.objects.due(timezone.localdate()).order_by("due_on", "pk"))
    for number, check in enumerate(due[:-2]):
        with on(timezone.make_aware(datetime.combine(check.due_on, time(15, number)))):
            actions.follow_up(check, outcome=STAYS[number % len(STAYS)], by=world.people["jobs"])
