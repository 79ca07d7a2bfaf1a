-- Petitions to review a price: one alone obliges an answer in the term of the law. What people wrote can be blanked by whoever has the ticket; its
-- digest, its events and its answers stay.
SET LOCAL lock_timeout = '3s';

ALTER TABLE legal_term DROP CONSTRAINT IF EXISTS legal_term_code_check;
ALTER TABLE legal_term ADD CONSTRAINT legal_term_code_check
    CHECK (code IN ('reply', 'limitation', 'citizen_answer', 'petition_answer', 'consultation_answer'));
INSERT INTO legal_term (code, valid_from, amount, unit, citation, confirmed) VALUES
('petition_answer', '2015-06-30', 15, 'working_days', 'Ley 1437 de 2011 (CPACA) art. 14, sustituido por la Ley 1755 de 2015: toda petición se resuelve dentro de los quince días siguientes a su recepción; días hábiles por la Ley 4 de 1913 art. 62. Leído en fuente secundaria', false)
ON CONFLICT DO NOTHING;

-- How many supports put a petition how far up the queue. None of them is a condition for an answer.
CREATE TABLE petition_threshold (
    valid_from   date NOT NULL,
    valid_until  date CHECK (valid_until > valid_from),
    supports     integer NOT NULL CHECK (supports > 0),
    effect_es    text NOT NULL,
    effect_en    text NOT NULL,
    source       text NOT NULL,
    PRIMARY KEY (valid_from, supports)
);
INSERT INTO petition_threshold VALUES
('2015-06-30', NULL, 5, 'Se atiende antes que las que tienen menos apoyos', 'Is attended to before those with fewer supports', 'Propuesta de este servicio: ordena la fila, no es requisito para responder'),
('2015-06-30', NULL, 100, 'Se atiende antes que las que tienen menos apoyos', 'Is attended to before those with fewer supports', 'Propuesta de este servicio: ordena la fila, no es requisito para responder'),
('2015-06-30', NULL, 500, 'Se atiende antes que las que tienen menos apoyos', 'Is attended to before those with fewer supports', 'Propuesta de este servicio: ordena la fila, no es requisito para responder');

CREATE TABLE petition (
    id             text COLLATE "C" PRIMARY KEY CHECK (id ~ '^q[0-9a-f]{12}$'),
    -- SHA-256 of the request: the same one again is answered in the same way, another one under its key is refused.
    request_digest text NOT NULL CHECK (request_digest ~ '^[0-9a-f]{64}$'),
    received_at    timestamptz NOT NULL,
    received_on    date NOT NULL,
    language       text NOT NULL CHECK (language IN ('es', 'en')),
    subject        text NOT NULL CHECK (subject IN ('review_market', 'review_product', 'include_in_control', 'missing_equivalent', 'correct_error')),
    -- The market's ID MR or the product's CUM.
    target         text COLLATE "C" CHECK (char_length(target) BETWEEN 1 AND 40),
    -- NULL: blanked by whoever wrote it.
    request        text CHECK (char_length(request) BETWEEN 10 AND 200),
    reasons        text CHECK (char_length(reasons) BETWEEN 1 AND 3000),
    body_digest    text NOT NULL CHECK (body_digest ~ '^[0-9a-f]{64}$'),
    ticket_hash    bytea NOT NULL CHECK (octet_length(ticket_hash) = 32),
    due_on         date NOT NULL CHECK (due_on >= received_on),
    due_citation   text NOT NULL,
    state          text NOT NULL DEFAULT 'received' CHECK (state IN ('received', 'published', 'withheld', 'answered', 'contested', 'withdrawn')),
    CHECK ((state = 'withdrawn') = (request IS NULL)),
    CHECK ((request IS NULL) = (reasons IS NULL)),
    CHECK (subject NOT IN ('review_market', 'review_product') OR target IS NOT NULL)
);
CREATE INDEX petition_by_due ON petition (due_on, id) WHERE state IN ('received', 'published', 'withheld', 'contested');

-- Nothing but the state changes, and the words to nothing.
CREATE FUNCTION check_petition() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (to_jsonb(OLD) - '{state,request,reasons}'::text[]) IS DISTINCT FROM (to_jsonb(NEW) - '{state,request,reasons}'::text[])
        OR (NEW.request IS NOT NULL AND (NEW.request, NEW.reasons) IS DISTINCT FROM (OLD.request, OLD.reasons)) THEN
        RAISE EXCEPTION 'petition %: what was received does not change', OLD.id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER petition_checked BEFORE UPDATE ON petition FOR EACH ROW EXECUTE FUNCTION check_petition();
CREATE TRIGGER petition_not_deleted BEFORE DELETE ON petition FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER petition_no_truncate BEFORE TRUNCATE ON petition FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

DO $$
BEGIN
    GRANT SELECT ON petition_threshold TO termometro_service;
    GRANT SELECT, INSERT ON petition TO termometro_service;
    GRANT UPDATE (state, request, reasons) ON petition TO termometro_service;
EXCEPTION WHEN undefined_object OR insufficient_privilege THEN
    RAISE NOTICE 'role termometro_service could not be granted the new tables here';
END $$;
