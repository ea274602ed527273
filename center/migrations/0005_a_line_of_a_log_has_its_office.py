"""Whose log it is: each new line of trail and access log names the office that keeps its record, or its actor's."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("center", "0004_a_destruction_names_what_it_blanks")]
    operations = [
        migrations.AddField(
            model_name=name,
            name="office",
            field=models.BigIntegerField(editable=False, null=True, verbose_name="office"),
        )
        for name in ("accessentry", "event")
    ] + [
        migrations.AddIndex(
            model_name="accessentry", index=models.Index(fields=["office", "-id"], name="access_log_of_an_office")
        ),
        migrations.AddIndex(
            model_name="event", index=models.Index(fields=["office", "-id"], name="trail_of_an_office")
        ),
    ]
