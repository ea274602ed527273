"""Open work goes to a colleague: before a holiday by its owner, after a departure by whoever assigns work."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _

from center import trail
from center.act import action
from center.desk import desks
from center.errors import Incomplete, require
from center.models import Assignment, Staff
from center.roles import Permission

if TYPE_CHECKING:
    from django.db.models import QuerySet


def offices_of_work(giver: Staff, *, by: Staff) -> frozenset[int]:
    """Where `by` may give the work of `giver` away: one's own everywhere, that of others where one assigns work."""
    if by.pk == giver.pk:
        return giver.sight(Permission.USE_THE_SHELL)
    return by.sight(Permission.ASSIGN_WORK)


def why_not_hand_over_work(staff: Staff, giver: Staff) -> str:
    if not offices_of_work(giver, by=staff):
        return _("Only a leader hands over work.")
    return ""


def colleagues(giver: Staff, *, by: Staff) -> QuerySet[Staff]:
    """Who works at the same offices today; what each may take, the desks decide record by record."""
    today, offices = timezone.localdate(), offices_of_work(giver, by=by)
    held = Assignment.objects.filter(office__in=offices, starts_on__lte=today).exclude(ends_on__lt=today)
    return Staff.objects.filter(pk__in=held.values("staff"), is_active=True).exclude(pk=giver.pk).order_by("full_name")


@action
def hand_over_work(giver: Staff, *, taker: Staff, reason: str, by: Staff) -> int:
    """Everything open that the taker may do; what needs a role that the taker lacks stays. How many records moved.

    Raises `Incomplete` when nothing can move: a hand-over of nothing is none.
    """
    require(why_not_hand_over_work(by, giver))
    if not reason.strip():
        raise Incomplete(_("Say why the work is handed over."))
    if not colleagues(giver, by=by).filter(pk=taker.pk).exists():
        raise Incomplete(_("Choose a colleague of the same office."))
    moved = sum(each.hand_over(giver=giver, taker=taker, by=by) for each in desks())
    if not moved:
        said = _("%(name)s has no role for what is open here: nothing was handed over. Choose another colleague.")
        raise Incomplete(said % {"name": taker})
    trail.record("center.work.handed_over", giver, by=by, to=taker.get_username(), records=moved, reason=reason.strip())
    return moved
