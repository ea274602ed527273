"""Ink in the boxes of a scan is measured; what nobody has looked through yet was not, and is two people's word."""

import django.contrib.postgres.fields
from django.db import migrations, models

from center.models.bounds import AddBounds

LINES = list(range(1, 501))


class Migration(migrations.Migration):
    dependencies = [("relief", "0012_names_in_english")]

    operations = [
        migrations.AddField(
            model_name="signedsheet",
            name="bare",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.PositiveSmallIntegerField(),
                blank=True,
                default=list,
                size=None,
                verbose_name="without ink",
            ),
        ),
        migrations.AddField(
            model_name="signedsheet",
            name="unseen",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.PositiveSmallIntegerField(),
                blank=True,
                default=list,
                size=None,
                verbose_name="box not found",
            ),
        ),
        migrations.RunSQL(
            "UPDATE relief_signedsheet SET unseen = lines WHERE recognised AND status = 'taken'", migrations.RunSQL.noop
        ),
        migrations.RemoveConstraint(model_name="signedsheet", name="relief_signedsheet_within_bounds"),
        migrations.RemoveConstraint(model_name="signedsheet", name="signed_sheet_without_code_has_two_people"),
        migrations.AddConstraint(
            model_name="signedsheet",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "done"), _negated=True),
                    models.Q(
                        ("named_by__isnull", False),
                        ("recognised", True),
                        ("bare__contained_by", models.F("unsigned")),
                        ("unseen__contained_by", models.F("unsigned")),
                    ),
                    models.Q(
                        ("named_by__isnull", False),
                        ("settled_by__isnull", False),
                        models.Q(("settled_by", models.F("named_by")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="signed_sheet_without_ink_has_two_people",
                violation_error_message="The second person must be somebody else.",
            ),
        ),
        AddBounds(
            [
                (
                    "signedsheet",
                    models.CheckConstraint(
                        condition=models.Q(
                            ("lines__contained_by", LINES),
                            ("unsigned__contained_by", LINES),
                            ("bare__contained_by", LINES),
                            ("unseen__contained_by", LINES),
                        ),
                        name="relief_signedsheet_within_bounds",
                        violation_error_message="An amount, a number or a day lies beyond what is possible. Check what was typed.",
                    ),
                )
            ]
        ),
    ]
