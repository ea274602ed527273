"""A line that hung by the code of addresses hangs by its place on the sheet; official numbers have dashes and stay."""

from django.db import migrations

CODED = """
UPDATE center_noticeentry
   SET shown_name = CASE WHEN shown_name = number THEN '第' || position || '户' ELSE shown_name END,
       number = '第' || position || '户'
 WHERE number ~ '^[0-9A-Z]{10}$'
"""


class Migration(migrations.Migration):
    dependencies = [("center", "0010_a_recusal_may_be_taken_back")]

    operations = [migrations.RunSQL(CODED, migrations.RunSQL.noop)]
