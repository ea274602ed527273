"""Whose turn it is, when it is not yours: a refusal by role ends with the roles that can and who holds them there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from center.kernel.roles import GRANTS, Role
from center.kernel.sentences import clauses, listed
from center.models import Assignment, Office
from center.reference import standards

if TYPE_CHECKING:
    from collections.abc import Iterable

    from center.kernel.roles import Permission
    from center.models import Staff

NAMED = 3  # people of one role; more are “and others”


def roles_with(permissions: Iterable[Permission | frozenset[Permission]]) -> list[Role]:
    """The roles of which each gives one of these permissions; of a set, which is asked for together, all of it."""
    wanted = [one if isinstance(one, frozenset) else frozenset({one}) for one in permissions]
    return [Role(role) for role, held in GRANTS.items() if any(each <= held for each in wanted)]


def not_yours(
    staff: Staff,
    sentence: str,
    *permissions: Permission | frozenset[Permission],
    office: Office | int | None = None,
) -> str:
    """The refusal and who can, at the office of the record; without one, at the office of whoever asks. Any one of the
    permissions is enough; those in a set are asked for together."""
    place = office or staff.home_office
    office_id = place.pk if isinstance(place, Office) else place
    held: dict[tuple[int | None, tuple[Permission | frozenset[Permission], ...]], str] = staff.__dict__.setdefault(
        "_turns", {}
    )
    key = (office_id, permissions)
    if key not in held:  # a list asks once a row; a loaded person sees one state of the roles from beginning to end
        held[key] = who_can(permissions, office_id, but=staff)
    return _("%(sentence)s Who can: %(who)s.") % {"sentence": sentence, "who": held[key]}


def who_can(
    permissions: Iterable[Permission | frozenset[Permission]], office: int | None, *, but: Staff | None = None
) -> str:
    """“Case officer (Wang Li, Li Min); Center leader (Zhao Min)”; where nobody holds any of them, the roles alone."""
    roles = roles_with(permissions)
    people = _holders(roles, office, but=but) if office else {}
    if not people:
        return listed(role.label for role in roles)
    return clauses(
        _("%(role)s (%(people)s)") % {"role": role.label, "people": _some(people[role])}
        for role in roles
        if role in people
    )


def _some(names: list[str]) -> str:
    if len(names) <= NAMED:
        return listed(names)
    return _("%(names)s and others") % {"names": listed(names[:NAMED])}


def _holders(roles: Iterable[Role], office: int, *, but: Staff | None) -> dict[Role, list[str]]:
    """Who holds each of these roles today at an office or above it, those of the office itself first."""
    today = timezone.localdate()
    places = [place.pk for place in standards.upwards(Office.objects.get(pk=office), on=today)]
    held = Assignment.objects.filter(
        Q(ends_on=None) | Q(ends_on__gte=today),
        role__in=roles,
        office__in=places,
        starts_on__lte=today,
        staff__is_active=True,
    )
    if but:
        held = held.exclude(staff=but)
    found: dict[Role, list[str]] = {}
    for one in sorted(held.select_related("staff"), key=lambda one: (places.index(one.office_id), one.pk)):
        names = found.setdefault(Role(one.role), [])
        if str(one.staff) not in names:
            names.append(str(one.staff))
    return found
