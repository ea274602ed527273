"""Limits that have passed, or soon will, by the days that a worker tells: known before a case is taken in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from legal.enums import Sense
from legal.models import ClockRule

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date


@dataclass(frozen=True, kw_only=True)
class Risk:
    """A limit that we or the worker must keep, and its last day."""

    rule: ClockRule
    due: date
    passed: bool


def risks(*, kind: str, days: Mapping[str, date], today: date) -> list[Risk]:
    """The first to end comes first; what does not come near enough for a task yet is not named."""
    known = ClockRule.objects.filter(active=True, ours=True, sense=Sense.UNTIL, trigger__in=days)
    ends = [(rule, rule.ends(days[rule.trigger])) for rule in known if rule.holds_for(kind)]
    found = [
        Risk(rule=rule, due=due, passed=due < today)
        for rule, due in ends
        if due <= today + timedelta(days=rule.warn_days)
    ]
    return sorted(found, key=lambda risk: (risk.due, risk.rule.pk))
