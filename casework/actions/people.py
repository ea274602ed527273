"""People and employers come into the registry once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from casework.errors import Duplicate
from casework.models import Employer, Person
from casework.names import normal_name
from casework.permissions import why_not_log_visit, why_not_start_file
from center import trail
from center.act import action
from center.errors import Incomplete, require
from center.privacy import numbers

if TYPE_CHECKING:
    from center.models import Office, Staff


def from_id_number(number: str) -> dict[str, Any]:
    """Sex and date of birth, as the ID number says; nothing from a number that is not one."""
    try:
        parsed = numbers.parse_id(number)
    except numbers.NumberRefused:
        return {}
    return {"birth_date": parsed.born} | ({"sex": parsed.sex} if parsed.sex else {})


def masked(values: dict[str, Any]) -> dict[str, str]:
    """Facts for the trail: which fields, and numbers only as masks."""
    return {"fields": ", ".join(sorted(values))}


def make_person(*, office: Office, full_name: str, by: Staff, **facts: Any) -> Person:
    """Create, inside an action that asked permission; an ID number already here is a `Duplicate`."""
    name = normal_name(full_name)
    if not name:
        raise Incomplete(_("A person needs a name."))
    if facts.get("id_number"):
        facts = from_id_number(facts["id_number"]) | facts
        if Person.objects.filter(id_number=facts["id_number"]).exists():
            raise Duplicate(_("This ID number is in the registry already."))
    person = Person(office=office, full_name=name, registered_by=by, registered_at=timezone.now(), **facts)
    try:
        with transaction.atomic():
            person.save()
    except IntegrityError as error:
        if "person_id_number_is_unique" not in str(error):
            raise
        raise Duplicate(_("This ID number is in the registry already.")) from error
    trail.record("casework.person.registered", person, by=by, **masked(facts))
    return person


@action
def add_person(office: Office, *, full_name: str, by: Staff, **facts: Any) -> Person:
    """A person who is not in the registry yet: a visitor, a member, a client of any desk."""
    if why_not_log_visit(by, office):
        require(why_not_start_file(by, office))
    return make_person(office=office, full_name=full_name, by=by, **facts)


@action
def name_employer(name: str, *, by: Staff, **facts: Any) -> Employer:
    """The employer of this credit code or exactly this name, made when nobody has named it before."""
    wanted = normal_name(name)
    if not wanted:
        raise Incomplete(_("An employer needs a name."))
    code = facts.get("credit_code", "")
    found = Employer.objects.filter(credit_code=code).first() if code else None
    found = found or Employer.objects.filter(name=wanted).order_by("pk").first()
    if found:
        return found
    employer = Employer.objects.create(name=wanted, **facts)
    trail.record("casework.employer.named", employer, by=by)
    return employer
