"""Decisions: by the leader, by two, by the committee, by the upper union; and the awards that follow from them."""

from __future__ import annotations

from decimal import ROUND_DOWN, Decimal
from typing import TYPE_CHECKING, cast

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from casework.models import Household, Membership, Person
from center.evidence import trail
from center.kernel.action import action, money_action
from center.kernel.errors import Incomplete, Refusal, require
from center.kernel.periods import months_later
from center.kernel.remarks import Remark
from center.kernel.sentences import yuan
from center.models import Meeting, codes
from center.models.base import subject_of
from relief.actions import ledger
from relief.actions.facts import locked
from relief.actions.invoices import free_invoices
from relief.enums import Bucket, DecidedHow, Decider, Instalments, LedgerKind, Result
from relief.models import Application, Award, Decision, FundSource, Instalment
from relief.permissions import (
    decider_of,
    why_not_beyond_notice,
    why_not_decide_amount,
    why_not_decide_emergency,
    why_not_decline,
    why_not_earmark,
    why_not_record_upper,
    why_not_second,
    why_not_spend,
    why_not_stop,
    why_not_take_in,
)
from relief.queries.assessment import basis_of
from relief.rules.caps import FEN

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from center.desk import Decided
    from center.models import Staff

S = Application.Status
MONTHS = {Instalments.ONE_OFF: 0, Instalments.MONTHLY: 1, Instalments.QUARTERLY: 3}


def _held(application: Application) -> Application:
    """The application and its family, locked: two decisions about one family come one after the other, so that neither
    uses up the same room of a cap nor stays below a band alone."""
    application = locked(application)
    members = Membership.objects.current().filter(household=application.household_id or 0)
    people = Person.objects.filter(
        Q(pk__in=(application.person_id, application.helped_id)) | Q(pk__in=members.values("person"))
    )
    list(people.order_by("pk").select_for_update(of=("self",), no_key=True))
    if application.household_id:
        Household.objects.select_for_update(of=("self",), no_key=True).get(pk=application.household_id)
    return application


# -- the leader ----------------------------------------------------------------------------------------------------------


@action
def grant(
    application: Application,
    *,
    amount: Decimal,
    reason_code: str = "",
    reason: str = "",
    shares: Sequence[tuple[FundSource, Decimal]] = (),
    by: Staff,
) -> Application:
    """The leader grants within the band: alone, or as the first of two."""
    application = _held(application)
    require(why_not_decide_amount(by, application, amount))
    result = _result(application, amount, reason_code, reason)
    if decider_of(application, amount) == Decider.TWO:
        return _first_of_two(application, amount, reason_code, reason, by=by)
    _grant(
        application,
        Decision(
            how=DecidedHow.LEADER, result=result, amount=amount, reason_code=reason_code, reason=reason, decided_by=by
        ),
        shares=shares,
        by=by,
    )
    return application


@action
def grant_emergency(application: Application, *, amount: Decimal, reason: str, by: Staff) -> Application:
    """The named leader grants an emergency up to the ceiling; a second approver and a later ratification follow."""
    application = _held(application)
    require(why_not_decide_emergency(by, application, amount))
    if not reason.strip():
        raise Incomplete(_("Say why this cannot wait for the committee."))
    return _first_of_two(application, amount, "", reason, by=by)


def _first_of_two(application: Application, amount: Decimal, code: str, reason: str, *, by: Staff) -> Application:
    _look_at_cap(application, amount)
    application.become(S.SECOND)
    application.granting_amount, application.granting_reason_code, application.granting_reason = amount, code, reason
    application.granting_by, application.granting_at = by, timezone.now()
    told = ("granting_amount", "granting_reason_code", "granting_reason", "granting_by", "granting_at")
    application.save(update_fields=["status", *told])
    trail.record("relief.application.first_approved", application, by=by, amount=amount, reason=reason)
    return application


@action
def second(application: Application, *, by: Staff) -> Application:
    """The second approver agrees, and the money is granted."""
    application = _held(application)
    require(why_not_second(by, application))
    first, amount = cast("Staff", application.granting_by), cast("Decimal", application.granting_amount)  # of the state
    how = DecidedHow.EMERGENCY if application.is_emergency else DecidedHow.TWO
    less = amount < (application.proposed_amount or amount)
    explained = less or application.is_above_notice(amount)
    decision = Decision(
        how=how,
        result=Result.LESS if less else Result.GRANTED,
        amount=amount,
        reason_code=(application.granting_reason_code or ("other" if less else "more_other")) if explained else "",
        reason=application.granting_reason,
        decided_by=first,
        decided_at=application.granting_at or timezone.now(),
        seconded_by=by,
        seconded_at=timezone.now(),
    )
    if application.is_emergency:
        application.ratification = Application.Ratification.PENDING
    _grant(application, decision, by=by)
    return application


@action
def send_back(application: Application, *, reason_code: str, reason: str, by: Staff) -> Application:
    """The second approver does not agree: the first approval falls, nothing is granted."""
    application = locked(application)
    require(why_not_second(by, application))
    if not reason_code or not reason.strip():
        raise Incomplete(_("Say why you do not agree: a reason from the list, and words."))
    application.become(S.READY)
    application.granting_by = application.granting_at = application.granting_amount = None
    application.save(update_fields=["status", "granting_by", "granting_at", "granting_amount"])
    trail.record("relief.application.not_seconded", application, by=by, reason=reason_code, text=reason)
    return application


@action
def decline(application: Application, *, reason_code: str, reason: str, defer: bool = False, by: Staff) -> Application:
    """The leader declines or defers; the applicant is told why and how to ask again."""
    application = locked(application)
    require(why_not_decline(by, application))
    _need_reason(reason_code, reason)
    _decline(
        application,
        Decision(
            how=DecidedHow.LEADER,
            result=Result.DEFERRED if defer else Result.REFUSED,
            reason_code=reason_code,
            reason=reason,
            decided_by=by,
        ),
        by=by,
    )
    return application


# -- the committee and the upper union ---------------------------------------------------------------------------------------


@action
def list_on_agenda(application: Application, *, meeting: str, by: Staff) -> Application:
    """Put on an agenda (`meeting` given) or taken off it (empty); called inside the meeting's action."""
    application = locked(application)
    if application.ratification != Application.Ratification.PENDING:
        application.become(S.LISTED if meeting else S.READY)
    application.meeting_number = meeting
    application.save(update_fields=["status", "meeting_number"])
    trail.record("relief.application.listed", application, by=by, meeting=meeting)
    return application


def _number_of_meeting(code: str) -> str:
    """An application was listed before its meeting had a number; what is told of it afterwards is the number."""
    return Meeting.objects.filter(code=code).values_list("number", flat=True).first() or code


@action
def carry_out(application: Application, *, decided: Decided, by: Staff) -> Application:
    """What a meeting decided: granted, less, deferred, declined; or an emergency ratified."""
    application = _held(application)
    if application.status == S.GRANTED:
        return _ratify(application, decided, by=by)
    decision = Decision(
        how=DecidedHow.MEETING,
        result=decided.result,
        amount=decided.amount,
        reason_code=decided.reason_code,
        reason=decided.reason,
        meeting_number=decided.meeting,
        agenda_item_id=decided.agenda_item_id,
        decided_by=by,
    )
    if decided.result in {Result.DEFERRED, Result.REFUSED}:
        _need_reason(decided.reason_code, decided.reason)
        decision.amount = None
        _decline(application, decision, by=by)
        return application
    amount = decided.amount
    if amount is None:
        raise Incomplete(_("A granted item needs its amount."))
    require(why_not_beyond_notice(application, amount))
    _explain_excess(application, amount, decided.reason_code, decided.reason)
    if decider_of(application, amount) == Decider.UPPER:
        return _to_upper(application, decision, by=by)
    _grant(application, decision, by=by)
    return application


def _to_upper(application: Application, decision: Decision, *, by: Staff) -> Application:
    """The committee agrees to more than it may grant: nothing is committed before the upper union's document."""
    application.become(S.UPPER)
    application.granting_amount = decision.amount
    application.sent_up = Remark(gettext_noop("above the committee's band")).stored()
    application.save(update_fields=["status", "granting_amount", "sent_up"])
    _keep(application, decision)
    trail.record("relief.application.sent_up", application, by=by, amount=decision.amount)
    return application


@action
def send_up(application: Application, *, reason: Remark, by: Staff) -> Application:
    """The committee cannot decide: the upper union does."""
    application = locked(application)
    application.become(S.UPPER)
    application.sent_up = reason.stored()
    application.granting_amount = application.proposed_amount
    application.save(update_fields=["status", "sent_up", "granting_amount"])
    trail.record("relief.application.sent_up", application, by=by, reason=reason.text, **reason.facts)
    return application


@action
def record_upper_answer(
    application: Application,
    *,
    result: str,
    amount: Decimal | None,
    document: str,
    reason_code: str = "",
    reason: str = "",
    by: Staff,
) -> Application:
    """Enter what the upper union answered, with the number of its document."""
    application = _held(application)
    require(why_not_record_upper(by, application))
    if not document.strip():
        raise Incomplete(_("Enter the document number of the upper union's answer."))
    decision = Decision(
        how=DecidedHow.UPPER,
        result=result,
        amount=amount,
        reason_code=reason_code,
        reason=reason,
        document=document.strip(),
        meeting_number=_number_of_meeting(application.meeting_number),
        decided_by=by,
    )
    if result == Result.REFUSED:
        _need_reason(reason_code, reason)
        decision.amount = None
        _decline(application, decision, by=by)
        return application
    if amount is None or result not in {Result.GRANTED, Result.LESS}:
        raise Incomplete(_("A granted item needs its amount."))
    require(why_not_beyond_notice(application, amount))
    decision.result = _result(application, amount, reason_code, reason)
    _grant(application, decision, by=by)
    return application


def _ratify(application: Application, decided: Decided, *, by: Staff) -> Application:
    if application.ratification != Application.Ratification.PENDING:
        raise Refusal(_("This application is already decided."))
    agreed = decided.result in {Result.GRANTED, Result.LESS}
    if str(decided.result) == Result.DEFERRED:
        return list_on_agenda(application, meeting="", by=by)  # the next meeting ratifies it
    if not agreed:
        _need_reason(decided.reason_code, decided.reason)
        _of_its_own_list(decided.reason_code)
    _keep(
        application,
        Decision(
            how=DecidedHow.RATIFICATION,
            result=Result.GRANTED if agreed else Result.REFUSED,
            amount=application.award.amount if agreed else None,
            reason_code="" if agreed else decided.reason_code,
            reason=decided.reason,
            meeting_number=decided.meeting,
            agenda_item_id=decided.agenda_item_id,
            decided_by=by,
        ),
    )
    states = Application.Ratification
    application.ratification = states.RATIFIED if agreed else states.NOT_RATIFIED
    application.save(update_fields=["ratification"])
    trail.record("relief.application.ratified", application, by=by, agreed=agreed, meeting=decided.meeting)
    if not agreed:
        _keep_back(application, decided, by=by)
    return application


def _keep_back(application: Application, decided: Decided, *, by: Staff) -> None:
    """What was not paid yet of an emergency that the committee disowned; a line in a batch is taken out by hand first."""
    award, owed, sources = _locked_award(application.award)
    if owed and not award.instalments.filter(status=Instalment.Status.PAYING).exists():
        _stop(award, owed, sources, reason_code=decided.reason_code, text=decided.reason, by=by)


# -- steps of a decision --------------------------------------------------------------------------------------------------------


def _of_its_own_list(code: str) -> None:
    if not codes.knows("ratification_reason", code):
        raise Incomplete(
            _("“%(reason)s” is no reason not to ratify an emergency; choose one of that list.")
            % {"reason": codes.reason(code)}
        )


def _need_reason(code: str, reason: str) -> None:
    if not code or not reason.strip():
        raise Incomplete(_("Give the reason from the list and in words."))
    if codes.knows("excess_reason", code):
        raise Incomplete(
            _("“%(reason)s” is a reason for more than noticed; choose one for this decision.")
            % {"reason": codes.reason(code)}
        )


def _result(application: Application, amount: Decimal, code: str, reason: str) -> str:
    """Less than proposed is another result, and needs its reason; so does more than the public was told."""
    _explain_excess(application, amount, code, reason)
    if application.proposed_amount is None or amount >= application.proposed_amount:
        return Result.GRANTED
    if not application.is_above_notice(amount):
        _need_reason(code, reason)
    return Result.LESS


def _explain_excess(application: Application, amount: Decimal, code: str, reason: str) -> None:
    """The reason of an amount above the noticed one is given now, and not found after the payment."""
    if application.is_above_notice(amount) and not (code and reason.strip()):
        raise Incomplete(
            _("%(amount)s yuan is above the noticed %(noticed)s: give the reason from the list and in words.")
            % {"amount": yuan(amount), "noticed": yuan(application.noticed_amount or 0)}
        )
    if application.is_above_notice(amount) and not codes.knows("excess_reason", code):
        raise Incomplete(
            _("“%(reason)s” is a reason for giving less; say from the list why it is more than noticed.")
            % {"reason": codes.reason(code)}
        )


def _look_at_cap(application: Application, amount: Decimal) -> Decimal:
    """The cap of this moment; the family is held."""
    basis = basis_of(application)
    if amount <= 0:
        raise Refusal(_("The granted amount is above zero."))
    if basis.hindrances or basis.amount is None:
        raise Refusal(" ".join(basis.hindrances))
    if amount > basis.amount:
        raise Refusal(_("The rule allows %(most)s yuan at most.") % {"most": yuan(basis.amount)})
    return basis.amount


def _keep(application: Application, decision: Decision) -> Decision:
    decision.application = application
    decision.snapshot = application.snapshot
    decision.noticed_amount = application.noticed_amount
    decision.assessed_by, decision.assessed_at = application.assessed_by, application.assessed_at
    decision.save(force_insert=True)
    return decision


def _decline(application: Application, decision: Decision, *, by: Staff) -> None:
    deferred = decision.result == Result.DEFERRED
    application.become(S.DEFERRED if deferred else S.REFUSED)
    if not deferred:
        application.ended_by, application.ended_at = by, timezone.now()
        free_invoices(application)
    application.save(update_fields=["status", "ended_by", "ended_at"])
    _keep(application, decision)
    verb = "deferred" if deferred else "refused"
    trail.record(f"relief.application.{verb}", application, by=by, reason=decision.reason_code, text=decision.reason)


def _grant(
    application: Application,
    decision: Decision,
    *,
    shares: Sequence[tuple[FundSource, Decimal]] = (),
    by: Staff,
) -> Award:
    """From a decision to committed money: cap, decision, award, instalments, ledger."""
    amount = decision.amount or Decimal(0)
    cap = _look_at_cap(application, amount)
    _keep(application, decision)
    application.become(S.GRANTED)
    application.ended_by, application.ended_at = by, timezone.now()
    application.save(update_fields=["status", "ended_by", "ended_at", "ratification"])
    tells_later = application.version.notice_after or application.is_emergency
    award = Award.objects.create(
        application=application,
        decision=decision,
        status=Award.Status.WAITING if tells_later and not application.is_emergency else Award.Status.PAYABLE,
        amount=amount,
        cap=cap,
        needs_upper=decider_of(application, amount) == Decider.UPPER,
        upper_document=decision.document,
        granted_by=by,
        granted_at=timezone.now(),
    )
    _plan(award, shares or _whole(application, amount))
    commit(award, by=by)
    trail.record(
        "relief.application.granted",
        application,
        by=by,
        amount=amount,
        how=decision.how,
        meeting=decision.meeting_number,
    )
    return award


def _whole(application: Application, amount: Decimal) -> list[tuple[FundSource, Decimal]]:
    if application.fund_source is None:
        raise Incomplete(_("Choose the fund source."))
    return [(application.fund_source, amount)]


def _plan(award: Award, shares: Sequence[tuple[FundSource, Decimal]]) -> list[Instalment]:
    """Instalments of each source's share; what does not divide is in the last one."""
    if sum(share for _source, share in shares) != award.amount:
        raise Refusal(_("The shares of the sources do not add up to the amount."))
    version, today = award.application.version, timezone.localdate()
    step, count = MONTHS[Instalments(version.instalments)], version.instalment_count
    planned = []
    for part in range(count):
        for source, share in shares:
            each = (share / count).quantize(FEN, ROUND_DOWN)
            amount = share - each * (count - 1) if part == count - 1 else each
            if amount:
                planned.append((months_later(today, part * step), source, amount))
    return Instalment.objects.bulk_create(
        Instalment(award=award, number=number, due_on=due_on, fund_source=source, amount=amount)
        for number, (due_on, source, amount) in enumerate(planned, 1)
    )


# -- money of an award -------------------------------------------------------------------------------------------------------------


@money_action
def commit(award: Award, *, by: Staff) -> Award:
    """Set the granted money aside in its sources."""
    instalments = list(award.instalments.filter(status=Instalment.Status.OWED))
    sources = ledger.lock(instalment.fund_source_id for instalment in instalments)
    application = award.application
    moves = []
    for source in sources.values():
        share = sum((part.amount for part in instalments if part.fund_source_id == source.pk), Decimal(0))
        require(why_not_take_in(source))
        require(why_not_earmark(source, application.programme.kind))
        require(why_not_spend(source, share, ledger.balance(source)))
        if source.is_central and not (application.file and application.file.is_in_force):
            raise Refusal(_("Central money is given on a file in force only."))
        moves.append(ledger.Move(source=source.pk, giver=Bucket.AVAILABLE, taker=Bucket.COMMITTED, amount=share))
    draft = ledger.Draft(kind=LedgerKind.COMMIT, subject=subject_of(award), moves=moves, memo=application.number)
    entry = ledger.post([draft], office=application.office, by=by)[0]
    trail.record("relief.award.committed", award, by=by, amount=award.amount, voucher=entry)
    return award


@money_action
def release(award: Award, *, reason_code: str, text: str, by: Staff) -> Award:
    """Stop an award (exit, death, failed recheck): what is still owed goes back to its sources."""
    award, owed, sources = _locked_award(award)
    require(why_not_stop(by, award))
    _need_reason(reason_code, text)
    return _stop(award, owed, sources, reason_code=reason_code, text=text, by=by)


def _locked_award(award: Award) -> tuple[Award, list[Instalment], Mapping[int, FundSource]]:
    """The award, what is still owed of it, and the sources of that money."""
    rows = Award.objects.select_related("application__office")
    award = rows.select_for_update(of=("self",), no_key=True).get(pk=award.pk)
    owed = list(award.instalments.select_for_update(no_key=True).filter(status=Instalment.Status.OWED).order_by("pk"))
    return award, owed, ledger.lock(instalment.fund_source_id for instalment in owed)


def _stop(
    award: Award,
    owed: Sequence[Instalment],
    sources: Mapping[int, FundSource],
    *,
    reason_code: str,
    text: str,
    by: Staff,
) -> Award:
    """What is owed goes back to the sources that it was committed from."""
    moves = []
    for source in sources.values():
        share = sum((part.amount for part in owed if part.fund_source_id == source.pk), Decimal(0))
        moves.append(ledger.Move(source=source.pk, giver=Bucket.COMMITTED, taker=Bucket.AVAILABLE, amount=share))
    award.become(Award.Status.STOPPED)
    award.stopped_by, award.stopped_at = by, timezone.now()
    award.stopped_reason, award.stopped_text = reason_code, text
    award.save(update_fields=["status", "stopped_by", "stopped_at", "stopped_reason", "stopped_text"])
    for instalment in owed:
        instalment.become(Instalment.Status.STOPPED)
    Instalment.objects.bulk_update(owed, ["status"])
    draft = ledger.Draft(kind=LedgerKind.RELEASE, subject=subject_of(award), moves=moves, memo=award.application.number)
    entry = ledger.post([draft], office=award.application.office, by=by)[0]
    trail.record("relief.award.stopped", award, by=by, reason=reason_code, text=text, voucher=entry)
    return award
