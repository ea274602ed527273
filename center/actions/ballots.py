"""Putting an item to the vote of those present, and each member's own word (screens.md §4.4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _

from center.actions.items import checked
from center.actions.seats import locked_item
from center.evidence import trail
from center.kernel.action import action
from center.kernel.errors import Incomplete, require
from center.models import Ballot, Poll, Vote
from center.permissions.voters import why_not_cast, why_not_put_to_vote, why_not_take_back, why_not_take_back_recusal

if TYPE_CHECKING:
    from decimal import Decimal

    from center.models import AgendaItem, Recusal, Staff


@action
def put_to_vote(
    item: AgendaItem,
    *,
    result: str,
    amount: Decimal | None = None,
    reason_code: str = "",
    reason: str = "",
    by: Staff,
) -> Poll:
    """A motion on which every member who is present and not recused votes on their own device."""
    item = locked_item(item, by=by)
    require(why_not_put_to_vote(by, item))
    amount = checked(item, result=result, amount=amount, reason_code=reason_code, reason=reason)
    poll = Poll.objects.create(
        item=item, result=result, amount=amount, reason_code=reason_code, reason=reason, put_by=by
    )
    trail.record("center.item.put_to_vote", item.meeting, by=by, number=item.number, motion=result)
    return poll


@action
def cast(poll: Poll, *, choice: str, by: Staff) -> Ballot:
    """A member's own word; until the secretary counts, a later one takes its place."""
    item = locked_item(poll.item, by=by)
    poll = Poll.objects.select_for_update(of=("self",), no_key=True).select_related("item__meeting").get(pk=poll.pk)
    require(why_not_cast(by, poll))
    if choice not in Vote.Choice.values:
        raise Incomplete(_("Vote for, against, or abstain."))
    ballot = Ballot.objects.create(poll=poll, staff=by, choice=choice)
    trail.record("center.ballot.cast", item.meeting, by=by, number=item.number)
    return ballot


@action
def take_back(poll: Poll, *, by: Staff) -> Poll:
    """The motion is not counted: it was put by mistake, or another one is put in its place."""
    item = locked_item(poll.item, by=by)
    poll = Poll.objects.select_for_update(of=("self",), no_key=True).select_related("item__meeting").get(pk=poll.pk)
    require(why_not_take_back(by, poll))
    poll.ended_by, poll.ended_at = by, timezone.now()
    poll.save(update_fields=["ended_by", "ended_at"])
    trail.record("center.poll.taken_back", item.meeting, by=by, number=item.number)
    return poll


@action
def take_back_recusal(item: AgendaItem, *, by: Staff) -> Recusal:
    """Declared by mistake: the member takes part again, and the row says that it was taken back."""
    item = locked_item(item, by=by)
    require(why_not_take_back_recusal(by, item))
    recusal = item.recusals.standing().get(staff=by)
    recusal.taken_back_at = timezone.now()
    recusal.save(update_fields=["taken_back_at"])
    trail.record("center.item.recusal_taken_back", item.meeting, by=by, number=item.number, reason=recusal.reason_code)
    return recusal
