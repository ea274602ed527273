"""Signed receipts: a sheet is recognised page by page by its code, and the ink in its boxes is measured; what has no code or no
ink is two people's word about named lines."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from center.actions import seconding
from center.evidence import trail
from center.kernel.action import action
from center.kernel.errors import Incomplete, Refusal, require
from center.papers import documents
from center.papers.prints import IssuedDocument
from relief.actions import boxes
from relief.actions.payments import locked_batch
from relief.models import Batch, Payment, SignedSheet
from relief.permissions import (
    why_not_confirm_receipt,
    why_not_look_through,
    why_not_second_sheet,
    why_not_take_off_sheet,
    why_not_take_sheet,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from django.core.files.uploadedfile import UploadedFile

    from center.models import Staff
    from center.papers.documents import Document
    from center.papers.papercode import Payload

S = SignedSheet.Status
KIND = "sign_sheet"
SHEET = "relief.batch:"


class Recognised(NamedTuple):
    batch: Batch | None = None
    lines: Sequence[int] = ()  # on the pages that were read
    papers: Sequence[IssuedDocument] = ()  # as they were issued


def recognise(upload: UploadedFile[Any] | None) -> Recognised:
    """Whose sheet this is; `Refusal` when the code is another paper's.

    A sheet from before pages had codes of their own speaks for itself when it has one page, and for no line otherwise.
    """
    payloads = documents.papers_on(upload) if upload else []
    issued = {paper.code: paper for paper in IssuedDocument.objects.filter(code__in=[one.code for one in payloads])}
    sheets = {paper.subject for paper in issued.values() if paper.subject.startswith(SHEET) and paper.kind == KIND}
    if payloads and not sheets:
        raise Refusal(_("The code on this paper is not that of a sign-off sheet."))
    if len(sheets) > 1 or len(sheets) < len({paper.subject for paper in issued.values()}):
        raise Refusal(_("Pages of several papers lie in this scan. Scan each sheet by itself."))
    if not sheets:
        return Recognised()
    if upload and _digest(upload) in {paper.sha256 for paper in issued.values()}:
        raise Refusal(
            _("This is the sheet as it was issued, and nobody has signed it. Scan the paper with the signatures.")
        )
    batch = Batch.objects.select_related("office").get(pk=int(sheets.pop().removeprefix(SHEET)))
    return Recognised(batch, _lines_of(batch, payloads, issued), list(issued.values()))


def _digest(upload: UploadedFile[Any]) -> str:
    upload.seek(0)
    try:
        return sha256(upload.read()).hexdigest()
    finally:
        upload.seek(0)


def _lines_of(batch: Batch, payloads: Iterable[Payload], issued: dict[str, IssuedDocument]) -> list[int]:
    found: set[int] = set()
    for one in payloads:
        if one.lines:
            found |= set(range(one.lines[0], one.lines[1] + 1))
        elif issued[one.code].pages == 1:
            found |= set(batch.payments.values_list("line", flat=True))
    return sorted(found & set(batch.payments.exclude(status="dropped").values_list("line", flat=True)))


@action
def take_sheet(batch: Batch, *, upload: UploadedFile[Any] | None, by: Staff) -> SignedSheet:
    """Keep the scan of a signed sheet, or the word that it lies on paper. Nothing is confirmed yet."""
    batch = locked_batch(batch)
    require(why_not_take_sheet(by, batch))
    read = recognise(upload)
    if read.batch and read.batch.pk != batch.pk:
        raise Refusal(_("The code on this paper belongs to another sheet."))
    sheet = SignedSheet(office=batch.office, batch=batch, recognised=bool(read.lines), lines=[*read.lines], taken_by=by)
    if read.lines and not sheet.waiting().exists():
        raise Refusal(_("Every line on these pages has its receipt already."))
    if upload and sheet.recognised:
        _measure(sheet, upload, read.papers)
    sheet.save(force_insert=True)
    if upload:
        documents.attach(sheet, kind=KIND if sheet.recognised else "receipt", upload=upload, by=by)
    trail.record(
        "relief.sheet.taken",
        sheet,
        by=by,
        recognised=sheet.recognised,
        lines=len(sheet.lines),
        bare=_said(sheet.bare),
        unseen=_said(sheet.unseen),
    )
    return sheet


def _measure(sheet: SignedSheet, upload: UploadedFile[Any], papers: Iterable[IssuedDocument]) -> None:
    """It speaks for the lines that still wait: which have no ink in their box, and of which the box cannot be found."""
    lines = list(sheet.waiting().values_list("line", flat=True))
    sheet.lines = lines
    ink = boxes.inked(upload, papers, lines=lines)
    sheet.bare = [line for line in lines if ink.get(line) is False]
    sheet.unseen = [line for line in lines if line not in ink]


def _said(lines: Iterable[int]) -> str:
    return ", ".join(map(str, lines))


def _locked(sheet: SignedSheet) -> SignedSheet:
    locked_batch(sheet.batch)
    rows = SignedSheet.objects.select_related("batch__office").select_for_update(of=("self",), no_key=True)
    return rows.get(pk=sheet.pk)


@action
def look_through(sheet: SignedSheet, *, unsigned: Collection[int], signatures: int, by: Staff) -> SignedSheet:
    """A recognised sheet: one person has looked at every box, names those that are empty, and says how many are signed.

    Where they call a box signed in which no ink was found, their word waits for a second person.
    """
    sheet = _locked(sheet)
    require(why_not_look_through(by, sheet))
    if not sheet.recognised:
        raise Refusal(_("No code says which lines stand on this scan. Name those that are signed."))
    waiting = list(sheet.waiting())
    signed = [payment for payment in waiting if payment.line not in unsigned]
    if signatures != len(signed):
        said = _("You counted %(counted)s signatures, and %(left)s of %(all)s lines are not marked as unsigned.")
        raise Refusal(said % {"counted": signatures, "left": len(signed), "all": len(waiting)})
    sheet.unsigned = sorted(payment.line for payment in waiting if payment.line in unsigned)
    lines = {payment.line for payment in waiting}
    sheet.bare, sheet.unseen = ([line for line in each if line in lines] for each in (sheet.bare, sheet.unseen))
    doubted = [line for line in sheet.doubted if line not in sheet.unsigned]
    sheet.named_by, sheet.named_at = by, timezone.now()
    sheet.become(S.ASKED if doubted else S.DONE)
    sheet.save(update_fields=["unsigned", "bare", "unseen", "named_by", "named_at", "status"])
    if not doubted:
        _confirm(signed, document=sheet.paper, by=by)
    trail.record(
        "relief.sheet.looked_through",
        sheet,
        by=by,
        signed=len(signed),
        unsigned=len(sheet.unsigned),
        without_ink=_said(doubted),
    )
    return sheet


@action
def name_lines(sheet: SignedSheet, *, signed: Collection[int], by: Staff) -> SignedSheet:
    """A sheet without a code of ours: who has it says which lines are signed; a second person looks and confirms."""
    sheet = _locked(sheet)
    require(why_not_look_through(by, sheet))
    waiting = sheet.batch.payments.filter(line__in=signed, status="paid", receipt_confirmed_by=None)
    lines = sorted(waiting.values_list("line", flat=True))
    if not lines:
        raise Incomplete(_("Name at least one line that is signed."))
    sheet.lines, sheet.recognised = lines, False
    sheet.named_by, sheet.named_at = by, timezone.now()
    sheet.become(S.ASKED)
    sheet.save(update_fields=["lines", "recognised", "named_by", "named_at", "status"])
    trail.record("relief.sheet.named", sheet, by=by, lines=_said(lines))
    return sheet


@action
def second_sheet(sheet: SignedSheet, *, by: Staff) -> SignedSheet:
    """The second person has seen the signatures of the lines that the first one named."""
    sheet = _locked(sheet)
    require(why_not_second_sheet(by, sheet))
    waiting = list(sheet.waiting().filter(line__in=sheet.signed))
    seconding.confirm(sheet, by=by)
    _confirm(waiting, document=sheet.paper, by=by)
    trail.record("relief.sheet.seconded", sheet, by=by, signed=len(waiting))
    return sheet


@action
def turn_down_sheet(sheet: SignedSheet, *, answer: str, by: Staff) -> SignedSheet:
    """The second person does not see what the first one named; whoever named it may withdraw it the same way."""
    sheet = _locked(sheet)
    if by.pk != sheet.named_by_id or sheet.status != S.ASKED:
        require(why_not_second_sheet(by, sheet))
    seconding.turn_down(sheet, answer=answer, by=by)
    trail.record("relief.sheet.turned_down", sheet, by=by, reason=sheet.answer)
    return sheet


@action
def take_receipt(payment: Payment, *, upload: UploadedFile[Any] | None = None, by: Staff) -> SignedSheet:
    """One payment's receipt. On the page of its own sheet the box is still to be looked at (`look_through`); any other
    paper is named and left to the second person."""
    payment = Payment.objects.select_related("batch__office").get(pk=payment.pk)
    require(why_not_confirm_receipt(by, payment))
    sheet = take_sheet(payment.batch, upload=upload, by=by)
    if not sheet.recognised:
        return name_lines(sheet, signed=[payment.line], by=by)
    if payment.line not in sheet.lines:
        raise Refusal(
            _("This payment is line %(line)s; another page of the sheet was scanned.") % {"line": payment.line}
        )
    sheet.lines = [payment.line]
    sheet.bare, sheet.unseen = ([line for line in each if line == payment.line] for each in (sheet.bare, sheet.unseen))
    sheet.save(update_fields=["lines", "bare", "unseen"])
    return sheet


@action
def take_off_sheet(sheet: SignedSheet, *, reason: str, by: Staff) -> SignedSheet:
    """A wrong sheet: the receipts that rested on it are missing again, its scan goes."""
    if (paper := sheet.paper) is not None:
        documents.remove(paper, reason=reason, by=by)  # comes back to `release_sheet`
        sheet.refresh_from_db()
        return sheet
    if not reason.strip():
        raise Incomplete(_("Say why."))
    sheet = _locked(sheet)
    require(why_not_take_off_sheet(by, sheet))
    release_sheet(sheet, reason=reason, by=by)
    return sheet


def release_sheet(sheet: SignedSheet, *, reason: str, by: Staff) -> None:
    """Inside an action, the batch locked: what was confirmed by this sheet waits again."""
    at, settled = (sheet.settled_at or sheet.named_at), sheet.status == S.DONE
    rows = (
        sheet.batch.payments.filter(line__in=sheet.signed, receipt=None, receipt_confirmed_at__gte=at)
        if settled
        else ()
    )
    for payment in rows:
        unconfirm(payment, by=by)
    sheet.become(S.TAKEN_OFF)
    sheet.answer = reason.strip()[:200]
    sheet.save(update_fields=["status", "answer"])
    trail.record("relief.sheet.taken_off", sheet, by=by, reason=sheet.answer)


def unconfirm(payment: Payment, *, by: Staff, document: Document | None = None) -> None:
    """Inside an action: the receipt is missing again."""
    payment.receipt = payment.receipt_confirmed_by = payment.receipt_confirmed_at = None
    payment.save(update_fields=["receipt", "receipt_confirmed_by", "receipt_confirmed_at"])
    trail.record("relief.payment.receipt_taken_off", payment, by=by, document=document.pk if document else "")


def _confirm(payments: Iterable[Payment], *, document: Document | None, by: Staff) -> None:
    ids = [payment.pk for payment in payments]
    now = timezone.now()
    rows = Payment.objects.filter(pk__in=ids).order_by("pk").select_for_update(of=("self",), no_key=True)
    for payment in rows:
        require(why_not_confirm_receipt(by, payment))
        payment.receipt, payment.receipt_confirmed_by, payment.receipt_confirmed_at = document, by, now
        payment.save(update_fields=["receipt", "receipt_confirmed_by", "receipt_confirmed_at"])
        trail.record("relief.payment.receipt_confirmed", payment, by=by, document=document.pk if document else "")


def said_of(sheet: SignedSheet) -> str:
    """What became of a sheet, for whoever did it."""
    if sheet.status == S.TAKEN:
        return _("The sheet is recognised. Look at the box on the scan and say whether it is signed.")
    if sheet.status == S.ASKED and sheet.recognised:
        return ink_said(sheet)["doubted_said"] + " " + _("Another person who takes receipts confirms the sheet.")
    if sheet.status == S.ASKED:
        return _("The lines are named. Another person who takes receipts confirms them.")
    count = len(sheet.signed)
    said = ngettext("%(count)s receipt is confirmed.", "%(count)s receipts are confirmed.", count) % {"count": count}
    if sheet.unsigned:
        said += " " + _("Not signed: lines %(lines)s.") % {"lines": _said(sheet.unsigned)}
    return said


def ink_said(sheet: SignedSheet) -> dict[str, str]:
    """What was measured in the boxes, for whoever looks: no ink, no box, and called signed all the same."""
    bare = _("No ink was found in the boxes of lines %(lines)s. Whoever calls them signed needs a second person.")
    unseen = _(
        "The boxes of lines %(lines)s cannot be found on this scan: the small codes in both right corners of the page must be"
        " on it, and the page must lie flat. Scan it again, or a second person confirms what you name."
    )
    doubted = _("Lines %(lines)s are called signed, and no ink was found in their boxes.")
    called = [line for line in sheet.doubted if line not in sheet.unsigned] if sheet.status == S.ASKED else []
    return {
        "bare_said": bare % {"lines": _said(sheet.bare)} if sheet.bare else "",
        "unseen_said": unseen % {"lines": _said(sheet.unseen)} if sheet.unseen else "",
        "doubted_said": doubted % {"lines": _said(called)} if called else "",
    }
