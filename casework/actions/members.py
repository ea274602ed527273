"""Who belongs to a household, directly before the decision."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.utils import timezone
from django.utils.translation import gettext as _

from casework.actions.facts import locked, touch
from casework.actions.people import Apart, as_the_number_says, make_person, note_apart
from casework.enums import Leaving
from casework.errors import Duplicate
from casework.models import Membership, Person
from casework.permissions import why_not_belong, why_not_edit_directly, why_not_leave, why_not_remove_member
from casework.rules.names import normal_name
from center.evidence import trail
from center.kernel.action import action
from center.kernel.errors import Incomplete, require

if TYPE_CHECKING:
    from datetime import date

    from casework.models import HardshipFile, Household
    from center.models import Staff


def join_household(household: Household, person: Person, *, relation: str, since: date) -> Membership:
    """Into the household, unless the person lives in another one or lives no more."""
    person = Person.objects.select_for_update(of=("self",), no_key=True).get(pk=person.pk)
    require(why_not_belong(person))
    current = Membership.objects.current().filter(person=person).select_related("household").first()
    if current and current.household_id == household.pk:
        raise Duplicate(_("This person is a member of this household already."))
    if current:
        raise Duplicate(_("This person belongs to another household already. End that membership first."))
    return Membership.objects.create(household=household, person=person, relation=relation, since=since)


def known_or_new(
    file: HardshipFile,
    person: Person | None,
    *,
    full_name: str,
    facts: dict[str, Any],
    told_apart: Apart | None = None,
    by: Staff,
) -> Person:
    """A newcomer is made; of a known person only what nobody knew yet is written, and never under another name."""
    if person is None:
        person = make_person(office=file.office, full_name=full_name, by=by, **facts)
        note_apart(person, told_apart, by=by)
        return person
    if full_name and normal_name(full_name) != person.full_name:
        raise Incomplete(_("This ID number belongs to somebody of another name. Compare the card."))
    facts = as_the_number_says(facts, person)
    unknown = [name for name, value in facts.items() if value and not getattr(person, name)]
    if unknown:
        for name in unknown:
            setattr(person, name, facts[name])
        person.save(update_fields=unknown)
        trail.record("casework.person.edited", person, by=by, fields=", ".join(sorted(unknown)))
    return person


@action
def add_member(
    file: HardshipFile,
    *,
    relation: str,
    person: Person | None = None,
    full_name: str = "",
    since: date | None = None,
    facts: dict[str, Any] | None = None,
    told_apart: Apart | None = None,
    by: Staff,
) -> Membership:
    """A member before the decision: a known person, of whom only what was unknown is filled in, or a new one."""
    file = locked(file)
    require(why_not_edit_directly(by, file))
    person = known_or_new(file, person, full_name=full_name, facts=facts or {}, told_apart=told_apart, by=by)
    membership = join_household(file.household, person, relation=relation, since=since or timezone.localdate())
    touch(file)
    trail.record("casework.membership.added", file, by=by, relation=relation, member=person.code)
    return membership


def leave_household(file: HardshipFile, membership: Membership, *, until: date, why: str, text: str = "") -> Membership:
    membership = Membership.objects.select_for_update(of=("self",), no_key=True).get(pk=membership.pk)
    if membership.household_id != file.household_id or membership.until is not None:
        raise Incomplete(_("This person is not a current member of the household."))
    if membership.person_id == file.household.head_id:
        raise Incomplete(_("The head stays in the household: name another head first, or end the file."))
    look_at_leaving(why, until)
    if until < membership.since:
        raise Incomplete(_("A membership cannot end before it starts."))
    return end_place(membership, until=until, why=why, text=text)


def look_at_leaving(why: str, until: date) -> None:
    if why not in Leaving.values:
        raise Incomplete(_("Choose why this person leaves the household."))
    if until > timezone.localdate():
        raise Incomplete(_("Nobody leaves on a day that lies ahead."))


def end_place(membership: Membership, *, until: date, why: str, text: str = "") -> Membership:
    """Who was entered by mistake belonged to the household on no day."""
    membership.until = membership.since if why == Leaving.MISTAKE else until
    membership.left_why, membership.left_text = why, text.strip()
    membership.save(update_fields=["until", "left_why", "left_text"])
    return membership


@action
def end_membership(
    file: HardshipFile, *, membership: Membership, until: date, why: str, text: str = "", by: Staff
) -> Membership:
    """A member left, before the decision. The row stays as history."""
    file = locked(file)
    require(why_not_edit_directly(by, file))
    require(why_not_remove_member(file, membership))
    membership = leave_household(file, membership, until=until, why=why, text=text)
    touch(file)
    trail.record("casework.membership.ended", file, by=by, until=until, member=membership.person.code, reason=why)
    return membership


@action
def leave_ended_household(person: Person, *, reason: str, text: str, on: date, by: Staff) -> Membership:
    """A widow, a divorced partner, a grown child goes out of a household whose file has ended, and may begin their own."""
    person = Person.objects.select_for_update(of=("self",), no_key=True).get(pk=person.pk)
    current = person.memberships.current().select_for_update(of=("self",), no_key=True)
    membership = current.select_related("household").first()
    require(why_not_leave(by, person, membership.household if membership else None))
    membership = cast("Membership", membership)  # without one nobody may leave
    if reason not in Leaving.values or not text.strip():
        raise Incomplete(_("Choose a reason and say it in words."))
    if not membership.since <= on <= timezone.localdate():
        raise Incomplete(_("The day lies between the beginning of the membership and today."))
    end_place(membership, until=on, why=reason, text=text)
    facts = {"until": on, "member": person.code, "reason": reason, "text": text.strip()}
    trail.record("casework.membership.ended", membership.household, by=by, **facts)
    return membership
