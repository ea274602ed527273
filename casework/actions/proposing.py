"""How a change that waits for its second person is written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext as _

from casework.enums import ChangeKind
from casework.models import ChangeRequest
from center.evidence import trail
from center.kernel.errors import Incomplete

if TYPE_CHECKING:
    from casework.models import HardshipFile, Person
    from center.models import Staff


def propose(
    file: HardshipFile, kind: str, *, old: dict[str, Any], new: dict[str, Any], reason: str, by: Staff, **more: Any
) -> ChangeRequest:
    """Inside an action that holds the file and asked who may."""
    if not reason.strip():
        raise Incomplete(_("Say why this changes."))
    change = ChangeRequest.objects.create(
        file=file,
        kind=kind,
        old=old,
        new=new,
        reason=reason.strip(),
        proposed_by=by,
        proposed_at=timezone.now(),
        **more,
    )
    trail.record("casework.change.proposed", file, by=by, kind=kind)
    return change


def forget_names(person: Person) -> None:
    """Inside an approved destruction: of a change of name or number only that there was one stays."""
    for change in ChangeRequest.objects.filter(kind=ChangeKind.NAME, new__person=person.pk):
        change.old |= {"full_name": "—"}
        change.new |= {"full_name": "—", "name_as_given": ""}
        change.save(update_fields=["old", "new"])
    for change in ChangeRequest.objects.filter(kind=ChangeKind.NUMBER, new__person=person.pk):
        change.old |= {"id_number": "—"}
        change.new |= {"id_number": "—"}
        change.id_number = None
        change.save(update_fields=["old", "new", "id_number"])
