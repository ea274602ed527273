"""Another ID number of somebody in a file in force waits, encrypted, for its second person."""

from django.db import migrations, models

import center.privacy.fields


class Migration(migrations.Migration):
    dependencies = [("casework", "0008_what_is_printed_is_found")]

    operations = [
        migrations.AddField(
            model_name="changerequest",
            name="id_number",
            field=center.privacy.fields.SecretField(
                blank=True,
                editable=True,
                kind="id",
                label="casework.change.id_number",
                null=True,
                verbose_name="ID number",
            ),
        ),
        migrations.AlterField(
            model_name="changerequest",
            name="kind",
            field=models.CharField(
                choices=[
                    ("account", "Bank account"),
                    ("members", "Family members"),
                    ("income", "Income and spending"),
                    ("category", "Hardship category"),
                    ("head", "Head of the household"),
                    ("name", "Name"),
                    ("number", "ID number"),
                    ("exclusion", "Exclusion"),
                ],
                max_length=10,
                verbose_name="what changes",
            ),
        ),
    ]
