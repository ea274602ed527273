"""Which terms hold at an office on a day, and over which days."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from center.models import Office, OfficeLink
from center.reference.standards import nearest, nearest_among
from relief.models import Terms

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def terms_of(office: Office, *, on: date) -> Terms:
    """Its own, else those of the nearest office above it, else what is usual until somebody decides."""
    return nearest(Terms.objects.all(), office=office, on=on) or Terms(office=office)


def spans(offices: Iterable[int]) -> Iterator[tuple[frozenset[int], tuple[date, date], Terms]]:
    """(offices, first and last day, terms): a day keeps the terms that held on it, also after others were decided.

    Offices with the same terms come together, in three queries however many there are.
    """
    bounds = {day for during in Terms.objects.values_list("during", flat=True) for day in (during.lower, during.upper)}
    days = [date.min, *sorted(day for day in bounds if day), date.max]
    if not bounds:
        yield frozenset(offices), (date.min, date.max), Terms()
        return
    places = Office.objects.in_bulk(list(offices))
    rows, links = list(Terms.objects.all()), list(OfficeLink.objects.all())
    for first, after in pairwise(days):
        last = after - timedelta(days=1) if after < date.max else after
        alike: dict[tuple[int, int, int], tuple[Terms, set[int]]] = {}
        for office in places.values():
            on = max(first, office.opened_on)
            terms = nearest_among(rows, links, office=office, on=on) or Terms(office=office)
            same = (terms.late_days, terms.ratify_days, terms.look_back_months)
            alike.setdefault(same, (terms, set()))[1].add(office.pk)
        for terms, those in alike.values():
            yield frozenset(those), (first, last), terms
