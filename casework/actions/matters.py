"""Matters: petitions and transfers. The clock starts at the true time of the visit."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from casework.enums import (
    FileStatus,
    HandlingMode,
    MatterKind,
    MatterReason,
    MatterResult,
    MatterStatus,
    PetitionClass,
    Told,
)
from casework.models import Callback, HardshipFile, Matter
from casework.permissions import (
    why_not_accept_matter,
    why_not_assign_matter,
    why_not_close_matter,
    why_not_correct_matter,
    why_not_extend_matter,
    why_not_handle_matter,
    why_not_reopen_matter,
    why_not_return_matter,
    why_not_supervise_matter,
)
from casework.queries.closing_checklist import sentence_of_missing
from center.actions.handover import offices_of_work
from center.evidence import trail
from center.kernel.action import action
from center.kernel.errors import Incomplete, NotAllowed, require
from center.kernel.roles import Permission
from center.reference import numbering, working_days

if TYPE_CHECKING:
    from datetime import date

    from django.db.models import QuerySet

    from casework.actions.visits import Outcome
    from casework.models import Visit
    from center.models import Staff

M = MatterStatus
TELL_DAYS = 15  # 《信访工作条例》: told within 15 days whether it is taken on
PETITION_DAYS = 60
EXTENSION_DAYS = 30
TRANSFER_WORKING_DAYS = 5


def _locked(matter: Matter) -> Matter:
    return (
        Matter.objects.select_for_update(of=("self",), no_key=True).select_related("visit", "office").get(pk=matter.pk)
    )


def _step(matter: Matter, participle: str, *, by: Staff, **more: Any) -> list[str]:
    values = {f"{participle}_by": by, f"{participle}_at": timezone.now(), **more}
    for name, value in values.items():
        setattr(matter, name, value)
    return list(values)


def _reason(code: str, text: str) -> tuple[str, str]:
    if code not in MatterReason.values or not text.strip():
        raise Incomplete(_("Choose a reason and say it in words."))
    return code, text.strip()


def open_matter(visit: Visit, *, outcome: Outcome, by: Staff) -> Matter:
    """Inside `log_visit`: a petition, or a transfer to a person."""
    handler = outcome.handler
    if handler is None or not handler.may(Permission.HANDLE_MATTERS, visit.office_id):
        raise Incomplete(_("This person does not handle matters at this office."))
    kind = MatterKind.PETITION if visit.purpose.code == "petition" else MatterKind.TRANSFER
    start = timezone.localdate(visit.received_at)
    petition = kind == MatterKind.PETITION
    natural = working_days.roll(start + timedelta(days=PETITION_DAYS)) if petition else None
    _look_at_deadline(outcome.due_on, since=start, last=natural)
    tell_by = working_days.roll(start + timedelta(days=TELL_DAYS)) if petition else None
    matter = Matter.objects.create(
        office=visit.office,
        visit=visit,
        kind=kind,
        petition_class=(outcome.petition_class or PetitionClass.APPEAL) if petition else "",
        mode=outcome.mode or HandlingMode.OWN,
        request=visit.note or visit.purpose.label,
        registered_at=visit.received_at,
        assignee=handler,
        assigned_by=by,
        assigned_at=timezone.now(),
        tell_by=min(tell_by, outcome.due_on) if tell_by and outcome.due_on else tell_by,
        due_on=outcome.due_on or natural or working_days.add(start, TRANSFER_WORKING_DAYS),
        body=outcome.body,
        number=numbering.draw("matter", office=visit.office, on=start),
    )
    trail.record("casework.matter.opened", matter, by=by, kind=kind, handler=handler.username, due=matter.due_on)
    return matter


def _look_at_deadline(due_on: date | None, *, since: date, last: date | None) -> None:
    """What the ticket states counts, within what the law leaves."""
    if due_on and due_on < since:
        raise Incomplete(_("The deadline lies before the day of the visit."))
    if due_on and last and due_on > last:
        raise Incomplete(_("The law leaves time until %(day)s.") % {"day": last.isoformat()})


@dataclass(frozen=True, kw_only=True)
class Correction:
    """What was filled in by itself when the matter was opened, as its handler knows it."""

    petition_class: str
    mode: str
    request: str
    due_on: date


@action
def correct_matter(matter: Matter, *, correction: Correction, text: str, by: Staff) -> Matter:
    """The class, the way, the words and the day that nobody typed. Another day says why; the law's last day stays."""
    matter = _locked(matter)
    require(why_not_correct_matter(by, matter))
    if not correction.request.strip():
        raise Incomplete(_("Write what is asked for."))
    if correction.due_on != matter.due_on:
        if not text.strip():
            raise Incomplete(_("Say where the other deadline stands."))
        last = _last_by_law(matter) if matter.kind == MatterKind.PETITION else None
        _look_at_deadline(correction.due_on, since=timezone.localdate(matter.registered_at), last=last)
    values = asdict(correction)
    if matter.kind != MatterKind.PETITION:
        values.pop("petition_class")
    changed = [name for name, value in values.items() if getattr(matter, name) != value]
    for name in changed:
        setattr(matter, name, values[name])
    if changed:
        matter.save(update_fields=changed)
        trail.record("casework.matter.corrected", matter, by=by, fields=", ".join(changed), text=text.strip())
    return matter


@action
def accept_matter(matter: Matter, *, by: Staff) -> Matter:
    """签收: it is mine now."""
    matter = _locked(matter)
    require(why_not_accept_matter(by, matter))
    matter.become(M.ACCEPTED)
    matter.save(update_fields=["status", *_step(matter, "accepted", by=by)])
    trail.record("casework.matter.accepted", matter, by=by)
    return matter


@action
def return_matter(matter: Matter, *, reason: str, text: str, by: Staff) -> Matter:
    """Once back to the first receiver; the second time to the leader. The clock runs on."""
    matter = _locked(matter)
    require(why_not_return_matter(by, matter))
    code, text = _reason(reason, text)
    matter.become(M.RETURNED)
    more = _step(matter, "returned", by=by, returned_reason=code, returned_text=text, returns=matter.returns + 1)
    matter.assignee = matter.visit.first_handler if matter.returns == 1 else None
    matter.save(update_fields=["status", "assignee", *more])
    trail.record("casework.matter.returned", matter, by=by, reason=code, times=matter.returns)
    return matter


@action
def assign_matter(matter: Matter, *, to: Staff, by: Staff) -> Matter:
    """To a person, never to a department."""
    matter = _locked(matter)
    require(why_not_assign_matter(by, matter))
    if not to.may(Permission.HANDLE_MATTERS, matter.office_id):
        raise Incomplete(_("This person does not handle matters at this office."))
    if matter.status == M.RETURNED:
        matter.become(M.REGISTERED)
    matter.assignee = to
    matter.save(update_fields=["status", "assignee", *_step(matter, "assigned", by=by)])
    trail.record("casework.matter.assigned", matter, by=by, to=to.username)
    return matter


@action
def tell_about_matter(matter: Matter, *, how: str, by: Staff) -> Matter:
    """受理告知: the person knows within fifteen days that the petition is taken on."""
    matter = _locked(matter)
    require(why_not_handle_matter(by, matter))
    if how not in Told.values:
        raise Incomplete(_("Say how the person was told."))
    matter.save(update_fields=_step(matter, "told", by=by, told_how=how))
    trail.record("casework.matter.told", matter, by=by, how=how)
    return matter


@action
def deliver_matter(matter: Matter, *, body: str = "", reply: str = "", by: Staff) -> Matter:
    """送达办理: delivered for handling, here or to another body; its reply is written when it comes."""
    matter = _locked(matter)
    require(why_not_handle_matter(by, matter))
    more = _step(matter, "delivered", by=by, body=body or matter.body, body_reply=reply or matter.body_reply)
    matter.save(update_fields=more)
    trail.record("casework.matter.delivered", matter, by=by, body=matter.body)
    return matter


def _last_by_law(matter: Matter) -> date:
    """How long a petition may take, whatever day its ticket states."""
    days = PETITION_DAYS + (EXTENSION_DAYS if matter.extended_at else 0)
    return working_days.roll(timezone.localdate(matter.registered_at) + timedelta(days=days))


def _legal_end(matter: Matter) -> date:
    """The day that the law names. A holiday moves the last day of a limit, and not the limit (民法典 203): what is added
    later counts from the end that the law names."""
    natural = timezone.localdate(matter.registered_at) + timedelta(days=PETITION_DAYS)
    moved = matter.kind == MatterKind.PETITION and working_days.roll(natural) == matter.due_on
    return natural if moved else matter.due_on


@action
def extend_matter(matter: Matter, *, days: int = EXTENSION_DAYS, reason: str, text: str, by: Staff) -> Matter:
    """Once, by the leader, at most thirty days."""
    matter = _locked(matter)
    require(why_not_extend_matter(by, matter))
    code, text = _reason(reason, text)
    if not 1 <= days <= EXTENSION_DAYS:
        raise Incomplete(_("A matter is extended by one to thirty days."))
    due = working_days.roll(_legal_end(matter) + timedelta(days=days))
    more = _step(matter, "extended", by=by, extended_reason=code, extended_text=text, due_on=due)
    matter.save(update_fields=more)
    trail.record("casework.matter.extended", matter, by=by, reason=code, due=due)
    return matter


@action
def supervise_matter(matter: Matter, *, until: date, reason: str, text: str, by: Staff) -> Matter:
    """督办: an order of the leader with its day."""
    matter = _locked(matter)
    require(why_not_supervise_matter(by, matter))
    code, text = _reason(reason, text)
    if until < timezone.localdate():
        raise Incomplete(_("The order needs a day to come."))
    more = _step(matter, "supervised", by=by, supervised_reason=code, supervised_text=text, supervised_until=until)
    matter.save(update_fields=more)
    trail.record("casework.matter.supervised", matter, by=by, reason=code, until=until)
    return matter


@action
def close_matter(
    matter: Matter, *, result: str, reply: str, told_how: str, report: str, archive_number: str, by: Staff
) -> Matter:
    """办结: with the four haves, the result and the reply, told to the person. A call follows on the next working day."""
    matter = _locked(matter)
    require(why_not_close_matter(by, matter))
    matter.report, matter.archive_number = report.strip(), archive_number.strip()
    missing = sentence_of_missing(matter)
    if missing:
        raise Incomplete(missing)
    if result not in MatterResult.values or not reply.strip() or told_how not in Told.values:
        raise Incomplete(_("A closed matter has its result, the reply, and how the person was told."))
    matter.become(M.CLOSED)
    more = _step(matter, "closed", by=by, result=result, reply=reply.strip())
    if matter.told_at is None:
        more += _step(matter, "told", by=by, told_how=told_how)
    matter.save(update_fields=["status", "report", "archive_number", *more])
    due = working_days.add(timezone.localdate(), 1)
    Callback.objects.get_or_create(matter=matter, done_at=None, defaults={"visit": matter.visit, "due_on": due})
    trail.record("casework.matter.closed", matter, by=by, result=result)
    return matter


def reopen(matter: Matter, *, reason: str, text: str, by: Staff) -> Matter:
    matter = _locked(matter)
    require(why_not_reopen_matter(by, matter))
    code, text = _reason(reason, text)
    matter.become(M.ACCEPTED)
    matter.closed_by = matter.closed_at = None
    due = max(matter.due_on, working_days.add(timezone.localdate(), TRANSFER_WORKING_DAYS))
    more = _step(matter, "reopened", by=by, reopened_reason=code, reopened_text=text, due_on=due)
    matter.save(update_fields=["status", "closed_by", "closed_at", *more])
    trail.record("casework.matter.reopened", matter, by=by, reason=code)
    return matter


@action
def reopen_matter(matter: Matter, *, reason: str, text: str, by: Staff) -> Matter:
    """Not satisfied, or new facts: in hand again with its handler."""
    return reopen(matter, reason=reason, text=text, by=by)


def _own(giver: Staff) -> tuple[QuerySet[Matter], QuerySet[HardshipFile]]:
    own = Q(owner=giver) | Q(owner=None, filed_by=giver, status__in=(FileStatus.DRAFT, FileStatus.RETURNED))
    return Matter.objects.open().filter(assignee=giver), HardshipFile.objects.living().filter(own)


def own_work(giver: Staff) -> set[tuple[Permission, int]]:
    """What going on with the open matters and files of somebody needs, and where."""
    matters, files = _own(giver)
    return {(Permission.HANDLE_MATTERS, office) for office in matters.values_list("office", flat=True)} | {
        (Permission.EDIT_FILES, office) for office in files.values_list("office", flat=True)
    }


def would_move(giver: Staff, *, taker: Staff, by: Staff) -> list[tuple[str, int]]:
    """How many matters and files a hand-over would give to this taker."""
    matters, files = _moving(giver, taker, by=by)
    counted = ((_("Matters"), matters.count()), (_("Files"), files.count()))
    return [(kind, count) for kind, count in counted if count]


def _moving(giver: Staff, taker: Staff, *, by: Staff) -> tuple[QuerySet[Matter], QuerySet[HardshipFile]]:
    """Of the giver's own open work, what the taker may go on with."""
    offices = offices_of_work(giver, by=by)
    matters, files = _own(giver)
    return (
        matters.filter(office__in=offices & taker.sight(Permission.HANDLE_MATTERS)),
        files.filter(office__in=offices & taker.sight(Permission.EDIT_FILES)),
    )


@action
def hand_over(giver: Staff, *, taker: Staff, by: Staff) -> int:
    """The open work of somebody who leaves: matters and files, drafts too, as far as the taker may go on with them."""
    if not offices_of_work(giver, by=by):
        raise NotAllowed(_("Only a leader hands over work."))
    matters, files = _moving(giver, taker, by=by)
    moved = matters.update(assignee=taker, assigned_by=by, assigned_at=timezone.now())
    moved += files.update(owner=taker)
    trail.record("casework.work.handed_over", taker, by=by, giver=giver.username, records=moved)
    return moved
