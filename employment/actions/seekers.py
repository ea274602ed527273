"""The register of job seekers: entered once, kept fresh, closed with a reason."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext as _

from casework.actions.visits import link_opened
from center.evidence import trail
from center.kernel.action import action
from center.kernel.errors import Conflict, Incomplete, require
from center.kernel.sentences import listed
from center.models.base import subject_of
from employment.actions.ends import end, say_why, stand_open
from employment.enums import SEEKER_REASONS, SEEKER_RETURNS, CloseReason
from employment.models import Seeker
from employment.permissions import (
    why_not_close_seeker,
    why_not_edit_seeker,
    why_not_register,
    why_not_renew_seeker,
    why_not_reopen_seeker,
    why_not_seek,
)
from employment.queries.terms import terms_of
from employment.rules.wishes import Wish, read_wish

if TYPE_CHECKING:
    from datetime import date

    from casework.models import Person, Visit
    from center.models import Office, Staff

FACTS = frozenset(
    {
        "wanted_occupation",
        "wanted_wage",
        "wanted_place",
        "work_form",
        "shift",
        "skills",
        "skill_level",
        "certificate_no",
        "limits",
        "jobless_since",
        "hard_to_place",
        "zero_employment_family",
        "wants_no_contact",
    }
)


def known_of(person: Person) -> dict[str, Any]:
    """What the five clears know already: nobody is asked twice."""
    wish = read_wish(person.job_wish)
    return {
        "wanted_occupation": wish.occupation,
        "wanted_wage": wish.wage,
        "wanted_place": wish.place,
        "work_form": wish.work_form,
        "shift": wish.shift,
        "skills": listed(word for word in person.skills if read_wish(word) != Wish()),
        "hard_to_place": "disabled" if person.disability_kind else "",
    }


def _until(office: Office) -> date:
    """The last day of a registration that begins today."""
    today = timezone.localdate()
    return today + timedelta(days=terms_of(office, on=today).seeker_days)


def _locked(seeker: Seeker) -> Seeker:
    return (
        Seeker.objects.select_for_update(of=("self",), no_key=True).select_related("person", "office").get(pk=seeker.pk)
    )


@action
def register_seeker(
    person: Person, *, office: Office, facts: dict[str, Any] | None = None, visit: Visit | None = None, by: Staff
) -> Seeker:
    """求职登记: what the file knows stands there already; what is told now counts more."""
    require(why_not_register(by, office) or why_not_seek(person))
    if unknown := set(facts or {}) - FACTS:
        raise Incomplete(_("Unknown: %(names)s") % {"names": listed(sorted(unknown))})
    today = timezone.localdate()
    seeker = Seeker(
        person=person,
        office=office,
        visit=visit,
        registered_on=today,
        registered_by=by,
        valid_until=_until(office),
        **(known_of(person) | (facts or {})),
    )
    seeker.save()
    if visit:
        link_opened(visit, subject=subject_of(seeker), by=by)
    trail.record("employment.seeker.registered", seeker, by=by, valid_until=seeker.valid_until)
    return seeker


@action
def edit_seeker(seeker: Seeker, *, facts: dict[str, Any], by: Staff) -> Seeker:
    """The wish or the skills have changed."""
    seeker = _locked(seeker)
    require(why_not_edit_seeker(by, seeker))
    changed = sorted(name for name, value in facts.items() if name in FACTS and getattr(seeker, name) != value)
    if not changed:
        return seeker
    for name in changed:
        setattr(seeker, name, facts[name])
    seeker.save(update_fields=changed)
    trail.record("employment.seeker.edited", seeker, by=by, fields=", ".join(changed))
    return seeker


@action
def renew_seeker(seeker: Seeker, *, by: Staff) -> Seeker:
    """Still looking."""
    seeker = _locked(seeker)
    require(why_not_renew_seeker(by, seeker))
    seeker.renewed_by, seeker.renewed_at = by, timezone.now()
    seeker.valid_until = _until(seeker.office)
    seeker.save(update_fields=["renewed_by", "renewed_at", "valid_until"])
    trail.record("employment.seeker.renewed", seeker, by=by, valid_until=seeker.valid_until)
    return seeker


@action
def reopen_seeker(seeker: Seeker, *, reason: str, text: str, by: Staff) -> Seeker:
    """Looking again, after work was found or the registration was closed."""
    seeker = _locked(seeker)
    require(why_not_reopen_seeker(by, seeker))
    text = say_why(reason, text, among=SEEKER_RETURNS, sentence=_("Say why the registration is opened again."))
    if Seeker.objects.open().filter(person=seeker.person_id).exists():
        raise Conflict(_("This person is registered as a job seeker already."))
    stand_open(seeker, until=_until(seeker.office), reason=reason, text=text, by=by)
    trail.record("employment.seeker.reopened", seeker, by=by, reason=reason, valid_until=seeker.valid_until)
    return seeker


@action
def close_seeker(seeker: Seeker, *, reason: str, text: str, by: Staff) -> Seeker:
    """撤销登记."""
    seeker = _locked(seeker)
    require(why_not_close_seeker(by, seeker))
    sentence = _("Say why the registration ends: the reason, and in words.")
    text = say_why(reason, text, among=SEEKER_REASONS, sentence=sentence)
    end(seeker, reason=reason, text=text, by=by)
    trail.record("employment.seeker.closed", seeker, by=by, reason=reason)
    return seeker


def join_seekers(*, keep: Person, drop: Person, by: Staff) -> None:
    """Inside a merge. If both look for work, the registration of `drop` is closed first."""
    if Seeker.objects.open().filter(person=keep).exists():
        for seeker in Seeker.objects.open().filter(person=drop).select_for_update(of=("self",), no_key=True):
            end(seeker, reason=CloseReason.JOINED, by=by)
    moved = Seeker.objects.filter(person=drop).update(person=keep)
    if moved:
        trail.record("employment.seekers.joined", keep, by=by, dropped=drop.code, records=moved)


@action
def end_by_death(person: Person, *, by: Staff) -> None:
    """Nobody is proposed to an employer who has died. A registration ended so is opened again by hand, if it was a mistake."""
    for seeker in Seeker.objects.open().filter(person=person).select_for_update(of=("self",), no_key=True):
        end(seeker, reason=CloseReason.DIED, by=by)
        trail.record("employment.seeker.closed", seeker, by=by, reason=CloseReason.DIED)


def forget_seekers(person: Person, *, by: Staff) -> None:
    """Inside an approved destruction: counts stay, words go."""
    blank: dict[str, Any] = dict.fromkeys(
        ("wanted_occupation", "wanted_place", "skills", "certificate_no", "hard_to_place"), ""
    )
    rows = Seeker.objects.filter(person=person)
    for seeker in rows:
        seeker.referrals.update(reasons=[], text="")
    for words in ("closed_text", "reopened_text"):
        rows.exclude(**{words: ""}).update(**{words: "—"})
    rows.update(limits=[], jobless_since=None, wanted_wage=None, **blank)
    trail.record("employment.seekers.forgotten", person, by=by)
