-- What people say they paid for a medicine. No name, hour or place of sale is ever received. Whoever has the ticket can have all content blanked:
-- the columns of content then hold nothing, and what stays says only that a report was received and withdrawn.
SET LOCAL lock_timeout = '3s';

ALTER TABLE legal_term DROP CONSTRAINT IF EXISTS legal_term_code_check;
ALTER TABLE legal_term ADD CONSTRAINT legal_term_code_check
    CHECK (code IN ('reply', 'limitation', 'citizen_answer', 'petition_answer', 'consultation_answer'));
INSERT INTO legal_term (code, valid_from, amount, unit, citation, confirmed) VALUES
('citizen_answer', '2015-06-30', 15, 'working_days', 'Ley 1437 de 2011 (CPACA) art. 14, sustituido por la Ley 1755 de 2015: toda petición se resuelve dentro de los quince días siguientes a su recepción; días hábiles por la Ley 4 de 1913 art. 62. Leído en fuente secundaria', false)
ON CONFLICT DO NOTHING;

-- Departments, and the municipality that is the seat of each. Other municipalities are known by their department and their code alone.
CREATE TABLE territory (
    code    text COLLATE "C" PRIMARY KEY CHECK (code ~ '^[0-9]{2}([0-9]{3})?$'),
    name    text NOT NULL,
    source  text NOT NULL
);
INSERT INTO territory (code, name, source)
SELECT t.code, t.name, 'DANE, DIVIPOLA; transcrito sin el archivo oficial a la vista'
FROM (VALUES
    ('05', 'Antioquia'), ('08', 'Atlántico'), ('11', 'Bogotá, D. C.'), ('13', 'Bolívar'), ('15', 'Boyacá'), ('17', 'Caldas'), ('18', 'Caquetá'),
    ('19', 'Cauca'), ('20', 'Cesar'), ('23', 'Córdoba'), ('25', 'Cundinamarca'), ('27', 'Chocó'), ('41', 'Huila'), ('44', 'La Guajira'),
    ('47', 'Magdalena'), ('50', 'Meta'), ('52', 'Nariño'), ('54', 'Norte de Santander'), ('63', 'Quindío'), ('66', 'Risaralda'),
    ('68', 'Santander'), ('70', 'Sucre'), ('73', 'Tolima'), ('76', 'Valle del Cauca'), ('81', 'Arauca'), ('85', 'Casanare'), ('86', 'Putumayo'),
    ('88', 'San Andrés, Providencia y Santa Catalina'), ('91', 'Amazonas'), ('94', 'Guainía'), ('95', 'Guaviare'), ('97', 'Vaupés'),
    ('99', 'Vichada'),
    ('05001', 'Medellín'), ('08001', 'Barranquilla'), ('11001', 'Bogotá, D. C.'), ('13001', 'Cartagena de Indias'), ('15001', 'Tunja'),
    ('17001', 'Manizales'), ('18001', 'Florencia'), ('19001', 'Popayán'), ('20001', 'Valledupar'), ('23001', 'Montería'), ('27001', 'Quibdó'),
    ('41001', 'Neiva'), ('44001', 'Riohacha'), ('47001', 'Santa Marta'), ('50001', 'Villavicencio'), ('52001', 'Pasto'), ('54001', 'Cúcuta'),
    ('63001', 'Armenia'), ('66001', 'Pereira'), ('68001', 'Bucaramanga'), ('70001', 'Sincelejo'), ('73001', 'Ibagué'), ('76001', 'Cali'),
    ('81001', 'Arauca'), ('85001', 'Yopal'), ('86001', 'Mocoa'), ('88001', 'San Andrés'), ('91001', 'Leticia'), ('94001', 'Inírida'),
    ('95001', 'San José del Guaviare'), ('97001', 'Mitú'), ('99001', 'Puerto Carreño')) t(code, name);

CREATE TABLE price_report (
    id             text COLLATE "C" PRIMARY KEY CHECK (id ~ '^p[0-9a-f]{12}$'),
    received_on    date NOT NULL,
    language       text NOT NULL CHECK (language IN ('es', 'en')),
    -- Keyed digest of the request, for a second try; content, since few requests are possible.
    request_mac    bytea CHECK (octet_length(request_mac) = 32),
    cum            text COLLATE "C" CHECK (cum ~ '^[0-9]{1,9}-[0-9]{1,9}$'),
    typed          text CHECK (char_length(typed) BETWEEN 1 AND 1000),
    amount         numeric(18, 4) CHECK (amount > 0 AND amount <> 'NaN'),
    per            text CHECK (per IN ('pack', 'dispensing_unit')),
    bought_on      date CHECK (bought_on <= received_on),
    municipality   text COLLATE "C" CHECK (municipality ~ '^[0-9]{5}$'),
    question       text CHECK (char_length(question) BETWEEN 1 AND 1000),
    -- Keyed digest of the network that it came from: whoever sends much counts once. It goes once its week is released.
    contributor    bytea CHECK (octet_length(contributor) = 32),
    -- Of the content together with the ticket, which is stored nowhere: without the ticket nobody can try contents out.
    content_digest text NOT NULL CHECK (content_digest ~ '^[0-9a-f]{64}$'),
    ticket_hash    bytea NOT NULL CHECK (octet_length(ticket_hash) = 32),
    -- Where an answer was wanted.
    due_on         date CHECK (due_on >= received_on),
    due_citation   text,
    state          text NOT NULL DEFAULT 'received' CHECK (state IN ('received', 'usable', 'not_usable', 'withdrawn')),
    -- The first day on which it was found usable: it counts in the week of that day and in no other.
    usable_since   date CHECK (usable_since >= received_on),
    disposition    text CHECK (disposition IN ('informed', 'forwarded', 'no_competence')),
    answered_on    date CHECK (answered_on >= received_on),
    answered_by    text COLLATE "C" REFERENCES principal,
    answer_es      text CHECK (char_length(answer_es) BETWEEN 80 AND 8000),
    answer_en      text CHECK (char_length(answer_en) BETWEEN 1 AND 8000),
    CHECK (num_nonnulls(amount, per, bought_on, municipality, request_mac) IN (0, 5)),
    CHECK ((state = 'withdrawn') = (amount IS NULL)),
    CHECK (state = 'withdrawn' OR num_nonnulls(cum, typed) > 0),
    CHECK (state <> 'withdrawn' OR num_nonnulls(cum, typed, question, contributor, usable_since, answer_es, answer_en) = 0),
    CHECK (state <> 'usable' OR num_nonnulls(cum, usable_since) = 2),
    CHECK (num_nonnulls(due_on, due_citation) IN (0, 2)),
    CHECK (question IS NULL OR due_on IS NOT NULL),
    CHECK (num_nonnulls(disposition, answered_on, answered_by) IN (0, 3)),
    CHECK ((answer_es IS NULL) = (disposition IS NULL) OR state = 'withdrawn'),
    CHECK (answer_en IS NULL OR answer_es IS NOT NULL)
);
CREATE INDEX price_report_by_answerer ON price_report (answered_by);
CREATE INDEX price_report_by_day_of_use ON price_report (usable_since) WHERE state = 'usable';
CREATE INDEX price_report_waiting ON price_report (due_on, id) WHERE state <> 'withdrawn' AND (state = 'received' OR due_on IS NOT NULL AND disposition IS NULL);
CREATE INDEX price_report_with_contributor ON price_report (received_on) WHERE contributor IS NOT NULL;

-- What was received does not change, but to nothing.
CREATE FUNCTION check_price_report() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    changed text[] := ARRAY(SELECT n.key FROM jsonb_each(to_jsonb(NEW)) n WHERE n.value IS DISTINCT FROM to_jsonb(OLD) -> n.key);
    once text[] := '{usable_since,disposition,answered_on,answered_by,answer_es,answer_en}';
    content text[] := '{cum,typed,amount,per,bought_on,municipality,question,request_mac,usable_since,answer_es,answer_en}';
    named text;
BEGIN
    FOREACH named IN ARRAY changed LOOP
        IF named = 'state' OR named = 'contributor' AND NEW.contributor IS NULL OR named = ANY (once) AND to_jsonb(OLD) -> named = 'null'
            OR named = ANY (content) AND to_jsonb(NEW) -> named = 'null' AND NEW.state = 'withdrawn' THEN
            CONTINUE;
        END IF;
        RAISE EXCEPTION 'price report %: what was received does not change (%)', OLD.id, named USING ERRCODE = 'check_violation';
    END LOOP;
    IF OLD.state = 'withdrawn' THEN
        RAISE EXCEPTION 'price report %: it is withdrawn', OLD.id USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.disposition IS NOT NULL AND OLD.disposition IS NULL
        AND NOT EXISTS (SELECT FROM principal p WHERE p.id = NEW.answered_by AND p.kind = 'regulator') THEN
        RAISE EXCEPTION 'price report %: a regulator answers it', OLD.id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER price_report_checked BEFORE UPDATE ON price_report FOR EACH ROW EXECUTE FUNCTION check_price_report();
CREATE TRIGGER price_report_not_deleted BEFORE DELETE ON price_report FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER price_report_no_truncate BEFORE TRUNCATE ON price_report FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- The steps of a report: days, states and reasons of a closed list, and no content.
CREATE TABLE price_report_event (
    report_id   text COLLATE "C" NOT NULL REFERENCES price_report,
    ordinal     integer NOT NULL CHECK (ordinal > 0),
    day         date NOT NULL,
    from_state  text,
    to_state    text NOT NULL,
    -- NULL: whoever has the ticket, or the service itself.
    actor_id    text COLLATE "C" REFERENCES principal,
    reason      text CHECK (reason IN ('not_a_medicine', 'no_price', 'implausible', 'duplicate', 'joke', 'personal_data')),
    PRIMARY KEY (report_id, ordinal),
    CHECK ((to_state = 'not_usable') = (reason IS NOT NULL))
);
CREATE INDEX price_report_event_by_actor ON price_report_event (actor_id);

CREATE FUNCTION check_price_report_event() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    before text := (SELECT e.to_state FROM price_report_event e WHERE e.report_id = NEW.report_id ORDER BY e.ordinal DESC LIMIT 1);
    allowed boolean;
BEGIN
    IF NEW.ordinal <> (SELECT coalesce(max(e.ordinal), 0) + 1 FROM price_report_event e WHERE e.report_id = NEW.report_id)
        OR NEW.from_state IS DISTINCT FROM before THEN
        RAISE EXCEPTION 'price report %: event % does not follow', NEW.report_id, NEW.ordinal USING ERRCODE = 'check_violation';
    END IF;
    allowed := CASE NEW.to_state
        WHEN 'received' THEN before IS NULL
        WHEN 'usable' THEN before IN ('received', 'not_usable')
        WHEN 'not_usable' THEN before IN ('received', 'usable')
        WHEN 'withdrawn' THEN before IS NOT NULL AND before <> 'withdrawn'
        ELSE false END;
    IF NOT coalesce(allowed, false) THEN
        RAISE EXCEPTION 'price report %: no step from % to %', NEW.report_id, before, NEW.to_state USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER price_report_event_checked BEFORE INSERT ON price_report_event FOR EACH ROW EXECUTE FUNCTION check_price_report_event();
CREATE TRIGGER price_report_event_append_only BEFORE UPDATE OR DELETE ON price_report_event FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER price_report_event_no_truncate BEFORE TRUNCATE ON price_report_event FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- At the commit, the state is that of the newest event.
CREATE FUNCTION check_price_report_state() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    now_state text := (SELECT p.state FROM price_report p WHERE p.id = NEW.id);
BEGIN
    IF now_state IS DISTINCT FROM (SELECT e.to_state FROM price_report_event e WHERE e.report_id = NEW.id ORDER BY e.ordinal DESC LIMIT 1) THEN
        RAISE EXCEPTION 'price report %: no state without its event', NEW.id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER price_report_state_has_event AFTER INSERT OR UPDATE ON price_report
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_price_report_state();

-- And no event without its state.
CREATE FUNCTION check_state_of_price_report_event() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    newest text := (SELECT e.to_state FROM price_report_event e WHERE e.report_id = NEW.report_id ORDER BY e.ordinal DESC LIMIT 1);
BEGIN
    IF newest IS DISTINCT FROM (SELECT p.state FROM price_report p WHERE p.id = NEW.report_id) THEN
        RAISE EXCEPTION 'price report %: no event without its state', NEW.report_id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER price_report_event_has_state AFTER INSERT ON price_report_event
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_state_of_price_report_event();

-- "The same price today": it renews a report and counts in no statistic.
CREATE TABLE price_report_confirmation (
    report_id  text COLLATE "C" NOT NULL REFERENCES price_report,
    -- Its Monday: once a week.
    week       date NOT NULL CHECK (extract(isodow FROM week) = 1),
    day        date NOT NULL CHECK (day >= week AND day < week + 7),
    PRIMARY KEY (report_id, week)
);
CREATE FUNCTION check_price_report_confirmation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM price_report p WHERE p.id = NEW.report_id AND p.state <> 'withdrawn') THEN
        RAISE EXCEPTION 'price report %: it is withdrawn', NEW.report_id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER price_report_confirmation_checked BEFORE INSERT ON price_report_confirmation
    FOR EACH ROW EXECUTE FUNCTION check_price_report_confirmation();
CREATE TRIGGER price_report_confirmation_append_only BEFORE UPDATE OR DELETE ON price_report_confirmation
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER price_report_confirmation_no_truncate BEFORE TRUNCATE ON price_report_confirmation
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

DO $$
BEGIN
    GRANT SELECT ON territory TO termometro_service;
    GRANT SELECT, INSERT ON price_report, price_report_event, price_report_confirmation TO termometro_service;
    GRANT UPDATE (state, request_mac, cum, typed, amount, per, bought_on, municipality, question, contributor, usable_since, disposition, answered_on,
        answered_by, answer_es, answer_en) ON price_report TO termometro_service;
EXCEPTION WHEN undefined_object OR insufficient_privilege THEN
    RAISE NOTICE 'role termometro_service could not be granted the new tables here';
END $$;
