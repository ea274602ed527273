"""Papers: taking off, and scans of what was printed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from center.desk import desks
from center.kernel.roles import Permission
from center.models import (
    IssuedDocument,
    Meeting,
    Notice,
)
from center.models.base import subject_of
from center.models.seconded import ASKED
from center.permissions.turns import not_yours

if TYPE_CHECKING:
    from center.models import ComparedScan, Document, Staff
    from center.models.seconded import Seconded


def why_not_remove(staff: Staff, paper: Document) -> str:
    """The desk of the paper's record must say yes, and no desk may have settled something that rests on it."""
    if paper.removed_at:
        return _("This paper was taken off already.")
    answers = [answer for desk in desks() if (answer := desk.why_not_remove(paper, by=staff)) is not None]
    return next(filter(None, answers), "") if answers else _("Nobody takes papers off this record.")


def why_not_keep_scan(staff: Staff, record: Meeting | Notice) -> str:
    """Beside the record whose printed sheet it is, once that sheet was issued: its code is how a scan is recognised."""
    is_meeting = isinstance(record, Meeting)
    needed = Permission.PREPARE_MEETINGS if is_meeting else Permission.COMPOSE_NOTICES
    if not staff.may(needed, record.office_id):
        return not_yours(staff, _("Your roles do not bring in this scan."), needed, office=record.office_id)
    if is_meeting and record.status not in {Meeting.Status.CLOSED, Meeting.Status.SIGNED}:
        return _("This meeting is %(state)s.") % {"state": record.get_status_display()}
    if not IssuedDocument.objects.filter(subject=subject_of(record)).exists():
        return _("Issue the sheet first: a scan is recognised by the code that is printed on it.")
    return ""


def why_not_second(staff: Staff, word: Seconded, *, stands: str, own: str) -> str:
    """The rule of the second person, wherever a paper rests on somebody's word: it waits for one, and nobody seconds their
    own. `stands` and `own` say both in the words of the record."""
    if word.status != ASKED:
        return stands
    return own if staff.pk == word.named_by_id else ""


def why_not_second_scan(staff: Staff, scan: ComparedScan) -> str:
    """Minutes by the secretary or the chair, a notice by those who compose or publish notices."""
    stands = _("This scan is %(state)s.") % {"state": scan.get_status_display()}
    own = _("You brought in this scan; another person confirms that it is this paper.")
    if sentence := why_not_second(staff, scan, stands=stands, own=own):
        return sentence
    office = scan.record.office_id
    if scan.meeting_id:
        if not staff.may(Permission.PREPARE_MEETINGS, office) and not staff.may(Permission.CHAIR_MEETINGS, office):
            return not_yours(
                staff,
                _("Your roles do not confirm scans of minutes."),
                Permission.PREPARE_MEETINGS,
                Permission.CHAIR_MEETINGS,
                office=office,
            )
        return ""
    if not staff.may(Permission.COMPOSE_NOTICES, office) and not staff.may(Permission.PUBLISH_NOTICES, office):
        return not_yours(
            staff,
            _("Your roles do not confirm pictures of notices."),
            Permission.COMPOSE_NOTICES,
            Permission.PUBLISH_NOTICES,
            office=office,
        )
    return ""
