"""Education relief names its student, small grants add up, and a decision remembers what the public was told."""

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


# Until now the applicant was taken for the student, and each school year was counted for them.
STUDENTS = """
UPDATE relief_application SET beneficiary_id = person_id WHERE school_year IS NOT NULL AND beneficiary_id IS NULL;
SET CONSTRAINTS ALL IMMEDIATE;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("casework", "0002_the_purposes_of_visits"),
        ("center", "0003_votes_and_roles_keep_apart"),
        ("relief", "0005_awards_held_by_a_death"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="application",
            name="education_one_year_one_student",
        ),
        migrations.AddField(
            model_name="application",
            name="beneficiary",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="benefits",
                to="casework.person",
                verbose_name="patient or student",
            ),
        ),
        migrations.AddField(
            model_name="application",
            name="school",
            field=models.CharField(blank=True, max_length=120, verbose_name="school"),
        ),
        migrations.AddField(
            model_name="application",
            name="stage_reason",
            field=models.CharField(blank=True, max_length=200, verbose_name="why this stage at this age"),
        ),
        migrations.AddField(
            model_name="decision",
            name="noticed_amount",
            field=models.DecimalField(
                blank=True, decimal_places=2, max_digits=14, null=True, verbose_name="noticed amount"
            ),
        ),
        migrations.AddField(
            model_name="programmeversion",
            name="sum_months",
            field=models.PositiveSmallIntegerField(
                default=3,
                help_text="Who may grant is asked for all that the household was granted in this time.",
                validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(60)],
                verbose_name="small grants add up over, months",
            ),
        ),
        migrations.AddField(
            model_name="terms",
            name="notice_excess_percent",
            field=models.PositiveSmallIntegerField(
                default=10,
                validators=[django.core.validators.MaxValueValidator(100)],
                verbose_name="a decision above the notice by more than, percent, needs a new one",
            ),
        ),
        migrations.RunSQL(STUDENTS, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="application",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    ("school_year__isnull", False),
                    models.Q(("status__in", ("draft", "refused", "withdrawn")), _negated=True),
                ),
                fields=("beneficiary", "school_year"),
                name="education_one_year_one_student",
                violation_error_message="This student already has an application for this school year.",
            ),
        ),
        migrations.AddConstraint(
            model_name="application",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("school_year", None),
                    ("status__in", ("draft", "withdrawn")),
                    ("beneficiary__isnull", False),
                    _connector="OR",
                ),
                name="education_names_its_student",
                violation_error_message="Education relief names its student.",
            ),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("noticed_amount", None),
                    ("amount", None),
                    ("how", "ratification"),
                    ("amount__lte", models.F("noticed_amount")),
                    models.Q(models.Q(("reason_code", ""), _negated=True), models.Q(("reason", ""), _negated=True)),
                    _connector="OR",
                ),
                name="decision_above_the_notice_has_a_reason",
                violation_error_message="An amount above the noticed one needs a reason from the list and words.",
            ),
        ),
        migrations.AddConstraint(
            model_name="programmeversion",
            constraint=models.CheckConstraint(
                condition=models.Q(("sum_months__range", (1, 60))),
                name="programme_adds_up_over_a_month_or_more",
                violation_error_message="Grants add up over one to sixty months.",
            ),
        ),
        migrations.AddConstraint(
            model_name="terms",
            constraint=models.CheckConstraint(
                condition=models.Q(("notice_excess_percent__lte", 100)),
                name="relief_terms_exceed_a_notice_at_most_twice",
                violation_error_message="The share lies between 0 and 100 percent.",
            ),
        ),
    ]
