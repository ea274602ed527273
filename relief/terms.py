"""Which terms hold at an office on a day, and over which days."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from center.models import Office
from center.standards import nearest
from relief.models import Terms

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def terms_of(office: Office, *, on: date) -> Terms:
    """Its own, else those of the nearest office above it, else what is usual until somebody decides."""
    return nearest(Terms.objects.all(), office=office, on=on) or Terms(office=office)


def spans(offices: Iterable[int]) -> Iterator[tuple[frozenset[int], tuple[date, date], Terms]]:
    """(offices, first and last day, terms): a day keeps the terms that held on it, also after others were decided."""
    bounds = {day for during in Terms.objects.values_list("during", flat=True) for day in (during.lower, during.upper)}
    days = [date.min, *sorted(day for day in bounds if day), date.max]
    if not bounds:
        yield frozenset(offices), (date.min, date.max), Terms()
        return
    places = Office.objects.in_bulk(list(offices))
    for first, after in pairwise(days):
        last = after - timedelta(days=1) if after < date.max else after
        for pk, office in places.items():
            yield frozenset({pk}), (first, last), terms_of(office, on=max(first, office.opened_on))
