"""Whose turn it is with a file: the step that comes next, and who of its office may do it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _

from casework.enums import FileStatus
from casework.queries.timeline import next_deadline
from center.desk import Turn
from center.kernel.roles import Permission

if TYPE_CHECKING:
    from casework.models import HardshipFile

S, P = FileStatus, Permission


def turn_of(file: HardshipFile) -> Turn | None:
    filed = {file.filed_by_id, file.submitted_by_id}
    if file.status == S.RETURNED:
        return _step(file, _("To supplement"), "", P.EDIT_FILES)
    if file.status == S.SUBMITTED:
        return _step(file, _("To review"), "review", P.REVIEW_FILES, but=filed)
    if file.status == S.PENDING:
        return _step(file, _("To decide"), "decide", P.DECIDE_FILES, but=filed | {file.reviewed_by_id})
    return _before_the_public(file) if file.status in {S.SURVEY, S.NOTICED} else None


def _before_the_public(file: HardshipFile) -> Turn:
    """From the home visit to the end of the notice; a temporary file goes on without one."""
    if file.status == S.SURVEY and not file.home_visits.exists():
        return _step(file, _("To visit at home"), "home_visit", P.REVIEW_FILES)
    if file.status == S.SURVEY and file.is_temporary:
        return _step(file, _("Send to the leader"), "send", P.REVIEW_FILES)
    hangs = file.status == S.NOTICED
    return Turn(
        verb=_("Notice to end") if hangs else _("To notice"),
        url=reverse("center:notices" if hangs else "center:notice_compose"),
        office=file.office,
        needs=frozenset({P.COMPOSE_NOTICES}),
        due=file.notice_ends_on if hangs else None,
    )


def _step(
    file: HardshipFile, verb: str, step: str, needs: Permission, *, but: set[int | None] | frozenset[int] = frozenset()
) -> Turn:
    page = reverse("casework:file_step", args=[file.code, step]) if step else file.get_absolute_url()
    deadline = next_deadline(file)
    return Turn(
        verb=verb,
        url=page,
        office=file.office,
        needs=frozenset({needs}),
        but=frozenset(pk for pk in but if pk),
        due=deadline[1] if deadline else None,
    )
