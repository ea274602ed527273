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
        "application",
        models.CheckConstraint(
            name="relief_application_within_bounds",
            condition=Q(asked_amount__gte=Decimal("0"), asked_amount__lte=Decimal("99999999.99"))
            & Q(self_paid__gte=Decimal("0"), self_paid__lte=Decimal("99999999.99"))
            & Q(other_aid__gte=Decimal("0"), other_aid__lte=Decimal("99999999.99"))
            & Q(school_year__gte=2008, school_year__lte=2100)
            & Q(computed_amount__gte=Decimal("0"), computed_amount__lte=Decimal("99999999.99"))
            & Q(proposed_amount__gte=Decimal("0"), proposed_amount__lte=Decimal("99999999.99"))
            & Q(returned_times__gte=0, returned_times__lte=32767)
            & Q(notice_ends_on__gte=datetime.date(1990, 1, 1), notice_ends_on__lte=datetime.date(2100, 12, 31))
            & Q(noticed_amount__gte=Decimal("0"), noticed_amount__lte=Decimal("99999999.99"))
            & Q(granting_amount__gte=Decimal("0"), granting_amount__lte=Decimal("99999999.99")),
            violation_error_message=SAID,
        ),
    ),
    (
        "approvalband",
        models.CheckConstraint(
            name="relief_approvalband_within_bounds",
            condition=Q(
                during__startswith__gte=datetime.date(1990, 1, 1), during__endswith__lte=datetime.date(2101, 1, 1)
            )
            & Q(up_to__gte=Decimal("0"), up_to__lte=Decimal("999999999999.99")),
            violation_error_message=SAID,
        ),
    ),
    (
        "award",
        models.CheckConstraint(
            name="relief_award_within_bounds",
            condition=Q(amount__gte=Decimal("0.01"), amount__lte=Decimal("99999999.99"))
            & Q(cap__gte=Decimal("0"), cap__lte=Decimal("99999999.99"))
            & Q(notice_ends_on__gte=datetime.date(1990, 1, 1), notice_ends_on__lte=datetime.date(2100, 12, 31)),
            violation_error_message=SAID,
        ),
    ),
    (
        "balance",
        models.CheckConstraint(
            name="relief_balance_within_bounds",
            condition=Q(amount__gte=Decimal("-999999999999.99"), amount__lte=Decimal("999999999999.99")),
            violation_error_message=SAID,
        ),
    ),
    (
        "bankreturn",
        models.CheckConstraint(
            name="relief_bankreturn_within_bounds",
            condition=Q(paid__gte=0, paid__lte=32767)
            & Q(failed__gte=0, failed__lte=32767)
            & Q(unanswered__gte=0, unanswered__lte=32767),
            violation_error_message=SAID,
        ),
    ),
    (
        "closing",
        models.CheckConstraint(
            name="relief_closing_within_bounds",
            condition=Q(year__gte=2000, year__lte=2100)
            & Q(month__gte=0, month__lte=12)
            & Q(until__gte=datetime.date(1990, 1, 1), until__lte=datetime.date(2100, 12, 31)),
            violation_error_message=SAID,
        ),
    ),
    (
        "correction",
        models.CheckConstraint(
            name="relief_correction_within_bounds",
            condition=Q(amount__gte=Decimal("0.01"), amount__lte=Decimal("99999999.99")),
            violation_error_message=SAID,
        ),
    ),
    (
        "decision",
        models.CheckConstraint(
            name="relief_decision_within_bounds",
            condition=Q(amount__gte=Decimal("0"), amount__lte=Decimal("99999999.99"))
            & Q(noticed_amount__gte=Decimal("0"), noticed_amount__lte=Decimal("99999999.99"))
            & Q(agenda_item_id__gte=0, agenda_item_id__lte=9223372036854775807),
            violation_error_message=SAID,
        ),
    ),
    (
        "emergencypower",
        models.CheckConstraint(
            name="relief_emergencypower_within_bounds",
            condition=Q(
                during__startswith__gte=datetime.date(1990, 1, 1), during__endswith__lte=datetime.date(2101, 1, 1)
            )
            & Q(ceiling__gte=Decimal("0.01"), ceiling__lte=Decimal("99999999.99")),
            violation_error_message=SAID,
        ),
    ),
    (
        "fundsource",
        models.CheckConstraint(
            name="relief_fundsource_within_bounds",
            condition=Q(year__gte=2000, year__lte=2100)
            & Q(received_on__gte=datetime.date(1990, 1, 1), received_on__lte=datetime.date(2100, 12, 31))
            & Q(idle_warning_days__gte=0, idle_warning_days__lte=3650),
            violation_error_message=SAID,
        ),
    ),
    (
        "instalment",
        models.CheckConstraint(
            name="relief_instalment_within_bounds",
            condition=Q(number__gte=1, number__lte=32767)
            & Q(due_on__gte=datetime.date(1990, 1, 1), due_on__lte=datetime.date(2100, 12, 31))
            & Q(amount__gte=Decimal("0.01"), amount__lte=Decimal("99999999.99")),
            violation_error_message=SAID,
        ),
    ),
    (
        "invoice",
        models.CheckConstraint(
            name="relief_invoice_within_bounds",
            condition=Q(issued_on__gte=datetime.date(2008, 1, 1), issued_on__lte=datetime.date(2100, 12, 31))
            & Q(self_paid__gte=Decimal("0.01"), self_paid__lte=Decimal("99999999.99")),
            violation_error_message=SAID,
        ),
    ),
    (
        "ledgertransaction",
        models.CheckConstraint(
            name="relief_ledgertransaction_within_bounds",
            condition=Q(line__gte=0, line__lte=2147483647),
            violation_error_message=SAID,
        ),
    ),
    (
        "payment",
        models.CheckConstraint(
            name="relief_payment_within_bounds",
            condition=Q(line__gte=0, line__lte=32767)
            & Q(amount__gte=Decimal("0.01"), amount__lte=Decimal("99999999.99"))
            & Q(answered_on__gte=datetime.date(1990, 1, 1), answered_on__lte=datetime.date(2100, 12, 31)),
            violation_error_message=SAID,
        ),
    ),
    (
        "posting",
        models.CheckConstraint(
            name="relief_posting_within_bounds",
            condition=Q(amount__gte=Decimal("-999999999999.99"), amount__lte=Decimal("999999999999.99")),
            violation_error_message=SAID,
        ),
    ),
    (
        "programme",
        models.CheckConstraint(
            name="relief_programme_within_bounds",
            condition=Q(position__gte=0, position__lte=32767),
            violation_error_message=SAID,
        ),
    ),
    (
        "programmeversion",
        models.CheckConstraint(
            name="relief_programmeversion_within_bounds",
            condition=Q(
                during__startswith__gte=datetime.date(1990, 1, 1), during__endswith__lte=datetime.date(2101, 1, 1)
            )
            & Q(number__gte=1, number__lte=32767)
            & Q(times_per_year__gte=1, times_per_year__lte=366)
            & Q(instalment_count__gte=1, instalment_count__lte=120)
            & Q(notice_days__gte=0, notice_days__lte=365)
            & Q(sum_months__gte=1, sum_months__lte=60)
            & Q(quorum_percent__gte=0, quorum_percent__lte=100)
            & Q(majority_percent__gte=0, majority_percent__lte=100),
            violation_error_message=SAID,
        ),
    ),
    (
        "terms",
        models.CheckConstraint(
            name="relief_terms_within_bounds",
            condition=Q(
                during__startswith__gte=datetime.date(1990, 1, 1), during__endswith__lte=datetime.date(2101, 1, 1)
            )
            & Q(late_days__gte=0, late_days__lte=3650)
            & Q(ratify_days__gte=0, ratify_days__lte=3650)
            & Q(look_back_months__gte=0, look_back_months__lte=120)
            & Q(notice_excess_percent__gte=0, notice_excess_percent__lte=100),
            violation_error_message=SAID,
        ),
    ),
]


class Migration(migrations.Migration):
    dependencies = [("relief", "0007_layouts_of_banks")]
    operations = [AddBounds(RULES)]
