"""Who may vote, and which roles never meet in one hand; the text stands in center/sql."""

from pathlib import Path

from django.db import migrations

SQL = (Path(__file__).parents[1] / "sql" / "votes.sql").read_text()


class Migration(migrations.Migration):
    dependencies = [("center", "0002_rows_written_once_stay")]
    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
