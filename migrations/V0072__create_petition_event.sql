-- What happened to a petition and what was answered: only added. No state without its event, and none is answered without an answer of substance.
SET LOCAL lock_timeout = '3s';

CREATE TABLE petition_answer (
    petition_id  text COLLATE "C" NOT NULL REFERENCES petition,
    ordinal      integer NOT NULL CHECK (ordinal IN (1, 2)),
    at           timestamptz NOT NULL,
    answered_on  date NOT NULL,
    answered_by  text COLLATE "C" NOT NULL REFERENCES principal,
    disposition  text NOT NULL CHECK (disposition IN ('price_will_be_reviewed', 'no_ground', 'outside_competence', 'already_decided')),
    text_es      text NOT NULL CHECK (char_length(text_es) BETWEEN 80 AND 8000),
    text_en      text CHECK (char_length(text_en) BETWEEN 1 AND 8000),
    PRIMARY KEY (petition_id, ordinal)
);
CREATE INDEX petition_answer_by_person ON petition_answer (answered_by);

CREATE TABLE petition_event (
    petition_id  text COLLATE "C" NOT NULL REFERENCES petition,
    ordinal      integer NOT NULL CHECK (ordinal > 0),
    at           timestamptz NOT NULL,
    from_state   text,
    to_state     text NOT NULL,
    -- NULL: whoever has the ticket, or the service itself.
    actor_id     text COLLATE "C" REFERENCES principal,
    -- Public; NULL where the step says it all.
    reason       text CHECK (char_length(reason) BETWEEN 1 AND 2000),
    PRIMARY KEY (petition_id, ordinal)
);
CREATE INDEX petition_event_by_actor ON petition_event (actor_id);
-- A petition is contested once.
CREATE UNIQUE INDEX petition_event_contested_once ON petition_event (petition_id) WHERE to_state = 'contested';

CREATE FUNCTION check_petition_answer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM principal p WHERE p.id = NEW.answered_by AND p.kind = 'regulator') THEN
        RAISE EXCEPTION 'petition %: a regulator answers it', NEW.petition_id USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.ordinal <> (SELECT coalesce(max(a.ordinal), 0) + 1 FROM petition_answer a WHERE a.petition_id = NEW.petition_id) THEN
        RAISE EXCEPTION 'petition %: answer % is not the next one', NEW.petition_id, NEW.ordinal USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER petition_answer_checked BEFORE INSERT ON petition_answer FOR EACH ROW EXECUTE FUNCTION check_petition_answer();

CREATE FUNCTION check_petition_event() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    before text := (SELECT e.to_state FROM petition_event e WHERE e.petition_id = NEW.petition_id ORDER BY e.ordinal DESC LIMIT 1);
    answers integer := (SELECT count(*) FROM petition_answer a WHERE a.petition_id = NEW.petition_id);
    contests integer := (SELECT count(*) FROM petition_event e WHERE e.petition_id = NEW.petition_id AND e.to_state = 'contested');
    allowed boolean;
BEGIN
    IF NEW.ordinal <> (SELECT coalesce(max(e.ordinal), 0) + 1 FROM petition_event e WHERE e.petition_id = NEW.petition_id)
        OR NEW.from_state IS DISTINCT FROM before THEN
        RAISE EXCEPTION 'petition %: event % does not follow', NEW.petition_id, NEW.ordinal USING ERRCODE = 'check_violation';
    END IF;
    allowed := CASE NEW.to_state
        WHEN 'received' THEN before IS NULL
        WHEN 'published' THEN before IN ('received', 'withheld')
        WHEN 'withheld' THEN before IN ('received', 'published')
        WHEN 'answered' THEN before IN ('received', 'published', 'withheld', 'contested')
        WHEN 'contested' THEN before = 'answered'
        WHEN 'withdrawn' THEN before IS NOT NULL AND before <> 'withdrawn'
        ELSE false END;
    IF NOT coalesce(allowed, false) THEN
        RAISE EXCEPTION 'petition %: no step from % to %', NEW.petition_id, before, NEW.to_state USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.to_state = 'answered' AND answers <> contests + 1 THEN
        RAISE EXCEPTION 'petition %: answered without an answer', NEW.petition_id USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.to_state IN ('withheld', 'contested') AND NEW.reason IS NULL THEN
        RAISE EXCEPTION 'petition %: % needs its public reason', NEW.petition_id, NEW.to_state USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER petition_event_checked BEFORE INSERT ON petition_event FOR EACH ROW EXECUTE FUNCTION check_petition_event();

-- At the commit, the state is that of the newest event.
CREATE FUNCTION check_petition_state() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    now_state text := (SELECT p.state FROM petition p WHERE p.id = NEW.id);
BEGIN
    IF now_state IS DISTINCT FROM (SELECT e.to_state FROM petition_event e WHERE e.petition_id = NEW.id ORDER BY e.ordinal DESC LIMIT 1) THEN
        RAISE EXCEPTION 'petition %: no state without its event', NEW.id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER petition_state_has_event AFTER INSERT OR UPDATE ON petition
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_petition_state();

CREATE TRIGGER petition_answer_append_only BEFORE UPDATE OR DELETE ON petition_answer FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER petition_answer_no_truncate BEFORE TRUNCATE ON petition_answer FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER petition_event_append_only BEFORE UPDATE OR DELETE ON petition_event FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER petition_event_no_truncate BEFORE TRUNCATE ON petition_event FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

DO $$
BEGIN
    GRANT SELECT, INSERT ON petition_answer, petition_event TO termometro_service;
EXCEPTION WHEN undefined_object OR insufficient_privilege THEN
    RAISE NOTICE 'role termometro_service could not be granted the new tables here';
END $$;
