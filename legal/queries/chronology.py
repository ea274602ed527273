"""What happened in a case, day by day: what was written, what ran and how it stopped, what was paid."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _

from center.kernel.sentences import about, yuan
from legal.enums import EXTENDED, Ending, Sense

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from center.models import Staff
    from legal.models import Case, CaseEvent, Clock, Recovery


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One dated line."""

    on: date
    kind: str
    text: str
    by: Staff | None
    tone: str = "plain"


def chronology(
    case: Case, *, events: Iterable[CaseEvent], clocks: Iterable[Clock], recoveries: Iterable[Recovery]
) -> list[Entry]:
    """The latest day first; of one day, what was written last stands first."""
    events = list(events)
    lines = [Entry(on=case.applied_on, kind=_("Taken in"), text=str(case.get_type_display()), by=case.taken_by)]
    for clock in sorted(clocks, key=lambda one: one.pk):
        lines += _of_clock(clock, told={one.step.get("text") for one in events})
    lines += [
        Entry(on=one.on, kind=str(one.get_kind_display()), text=one.told, by=one.written_by)
        for one in sorted(events, key=lambda one: one.pk)
    ]
    lines += [
        Entry(on=one.received_on, kind=_("Money received"), text=yuan(one.amount), by=one.written_by, tone="ok")
        for one in recoveries
    ]
    if case.closed_on:
        closed = Entry(on=case.closed_on, kind=_("Closed"), text=str(case.get_outcome_display()), by=case.closed_by)
        lines.append(closed)
    return sorted(lines, key=lambda line: line.on)[::-1]


def _of_clock(clock: Clock, *, told: set[str]) -> Iterator[Entry]:
    said = {"limit": clock.rule, "day": clock.due_on}
    if clock.sense == Sense.BEFORE:
        text, on = _("%(event)s: %(day)s") % _event_of(clock), timezone.localdate(clock.started_at)
    else:
        text, on = str(clock.rule.get_trigger_display()), clock.started_on
    yield Entry(
        on=on, kind=_("Limit begins"), text=" · ".join((text, _("%(limit)s: %(day)s") % said)), by=clock.started_by
    )
    if clock.extended_at and EXTENDED not in told:  # of before it was asked why
        on = timezone.localdate(clock.extended_at)
        yield Entry(on=on, kind=_("Limit extended"), text=_("%(limit)s: %(day)s") % said, by=clock.extended_by)
    if clock.ended_at:
        on, text = timezone.localdate(clock.ended_at), f"{clock.rule} · {clock.get_ending_display()}"
        if clock.ending == Ending.DROPPED:
            text = about(text, clock.dropped_text or clock.get_dropped_reason_display())
        yield Entry(on=on, kind=_("Limit stopped"), text=text, by=clock.ended_by, tone=clock.tone)


def _event_of(clock: Clock) -> dict[str, object]:
    return {"event": clock.rule.get_trigger_display(), "day": clock.started_on}
