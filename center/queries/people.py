"""Who holds what in an office."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone

from center.kernel.roles import GRANTS, Permission, Role
from center.models import Assignment, Staff
from center.reference import standards

if TYPE_CHECKING:
    from center.models import Office


def holders(office: Office, needs: frozenset[Permission], *, but: frozenset[int] = frozenset()) -> list[Staff]:
    """Who may do a step at an office today, by user name: people of the office itself, else of the nearest above it."""
    today = timezone.localdate()
    roles = [role for role in Role if GRANTS[role] & needs]
    held = Assignment.objects.filter(role__in=roles, starts_on__lte=today).exclude(ends_on__lt=today)
    for place in standards.upwards(office, on=today):
        here = Staff.objects.filter(is_active=True, pk__in=held.filter(office=place).values("staff")).exclude(
            pk__in=but
        )
        if found := list(here.order_by("username")):
            return found
    return []
