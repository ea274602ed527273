"""What people come for, as data that an office may edit afterwards."""

from django.db import migrations

PURPOSES = [
    {
        "code": "living",
        "digit": 1,
        "label_zh": "生活",
        "label_en": "Living",
        "desk": "relief",
        "service": "relief.living",
    },
    {
        "code": "medical",
        "digit": 2,
        "label_zh": "医疗",
        "label_en": "Medical",
        "desk": "relief",
        "service": "relief.medical",
    },
    {
        "code": "schooling",
        "digit": 3,
        "label_zh": "助学",
        "label_en": "Schooling",
        "desk": "relief",
        "service": "relief.schooling",
    },
    {"code": "jobs", "digit": 4, "label_zh": "就业", "label_en": "Jobs", "desk": "employment", "service": ""},
    {"code": "law", "digit": 5, "label_zh": "法律", "label_en": "Law", "desk": "legal", "service": ""},
    {"code": "petition", "digit": 6, "label_zh": "信访", "label_en": "Petition", "desk": "", "service": ""},
    {"code": "advice", "digit": 7, "label_zh": "政策咨询", "label_en": "Policy advice", "desk": "", "service": ""},
    {"code": "other", "digit": 8, "label_zh": "其他", "label_en": "Other", "desk": "", "service": ""},
]


def add(apps, editor):
    model = apps.get_model("casework", "VisitPurpose")
    model.objects.bulk_create([model(**purpose) for purpose in PURPOSES])


class Migration(migrations.Migration):
    dependencies = [("casework", "0001_initial")]

    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
