"""Figures of a period: asked from every desk, each with its unit, its definition and the list of its rows."""

from __future__ import annotations

from datetime import date
from itertools import chain
from typing import TYPE_CHECKING

from center import desk
from center.models import Office

if TYPE_CHECKING:
    from center.kernel.roles import Permission
    from center.models import Staff


def of_period(*, since: date, until: date, offices: frozenset[int]) -> list[desk.Figure]:
    """All figures of `since`…`until` (both included) for these offices."""
    return list(chain.from_iterable(each.figures(since=since, until=until, offices=offices) for each in desk.desks()))


def year(number: int) -> tuple[date, date]:
    return date(number, 1, 1), date(number, 12, 31)


def offices_of_the_day(office: Office, until: date) -> frozenset[int]:
    """An office and all below it in the tree of the period's last day: past figures stay by the tree of their day."""
    return Office.objects.ids_below([office.pk], on=until)


def offices_seen(staff: Staff, permission: Permission, until: date) -> frozenset[int]:
    tops = [held.office_id for held in staff.assignments_today if held.office_id in staff.sight(permission)]
    return Office.objects.ids_below(tops, on=until)


def as_json(figures: list[desk.Figure]) -> list[dict[str, str | int]]:
    """Stable shape for scripts: amounts as text with two decimals, counts as numbers."""
    return [
        {
            "code": figure.code,
            "label": str(figure.label),
            "unit": str(figure.unit),
            "value": figure.value if isinstance(figure.value, int) else f"{figure.value:.2f}",
            "definition": str(figure.definition),
        }
        for figure in figures
    ]
