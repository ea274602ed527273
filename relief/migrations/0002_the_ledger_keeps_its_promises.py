"""Triggers of the ledger; the text stands in relief/sql/ledger.sql."""

from pathlib import Path

from django.db import migrations

SQL = (Path(__file__).parents[1] / "sql" / "ledger.sql").read_text()


class Migration(migrations.Migration):
    dependencies = [("relief", "0001_initial")]
    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
