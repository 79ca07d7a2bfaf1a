-- Comments on lines of a draft: public at once, held back with a public reason, or withdrawn by whoever has the ticket. Each has the term of the law.
SET LOCAL lock_timeout = '3s';

INSERT INTO legal_term (code, valid_from, amount, unit, citation, confirmed) VALUES
('consultation_answer', '2015-06-30', 30, 'working_days', 'Ley 1437 de 2011 (CPACA) art. 14, sustituido por la Ley 1755 de 2015: las consultas a las autoridades en relación con las materias a su cargo se resuelven dentro de los treinta días siguientes a su recepción; días hábiles por la Ley 4 de 1913 art. 62. Leído en fuente secundaria', false)
ON CONFLICT DO NOTHING;

-- Case, accents, spaces and marks apart: what two people sent from one letter is one argument.
CREATE FUNCTION folded_digest(words text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT encode(sha256(convert_to(btrim(regexp_replace(translate(lower(words), 'áàäâéèëêíìïîóòöôúùüûñç', 'aaaaeeeeiiiioooouuuunc'),
        '[^a-z0-9]+', ' ', 'g')), 'UTF8')), 'hex')
$$;

CREATE TABLE consultation_comment (
    id             text COLLATE "C" PRIMARY KEY CHECK (id ~ '^k[0-9a-f]{12}$'),
    -- SHA-256 of the request: the same one again is answered in the same way, another one under its key is refused.
    request_digest text NOT NULL CHECK (request_digest ~ '^[0-9a-f]{64}$'),
    draft_id       text COLLATE "C" NOT NULL REFERENCES consultation,
    version        integer NOT NULL,
    part           text COLLATE "C" NOT NULL,
    key            text COLLATE "C" NOT NULL,
    field          text COLLATE "C" NOT NULL,
    received_at    timestamptz NOT NULL,
    received_on    date NOT NULL,
    language       text NOT NULL CHECK (language IN ('es', 'en')),
    kind           text NOT NULL CHECK (kind IN ('error_of_fact', 'method', 'effect_on_access', 'wording', 'support', 'other')),
    -- NULL: blanked by whoever wrote it.
    text           text CHECK (char_length(text) BETWEEN 1 AND 4000),
    proposed_value numeric(18, 4) CHECK (proposed_value > 0 AND proposed_value <> 'NaN'),
    on_behalf_of   text CHECK (char_length(on_behalf_of) BETWEEN 1 AND 200),
    interest_declared boolean NOT NULL,
    body_digest    text NOT NULL CHECK (body_digest ~ '^[0-9a-f]{64}$'),
    -- Set here from the text.
    folded_digest  text NOT NULL CHECK (folded_digest ~ '^[0-9a-f]{64}$'),
    ticket_hash    bytea NOT NULL CHECK (octet_length(ticket_hash) = 32),
    due_on         date NOT NULL CHECK (due_on >= received_on),
    due_citation   text NOT NULL,
    state          text NOT NULL DEFAULT 'published' CHECK (state IN ('published', 'withheld', 'withdrawn')),
    withheld_reason text CHECK (char_length(withheld_reason) BETWEEN 1 AND 2000),
    moderated_by   text COLLATE "C" REFERENCES principal,
    FOREIGN KEY (draft_id, version, part, key, field) REFERENCES consultation_line (draft_id, version, part, key, field),
    CHECK ((state = 'withdrawn') = (text IS NULL)),
    CHECK (state <> 'withdrawn' OR num_nonnulls(proposed_value, on_behalf_of) = 0),
    CHECK (state <> 'withheld' OR num_nonnulls(withheld_reason, moderated_by) = 2),
    -- Whoever speaks for others says what interest they have.
    CHECK (on_behalf_of IS NULL OR interest_declared)
);
CREATE INDEX consultation_comment_by_line ON consultation_comment (draft_id, part, key, field, version);
CREATE INDEX consultation_comment_by_reception ON consultation_comment (draft_id, received_at, id);
CREATE INDEX consultation_comment_by_words ON consultation_comment (draft_id, folded_digest);
CREATE INDEX consultation_comment_by_moderator ON consultation_comment (moderated_by) WHERE moderated_by IS NOT NULL;

-- On a line of the newest version, while it is open. The draft is held, so that no approval and no new version comes in between.
CREATE FUNCTION check_new_comment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM hold_consulted_draft(NEW.draft_id);
    IF NEW.received_on > consultation_closes_on(NEW.draft_id) THEN
        RAISE EXCEPTION 'consultation of %: it is closed since %', NEW.draft_id, consultation_closes_on(NEW.draft_id)
            USING ERRCODE = 'check_violation', CONSTRAINT = 'consultation_is_open';
    END IF;
    IF NEW.version <> (SELECT max(v.version) FROM consultation_version v WHERE v.draft_id = NEW.draft_id) THEN
        RAISE EXCEPTION 'consultation of %: version % is not the newest', NEW.draft_id, NEW.version
            USING ERRCODE = 'check_violation', CONSTRAINT = 'consultation_version_is_newest';
    END IF;
    IF NEW.state <> 'published' OR NEW.text IS NULL THEN
        RAISE EXCEPTION 'comment %: it begins with its text', NEW.id USING ERRCODE = 'check_violation';
    END IF;
    NEW.folded_digest := folded_digest(NEW.text);
    RETURN NEW;
END $$;
CREATE TRIGGER consultation_comment_begins BEFORE INSERT ON consultation_comment FOR EACH ROW EXECUTE FUNCTION check_new_comment();

-- Nothing but the state changes, and the words to nothing. What comes back or stays back does so while there is a draft to decide on.
CREATE FUNCTION check_comment() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    open_members text[] := '{state,text,proposed_value,on_behalf_of,withheld_reason,moderated_by}';
BEGIN
    IF OLD.state = 'withdrawn' OR (to_jsonb(OLD) - open_members) IS DISTINCT FROM (to_jsonb(NEW) - open_members)
        OR (NEW.state <> 'withdrawn'
            AND (NEW.text, NEW.proposed_value, NEW.on_behalf_of) IS DISTINCT FROM (OLD.text, OLD.proposed_value, OLD.on_behalf_of)) THEN
        RAISE EXCEPTION 'comment %: what was received does not change', OLD.id USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.state <> 'withdrawn' THEN
        PERFORM hold_consulted_draft(NEW.draft_id), require_regulator(NEW.moderated_by, 'comment ' || NEW.id);
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER consultation_comment_checked BEFORE UPDATE ON consultation_comment FOR EACH ROW EXECUTE FUNCTION check_comment();
CREATE TRIGGER consultation_comment_not_deleted BEFORE DELETE ON consultation_comment FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER consultation_comment_no_truncate BEFORE TRUNCATE ON consultation_comment FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

DO $$
BEGIN
    GRANT SELECT, INSERT ON consultation_comment TO termometro_service;
    GRANT UPDATE (state, text, proposed_value, on_behalf_of, withheld_reason, moderated_by) ON consultation_comment TO termometro_service;
EXCEPTION WHEN undefined_object OR insufficient_privilege THEN
    RAISE NOTICE 'role termometro_service could not be granted the new tables here';
END $$;
