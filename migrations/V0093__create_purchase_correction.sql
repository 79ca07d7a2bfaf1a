-- What a buyer, or anybody, says that a line of a purchase is, and what was answered: one alone obliges an answer in the term of the law. And the labels
-- that people give lines, by which the reading is measured. Both name a line by what it says, whatever edition it is in.
SET LOCAL lock_timeout = '3s';

CREATE TABLE purchase_correction (
    id             text COLLATE "C" PRIMARY KEY CHECK (id ~ '^m[0-9a-f]{12}$'),
    purchase_id    bigint NOT NULL CHECK (purchase_id >= 0),
    -- SHA-256 of the request: the same one again is answered in the same way.
    request_digest text NOT NULL CHECK (request_digest ~ '^[0-9a-f]{64}$'),
    received_at    timestamptz NOT NULL,
    received_on    date NOT NULL,
    language       text NOT NULL CHECK (language IN ('es', 'en')),
    -- Who writes, by their own word.
    sender         text COLLATE "C" NOT NULL CHECK (sender IN ('buyer', 'seller', 'other')),
    -- NULL: blanked by whoever wrote it.
    body           text CHECK (char_length(body) BETWEEN 10 AND 2000),
    body_digest    text NOT NULL CHECK (body_digest ~ '^[0-9a-f]{64}$'),
    -- What it is said to be; NULL: the text says it.
    expediente     integer CHECK (expediente > 0),
    consecutive    integer CHECK (consecutive >= 0),
    ticket_hash    bytea NOT NULL CHECK (octet_length(ticket_hash) = 32),
    due_on         date NOT NULL CHECK (due_on >= received_on),
    due_citation   text NOT NULL,
    state          text COLLATE "C" NOT NULL DEFAULT 'received' CHECK (state IN ('received', 'answered', 'withdrawn')),
    CHECK ((expediente IS NULL) = (consecutive IS NULL)),
    CHECK ((state = 'withdrawn') = (body IS NULL))
);
CREATE INDEX purchase_correction_by_purchase ON purchase_correction (purchase_id, received_at, id);
CREATE INDEX purchase_correction_by_due ON purchase_correction (due_on, id) WHERE state = 'received';

CREATE FUNCTION require_purchase_of_correction() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM purchase p WHERE p.id = NEW.purchase_id) THEN
        RAISE EXCEPTION '%: there is no purchase %', TG_TABLE_NAME, NEW.purchase_id USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER purchase_correction_names_purchase BEFORE INSERT ON purchase_correction
    FOR EACH ROW EXECUTE FUNCTION require_purchase_of_correction();

-- Nothing but the state changes, and the words to nothing.
CREATE FUNCTION check_purchase_correction() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (to_jsonb(OLD) - '{state,body}'::text[]) IS DISTINCT FROM (to_jsonb(NEW) - '{state,body}'::text[])
        OR (NEW.body IS NOT NULL AND NEW.body IS DISTINCT FROM OLD.body) THEN
        RAISE EXCEPTION 'purchase_correction %: what was received does not change', OLD.id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER purchase_correction_checked BEFORE UPDATE ON purchase_correction FOR EACH ROW EXECUTE FUNCTION check_purchase_correction();
CREATE TRIGGER purchase_correction_not_deleted BEFORE DELETE ON purchase_correction FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER purchase_correction_no_truncate BEFORE TRUNCATE ON purchase_correction FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE purchase_correction_answer (
    correction_id  text COLLATE "C" PRIMARY KEY REFERENCES purchase_correction,
    at             timestamptz NOT NULL,
    answered_on    date NOT NULL,
    answered_by    text COLLATE "C" NOT NULL REFERENCES principal,
    disposition    text COLLATE "C" NOT NULL CHECK (disposition IN ('accepted', 'not_accepted', 'source_must_correct')),
    text_es        text NOT NULL CHECK (char_length(text_es) BETWEEN 80 AND 8000),
    text_en        text CHECK (char_length(text_en) BETWEEN 1 AND 8000)
);
CREATE INDEX purchase_correction_answer_by_person ON purchase_correction_answer (answered_by);

CREATE TABLE purchase_correction_event (
    correction_id  text COLLATE "C" NOT NULL REFERENCES purchase_correction,
    ordinal        integer NOT NULL CHECK (ordinal > 0),
    at             timestamptz NOT NULL,
    from_state     text,
    to_state       text NOT NULL,
    -- NULL: whoever has the ticket.
    actor_id       text COLLATE "C" REFERENCES principal,
    PRIMARY KEY (correction_id, ordinal)
);
CREATE INDEX purchase_correction_event_by_actor ON purchase_correction_event (actor_id);

CREATE FUNCTION check_purchase_correction_event() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    before text := (SELECT e.to_state FROM purchase_correction_event e WHERE e.correction_id = NEW.correction_id ORDER BY e.ordinal DESC LIMIT 1);
    allowed boolean;
BEGIN
    IF NEW.ordinal <> (SELECT coalesce(max(e.ordinal), 0) + 1 FROM purchase_correction_event e WHERE e.correction_id = NEW.correction_id)
        OR NEW.from_state IS DISTINCT FROM before THEN
        RAISE EXCEPTION 'purchase_correction %: event % does not follow', NEW.correction_id, NEW.ordinal USING ERRCODE = 'check_violation';
    END IF;
    allowed := CASE NEW.to_state
        WHEN 'received' THEN before IS NULL
        WHEN 'answered' THEN before = 'received'
        WHEN 'withdrawn' THEN before IN ('received', 'answered')
        ELSE false END;
    IF NOT coalesce(allowed, false) THEN
        RAISE EXCEPTION 'purchase_correction %: no step from % to %', NEW.correction_id, before, NEW.to_state USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.to_state = 'answered' AND NOT EXISTS (SELECT FROM purchase_correction_answer a WHERE a.correction_id = NEW.correction_id) THEN
        RAISE EXCEPTION 'purchase_correction %: answered without an answer', NEW.correction_id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER purchase_correction_event_checked BEFORE INSERT ON purchase_correction_event
    FOR EACH ROW EXECUTE FUNCTION check_purchase_correction_event();

-- At the commit, the state is that of the newest event.
CREATE FUNCTION check_purchase_correction_state() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT c.state FROM purchase_correction c WHERE c.id = NEW.id)
        IS DISTINCT FROM (SELECT e.to_state FROM purchase_correction_event e WHERE e.correction_id = NEW.id ORDER BY e.ordinal DESC LIMIT 1) THEN
        RAISE EXCEPTION 'purchase_correction %: no state without its event', NEW.id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER purchase_correction_state_has_event AFTER INSERT OR UPDATE ON purchase_correction
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_purchase_correction_state();

CREATE TRIGGER purchase_correction_answer_append_only BEFORE UPDATE OR DELETE ON purchase_correction_answer FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER purchase_correction_answer_no_truncate BEFORE TRUNCATE ON purchase_correction_answer
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER purchase_correction_event_append_only BEFORE UPDATE OR DELETE ON purchase_correction_event FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER purchase_correction_event_no_truncate BEFORE TRUNCATE ON purchase_correction_event
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- What a person who labels lines says that one is. Two do it without seeing each other's, a third where they differ.
CREATE TABLE purchase_label (
    purchase_id    bigint NOT NULL CHECK (purchase_id >= 0),
    labeller       text COLLATE "C" NOT NULL CHECK (labeller ~ '^[a-z0-9_-]{1,40}$'),
    truth          text COLLATE "C" NOT NULL CHECK (truth IN ('product', 'market', 'not_a_medicine', 'cannot_tell')),
    expediente     integer CHECK (expediente > 0),
    consecutive    integer CHECK (consecutive >= 0),
    market         text COLLATE "C" CHECK (market <> ''),
    at             timestamptz NOT NULL,
    PRIMARY KEY (purchase_id, labeller),
    CHECK ((truth = 'product') = (expediente IS NOT NULL) AND (expediente IS NULL) = (consecutive IS NULL)),
    CHECK ((truth = 'market') = (market IS NOT NULL))
);
CREATE TRIGGER purchase_label_names_purchase BEFORE INSERT ON purchase_label FOR EACH ROW EXECUTE FUNCTION require_purchase_of_correction();
CREATE TRIGGER purchase_label_append_only BEFORE UPDATE OR DELETE ON purchase_label FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER purchase_label_no_truncate BEFORE TRUNCATE ON purchase_label FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

DO $$
BEGIN
    GRANT SELECT, INSERT ON purchase_correction, purchase_correction_answer, purchase_correction_event, purchase_label TO termometro_service;
    GRANT UPDATE (state, body) ON purchase_correction TO termometro_service;
EXCEPTION WHEN undefined_object OR insufficient_privilege THEN
    RAISE NOTICE 'role termometro_service could not be granted the new tables here';
END $$;
