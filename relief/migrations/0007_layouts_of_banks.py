"""Each bank has its own files: what is written and what is understood of an answer is data of the office."""

import center.models.base
import django.contrib.postgres.fields
import django.db.models.deletion
import relief.models.fields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("center", "0003_votes_and_roles_keep_apart"),
        ("relief", "0006_the_student_is_known_and_small_decisions_add_up"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="BankLayout",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "code",
                    models.CharField(
                        default=center.models.base.random_code, editable=False, max_length=12, unique=True
                    ),
                ),
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
                (
                    "kept_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="kept by",
                    ),
                ),
                (
                    "office",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bank_layouts",
                        to="center.office",
                        verbose_name="office",
                    ),
                ),
            ],
            options={
                "verbose_name": "layout of a bank",
                "verbose_name_plural": "layouts of banks",
                "ordering": ("office", "name"),
            },
        ),
        migrations.AddField(
            model_name="batch",
            name="layout",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="batches",
                to="relief.banklayout",
                verbose_name="layout of the bank",
            ),
        ),
        migrations.AddConstraint(
            model_name="banklayout",
            constraint=models.UniqueConstraint(
                fields=("office", "name"),
                name="bank_layout_name_once_an_office",
                violation_error_message="A layout of this name exists.",
            ),
        ),
        migrations.AddConstraint(
            model_name="banklayout",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("paid_words__len__gte", 1),
                    models.Q(("paid_words__overlap", models.F("failed_words")), _negated=True),
                    models.Q(("pending_words__overlap", models.F("paid_words")), _negated=True),
                    models.Q(("pending_words__overlap", models.F("failed_words")), _negated=True),
                ),
                name="bank_layout_knows_what_paid_means",
                violation_error_message="A word of the bank means one thing: paid, returned or not yet.",
            ),
        ),
    ]
