"""Limits that have passed, or soon will, by the days that a worker tells: known before a case is taken in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from legal.clocks import ends_on
from legal.models import ClockRule

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

NEAR = timedelta(days=30)


@dataclass(frozen=True, kw_only=True)
class Risk:
    """A limit that we or the worker must keep, and its last day."""

    rule: ClockRule
    due: date
    passed: bool


def risks(*, kind: str, days: Mapping[str, date], today: date) -> list[Risk]:
    """The first to end comes first; what has time left is not named."""
    rules = [one for one in ClockRule.objects.filter(active=True, ours=True, trigger__in=days) if one.holds_for(kind)]
    ends = [(rule, ends_on(days[rule.trigger], amount=rule.amount, unit=rule.unit)) for rule in rules]
    found = [Risk(rule=rule, due=due, passed=due < today) for rule, due in ends if due <= today + NEAR]
    return sorted(found, key=lambda risk: (risk.due, risk.rule.pk))
