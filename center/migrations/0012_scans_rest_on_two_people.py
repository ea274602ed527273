"""A scan of minutes or of a posted notice without a readable code waits for a second person, those that are kept already too."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


# What nobody recognised by its code so far stands on the word of whoever brought it in.
KEPT = """
INSERT INTO center_comparedscan (document_id, meeting_id, notice_id, named_by_id, named_at, status, answer)
SELECT d.id, m.id, n.id, d.added_by_id, d.added_at, 'asked', ''
FROM center_document d
LEFT JOIN center_meeting m ON d.subject = 'center.meeting:' || m.id
LEFT JOIN center_notice n ON d.subject = 'center.notice:' || n.id
WHERE d.print_code = '' AND d.removed_at IS NULL AND d.kind IN ('minutes', 'notice_photo')
  AND (m.id IS NOT NULL OR n.id IS NOT NULL)
ORDER BY d.id
"""


class Migration(migrations.Migration):
    dependencies = [
        ("center", "0011_no_opaque_code_on_a_notice"),
    ]

    operations = [
        migrations.CreateModel(
            name="ComparedScan",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("named_at", models.DateTimeField(blank=True, null=True, verbose_name="named at")),
                ("settled_at", models.DateTimeField(blank=True, null=True, verbose_name="settled at")),
                ("answer", models.CharField(blank=True, max_length=200, verbose_name="answer")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("asked", "waits for the second person"),
                            ("done", "confirmed"),
                            ("turned_down", "turned down"),
                            ("taken_off", "taken off"),
                        ],
                        default="asked",
                        max_length=12,
                        verbose_name="status",
                    ),
                ),
                (
                    "document",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="word",
                        to="center.document",
                        verbose_name="scan",
                    ),
                ),
                (
                    "meeting",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="center.meeting",
                        verbose_name="meeting",
                    ),
                ),
                (
                    "named_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="named by",
                    ),
                ),
                (
                    "notice",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="center.notice",
                        verbose_name="notice",
                    ),
                ),
                (
                    "settled_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="second person",
                    ),
                ),
            ],
            options={
                "verbose_name": "scan without a code",
                "verbose_name_plural": "scans without a code",
                "ordering": ("pk",),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("meeting__isnull", False), ("notice", None)),
                            models.Q(("meeting", None), ("notice__isnull", False)),
                            _connector="OR",
                        ),
                        name="compared_scan_is_of_one_record",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("named_at__isnull", False), ("named_by__isnull", False)),
                        name="compared_scan_has_who_compared_it",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("settled_at", None), ("settled_by", None)),
                            models.Q(("settled_at__isnull", False), ("settled_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="compared_scan_settled_has_who_and_when",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "done"), _negated=True),
                            models.Q(
                                ("named_by__isnull", False),
                                ("settled_by__isnull", False),
                                models.Q(("settled_by", models.F("named_by")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="compared_scan_has_two_people",
                        violation_error_message="The second person must be somebody else.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status__in", ("turned_down", "taken_off")), _negated=True),
                            models.Q(("answer", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="compared_scan_turned_down_has_an_answer",
                    ),
                ],
            },
        ),
        migrations.RunSQL(KEPT, migrations.RunSQL.noop),
    ]
