"""The one gate of the four haves (四有): reception register, delivery, closing report, assistance archive."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from casework.enums import Have, VisitResult
from casework.models import Matter, Visit
from center.desk import desk_of
from center.kernel.sentences import listed

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, kw_only=True)
class Kept:
    """One of the four, whether it is there, and where."""

    have: Have
    there: bool
    where: str = ""

    @property
    def label(self) -> str:
        return str(self.have.label)


def closing_checklist(record: Visit | Matter) -> Sequence[Kept]:
    """What stands behind a visit or a matter. A visit that opened a record or a matter is as complete as that is."""
    if isinstance(record, Matter):
        return _of_matter(record)
    matter = Matter.objects.filter(visit=record).first()
    return _of_matter(matter) if matter else _of_visit(record)


def _of_matter(matter: Matter) -> Sequence[Kept]:
    missing = set(matter.missing_haves())
    where = {
        Have.INTAKE: str(matter.visit),
        Have.DELIVERY: matter.body or (str(matter.assignee) if matter.assignee else ""),
        Have.REPORT: matter.report,
        Have.FILE: matter.archive_number,
    }
    return [Kept(have=have, there=have not in missing, where=where[have]) for have in Have]


def _of_visit(visit: Visit) -> Sequence[Kept]:
    state = desk_of(visit.opened).state_of(visit.opened) if visit.opened else ""
    answered = visit.result == VisitResult.ANSWERED
    called = visit.callbacks.exclude(done_at=None).exists()
    return [
        Kept(have=Have.INTAKE, there=True, where=str(visit)),
        Kept(have=Have.DELIVERY, there=answered or called or bool(visit.opened), where=state),
        Kept(have=Have.REPORT, there=bool(visit.note.strip()) or bool(state), where=visit.note or state),
        Kept(have=Have.FILE, there=visit.person_id is not None or visit.anonymous, where=visit.opened),
    ]


def sentence_of_missing(record: Visit | Matter) -> str:
    """Empty when all four are there."""
    missing = [kept.label for kept in closing_checklist(record) if not kept.there]
    if not missing:
        return ""
    return _("It cannot be closed; of the four these are missing: %(what)s.") % {"what": listed(missing)}
