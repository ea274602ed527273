"""The center's own numbers as they stand on paper: notices, meetings, prints, exports; found by whom they concern."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _

from center import desk
from center.kernel.records import model_of, pages_of, record_of
from center.kernel.roles import Permission
from center.models import Export, IssuedDocument, Meeting, Notice
from center.models.base import DRAFT_ALPHABET, subject_of
from center.papers import papercode
from center.privacy.numbers import squeeze
from center.site.guard import opens

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.models import QuerySet

    from center.models import Staff

P = Permission
UNCHECKED = re.compile(
    rf"{papercode.ISSUED}\d-?([{DRAFT_ALPHABET}]{{10}})"
)  # the code of a print without its check letters


def hits(query: str, *, by: Staff) -> list[desk.Hit]:
    """A whole number, however its letters are written; a part of one finds nothing here."""
    text = squeeze(query)
    if len(text) < 5:  # noqa: PLR2004 - no number of ours is shorter
        return []
    return [*_notices(text, by), *_meetings(text, by), *_papers(text, by), *_exports(text, by)]


def _notices(text: str, by: Staff) -> Iterator[desk.Hit]:
    for notice in Notice.objects.visible_to(by, P.READ_NOTICES).filter(number=text):
        url = reverse("center:notice", args=[notice.code])
        state = str(notice.get_status_display())
        yield desk.Hit(group="notice", title=text, detail=notice.title, url=url, state=state, rank=0, exact=True)


def _meetings(text: str, by: Staff) -> Iterator[desk.Hit]:
    for meeting in Meeting.objects.visible_to(by, P.READ_MEETINGS).filter(number=text):
        url = reverse("center:meeting", args=[meeting.code])
        state = str(meeting.get_status_display())
        yield desk.Hit(group="meeting", title=text, detail=meeting.title, url=url, state=state, rank=0, exact=True)


def _papers(text: str, by: Staff) -> Iterator[desk.Hit]:
    """A print by its code or number leads to the record that it is about, for those who see that record."""
    for paper in _issued(text)[:3]:
        if (url := _page_of(paper.subject, by)) and _may_open(paper, by):
            title = paper.number or paper.code
            yield desk.Hit(group="paper", title=title, detail=paper.title, url=url, rank=0, exact=True)


def _issued(text: str) -> QuerySet[IssuedDocument]:
    """As it is printed under the picture, D1-…; whoever types it may leave the two check letters out."""
    payload, unchecked = papercode.read(text), UNCHECKED.fullmatch(text)
    code = payload.code if payload and payload.kind == papercode.ISSUED else unchecked[1] if unchecked else text
    return IssuedDocument.objects.filter(code=code) or IssuedDocument.objects.filter(number=text)


def kept(number: str) -> list[desk.Kept]:
    """Notices, meetings, exports; a print by its number or code, for those who see the record that it is about."""
    text = squeeze(number)
    return [*_own(text), *_prints(text)]


def _own(number: str) -> Iterator[desk.Kept]:
    for rows, needs in (
        (Notice.objects, P.READ_NOTICES),
        (Meeting.objects, P.READ_MEETINGS),
        (Export.objects, P.READ_TRAIL),
    ):
        yield from desk.kept_by(rows.filter(number=number), needs)


def _prints(number: str) -> Iterator[desk.Kept]:
    for paper in _issued(number)[:1]:
        record = record_of(paper.subject)
        own = getattr(record, "number", "") or getattr(record, "code", "")
        if own in {"", number}:  # a record that is called as its print is answers for itself
            return
        others = (found for each in desk.desks() if each.code != "center" for found in each.kept(own))
        label = str(IssuedDocument._meta.verbose_name)
        yield from (replace(found, label=label) for found in (*_own(own), *others))


def _page_of(subject: str, by: Staff) -> str:
    """The page of the record that this person may open; "" when it is none of theirs."""
    model = model_of(subject)
    rows = model._default_manager.all() if model else None
    if rows is None or not hasattr(rows, "visible_to"):
        return ""
    record = rows.visible_to(by).filter(pk=subject.partition(":")[2]).first()
    return next((page for page in pages_of(record) if opens(by, page)), "") if record else ""


def _may_open(paper: IssuedDocument, by: Staff) -> bool:
    return not any(each.why_not_open(paper.subject, kind=paper.kind, by=by) for each in desk.desks())


def _exports(text: str, by: Staff) -> Iterator[desk.Hit]:
    """Who took a list out of the house: for those who read the logs."""
    if not by.sight(P.READ_TRAIL):
        return
    for export in Export.objects.visible_to(by).filter(number=text):
        url = f"{reverse('center:access_log')}?subject={subject_of(export)}"
        yield desk.Hit(group="paper", title=text, detail=_("Export"), url=url, rank=0, exact=True)
