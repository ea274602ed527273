"""People and employers come into the registry once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Value
from django.db.models.functions import Greatest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from casework.actions.proposing import forget_names
from casework.models import Employer, IncomeItem, Person
from casework.permissions import why_not_log_visit, why_not_start_file
from casework.queries.doubles import counted_twice
from casework.rules.names import naming, normal_name
from center.evidence import trail
from center.kernel.action import action
from center.kernel.errors import Incomplete, require
from center.kernel.normal import why_not_a_name
from center.privacy import numbers
from center.privacy.secret import facts_of_id

if TYPE_CHECKING:
    from datetime import date

    from center.models import Office, Staff


def from_id_number(number: str) -> dict[str, Any]:
    """Sex and date of birth, as the ID number says; nothing from a number that is not one."""
    try:
        parsed = numbers.parse_id(number)
    except numbers.NumberRefused:
        return {}
    return told_by(parsed)


def told_by(parsed: numbers.IdNumber) -> dict[str, Any]:
    return {"birth_date": parsed.born} | ({"sex": parsed.sex} if parsed.sex else {})


def named_as(full_name: str) -> dict[str, str]:
    """The name in its one way of writing, and as it was given; whatever the entrance, it is one person's name."""
    named = naming(full_name)
    if not named["full_name"]:
        raise Incomplete(_("A person needs a name."))
    if sentence := why_not_a_name(full_name):
        raise Incomplete(sentence)
    return named


BORN_OTHERWISE = gettext_lazy("The ID number says another date of birth. One of the two is wrong.")
SEX_OTHERWISE = gettext_lazy("The ID number says the other sex. One of the two is wrong.")


def as_the_number_says(values: dict[str, Any], person: Person | None = None) -> dict[str, Any]:
    """Sex and birth date follow from the ID number, wherever one is on record (fault kind 7): given otherwise they are
    refused, not given they are filled in. What stands on record is not given: a corrected number takes it along."""
    said: dict[str, Any] = {}
    if values.get("id_number"):
        said = from_id_number(values["id_number"])
    elif person is not None and person.id_number and (parsed := facts_of_id(person.id_number)):
        said = told_by(parsed)
    for name, sentence in (("birth_date", BORN_OTHERWISE), ("sex", SEX_OTHERWISE)):
        is_given = bool(values.get(name)) and (person is None or values[name] != getattr(person, name))
        if is_given and said.get(name) and values[name] != said[name]:
            raise Incomplete(sentence)
    return values | said if values.get("id_number") else values | {name: said[name] for name in said if name in values}


def masked(values: dict[str, Any]) -> dict[str, str]:
    """Facts for the trail: which fields, and numbers only as masks."""
    return {"fields": ", ".join(sorted(values))}


@dataclass(frozen=True, kw_only=True)
class Apart:
    """Somebody compared a newcomer with those alike who are here, and says why it is another person."""

    reason: str
    likes: tuple[str, ...]  # codes


def note_apart(person: Person, apart: Apart | None, *, by: Staff) -> None:
    if apart:
        trail.record("casework.person.told_apart", person, by=by, reason=apart.reason, likes=", ".join(apart.likes))


def make_person(*, office: Office, full_name: str, by: Staff, **facts: Any) -> Person:
    """Create, inside an action that asked permission. An ID number is here once: the database says so."""
    named = named_as(full_name)
    facts = as_the_number_says(facts)
    person = Person.objects.create(office=office, registered_by=by, registered_at=timezone.now(), **named, **facts)
    trail.record("casework.person.registered", person, by=by, **masked(facts))
    return person


@action
def add_person(office: Office, *, full_name: str, facts: dict[str, Any] | None = None, by: Staff) -> Person:
    """A person who is not in the registry yet: a visitor, a member, a client of any desk."""
    if why_not_log_visit(by, office):
        require(why_not_start_file(by, office))
    return make_person(office=office, full_name=full_name, by=by, **(facts or {}))


@action
def name_employer(name: str, *, facts: dict[str, Any] | None = None, by: Staff) -> Employer:
    """The employer of this credit code or exactly this name, made when nobody has named it before."""
    wanted = normal_name(name)
    if not wanted:
        raise Incomplete(_("An employer needs a name."))
    facts = facts or {}
    known = Employer.objects.called(wanted, credit_code=facts.get("credit_code", ""))
    if found := known.first():
        return found
    fresh = Employer(name=wanted, **facts)
    Employer.objects.put(fresh)
    employer = known[0]
    if employer.code == fresh.code:
        trail.record("casework.employer.named", employer, by=by)
    return employer


def join_people(*, keep: Person, drop: Person, by: Staff) -> None:
    """Inside a joining: what belonged to `drop` belongs to `keep`. Of two homes and two accounts in use one ends today;
    income and spending that both state are counted once."""
    today = timezone.localdate()
    _end_second_home(keep, drop, today=today)
    _strike_out_doubles(keep, drop, by=by)
    drop.memberships.update(person=keep)
    drop.visits.update(person=keep)
    drop.heads.update(head=keep)
    drop.incomes.update(person=keep)
    drop.spendings.update(person=keep)
    drop.consents.update(person=keep)
    drop.deaths.exclude(revoked_at=None).update(person=keep)
    if not keep.deaths.standing().exists():
        drop.deaths.update(person=keep)
    if keep.accounts.filter(until=None, checked_at__isnull=False).exists():
        drop.accounts.filter(until=None).update(until=Greatest("since", Value(today)))
    drop.accounts.update(holder=keep)
    for visit in drop.represented.all():
        visit.representatives.remove(drop)
        visit.representatives.add(keep)
    keep.related_staff.add(*drop.related_staff.all())
    drop.related_staff.clear()
    Person.objects.filter(joined_into=drop).update(joined_into=keep)


def _strike_out_doubles(keep: Person, drop: Person, *, by: Staff) -> None:
    for item in counted_twice(keep, drop):
        item.dropped_by, item.dropped_at = by, timezone.now()
        item.save(update_fields=["dropped_by", "dropped_at"])
        facts = {"kind": item.kind, "amount": item.amount, "dropped": drop.code}
        if isinstance(item, IncomeItem):
            trail.record("casework.income.dropped", item.household, by=by, **facts)
        else:
            trail.record("casework.spending.dropped", item.household, by=by, **facts)


def _end_second_home(keep: Person, drop: Person, *, today: date) -> None:
    """The household with a living file stays the home; within one household, the place at its head."""
    kept, dropped = keep.memberships.current().first(), drop.memberships.current().first()
    if kept is None or dropped is None:
        return
    if kept.household_id == dropped.household_id:
        drop_is_home = dropped.household.head_id == drop.pk
    else:
        drop_is_home = dropped.household.files.living().exists()
    second = kept if drop_is_home else dropped
    second.until = max(second.since, today)
    second.save(update_fields=["until"])


FORGOTTEN = [
    "name_written",
    "name_as_given",
    "medicine",
    "school",
    "job_wish",
    "wage_not_imputed",
    "ethnic_group",
    "political_status",
    "marital_status",
    "health_status",
    "disability_kind",
    "disability_grade",
    "model_worker_type",
    "person_identity",
    "work_status",
    "hukou_type",
    "hukou_division",
    "medical_insurance",
    "education_level",
    "contract_term",
]


def forget_person(person: Person, *, by: Staff) -> None:
    """Inside an approved destruction: the row stays so that sums stand; nothing in it is anybody's."""
    person.full_name = "—"
    person.id_number = person.phone = person.other_contact = None
    person.birth_date = person.died_on = None
    person.skills = []
    for name in FORGOTTEN:
        setattr(person, name, "")
    person.save()
    for record in person.joined.all():
        forget_person(record, by=by)
    forget_names(person)
    person.accounts.all().delete()
    person.consents.all().delete()
    person.visits.update(note="", papers="")
    trail.record("casework.person.forgotten", person, by=by)
