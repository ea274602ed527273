"""Which terms hold at an office on a day, and what ends within them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Q

from center.models import OfficeLink
from center.reference.standards import nearest
from employment.models import Terms

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from center.models import Office


def terms_of(office: Office, *, on: date) -> Terms:
    """Its own, else those of the nearest office above it, else what is usual until somebody decides."""
    return nearest(Terms.objects.all(), office=office, on=on) or Terms(office=office)


def terms_of_each(offices: Iterable[int], *, on: date) -> dict[int, Terms]:
    """The same for many offices by two questions."""
    decided = {one.office_id: one for one in Terms.objects.filter(during__contains=on)}
    above = dict(OfficeLink.objects.filter(during__contains=on).values_list("child", "parent"))
    usual = Terms()
    found = {}
    for office in offices:
        place: int | None = office
        while place is not None and place not in decided:
            place = above.get(place)
        found[office] = usual if place is None else decided[place]
    return found


def ends_soon(offices: Iterable[int], *, days: str, on: date) -> Q:
    """What ends within the days that its own office decided (`days` names them among its terms)."""
    by_days: dict[int, list[int]] = {}
    for office, terms in terms_of_each(offices, on=on).items():
        by_days.setdefault(terms.days[days], []).append(office)
    soon = Q(pk__in=())
    for number, places in by_days.items():
        soon |= Q(office__in=places, valid_until__lte=on + timedelta(days=number))
    return soon
