"""Times in force, categories and steps of files, and steps of matters: written by triggers, filled from what stands.

Where the field history knows more than one turn of a file, the rows are filled from it, else from the columns of the file.
The day of a moment is that of the offices' clock.
"""

from django.db import migrations

# The steps of a file whose time, person and reason stand in columns of their own.
STEPS = (
    *("submitted", "reviewed", "noticed", "decided", "returned", "refused", "monitored", "exited", "cancelled"),
    *("reopened", "archived", "converted", "rechecked"),
)
REASONED = ("returned", "refused", "exited", "cancelled", "reopened")
MATTER_STEPS = ("supervised", "closed", "reopened")


def values(steps, row, was=None):
    """The columns of each step as rows: (step, when, by whom, why), and when it was before."""
    lines = []
    for step in steps:
        reason = f"{row}.{step}_reason" if step in REASONED and steps is STEPS else "''"
        before = f", {was}.{step}_at" if was else ""
        lines.append(f"('{step}', {row}.{step}_at, {row}.{step}_by_id, {reason}{before})")
    return ", ".join(lines)


SPELL = (
    "(file_id, since, until, began, began_by_id, began_at, began_reason, ended, ended_by_id, ended_at, ended_reason)"
)

# A file that is new to these tables: its first time in force, the return that its columns know, its category, its steps.
BEGIN = f"""
CREATE FUNCTION casework_begin_life(files bigint[]) RETURNS void LANGUAGE sql
    SET search_path = pg_catalog, public, pg_temp AS $$
INSERT INTO casework_filespell {SPELL}
SELECT f.id, f.opened_on, CASE WHEN e.day IS NOT NULL THEN GREATEST(f.opened_on, e.day) END, 'opened',
       CASE WHEN f.decided_at IS NULL THEN f.imported_by_id ELSE f.decided_by_id END,
       CASE WHEN f.decided_at IS NULL THEN f.imported_at ELSE f.decided_at END, '',
       coalesce(e.how, ''), e.by_id, e.at, coalesce(e.reason, '')
FROM casework_hardshipfile f
LEFT JOIN LATERAL (
    SELECT * FROM (VALUES
        ('exited', f.exited_on, f.exited_by_id, f.exited_at, f.exited_reason),
        ('cancelled', f.cancelled_on, f.cancelled_by_id, f.cancelled_at, f.cancelled_reason),
        ('exited', (f.reopened_at AT TIME ZONE 'Asia/Shanghai')::date, f.reopened_by_id, f.reopened_at, '')
    ) v(how, day, by_id, at, reason)
    WHERE v.day IS NOT NULL
      AND CASE WHEN f.reopened_at IS NULL THEN f.status NOT IN ('active', 'monitoring') ELSE v.at <= f.reopened_at END
    ORDER BY (v.at = f.reopened_at) IS TRUE, v.at DESC LIMIT 1
) e ON true
WHERE f.id = ANY(files) AND f.number <> '' AND f.opened_on IS NOT NULL
  AND f.status IN ('active', 'monitoring', 'exited', 'cancelled', 'archived')
  AND (e.day IS NOT NULL OR f.status IN ('active', 'monitoring'));

INSERT INTO casework_filespell {SPELL}
SELECT f.id, GREATEST(s.until, b.day), CASE WHEN e.day IS NOT NULL THEN GREATEST(s.until, b.day, e.day) END, 'reopened',
       f.reopened_by_id, f.reopened_at, f.reopened_reason, coalesce(e.how, ''), e.by_id, e.at, coalesce(e.reason, '')
FROM casework_hardshipfile f
JOIN casework_filespell s ON s.file_id = f.id
CROSS JOIN LATERAL (SELECT (f.reopened_at AT TIME ZONE 'Asia/Shanghai')::date AS day) b
LEFT JOIN LATERAL (
    SELECT * FROM (VALUES
        ('exited', f.exited_on, f.exited_by_id, f.exited_at, f.exited_reason),
        ('cancelled', f.cancelled_on, f.cancelled_by_id, f.cancelled_at, f.cancelled_reason)
    ) v(how, day, by_id, at, reason)
    WHERE v.day IS NOT NULL AND f.status NOT IN ('active', 'monitoring') ORDER BY v.at DESC LIMIT 1
) e ON true
WHERE f.id = ANY(files) AND f.reopened_at IS NOT NULL
  AND (e.day IS NOT NULL OR f.status IN ('active', 'monitoring'));

INSERT INTO casework_categoryspell (file_id, category, source, since)
SELECT f.id, f.category, f.category_source, LEAST(f.category_on, f.opened_on) FROM casework_hardshipfile f WHERE f.id = ANY(files);

INSERT INTO casework_filestep (file_id, step, made_by_id, made_at, reason)
SELECT f.id, s.step, s.by_id, s.at, s.reason
FROM casework_hardshipfile f CROSS JOIN LATERAL (VALUES {values(STEPS, "f")}) s(step, at, by_id, reason)
WHERE f.id = ANY(files) AND s.at IS NOT NULL;
$$;

CREATE FUNCTION casework_file_made() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM casework_begin_life(ARRAY(SELECT id FROM new_values));
    RETURN NULL;
END $$;

CREATE TRIGGER life_begins AFTER INSERT ON casework_hardshipfile
    REFERENCING NEW TABLE AS new_values FOR EACH STATEMENT EXECUTE FUNCTION casework_file_made();
"""

CHANGE = f"""
CREATE FUNCTION casework_file_changed() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    UPDATE casework_filespell s
    SET until = GREATEST(s.since, e.day), ended = e.how, ended_by_id = e.by_id, ended_at = e.at, ended_reason = e.reason
    FROM (
        SELECT n.id, n.status AS how,
               CASE n.status WHEN 'exited' THEN n.exited_on ELSE n.cancelled_on END AS day,
               CASE n.status WHEN 'exited' THEN n.exited_by_id ELSE n.cancelled_by_id END AS by_id,
               CASE n.status WHEN 'exited' THEN n.exited_at ELSE n.cancelled_at END AS at,
               CASE n.status WHEN 'exited' THEN n.exited_reason ELSE n.cancelled_reason END AS reason
        FROM new_values n JOIN old_values o USING (id)
        WHERE o.status IN ('active', 'monitoring') AND n.status IN ('exited', 'cancelled')
    ) e
    WHERE s.file_id = e.id AND s.until IS NULL;

    INSERT INTO casework_filespell (file_id, since, began, began_by_id, began_at, began_reason, ended, ended_reason)
    SELECT n.id,
           CASE WHEN s.until IS NULL THEN n.opened_on
                ELSE GREATEST(s.until, (n.reopened_at AT TIME ZONE 'Asia/Shanghai')::date) END,
           CASE WHEN s.until IS NULL THEN 'opened' ELSE 'reopened' END,
           CASE WHEN s.until IS NOT NULL THEN n.reopened_by_id
                WHEN n.decided_at IS NULL THEN n.imported_by_id ELSE n.decided_by_id END,
           CASE WHEN s.until IS NOT NULL THEN n.reopened_at
                WHEN n.decided_at IS NULL THEN n.imported_at ELSE n.decided_at END,
           CASE WHEN s.until IS NOT NULL THEN n.reopened_reason ELSE '' END, '', ''
    FROM new_values n JOIN old_values o USING (id)
    CROSS JOIN LATERAL (SELECT max(until) AS until FROM casework_filespell WHERE file_id = n.id) s
    WHERE n.status IN ('active', 'monitoring') AND o.status NOT IN ('active', 'monitoring');

    -- the day of the opening is corrected while the paper files are brought in, and never by who opens or ends a file
    UPDATE casework_filespell s SET since = n.opened_on FROM new_values n JOIN old_values o USING (id)
    WHERE s.file_id = n.id AND s.began = 'opened' AND n.opened_on <> o.opened_on
      AND (s.until IS NULL OR s.until >= n.opened_on);
    UPDATE casework_categoryspell s SET since = n.opened_on FROM new_values n JOIN old_values o USING (id)
    WHERE s.file_id = n.id AND n.opened_on < o.opened_on AND s.since > n.opened_on
      AND s.id = (SELECT min(id) FROM casework_categoryspell WHERE file_id = n.id);

    UPDATE casework_categoryspell s SET until = GREATEST(s.since, n.category_on)
    FROM new_values n JOIN old_values o USING (id)
    WHERE s.file_id = n.id AND s.until IS NULL
      AND (n.category, n.category_source) IS DISTINCT FROM (o.category, o.category_source);

    INSERT INTO casework_categoryspell (file_id, category, source, since)
    SELECT n.id, n.category, n.category_source, GREATEST(s.until, n.category_on)
    FROM new_values n JOIN old_values o USING (id)
    CROSS JOIN LATERAL (SELECT max(until) AS until FROM casework_categoryspell WHERE file_id = n.id) s
    WHERE (n.category, n.category_source) IS DISTINCT FROM (o.category, o.category_source);

    INSERT INTO casework_filestep (file_id, step, made_by_id, made_at, reason)
    SELECT n.id, s.step, s.by_id, s.at, s.reason
    FROM new_values n JOIN old_values o USING (id)
    CROSS JOIN LATERAL (VALUES {values(STEPS, "n", "o")}) s(step, at, by_id, reason, was)
    WHERE s.at IS NOT NULL AND s.at IS DISTINCT FROM s.was;
    RETURN NULL;
END $$;

CREATE TRIGGER life_goes_on AFTER UPDATE ON casework_hardshipfile
    REFERENCING OLD TABLE AS old_values NEW TABLE AS new_values
    FOR EACH STATEMENT EXECUTE FUNCTION casework_file_changed();

-- An import that nobody has used yet is taken back with what it brought.
CREATE FUNCTION casework_file_unmade() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    DELETE FROM casework_filespell WHERE file_id IN (SELECT id FROM old_values);
    DELETE FROM casework_categoryspell WHERE file_id IN (SELECT id FROM old_values);
    DELETE FROM casework_filestep WHERE file_id IN (SELECT id FROM old_values);
    RETURN NULL;
END $$;

CREATE TRIGGER life_never_was AFTER DELETE ON casework_hardshipfile
    REFERENCING OLD TABLE AS old_values FOR EACH STATEMENT EXECUTE FUNCTION casework_file_unmade();
"""

MATTERS = f"""
CREATE FUNCTION casework_matter_made() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    INSERT INTO casework_matterstep (matter_id, step, made_by_id, made_at)
    SELECT m.id, s.step, s.by_id, s.at
    FROM new_values m CROSS JOIN LATERAL (VALUES {values(MATTER_STEPS, "m")}) s(step, at, by_id, reason)
    WHERE s.at IS NOT NULL;
    RETURN NULL;
END $$;

CREATE FUNCTION casework_matter_changed() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    INSERT INTO casework_matterstep (matter_id, step, made_by_id, made_at)
    SELECT n.id, s.step, s.by_id, s.at
    FROM new_values n JOIN old_values o USING (id)
    CROSS JOIN LATERAL (VALUES {values(MATTER_STEPS, "n", "o")}) s(step, at, by_id, reason, was)
    WHERE s.at IS NOT NULL AND s.at IS DISTINCT FROM s.was;
    RETURN NULL;
END $$;

CREATE TRIGGER steps_begin AFTER INSERT ON casework_matter
    REFERENCING NEW TABLE AS new_values FOR EACH STATEMENT EXECUTE FUNCTION casework_matter_made();
CREATE TRIGGER steps_go_on AFTER UPDATE ON casework_matter
    REFERENCING OLD TABLE AS old_values NEW TABLE AS new_values
    FOR EACH STATEMENT EXECUTE FUNCTION casework_matter_changed();
"""

# What the field history knows of files that went round: every end and every return, every category, every step.
TURNS = f"""
CREATE TEMPORARY TABLE turns ON COMMIT DROP AS
SELECT e.*, lag(e.status) OVER w AS was FROM casework_hardshipfileevent e
WHERE e.pgh_obj_id IN (SELECT id FROM casework_hardshipfile WHERE reopened_at IS NOT NULL)
WINDOW w AS (PARTITION BY e.pgh_obj_id ORDER BY e.pgh_id);

DELETE FROM casework_filespell WHERE file_id IN (SELECT pgh_obj_id FROM turns);

WITH starts AS (
    SELECT t.*, row_number() OVER (PARTITION BY pgh_obj_id ORDER BY pgh_id) AS turn FROM turns t
    WHERE status IN ('active', 'monitoring') AND (was IS NULL OR was NOT IN ('active', 'monitoring'))
), ends AS (
    SELECT t.*, row_number() OVER (PARTITION BY pgh_obj_id ORDER BY pgh_id) AS turn FROM turns t
    WHERE status IN ('exited', 'cancelled') AND was IN ('active', 'monitoring')
), days AS (
    SELECT s.pgh_obj_id, s.turn,
           CASE WHEN s.turn = 1 THEN s.opened_on ELSE (s.reopened_at AT TIME ZONE 'Asia/Shanghai')::date END AS since,
           CASE e.status WHEN 'exited' THEN e.exited_on WHEN 'cancelled' THEN e.cancelled_on END AS until,
           CASE WHEN s.turn > 1 THEN s.reopened_by_id WHEN s.decided_at IS NULL THEN s.imported_by_id
                ELSE s.decided_by_id END AS began_by_id,
           CASE WHEN s.turn > 1 THEN s.reopened_at WHEN s.decided_at IS NULL THEN s.imported_at
                ELSE s.decided_at END AS began_at,
           CASE WHEN s.turn > 1 THEN s.reopened_reason ELSE '' END AS began_reason, e.status AS ended,
           CASE e.status WHEN 'exited' THEN e.exited_by_id WHEN 'cancelled' THEN e.cancelled_by_id END AS ended_by_id,
           CASE e.status WHEN 'exited' THEN e.exited_at WHEN 'cancelled' THEN e.cancelled_at END AS ended_at,
           CASE e.status WHEN 'exited' THEN e.exited_reason WHEN 'cancelled' THEN e.cancelled_reason END AS ended_reason
    FROM starts s LEFT JOIN ends e USING (pgh_obj_id, turn)
)
INSERT INTO casework_filespell {SPELL}
SELECT pgh_obj_id, since, CASE WHEN until IS NOT NULL THEN GREATEST(since, until) END, CASE WHEN turn = 1 THEN 'opened' ELSE 'reopened' END,
       began_by_id, began_at, began_reason, coalesce(ended, ''), ended_by_id, ended_at, coalesce(ended_reason, '')
FROM days ORDER BY pgh_obj_id, turn;

DELETE FROM casework_categoryspell;
WITH known AS (
    SELECT e.pgh_obj_id AS file_id, e.category, e.category_source, e.category_on, e.pgh_id AS place
    FROM casework_hardshipfileevent e JOIN casework_hardshipfile f ON f.id = e.pgh_obj_id
    UNION ALL
    SELECT f.id, f.category, f.category_source, f.category_on, 9223372036854775807 FROM casework_hardshipfile f
), stood AS (
    SELECT *, lag(category) OVER w AS category_was, lag(category_source) OVER w AS source_was,
           max(category_on) OVER (PARTITION BY file_id ORDER BY place ROWS UNBOUNDED PRECEDING) AS since
    FROM known WINDOW w AS (PARTITION BY file_id ORDER BY place)
), kept AS (
    SELECT * FROM stood WHERE (category, category_source) IS DISTINCT FROM (category_was, source_was)
)
INSERT INTO casework_categoryspell (file_id, category, source, since, until)
SELECT k.file_id, k.category, k.category_source,
       CASE WHEN k.category_was IS NULL THEN LEAST(k.since, f.opened_on) ELSE k.since END,
       lead(k.since) OVER (PARTITION BY k.file_id ORDER BY k.place)
FROM kept k JOIN casework_hardshipfile f ON f.id = k.file_id ORDER BY k.file_id, k.place;

INSERT INTO casework_filestep (file_id, step, made_by_id, made_at, reason)
SELECT DISTINCT ON (e.pgh_obj_id, s.step, s.at) e.pgh_obj_id, s.step, s.by_id, s.at, s.reason
FROM casework_hardshipfileevent e JOIN casework_hardshipfile f ON f.id = e.pgh_obj_id
CROSS JOIN LATERAL (VALUES {values(STEPS, "e")}) s(step, at, by_id, reason)
WHERE s.at IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM casework_filestep k WHERE k.file_id = e.pgh_obj_id AND k.step = s.step AND k.made_at = s.at
);

INSERT INTO casework_matterstep (matter_id, step, made_by_id, made_at)
SELECT DISTINCT ON (m.id, s.step, s.at) m.id, s.step, s.by_id, s.at
FROM (
    SELECT id, {", ".join(f"{step}_at, {step}_by_id" for step in MATTER_STEPS)} FROM casework_matter
    UNION ALL
    SELECT e.pgh_obj_id, {", ".join(f"e.{step}_at, e.{step}_by_id" for step in MATTER_STEPS)}
    FROM casework_matterevent e JOIN casework_matter k ON k.id = e.pgh_obj_id
) m CROSS JOIN LATERAL (VALUES {values(MATTER_STEPS, "m")}) s(step, at, by_id, reason)
WHERE s.at IS NOT NULL;

INSERT INTO casework_death (code, person_id, died_on, evidence, note, recorded_by_id, recorded_at, revoked_reason)
SELECT left(md5(p.code), 10), p.id, p.died_on, 'told', '', coalesce(p.registered_by_id, s.id), p.registered_at, ''
FROM casework_person p CROSS JOIN (SELECT min(id) AS id FROM center_staff) s
WHERE p.died_on IS NOT NULL AND p.joined_into_id IS NULL;

SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
"""

FILL = "SELECT casework_begin_life(ARRAY(SELECT id FROM casework_hardshipfile));" + TURNS

BACK = """
DROP TRIGGER steps_go_on ON casework_matter; DROP TRIGGER steps_begin ON casework_matter;
DROP TRIGGER life_never_was ON casework_hardshipfile; DROP TRIGGER life_goes_on ON casework_hardshipfile;
DROP TRIGGER life_begins ON casework_hardshipfile;
DROP FUNCTION casework_matter_changed(); DROP FUNCTION casework_matter_made(); DROP FUNCTION casework_file_unmade();
DROP FUNCTION casework_file_changed(); DROP FUNCTION casework_file_made(); DROP FUNCTION casework_begin_life(bigint[]);
"""


class Migration(migrations.Migration):
    dependencies = [("casework", "0003_deaths_and_the_life_of_files")]
    operations = [migrations.RunSQL(BEGIN + CHANGE + MATTERS + FILL, BACK)]
