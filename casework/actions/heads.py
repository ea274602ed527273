"""Another head of a household (户主变更): the file keeps its number, and every place in the household is named anew."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext as _

from casework.actions.facts import locked
from casework.actions.members import end_place
from casework.enums import GONE, ChangeKind, HeadChange, Leaving
from casework.models import ChangeRequest, Household, Membership, Person
from casework.permissions import why_not_belong, why_not_propose_change, why_not_related
from center.evidence import trail
from center.kernel.action import action
from center.kernel.errors import Incomplete, require
from center.models import codes
from center.papers.documents import attach

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.core.files.uploadedfile import UploadedFile

    from casework.models import HardshipFile
    from center.models import Staff

HEAD = "01"  # GB/T 4761
LEFT = {HeadChange.DIVORCE: Leaving.DIVORCE, HeadChange.DEPARTURE: Leaving.MOVED}  # a death is told by its record
PAPERS = {
    HeadChange.DEATH: "death_certificate",
    HeadChange.DIVORCE: "divorce_paper",
    HeadChange.DEPARTURE: "hukou_book",
    HeadChange.AGREEMENT: "family_agreement",
}


@action
def propose_head(
    file: HardshipFile,
    *,
    head: Person,
    why: str,
    on: date,
    relations: Mapping[str, str],
    upload: UploadedFile[Any] | None = None,
    reason: str,
    by: Staff,
) -> ChangeRequest:
    """`relations`: what everybody who stays is to the new head, by the code of their membership."""
    file = locked(file)
    require(why_not_propose_change(by, file))
    require(why_not_belong(head))
    why = HeadChange(why)
    former = Person.objects.get(pk=file.household.head_id)
    members = {one.code: one for one in file.household.memberships.current().select_related("person")}
    _look_at_people(head, former, members, why=why)
    _look_at_day(head, former, members, on=on)
    if upload is None and not (why == HeadChange.DEATH and former.deaths.standing().exists()):
        raise Incomplete(_("Add the paper that shows why the head changes."))
    if file.changes.open().filter(kind=ChangeKind.HEAD).exists():
        raise Incomplete(_("Another change of the head waits for its second person already."))
    if not reason.strip():
        raise Incomplete(_("Say why this changes."))
    staying = {code: one for code, one in members.items() if one.person_id not in {head.pk, *_leaving(former, why)}}
    new = {
        "do": "head",
        "person": head.pk,
        "why": why.value,
        "on": on.isoformat(),
        "relations": {code: _relation(relations, code, one.person, head) for code, one in staying.items()},
    }
    change = ChangeRequest.objects.create(
        file=file,
        kind=ChangeKind.HEAD,
        old={"person": former.pk},
        new=new,
        reason=reason.strip(),
        proposed_by=by,
        proposed_at=timezone.now(),
    )
    if upload is not None:
        attach(file, kind=PAPERS[why], upload=upload, by=by)
    trail.record("casework.change.proposed", file, by=by, kind=ChangeKind.HEAD)
    return change


def _leaving(former: Person, why: HeadChange) -> set[int]:
    return {former.pk} if why in GONE else set()


def _look_at_people(head: Person, former: Person, members: Mapping[str, Membership], *, why: HeadChange) -> None:
    if head.pk == former.pk:
        raise Incomplete(_("This person is the head already."))
    if all(one.person_id != head.pk for one in members.values()):
        raise Incomplete(_("The new head must be a member of the household."))
    adults = [one.person_id for one in members.values() if one.person_id != former.pk and one.person.is_adult]
    if adults and head.pk not in adults:
        raise Incomplete(_("The new head must be of age while somebody of age belongs to the household."))
    if why == HeadChange.DEATH and former.died_on is None:
        raise Incomplete(_("Record the death of the head first, with its evidence."))
    if why != HeadChange.DEATH and former.died_on is not None:
        raise Incomplete(_("The head has died: that is why the head changes."))


def _look_at_day(head: Person, former: Person, members: Mapping[str, Membership], *, on: date) -> None:
    since = next(one.since for one in members.values() if one.person_id == head.pk)
    first = max(since, former.died_on or since)
    if not first <= on <= timezone.localdate():
        raise Incomplete(_("The day lies between %(first)s and today.") % {"first": first.isoformat()})


def _relation(relations: Mapping[str, str], code: str, member: Person, head: Person) -> str:
    relation = relations.get(code, "")
    if not codes.knows("relation", relation) or relation == HEAD:
        raise Incomplete(_("Say what every member is to the new head."))
    if sentence := why_not_related(head, member, relation):
        raise Incomplete(sentence)
    return relation


def change_head(file: HardshipFile, new: Mapping[str, Any], *, by: Staff) -> None:
    """Inside the confirmation: places end and begin on the same day, so that nobody is missing in between."""
    household = Household.objects.select_for_update(of=("self",), no_key=True).get(pk=file.household_id)
    why, on, former = HeadChange(new["why"]), date.fromisoformat(new["on"]), household.head_id
    members = household.memberships.current().select_for_update(of=("self",), no_key=True).order_by("pk")
    places = {one.code: one for one in members.select_related("person")}
    head = next((one for one in places.values() if one.person_id == new["person"]), None)
    if head is None or head.person.died_on:
        raise Incomplete(_("The new head must be a member of the household."))
    for code, place in places.items():
        if place.person_id == former and why in GONE:
            end_place(place, until=max(place.since, on), why=LEFT.get(why, ""))
        elif place == head:
            _move(place, HEAD, on)
        elif code in new["relations"]:
            _move(place, new["relations"][code], on)
        else:
            raise Incomplete(_("Somebody has joined the household since: propose the change of the head anew."))
    household.head = head.person
    household.save(update_fields=["head"])
    trail.record("casework.household.head_changed", household, by=by, why=why.value, on=on, member=head.person.code)


def _end(place: Membership, on: date) -> None:
    place.until = max(place.since, on)
    place.save(update_fields=["until"])


def _move(place: Membership, relation: str, on: date) -> None:
    if place.relation == relation:
        return
    _end(place, on)
    since = place.until or on
    Membership.objects.create(
        household_id=place.household_id, person_id=place.person_id, relation=relation, since=since
    )
