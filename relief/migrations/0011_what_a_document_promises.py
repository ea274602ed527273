"""A document may promise more than has arrived: the plan of a source."""

import datetime
from decimal import Decimal

from django.db import migrations, models

from center.models.bounds import AddBounds

BOUNDS = models.CheckConstraint(
    condition=models.Q(
        ("year__gte", 2000),
        ("year__lte", 2100),
        ("planned__gte", Decimal("0")),
        ("planned__lte", Decimal("999999999999.99")),
        ("received_on__gte", datetime.date(1990, 1, 1)),
        ("received_on__lte", datetime.date(2100, 12, 31)),
        ("idle_warning_days__gte", 0),
        ("idle_warning_days__lte", 3650),
    ),
    name="relief_fundsource_within_bounds",
    violation_error_message="An amount, a number or a day lies beyond what is possible. Check what was typed.",
)


class Migration(migrations.Migration):
    dependencies = [("relief", "0010_the_cash_desk")]

    operations = [
        migrations.RemoveConstraint(model_name="fundsource", name="relief_fundsource_within_bounds"),
        migrations.AddField(
            model_name="fundsource",
            name="planned",
            field=models.DecimalField(
                blank=True, decimal_places=2, max_digits=14, null=True, verbose_name="planned by the document"
            ),
        ),
        AddBounds([("fundsource", BOUNDS)]),
    ]
