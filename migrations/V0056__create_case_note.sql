-- What regulators write down on a case for each other. No dossier, public answer, file, webhook or log has a word of it; nothing of it is changed or
-- taken away.
SET LOCAL lock_timeout = '3s';

CREATE TABLE case_note (
    case_id    text COLLATE "C" NOT NULL REFERENCES case_file,
    ordinal    integer NOT NULL CHECK (ordinal > 0),
    at         timestamptz NOT NULL,
    author_id  text COLLATE "C" NOT NULL REFERENCES principal,
    text       text NOT NULL CHECK (char_length(text) BETWEEN 1 AND 4000),
    PRIMARY KEY (case_id, ordinal)
);

-- Whoever inserts it: regulators alone write, and no note goes before one that is there.
CREATE FUNCTION check_case_note() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM principal p WHERE p.id = NEW.author_id AND p.kind = 'regulator') THEN
        RAISE EXCEPTION 'case %: a regulator writes its notes', NEW.case_id USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.ordinal <> (SELECT coalesce(max(n.ordinal), 0) + 1 FROM case_note n WHERE n.case_id = NEW.case_id) THEN
        RAISE EXCEPTION 'case %: note % is not the next one', NEW.case_id, NEW.ordinal USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER case_note_checked BEFORE INSERT ON case_note FOR EACH ROW EXECUTE FUNCTION check_case_note();
CREATE TRIGGER case_note_append_only BEFORE UPDATE OR DELETE ON case_note FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER case_note_no_truncate BEFORE TRUNCATE ON case_note FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

DO $$
BEGIN
    GRANT SELECT, INSERT ON case_note TO termometro_service;
EXCEPTION WHEN undefined_object OR insufficient_privilege THEN
    RAISE NOTICE 'role termometro_service could not be granted the new table here';
END $$;
