"""Triggers of awards, payments and decisions; the text stands in relief/sql/awards.sql."""

from pathlib import Path

from django.db import migrations

SQL = (Path(__file__).parents[1] / "sql" / "awards.sql").read_text()


class Migration(migrations.Migration):
    dependencies = [("relief", "0002_the_ledger_keeps_its_promises")]
    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
