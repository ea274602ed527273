"""Who does the main job: the fewest people that the rules allow, and who is missing in an office.

Every desk names its duties (desk.Duty): what one needs for it, and which other duties somebody else must have done for
the same household. The rules themselves stand in permissions and constraints; tests/house/test_fewest_people.py walks
the job with the fewest people, and shows for each pair named here that one person is refused both.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import combinations, combinations_with_replacement, count
from typing import TYPE_CHECKING, TypeVar

from django.utils import timezone
from django.utils.translation import gettext as _

from center import desk
from center.kernel.roles import GRANTS, REFUSED_PAIRS, Permission, Role
from center.models import Assignment, Office

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from center.models import Staff

Hand = TypeVar("Hand")


@dataclass(frozen=True, kw_only=True)
class DutyLine:
    """A duty of an office, and who there may do it (staff, ordered by user name)."""

    duty: desk.Duty
    able: Sequence[Staff]
    others: Sequence[str]  # labels of the duties that somebody else has done


@dataclass(frozen=True, kw_only=True)
class Muster:
    """How the main job is staffed in an office. `missing` is empty, or says what nobody is left for."""

    lines: Sequence[DutyLine]
    fewest: int
    missing: str


def duties() -> list[desk.Duty]:
    """Every hand of the main job, in its order. A rule between two duties holds from both sides."""
    found = sorted((duty for each in desk.desks() for duty in each.duties()), key=lambda duty: duty.position)
    return [
        desk.Duty(
            position=duty.position,
            code=duty.code,
            label=duty.label,
            needs=duty.needs,
            others=duty.others | {other.code for other in found if duty.code in other.others},
        )
        for duty in found
    ]


@cache
def compatible_roles() -> tuple[frozenset[Role], ...]:
    """The largest sets of roles that one person may hold together."""
    roles = list(Role)
    allowed = [
        frozenset(chosen)
        for size in range(len(roles), 0, -1)
        for chosen in combinations(roles, size)
        if not any(pair <= frozenset(chosen) for pair in REFUSED_PAIRS)
    ]
    return tuple(one for one in allowed if not any(one < other for other in allowed))


def _granted(roles: frozenset[Role]) -> frozenset[Permission]:
    return frozenset().union(*(GRANTS[role] for role in roles))


def share_out(wanted: Sequence[desk.Duty], able: Mapping[str, Sequence[Hand]]) -> dict[str, Hand] | None:
    """One hand (any value) for each duty (by code), so that no rule of “somebody else” is broken; None when it cannot be.

    Duties that no rule ties together are shared out apart: the search stays within a handful of them.
    """
    taken: dict[str, Hand] = {}
    for tied in _tied(wanted):
        found = _place(tied, able, {})
        if found is None:
            return None
        taken |= found
    return taken


def _tied(wanted: Sequence[desk.Duty]) -> list[list[desk.Duty]]:
    """The duties in groups that no rule crosses."""
    groups: list[list[desk.Duty]] = []
    for duty in wanted:
        near = [
            group for group in groups if any(duty.code in each.others or each.code in duty.others for each in group)
        ]
        groups = [group for group in groups if group not in near]
        groups.append([each for group in near for each in group] + [duty])
    return groups


def _place(
    tied: Sequence[desk.Duty], able: Mapping[str, Sequence[Hand]], taken: dict[str, Hand]
) -> dict[str, Hand] | None:
    """Place the duty with the fewest hands left, then the others; step back where one has none."""

    def left(duty: desk.Duty) -> list[Hand]:
        used = [taken[code] for code in duty.others if code in taken]
        return [hand for hand in able[duty.code] if hand not in used]

    waiting = [duty for duty in tied if duty.code not in taken]
    if not waiting:
        return taken
    duty = min(waiting, key=lambda one: len(left(one)))
    for hand in left(duty):
        if (found := _place(tied, able, taken | {duty.code: hand})) is not None:
            return found
    return None


def fewest() -> dict[str, tuple[int, frozenset[Role]]]:
    """The smallest crew: duty code → (person number, the roles that this person may hold)."""
    wanted, kinds = duties(), compatible_roles()
    crews = (crew for size in count(1) for crew in combinations_with_replacement(kinds, size))
    shared = (share_out(wanted, _able(wanted, crew)) for crew in crews)
    return next(found for found in shared if found is not None)  # a crew of one person a duty always serves


def _able(wanted: Sequence[desk.Duty], crew: Sequence[frozenset[Role]]) -> dict[str, list[tuple[int, frozenset[Role]]]]:
    return {
        duty.code: [(number, roles) for number, roles in enumerate(crew) if duty.needs & _granted(roles)]
        for duty in wanted
    }


def muster(office: Office) -> Muster:
    """The main job of an office, with the people of today: who may do what, and what nobody is left for."""
    wanted = duties()
    labels = {duty.code: duty.label for duty in wanted}
    may = _permissions_at(office)
    able = {duty.code: [one for one, held in may.items() if duty.needs & held] for duty in wanted}
    return Muster(
        lines=[
            DutyLine(duty=duty, able=able[duty.code], others=[labels[code] for code in labels if code in duty.others])
            for duty in wanted
        ],
        fewest=len(set(fewest().values())),
        missing=_missing(wanted, able, labels),
    )


def _permissions_at(office: Office) -> dict[Staff, frozenset[Permission]]:
    """What each person may do at an office today, by roles held there or above it; in one query and one an office."""
    today = timezone.localdate()
    current = Assignment.objects.filter(staff__is_active=True, starts_on__lte=today).exclude(ends_on__lt=today)
    seen: dict[int, bool] = {}
    found: dict[Staff, frozenset[Permission]] = {}
    for held in current.select_related("staff").order_by("staff__username"):
        if held.office_id not in seen:
            seen[held.office_id] = office.pk in Office.objects.ids_below({held.office_id})
        if seen[held.office_id]:
            found[held.staff] = found.get(held.staff, frozenset()) | GRANTS[Role(held.role)]
    return found


def _missing(wanted: Sequence[desk.Duty], able: Mapping[str, Sequence[Staff]], labels: Mapping[str, str]) -> str:
    """The first duty, in the order of the job, that the people of the office cannot fill beside those before it."""
    places = range(1, len(wanted) + 1)
    before = next((wanted[:place] for place in places if share_out(wanted[:place], able) is None), ())
    if not before:
        return ""
    duty = before[-1]
    if not able[duty.code]:
        return _("Nobody here may %(duty)s.") % {"duty": duty.label}
    codes = [each.code for each in before[:-1] if each.code in duty.others]
    return _("Nobody is left to %(duty)s: whoever does that may not also %(others)s.") % {
        "duty": duty.label,
        "others": _(" or ").join(labels[code] for code in codes),
    }
