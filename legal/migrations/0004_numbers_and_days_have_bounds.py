"""Every number, amount and day has its least and most in the database too; what forms and actions say stands beside the
models."""

from __future__ import annotations

import datetime
from decimal import Decimal

from django.db import migrations, models
from django.db.models import Q

from center.models.bounds import AddBounds

SAID = "An amount, a number or a day lies beyond what is possible. Check what was typed."
RULES = [
    (
        "case",
        models.CheckConstraint(
            name="legal_case_within_bounds",
            condition=Q(people__gte=1, people__lte=32767)
            & Q(applied_on__gte=datetime.date(1990, 1, 1), applied_on__lte=datetime.date(2100, 12, 31))
            & Q(claimed_amount__gte=Decimal("0"), claimed_amount__lte=Decimal("999999999999.99"))
            & Q(awarded_amount__gte=Decimal("0"), awarded_amount__lte=Decimal("999999999999.99"))
            & Q(closed_on__gte=datetime.date(1990, 1, 1), closed_on__lte=datetime.date(2100, 12, 31)),
            violation_error_message=SAID,
        ),
    ),
    (
        "caseevent",
        models.CheckConstraint(
            name="legal_caseevent_within_bounds",
            condition=Q(on__gte=datetime.date(1880, 1, 1), on__lte=datetime.date(2100, 12, 31)),
            violation_error_message=SAID,
        ),
    ),
    (
        "clock",
        models.CheckConstraint(
            name="legal_clock_within_bounds",
            condition=Q(started_on__gte=datetime.date(1880, 1, 1), started_on__lte=datetime.date(2100, 12, 31))
            & Q(due_on__gte=datetime.date(1880, 1, 1), due_on__lte=datetime.date(2100, 12, 31))
            & Q(warn_on__gte=datetime.date(1880, 1, 1), warn_on__lte=datetime.date(2100, 12, 31))
            & Q(paused_days__gte=0, paused_days__lte=32767),
            violation_error_message=SAID,
        ),
    ),
    (
        "clockrule",
        models.CheckConstraint(
            name="legal_clockrule_within_bounds",
            condition=Q(amount__gte=1, amount__lte=32767)
            & Q(extension__gte=0, extension__lte=32767)
            & Q(warn_days__gte=0, warn_days__lte=32767),
            violation_error_message=SAID,
        ),
    ),
    (
        "recovery",
        models.CheckConstraint(
            name="legal_recovery_within_bounds",
            condition=Q(received_on__gte=datetime.date(1990, 1, 1), received_on__lte=datetime.date(2100, 12, 31))
            & Q(amount__gte=Decimal("0.01"), amount__lte=Decimal("999999999999.99")),
            violation_error_message=SAID,
        ),
    ),
]


class Migration(migrations.Migration):
    dependencies = [("legal", "0003_the_lines_of_a_case_are_written_once")]
    operations = [AddBounds(RULES)]
