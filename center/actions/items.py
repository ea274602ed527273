"""One item of a sitting: who steps back, what is moved, how each votes, and what is carried out."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from center import desk
from center.actions.seats import as_of_today, locked, locked_item
from center.evidence import trail
from center.kernel.action import action
from center.kernel.errors import Conflict, Incomplete, NotAllowed, require
from center.kernel.remarks import Remark
from center.models import AgendaItem, Meeting, Motion, Poll, Recusal, Seat, Vote, codes
from center.permissions.meetings import why_not_by_consent, why_not_decide
from center.permissions.voters import why_not_against_ballots, why_not_discuss_singly, why_not_recuse

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from center.models import Staff


@action
def recuse(item: AgendaItem, *, member: Staff, reason_code: str, reason: str = "", by: Staff) -> Recusal:
    """A member takes no part in this item: no vote, and not counted towards its quorum."""
    item = locked_item(item, by=by)
    require(why_not_recuse(by, item, member))
    recusal, made = Recusal.objects.standing().get_or_create(
        item=item, staff=member, defaults={"reason_code": reason_code, "reason": reason, "declared_by": by}
    )
    if made:
        trail.record(
            "center.item.recused", item.meeting, by=by, number=item.number, member=member.username, reason=reason_code
        )
    return recusal


@action
def discuss_singly(item: AgendaItem, *, by: Staff) -> AgendaItem:
    """Any member takes an item out of the consent list."""
    item = locked_item(item, by=by)
    require(why_not_discuss_singly(by, item))
    item.singly = True
    item.save(update_fields=["singly"])
    trail.record("center.item.singly", item.meeting, by=by, number=item.number)
    return item


def entitled(item: AgendaItem) -> list[Seat]:
    """The seats that count for an item: of members of today, present and not recused."""
    recused = set(item.recusals.standing().values_list("staff_id", flat=True))
    return [seat for seat in item.meeting.seats_today() if seat.is_present and seat.staff_id not in recused]


def must_go_up(item: AgendaItem) -> bool:
    """Recusals have made this item's quorum impossible, though the meeting has its quorum."""
    present = sum(seat.is_present for seat in item.meeting.seats_today())
    return present >= item.quorum > len(entitled(item))


@action
def decide(
    item: AgendaItem,
    *,
    result: str,
    amount: Decimal | None = None,
    reason_code: str = "",
    reason: str = "",
    votes: Mapping[int, str],
    by: Staff,
) -> Motion:
    """Put a motion to the vote and, when it is carried, carry it out.

    `votes` maps staff ids to for, against or abstain; every entitled member has exactly one. A motion is carried by more
    than half (or the larger share that its programme asks) of those present and not recused: abstaining is not voting
    for. A motion that is not carried is recorded and leaves the item open for another one.
    """
    item = locked_item(item, by=by)
    require(why_not_decide(by, item) or why_not_against_ballots(item, result=result, amount=amount, votes=votes))
    motion = _put(
        item, result=result, amount=amount, reason_code=reason_code, reason=reason, votes=votes, by_consent=False, by=by
    )
    ended = {"ended_by": by, "ended_at": motion.recorded_at, "motion": motion}
    Poll.objects.filter(item=item, ended_at=None).update(**ended)
    return motion


def _put(
    item: AgendaItem,
    *,
    result: str,
    amount: Decimal | None,
    reason_code: str,
    reason: str,
    votes: Mapping[int, str],
    by_consent: bool,
    by: Staff,
) -> Motion:
    amount = checked(item, result=result, amount=amount, reason_code=reason_code, reason=reason)
    seats = entitled(item)
    if set(votes) != {seat.staff_id for seat in seats}:
        raise Incomplete(_("Every member who is present and not recused has one vote; nobody else has."))
    count = {choice: sum(vote == choice for vote in votes.values()) for choice in Vote.Choice.values}
    motion = Motion.objects.create(
        item=item,
        result=result,
        amount=amount,
        reason_code=reason_code,
        reason=reason,
        by_consent=by_consent,
        voters=len(seats),
        votes_for=count["for"],
        votes_against=count["against"],
        abstentions=count["abstain"],
        majority_percent=item.majority_percent,
        carried=count["for"] * 100 > len(seats) * item.majority_percent,
        recorded_by=by,
    )
    Vote.objects.bulk_create(Vote(motion=motion, staff_id=pk, choice=choice) for pk, choice in votes.items())
    trail.record(
        "center.motion.recorded", item.meeting, by=by, number=item.number, motion=result, carried=motion.carried
    )
    if motion.carried:
        _carry_out(item, motion, by=by)
    return motion


def checked(item: AgendaItem, *, result: str, amount: Decimal | None, reason_code: str, reason: str) -> Decimal | None:
    """The amount of a motion that may be put to the vote; raises when it may not."""
    if must_go_up(item):
        count = len(entitled(item))
        raise NotAllowed(
            ngettext(
                "Item %(number)s: %(count)s member may vote, the quorum is %(quorum)s. It goes to the upper union.",
                "Item %(number)s: %(count)s members may vote, the quorum is %(quorum)s. It goes to the upper union.",
                count,
            )
            % {"number": item.number, "count": count, "quorum": item.quorum}
        )
    amount = _amount(item, result, amount)
    if result in {AgendaItem.Status.GRANTED, AgendaItem.Status.LESS}:
        require(desk.desk_of(item.subject).why_not_granted(item.subject, amount or Decimal(0)))
    elif result not in AgendaItem.DECIDED:
        raise NotAllowed(_("A committee grants, grants less, defers or refuses."))
    if result != AgendaItem.Status.GRANTED and not (reason_code and reason.strip()):
        raise Incomplete(_("Granting less, deferring and refusing need a reason and words."))
    if result in {AgendaItem.Status.DEFERRED, AgendaItem.Status.REFUSED} and codes.knows("excess_reason", reason_code):
        raise Incomplete(
            _("“%(reason)s” is a reason for more than noticed; choose one for this decision.")
            % {"reason": codes.reason(reason_code)}
        )
    _look_at_reason(item, result, reason_code)
    return amount


def _look_at_reason(item: AgendaItem, result: str, code: str) -> None:
    """Not to ratify an emergency has a list of its own, which says why of nothing else."""
    disowned = result == AgendaItem.Status.REFUSED and bool(item.facts.get("spent"))
    if code and disowned != codes.knows("ratification_reason", code):
        sentence = (
            _("“%(reason)s” is no reason not to ratify an emergency; choose one of that list.")
            if disowned
            else _("“%(reason)s” is a reason not to ratify an emergency; choose one for this decision.")
        )
        raise Incomplete(sentence % {"reason": codes.reason(code)})


def _amount(item: AgendaItem, result: str, amount: Decimal | None) -> Decimal | None:
    """Granted means the amount proposed; less is truly less; deferred and refused carry none."""
    if result == AgendaItem.Status.GRANTED:
        if amount is not None and amount != item.proposed:
            raise Incomplete(_("“Granted” means the proposed amount. For another one choose “less” and type it."))
        return item.proposed
    if result != AgendaItem.Status.LESS:
        return None
    if amount is None or amount <= 0 or (item.proposed is not None and amount >= item.proposed):
        raise Incomplete(_("“Less” needs an amount above zero and below the proposed one."))
    return amount


def _carry_out(item: AgendaItem, motion: Motion, *, by: Staff) -> None:
    decision = desk.Decided(
        result=motion.result,  # type: ignore[arg-type] # checked against DECIDED above
        amount=motion.amount,
        reason_code=motion.reason_code,
        reason=motion.reason,
        meeting=item.meeting.number or "",
        agenda_item_id=item.pk,
    )
    goes_up = desk.desk_of(item.subject).decided(item.subject, decision, by=by)
    item.become(AgendaItem.Status.SENT_UP if goes_up else motion.result)
    item.amount = None if goes_up else motion.amount  # nothing is granted before the upper union's answer
    item.decided_by, item.decided_at = by, timezone.now()
    item.save(update_fields=["status", "amount", "decided_by", "decided_at"])


@action
def consent(meeting: Meeting, *, items: Iterable[int], by: Staff) -> list[AgendaItem]:
    """Grant these items (ids) together as proposed. One that may not be granted so stops all, and says which and why."""
    meeting, wanted = as_of_today(locked(meeting), by=by), set(items)
    chosen = list(
        AgendaItem.objects.select_for_update(of=("self",), no_key=True)
        .select_related("meeting__office")
        .filter(meeting=meeting, pk__in=wanted)
        .order_by("pk")
    )
    if not chosen:
        raise Incomplete(_("Choose at least one item."))
    if len(chosen) != len(wanted):
        raise Conflict(_("An item that was chosen is not on this agenda any more. Look at the list again."))
    for item in chosen:
        require(why_not_decide(by, item))
        if why_not := why_not_by_consent(item):
            raise NotAllowed(_("Item %(number)s: %(why)s") % {"number": item.number, "why": why_not})
        votes = {seat.staff_id: Vote.Choice.FOR.value for seat in entitled(item)}
        _put(
            item,
            result=AgendaItem.Status.GRANTED,
            amount=None,
            reason_code="",
            reason="",
            votes=votes,
            by_consent=True,
            by=by,
        )
    return chosen


@action
def send_up(item: AgendaItem, *, by: Staff) -> AgendaItem:
    """Recusals have made a quorum impossible for this item: the upper union decides it."""
    item = locked_item(item, by=by)
    require(why_not_decide(by, item))
    if not must_go_up(item):
        raise NotAllowed(_("Item %(number)s has its quorum; the committee decides it.") % {"number": item.number})
    item.become(AgendaItem.Status.SENT_UP)
    item.decided_by, item.decided_at = by, timezone.now()
    item.save(update_fields=["status", "decided_by", "decided_at"])
    item.polls.filter(ended_at=None).update(ended_by=by, ended_at=item.decided_at)
    facts = {"count": len(entitled(item)), "seats": len(item.meeting.seats_today()), "quorum": item.quorum}
    sentence = gettext_noop("%(count)s of %(seats)s members may vote, the quorum is %(quorum)s.")
    desk.desk_of(item.subject).sent_up(item.subject, reason=Remark(sentence, dict(facts)), by=by)
    trail.record("center.item.sent_up", item.meeting, by=by, number=item.number, reason=sentence, **facts)
    return item
