"""The trigger function of append-only tables and the one way to blank a row; the text stands in center/sql."""

from pathlib import Path

from django.db import migrations

SQL = (Path(__file__).parents[1] / "sql" / "append_only.sql").read_text()


class Migration(migrations.Migration):
    dependencies = [("center", "0001_initial")]
    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
