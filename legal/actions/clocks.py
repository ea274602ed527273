"""Clocks: started by what happened, extended once where the law says so, stopped by what was done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from center.evidence import trail
from center.kernel.action import action
from center.kernel.errors import Incomplete, require
from center.kernel.remarks import Remark
from legal.actions.events import write_step
from legal.enums import AHEAD, EXTENDED, DropReason, Ending, Sense, Trigger
from legal.models import Case, Clock, ClockRule
from legal.permissions import (
    why_not_drop,
    why_not_extend,
    why_not_pause,
    why_not_pause_clock,
    why_not_stop,
    why_not_work_on,
)

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
        clock = Clock(case=case, rule=rule, sense=rule.sense, started_on=on, started_by=by, started_at=timezone.now())
        clock.reckon()
        clock.save()
        started.append(clock)
        trail.record("legal.clock.started", case, by=by, rule=rule.code, on=on, due=clock.due_on)
    return started


def ended(case: Case, *, trigger: str, by: Staff) -> None:
    """What a trigger started is done."""
    today = timezone.localdate()
    clocks = Clock.objects.filter(case=case, rule__trigger=trigger, ended_at=None)
    late = clocks.filter(due_on__lt=today).exclude(sense=Sense.FROM)
    late.update(ended_by=by, ended_at=timezone.now(), ending=Ending.LATE)
    clocks.update(ended_by=by, ended_at=timezone.now(), ending=Ending.MET)


@action
def start_clocks(case: Case, *, trigger: str, on: date, by: Staff) -> list[Clock]:
    """Something happened: its limits begin."""
    case = Case.objects.select_for_update(of=("self",), no_key=True).get(pk=case.pk)
    require(why_not_work_on(by, case))
    if trigger not in Trigger.values:
        raise Incomplete(_("Choose what happened."))
    if on > timezone.localdate() and trigger not in AHEAD:
        raise Incomplete(_("A limit runs from a day that has come."))
    started = set_going(case, trigger=trigger, on=on, by=by)
    if not started:
        raise Incomplete(_("Nothing runs from this in a case of this kind."))
    return started


@action
def extend_clock(clock: Clock, *, text: str, by: Staff) -> Clock:
    """Prolonged with approval, once, by what the law allows; `text` says why."""
    clock = Clock.objects.select_for_update(of=("self",), no_key=True).select_related("case", "rule").get(pk=clock.pk)
    require(why_not_extend(by, clock))
    if not text.strip():
        raise Incomplete(_("Say why the limit is extended."))
    clock.extended_by, clock.extended_at = by, timezone.now()
    clock.reckon()
    clock.save(update_fields=["due_on", "warn_on", "extended_by", "extended_at"])
    facts = {"day": clock.due_on.isoformat()} | {"limit": clock.rule.named}
    write_step(clock.case, Remark(EXTENDED, facts), text=text, by=by)
    trail.record("legal.clock.extended", clock.case, by=by, rule=clock.rule.code, due=clock.due_on)
    return clock


@action
def pause_clock(case: Case, *, clock: int, since: date, until: date, text: str, by: Staff) -> Clock:
    """中止: nobody could act from one day to another; the limit went on afterwards and ends as much later."""
    case = Case.objects.select_for_update(of=("self",), no_key=True).get(pk=case.pk)
    require(why_not_pause(by, case))
    found = case.clocks.select_for_update(of=("self",), no_key=True).select_related("rule").get(pk=clock)
    require(why_not_pause_clock(by, found))
    if not text.strip():
        raise Incomplete(_("Say what kept everybody from acting."))
    if not found.started_on <= since < until <= min(timezone.localdate(), found.due_on):
        raise Incomplete(
            _("A limit stands still while it runs: from a day on or after its first to a day that has come.")
        )
    found.paused_days += (until - since).days
    found.paused_by, found.paused_at = by, timezone.now()
    found.reckon()
    found.save(update_fields=["paused_days", "paused_by", "paused_at", "due_on", "warn_on"])
    days = {"since": since.isoformat(), "until": until.isoformat()}
    step = Remark(
        gettext_noop("“%(limit)s” stood still from %(since)s to %(until)s"), days | {"limit": found.rule.named}
    )
    write_step(case, step, text=text, by=by)
    trail.record("legal.clock.paused", case, by=by, rule=found.rule.code, since=since, until=until, due=found.due_on)
    return found


@action
def stop_clock(clock: Clock, *, by: Staff) -> Clock:
    """Done, in time or late."""
    clock = Clock.objects.select_for_update(of=("self",), no_key=True).select_related("case", "rule").get(pk=clock.pk)
    require(why_not_stop(by, clock))
    clock.ending = Ending.LATE if clock.is_late(timezone.localdate()) else Ending.MET
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
