"""Away for some days: a colleague is named from one day to another, and sees and does what was left behind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _

from center.actions.handover import PERSONAL, able, why_not_hand_over_work
from center.evidence import trail
from center.kernel.action import action
from center.kernel.errors import Incomplete, require
from center.models import Staff, StandIn

if TYPE_CHECKING:
    from datetime import date

    from django.db.models import QuerySet


def why_not_name_stand_in(staff: Staff, absent: Staff) -> str:
    """One's own by oneself; that of somebody who fell ill by whoever assigns their work."""
    return why_not_hand_over_work(staff, absent)


def why_not_end_stand_in(staff: Staff, stand_in: StandIn) -> str:
    if stand_in.ended_at or stand_in.ends_on < timezone.localdate():
        return _("This is over already.")
    return "" if staff.pk == stand_in.colleague_id else why_not_hand_over_work(staff, stand_in.absent)


def able_to_stand_in(absent: Staff, *, by: Staff) -> QuerySet[Staff]:
    """Colleagues whose roles do some of the work that is somebody's own, where the absent person does it."""
    work = {(permission, office) for permission in PERSONAL for office in absent.sight(permission)}
    return able(absent, work=work, by=by)


@action
def name_stand_in(absent: Staff, *, colleague: Staff, starts_on: date, ends_on: date, by: Staff) -> StandIn:
    """From the first to the last day, both included; one colleague at a time."""
    absent = Staff.objects.select_for_update(of=("self",), no_key=True).get(pk=absent.pk)
    require(why_not_name_stand_in(by, absent))
    if not able_to_stand_in(absent, by=by).filter(pk=colleague.pk).exists():
        raise Incomplete(_("Choose a colleague whose roles do such work at the same office."))
    if ends_on < starts_on:
        raise Incomplete(_("The last day lies before the first."))
    if ends_on < timezone.localdate():
        raise Incomplete(_("The last day is over already."))
    others = StandIn.objects.standing().filter(absent=absent, starts_on__lte=ends_on, ends_on__gte=starts_on)
    if other := others.select_related("colleague").first():
        said = _("%(name)s stands in from %(first)s to %(last)s already. Take that back first.")
        facts = {"name": other.colleague, "first": other.starts_on.isoformat(), "last": other.ends_on.isoformat()}
        raise Incomplete(said % facts)
    made = StandIn.objects.create(absent=absent, colleague=colleague, starts_on=starts_on, ends_on=ends_on, named_by=by)
    trail.record(
        "center.stand_in.named",
        absent,
        by=by,
        to=colleague.get_username(),
        since=starts_on.isoformat(),
        until=ends_on.isoformat(),
    )
    return made


@action
def end_stand_in(stand_in: StandIn, *, by: Staff) -> StandIn:
    """Back earlier than thought: from now on the colleague does no more of it."""
    stand_in = StandIn.objects.select_for_update(of=("self",), no_key=True).get(pk=stand_in.pk)
    require(why_not_end_stand_in(by, stand_in))
    stand_in.ended_by, stand_in.ended_at = by, timezone.now()
    stand_in.save(update_fields=["ended_by", "ended_at"])
    trail.record("center.stand_in.ended", stand_in.absent, by=by, to=stand_in.colleague.get_username())
    return stand_in
