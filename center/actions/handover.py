"""Open work goes to a colleague: before a holiday by its owner, after a departure by whoever assigns work."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from center.desk import desks
from center.evidence import trail
from center.kernel.action import action
from center.kernel.errors import Incomplete, require
from center.kernel.roles import Permission
from center.models import Assignment, Staff

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet


# What makes work somebody's own: matters, files, applications, cases.
PERSONAL = (
    *(Permission.HANDLE_MATTERS, Permission.EDIT_FILES),
    *(Permission.TAKE_APPLICATIONS, Permission.HANDLE_CASES),
)


def offices_of_work(giver: Staff, *, by: Staff) -> frozenset[int]:
    """Where `by` may give the work of `giver` away: one's own everywhere, that of others where one assigns work."""
    if by.pk == giver.pk:
        return giver.sight(Permission.USE_THE_SHELL)
    return by.sight(Permission.ASSIGN_WORK)


def why_not_hand_over_work(staff: Staff, giver: Staff) -> str:
    if not offices_of_work(giver, by=staff):
        return _("Only a leader hands over work.")
    return ""


def givers(staff: Staff) -> QuerySet[Staff]:
    """Whose work this person may give away: their own, and that of everybody at the offices where they assign work; of
    closed accounts, too, for whoever has left leaves work behind."""
    there = Assignment.objects.filter(office__in=staff.sight(Permission.ASSIGN_WORK))
    return Staff.objects.filter(Q(pk=staff.pk) | Q(pk__in=there.values("staff"))).order_by("full_name")


def colleagues(giver: Staff, *, by: Staff) -> QuerySet[Staff]:
    """Who works at the same offices today; what each may take, the desks decide record by record."""
    today, offices = timezone.localdate(), offices_of_work(giver, by=by)
    held = Assignment.objects.filter(office__in=offices, starts_on__lte=today).exclude(ends_on__lt=today)
    return Staff.objects.filter(pk__in=held.values("staff"), is_active=True).exclude(pk=giver.pk).order_by("full_name")


def able(giver: Staff, *, work: Iterable[tuple[Permission, int]], by: Staff) -> QuerySet[Staff]:
    """The colleagues whose roles do some of this work, each kind of which lies at an office."""
    wanted = set(work)
    found = [one.pk for one in colleagues(giver, by=by) if any(one.may(kind, office) for kind, office in wanted)]
    return colleagues(giver, by=by).filter(pk__in=found)


def takers(giver: Staff, *, by: Staff) -> QuerySet[Staff]:
    """Who can take anything of what is open now."""
    offices = offices_of_work(giver, by=by)
    open_work = chain.from_iterable(each.to_hand_over(giver) for each in desks())
    return able(giver, work=[(kind, office) for kind, office in open_work if office in offices], by=by)


def would_move(giver: Staff, *, taker: Staff, by: Staff) -> list[tuple[str, int]]:
    """What a hand-over would give to this taker: kinds of records and how many of each."""
    require(why_not_hand_over_work(by, giver))
    return list(chain.from_iterable(each.would_move(giver=giver, taker=taker, by=by) for each in desks()))


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
