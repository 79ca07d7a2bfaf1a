-- Evidence and later verdicts name a report. A foreign key to a table in partitions opens all of them again for each row that is written, so that a row
-- costs more the more files there are: here the rows of a statement are checked together. Reports are never deleted, and the service's log-in may not.
SET LOCAL lock_timeout = '3s';

ALTER TABLE case_evidence DROP CONSTRAINT case_evidence_report_id_report_part_fkey;
ALTER TABLE reassessment DROP CONSTRAINT reassessment_report_id_report_part_fkey;

-- Each row is looked up by key in its own partition, however many partitions there are.
CREATE FUNCTION require_reports() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp
    SET enable_hashjoin = off SET enable_mergejoin = off SET enable_seqscan = off AS $$
BEGIN
    IF EXISTS (SELECT FROM added a WHERE NOT EXISTS (SELECT FROM sismed_row r WHERE r.id = a.report_id AND r.part = a.report_part)) THEN
        RAISE EXCEPTION '%: a row names a report that does not exist', TG_TABLE_NAME USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER case_evidence_names_reports AFTER INSERT ON case_evidence REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION require_reports();
CREATE TRIGGER reassessment_names_reports AFTER INSERT ON reassessment REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION require_reports();

-- As the foreign keys did: a report that evidence or a later verdict names stays.
CREATE FUNCTION keep_named_report() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM case_evidence e WHERE e.report_id = OLD.id) OR EXISTS (SELECT FROM reassessment c WHERE c.report_id = OLD.id) THEN
        RAISE EXCEPTION 'sismed_row %: evidence or a later verdict names it', OLD.id USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER sismed_row_keep_named AFTER DELETE ON sismed_row FOR EACH ROW EXECUTE FUNCTION keep_named_report();
