"""Receiving people: one visit, once, owned by whoever heard it first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from casework.actions.matters import open_matter, reopen
from casework.actions.people import make_person, name_employer
from casework.enums import Answer, Channel, MatterReason, MatterStatus, VisitResult
from casework.models import Callback, Matter, Person, Visit, VisitNote, VisitPurpose
from casework.models.visit import MOST_REPRESENTATIVES
from casework.permissions import (
    why_not_call,
    why_not_log_visit,
    why_not_see_group,
    why_not_undo_visit,
    why_not_write_note,
)
from center.evidence import trail
from center.kernel.action import action
from center.kernel.errors import Conflict, Incomplete, require
from center.models import VoidNumber
from center.reference import numbering, working_days

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from center.models import Office, Staff

LATE = timedelta(hours=12)
ATTEMPTS = 3
LOCK = 7_305_004  # one visit of a token at a time


@dataclass(frozen=True, kw_only=True)
class Newcomer:
    """Somebody who is not in the registry yet: the name alone is enough."""

    full_name: str
    id_number: str = ""
    phone: str = ""


@dataclass(frozen=True, kw_only=True)
class Group:
    """A group: how many, at most five representatives, where from, in which mood."""

    people: int
    representatives: Sequence[Person | Newcomer] = ()
    employer: str = ""
    mood: str = ""


@dataclass(frozen=True, kw_only=True)
class LateRecord:
    """A visit written on paper and entered later: when it was, who received it, why later."""

    received_at: datetime
    reason: str
    first_handler: Staff | None = None


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """How the visit ended for now, and what that needs."""

    result: VisitResult = VisitResult.ANSWERED
    handler: Staff | None = None  # of a transfer: a person, never a department
    call_on: date | None = None
    petition_class: str = ""
    mode: str = ""
    due_on: date | None = None
    body: str = ""


@dataclass(frozen=True, kw_only=True)
class Words:
    """What was said and what was handed in."""

    note: str = ""
    papers: str = ""
    ticket: str = ""
    channel: str = Channel.WINDOW
    window: str = ""


@action
def log_visit(
    office: Office,
    *,
    purpose: VisitPurpose,
    person: Person | None = None,
    newcomer: Newcomer | None = None,
    words: Words | None = None,
    outcome: Outcome | None = None,
    group: Group | None = None,
    late: LateRecord | None = None,
    token: str = "",
    by: Staff,
) -> Visit:
    """Write one visit. A name, or “gives no name”, and the purpose are enough; the rest is known or may follow.

    The same `token` twice is one visit: the second click gets the first one's record.
    """
    require(why_not_log_visit(by, office))
    if token and (earlier := _first_click(token)):
        return earlier
    words, outcome = words or Words(), outcome or Outcome()
    _check(words=words, outcome=outcome, group=group, late=late)
    if person is None and newcomer is not None:
        person = _welcome(newcomer, office=office, by=by)
    visit = _write(
        office, purpose=purpose, person=person, words=words, outcome=outcome, group=group, late=late, token=token, by=by
    )
    if outcome.result == VisitResult.TRANSFERRED:
        open_matter(visit, outcome=outcome, by=by)
    if outcome.result == VisitResult.CALL_BACK:
        day = outcome.call_on or working_days.add(visit.received_on, 1)
        Callback.objects.create(visit=visit, due_on=day)
    visit.number = numbering.draw("visit", office=office, on=visit.received_on)
    visit.save(update_fields=["number"])
    facts = {"channel": visit.channel, "purpose": purpose.code, "result": visit.result, "people": str(visit.people)}
    trail.record("casework.visit.logged", visit, by=by, **facts)
    return visit


def _first_click(token: str) -> Visit | None:
    """The visit of this token. Of two clicks at one moment the second waits until the first one's is written."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [LOCK, token])
    return Visit.objects.filter(token=token).first()


def _welcome(newcomer: Newcomer, *, office: Office, by: Staff) -> Person:
    given = {"id_number": newcomer.id_number, "phone": newcomer.phone}
    facts = {name: number for name, number in given.items() if number}
    return make_person(office=office, full_name=newcomer.full_name, by=by, **facts)


def _representative(one: Person | Newcomer, *, office: Office, by: Staff) -> Person:
    """The same name and telephone in sight is the same person."""
    if isinstance(one, Person):
        return one
    known = Person.objects.visible_to(by).called(one.full_name).filter(phone=one.phone)
    return (known.first() if one.phone else None) or _welcome(one, office=office, by=by)


def _check(*, words: Words, outcome: Outcome, group: Group | None, late: LateRecord | None) -> None:
    if outcome.result == VisitResult.TRANSFERRED and outcome.handler is None:
        raise Incomplete(_("A transfer goes to a person: choose who."))
    if group and group.people <= 1:
        raise Incomplete(_("A group is of at least two people."))
    if group and len(group.representatives) > MOST_REPRESENTATIVES:
        raise Incomplete(_("A group sends at most five representatives."))
    if words.channel not in Channel.values:
        raise Incomplete(_("Choose how the person reached us."))
    if late and late.received_at > timezone.now():
        raise Incomplete(_("A visit cannot lie in the future."))
    if late and not late.reason.strip():
        raise Incomplete(_("Say why the visit is entered later."))


def _write(
    office: Office,
    *,
    purpose: VisitPurpose,
    person: Person | None,
    words: Words,
    outcome: Outcome,
    group: Group | None,
    late: LateRecord | None,
    token: str,
    by: Staff,
) -> Visit:
    received_at = late.received_at if late else timezone.now()
    visit = Visit.objects.create(
        token=token or None,
        office=office,
        person=person,
        anonymous=person is None,
        channel=words.channel,
        ticket=words.ticket,
        purpose=purpose,
        note=words.note,
        papers=words.papers,
        result=outcome.result,
        people=group.people if group else 1,
        employer=name_employer(group.employer, by=by) if group and group.employer.strip() else None,
        mood=group.mood if group else "",
        window=words.window or by.window,
        received_at=received_at,
        received_on=timezone.localdate(received_at),
        first_handler=(late.first_handler if late else None) or by,
        entered_by=by,
        entered_at=timezone.now(),
        late_reason=late.reason.strip() if late else "",
    )
    if group:
        visit.representatives.set([_representative(one, office=office, by=by) for one in group.representatives])
    return visit


@action
def undo_visit(visit: Visit, *, by: Staff) -> Visit:
    """Take back within seconds. The number stays in the series as void."""
    visit = Visit.objects.select_for_update(of=("self",), no_key=True).get(pk=visit.pk)
    require(why_not_undo_visit(by, visit))
    visit.undone_by, visit.undone_at = by, timezone.now()
    visit.save(update_fields=["undone_by", "undone_at"])
    visit.callbacks.all().delete()
    numbers = [visit.number, *Matter.objects.filter(visit=visit).values_list("number", flat=True)]
    Matter.objects.filter(visit=visit).delete()
    for number in filter(None, numbers):
        numbering.void(number, reason=VoidNumber.Reason.TAKEN_BACK, by=by)
    trail.record("casework.visit.undone", visit, by=by)
    return visit


@action
def write_note(visit: Visit, *, text: str, by: Staff) -> VisitNote:
    """Add to a visit; what was written stays."""
    require(why_not_write_note(by, visit))
    if not text.strip():
        raise Incomplete(_("Write the note."))
    note = VisitNote.objects.create(visit=visit, text=text.strip(), written_by=by, written_at=timezone.now())
    trail.record("casework.visit.noted", visit, by=by)
    return note


@action
def see_group(visit: Visit, *, by: Staff) -> Visit:
    """The leader has taken notice of a large group."""
    visit = Visit.objects.select_for_update(of=("self",), no_key=True).get(pk=visit.pk)
    require(why_not_see_group(by, visit))
    visit.seen_by, visit.seen_at = by, timezone.now()
    visit.save(update_fields=["seen_by", "seen_at"])
    trail.record("casework.visit.seen", visit, by=by, people=visit.people)
    return visit


@action
def link_opened(visit: Visit, *, subject: str, by: Staff) -> Visit:
    """Another desk opened its record from this visit (`relief.application:42`); the visit shows its state."""
    visit = Visit.objects.select_for_update(of=("self",), no_key=True).get(pk=visit.pk)
    if visit.opened == subject:
        return visit
    if visit.opened:
        raise Conflict(_("This visit has opened another record already."))
    visit.opened = subject
    visit.result = VisitResult.ACCEPTED
    visit.save(update_fields=["opened", "result"])
    trail.record("casework.visit.opened", visit, by=by, opened=subject)
    return visit


@action
def make_call(callback: Callback, *, answer: str, note: str = "", by: Staff) -> Callback:
    """Satisfied, basically, not satisfied (which reopens the matter), or nobody answers: three times ends it."""
    callback = (
        Callback.objects.select_for_update(of=("self",), no_key=True)
        .select_related("visit", "matter")
        .get(pk=callback.pk)
    )
    require(why_not_call(by, callback))
    if answer not in Answer.values:
        raise Incomplete(_("Choose what the person answered."))
    if answer == Answer.NOT_SATISFIED and not note.strip():
        raise Incomplete(
            _("Write what the person is not satisfied with: whoever takes the matter up again begins there.")
        )
    callback.attempts += 1
    callback.note = note
    if answer == Answer.NO_ANSWER and callback.attempts < ATTEMPTS:
        callback.due_on = working_days.add(timezone.localdate(), 1)
        callback.save(update_fields=["attempts", "note", "due_on"])
        trail.record("casework.callback.missed", callback, by=by, attempts=callback.attempts)
        return callback
    callback.answer = answer
    callback.done_by, callback.done_at = by, timezone.now()
    callback.save(update_fields=["attempts", "note", "answer", "done_by", "done_at"])
    matter = callback.matter
    if answer == Answer.NOT_SATISFIED and matter and matter.status == MatterStatus.CLOSED:
        reopen(matter, reason=MatterReason.NOT_SATISFIED, text=note.strip(), by=by)
    trail.record("casework.callback.made", callback, by=by, answer=answer)
    return callback
