"""The statutory clocks, as data that an office may extend afterwards."""

import json
from pathlib import Path

from django.db import migrations

RULES = Path(__file__).parents[1] / "data" / "clock_rules.json"


def add(apps, editor):
    rules = json.loads(RULES.read_text(encoding="utf-8"))
    model = apps.get_model("legal", "ClockRule")
    model.objects.bulk_create([model(**rule) for rule in rules])


class Migration(migrations.Migration):
    dependencies = [("legal", "0001_initial")]

    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
