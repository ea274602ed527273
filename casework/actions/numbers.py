"""Another ID number of somebody in a file in force: one person proposes it, another types it again from the card."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from casework.actions.facts import locked
from casework.actions.people import as_the_number_says, told_by
from casework.actions.proposing import propose
from casework.enums import ChangeKind
from casework.errors import Duplicate
from casework.models import ChangeRequest, Person
from casework.permissions import why_not_propose_change, why_not_renumber
from center.evidence import trail
from center.kernel.action import action
from center.kernel.errors import Incomplete, Refusal, require
from center.privacy import numbers
from center.privacy.secret import facts_of_id

if TYPE_CHECKING:
    from casework.models import HardshipFile
    from center.models import Staff


@action
def propose_number(
    file: HardshipFile,
    *,
    person: Person,
    id_number: str,
    facts: dict[str, Any] | None = None,
    reason: str,
    by: Staff,
) -> ChangeRequest:
    """Another number of the same person. It waits encrypted; `facts` are the sex and birth date given with it, if any."""
    file = locked(file)
    require(why_not_propose_change(by, file))
    person = Person.objects.get(pk=person.pk)
    require(why_not_renumber(file, person))
    if not file.household.memberships.current().filter(person=person).exists():
        raise Incomplete(_("This person does not belong to the household of the file."))
    number = _number(id_number)
    if person.id_number and person.id_number.same_as(number):
        raise Incomplete(_("This is the ID number on record."))
    if Person.objects.filter(id_number=number).exclude(pk=person.pk).exists():
        raise Duplicate(_("This ID number is in the registry already."))
    as_the_number_says({**(facts or {}), "id_number": number}, person)
    change = propose(file, ChangeKind.NUMBER, old={}, new={}, reason=reason, by=by, id_number=number)
    change.refresh_from_db()
    change.old = {"person": person.pk, "id_number": str(person.id_number or "")}
    change.new = {"do": "number", "person": person.pk, "id_number": str(change.id_number)}
    change.save(update_fields=["old", "new"])
    return change


def _number(typed: str) -> str:
    try:
        return numbers.parse_id(typed).number
    except numbers.NumberRefused as refused:
        raise Incomplete(str(refused)) from refused


def compare_number(change: ChangeRequest, typed: str) -> None:
    """Inside the confirmation: the second person has the card, and types what stands on it."""
    if not typed.strip():
        raise Incomplete(_("Type the ID number from the card; it is compared with what was entered."))
    if change.id_number is None or not change.id_number.same_as(typed):
        raise Refusal(
            _("This is not the number that was entered. Compare the card; refuse the change if it was wrong.")
        )


def renumber(change: ChangeRequest, *, by: Staff) -> None:
    """Inside the confirmation: sex and birth date follow the number."""
    person = Person.objects.select_for_update(of=("self",), no_key=True).get(pk=change.new["person"])
    if Person.objects.filter(id_number=change.id_number).exclude(pk=person.pk).exists():
        raise Duplicate(_("This ID number is in the registry already."))
    person.id_number = change.id_number
    parsed = facts_of_id(change.id_number) if change.id_number else None
    said = told_by(parsed) if parsed else {}
    for name, value in said.items():
        setattr(person, name, value)
    person.save(update_fields=["id_number", *said, "search_keys"])
    trail.record("casework.person.edited", person, by=by, fields=", ".join(sorted(["id_number", *said])))
