-- Who works on a case. Each change of hands is a row, and the newest one says who has the case. That is the authority's own matter: no public
-- answer, no file and no dossier says it.
SET LOCAL lock_timeout = '3s';

CREATE TABLE case_assignment (
    case_id      text COLLATE "C" NOT NULL REFERENCES case_file,
    ordinal      integer NOT NULL CHECK (ordinal > 0),
    -- NULL: nobody has it any more.
    assignee_id  text COLLATE "C" REFERENCES principal,
    at           timestamptz NOT NULL,
    assigned_by  text COLLATE "C" NOT NULL REFERENCES principal,
    PRIMARY KEY (case_id, ordinal)
);

-- Whoever inserts it: regulators alone give and get cases, and no row goes before one that is there.
CREATE FUNCTION check_case_assignment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM principal p WHERE p.id IN (NEW.assignee_id, NEW.assigned_by) AND p.kind <> 'regulator') THEN
        RAISE EXCEPTION 'case %: a regulator gives it to a regulator', NEW.case_id USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.ordinal <> (SELECT coalesce(max(a.ordinal), 0) + 1 FROM case_assignment a WHERE a.case_id = NEW.case_id) THEN
        RAISE EXCEPTION 'case %: assignment % is not the next one', NEW.case_id, NEW.ordinal USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER case_assignment_checked BEFORE INSERT ON case_assignment FOR EACH ROW EXECUTE FUNCTION check_case_assignment();
CREATE TRIGGER case_assignment_append_only BEFORE UPDATE OR DELETE ON case_assignment FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER case_assignment_no_truncate BEFORE TRUNCATE ON case_assignment FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

DO $$
BEGIN
    GRANT SELECT, INSERT ON case_assignment TO termometro_service;
EXCEPTION WHEN undefined_object OR insufficient_privilege THEN
    RAISE NOTICE 'role termometro_service could not be granted the new table here';
END $$;
