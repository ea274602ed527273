"""Triggers keep a digest of every column of the rows that money rests on; center/grants.py says which tables those are."""

import django.contrib.postgres.functions
import django.db.models.functions.datetime
from django.db import migrations, models

FUNCTIONS = r"""
-- The digests of a row's columns: twelve hexadecimal digits over salt, name and value; NULL has a digest, too.
CREATE FUNCTION center_leaves(written jsonb, salt uuid) RETURNS jsonb LANGUAGE sql IMMUTABLE
    SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT jsonb_object_agg(key, left(encode(sha256(convert_to(concat_ws(chr(31), salt, key,
        CASE WHEN value IS NULL THEN '-' ELSE '+' || value END), 'UTF8')), 'hex'), 12)) FROM jsonb_each_text(written)
$$;

-- After each statement that writes a table: all columns of new rows, the changed ones of changed rows, NULL for deleted ones.
CREATE FUNCTION center_keep_state() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp
    SET "TimeZone" = 'UTC' SET "DateStyle" = 'ISO, YMD' SET bytea_output = 'hex'
    SET extra_float_digits = 1 SET "IntervalStyle" = 'iso_8601' AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO center_rowstate ("table", row, salt, leaves)
        SELECT TG_TABLE_NAME, made.id, salted.salt, center_leaves(to_jsonb(made), salted.salt)
        FROM new_rows AS made CROSS JOIN LATERAL (SELECT gen_random_uuid() AS salt WHERE made.id IS NOT NULL) AS salted
        ORDER BY made.id;
    ELSIF TG_OP = 'UPDATE' THEN
        INSERT INTO center_rowstate ("table", row, salt, leaves)
        SELECT TG_TABLE_NAME, changed.id, changed.salt, center_leaves(changed.columns, changed.salt)
        FROM (
            SELECT now.id, gen_random_uuid() AS salt,
                   (SELECT jsonb_object_agg(key, value) FROM jsonb_each(to_jsonb(now))
                    WHERE value IS DISTINCT FROM to_jsonb(was) -> key) AS columns
            FROM new_rows AS now JOIN old_rows AS was ON was.id = now.id
        ) AS changed WHERE changed.columns IS NOT NULL ORDER BY changed.id;
    ELSE
        INSERT INTO center_rowstate ("table", row) SELECT TG_TABLE_NAME, id FROM old_rows ORDER BY id;
    END IF;
    RETURN NULL;
END $$;

-- The same for rows that have no state: those that stood before there were states, and those written with triggers off;
-- and for columns of which no row has a state: those that a migration has added.
CREATE FUNCTION center_keep_states_of(target text) RETURNS integer LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp
    SET "TimeZone" = 'UTC' SET "DateStyle" = 'ISO, YMD' SET bytea_output = 'hex'
    SET extra_float_digits = 1 SET "IntervalStyle" = 'iso_8601' AS $$
DECLARE
    done integer;
    fresh text[];
BEGIN
    SELECT array_agg(column_name::text) INTO fresh FROM information_schema.columns
        WHERE table_schema = 'public' AND table_name = target
          AND EXISTS (SELECT FROM center_rowstate AS kept WHERE kept."table" = target)
          AND NOT EXISTS (SELECT FROM center_rowstate AS kept WHERE kept."table" = target AND kept.leaves ? column_name);
    IF fresh IS NOT NULL THEN
        EXECUTE format(
            'INSERT INTO center_rowstate ("table", row, salt, leaves)
             SELECT %1$L, made.id, salted.salt,
                    center_leaves((SELECT jsonb_object_agg(key, value) FROM jsonb_each(to_jsonb(made)) WHERE key = ANY ($1)),
                                  salted.salt)
             FROM %1$I AS made
             CROSS JOIN LATERAL (SELECT gen_random_uuid() AS salt WHERE made.id IS NOT NULL) AS salted
             WHERE EXISTS (SELECT FROM center_rowstate AS kept WHERE kept."table" = %1$L AND kept.row = made.id)
             ORDER BY made.id', target) USING fresh;
    END IF;
    EXECUTE format(
        'INSERT INTO center_rowstate ("table", row, salt, leaves)
         SELECT %1$L, made.id, salted.salt, center_leaves(to_jsonb(made), salted.salt) FROM %1$I AS made
         CROSS JOIN LATERAL (SELECT gen_random_uuid() AS salt WHERE made.id IS NOT NULL) AS salted
         WHERE NOT EXISTS (SELECT FROM center_rowstate AS kept WHERE kept."table" = %1$L AND kept.row = made.id)
         ORDER BY made.id', target);
    GET DIAGNOSTICS done = ROW_COUNT;
    RETURN done;
END $$;
REVOKE EXECUTE ON FUNCTION center_keep_states_of(text) FROM PUBLIC;
"""


class Migration(migrations.Migration):
    dependencies = [("center", "0005_a_line_of_a_log_has_its_office")]
    operations = [
        migrations.CreateModel(
            name="RowState",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("table", models.CharField(max_length=63)),
                ("row", models.BigIntegerField()),
                ("leaves", models.JSONField(null=True)),
                ("salt", models.UUIDField(db_default=django.contrib.postgres.functions.RandomUUID())),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "verbose_name": "state of a row",
                "verbose_name_plural": "states of rows",
                "indexes": [models.Index(fields=["table", "row", "id"], name="states_of_a_row")],
            },
        ),
        migrations.RunSQL(FUNCTIONS, migrations.RunSQL.noop),
    ]
