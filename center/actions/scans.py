"""What came back on paper: minutes with their signatures, a notice from its board. A scan is recognised by its code; one
without a code is kept on the word of whoever compared it."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from center import documents
from center.act import action
from center.errors import Incomplete, Refusal, require
from center.models import IssuedDocument, Meeting
from center.models.base import subject_of
from center.permissions import why_not_keep_scan

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

    from center.models import Document, Notice, Staff


@action
def keep_scan(record: Meeting | Notice, *, upload: UploadedFile[Any], compared: bool = False, by: Staff) -> Document:
    """Beside the meeting or the notice whose printed sheet it is."""
    rows: Any = type(record)._default_manager.select_related("office")
    record = rows.select_for_update(of=("self",), no_key=True).get(pk=record.pk)
    require(why_not_keep_scan(by, record))
    if not (is_recognised(record, upload) or compared):
        raise Incomplete(_("No code was read. Scan it again, or say that you compared the paper with this record."))
    kind = "minutes" if isinstance(record, Meeting) else "notice_photo"
    return documents.attach(record, kind=kind, upload=upload, by=by)


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
