"""Preparing, holding and closing a meeting of the committee."""

from __future__ import annotations

from dataclasses import asdict
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db.models import F, Max
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from center import codes, desk, numbering, trail
from center.act import action
from center.actions.seats import SMALLEST_COMMITTEE, as_of_today, locked, locked_item
from center.actions.seats import quorum_of as quorum_of
from center.actions.seats import usual_quorum as usual_quorum
from center.errors import Conflict, Incomplete, NotAllowed, require
from center.models import AgendaItem, Meeting, Motion, Poll, Recusal, Seat, Vote, members_on
from center.permissions import (
    why_not_by_consent,
    why_not_change_agenda,
    why_not_close,
    why_not_decide,
    why_not_open,
    why_not_prepare,
    why_not_record_attendance,
    why_not_sign,
)
from center.remarks import Remark
from center.voters import why_not_against_ballots, why_not_discuss_singly, why_not_recuse

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import date

    from center.models import Office, Staff

# -- before -----------------------------------------------------------------------------------------------------------


@action
def prepare(
    office: Office,
    *,
    title: str,
    held_on: date,
    quorum: int,
    place: str = "",
    subjects: Collection[str] | None = None,
    by: Staff,
) -> Meeting:
    """A meeting with a seat for every member and chair of the office that day, and on its agenda what was chosen of what
    is ready, or all of it."""
    require(why_not_prepare(by, office))
    meeting = Meeting.objects.create(
        office=office, title=title, held_on=held_on, quorum=quorum, place=place, prepared_by=by
    )
    seats = members_on(office, held_on)
    if len(seats) < SMALLEST_COMMITTEE:
        raise Incomplete(
            ngettext(
                "%(office)s has %(count)s committee member; a committee has three at least.",
                "%(office)s has %(count)s committee members; a committee has three at least.",
                len(seats),
            )
            % {"office": office, "count": len(seats)}
        )
    if len(seats) < quorum:
        raise Incomplete(
            _("%(office)s has %(count)s members; a quorum of %(quorum)s cannot be reached.")
            % {"office": office, "count": len(seats), "quorum": quorum}
        )
    if quorum * 2 < len(seats):
        raise Incomplete(_("A quorum is half of the members at least: %(least)s.") % {"least": (len(seats) + 1) // 2})
    Seat.objects.bulk_create(Seat(meeting=meeting, staff_id=pk, is_chair=chair) for pk, chair in seats.items())
    trail.record("center.meeting.prepared", meeting, by=by, seats=len(seats), quorum=quorum)
    fill_agenda(meeting, subjects=subjects, by=by)
    return meeting


@action
def fill_agenda(meeting: Meeting, *, subjects: Collection[str] | None = None, by: Staff) -> int:
    """Put on the agenda what is ready and not on it yet, all of it or what was chosen; how many were added."""
    meeting = as_of_today(locked(meeting), by=by)
    require(why_not_change_agenda(by, meeting))
    listed = set(AgendaItem.objects.filter(status=AgendaItem.Status.WAITING).values_list("subject", flat=True))
    listed |= set(meeting.items.values_list("subject", flat=True))
    ready = [
        line
        for each in desk.desks()
        for line in each.docket(meeting.office)
        if not line.not_ready and line.subject not in listed and (subjects is None or line.subject in subjects)
    ]
    last, seats = meeting.items.aggregate(last=Max("position"))["last"] or 0, len(meeting.seats_today())
    for position, line in enumerate(sorted(ready, key=lambda line: (line.programme, line.number)), last + 1):
        item = AgendaItem.objects.create(
            meeting=meeting,
            position=position,
            subject=line.subject,
            number=line.number,
            programme=line.programme,
            proposed=line.proposed,
            facts=facts_of(line),
            quorum=max(meeting.quorum, quorum_of(seats, line.quorum_percent)),
            majority_percent=line.majority_percent,
        )
        desk.desk_of(line.subject).agenda_listed(line.subject, meeting=meeting.code, by=by)
        _propose_recusals(item, line, by=by)
    trail.record("center.agenda.filled", meeting, by=by, added=len(ready))
    return len(ready)


def facts_of(line: desk.AgendaLine) -> dict[str, object]:
    """The line as JSON: amounts as text, so that no yuan becomes a float."""
    facts = {name: str(value) if isinstance(value, Decimal) else value for name, value in asdict(line).items()}
    return facts | {"flags": [flag.stored() for flag in line.flags]}


def _propose_recusals(item: AgendaItem, line: desk.AgendaLine, *, by: Staff) -> None:
    for seat in item.meeting.seats.filter(staff_id__in=line.related_staff):
        why = line.related_staff[seat.staff_id]
        Recusal.objects.create(item=item, staff=seat.staff, reason_code=why, declared_by=by)


@action
def take_off(item: AgendaItem, *, reason: str, by: Staff) -> None:
    """Take an undecided item off the agenda; it waits for the next meeting."""
    item = locked_item(item, by=by)
    require(why_not_change_agenda(by, item.meeting))
    if item.status != AgendaItem.Status.WAITING or item.motions.exists() or item.polls.exists():
        raise NotAllowed(_("Item %(number)s has been voted on; it stays.") % {"number": item.number})
    if not reason.strip():
        raise Incomplete(_("Say why it is taken off."))
    desk.desk_of(item.subject).agenda_listed(item.subject, meeting="", by=by)
    trail.record("center.agenda.taken_off", item.meeting, by=by, number=item.number, reason=reason)
    item.delete()
    if item.meeting.status == Meeting.Status.PREPARING:  # nobody has called an item by its place yet
        item.meeting.items.filter(position__gt=item.position).update(position=F("position") - 1)


# -- who is there ------------------------------------------------------------------------------------------------------


@action
def mark_present(meeting: Meeting, *, members: Iterable[int], by: Staff) -> int:
    """These members (staff ids) are present now; the others who had come have left. How many are present."""
    meeting = as_of_today(locked(meeting), by=by)
    require(why_not_record_attendance(by, meeting))
    due = {seat.staff_id for seat in meeting.seats_today()}
    seats, now = list(meeting.seats.select_for_update().filter(staff__in=due)), timezone.now()
    wanted = set(members) & {seat.staff_id for seat in seats}
    for seat in seats:
        if seat.staff_id in wanted and not seat.is_present:
            seat.came_at, seat.left_at = seat.came_at or now, None
        elif seat.staff_id not in wanted and seat.is_present:
            seat.left_at = now
        seat.save(update_fields=["came_at", "left_at"])
    trail.record("center.meeting.attendance", meeting, by=by, present=sorted(wanted))
    return len(wanted)


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


# -- deciding ----------------------------------------------------------------------------------------------------------


@action
def open_meeting(meeting: Meeting, *, by: Staff) -> Meeting:
    """The sitting begins: the quorum is there, the meeting gets its number."""
    meeting = as_of_today(locked(meeting), by=by)
    require(why_not_open(by, meeting))
    meeting.become(Meeting.Status.SITTING)
    meeting.opened_by, meeting.opened_at = by, timezone.now()
    meeting.number = numbering.draw("meeting", office=meeting.office, on=meeting.held_on)
    meeting.save(update_fields=["status", "opened_by", "opened_at", "number"])
    trail.record("center.meeting.opened", meeting, by=by, number=meeting.number)
    return meeting


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


# -- after -------------------------------------------------------------------------------------------------------------


@action
def close_meeting(meeting: Meeting, *, remarks: str = "", by: Staff) -> Meeting:
    """The sitting ends; everything on it stays as it is."""
    meeting = locked(meeting)
    require(why_not_close(by, meeting))
    meeting.become(Meeting.Status.CLOSED)
    meeting.closed_by, meeting.closed_at, meeting.remarks = by, timezone.now(), remarks
    meeting.save(update_fields=["status", "closed_by", "closed_at", "remarks"])
    trail.record("center.meeting.closed", meeting, by=by, items=meeting.items.count())
    return meeting


@action
def sign(meeting: Meeting, *, by: Staff) -> Meeting:
    """The chair signs the minutes; they are filed."""
    meeting = locked(meeting)
    require(why_not_sign(by, meeting))
    meeting.become(Meeting.Status.SIGNED)
    meeting.signed_by, meeting.signed_at = by, timezone.now()
    meeting.save(update_fields=["status", "signed_by", "signed_at"])
    trail.record("center.meeting.signed", meeting, by=by)
    return meeting


@action
def cancel(meeting: Meeting, *, reason: str, by: Staff) -> Meeting:
    """A meeting that will not be held; what was on its agenda waits for the next one."""
    meeting = locked(meeting)
    require(why_not_change_agenda(by, meeting))
    if not reason.strip():
        raise Incomplete(_("Say why the meeting is cancelled."))
    meeting.become(Meeting.Status.CANCELLED)
    meeting.closed_by, meeting.closed_at, meeting.remarks = by, timezone.now(), reason
    meeting.save(update_fields=["status", "closed_by", "closed_at", "remarks"])
    for item in meeting.items.filter(status=AgendaItem.Status.WAITING):
        desk.desk_of(item.subject).agenda_listed(item.subject, meeting="", by=by)
    meeting.items.filter(status=AgendaItem.Status.WAITING).delete()
    trail.record("center.meeting.cancelled", meeting, by=by, reason=reason)
    return meeting
