"""What came back on paper: minutes with their signatures, a notice from its board. A scan is recognised by its code; one
without a code rests on the word of whoever compared it, and on a second person."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext as _

from center.actions import seconding
from center.evidence import trail
from center.kernel.action import action
from center.kernel.errors import Incomplete, Refusal, require
from center.models import ComparedScan, IssuedDocument, Meeting
from center.models.base import subject_of
from center.papers import documents
from center.permissions.papers import why_not_keep_scan, why_not_second_scan

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

    from center.models import Document, Notice, Staff


@action
def keep_scan(record: Meeting | Notice, *, upload: UploadedFile[Any], compared: bool = False, by: Staff) -> Document:
    """Beside the meeting or the notice whose printed sheet it is."""
    rows: Any = type(record)._default_manager.select_related("office")
    record = rows.select_for_update(of=("self",), no_key=True).get(pk=record.pk)
    require(why_not_keep_scan(by, record))
    recognised = is_recognised(record, upload)
    if not (recognised or compared):
        raise Incomplete(_("No code was read. Scan it again, or say that you compared the paper with this record."))
    is_meeting = isinstance(record, Meeting)
    document = documents.attach(record, kind="minutes" if is_meeting else "notice_photo", upload=upload, by=by)
    if not recognised:
        whose = {"meeting": record} if is_meeting else {"notice": record}
        ComparedScan.objects.create(document=document, named_by=by, named_at=timezone.now(), **whose)
    return document


@action
def second_scan(scan: ComparedScan, *, by: Staff) -> ComparedScan:
    """The second person has looked: this is that paper."""
    scan = _locked(scan)
    require(why_not_second_scan(by, scan))
    seconding.confirm(scan, by=by)
    trail.record("center.scan.seconded", scan.record, by=by, document=scan.document_id)
    return scan


@action
def turn_down_scan(scan: ComparedScan, *, answer: str, by: Staff) -> ComparedScan:
    """It is not; whoever brought it in may say so too."""
    scan = _locked(scan)
    if by.pk != scan.named_by_id or scan.status != ComparedScan.Status.ASKED:
        require(why_not_second_scan(by, scan))
    seconding.turn_down(scan, answer=answer, by=by)
    trail.record("center.scan.turned_down", scan.record, by=by, document=scan.document_id, reason=scan.answer)
    return scan


@action
def release_scan(document: Document, *, by: Staff) -> None:
    """Inside center.papers.documents.remove, the document locked already."""
    scan = ComparedScan.objects.select_for_update(of=("self",), no_key=True).filter(document=document).first()
    if scan is None:
        return
    scan.become(ComparedScan.Status.TAKEN_OFF)
    scan.answer = document.removed_reason
    scan.save(update_fields=["status", "answer"])
    trail.record("center.scan.taken_off", scan.record, by=by, document=document.pk, reason=scan.answer)


def _locked(scan: ComparedScan) -> ComparedScan:
    rows = ComparedScan.objects.select_related("meeting__office", "notice__office")
    return rows.select_for_update(of=("self",), no_key=True).get(pk=scan.pk)


def is_recognised(record: Meeting | Notice, upload: UploadedFile[Any]) -> bool:
    """Whether the codes on a scan are those of this record's own sheet; refused when they are another paper's."""
    codes = {payload.code for payload in documents.papers_on(upload)}
    issued = list(IssuedDocument.objects.filter(code__in=codes))
    if codes and {paper.subject for paper in issued} != {subject_of(record)}:
        raise Refusal(_("The code on this paper belongs to another record."))
    upload.seek(0)
    digest = sha256(upload.read()).hexdigest()
    upload.seek(0)
    if digest in {paper.sha256 for paper in issued}:
        raise Refusal(_("This is the sheet as it was issued. Scan the paper that was signed or posted."))
    return bool(issued)
