"""How often a batch went back to its maker: each objection beside its answer, from the trail, to the end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from center.evidence.logbook import names
from center.models import Event
from center.models.base import subject_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from relief.models import Batch

BACK, ANSWERED = "relief.batch.sent_back", "relief.batch.objections_answered"


class Objected(NamedTuple):
    """What was said of one line, and whose money stands on it; of events without the words, the numbers of the lines."""

    line: str
    name: str
    said: str


@dataclass(kw_only=True)
class Round:
    """What one checker objected to, and what became of it; `answer` is empty until the accountant says."""

    by: str
    at: datetime
    reason: str
    objections: list[Objected]
    answer: str = ""
    answered_by: str = ""
    answered_at: datetime | None = None


def with_names(events: Iterable[Event]) -> list[tuple[Event, str]]:
    """Each event with the name of whoever did it; the user name where there is none."""
    events = list(events)
    found = names(event.actor for event in events)
    return [(event, found.get(event.actor, event.actor)) for event in events]


def rounds_of(batch: Batch) -> list[Round]:
    events = Event.objects.filter(subject=subject_of(batch), verb__in=(BACK, ANSWERED)).order_by("pk")
    people = dict(batch.payments.values_list("line", "payee_name"))
    rounds: list[Round] = []
    for event, who in with_names(events):
        if event.verb == BACK:
            rounds.append(
                Round(by=who, at=event.at, reason=event.facts["reason"], objections=_objections(event, people))
            )
        elif rounds:
            last = rounds[-1]
            last.answer, last.answered_by, last.answered_at = event.facts["reason"], who, event.at
    return rounds


def _objections(event: Event, people: Mapping[int, str]) -> list[Objected]:
    said: str = event.facts.get("objected") or event.facts.get("lines", "")
    parts = (one.partition(": ") for one in said.splitlines())
    return [Objected(line, people.get(int(line), "") if line.isdigit() else "", words) for line, _colon, words in parts]
