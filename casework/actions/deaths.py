"""A death, with all that follows from it (domain.md 2.4.24): membership, computation, money, tasks. And its taking back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext as _

from casework.models import Death, Membership, Person
from casework.models.death import TOLD
from casework.permissions import (
    has_another_head,
    why_not_prove_death,
    why_not_record_death,
    why_not_related,
    why_not_revoke_death,
)
from center.desk import desks
from center.evidence import trail
from center.kernel.action import action
from center.kernel.errors import Incomplete, require
from center.models import codes
from center.papers.documents import attach

if TYPE_CHECKING:
    from datetime import date

    from django.core.files.uploadedfile import UploadedFile

    from center.models import Staff

PAPER = "death_certificate"
HEAD = "01"  # GB/T 4761


@dataclass(frozen=True, kw_only=True)
class Dying:
    """What is known of a death, and the paper that says so."""

    died_on: date
    evidence: str  # a code of death_evidence
    note: str = ""
    upload: UploadedFile[Any] | None = None


def _look(dying: Dying) -> None:
    if dying.died_on > timezone.localdate():
        raise Incomplete(_("Nobody has died on a day that lies ahead."))
    if not codes.knows("death_evidence", dying.evidence):
        raise Incomplete(_("Choose by which evidence the death is known."))
    if dying.evidence != TOLD and dying.upload is None:
        raise Incomplete(_("Add the paper that proves the death, or choose that it was told and the paper follows."))


@action
def record_death(person: Person, *, dying: Dying, by: Staff) -> Death:
    """From this day the person belongs to no household, counts in no computation, and receives nothing."""
    person = _held(person)
    require(why_not_record_death(by, person))
    _look(dying)
    person.died_on = dying.died_on
    person.save(update_fields=["died_on"])
    death = Death.objects.create(
        person=person,
        died_on=dying.died_on,
        evidence=dying.evidence,
        note=dying.note.strip(),
        membership=leave_by_death(person),
        recorded_by=by,
        recorded_at=timezone.now(),
    )
    if dying.upload is not None:
        attach(death, kind=PAPER, upload=dying.upload, by=by)
    for desk in desks():
        desk.person_died(person, by=by)
    trail.record("casework.person.died", person, by=by, on=dying.died_on, evidence=dying.evidence)
    return death


def leave_by_death(person: Person) -> Membership | None:
    """The membership ends with the day of death; the row stays. The household keeps its head until another one is named."""
    membership = person.memberships.current().select_for_update(of=("self",), no_key=True).first()
    if membership and person.died_on:
        membership.until = max(membership.since, person.died_on)
        membership.save(update_fields=["until"])
    return membership


@action
def prove_death(death: Death, *, evidence: str, upload: UploadedFile[Any], by: Staff) -> Death:
    """The paper for what was only told: kept beside the death, and the evidence is now what it says."""
    death = _locked(death)
    require(why_not_prove_death(by, death))
    if evidence == TOLD or not codes.knows("death_evidence", evidence):
        raise Incomplete(_("Choose by which evidence the death is known."))
    attach(death, kind=PAPER, upload=upload, by=by)
    death.evidence = evidence
    death.proved_by, death.proved_at = by, timezone.now()
    death.save(update_fields=["evidence", "proved_by", "proved_at"])
    trail.record("casework.person.death_proved", death.person, by=by, evidence=evidence)
    return death


@action
def revoke_death(death: Death, *, reason: str, relation: str = "", by: Staff) -> Death:
    """It was a mistake: the person lives, belongs to the household again, and what was held may be paid.

    `relation` says what the person is to a head who was named meanwhile.
    """
    person = _held(death.person)
    death = _locked(death)
    require(why_not_revoke_death(by, death))
    if not reason.strip():
        raise Incomplete(_("Say how it is known that this person lives."))
    person.died_on = None
    person.save(update_fields=["died_on"])
    death.revoked_by, death.revoked_at, death.revoked_reason = by, timezone.now(), reason.strip()
    death.save(update_fields=["revoked_by", "revoked_at", "revoked_reason"])
    left = death.membership
    if left and not person.memberships.current().exists():
        named = _relation_now(death, left, relation)
        since = left.until or left.since
        Membership.objects.create(household=left.household, person=person, relation=named, since=since)
    for desk in desks():
        desk.person_lives(person, by=by)
    trail.record("casework.person.death_revoked", person, by=by, reason=reason)
    return death


def _relation_now(death: Death, left: Membership, relation: str) -> str:
    if not has_another_head(death):
        return left.relation
    if relation in {"", HEAD} or not codes.knows("relation", relation):
        raise Incomplete(_("Another member became the head meanwhile: say what this person is to the head now."))
    if sentence := why_not_related(left.household.head, death.person, relation):
        raise Incomplete(sentence)
    return relation


def _held(person: Person) -> Person:
    return Person.objects.select_for_update(of=("self",), no_key=True).get(pk=person.pk)


def _locked(death: Death) -> Death:
    rows = Death.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("person", "membership__household").get(pk=death.pk)
