"""When a place in a household was entered, and when its end was: written by the database, beside the days that people name.

What stands is filled from the field history; where that knows nothing, from the days themselves.
"""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models
from django.db.models.functions import Now

FILL = """
UPDATE casework_membership m SET
    since_entered_at = coalesce(
        (SELECT min(e.pgh_created_at) FROM casework_membershipevent e WHERE e.pgh_obj_id = m.id),
        m.since::timestamp AT TIME ZONE 'Asia/Shanghai'
    ),
    until_entered_at = CASE WHEN m.until IS NOT NULL THEN coalesce(
        (
            SELECT min(e.pgh_created_at) FROM casework_membershipevent e
            WHERE e.pgh_obj_id = m.id AND e.until IS NOT NULL AND e.pgh_id > coalesce(
                (SELECT max(o.pgh_id) FROM casework_membershipevent o WHERE o.pgh_obj_id = m.id AND o.until IS NULL), 0
            )
        ),
        (m.until + 1)::timestamp AT TIME ZONE 'Asia/Shanghai'
    ) END;
"""

REGISTER = """
CREATE FUNCTION casework_membership_entered() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        NEW.until_entered_at := CASE WHEN NEW.until IS NOT NULL THEN clock_timestamp() END;
        RETURN NEW;
    END IF;
    NEW.since_entered_at := OLD.since_entered_at;
    NEW.until_entered_at := CASE
        WHEN NEW.until IS NOT NULL AND OLD.until IS NULL THEN clock_timestamp()
        WHEN NEW.until IS NOT NULL THEN OLD.until_entered_at
    END;
    RETURN NEW;
END $$;

CREATE TRIGGER says_when_it_was_entered BEFORE INSERT OR UPDATE ON casework_membership
    FOR EACH ROW EXECUTE FUNCTION casework_membership_entered();
"""

FORGET = """
DROP TRIGGER says_when_it_was_entered ON casework_membership;
DROP FUNCTION casework_membership_entered();
"""


class Migration(migrations.Migration):
    dependencies = [("casework", "0009_a_number_changes_by_two_people")]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="membership",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="membership",
            name="update_update",
        ),
        migrations.AddField(
            model_name="membership",
            name="since_entered_at",
            field=models.DateTimeField(db_default=Now(), editable=False, verbose_name="beginning entered at"),
        ),
        migrations.AddField(
            model_name="membership",
            name="until_entered_at",
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name="end entered at"),
        ),
        migrations.AddField(
            model_name="membershipevent",
            name="since_entered_at",
            field=models.DateTimeField(db_default=Now(), editable=False, verbose_name="beginning entered at"),
        ),
        migrations.AddField(
            model_name="membershipevent",
            name="until_entered_at",
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name="end entered at"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="membership",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "casework_membershipevent" ("code", "household_id", "id", "left_text", "left_why", "person_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "relation", "since", "since_entered_at", "until", "until_entered_at") SELECT new_values."code", new_values."household_id", new_values."id", new_values."left_text", new_values."left_why", new_values."person_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', new_values."id", new_values."relation", new_values."since", new_values."since_entered_at", new_values."until", new_values."until_entered_at" FROM ( SELECT new_values.* FROM new_values  ) AS new_values; RETURN NULL;',
                    hash="7e7a0054d3696b19a8ac0d4a50652365dd50096d",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_dc511",
                    referencing="REFERENCING NEW TABLE AS new_values ",
                    table="casework_membership",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="membership",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "casework_membershipevent" ("code", "household_id", "id", "left_text", "left_why", "person_id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "relation", "since", "since_entered_at", "until", "until_entered_at") SELECT new_values."code", new_values."household_id", new_values."id", new_values."left_text", new_values."left_why", new_values."person_id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', new_values."id", new_values."relation", new_values."since", new_values."since_entered_at", new_values."until", new_values."until_entered_at" FROM ( SELECT new_values.* FROM old_values JOIN new_values ON (old_values."id") = (new_values."id") WHERE (old_values.* IS DISTINCT FROM new_values.*) ) AS new_values; RETURN NULL;',
                    hash="6a596be44e29e8d5c46b5ee78574bee472de5355",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_41ae2",
                    referencing="REFERENCING OLD TABLE AS old_values  NEW TABLE AS new_values ",
                    table="casework_membership",
                    when="AFTER",
                ),
            ),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.RunSQL(REGISTER, FORGET),
    ]
