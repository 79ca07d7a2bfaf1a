-- A checked file of invoices that its sender wants kept is a submission too: its bytes and its receipt, and no row of it is a report.
SET LOCAL lock_timeout = '3s';

ALTER TABLE submission
    ADD COLUMN kind text COLLATE "C" NOT NULL DEFAULT 'report' CHECK (kind IN ('report', 'invoice')),
    DROP CONSTRAINT submission_format_check,
    ADD CONSTRAINT submission_format_check CHECK (CASE kind WHEN 'report' THEN format IN ('csv', 'ndjson', 'xlsx', 'med100')
        ELSE format IN ('dian', 'zip', 'csv', 'xlsx', 'rips', 'sismed', 'med100') END),
    ADD CONSTRAINT submission_invoice_is_no_report
        CHECK (kind = 'report' OR NOT (dry_run OR zero_report OR gzip OR source_file_id IS NOT NULL OR rectifies IS NOT NULL));

DO $$
DECLARE
    accepted text := conname FROM pg_constraint
        WHERE conrelid = 'submission'::regclass AND contype = 'c' AND pg_get_constraintdef(oid) LIKE '%receipt IS NOT NULL%';
BEGIN
    EXECUTE format('ALTER TABLE submission DROP CONSTRAINT %I', accepted);
END $$;
ALTER TABLE submission ADD CONSTRAINT submission_accepted_is_whole CHECK (state NOT IN ('accepted', 'partly_quarantined') OR dry_run
    OR (receipt IS NOT NULL AND (source_file_id IS NOT NULL OR kind = 'invoice')));

CREATE OR REPLACE FUNCTION keep_finished_submission() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.finished_at IS NOT NULL
        OR (NEW.id, NEW.principal_id, NEW.nit, NEW.sha256, NEW.bytes, NEW.period, NEW.rectifies, NEW.received_at, NEW.kind) IS DISTINCT FROM
           (OLD.id, OLD.principal_id, OLD.nit, OLD.sha256, OLD.bytes, OLD.period, OLD.rectifies, OLD.received_at, OLD.kind) THEN
        RAISE EXCEPTION 'submission % cannot change', OLD.id USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
