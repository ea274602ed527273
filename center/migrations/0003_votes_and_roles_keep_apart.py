"""Who is recused or absent has no vote, and refused pairs of roles never meet in one hand."""

from django.db import migrations

SQL = """
-- A recused or absent member has no vote, and who has voted is not recused afterwards.
CREATE OR REPLACE FUNCTION center_votes_are_entitled() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    its_item bigint;
    its_meeting bigint;
BEGIN
    SELECT motion.item_id, item.meeting_id INTO its_item, its_meeting
      FROM center_motion motion JOIN center_agendaitem item ON item.id = motion.item_id
     WHERE motion.id = NEW.motion_id;
    IF EXISTS (SELECT 1 FROM center_recusal WHERE item_id = its_item AND staff_id = NEW.staff_id) THEN
        RAISE EXCEPTION 'a recused member has no vote' USING ERRCODE = 'check_violation', CONSTRAINT = 'recused_members_have_no_vote';
    END IF;
    IF NOT EXISTS (
        SELECT 1 FROM center_seat
         WHERE meeting_id = its_meeting AND staff_id = NEW.staff_id AND came_at IS NOT NULL AND left_at IS NULL
    ) THEN
        RAISE EXCEPTION 'an absent member has no vote' USING ERRCODE = 'check_violation', CONSTRAINT = 'absent_members_have_no_vote';
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER votes_are_entitled BEFORE INSERT ON center_vote
FOR EACH ROW EXECUTE FUNCTION center_votes_are_entitled();

-- Refused pairs of roles never meet in one hand on one day (center/roles.py holds the same pairs; a test compares them).
CREATE OR REPLACE FUNCTION center_roles_stay_apart() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    other text;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('center_assignment'), NEW.staff_id::int);
    SELECT held.role INTO other FROM center_assignment held
     WHERE held.staff_id = NEW.staff_id AND held.id IS DISTINCT FROM NEW.id
       AND held.starts_on <= COALESCE(NEW.ends_on, 'infinity'::date) AND COALESCE(held.ends_on, 'infinity'::date) >= NEW.starts_on
       AND held.role <> NEW.role
       AND (
            'auditor' IN (held.role, NEW.role)
         OR ('admin' IN (held.role, NEW.role)
             AND (held.role IN ('accountant', 'cashier', 'member', 'chair', 'secretary', 'leader')
               OR NEW.role IN ('accountant', 'cashier', 'member', 'chair', 'secretary', 'leader')))
         OR (held.role IN ('accountant', 'cashier') AND NEW.role IN ('accountant', 'cashier'))
       )
     LIMIT 1;
    IF other IS NOT NULL THEN
        RAISE EXCEPTION 'the roles % and % are never one person''s', other, NEW.role
            USING ERRCODE = 'check_violation', CONSTRAINT = 'refused_pairs_of_roles_stay_apart';
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER roles_stay_apart BEFORE INSERT OR UPDATE ON center_assignment
FOR EACH ROW EXECUTE FUNCTION center_roles_stay_apart();
"""


class Migration(migrations.Migration):
    dependencies = [("center", "0002_rows_written_once_stay")]
    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
