"""An approved destruction names its tables, rows and columns; the function that blanks reads them and nothing else."""

from django.db import migrations, models

FUNCTION = r"""
DROP FUNCTION IF EXISTS center_destroy(bigint, text, text, bigint[], text[], text[]);

-- Makes blank what an approved and sealed destruction names in its `scope`, and nothing else. Of each row it keeps the
-- digest that the row had and the one that it has now, both over the columns of the row's seal. Texts become '', json {},
-- arrays empty, everything else NULL (or the type's zero where NULL is not allowed). How many rows it blanked.
CREATE FUNCTION center_destroy(decision bigint) RETURNS integer LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp
    SET "TimeZone" = 'UTC' SET "DateStyle" = 'ISO, YMD' SET bytea_output = 'hex'
    SET extra_float_digits = 1 SET "IntervalStyle" = 'iso_8601' AS $$
DECLARE
    allowed constant text := '^(center_event|center_accessentry|[a-z]+_[a-z]+event|[a-z]+_[a-z]+history)$';
    named jsonb;
    part record;
    shape text[];
    key text;
    finder text;
    covered int8multirange;
    setting text;
    digest text;
    numbers bigint[];
    leaves bytea[];
    done integer := 0;
BEGIN
    IF NOT EXISTS (SELECT 1 FROM center_seal WHERE "table" = 'center_destruction' AND ids @> decision
                   AND 'scope' = ANY (columns)) THEN
        RAISE EXCEPTION 'destruction % is not approved and sealed', decision USING ERRCODE = 'restrict_violation';
    END IF;
    SELECT scope INTO named FROM center_destruction WHERE id = decision;
    FOR part IN
        SELECT one ->> 'table' AS target, one ->> 'by' AS found_by,
               ARRAY(SELECT jsonb_array_elements_text(one -> 'of')) AS chosen,
               ARRAY(SELECT jsonb_array_elements_text(one -> 'columns')) AS blank
        FROM jsonb_array_elements(named) AS one
    LOOP
        IF part.target !~ allowed
           OR part.found_by <> (CASE WHEN part.target IN ('center_event', 'center_accessentry') THEN 'subject'
                                     WHEN part.target = 'legal_caseevent' THEN 'id' ELSE 'pgh_obj_id' END)
           OR NOT EXISTS (SELECT 1 FROM information_schema.columns
                          WHERE table_schema = 'public' AND table_name = part.target AND column_name = 'salt')
        THEN
            RAISE EXCEPTION 'rows of % cannot be destroyed', part.target USING ERRCODE = 'restrict_violation';
        END IF;
        IF EXISTS (SELECT 1 FROM unnest(part.blank) AS name
                   WHERE (part.target = 'center_event' AND name <> 'facts')
                      OR (part.target = 'center_accessentry' AND name <> 'reason_text')
                      OR (part.target = 'legal_caseevent' AND name <> 'text')
                      OR name IN ('id', 'salt') OR name LIKE 'pgh\_%' OR name LIKE '%\_id')
        THEN
            RAISE EXCEPTION 'of % only personal facts can be destroyed', part.target USING ERRCODE = 'restrict_violation';
        END IF;
        SELECT attname INTO STRICT key FROM pg_index JOIN pg_attribute ON attrelid = indrelid AND attnum = indkey[0]
            WHERE indrelid = format('public.%I', part.target)::regclass AND indisprimary;
        SELECT format('%I = ANY ($1::%s[])', part.found_by, format_type(atttypid, NULL)) INTO STRICT finder FROM pg_attribute
            WHERE attrelid = format('public.%I', part.target)::regclass AND attname = part.found_by;
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
            WHERE table_schema = 'public' AND table_name = part.target AND column_name = ANY (part.blank);
        FOR shape, covered IN
            SELECT columns, range_agg(ids) FROM center_seal WHERE "table" = part.target AND 'salt' = ANY (columns)
            GROUP BY columns
        LOOP
            SELECT format('sha256(convert_to(jsonb_build_array(%s)::text, ''UTF8''))',
                          string_agg(format('%I', name), ', ' ORDER BY place))
                INTO digest FROM unnest(shape) WITH ORDINALITY AS c(name, place);
            EXECUTE format(
                'SELECT array_agg(number ORDER BY number), array_agg(leaf ORDER BY number)
                 FROM (SELECT %1$I::bigint AS number, %2$s AS leaf FROM %3$I
                       WHERE %4$s AND salt IS NOT NULL AND %1$I::bigint <@ $2) AS found', key, digest, part.target, finder)
                INTO numbers, leaves USING part.chosen, covered;
            CONTINUE WHEN numbers IS NULL;
            PERFORM set_config('center.destroying', 'on', true);
            EXECUTE format('UPDATE %I SET salt = NULL%s WHERE %I = ANY ($1)', part.target, coalesce(', ' || setting, ''), key)
                USING numbers;
            PERFORM set_config('center.destroying', 'off', true);
            EXECUTE format(
                'INSERT INTO center_destroyedrow (destruction_id, "table", row, leaf, remains)
                 SELECT $1, $2, was.number, was.leaf, (SELECT %1$s FROM %2$I AS now WHERE now.%3$I = was.number)
                 FROM unnest($3, $4) AS was(number, leaf)', digest, part.target, key)
                USING decision, part.target, numbers, leaves;
            done := done + cardinality(numbers);
        END LOOP;
    END LOOP;
    RETURN done;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("center", "0003_votes_and_roles_keep_apart")]
    operations = [
        migrations.AddField(
            model_name="destruction",
            name="scope",
            field=models.JSONField(null=True, verbose_name="what it names"),
        ),
        migrations.AddField(
            model_name="destroyedrow",
            name="remains",
            field=models.BinaryField(max_length=32, null=True),
        ),
        migrations.AddField(
            model_name="destructionrequest",
            name="offices",
            field=models.ManyToManyField(
                related_name="+", to="center.office", verbose_name="offices that answer for it"
            ),
        ),
        migrations.RunSQL(FUNCTION, migrations.RunSQL.noop),
    ]
