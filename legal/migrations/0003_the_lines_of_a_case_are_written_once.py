"""What is written about a case stays as it was written: its lines are sealed, and lose their words by a destruction only."""

import django.contrib.postgres.functions
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("legal", "0002_the_limits_of_the_law")]
    operations = [
        migrations.AddField(
            model_name="caseevent",
            name="salt",
            field=models.UUIDField(
                db_default=django.contrib.postgres.functions.RandomUUID(), editable=False, null=True
            ),
        ),
        migrations.AlterField(
            model_name="caseevent",
            name="case",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="events",
                to="legal.case",
                verbose_name="case",
            ),
        ),
        migrations.RemoveConstraint(model_name="caseevent", name="case_event_says_what_happened"),
        migrations.AddConstraint(
            model_name="caseevent",
            constraint=models.CheckConstraint(
                condition=models.Q(("step", {}), _negated=True)
                | models.Q(("text", ""), _negated=True)
                | models.Q(("salt", None)),
                name="case_event_says_what_happened",
                violation_error_message="Write what happened.",
            ),
        ),
    ]
