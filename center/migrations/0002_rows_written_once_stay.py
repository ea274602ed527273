"""The trigger function of append-only tables and the one way to blank a row."""

from django.db import migrations

SQL = r"""
-- What is written once stays: the trigger function of every append-only table (center/grants.py installs it after migrate).
-- Only center_destroy() may blank a row, and only the tables' owner can run as such.
CREATE OR REPLACE FUNCTION center_refuse_change() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'TRUNCATE' AND current_database() LIKE 'test\_%' THEN
        RETURN NULL;  -- a test's flush
    END IF;
    IF TG_OP = 'UPDATE' AND current_setting('center.destroying', true) = 'on'
       AND current_user = (SELECT rolname FROM pg_class JOIN pg_roles ON pg_roles.oid = relowner WHERE pg_class.oid = TG_RELID)
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'rows of % are written once', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;

-- Until migration 0004, which replaces it by one that takes the decision's number alone:
-- makes rows blank for an approved and sealed destruction, and keeps the digest each had. `blank` maps columns to SQL
-- types' empty values: text '', json {}, an empty array, everything else NULL (or the type's zero where NULL is not allowed).
CREATE OR REPLACE FUNCTION center_destroy(decision bigint, target text, key text, rows bigint[], sealed text[], blank text[])
    RETURNS integer LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp
    SET "TimeZone" = 'UTC' SET "DateStyle" = 'ISO, YMD' SET bytea_output = 'hex'
    SET extra_float_digits = 1 SET "IntervalStyle" = 'iso_8601' AS $$
DECLARE
    setting text;
    done integer;
    allowed constant text := '^(center_event|center_accessentry|[a-z]+_[a-z]+event|[a-z]+_[a-z]+history)$';
BEGIN
    IF NOT EXISTS (SELECT 1 FROM center_seal WHERE "table" = 'center_destruction' AND ids @> decision) THEN
        RAISE EXCEPTION 'destruction % is not approved and sealed', decision USING ERRCODE = 'restrict_violation';
    END IF;
    IF target !~ allowed OR NOT EXISTS (
        SELECT 1 FROM information_schema.columns WHERE table_schema = 'public' AND table_name = target AND column_name = 'salt')
    THEN
        RAISE EXCEPTION 'rows of % cannot be destroyed', target USING ERRCODE = 'restrict_violation';
    END IF;
    IF 'salt' <> ALL (sealed) OR key = ANY (blank) THEN
        RAISE EXCEPTION 'the salt must go and the number must stay' USING ERRCODE = 'restrict_violation';
    END IF;
    SELECT string_agg(format('%I = %s', column_name,
        CASE WHEN data_type IN ('text', 'character varying') THEN quote_literal('')
             WHEN data_type = 'ARRAY' THEN quote_literal('{}')
             WHEN data_type = 'jsonb' THEN quote_literal('{}') || '::jsonb'
             WHEN is_nullable = 'YES' THEN 'NULL'
             WHEN data_type = 'boolean' THEN 'false'
             WHEN data_type IN ('date', 'timestamp with time zone') THEN quote_literal('1900-01-01')
             WHEN data_type = 'bytea' THEN quote_literal('') || '::bytea'
             ELSE '0' END), ', ')
        INTO setting FROM information_schema.columns
        WHERE table_schema = 'public' AND table_name = target AND column_name = ANY (blank);
    EXECUTE format(
        'INSERT INTO center_destroyedrow (destruction_id, "table", row, leaf)
         SELECT $1, $2, %1$I, sha256(convert_to(jsonb_build_array(%2$s)::text, ''UTF8''))
         FROM %3$I WHERE %1$I = ANY ($3) AND salt IS NOT NULL',
        key, (SELECT string_agg(format('%I', name), ', ' ORDER BY place) FROM unnest(sealed) WITH ORDINALITY AS c(name, place)),
        target) USING decision, target, rows;
    PERFORM set_config('center.destroying', 'on', true);
    EXECUTE format('UPDATE %I SET salt = NULL%s WHERE %I = ANY ($1) AND salt IS NOT NULL',
        target, coalesce(', ' || setting, ''), key) USING rows;
    GET DIAGNOSTICS done = ROW_COUNT;
    PERFORM set_config('center.destroying', 'off', true);
    RETURN done;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("center", "0001_initial")]
    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
