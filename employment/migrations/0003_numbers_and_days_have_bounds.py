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
        "placement",
        models.CheckConstraint(
            name="employment_placement_within_bounds",
            condition=Q(started_on__gte=datetime.date(1990, 1, 1), started_on__lte=datetime.date(2100, 12, 31))
            & Q(wage__gte=Decimal("0"), wage__lte=Decimal("999999.99")),
            violation_error_message=SAID,
        ),
    ),
    (
        "referral",
        models.CheckConstraint(
            name="employment_referral_within_bounds",
            condition=Q(score__gte=0, score__lte=32767)
            & Q(sent_on__gte=datetime.date(1990, 1, 1), sent_on__lte=datetime.date(2100, 12, 31))
            & Q(answer_by__gte=datetime.date(1990, 1, 1), answer_by__lte=datetime.date(2100, 12, 31)),
            violation_error_message=SAID,
        ),
    ),
    (
        "retentioncheck",
        models.CheckConstraint(
            name="employment_retentioncheck_within_bounds",
            condition=Q(months__gte=1, months__lte=32767)
            & Q(due_on__gte=datetime.date(1990, 1, 1), due_on__lte=datetime.date(2100, 12, 31)),
            violation_error_message=SAID,
        ),
    ),
    (
        "seeker",
        models.CheckConstraint(
            name="employment_seeker_within_bounds",
            condition=Q(registered_on__gte=datetime.date(1990, 1, 1), registered_on__lte=datetime.date(2100, 12, 31))
            & Q(valid_until__gte=datetime.date(1990, 1, 1), valid_until__lte=datetime.date(2100, 12, 31))
            & Q(wanted_wage__gte=Decimal("0"), wanted_wage__lte=Decimal("999999.99"))
            & Q(skill_level__gte=0, skill_level__lte=32767)
            & Q(jobless_since__gte=datetime.date(1880, 1, 1), jobless_since__lte=datetime.date(2100, 12, 31)),
            violation_error_message=SAID,
        ),
    ),
    (
        "terms",
        models.CheckConstraint(
            name="employment_terms_within_bounds",
            condition=Q(
                during__startswith__gte=datetime.date(1990, 1, 1), during__endswith__lte=datetime.date(2101, 1, 1)
            )
            & Q(follow_up_months__contained_by=list(range(1, 121)))
            & Q(seeker_days__gte=0, seeker_days__lte=3650)
            & Q(vacancy_days__gte=0, vacancy_days__lte=3650)
            & Q(answer_days__gte=0, answer_days__lte=3650)
            & Q(renew_days__gte=0, renew_days__lte=3650)
            & Q(seeker_warn_days__gte=0, seeker_warn_days__lte=3650)
            & Q(vacancy_warn_days__gte=0, vacancy_warn_days__lte=3650),
            violation_error_message=SAID,
        ),
    ),
    (
        "vacancy",
        models.CheckConstraint(
            name="employment_vacancy_within_bounds",
            condition=Q(posts__gte=1, posts__lte=32767)
            & Q(wage_from__gte=Decimal("0"), wage_from__lte=Decimal("999999.99"))
            & Q(wage_to__gte=Decimal("0"), wage_to__lte=Decimal("999999.99"))
            & Q(skill_level__gte=0, skill_level__lte=32767)
            & Q(valid_until__gte=datetime.date(1990, 1, 1), valid_until__lte=datetime.date(2100, 12, 31))
            & Q(taken__gte=0, taken__lte=32767),
            violation_error_message=SAID,
        ),
    ),
]


class Migration(migrations.Migration):
    dependencies = [("employment", "0002_registrations_ended_by_a_death")]
    operations = [AddBounds(RULES)]
