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
        "accessentry",
        models.CheckConstraint(
            name="center_accessentry_within_bounds",
            condition=Q(rows__gte=0, rows__lte=2147483647) & Q(office__gte=0, office__lte=9223372036854775807),
            violation_error_message=SAID,
        ),
    ),
    (
        "agendaitem",
        models.CheckConstraint(
            name="center_agendaitem_within_bounds",
            condition=Q(position__gte=0, position__lte=32767)
            & Q(proposed__gte=Decimal("0"), proposed__lte=Decimal("99999999.99"))
            & Q(quorum__gte=0, quorum__lte=32767)
            & Q(majority_percent__gte=0, majority_percent__lte=100)
            & Q(amount__gte=Decimal("0"), amount__lte=Decimal("99999999.99")),
            violation_error_message=SAID,
        ),
    ),
    (
        "assignment",
        models.CheckConstraint(
            name="center_assignment_within_bounds",
            condition=Q(starts_on__gte=datetime.date(1990, 1, 1), starts_on__lte=datetime.date(2100, 12, 31))
            & Q(ends_on__gte=datetime.date(1990, 1, 1), ends_on__lte=datetime.date(2100, 12, 31)),
            violation_error_message=SAID,
        ),
    ),
    (
        "calendarday",
        models.CheckConstraint(
            name="center_calendarday_within_bounds",
            condition=Q(day__gte=datetime.date(1990, 1, 1), day__lte=datetime.date(2100, 12, 31)),
            violation_error_message=SAID,
        ),
    ),
    (
        "calendaryear",
        models.CheckConstraint(
            name="center_calendaryear_within_bounds",
            condition=Q(year__gte=2000, year__lte=2100),
            violation_error_message=SAID,
        ),
    ),
    (
        "code",
        models.CheckConstraint(
            name="center_code_within_bounds",
            condition=Q(position__gte=0, position__lte=32767)
            & Q(starts_on__gte=datetime.date(1880, 1, 1), starts_on__lte=datetime.date(2100, 12, 31))
            & Q(retired_on__gte=datetime.date(1880, 1, 1), retired_on__lte=datetime.date(2100, 12, 31)),
            violation_error_message=SAID,
        ),
    ),
    (
        "counter",
        models.CheckConstraint(
            name="center_counter_within_bounds",
            condition=Q(year__gte=2000, year__lte=2100) & Q(last__gte=0, last__lte=2147483647),
            violation_error_message=SAID,
        ),
    ),
    (
        "destroyedrow",
        models.CheckConstraint(
            name="center_destroyedrow_within_bounds",
            condition=Q(row__gte=0, row__lte=9223372036854775807),
            violation_error_message=SAID,
        ),
    ),
    (
        "document",
        models.CheckConstraint(
            name="center_document_within_bounds",
            condition=Q(size__gte=0, size__lte=2147483647) & Q(pages__gte=0, pages__lte=2147483647),
            violation_error_message=SAID,
        ),
    ),
    (
        "export",
        models.CheckConstraint(
            name="center_export_within_bounds",
            condition=Q(rows__gte=0, rows__lte=2147483647) & Q(seal__gte=0, seal__lte=9223372036854775807),
            violation_error_message=SAID,
        ),
    ),
    (
        "import",
        models.CheckConstraint(
            name="center_import_within_bounds",
            condition=Q(size__gte=0, size__lte=2147483647),
            violation_error_message=SAID,
        ),
    ),
    (
        "issueddocument",
        models.CheckConstraint(
            name="center_issueddocument_within_bounds",
            condition=Q(version__gte=0, version__lte=32767)
            & Q(size__gte=0, size__lte=2147483647)
            & Q(pages__gte=0, pages__lte=2147483647),
            violation_error_message=SAID,
        ),
    ),
    (
        "job",
        models.CheckConstraint(
            name="center_job_within_bounds",
            condition=Q(done__gte=0, done__lte=2147483647)
            & Q(total__gte=0, total__lte=2147483647)
            & Q(attempts__gte=0, attempts__lte=32767),
            violation_error_message=SAID,
        ),
    ),
    (
        "meeting",
        models.CheckConstraint(
            name="center_meeting_within_bounds",
            condition=Q(held_on__gte=datetime.date(1990, 1, 1), held_on__lte=datetime.date(2100, 12, 31))
            & Q(quorum__gte=0, quorum__lte=32767),
            violation_error_message=SAID,
        ),
    ),
    (
        "motion",
        models.CheckConstraint(
            name="center_motion_within_bounds",
            condition=Q(amount__gte=Decimal("0"), amount__lte=Decimal("99999999.99"))
            & Q(voters__gte=0, voters__lte=32767)
            & Q(majority_percent__gte=0, majority_percent__lte=100)
            & Q(votes_for__gte=0, votes_for__lte=32767)
            & Q(votes_against__gte=0, votes_against__lte=32767)
            & Q(abstentions__gte=0, abstentions__lte=32767),
            violation_error_message=SAID,
        ),
    ),
    (
        "notice",
        models.CheckConstraint(
            name="center_notice_within_bounds",
            condition=Q(working_days__gte=0, working_days__lte=32767)
            & Q(starts_on__gte=datetime.date(1990, 1, 1), starts_on__lte=datetime.date(2100, 12, 31))
            & Q(ends_on__gte=datetime.date(1990, 1, 1), ends_on__lte=datetime.date(2100, 12, 31)),
            violation_error_message=SAID,
        ),
    ),
    (
        "noticeentry",
        models.CheckConstraint(
            name="center_noticeentry_within_bounds",
            condition=Q(position__gte=0, position__lte=32767)
            & Q(amount__gte=Decimal("0"), amount__lte=Decimal("99999999.99")),
            violation_error_message=SAID,
        ),
    ),
    (
        "office",
        models.CheckConstraint(
            name="center_office_within_bounds",
            condition=Q(opened_on__gte=datetime.date(1880, 1, 1), opened_on__lte=datetime.date(2100, 12, 31))
            & Q(closed_on__gte=datetime.date(1990, 1, 1), closed_on__lte=datetime.date(2100, 12, 31))
            & Q(went_live_on__gte=datetime.date(1990, 1, 1), went_live_on__lte=datetime.date(2100, 12, 31)),
            violation_error_message=SAID,
        ),
    ),
    (
        "officelink",
        models.CheckConstraint(
            name="center_officelink_within_bounds",
            condition=Q(
                during__startswith__gte=datetime.date(1990, 1, 1), during__endswith__lte=datetime.date(2101, 1, 1)
            ),
            violation_error_message=SAID,
        ),
    ),
    (
        "seal",
        models.CheckConstraint(
            name="center_seal_within_bounds",
            condition=Q(n__gte=0, n__lte=9223372036854775807) & Q(rows__gte=0, rows__lte=2147483647),
            violation_error_message=SAID,
        ),
    ),
    (
        "stagedrow",
        models.CheckConstraint(
            name="center_stagedrow_within_bounds",
            condition=Q(row__gte=0, row__lte=2147483647),
            violation_error_message=SAID,
        ),
    ),
    (
        "standard",
        models.CheckConstraint(
            name="center_standard_within_bounds",
            condition=Q(
                during__startswith__gte=datetime.date(1990, 1, 1), during__endswith__lte=datetime.date(2101, 1, 1)
            )
            & Q(value__gte=Decimal("0"), value__lte=Decimal("999999999999.99")),
            violation_error_message=SAID,
        ),
    ),
    (
        "succession",
        models.CheckConstraint(
            name="center_succession_within_bounds",
            condition=Q(on_date__gte=datetime.date(1990, 1, 1), on_date__lte=datetime.date(2100, 12, 31)),
            violation_error_message=SAID,
        ),
    ),
    (
        "event",
        models.CheckConstraint(
            name="center_event_within_bounds",
            condition=Q(office__gte=0, office__lte=9223372036854775807),
            violation_error_message=SAID,
        ),
    ),
    (
        "rowstate",
        models.CheckConstraint(
            name="center_rowstate_within_bounds",
            condition=Q(row__gte=0, row__lte=9223372036854775807),
            violation_error_message=SAID,
        ),
    ),
]


class Migration(migrations.Migration):
    dependencies = [("center", "0006_what_money_rests_on_keeps_its_states")]
    operations = [AddBounds(RULES)]
