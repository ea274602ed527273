"""A member takes back what was declared by mistake: the row stays, and whoever votes is asked about standing ones."""

from django.db import migrations, models

VOTES = """
CREATE OR REPLACE FUNCTION center_why_no_vote(its_item bigint, voter bigint, on_day date) RETURNS text LANGUAGE plpgsql STABLE AS $$
DECLARE
    its_meeting bigint;
BEGIN
    SELECT meeting_id INTO its_meeting FROM center_agendaitem WHERE id = its_item;
    IF EXISTS (SELECT 1 FROM center_recusal WHERE item_id = its_item AND staff_id = voter AND taken_back_at IS NULL) THEN
        RETURN 'recused';
    END IF;
    IF NOT EXISTS (
        SELECT 1 FROM center_seat
         WHERE meeting_id = its_meeting AND staff_id = voter AND came_at IS NOT NULL AND left_at IS NULL
    ) THEN
        RETURN 'absent';
    END IF;
    IF NOT EXISTS (
        SELECT 1 FROM center_assignment AS held JOIN center_meeting AS meeting ON meeting.office_id = held.office_id
         WHERE meeting.id = its_meeting AND held.staff_id = voter AND held.role IN ('member', 'chair')
           AND held.starts_on <= on_day AND coalesce(held.ends_on, 'infinity') >= on_day
    ) THEN
        RETURN 'no member';
    END IF;
    RETURN '';
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("center", "0009_who_stands_in")]

    operations = [
        migrations.AddField(
            model_name="recusal",
            name="taken_back_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="taken back at"),
        ),
        migrations.RemoveConstraint(model_name="recusal", name="one_recusal_a_member_and_item"),
        migrations.AddConstraint(
            model_name="recusal",
            constraint=models.UniqueConstraint(
                condition=models.Q(("taken_back_at", None)),
                fields=("item", "staff"),
                name="one_recusal_a_member_and_item",
            ),
        ),
        migrations.RunSQL(VOTES, migrations.RunSQL.noop),
    ]
