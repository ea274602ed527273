"""What people come for, as data that an office may edit afterwards."""

import json
from pathlib import Path

from django.db import migrations

PURPOSES = Path(__file__).parents[1] / "data" / "purposes.json"


def add(apps, editor):
    purposes = json.loads(PURPOSES.read_text(encoding="utf-8"))
    model = apps.get_model("casework", "VisitPurpose")
    model.objects.bulk_create([model(**purpose) for purpose in purposes])


class Migration(migrations.Migration):
    dependencies = [("casework", "0001_initial")]

    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
