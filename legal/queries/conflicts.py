"""Who is on the other side, searched against every case: numbers only, never what they are about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from casework.rules.names import normal_name
from legal.models import Case

if TYPE_CHECKING:
    from casework.models import Employer, Person


def conflicts(*, name: str, employer: Employer | None = None, but: Case | None = None) -> list[Case]:
    """Cases in which this employer stands somewhere already."""
    side = Q(parties__name=normal_name(name))
    if employer:
        side |= Q(parties__employer=employer)
    found = Case.objects.filter(side).distinct().order_by("number")
    return list(found.exclude(pk=but.pk) if but else found)


def cases_of(person: Person, *, but: Case | None = None) -> list[Case]:
    """Cases of the same worker."""
    found = Case.objects.filter(person=person).order_by("number")
    return list(found.exclude(pk=but.pk) if but else found)
