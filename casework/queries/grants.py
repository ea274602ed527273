"""What a household was granted after the day on which somebody is said to have left it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from casework.enums import ChangeKind, HeadChange, Leaving
from casework.models import Membership
from center.desk import desks

if TYPE_CHECKING:
    from casework.models import ChangeRequest
    from center.desk import Grant


def grants_after(place: Membership, *, until: date, why: str) -> list[Grant]:
    """Later than the day named, while the register held the person in the household: it counts in their limit all the
    same (relief/queries/limits.py). Who is said never to have belonged, left when they came."""
    day = place.since if why == Leaving.MISTAKE else until
    found = (grant for desk in desks() for grant in desk.granted(place.household, after=day))
    return [grant for grant in found if grant.at >= place.since_entered_at]


def grants_after_change(change: ChangeRequest) -> list[Grant]:
    """The same for whoever leaves by a change that waits for its second person."""
    new = change.new
    if change.kind == ChangeKind.MEMBERS and new["do"] == "end":
        place = Membership.objects.filter(pk=new["membership"]).first()
        until, why = new["until"], new.get("left", "")
    elif change.kind == ChangeKind.HEAD and new["why"] != HeadChange.AGREEMENT:
        place = change.file.household.memberships.filter(person=change.old["person"], until=None).first()
        until, why = new["on"], ""
    else:
        return []
    return grants_after(place, until=date.fromisoformat(until), why=why) if place else []
