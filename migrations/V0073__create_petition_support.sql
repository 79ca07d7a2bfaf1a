-- Who supports a petition, by a pseudonym that nobody can work out again once the petition's pepper is destroyed; and what people sent and what came
-- of it, of every kind, for the board.
SET LOCAL lock_timeout = '3s';

-- The pepper of one petition: destroyed 28 days after its last answer.
CREATE TABLE petition_pepper (
    petition_id  text COLLATE "C" PRIMARY KEY REFERENCES petition,
    pepper       text NOT NULL CHECK (pepper ~ '^[0-9A-Za-z]{43}$')
);

CREATE TABLE petition_support (
    petition_id    text COLLATE "C" NOT NULL REFERENCES petition,
    supporter_hash bytea NOT NULL CHECK (octet_length(supporter_hash) = 32),
    day            date NOT NULL,
    PRIMARY KEY (petition_id, supporter_hash)
);

-- Supports are of a petition that is public and whose pepper is there.
CREATE FUNCTION check_petition_support() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM petition p JOIN petition_pepper s ON s.petition_id = p.id
                   WHERE p.id = NEW.petition_id AND p.state IN ('published', 'contested')) THEN
        RAISE EXCEPTION 'petition %: not open to supports', NEW.petition_id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER petition_support_checked BEFORE INSERT ON petition_support FOR EACH ROW EXECUTE FUNCTION check_petition_support();
CREATE TRIGGER petition_support_append_only BEFORE UPDATE OR DELETE ON petition_support FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER petition_support_no_truncate BEFORE TRUNCATE ON petition_support FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- A pepper goes only when it is time.
CREATE FUNCTION check_petition_pepper() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM petition p WHERE p.id = OLD.petition_id AND (p.state = 'withdrawn' OR p.state = 'answered'
                   AND EXISTS (SELECT FROM petition_answer a WHERE a.petition_id = p.id))) THEN
        RAISE EXCEPTION 'petition %: its pepper is needed until it is answered', OLD.petition_id USING ERRCODE = 'check_violation';
    END IF;
    RETURN OLD;
END $$;
CREATE TRIGGER petition_pepper_checked BEFORE DELETE ON petition_pepper FOR EACH ROW EXECUTE FUNCTION check_petition_pepper();
CREATE TRIGGER petition_pepper_kept BEFORE UPDATE ON petition_pepper FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- One row for each thing that somebody sent and that has a term to be answered in. A new kind is another branch here.
CREATE VIEW participation_item AS
SELECT 'petition'::text AS kind, p.id, p.received_on, p.due_on, p.state,
    (SELECT min(a.answered_on) FROM petition_answer a WHERE a.petition_id = p.id) AS answered_on,
    (SELECT a.disposition FROM petition_answer a WHERE a.petition_id = p.id ORDER BY a.ordinal DESC LIMIT 1) AS disposition,
    EXISTS (SELECT FROM petition_event e WHERE e.petition_id = p.id AND e.to_state = 'contested') AS contested
FROM petition p;

DO $$
BEGIN
    GRANT SELECT, INSERT, DELETE ON petition_pepper TO termometro_service;
    GRANT SELECT, INSERT ON petition_support TO termometro_service;
    GRANT SELECT ON participation_item TO termometro_service;
EXCEPTION WHEN undefined_object OR insufficient_privilege THEN
    RAISE NOTICE 'role termometro_service could not be granted the new tables here';
END $$;
