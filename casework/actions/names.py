"""Another name of somebody in a file in force: one person proposes it, another compares the card."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from casework.actions.facts import locked
from casework.actions.people import named_as
from casework.actions.proposing import propose
from casework.enums import ChangeKind
from casework.models import ChangeRequest, Person
from casework.permissions import why_not_propose_change, why_not_rename
from center.evidence import trail
from center.kernel.action import action
from center.kernel.errors import Incomplete, require

if TYPE_CHECKING:
    from casework.models import HardshipFile
    from center.models import Staff


@action
def propose_name(file: HardshipFile, *, person: Person, full_name: str, reason: str, by: Staff) -> ChangeRequest:
    """The same person under another name: what the old and the new name are stands in the change."""
    file = locked(file)
    require(why_not_propose_change(by, file))
    person = Person.objects.get(pk=person.pk)
    require(why_not_rename(file, person))
    if not file.household.memberships.current().filter(person=person).exists():
        raise Incomplete(_("This person does not belong to the household of the file."))
    named = named_as(full_name)
    if named["full_name"] == person.full_name:
        raise Incomplete(_("This is the name on record."))
    old = {"person": person.pk, "full_name": person.full_name}
    new = {"do": "name", "person": person.pk, **named}
    return propose(file, ChangeKind.NAME, old=old, new=new, reason=reason, by=by)


def rename(change: ChangeRequest, *, by: Staff) -> None:
    """Inside the confirmation."""
    person = Person.objects.select_for_update(of=("self",), no_key=True).get(pk=change.new["person"])
    person.full_name, person.name_as_given = change.new["full_name"], change.new["name_as_given"]
    person.save(update_fields=["full_name", "name_as_given", "search_keys"])
    trail.record("casework.person.edited", person, by=by, fields="full_name")
