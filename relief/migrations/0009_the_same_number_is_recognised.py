"""A bill and a document are one however their numbers are written."""

import center.models.keyed
from django.conf import settings
from django.db import migrations, models


SIGNS = r"[\s\-\u2010-\u2015\u2212\u00b7\u2022.,\u3002\u3001()\[\]{}\u3010\u3011\u3014\u3015\u300a\u300b<>/\\:;_#&+*]+"

# As center.normal.key says it, for the rows that stand. What was entered twice in two ways stays, marked by its row: nobody
# undoes what was decided on it, and the next that is entered is compared with the first.
KEYS = f"""
UPDATE relief_invoice SET number_key = lower(regexp_replace(normalize(number, NFKC), '{SIGNS}', '', 'g'));
UPDATE relief_invoice AS i SET number_key = left(number_key, 48) || '#' || id WHERE counts AND EXISTS (
    SELECT FROM relief_invoice o WHERE o.counts AND o.number_key = i.number_key AND o.id < i.id
);
UPDATE relief_fundsource SET document_key = lower(regexp_replace(normalize(document_number, NFKC), '{SIGNS}', '', 'g'));
UPDATE relief_fundsource AS f SET document_key = left(document_key, 100) || '#' || id WHERE EXISTS (
    SELECT FROM relief_fundsource o WHERE (o.office_id, o.origin, o.year, o.document_key)
        = (f.office_id, f.origin, f.year, f.document_key) AND o.id < f.id
);
SET CONSTRAINTS ALL IMMEDIATE;  -- no table is altered while its checks wait
SET CONSTRAINTS ALL DEFERRED;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("center", "0007_numbers_and_days_have_bounds"),
        ("relief", "0008_numbers_and_days_have_bounds"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="fundsource",
            name="fund_source_document_once_a_year",
        ),
        migrations.RemoveConstraint(
            model_name="invoice",
            name="invoice_counts_once",
        ),
        migrations.AddField(
            model_name="fundsource",
            name="document_key",
            field=center.models.keyed.KeyOf(max_length=120, source="document_number"),
        ),
        migrations.AddField(
            model_name="invoice",
            name="number_key",
            field=center.models.keyed.KeyOf(max_length=60, source="number"),
        ),
        migrations.RunSQL(KEYS, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="fundsource",
            constraint=models.UniqueConstraint(
                fields=("office", "origin", "year", "document_key"),
                name="fund_source_document_once_a_year",
                violation_error_message="This document is already entered as a source of this year.",
            ),
        ),
        migrations.AddConstraint(
            model_name="invoice",
            constraint=models.UniqueConstraint(
                condition=models.Q(("counts", True)),
                fields=("number_key",),
                name="invoice_counts_once",
                violation_error_message="This invoice was already used in another application.",
            ),
        ),
    ]
