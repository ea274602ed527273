"""The end of a month or a year: begun, put forward by one person, closed by another, opened again by two."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from center.evidence import trail
from center.kernel.action import action
from center.kernel.errors import Incomplete, Refusal, require
from center.models import Office, Staff
from relief.actions import ledger
from relief.actions.funds import carry_over
from relief.enums import CorrectionKind, Reopening
from relief.models import Closing, Correction, FundSource
from relief.models.closing import last_day
from relief.permissions import (
    why_not_ask_closing,
    why_not_ask_reopening,
    why_not_begin_closing,
    why_not_close,
    why_not_period,
    why_not_reopen,
)
from relief.queries.closing import checks, next_source, rests, to_begin

if TYPE_CHECKING:
    from datetime import date

    from relief.queries.closing import Check

S = Closing.Status
TIMER = "(timer)"  # no user name: brackets stand in none


def _locked(closing: Closing) -> Closing:
    rows = Closing.objects.select_related("office", "asked_by", "reopening_asked_by")
    return rows.select_for_update(of=("self",), no_key=True).get(pk=closing.pk)


def _held(office: Office) -> Office:
    """One change at a time to the periods of an office."""
    return Office.objects.select_for_update(of=("self",), no_key=True).get(pk=office.pk)


# -- begun ----------------------------------------------------------------------------------------------------------------


@action
def begin_closing(office: Office, *, year: int, month: int, by: Staff) -> Closing:
    """The accountant begins the closing of a period that has ended."""
    office = _held(office)
    require(why_not_begin_closing(by, office))
    require(why_not_period(office, year=year, month=month))
    return _begin(office, year, month, by=by)


def begin_ended(today: date) -> list[Closing]:
    """What the timer does: begin the closing of every period that has ended. Putting it forward is a person's work."""
    timer, begun = Staff(username=TIMER), []
    for found in Office.objects.filter(pk__in=FundSource.objects.values("office")).order_by("code"):
        with transaction.atomic():
            office = _held(found)
            begun += [_begin(office, year, month, by=timer) for year, month in to_begin(office, today=today)]
    return begun


def _begin(office: Office, year: int, month: int, *, by: Staff) -> Closing:
    closing = Closing.objects.create(
        office=office, year=year, month=month, until=last_day(year, month), opened_by=by if by.pk else None
    )
    trail.record("relief.closing.begun", closing, by=by, office=office.code, period=closing)
    return closing


# -- put forward and closed -------------------------------------------------------------------------------------------------


@action
def ask_closing(closing: Closing, *, remarks: str = "", by: Staff) -> Closing:
    """The accountant says that the period is complete, or what of it stays open and why."""
    closing = _locked(closing)
    require(why_not_ask_closing(by, closing))
    looked = checks(closing)
    _refuse_hindered(looked)
    if any(check.found for check in looked) and not remarks.strip():
        raise Incomplete(_("Say why the period is closed although something of it stays open."))
    closing.become(S.ASKED)
    closing.asked_by, closing.asked_at, closing.remarks, closing.answer = by, timezone.now(), remarks.strip(), ""
    closing.save(update_fields=["status", "asked_by", "asked_at", "remarks", "answer"])
    trail.record("relief.closing.asked", closing, by=by, period=closing, remarks=closing.remarks)
    return closing


def _refuse_hindered(looked: list[Check]) -> None:
    """Named one by one; the page has the same list with its links."""
    hindrances = [one.sentence for check in looked if check.blocks for one in check.found]
    if hindrances:
        raise Refusal(" ".join(hindrances))


@action
def close_period(closing: Closing, *, by: Staff) -> Closing:
    """The second person closes it. A year's rest goes on in the next year, source by source, under the same document."""
    closing = _locked(closing)
    sources = FundSource.objects.filter(office=closing.office_id)
    ledger.lock(sources.values_list("pk", flat=True))
    require(why_not_close(by, closing))
    _refuse_hindered(checks(closing))
    carried = [_carry(closing, source, by=by) for source in rests(closing)] if closing.is_year else []
    closing.become(S.CLOSED)
    closing.closed_by, closing.closed_at = by, timezone.now()
    closing.save(update_fields=["status", "closed_by", "closed_at"])
    total = sum(correction.amount for correction in carried)
    trail.record("relief.closing.closed", closing, by=by, period=closing, sources=len(carried), carried=total)
    return closing


def _carry(closing: Closing, source: FundSource, *, by: Staff) -> Correction:
    """What is left to grant goes to the same document's source of the next year; what is granted stays to be paid."""
    maker = closing.asked_by or by  # a closing that waits has its maker
    taker = next_source(source, closing.year + 1) or _continued(source, closing, by=maker)
    asked = Correction.objects.create(
        office=source.office,
        kind=CorrectionKind.CARRY_OVER,
        giver=source,
        taker=taker,
        amount=ledger.balance(source),
        closing=closing,
        reason_code="carry_over",
        reason=_in_the_books(gettext_noop("Closing of %(period)s"), period=closing),
        asked_by=maker,
    )
    trail.record("relief.correction.asked", asked, by=maker, kind=asked.kind, amount=asked.amount, reason=asked.reason)
    carry_over(asked, by=by)
    return asked


def _in_the_books(sentence: str, **facts: object) -> str:
    """In the language of the center, whoever closes: accounts are kept in Chinese (会计法)."""
    with translation.override(settings.LANGUAGE_CODE):
        return _(sentence) % facts


def _continued_in_english(source: FundSource) -> str:
    if source.carried_from_id or not source.name_en:
        return source.name_en
    return f"{source.name_en[:80]} (rest of {source.year})"


def _continued(source: FundSource, closing: Closing, *, by: Staff) -> FundSource:
    sentence = gettext_noop("%(name)s (rest of %(year)s)")
    said = _in_the_books(sentence, name=source.name[:60], year=source.year)
    taker = FundSource.objects.create(
        office=source.office,
        name=source.name if source.carried_from_id else said,
        name_en=_continued_in_english(source),
        origin=source.origin,
        year=closing.year + 1,
        document_number=source.document_number,
        earmarks=source.earmarks,
        received_on=source.received_on,
        idle_warning_days=source.idle_warning_days,
        carried_from=source,
        opened_by=by,
    )
    trail.record(
        "relief.fund_source.continued", taker, by=by, earlier=source, document=source.document_number, period=closing
    )
    return taker


@action
def send_back(closing: Closing, *, answer: str, by: Staff) -> Closing:
    """The second person does not close it yet; the accountant puts it forward again."""
    closing = _locked(closing)
    require(why_not_close(by, closing))
    if not answer.strip():
        raise Incomplete(_("Say why the period is sent back."))
    closing.become(S.OPEN)
    closing.asked_by = closing.asked_at = None
    closing.answer = answer.strip()
    closing.save(update_fields=["status", "asked_by", "asked_at", "answer"])
    trail.record("relief.closing.sent_back", closing, by=by, period=closing, reason=closing.answer)
    return closing


# -- opened again -------------------------------------------------------------------------------------------------------------


@action
def ask_reopening(closing: Closing, *, reason_code: str, reason: str, by: Staff) -> Closing:
    """The accountant asks to open a closed period again; until the second person does, it stays closed."""
    closing = _locked(closing)
    require(why_not_ask_reopening(by, closing))
    if reason_code not in Reopening.values or not reason.strip():
        raise Incomplete(_("Give the reason from the list and in words."))
    closing.reopening_code, closing.reopening_reason = reason_code, reason.strip()
    closing.reopening_asked_by, closing.reopening_asked_at = by, timezone.now()
    closing.save(update_fields=["reopening_code", "reopening_reason", "reopening_asked_by", "reopening_asked_at"])
    trail.record("relief.closing.reopening_asked", closing, by=by, period=closing, reason=reason_code, text=reason)
    return closing


@action
def keep_closed(closing: Closing, *, answer: str, by: Staff) -> Closing:
    """The second person says no: the period stays closed, and may be asked about again."""
    closing = _locked(closing)
    require(why_not_reopen(by, closing))
    if not answer.strip():
        raise Incomplete(_("Say why the period stays closed."))
    closing.reopening_asked_by = closing.reopening_asked_at = None
    closing.reopening_code = closing.reopening_reason = ""
    closing.answer = answer.strip()
    closing.save(
        update_fields=["reopening_code", "reopening_reason", "reopening_asked_by", "reopening_asked_at", "answer"]
    )
    trail.record("relief.closing.kept_closed", closing, by=by, period=closing, reason=closing.answer)
    return closing


@action
def reopen_period(closing: Closing, *, by: Staff) -> Closing:
    """The second person opens it again. Its sheet and what was carried over stay; it is closed anew as another closing."""
    closing = _locked(closing)
    require(why_not_reopen(by, closing))
    closing.become(S.REOPENED)
    closing.reopened_by, closing.reopened_at = by, timezone.now()
    closing.save(update_fields=["status", "reopened_by", "reopened_at"])
    trail.record(
        "relief.closing.reopened", closing, by=by, period=closing, reason=closing.reopening_code,
        text=closing.reopening_reason,
    )  # fmt: skip
    _begin(closing.office, closing.year, closing.month, by=by)
    return closing
