"""The cash desk: signed sheets, batches sent back, what a bank told by mouth, marks on findings, and layouts with history."""

import center.models.base
import datetime
import django.contrib.postgres.fields
import django.contrib.postgres.functions
import django.db.models.deletion
import pghistory.utils
import pgtrigger.compiler
import pgtrigger.migrations
import relief.models.fields
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models

from center.models.bounds import AddBounds


LINES = list(range(1, 501))
COLUMNS = """id, code, office_id, name, encoding, separator, has_header, out_columns, answer_columns, purpose, paid_words,
failed_words, pending_words, total_words, reasons, kept_by_id, kept_at"""
# The layouts that stand begin their history with what they are.
BEGIN = f"""
INSERT INTO relief_banklayoutevent (pgh_created_at, pgh_label, pgh_obj_id, {COLUMNS})
SELECT now(), 'insert', id, {COLUMNS} FROM relief_banklayout ORDER BY id;
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("casework", "0006_the_same_name_is_recognised"),
        ("center", "0007_numbers_and_days_have_bounds"),
        ("relief", "0009_the_same_number_is_recognised"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="BankLayoutEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                (
                    "salt",
                    models.UUIDField(
                        db_default=django.contrib.postgres.functions.RandomUUID(), editable=False, null=True
                    ),
                ),
                ("pgh_context", pghistory.utils.JSONField(null=True)),
                ("pgh_context_id", models.UUIDField(null=True)),
                ("id", models.BigIntegerField()),
                ("code", models.CharField(default=center.models.base.random_code, editable=False, max_length=12)),
                ("name", models.CharField(max_length=60, verbose_name="name")),
                (
                    "encoding",
                    models.CharField(
                        choices=[("gb18030", "GB18030"), ("utf-8-sig", "UTF-8")],
                        default="gb18030",
                        max_length=10,
                        verbose_name="encoding",
                    ),
                ),
                (
                    "separator",
                    models.CharField(
                        choices=[(",", "comma"), ("|", "vertical bar"), (";", "semicolon"), ("\t", "tabulator")],
                        default=",",
                        max_length=1,
                        verbose_name="between columns",
                    ),
                ),
                ("has_header", models.BooleanField(default=True, verbose_name="has a line of headings")),
                ("out_columns", models.JSONField(verbose_name="columns that we write")),
                ("answer_columns", models.JSONField(verbose_name="columns that the bank answers with")),
                ("purpose", models.CharField(blank=True, max_length=40, verbose_name="purpose written on each line")),
                (
                    "paid_words",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="words that mean paid",
                    ),
                ),
                (
                    "failed_words",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="words that mean returned",
                    ),
                ),
                (
                    "pending_words",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="words that mean not yet",
                    ),
                ),
                (
                    "total_words",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="words that begin a total line",
                    ),
                ),
                ("reasons", models.JSONField(blank=True, default=dict, verbose_name="codes of reasons")),
                ("kept_at", models.DateTimeField(default=relief.models.fields.now, verbose_name="kept at")),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="FindingMark",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("rule", models.CharField(max_length=40, verbose_name="rule")),
                (
                    "state",
                    models.CharField(
                        choices=[("checked", "looked at, in order"), ("explained", "explained"), ("fault", "a fault")],
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("text", models.CharField(blank=True, max_length=200, verbose_name="explanation")),
                ("marked_at", models.DateTimeField(default=relief.models.fields.now, verbose_name="marked at")),
            ],
            options={
                "verbose_name": "mark on a finding",
                "verbose_name_plural": "marks on findings",
                "ordering": ("pk",),
            },
        ),
        migrations.CreateModel(
            name="SignedSheet",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "code",
                    models.CharField(
                        default=center.models.base.random_code, editable=False, max_length=12, unique=True
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("taken", "to be looked through"),
                            ("asked", "waits for the second person"),
                            ("done", "confirmed"),
                            ("turned_down", "turned down"),
                            ("taken_off", "taken off"),
                        ],
                        default="taken",
                        max_length=12,
                        verbose_name="status",
                    ),
                ),
                ("recognised", models.BooleanField(verbose_name="recognised by its code")),
                (
                    "lines",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.PositiveSmallIntegerField(),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="lines",
                    ),
                ),
                (
                    "unsigned",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.PositiveSmallIntegerField(),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="not signed",
                    ),
                ),
                ("taken_at", models.DateTimeField(default=relief.models.fields.now, verbose_name="taken in at")),
                ("named_at", models.DateTimeField(blank=True, null=True, verbose_name="named at")),
                ("settled_at", models.DateTimeField(blank=True, null=True, verbose_name="settled at")),
                ("answer", models.CharField(blank=True, max_length=200, verbose_name="answer")),
            ],
            options={
                "verbose_name": "signed sheet",
                "verbose_name_plural": "signed sheets",
                "ordering": ("-pk",),
            },
        ),
        migrations.RemoveConstraint(
            model_name="payment",
            name="relief_payment_within_bounds",
        ),
        migrations.AddField(
            model_name="batch",
            name="sent_back_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="sent back at"),
        ),
        migrations.AddField(
            model_name="batch",
            name="sent_back_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="sent back by",
            ),
        ),
        migrations.AddField(
            model_name="batch",
            name="sent_back_reason",
            field=models.CharField(blank=True, max_length=200, verbose_name="why sent back"),
        ),
        migrations.AddField(
            model_name="correction",
            name="lifted_by",
            field=models.CharField(blank=True, max_length=120, verbose_name="document that lifts the earmark"),
        ),
        migrations.AddField(
            model_name="payment",
            name="objection",
            field=models.CharField(blank=True, max_length=120, verbose_name="what the checker objects to"),
        ),
        migrations.AddField(
            model_name="payment",
            name="told_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="return told at"),
        ),
        migrations.AddField(
            model_name="payment",
            name="told_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="return told by",
            ),
        ),
        migrations.AddField(
            model_name="payment",
            name="told_failure",
            field=models.CharField(blank=True, max_length=80, verbose_name="why returned, as told"),
        ),
        migrations.AddField(
            model_name="payment",
            name="told_on",
            field=models.DateField(blank=True, null=True, verbose_name="returned on, as told"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="banklayout",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "relief_banklayoutevent" ("answer_columns", "code", "encoding", "failed_words", "has_header", "id", "kept_at", "kept_by_id", "name", "office_id", "out_columns", "paid_words", "pending_words", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "purpose", "reasons", "separator", "total_words") SELECT new_values."answer_columns", new_values."code", new_values."encoding", new_values."failed_words", new_values."has_header", new_values."id", new_values."kept_at", new_values."kept_by_id", new_values."name", new_values."office_id", new_values."out_columns", new_values."paid_words", new_values."pending_words", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', new_values."id", new_values."purpose", new_values."reasons", new_values."separator", new_values."total_words" FROM ( SELECT new_values.* FROM new_values  ) AS new_values; RETURN NULL;',
                    hash="827ee65d227fd5bf067ee7b3e26cb2f6627f41e2",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_6aaa2",
                    referencing="REFERENCING NEW TABLE AS new_values ",
                    table="relief_banklayout",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="banklayout",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "relief_banklayoutevent" ("answer_columns", "code", "encoding", "failed_words", "has_header", "id", "kept_at", "kept_by_id", "name", "office_id", "out_columns", "paid_words", "pending_words", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "purpose", "reasons", "separator", "total_words") SELECT new_values."answer_columns", new_values."code", new_values."encoding", new_values."failed_words", new_values."has_header", new_values."id", new_values."kept_at", new_values."kept_by_id", new_values."name", new_values."office_id", new_values."out_columns", new_values."paid_words", new_values."pending_words", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', new_values."id", new_values."purpose", new_values."reasons", new_values."separator", new_values."total_words" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values; RETURN NULL;',
                    hash="8da3afabb581bcd1e3c9ab2e0de2641e614c6f85",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_46338",
                    referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                    table="relief_banklayout",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="batch",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("sent_back_at__isnull", False), ("sent_back_by__isnull", False)),
                    models.Q(("sent_back_at__isnull", True), ("sent_back_by__isnull", True)),
                    _connector="OR",
                ),
                name="batch_sent_back_has_who_and_when",
            ),
        ),
        migrations.AddConstraint(
            model_name="batch",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("sent_back_by", None), models.Q(("sent_back_reason", ""), _negated=True), _connector="OR"
                ),
                name="batch_sent_back_has_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("told_at__isnull", False), ("told_by__isnull", False)),
                    models.Q(("told_at__isnull", True), ("told_by__isnull", True)),
                    _connector="OR",
                ),
                name="payment_told_has_who_and_when",
            ),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("told_by", None),
                    models.Q(models.Q(("told_failure", ""), _negated=True), ("told_on__isnull", False)),
                    _connector="OR",
                ),
                name="payment_told_returned_has_its_reason_and_day",
            ),
        ),
        AddBounds(
            [
                (
                    "payment",
                    models.CheckConstraint(
                        condition=models.Q(
                            ("line__gte", 0),
                            ("line__lte", 32767),
                            ("amount__gte", Decimal("0.01")),
                            ("amount__lte", Decimal("99999999.99")),
                            ("answered_on__gte", datetime.date(1990, 1, 1)),
                            ("answered_on__lte", datetime.date(2100, 12, 31)),
                            ("told_on__gte", datetime.date(1990, 1, 1)),
                            ("told_on__lte", datetime.date(2100, 12, 31)),
                        ),
                        name="relief_payment_within_bounds",
                        violation_error_message="An amount, a number or a day lies beyond what is possible. Check what was typed.",
                    ),
                )
            ]
        ),
        migrations.AddField(
            model_name="banklayoutevent",
            name="kept_by",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="kept by",
            ),
        ),
        migrations.AddField(
            model_name="banklayoutevent",
            name="office",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="center.office",
                verbose_name="office",
            ),
        ),
        migrations.AddField(
            model_name="banklayoutevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="events",
                to="relief.banklayout",
            ),
        ),
        migrations.AddField(
            model_name="findingmark",
            name="marked_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="marked by",
            ),
        ),
        migrations.AddField(
            model_name="findingmark",
            name="office",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="center.office", verbose_name="office"
            ),
        ),
        migrations.AddField(
            model_name="findingmark",
            name="payment",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="marks",
                to="relief.payment",
                verbose_name="payment",
            ),
        ),
        migrations.AddField(
            model_name="signedsheet",
            name="batch",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="sheets",
                to="relief.batch",
                verbose_name="payment batch",
            ),
        ),
        migrations.AddField(
            model_name="signedsheet",
            name="named_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="named by",
            ),
        ),
        migrations.AddField(
            model_name="signedsheet",
            name="office",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="center.office", verbose_name="office"
            ),
        ),
        migrations.AddField(
            model_name="signedsheet",
            name="settled_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="second person",
            ),
        ),
        migrations.AddField(
            model_name="signedsheet",
            name="taken_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="taken in by",
            ),
        ),
        migrations.AddIndex(
            model_name="findingmark",
            index=models.Index(fields=["rule", "payment"], name="finding_mark_of_payment"),
        ),
        migrations.AddConstraint(
            model_name="findingmark",
            constraint=models.CheckConstraint(
                condition=models.Q(("state", "checked"), models.Q(("text", ""), _negated=True), _connector="OR"),
                name="finding_explained_has_a_text",
                violation_error_message="Explain it in words.",
            ),
        ),
        migrations.AddConstraint(
            model_name="signedsheet",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("named_at__isnull", False), ("named_by__isnull", False)),
                    models.Q(("named_at__isnull", True), ("named_by__isnull", True)),
                    _connector="OR",
                ),
                name="signed_sheet_named_has_who_and_when",
            ),
        ),
        migrations.AddConstraint(
            model_name="signedsheet",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("settled_at__isnull", False), ("settled_by__isnull", False)),
                    models.Q(("settled_at__isnull", True), ("settled_by__isnull", True)),
                    _connector="OR",
                ),
                name="signed_sheet_settled_has_who_and_when",
            ),
        ),
        migrations.AddConstraint(
            model_name="signedsheet",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "done"), _negated=True),
                    models.Q(("named_by__isnull", False), ("recognised", True)),
                    models.Q(
                        ("recognised", False),
                        ("settled_by__isnull", False),
                        models.Q(("settled_by", models.F("named_by")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="signed_sheet_without_code_has_two_people",
                violation_error_message="The second person must be somebody else.",
            ),
        ),
        migrations.AddConstraint(
            model_name="signedsheet",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status__in", ("turned_down", "taken_off")), _negated=True),
                    models.Q(("answer", ""), _negated=True),
                    _connector="OR",
                ),
                name="signed_sheet_turned_down_has_an_answer",
            ),
        ),
        migrations.AddConstraint(
            model_name="signedsheet",
            constraint=models.CheckConstraint(
                condition=models.Q(("lines__contained_by", LINES), ("unsigned__contained_by", LINES)),
                name="relief_signedsheet_within_bounds",
                violation_error_message="An amount, a number or a day lies beyond what is possible. Check what was typed.",
            ),
        ),
        migrations.RunSQL(BEGIN, migrations.RunSQL.noop),
    ]
