"""A case from the window to its report."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from casework.actions.visits import link_opened
from casework.models import Person
from center.actions.handover import offices_of_work
from center.evidence import trail
from center.kernel.action import action
from center.kernel.errors import Incomplete, NotAllowed, require
from center.kernel.remarks import Remark, word
from center.kernel.roles import Permission
from center.models.base import subject_of
from center.reference import numbering
from legal.actions.clocks import ended, set_going
from legal.actions.events import write_step
from legal.enums import (
    CaseStatus,
    CaseType,
    DropReason,
    Ending,
    EventKind,
    HelpForm,
    LateReason,
    Outcome,
    PartyRole,
    RefusalReason,
    ReopenReason,
    Stage,
    Trigger,
)
from legal.models import Case, CaseEvent, Party, Recovery
from legal.permissions import (
    why_not_assign,
    why_not_be_helped,
    why_not_close,
    why_not_decide,
    why_not_refuse,
    why_not_reopen,
    why_not_take_in,
    why_not_work_on,
    why_not_write_recovery,
)
from legal.queries.limits import risks

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from django.db.models import QuerySet

    from casework.models import Employer, Visit
    from center.models import Office, Staff

S = CaseStatus


@dataclass(frozen=True, kw_only=True)
class Claim:
    """What the worker tells: kind, words, sum, how many are concerned, and the days that set clocks going."""

    type: str
    claim: str
    help_form: str = HelpForm.ADVICE
    claimed_amount: Decimal | None = None
    people: int = 1
    is_urgent: bool = False
    days: Mapping[str, date] = field(default_factory=dict)  # trigger → day
    late_reason: str = ""
    late_text: str = ""


def _locked(case: Case) -> Case:
    return Case.objects.select_for_update(of=("self",), no_key=True).select_related("office").get(pk=case.pk)


@action
def take_in(
    person: Person,
    *,
    office: Office,
    handler: Staff,
    claim: Claim,
    employer: Employer | None = None,
    visit: Visit | None = None,
    token: str = "",
    by: Staff,
) -> Case:
    """受理登记: worker, other side, claim; the limits begin to run at once. The same `token` twice is one case."""
    person = Person.objects.select_for_update(of=("self",), no_key=True).get(pk=person.pk)
    require(why_not_take_in(by, office) or why_not_be_helped(person))
    if token and (earlier := Case.objects.filter(person=person, token=token).first()):
        return earlier
    if claim.type not in CaseType.values or claim.help_form not in HelpForm.values or not claim.claim.strip():
        raise Incomplete(_("A case has its kind, the form of help, and the claim in words."))
    if not handler.may(Permission.HANDLE_CASES, office):
        raise NotAllowed(_("The handler is a legal-aid officer of this office."))
    today = timezone.localdate()
    if any(day > today for day in claim.days.values()):
        raise Incomplete(_("A limit runs from a day that has come."))
    passed = [risk for risk in risks(kind=claim.type, days=claim.days, today=today) if risk.passed]
    late_text = claim.late_text.strip()
    if passed and (claim.late_reason not in LateReason.values or not late_text):
        raise Incomplete(_("Say why the case is taken in although its limit has passed."))
    case = Case(
        token=token or None,
        person=person,
        office=office,
        visit=visit,
        type=claim.type,
        claim=claim.claim.strip(),
        help_form=claim.help_form,
        claimed_amount=claim.claimed_amount,
        people=claim.people,
        is_urgent=claim.is_urgent,
        late_reason=claim.late_reason if passed else "",
        late_text=late_text if passed else "",
        applied_on=today,
        handler=handler,
        taken_by=by,
        taken_at=timezone.now(),
    )
    case.number = numbering.draw("case", office=office, on=today)
    case.save()
    if employer:
        Party.objects.create(case=case, role=PartyRole.EMPLOYER, name=employer.name, employer=employer)
    set_going(case, trigger=Trigger.AID_APPLIED, on=today, by=by)
    for trigger, day in claim.days.items():
        set_going(case, trigger=trigger, on=day, by=by)
    for risk in passed:
        sentence = gettext_noop("Taken in although “%(limit)s” ended on %(day)s")
        step = Remark(sentence, {"limit": risk.rule.named, "day": risk.due.isoformat()})
        write_step(case, step, text=late_text, by=by)
    if visit:
        link_opened(visit, subject=subject_of(case), by=by)
    trail.record("legal.case.taken_in", case, by=by, type=case.type, handler=handler.username)
    return case


@action
def grant_aid(case: Case, *, text: str = "", by: Staff) -> Case:
    """决定援助: the next three days are for the assignment."""
    case = _locked(case)
    require(why_not_decide(by, case))
    case.become(S.GRANTED)
    case.decided_by, case.decided_at, case.decided_text, case.refused_reason = by, timezone.now(), text.strip(), ""
    case.save(update_fields=["status", "decided_by", "decided_at", "decided_text", "refused_reason"])
    ended(case, trigger=Trigger.AID_APPLIED, by=by)
    set_going(case, trigger=Trigger.AID_GRANTED, on=timezone.localdate(), by=by)
    write_step(case, Remark(gettext_noop("Legal aid is granted")), text=text, by=by)
    trail.record("legal.case.granted", case, by=by)
    return case


@action
def refuse_aid(case: Case, *, reason: str, text: str, by: Staff) -> Case:
    """不予援助: in writing, with the reason and the way to object."""
    case = _locked(case)
    require(why_not_refuse(by, case))
    if reason not in RefusalReason.values or not text.strip():
        raise Incomplete(_("A refusal has its reason, in writing."))
    case.become(S.REFUSED)
    case.decided_by, case.decided_at = by, timezone.now()
    case.refused_reason, case.decided_text = reason, text.strip()
    case.save(update_fields=["status", "decided_by", "decided_at", "decided_text", "refused_reason"])
    ended(case, trigger=Trigger.AID_APPLIED, by=by)
    write_step(case, Remark(gettext_noop("Legal aid is refused")), text=text, by=by)
    trail.record("legal.case.refused", case, by=by, reason=reason)
    return case


@action
def assign_case(case: Case, *, handler: Staff, colleagues: Sequence[Staff] = (), lawyer: str = "", by: Staff) -> Case:
    """指派: handler and colleagues are the whole access list; whoever leaves it sees number and stage only."""
    case = _locked(case)
    require(why_not_assign(by, case))
    if any(not one.may(Permission.HANDLE_CASES, case.office_id) for one in (handler, *colleagues)):
        raise NotAllowed(_("The handler is a legal-aid officer of this office."))
    case.handler, case.lawyer = handler, lawyer.strip()
    case.assigned_by, case.assigned_at = by, timezone.now()
    case.save(update_fields=["handler", "lawyer", "assigned_by", "assigned_at"])
    case.colleagues.set([one for one in colleagues if one.pk != handler.pk])
    ended(case, trigger=Trigger.AID_GRANTED, by=by)
    names = ", ".join(one.username for one in colleagues)
    trail.record("legal.case.assigned", case, by=by, handler=handler.username, colleagues=names)
    return case


@action
def move_stage(case: Case, *, stage: str, help_form: str = "", text: str = "", by: Staff) -> Case:
    case = _locked(case)
    require(why_not_work_on(by, case))
    if stage not in Stage.values or (help_form and help_form not in HelpForm.values):
        raise Incomplete(_("Choose the stage."))
    case.stage, case.help_form = stage, help_form or case.help_form
    case.save(update_fields=["stage", "help_form"])
    write_step(case, word(Stage(stage).label), text=text, by=by)
    trail.record("legal.case.moved", case, by=by, stage=stage)
    return case


@action
def write_event(case: Case, *, kind: str, text: str, on: date, token: str = "", by: Staff) -> CaseEvent:
    """What happened, on its day; it stays as it was written. The same `token` twice is one line."""
    case = _locked(case)
    require(why_not_work_on(by, case))
    if kind not in EventKind.values or not text.strip():
        raise Incomplete(_("Write what happened."))
    if token and (earlier := case.events.filter(token=token).first()):
        return earlier
    event = CaseEvent.objects.create(case=case, kind=kind, text=text.strip(), on=on, token=token or None, written_by=by)
    trail.record("legal.case.noted", case, by=by, kind=kind, on=on)
    return event


@action
def write_recovery(
    case: Case, *, amount: Decimal, received_on: date, loss: str, more_text: str = "", token: str = "", by: Staff
) -> Recovery:
    """到账: what really reached the worker. The same `token` twice is one sum."""
    case = _locked(case)
    require(why_not_write_recovery(by, case))
    if amount <= 0 or received_on > timezone.localdate():
        raise Incomplete(_("Write down money that arrived, not money that was promised."))
    if token and (earlier := case.recoveries.filter(token=token).first()):
        return earlier
    if case.status == S.CLOSED:
        _say_why_more(case, received=_received(case) + amount, more_text=more_text)
        case.save(update_fields=["more_text"])
    recovery = Recovery.objects.create(
        case=case,
        token=token or None,
        amount=amount,
        received_on=received_on,
        loss=loss,
        written_by=by,
        written_at=timezone.now(),
    )
    trail.record("legal.money.recovered", case, by=by, amount=amount, on=received_on)
    return recovery


def _received(case: Case) -> Decimal:
    return sum((one.amount for one in case.recoveries.all()), Decimal("0.00"))


def _say_why_more(case: Case, *, received: Decimal, more_text: str) -> None:
    """More than was awarded or agreed may arrive (interest, a later settlement); then somebody says why."""
    if received <= (case.awarded_amount or 0):
        case.more_text = ""
        return
    case.more_text = more_text.strip() or case.more_text
    if not case.more_text:
        raise Incomplete(_("More arrived than was awarded or agreed: say why."))


@action
def close_case(
    case: Case,
    *,
    outcome: str,
    report: str,
    claimed_amount: Decimal | None = None,
    awarded_amount: Decimal | None = None,
    more_text: str = "",
    by: Staff,
) -> Case:
    """结案: outcome, report, claimed and awarded; what arrived stands in its own rows. Clocks stop."""
    case = _locked(case)
    require(why_not_close(by, case))
    if outcome not in Outcome.values or not report.strip():
        raise Incomplete(_("A closed case has its outcome and its report."))
    if case.status == S.APPLIED and outcome not in {
        Outcome.ANSWERED,
        Outcome.WITHDRAWN,
        Outcome.PASSED_ON,
        Outcome.LOST,
    }:
        raise Incomplete(_("Without a decision on aid a case ends with advice, or is withdrawn or passed on."))
    case.become(S.CLOSED)
    case.outcome, case.closed_text = outcome, report.strip()
    case.claimed_amount = claimed_amount if claimed_amount is not None else case.claimed_amount
    case.awarded_amount = awarded_amount
    _say_why_more(case, received=_received(case), more_text=more_text)
    case.closed_by, case.closed_at, case.closed_on = by, timezone.now(), timezone.localdate()
    names = [
        "status",
        "outcome",
        "closed_text",
        "claimed_amount",
        "awarded_amount",
        "more_text",
        "closed_by",
        "closed_at",
        "closed_on",
    ]
    case.save(update_fields=names)
    case.clocks.filter(ended_at=None).update(
        ended_by=by,
        ended_at=timezone.now(),
        ending=Ending.DROPPED,
        dropped_reason=DropReason.CLOSED,
    )
    trail.record("legal.case.closed", case, by=by, outcome=outcome, awarded=awarded_amount or "")
    return case


@action
def reopen_case(case: Case, *, reason: str, text: str, by: Staff) -> Case:
    case = _locked(case)
    require(why_not_reopen(by, case))
    if reason not in ReopenReason.values or not text.strip():
        raise Incomplete(_("Say why the case is opened again."))
    case.become(S.GRANTED)
    case.reopened_by, case.reopened_at = by, timezone.now()
    case.reopened_reason, case.reopened_text = reason, text.strip()
    case.save(update_fields=["status", "reopened_by", "reopened_at", "reopened_reason", "reopened_text"])
    write_step(case, Remark(gettext_noop("Opened again")), text=text, by=by)
    trail.record("legal.case.reopened", case, by=by, reason=reason)
    return case


def own_work(giver: Staff) -> set[tuple[Permission, int]]:
    """What going on with the open cases of somebody needs, and where."""
    offices = Case.objects.open().filter(handler=giver).values_list("office", flat=True)
    return {(Permission.HANDLE_CASES, office) for office in offices}


def would_move(giver: Staff, *, taker: Staff, by: Staff) -> list[tuple[str, int]]:
    """How many cases a hand-over would give to this taker."""
    count = _moving(giver, taker, by=by).count()
    return [(_("Cases"), count)] if count else []


def _moving(giver: Staff, taker: Staff, *, by: Staff) -> QuerySet[Case]:
    """Of the giver's own open cases, what the taker may go on with."""
    offices = offices_of_work(giver, by=by) & taker.sight(Permission.HANDLE_CASES)
    return Case.objects.open().filter(handler=giver, office__in=offices)


@action
def hand_over_cases(giver: Staff, *, taker: Staff, by: Staff) -> int:
    """The open cases of somebody who leaves."""
    if not offices_of_work(giver, by=by):
        raise NotAllowed(_("Only a leader hands over work."))
    moved = _moving(giver, taker, by=by).update(handler=taker, assigned_by=by, assigned_at=timezone.now())
    if moved:
        trail.record("legal.cases.handed_over", taker, by=by, giver=giver.username, records=moved)
    return moved


def join_cases(*, keep: Person, drop: Person, by: Staff) -> None:
    """Inside a merge."""
    moved = Case.objects.filter(person=drop).update(person=keep)
    if moved:
        trail.record("legal.cases.joined", keep, by=by, dropped=drop.code, records=moved)


def forget_cases(person: Person, *, by: Staff) -> None:
    """Inside an approved destruction: numbers, sums and outcomes stay; the words go.

    Those of events, which are written once, go with the logs: the destruction names them (CaseEvent.destroyed_columns).
    """
    cases = Case.objects.filter(person=person)
    blank: dict[str, Any] = dict.fromkeys(("claim", "closed_text"), "—")
    for case in cases:
        case.parties.filter(role=PartyRole.WORKER).delete()
        case.clocks.exclude(dropped_text="").update(dropped_text="—")
    for words in ("reopened_text", "late_text", "more_text"):
        cases.exclude(**{words: ""}).update(**{words: "—"})
    cases.update(decided_text="", **blank)
    trail.record("legal.cases.forgotten", person, by=by)
