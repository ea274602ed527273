"""Clocks: started by what happened, extended once where the law says so, stopped by what was done."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _

from center import trail
from center.act import action
from center.errors import Incomplete, require
from legal.clocks import ends_on
from legal.enums import DropReason, Ending, Trigger
from legal.models import Case, Clock, ClockRule
from legal.permissions import why_not_drop, why_not_extend, why_not_stop, why_not_work_on

if TYPE_CHECKING:
    from datetime import date

    from center.models import Staff


def set_going(case: Case, *, trigger: str, on: date, by: Staff) -> list[Clock]:
    """Every clock that this starts; one that runs already is interrupted and runs anew (仲裁法 27)."""
    started = []
    for rule in ClockRule.objects.filter(trigger=trigger, active=True):
        if not rule.holds_for(case.type):
            continue
        running = Clock.objects.select_for_update(of=("self",), no_key=True).filter(case=case, rule=rule, ended_at=None)
        running.update(ended_by=by, ended_at=timezone.now(), ending=Ending.RESTARTED)
        due = ends_on(on, amount=rule.amount, unit=rule.unit)
        warn = max(due - timedelta(days=rule.warn_days), on)
        started.append(
            Clock.objects.create(
                case=case, rule=rule, started_on=on, due_on=due, warn_on=warn, started_by=by, started_at=timezone.now()
            )
        )
        trail.record("legal.clock.started", case, by=by, rule=rule.code, on=on, due=due)
    return started


def ended(case: Case, *, trigger: str, by: Staff) -> None:
    """What a trigger started is done."""
    today = timezone.localdate()
    clocks = Clock.objects.filter(case=case, rule__trigger=trigger, ended_at=None)
    late = clocks.filter(due_on__lt=today)
    late.update(ended_by=by, ended_at=timezone.now(), ending=Ending.LATE)
    clocks.update(ended_by=by, ended_at=timezone.now(), ending=Ending.MET)


@action
def start_clocks(case: Case, *, trigger: str, on: date, by: Staff) -> list[Clock]:
    """Something happened: its limits begin."""
    case = Case.objects.select_for_update(of=("self",), no_key=True).get(pk=case.pk)
    require(why_not_work_on(by, case))
    if trigger not in Trigger.values:
        raise Incomplete(_("Choose what happened."))
    if on > timezone.localdate():
        raise Incomplete(_("A limit runs from a day that has come."))
    started = set_going(case, trigger=trigger, on=on, by=by)
    if not started:
        raise Incomplete(_("Nothing runs from this in a case of this kind."))
    return started


@action
def extend_clock(clock: Clock, *, by: Staff) -> Clock:
    """Prolonged with approval, once, by what the law allows."""
    clock = Clock.objects.select_for_update(of=("self",), no_key=True).select_related("case", "rule").get(pk=clock.pk)
    require(why_not_extend(by, clock))
    clock.due_on = ends_on(clock.started_on, amount=clock.rule.amount + clock.rule.extension, unit=clock.rule.unit)
    clock.warn_on = clock.due_on - timedelta(days=clock.rule.warn_days)
    clock.extended_by, clock.extended_at = by, timezone.now()
    clock.save(update_fields=["due_on", "warn_on", "extended_by", "extended_at"])
    trail.record("legal.clock.extended", clock.case, by=by, rule=clock.rule.code, due=clock.due_on)
    return clock


@action
def stop_clock(clock: Clock, *, by: Staff) -> Clock:
    """Done, in time or late."""
    clock = Clock.objects.select_for_update(of=("self",), no_key=True).select_related("case", "rule").get(pk=clock.pk)
    require(why_not_stop(by, clock))
    clock.ending = Ending.LATE if clock.due_on < timezone.localdate() else Ending.MET
    clock.ended_by, clock.ended_at = by, timezone.now()
    clock.save(update_fields=["ending", "ended_by", "ended_at"])
    trail.record("legal.clock.stopped", clock.case, by=by, rule=clock.rule.code, how=clock.ending)
    return clock


@action
def drop_clock(case: Case, *, clock: int, reason: str, text: str, by: Staff) -> Clock:
    """No longer needed, and why: somebody may ask when the limit has passed."""
    case = Case.objects.select_for_update(of=("self",), no_key=True).get(pk=case.pk)
    require(why_not_drop(by, case))
    found = case.clocks.select_for_update(of=("self",), no_key=True).select_related("rule").get(pk=clock)
    require(why_not_stop(by, found))
    if reason not in DropReason.values or reason == DropReason.CLOSED or not text.strip():
        raise Incomplete(_("Say why the limit is not needed."))
    found.ending, found.dropped_reason, found.dropped_text = Ending.DROPPED, reason, text.strip()
    found.ended_by, found.ended_at = by, timezone.now()
    found.save(update_fields=["ending", "dropped_reason", "dropped_text", "ended_by", "ended_at"])
    trail.record("legal.clock.dropped", case, by=by, rule=found.rule.code, reason=reason)
    return found
