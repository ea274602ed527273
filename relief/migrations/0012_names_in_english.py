"""Programmes and fund sources may have an English name; the three of the papers get theirs."""

from django.db import migrations, models

STANDARD = {"生活救助": "Living relief", "医疗救助": "Medical relief", "子女助学": "Tuition aid"}


def name_the_standard_ones(apps, schema_editor):
    for name, name_en in STANDARD.items():
        apps.get_model("relief", "Programme").objects.filter(name=name, name_en="").update(name_en=name_en)


class Migration(migrations.Migration):
    dependencies = [("relief", "0011_what_a_document_promises")]

    operations = [
        migrations.AddField(
            model_name="programme",
            name="name_en",
            field=models.CharField(blank=True, default="", max_length=80, verbose_name="name in English"),
        ),
        migrations.AddField(
            model_name="fundsource",
            name="name_en",
            field=models.CharField(blank=True, default="", max_length=100, verbose_name="name in English"),
        ),
        migrations.RunPython(name_the_standard_ones, migrations.RunPython.noop),
    ]
