-- Consultation of a draft act: how long it is open and why, and the lines of each version of the draft. A line is named by what it is of, never by
-- a position in a text, so its name stands for the same thing for ever.
SET LOCAL lock_timeout = '3s';

CREATE TABLE consultation (
    draft_id      text COLLATE "C" PRIMARY KEY REFERENCES act_draft,
    opened_at     timestamptz NOT NULL,
    opened_on     date NOT NULL,
    opened_by     text COLLATE "C" NOT NULL REFERENCES principal,
    -- The last day on which comments are taken, unless it is extended.
    closes_on     date NOT NULL CHECK (closes_on > opened_on AND closes_on <= opened_on + 366),
    -- Why it is open so long, with its law: public.
    length_reason text NOT NULL CHECK (char_length(length_reason) BETWEEN 1 AND 2000)
);
CREATE INDEX consultation_by_opener ON consultation (opened_by);
CREATE INDEX consultation_by_day ON consultation (opened_on, draft_id);

-- It is made longer, never shorter.
CREATE TABLE consultation_extension (
    draft_id     text COLLATE "C" NOT NULL REFERENCES consultation,
    ordinal      integer NOT NULL CHECK (ordinal > 0),
    at           timestamptz NOT NULL,
    day          date NOT NULL,
    extended_by  text COLLATE "C" NOT NULL REFERENCES principal,
    closes_on    date NOT NULL,
    reason       text NOT NULL CHECK (char_length(reason) BETWEEN 1 AND 2000),
    PRIMARY KEY (draft_id, ordinal)
);
CREATE INDEX consultation_extension_by_person ON consultation_extension (extended_by);

CREATE FUNCTION consultation_closes_on(draft text) RETURNS date LANGUAGE sql STABLE AS $$
    SELECT greatest(c.closes_on, (SELECT max(e.closes_on) FROM consultation_extension e WHERE e.draft_id = c.draft_id))
    FROM consultation c WHERE c.draft_id = draft
$$;

-- Holds a draft as a draft to the end of the transaction: neither its content nor its state changes meanwhile.
CREATE FUNCTION hold_consulted_draft(draft text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    present text;
BEGIN
    SELECT d.state INTO present FROM act_draft d WHERE d.id = draft FOR SHARE;
    IF present IS DISTINCT FROM 'draft' THEN
        RAISE EXCEPTION 'consultation of %: its draft is %', draft, present
            USING ERRCODE = 'check_violation', CONSTRAINT = 'consultation_of_a_draft';
    END IF;
END $$;

CREATE FUNCTION require_regulator(who text, what text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM principal p WHERE p.id = who AND p.kind = 'regulator') THEN
        RAISE EXCEPTION '%: a regulator does that', what USING ERRCODE = 'check_violation';
    END IF;
END $$;

CREATE FUNCTION check_consultation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM hold_consulted_draft(NEW.draft_id), require_regulator(NEW.opened_by, 'consultation of ' || NEW.draft_id);
    RETURN NEW;
END $$;
CREATE TRIGGER consultation_checked BEFORE INSERT ON consultation FOR EACH ROW EXECUTE FUNCTION check_consultation();

CREATE FUNCTION check_consultation_extension() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    closes_on date := consultation_closes_on(NEW.draft_id);
BEGIN
    PERFORM hold_consulted_draft(NEW.draft_id), require_regulator(NEW.extended_by, 'consultation of ' || NEW.draft_id);
    IF NEW.ordinal <> (SELECT coalesce(max(e.ordinal), 0) + 1 FROM consultation_extension e WHERE e.draft_id = NEW.draft_id) THEN
        RAISE EXCEPTION 'consultation of %: extension % does not follow', NEW.draft_id, NEW.ordinal USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.closes_on <= closes_on OR NEW.closes_on > closes_on + 366 OR NEW.day > closes_on THEN
        RAISE EXCEPTION 'consultation of %: it is open until % and is extended before that, to a later day', NEW.draft_id, closes_on
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER consultation_extension_checked BEFORE INSERT ON consultation_extension
    FOR EACH ROW EXECUTE FUNCTION check_consultation_extension();

-- Each content of the draft since it was opened.
CREATE TABLE consultation_version (
    draft_id     text COLLATE "C" NOT NULL REFERENCES consultation,
    version      integer NOT NULL CHECK (version > 0),
    digest       text NOT NULL CHECK (digest ~ '^[0-9a-f]{64}$'),
    made_at      timestamptz NOT NULL,
    made_on      date NOT NULL,
    PRIMARY KEY (draft_id, version)
);

CREATE TABLE consultation_line (
    draft_id      text COLLATE "C" NOT NULL,
    version       integer NOT NULL,
    part          text COLLATE "C" NOT NULL CHECK (part IN ('ceiling', 'head', 'market')),
    -- The CUM or the ID MR; of the head, nothing.
    key           text COLLATE "C" NOT NULL CHECK ((key = '') = (part = 'head')),
    field         text COLLATE "C" NOT NULL CHECK (field <> ''),
    -- As the draft has it; NULL: nothing stands there, or from this act on nothing binds there.
    value         text,
    -- What the newest list in force said there on the day of the version.
    current_value text,
    market        text COLLATE "C",
    -- What is priced there, for whoever searches.
    description   text NOT NULL,
    PRIMARY KEY (draft_id, part, key, field, version),
    FOREIGN KEY (draft_id, version) REFERENCES consultation_version
);

-- Plain digits, with two places at least.
CREATE FUNCTION plain_pesos(amount numeric) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN scale(trim_scale(amount)) < 2 THEN round(amount, 2) ELSE trim_scale(amount) END::text
$$;

-- The lines of a draft as it stands, under a version that has none yet.
CREATE FUNCTION copy_consultation_lines(draft text, number integer, day date) RETURNS void LANGUAGE sql AS $$
    INSERT INTO consultation_line (draft_id, version, part, key, field, value, current_value, market, description)
    SELECT draft, number, 'head', '', f.field, f.value, NULL, NULL, d.title
    FROM act_draft d CROSS JOIN LATERAL (VALUES ('title', d.title), ('issued_on', d.issued_on::text), ('published_in', d.published_in),
        ('valid_from', d.valid_from::text), ('subject_es', d.subject_es), ('subject_en', d.subject_en), ('source', d.source),
        ('supersedes', array_to_string(d.supersedes, ' '))) f(field, value)
    WHERE d.id = draft;
    INSERT INTO consultation_line (draft_id, version, part, key, field, value, current_value, market, description)
    SELECT draft, number, 'ceiling', c.expediente || '-' || c.consecutive, c.column_code, plain_pesos(c.amount), plain_pesos(n.amount),
        c.market, c.description
    FROM act_draft_ceiling c LEFT JOIN LATERAL (SELECT l.amount FROM ceiling l JOIN source_file s ON s.id = l.source_file_id
        WHERE l.kind = 'maximum' AND l.expediente = c.expediente AND l.consecutive = c.consecutive AND l.column_code = c.column_code
            AND l.valid_from <= day AND s.ended_in IS NULL
        ORDER BY l.valid_from DESC, s.cut_date DESC NULLS LAST, s.id DESC, l.amount DESC NULLS FIRST, l.id LIMIT 1) n ON true
    WHERE c.draft_id = draft;
    -- A margin by the general rule is nothing that the draft sets.
    INSERT INTO consultation_line (draft_id, version, part, key, field, value, current_value, market, description)
    SELECT draft, number, 'ceiling', c.expediente || '-' || c.consecutive, c.column_code || '_margin',
        CASE c.margin_kind WHEN 'none' THEN '0.00' ELSE plain_pesos(c.margin) END, NULL, c.market, c.description
    FROM act_draft_ceiling c WHERE c.draft_id = draft AND c.margin_kind <> 'rule';
    INSERT INTO consultation_line (draft_id, version, part, key, field, value, current_value, market, description)
    SELECT draft, number, 'market', m.market, f.field, f.value, f.current_value, m.market, m.ingredient || ' ' || m.form_group
    FROM act_draft_market m LEFT JOIN LATERAL (SELECT l.unit_price FROM market_price l JOIN source_file s ON s.id = l.source_file_id
        WHERE l.market = m.market AND l.valid_from <= day AND s.ended_in IS NULL
        ORDER BY l.valid_from DESC, s.cut_date DESC NULLS LAST, s.id DESC LIMIT 1) n ON true
    CROSS JOIN LATERAL (VALUES ('unit_price', plain_pesos(m.unit_price), plain_pesos(n.unit_price)), ('unit', m.unit, NULL),
        ('ingredient', m.ingredient, NULL), ('form_group', m.form_group, NULL)) f(field, value, current_value)
    WHERE m.draft_id = draft;
$$;

-- The next version, where the content is another than that of the newest one.
CREATE FUNCTION make_consultation_version(draft text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    content text;
    made timestamptz;
    newest consultation_version%ROWTYPE;
BEGIN
    SELECT d.content_digest INTO content FROM act_draft d WHERE d.id = draft FOR SHARE;
    SELECT * INTO newest FROM consultation_version v WHERE v.draft_id = draft ORDER BY v.version DESC LIMIT 1;
    IF newest.digest = content THEN
        RETURN;
    END IF;
    SELECT CASE WHEN newest.version IS NULL THEN c.opened_at
        ELSE coalesce((SELECT max(k.at) FROM act_draft_contributor k WHERE k.draft_id = draft AND k.digest_after = content), now()) END
    INTO made FROM consultation c WHERE c.draft_id = draft;
    INSERT INTO consultation_version (draft_id, version, digest, made_at, made_on)
    VALUES (draft, coalesce(newest.version, 0) + 1, content, made, (made AT TIME ZONE 'America/Bogota')::date);
    PERFORM copy_consultation_lines(draft, coalesce(newest.version, 0) + 1, (made AT TIME ZONE 'America/Bogota')::date);
END $$;

-- With the rights of the owner: nobody else writes versions and their lines.
CREATE FUNCTION begin_consultation() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM make_consultation_version(NEW.draft_id);
    RETURN NULL;
END $$;
CREATE TRIGGER consultation_has_version AFTER INSERT ON consultation FOR EACH ROW EXECUTE FUNCTION begin_consultation();

CREATE FUNCTION follow_draft() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM consultation c WHERE c.draft_id = NEW.id) THEN
        PERFORM make_consultation_version(NEW.id);
    END IF;
    RETURN NULL;
END $$;
-- At the commit, when rows and digest are both there, whichever was written first.
CREATE CONSTRAINT TRIGGER act_draft_has_versions AFTER UPDATE OF content_digest ON act_draft
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION follow_draft();

CREATE TRIGGER consultation_append_only BEFORE UPDATE OR DELETE ON consultation FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER consultation_no_truncate BEFORE TRUNCATE ON consultation FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER consultation_extension_append_only BEFORE UPDATE OR DELETE ON consultation_extension FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER consultation_extension_no_truncate BEFORE TRUNCATE ON consultation_extension FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER consultation_version_append_only BEFORE UPDATE OR DELETE ON consultation_version FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER consultation_version_no_truncate BEFORE TRUNCATE ON consultation_version FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER consultation_line_append_only BEFORE UPDATE OR DELETE ON consultation_line FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER consultation_line_no_truncate BEFORE TRUNCATE ON consultation_line FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

DO $$
BEGIN
    REVOKE EXECUTE ON FUNCTION copy_consultation_lines(text, integer, date), make_consultation_version(text) FROM PUBLIC;
    GRANT SELECT, INSERT ON consultation, consultation_extension TO termometro_service;
    GRANT SELECT ON consultation_version, consultation_line TO termometro_service;
EXCEPTION WHEN undefined_object OR insufficient_privilege THEN
    RAISE NOTICE 'role termometro_service could not be granted the new tables here';
END $$;
