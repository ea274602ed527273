"""Triggers of the ledger."""

from django.db import migrations

SQL = r"""
-- What PostgreSQL promises about the ledger (architecture.md §4). Owned by center_owner; center_app can neither change nor drop it.

CREATE FUNCTION relief_refuse_change() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION '% is never changed: a mistake is answered by a new row', TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END $$;

-- A test's flush may truncate; nothing else may. Databases of tests are named test_….
CREATE FUNCTION relief_refuse_truncate() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF current_database() LIKE 'test\_%' THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION '% is never emptied', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER ledger_transactions_are_append_only BEFORE UPDATE OR DELETE ON relief_ledgertransaction
    FOR EACH ROW EXECUTE FUNCTION relief_refuse_change();
CREATE TRIGGER ledger_transactions_are_kept BEFORE TRUNCATE ON relief_ledgertransaction
    FOR EACH STATEMENT EXECUTE FUNCTION relief_refuse_truncate();
CREATE TRIGGER postings_are_append_only BEFORE UPDATE OR DELETE ON relief_posting
    FOR EACH ROW EXECUTE FUNCTION relief_refuse_change();
CREATE TRIGGER postings_are_kept BEFORE TRUNCATE ON relief_posting
    FOR EACH STATEMENT EXECUTE FUNCTION relief_refuse_truncate();

-- One statement trigger: every posting of a ledger transaction comes in one INSERT, inside the database transaction that
-- made the ledger transaction, moves only the buckets that its kind may move, and sums to zero within each fund source.
-- Balances follow: zero rows first (an upsert would test the CHECK on the amount proposed), then locks in one order.
CREATE FUNCTION relief_keep_ledger() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    wrong record;
BEGIN
    SELECT t.id INTO wrong FROM fresh JOIN relief_ledgertransaction t ON t.id = fresh.transaction_id
        WHERE t.txid <> pg_current_xact_id() LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'ledger transaction % is closed', wrong.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_transaction_is_closed';
    END IF;

    SELECT earlier.transaction_id AS id INTO wrong FROM relief_posting earlier
        WHERE earlier.transaction_id IN (SELECT transaction_id FROM fresh) AND earlier.id NOT IN (SELECT id FROM fresh) LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'the postings of ledger transaction % come in one statement', wrong.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_transaction_is_one_statement';
    END IF;

    SELECT transaction_id AS id, fund_source_id, sum(amount) AS total INTO wrong FROM fresh
        GROUP BY transaction_id, fund_source_id HAVING sum(amount) <> 0 LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'ledger transaction % does not sum to zero in fund source %: %', wrong.id, wrong.fund_source_id, wrong.total
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_sums_to_zero';
    END IF;

    SELECT t.id, t.kind, fresh.bucket, fresh.amount INTO wrong
        FROM fresh JOIN relief_ledgertransaction t ON t.id = fresh.transaction_id
        WHERE (t.kind, fresh.bucket, sign(fresh.amount)) NOT IN (VALUES
            ('receive', 'outside', -1), ('receive', 'available', 1),
            ('commit', 'available', -1), ('commit', 'committed', 1),
            ('release', 'committed', -1), ('release', 'available', 1),
            ('hand_over', 'committed', -1), ('hand_over', 'in_transit', 1),
            ('pay', 'in_transit', -1), ('pay', 'paid', 1),
            ('bank_failed', 'in_transit', -1), ('bank_failed', 'committed', 1),
            ('reverse', 'paid', -1), ('reverse', 'available', 1), ('reverse', 'committed', 1),
            ('reverse', 'available', -1), ('reverse', 'outside', 1),
            ('transfer', 'available', -1), ('transfer', 'outside', 1),
            ('transfer', 'outside', -1), ('transfer', 'available', 1),
            ('carry_over', 'available', -1), ('carry_over', 'outside', 1),
            ('carry_over', 'outside', -1), ('carry_over', 'available', 1)
        ) LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'ledger transaction %: % may not move % by %', wrong.id, wrong.kind, wrong.bucket, wrong.amount
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_kind_moves_its_buckets';
    END IF;

    INSERT INTO relief_balance (fund_source_id, bucket, amount)
        SELECT DISTINCT fund_source_id, bucket, 0 FROM fresh ORDER BY fund_source_id, bucket ON CONFLICT DO NOTHING;
    PERFORM 1 FROM relief_balance b JOIN (SELECT DISTINCT fund_source_id, bucket FROM fresh) touched
        ON touched.fund_source_id = b.fund_source_id AND touched.bucket = b.bucket
        ORDER BY b.fund_source_id, b.bucket FOR UPDATE OF b;
    UPDATE relief_balance b SET amount = b.amount + moved.total
        FROM (SELECT fund_source_id, bucket, sum(amount) AS total FROM fresh GROUP BY fund_source_id, bucket) moved
        WHERE moved.fund_source_id = b.fund_source_id AND moved.bucket = b.bucket;
    RETURN NULL;
END $$;

CREATE TRIGGER postings_sum_to_zero_and_keep_balances AFTER INSERT ON relief_posting
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION relief_keep_ledger();

-- A transaction that moves nothing is no transaction; looked at when the database transaction ends.
CREATE FUNCTION relief_ledger_has_postings() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM relief_posting WHERE transaction_id = NEW.id) THEN
        RAISE EXCEPTION 'ledger transaction % has no postings', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_transaction_has_postings';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER ledger_transactions_have_postings AFTER INSERT ON relief_ledgertransaction
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION relief_ledger_has_postings();
"""


class Migration(migrations.Migration):
    dependencies = [("relief", "0001_initial")]
    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
