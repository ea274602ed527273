"""What a leader sees at a glance: visits over the months, and whose matters are overdue."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Count
from django.db.models.functions import TruncMonth
from django.urls import reverse
from django.utils import timezone

from casework.models import Matter, Visit
from center.kernel.periods import moments

if TYPE_CHECKING:
    from center.models import Staff

MONTHS = 12
MOST = 12


def visits_by_month(staff: Staff) -> list[tuple[str, int, str]]:
    """(month, visits, "") of the last twelve months, the present one last; empty months are nought."""
    today = timezone.localdate()
    months = [_month(today, ahead) for ahead in range(1 - MONTHS, 1)]
    rows = Visit.objects.visible_to(staff).standing().filter(received_at__range=moments(months[0], today)).order_by()
    counted = dict(rows.values_list(TruncMonth("received_at")).annotate(count=Count("pk")))
    found = {timezone.localtime(month).date(): count for month, count in counted.items()}
    return [(f"{month:%Y-%m}", found.get(month, 0), "") for month in months]


def _month(today: date, ahead: int) -> date:
    at = today.year * MONTHS + today.month - 1 + ahead
    return date(at // MONTHS, at % MONTHS + 1, 1)


def overdue_by_person(staff: Staff) -> list[tuple[str, int, str]]:
    """(who handles them, how many matters are past their day, the list), the most first."""
    late = Matter.objects.visible_to(staff).open().filter(due_on__lt=timezone.localdate()).order_by()
    rows = late.values_list("assignee__full_name").annotate(count=Count("pk")).order_by("-count", "assignee__full_name")
    return [(name or "—", count, reverse("casework:matters")) for name, count in rows[:MOST]]
