"""Triggers of awards, payments and decisions."""

from django.db import migrations

SQL = """
-- Never more than was granted, and never another amount than the instalment's (architecture.md §3).

CREATE FUNCTION relief_keep_award() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    granted numeric;
    promised numeric;
BEGIN
    SELECT amount INTO granted FROM relief_award WHERE id = NEW.award_id;
    SELECT coalesce(sum(amount), 0) INTO promised FROM relief_instalment
        WHERE award_id = NEW.award_id AND status <> 'stopped';
    IF promised > granted THEN
        RAISE EXCEPTION 'instalments of % are above the % granted', promised, granted
            USING ERRCODE = 'check_violation', CONSTRAINT = 'instalments_within_the_award';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER instalments_within_the_award AFTER INSERT OR UPDATE ON relief_instalment
    FOR EACH ROW EXECUTE FUNCTION relief_keep_award();

CREATE FUNCTION relief_keep_payment() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    owed record;
BEGIN
    SELECT i.amount, i.fund_source_id, a.application_id, a.status INTO owed
        FROM relief_instalment i JOIN relief_award a ON a.id = i.award_id WHERE i.id = NEW.instalment_id;
    IF FOUND AND (owed.amount <> NEW.amount OR owed.fund_source_id <> NEW.fund_source_id
                  OR owed.application_id <> NEW.application_id) THEN
        RAISE EXCEPTION 'a payment is its instalment''s: amount, source and application'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'payment_is_its_instalments';
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.status NOT IN ('listed', 'dropped')
       AND (NEW.amount, NEW.payee_name, NEW.card_number, NEW.batch_id, NEW.fund_source_id)
           IS DISTINCT FROM (OLD.amount, OLD.payee_name, OLD.card_number, OLD.batch_id, OLD.fund_source_id) THEN
        RAISE EXCEPTION 'a payment that left is not edited: reverse it'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'payment_that_left_is_not_edited';
    END IF;
    IF FOUND AND TG_OP = 'UPDATE' AND OLD.status = 'listed' AND NEW.status = 'in_transit' AND owed.status <> 'payable' THEN
        RAISE EXCEPTION 'an award that waits or was stopped is not paid'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'payment_of_a_payable_award';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER payments_are_their_instalments BEFORE INSERT OR UPDATE ON relief_payment
    FOR EACH ROW EXECUTE FUNCTION relief_keep_payment();

CREATE FUNCTION relief_refuse_delete() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION '% is never deleted', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER payments_are_kept BEFORE DELETE ON relief_payment FOR EACH ROW EXECUTE FUNCTION relief_refuse_delete();
CREATE TRIGGER awards_are_kept BEFORE DELETE ON relief_award FOR EACH ROW EXECUTE FUNCTION relief_refuse_delete();
CREATE TRIGGER instalments_are_kept BEFORE DELETE ON relief_instalment FOR EACH ROW EXECUTE FUNCTION relief_refuse_delete();
CREATE TRIGGER decisions_are_append_only BEFORE UPDATE OR DELETE ON relief_decision
    FOR EACH ROW EXECUTE FUNCTION relief_refuse_change();
CREATE TRIGGER decisions_are_kept BEFORE TRUNCATE ON relief_decision
    FOR EACH STATEMENT EXECUTE FUNCTION relief_refuse_truncate();
CREATE TRIGGER bank_returns_are_append_only BEFORE UPDATE OR DELETE ON relief_bankreturn
    FOR EACH ROW EXECUTE FUNCTION relief_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("relief", "0002_the_ledger_keeps_its_promises")]
    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
