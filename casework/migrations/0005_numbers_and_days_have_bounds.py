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
        "assessment",
        models.CheckConstraint(
            name="casework_assessment_within_bounds",
            condition=Q(on__gte=datetime.date(1990, 1, 1), on__lte=datetime.date(2100, 12, 31))
            & Q(people__gte=0, people__lte=32767)
            & Q(income__gte=Decimal("-999999999999.99"), income__lte=Decimal("999999999999.99"))
            & Q(spending__gte=Decimal("0"), spending__lte=Decimal("999999999999.99"))
            & Q(per_capita__gte=Decimal("-999999999999.99"), per_capita__lte=Decimal("999999999999.99"))
            & Q(line__gte=Decimal("0"), line__lte=Decimal("999999999999.99"))
            & Q(multiple__gte=Decimal("0"), multiple__lte=Decimal("9999.99")),
            violation_error_message=SAID,
        ),
    ),
    (
        "bankaccount",
        models.CheckConstraint(
            name="casework_bankaccount_within_bounds",
            condition=Q(since__gte=datetime.date(1880, 1, 1), since__lte=datetime.date(2100, 12, 31))
            & Q(until__gte=datetime.date(1990, 1, 1), until__lte=datetime.date(2100, 12, 31)),
            violation_error_message=SAID,
        ),
    ),
    (
        "callback",
        models.CheckConstraint(
            name="casework_callback_within_bounds",
            condition=Q(due_on__gte=datetime.date(1990, 1, 1), due_on__lte=datetime.date(2100, 12, 31))
            & Q(attempts__gte=0, attempts__lte=32767),
            violation_error_message=SAID,
        ),
    ),
    (
        "consent",
        models.CheckConstraint(
            name="casework_consent_within_bounds",
            condition=Q(signed_on__gte=datetime.date(1990, 1, 1), signed_on__lte=datetime.date(2100, 12, 31))
            & Q(valid_until__gte=datetime.date(1990, 1, 1), valid_until__lte=datetime.date(2100, 12, 31)),
            violation_error_message=SAID,
        ),
    ),
    (
        "employer",
        models.CheckConstraint(
            name="casework_employer_within_bounds",
            condition=Q(namesake__gte=1, namesake__lte=32767),
            violation_error_message=SAID,
        ),
    ),
    (
        "fiveclear",
        models.CheckConstraint(
            name="casework_fiveclear_within_bounds",
            condition=Q(verified_on__gte=datetime.date(1990, 1, 1), verified_on__lte=datetime.date(2100, 12, 31)),
            violation_error_message=SAID,
        ),
    ),
    (
        "hardshipfile",
        models.CheckConstraint(
            name="casework_hardshipfile_within_bounds",
            condition=Q(opened_on__gte=datetime.date(1990, 1, 1), opened_on__lte=datetime.date(2100, 12, 31))
            & Q(category_on__gte=datetime.date(1990, 1, 1), category_on__lte=datetime.date(2100, 12, 31))
            & Q(target_set_on__gte=datetime.date(1990, 1, 1), target_set_on__lte=datetime.date(2100, 12, 31))
            & Q(notice_ends_on__gte=datetime.date(1990, 1, 1), notice_ends_on__lte=datetime.date(2100, 12, 31))
            & Q(monitored_until__gte=datetime.date(1990, 1, 1), monitored_until__lte=datetime.date(2100, 12, 31))
            & Q(exited_on__gte=datetime.date(1990, 1, 1), exited_on__lte=datetime.date(2100, 12, 31))
            & Q(cancelled_on__gte=datetime.date(1990, 1, 1), cancelled_on__lte=datetime.date(2100, 12, 31))
            & Q(changed_on__gte=datetime.date(1990, 1, 1), changed_on__lte=datetime.date(2100, 12, 31))
            & Q(paper_updated_on__gte=datetime.date(1990, 1, 1), paper_updated_on__lte=datetime.date(2100, 12, 31))
            & Q(national_synced_on__gte=datetime.date(1990, 1, 1), national_synced_on__lte=datetime.date(2100, 12, 31)),
            violation_error_message=SAID,
        ),
    ),
    (
        "homevisit",
        models.CheckConstraint(
            name="casework_homevisit_within_bounds",
            condition=Q(visited_on__gte=datetime.date(1990, 1, 1), visited_on__lte=datetime.date(2100, 12, 31)),
            violation_error_message=SAID,
        ),
    ),
    (
        "household",
        models.CheckConstraint(
            name="casework_household_within_bounds",
            condition=Q(floor_area__gte=Decimal("0"), floor_area__lte=Decimal("9999.99"))
            & Q(declared_size__gte=1, declared_size__lte=30)
            & Q(declared_head_monthly__gte=Decimal("0"), declared_head_monthly__lte=Decimal("999999.99"))
            & Q(declared_other_annual__gte=Decimal("0"), declared_other_annual__lte=Decimal("99999999.99"))
            & Q(declared_annual__gte=Decimal("0"), declared_annual__lte=Decimal("99999999.99"))
            & Q(declared_per_capita__gte=Decimal("-99999999.99"), declared_per_capita__lte=Decimal("99999999.99")),
            violation_error_message=SAID,
        ),
    ),
    (
        "incomeitem",
        models.CheckConstraint(
            name="casework_incomeitem_within_bounds",
            condition=Q(amount__gte=Decimal("0"), amount__lte=Decimal("99999999.99"))
            & Q(month__gte=datetime.date(1990, 1, 1), month__lte=datetime.date(2100, 12, 31))
            & Q(year_ending_on__gte=datetime.date(1990, 1, 1), year_ending_on__lte=datetime.date(2100, 12, 31)),
            violation_error_message=SAID,
        ),
    ),
    (
        "matter",
        models.CheckConstraint(
            name="casework_matter_within_bounds",
            condition=Q(returns__gte=0, returns__lte=32767)
            & Q(tell_by__gte=datetime.date(1990, 1, 1), tell_by__lte=datetime.date(2100, 12, 31))
            & Q(due_on__gte=datetime.date(1990, 1, 1), due_on__lte=datetime.date(2100, 12, 31))
            & Q(supervised_until__gte=datetime.date(1990, 1, 1), supervised_until__lte=datetime.date(2100, 12, 31)),
            violation_error_message=SAID,
        ),
    ),
    (
        "membership",
        models.CheckConstraint(
            name="casework_membership_within_bounds",
            condition=Q(since__gte=datetime.date(1880, 1, 1), since__lte=datetime.date(2100, 12, 31))
            & Q(until__gte=datetime.date(1880, 1, 1), until__lte=datetime.date(2100, 12, 31)),
            violation_error_message=SAID,
        ),
    ),
    (
        "person",
        models.CheckConstraint(
            name="casework_person_within_bounds",
            condition=Q(birth_date__gte=datetime.date(1880, 1, 1), birth_date__lte=datetime.date(2100, 12, 31))
            & Q(died_on__gte=datetime.date(1880, 1, 1), died_on__lte=datetime.date(2100, 12, 31))
            & Q(enrol_year__gte=1950, enrol_year__lte=2100)
            & Q(school_years__gte=0, school_years__lte=12)
            & Q(work_start_on__gte=datetime.date(1880, 1, 1), work_start_on__lte=datetime.date(2100, 12, 31))
            & Q(contract_signed_on__gte=datetime.date(1880, 1, 1), contract_signed_on__lte=datetime.date(2100, 12, 31)),
            violation_error_message=SAID,
        ),
    ),
    (
        "spendingitem",
        models.CheckConstraint(
            name="casework_spendingitem_within_bounds",
            condition=Q(amount__gte=Decimal("0"), amount__lte=Decimal("99999999.99"))
            & Q(month__gte=datetime.date(1990, 1, 1), month__lte=datetime.date(2100, 12, 31))
            & Q(year_ending_on__gte=datetime.date(1990, 1, 1), year_ending_on__lte=datetime.date(2100, 12, 31)),
            violation_error_message=SAID,
        ),
    ),
    (
        "visit",
        models.CheckConstraint(
            name="casework_visit_within_bounds",
            condition=Q(people__gte=1, people__lte=9999)
            & Q(received_on__gte=datetime.date(1990, 1, 1), received_on__lte=datetime.date(2100, 12, 31)),
            violation_error_message=SAID,
        ),
    ),
    (
        "visitpurpose",
        models.CheckConstraint(
            name="casework_visitpurpose_within_bounds",
            condition=Q(digit__gte=0, digit__lte=32767),
            violation_error_message=SAID,
        ),
    ),
    (
        "death",
        models.CheckConstraint(
            name="casework_death_within_bounds",
            condition=Q(died_on__gte=datetime.date(1880, 1, 1), died_on__lte=datetime.date(2100, 12, 31)),
            violation_error_message=SAID,
        ),
    ),
    (
        "filespell",
        models.CheckConstraint(
            name="casework_filespell_within_bounds",
            condition=Q(since__gte=datetime.date(1990, 1, 1), since__lte=datetime.date(2100, 12, 31))
            & Q(until__gte=datetime.date(1990, 1, 1), until__lte=datetime.date(2100, 12, 31)),
            violation_error_message=SAID,
        ),
    ),
    (
        "categoryspell",
        models.CheckConstraint(
            name="casework_categoryspell_within_bounds",
            condition=Q(since__gte=datetime.date(1990, 1, 1), since__lte=datetime.date(2100, 12, 31))
            & Q(until__gte=datetime.date(1990, 1, 1), until__lte=datetime.date(2100, 12, 31)),
            violation_error_message=SAID,
        ),
    ),
]


class Migration(migrations.Migration):
    dependencies = [("casework", "0004_the_life_of_files_is_written_by_triggers")]
    operations = [AddBounds(RULES)]
