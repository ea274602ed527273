"""Triggers of closed periods and of carry-overs."""

from django.db import migrations

SQL = """
-- What is closed stays as it was (architecture.md §4): no posting on a day of a closed period or before it, no new money and no
-- new grant for a source of a closed year; and a carry-over keeps office, origin and earmark.

-- Postings of an office share a lock that its closing takes alone: whichever comes second sees the other.
CREATE FUNCTION relief_keep_closed_periods() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    wrong record;
BEGIN
    PERFORM pg_advisory_xact_lock_shared(hashtext('relief_closing'), place.id::integer) FROM (
        SELECT t.office_id AS id FROM fresh JOIN relief_ledgertransaction t ON t.id = fresh.transaction_id
        UNION SELECT s.office_id FROM fresh JOIN relief_fundsource s ON s.id = fresh.fund_source_id ORDER BY 1) place;

    SELECT t.id, c.until INTO wrong FROM fresh
        JOIN relief_ledgertransaction t ON t.id = fresh.transaction_id
        JOIN relief_fundsource s ON s.id = fresh.fund_source_id
        JOIN relief_closing c ON c.status = 'closed' AND c.office_id IN (t.office_id, s.office_id)
            AND c.until >= (t.posted_at AT TIME ZONE 'Asia/Shanghai')::date LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'ledger transaction %: everything up to % is closed', wrong.id, wrong.until
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_period_is_closed';
    END IF;

    SELECT t.id, c.year INTO wrong FROM fresh
        JOIN relief_ledgertransaction t ON t.id = fresh.transaction_id
        JOIN relief_fundsource s ON s.id = fresh.fund_source_id
        JOIN relief_closing c ON c.status = 'closed' AND c.month = 0 AND c.office_id = s.office_id AND c.year >= s.year
        WHERE t.kind IN ('receive', 'commit')
            OR (t.kind IN ('transfer', 'carry_over') AND fresh.bucket = 'available' AND fresh.amount > 0) LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'ledger transaction %: the source is of a year that is closed (%)', wrong.id, wrong.year
            USING ERRCODE = 'check_violation', CONSTRAINT = 'source_of_a_closed_year_takes_nothing';
    END IF;

    SELECT t.id INTO wrong FROM fresh gives
        JOIN relief_ledgertransaction t ON t.id = gives.transaction_id AND t.kind = 'carry_over'
        JOIN relief_fundsource giver ON giver.id = gives.fund_source_id
        JOIN fresh takes ON takes.transaction_id = t.id AND takes.bucket = 'available' AND takes.amount > 0
        JOIN relief_fundsource taker ON taker.id = takes.fund_source_id
        WHERE gives.bucket = 'available' AND gives.amount < 0
            AND (taker.office_id <> giver.office_id OR taker.origin <> giver.origin OR taker.year <= giver.year
                 OR (giver.earmarks <> '{}' AND NOT (taker.earmarks @> giver.earmarks AND taker.earmarks <@ giver.earmarks)))
        LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'ledger transaction %: money is carried over for the same purpose into a later year', wrong.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'carry_over_keeps_its_purpose';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER postings_leave_closed_periods_alone AFTER INSERT ON relief_posting
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION relief_keep_closed_periods();

-- A closing: of a period that has ended, with nothing of it at the bank; not edited afterwards; opened again from the end.
CREATE FUNCTION relief_keep_closing() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('relief_closing'), NEW.office_id::integer);
    IF TG_OP = 'INSERT' AND NEW.status <> 'open' THEN
        RAISE EXCEPTION 'a period is put forward before it is closed'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'closing_begins_open';
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.status IN ('closed', 'reopened')
       AND (NEW.office_id, NEW.year, NEW.month, NEW.until, NEW.remarks, NEW.asked_by_id, NEW.asked_at, NEW.closed_by_id, NEW.closed_at)
           IS DISTINCT FROM (OLD.office_id, OLD.year, OLD.month, OLD.until, OLD.remarks, OLD.asked_by_id, OLD.asked_at, OLD.closed_by_id, OLD.closed_at) THEN
        RAISE EXCEPTION 'a closing is not edited: open the period again'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'closing_is_not_edited';
    END IF;
    IF TG_OP = 'UPDATE' AND (OLD.status, NEW.status) NOT IN (VALUES ('open', 'open'), ('open', 'asked'), ('asked', 'asked'),
           ('asked', 'open'), ('asked', 'closed'), ('closed', 'closed'), ('closed', 'reopened'), ('reopened', 'reopened')) THEN
        RAISE EXCEPTION 'a period that is % does not become %', OLD.status, NEW.status
            USING ERRCODE = 'check_violation', CONSTRAINT = 'closing_goes_its_way';
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.status = 'asked' AND NEW.status = 'closed' THEN
        IF NEW.until >= (now() AT TIME ZONE 'Asia/Shanghai')::date THEN
            RAISE EXCEPTION 'the period ends on %', NEW.until
                USING ERRCODE = 'check_violation', CONSTRAINT = 'closing_of_a_period_that_has_ended';
        END IF;
        IF EXISTS (SELECT 1 FROM relief_payment WHERE office_id = NEW.office_id AND status = 'in_transit'
                   AND (paid_at AT TIME ZONE 'Asia/Shanghai')::date <= NEW.until) THEN
            RAISE EXCEPTION 'money of this period is still at the bank'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'closing_leaves_nothing_at_the_bank';
        END IF;
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.status = 'closed' AND NEW.status = 'reopened' AND EXISTS (
            SELECT 1 FROM relief_closing WHERE office_id = NEW.office_id AND status = 'closed' AND id <> NEW.id
            AND (until > NEW.until OR (until = NEW.until AND month = 0))) THEN
        RAISE EXCEPTION 'a later period is closed'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'closing_is_opened_again_from_the_end';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER closings_keep_their_rules BEFORE INSERT OR UPDATE ON relief_closing
    FOR EACH ROW EXECUTE FUNCTION relief_keep_closing();
CREATE TRIGGER closings_are_kept BEFORE DELETE ON relief_closing FOR EACH ROW EXECUTE FUNCTION relief_refuse_delete();

-- What is left of a source goes on under the same document and earmark.
CREATE FUNCTION relief_keep_carried_source() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM relief_fundsource g WHERE g.id = NEW.carried_from_id
            AND (g.office_id, g.origin, g.document_number, g.earmarks) = (NEW.office_id, NEW.origin, NEW.document_number, NEW.earmarks)
            AND g.year < NEW.year) THEN
        RAISE EXCEPTION 'a source that was carried over keeps office, origin, document and earmark'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'carried_source_keeps_its_document';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER carried_sources_keep_their_document BEFORE INSERT OR UPDATE ON relief_fundsource
    FOR EACH ROW WHEN (NEW.carried_from_id IS NOT NULL) EXECUTE FUNCTION relief_keep_carried_source();
"""


class Migration(migrations.Migration):
    dependencies = [("relief", "0003_awards_are_never_overpaid")]
    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
