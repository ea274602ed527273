"""This desk's share of the invented district (seed_demo): sixteen cases, in every state and at every stage."""

from __future__ import annotations

import json
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.utils import timezone, translation

from casework.actions import name_employer
from casework.models import HardshipFile, Person
from center.reference import working_days
from demo.clock import on
from legal import actions
from legal.actions.cases import Claim
from legal.enums import CaseStatus, CaseType, LateReason, Loss, Outcome, RefusalReason, ReopenReason, Stage, Trigger
from legal.models import Case, Clock
from legal.prints import issue_decision

if TYPE_CHECKING:
    from demo.world import Practice

WAITING = 2  # the last cases wait for the decision on aid
APART = 6  # days between one case and the next
SLOW = 3  # the case that was assigned late
LATE = 400  # days: longer ago, and the limit has passed


def fill(world: Practice) -> None:
    """Closed with money, closed with advice, in arbitration, before a court, waiting for the leader."""
    words = json.loads((Path(__file__).parent / "data" / "legal.json").read_text(encoding="utf-8"))
    files = [file for file in world.made.get("file", []) if isinstance(file, HardshipFile)]
    heads = [file.household.head_id for file in reversed(files)]
    people = list(Person.objects.filter(pk__in=heads, died_on=None).order_by("-pk")[: len(words["cases"])])
    with translation.override("zh-hans"):
        cases = [
            _case(world, number, row, person, words)
            for number, (row, person) in enumerate(zip(words["cases"], people, strict=False))
        ]
        _more_time(world, words["more_time"])
        _opened_again(world, words["opened_again"])
    world.made["case"] = list(cases)


def _moment(ago: int, hour: int = 10) -> datetime:
    day = working_days.roll(timezone.localdate() - timedelta(days=ago))
    return min(timezone.make_aware(datetime.combine(day, time(hour, 20))), timezone.now())


def _case(world: Practice, number: int, row: list[Any], person: Person, words: dict[str, Any]) -> Case:
    kind, form, employer, claim, claimed, people, trigger, ago, stage, outcome, awarded, received = row
    handler, leader = world.people["legal"], world.people["leader"]
    taken = _moment(max(92 - number * APART, 1))
    days: dict[str, date] = (
        {trigger: timezone.localdate() - timedelta(days=max(ago, 93 - number * APART))} if trigger else {}
    )
    with on(taken):
        case = actions.take_in(
            person,
            office=world.office,
            handler=handler,
            employer=name_employer(employer, by=handler),
            claim=Claim(
                type=CaseType(kind),
                claim=claim,
                help_form=form,
                claimed_amount=Decimal(claimed) if claimed else None,
                people=people,
                days=days,
                late_reason=LateReason.INTERRUPTED if ago > LATE else "",
                late_text=words["late"] if ago > LATE else "",
            ),
            by=handler,
        )
    if number >= len(words["cases"]) - WAITING:
        return case
    if outcome == "refused":
        with on(min(taken + timedelta(days=3), timezone.now())):
            refused = actions.refuse_aid(case, reason=RefusalReason.NOT_OURS, text=words["refused"], by=leader)
            issue_decision(refused, by=leader)
        return refused
    assigned = min(taken + timedelta(days=9 if number == SLOW else 2), timezone.now())
    with on(min(taken + timedelta(days=2), timezone.now())):
        if outcome not in {"answered", "passed_on"}:
            actions.grant_aid(case, text=words["granted"], by=leader)
            with on(assigned):
                actions.assign_case(case, handler=handler, lawyer=words["lawyer"], by=leader)
        kind_of_event, text = words["events"][number % len(words["events"])]
        actions.write_event(case, kind=kind_of_event, text=text, on=timezone.localdate(), by=handler)
        actions.move_stage(case, stage=Stage(stage), by=handler)
    with on(min(taken + timedelta(days=6), timezone.now())):
        if case.late_reason:  # what interrupted the limit is proved
            actions.start_clocks(case, trigger=Trigger.HARM, on=timezone.localdate(), by=handler)
        _go_on(case, stage=stage, received=received, by_name="legal", world=world)
    if outcome:
        with on(min(taken + timedelta(days=50), timezone.now())):
            money = Decimal(awarded) if awarded else None
            actions.close_case(case, outcome=outcome, report=words["report"], awarded_amount=money, by=handler)
    return case


def _more_time(world: Practice, said: str) -> None:
    """One limit was extended as the law allows, one stood still while nobody could act."""
    by, today = world.people["legal"], timezone.localdate()
    running = Clock.objects.running().exclude(case__status=CaseStatus.CLOSED).order_by("-due_on", "pk")
    for clock in running.filter(rule__extension__gt=0)[:1]:
        with on(_moment(2)):
            actions.extend_clock(clock, text=said, by=by)
    for clock in running.filter(rule__may_pause=True, started_on__lte=today - timedelta(days=20))[:1]:
        since = today - timedelta(days=16)
        actions.pause_clock(clock.case, clock=clock.pk, since=since, until=since + timedelta(days=9), text=said, by=by)


def _opened_again(world: Practice, said: str) -> None:
    """What was agreed has not been paid in full: the leader lets the case go on."""
    short = Case.objects.filter(status=CaseStatus.CLOSED, outcome=Outcome.SETTLED).exclude(decided_at=None)
    for case in short.order_by("pk")[:1]:
        with on(_moment(5)):
            actions.reopen_case(case, reason=ReopenReason.UNPAID, text=said, by=world.people["leader"])


def _go_on(case: Case, *, stage: str, received: str, by_name: str, world: Practice) -> None:
    """What the stage sets going, and money that arrived."""
    by, today = world.people[by_name], timezone.localdate()
    sets = {
        "mediation": Trigger.MEDIATION_APPLIED,
        "arbitration": Trigger.ARBITRATION_ACCEPTED,
        "first": Trigger.COURT_REGISTERED,
        "second": Trigger.APPEAL,
        "recognition": Trigger.RECOGNITION,
        "appraisal": Trigger.APPRAISAL,
        "inspection": Trigger.INSPECTION,
    }
    if stage in sets:
        actions.start_clocks(case, trigger=sets[stage], on=today, by=by)
    if received:
        loss = Loss.INJURY if case.type == CaseType.WORK_INJURY else Loss.WAGES
        actions.write_recovery(case, amount=Decimal(received), received_on=today, loss=loss, by=by)
