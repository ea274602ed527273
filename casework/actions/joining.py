"""Two records of one person become one: proposed by one, confirmed by another, never undone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _

from casework.actions.deaths import leave_by_death
from casework.actions.people import as_the_number_says
from casework.enums import ChangeStatus
from casework.models import Joining, Person
from casework.permissions import why_not_confirm_joining, why_not_join, why_not_refuse_joining
from casework.queries import doubles
from center.desk import desks
from center.evidence import trail
from center.kernel.action import action
from center.kernel.errors import Incomplete, require

if TYPE_CHECKING:
    from collections.abc import Collection

    from center.models import Staff


def _hold(one: Person, other: Person) -> tuple[Person, Person]:
    """Both records, the earlier first: whoever joins either one at the same moment waits."""
    rows = Person.objects.filter(pk__in=(one.pk, other.pk)).order_by("pk")
    rows = rows.select_for_update(of=("self",), no_key=True)
    held = {person.pk: person for person in rows}
    return held[one.pk], held[other.pk]


def _refuse_hindrances(keep: Person, drop: Person) -> None:
    work = doubles.hindrances(keep, drop)
    if work:
        raise Incomplete(_("Not yet: %(work)s") % {"work": " ".join(each.sentence for each in work)})


@action
def propose_joining(keep: Person, *, drop: Person, taken: Collection[str], reason: str, by: Staff) -> Joining:
    """These are one person. `taken` names the facts that the other record knows better."""
    keep, drop = _hold(keep, drop)
    require(why_not_join(by, keep, drop))
    if not reason.strip():
        raise Incomplete(_("Say by what you know that this is one person."))
    _refuse_hindrances(keep, drop)
    differing = {fact.name for fact in doubles.facts(keep, drop) if fact.differs}
    joining = Joining.objects.create(
        keep=keep, drop=drop, taken=sorted(differing & set(taken)), reason=reason.strip(), proposed_by=by
    )
    trail.record("casework.joining.proposed", keep, by=by, drop=drop.code)
    return joining


@action
def confirm_joining(joining: Joining, *, by: Staff) -> Joining:
    """The second person has compared both; every desk moves its rows, and the dropped record opens the one that stays."""
    keep, drop = _hold(joining.keep, joining.drop)
    joining = _locked(joining)
    joining.keep, joining.drop = keep, drop
    require(why_not_confirm_joining(by, joining))
    _refuse_hindrances(keep, drop)
    filled = _carry_over(keep, drop, taken=joining.taken)
    for desk in desks():
        desk.join(keep=keep, drop=drop, by=by)
    _follow_the_death(keep, by=by)
    drop.joined_into = keep
    drop.save(update_fields=["joined_into"])
    joining.become(ChangeStatus.CONFIRMED)
    joining.decided_by, joining.decided_at = by, timezone.now()
    joining.save(update_fields=["status", "decided_by", "decided_at"])
    trail.record("casework.person.joined", keep, by=by, dropped=drop.code, fields=", ".join(filled))
    trail.record("casework.person.joined_away", drop, by=by, into=keep.code)
    return joining


def _follow_the_death(keep: Person, *, by: Staff) -> None:
    """What only the other record knew has the same consequences on this one."""
    if keep.died_on is None:
        return
    leave_by_death(keep)
    for desk in desks():
        desk.person_died(keep, by=by)


@action
def bring_after(joining: Joining, *, by: Staff) -> Joining:
    """A row that was being written for the dropped record at the moment of the joining follows it."""
    drop = Person.objects.select_related("joined_into").get(pk=joining.drop_id)
    keep, drop = _hold(drop.joined_into or drop, drop)
    for desk in desks():
        desk.join(keep=keep, drop=drop, by=by)
    return joining


@action
def refuse_joining(joining: Joining, *, text: str, by: Staff) -> Joining:
    """Two people, or not now: why. The pair is not asked about again."""
    joining = _locked(joining)
    require(why_not_refuse_joining(by, joining))
    if not text.strip():
        raise Incomplete(_("Say why these records are not joined."))
    joining.become(ChangeStatus.REFUSED)
    joining.decided_by, joining.decided_at, joining.decided_text = by, timezone.now(), text.strip()
    joining.save(update_fields=["status", "decided_by", "decided_at", "decided_text"])
    trail.record("casework.joining.refused", joining.keep, by=by, drop=joining.drop.code)
    return joining


def _locked(joining: Joining) -> Joining:
    rows = Joining.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("keep", "drop").get(pk=joining.pk)


def _carry_over(keep: Person, drop: Person, *, taken: Collection[str]) -> list[str]:
    """What only the dropped record knows is filled in, what was chosen is taken; a number that goes stays on the other."""
    wanted = [fact.name for fact in doubles.facts(keep, drop) if fact.one == "" or fact.name in taken]
    number = keep.id_number
    for name in wanted:
        setattr(keep, name, getattr(drop, name))
    if keep.id_number:  # sex and birth date follow from the number that stays
        said = as_the_number_says({"birth_date": None, "sex": ""}, keep)
        told = [name for name, value in said.items() if value and getattr(keep, name) != value]
        for name in told:
            setattr(keep, name, said[name])
        wanted = [*wanted, *(name for name in told if name not in wanted)]
    if keep.died_on and keep.birth_date and keep.died_on < keep.birth_date:
        raise Incomplete(_("Nobody dies before birth."))
    if "id_number" in wanted:  # unique: it leaves one record before it enters the other
        drop.id_number = None
        drop.save(update_fields=["id_number"])
    if wanted:
        keep.save(update_fields=[*wanted, "search_keys"])
    if "id_number" in wanted and number:
        drop.id_number = number
        drop.save(update_fields=["id_number"])
    return wanted
