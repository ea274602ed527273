"""People and employers come into the registry once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Value
from django.db.models.functions import Greatest
from django.utils import timezone
from django.utils.translation import gettext as _

from casework.models import Employer, IncomeItem, Person
from casework.names import normal_name
from casework.permissions import why_not_log_visit, why_not_start_file
from casework.queries.doubles import counted_twice
from center import trail
from center.act import action
from center.errors import Incomplete, require
from center.privacy import numbers

if TYPE_CHECKING:
    from datetime import date

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
    name = normal_name(full_name)
    if not name:
        raise Incomplete(_("A person needs a name."))
    if facts.get("id_number"):
        facts = from_id_number(facts["id_number"]) | facts
    person = Person.objects.create(
        office=office, full_name=name, registered_by=by, registered_at=timezone.now(), **facts
    )
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
    person.accounts.all().delete()
    person.consents.all().delete()
    person.visits.update(note="", papers="")
    trail.record("casework.person.forgotten", person, by=by)
