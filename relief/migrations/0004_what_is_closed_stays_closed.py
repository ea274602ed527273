"""Triggers of closed periods and of carry-overs; the text stands in relief/sql/closing.sql."""

from pathlib import Path

from django.db import migrations

SQL = (Path(__file__).parents[1] / "sql" / "closing.sql").read_text()


class Migration(migrations.Migration):
    dependencies = [("relief", "0003_awards_are_never_overpaid")]
    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
