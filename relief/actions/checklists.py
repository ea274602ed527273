"""The checklist of an application: each paper ticked, struck, or scanned."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext as _

from center.evidence import trail
from center.kernel.action import action
from center.kernel.errors import Conflict, Incomplete, require
from center.papers.documents import attach
from relief.actions.facts import locked
from relief.models import Application, ApplicationPaper
from relief.permissions import why_not_edit

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.core.files.uploadedfile import UploadedFile

    from center.models import Staff
    from center.papers.documents import Document


@action
def tick_paper(
    paper: ApplicationPaper, *, state: str, document: Document | None = None, note: str = "", by: Staff
) -> ApplicationPaper:
    """Tick a paper of the checklist as received or kept, strike it for this case, or take the tick back."""
    application = locked(paper.application)
    require(why_not_edit(by, application))
    return _tick(application, paper, state=state, document=document, note=note, by=by)


def _tick(
    application: Application, paper: ApplicationPaper, *, state: str, document: Document | None, note: str, by: Staff
) -> ApplicationPaper:
    if state == ApplicationPaper.State.STRUCK and not note.strip():
        raise Incomplete(_("Say why this paper is not needed here."))
    seen, paper = paper, application.papers.get(pk=paper.pk)
    if state == seen.state == ApplicationPaper.State.KEPT and paper.state != state:
        raise Conflict(_("%(paper)s is not kept any more: its scan was taken off.") % {"paper": paper})
    paper.state, paper.note = state, note
    paper.document = document or paper.document
    paper.ticked_by, paper.ticked_at = by, timezone.now()
    paper.save(update_fields=["state", "note", "document", "ticked_by", "ticked_at"])
    trail.record("relief.paper.ticked", application, by=by, paper=paper.kind, state=state)
    return paper


@dataclass(frozen=True, kw_only=True)
class ToldPaper:
    """What is said about one paper of the checklist; `scan` is what was uploaded with it."""

    paper: ApplicationPaper
    state: str
    note: str = ""
    scan: UploadedFile[Any] | None = None


@action
def tick_papers(application: Application, *, told: Iterable[ToldPaper], by: Staff) -> int:
    """The whole checklist in one go, all of it or none; how many papers changed."""
    application = locked(application)
    require(why_not_edit(by, application))
    changed = 0
    for one in told:
        if one.scan is None and (one.state, one.note) == (one.paper.state, one.paper.note):
            continue
        document = attach(application, kind=one.paper.kind, upload=one.scan, by=by) if one.scan else None
        _tick(application, one.paper, state=one.state, document=document, note=one.note, by=by)
        changed += 1
    return changed
