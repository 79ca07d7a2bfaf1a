-- Acts made here: drafted by one person, approved by another, published once, then only superseded.
SET lock_timeout = '2s';
CREATE EXTENSION IF NOT EXISTS btree_gist;

ALTER TABLE source_file DROP CONSTRAINT source_file_kind_check;
ALTER TABLE source_file ADD CONSTRAINT source_file_kind_check
    CHECK (kind IN ('ceilings', 'sismed', 'thermometer', 'catalogue', 'publication', 'submission'));

-- The same content again is "already imported", but two reporters may send equal files.
ALTER TABLE source_file DROP CONSTRAINT source_file_kind_sha256_key;
CREATE UNIQUE INDEX source_file_content ON source_file (kind, sha256) WHERE kind <> 'submission';

-- NULL: an act ends the market's price.
ALTER TABLE market_price ALTER COLUMN unit_price DROP NOT NULL;

CREATE TABLE act_draft (
    id           text COLLATE "C" PRIMARY KEY CHECK (id ~ '^d[0-9A-Za-z]{10}$'),
    act_id       text COLLATE "C" NOT NULL CHECK (act_id ~ '^[a-z0-9-]{3,80}$'),
    title        text NOT NULL CHECK (title <> ''),
    issued_on    date,
    published_in text,
    -- The first day on which its ceilings bind.
    valid_from   date NOT NULL,
    subject_es   text NOT NULL CHECK (subject_es <> ''),
    subject_en   text NOT NULL CHECK (subject_en <> ''),
    source       text NOT NULL CHECK (source <> ''),
    -- Acts published here whose ceilings end when this one begins; naming its own id makes it a correction.
    supersedes   text[] NOT NULL DEFAULT '{}',
    reason       text NOT NULL CHECK (reason <> ''),
    state        text NOT NULL DEFAULT 'draft' CHECK (state IN ('draft', 'approved', 'published', 'withdrawn')),
    -- SHA-256 of the head and all rows: what is approved is what was seen.
    content_digest text NOT NULL CHECK (content_digest ~ '^[0-9a-f]{64}$'),
    drafted_by   text COLLATE "C" NOT NULL REFERENCES principal,
    drafted_at   timestamptz NOT NULL,
    approved_by  text COLLATE "C" REFERENCES principal,
    approved_at  timestamptz,
    CHECK (approved_by <> drafted_by),
    CHECK ((state IN ('approved', 'published')) <= (approved_by IS NOT NULL))
);

CREATE TABLE act_draft_ceiling (
    draft_id     text COLLATE "C" NOT NULL REFERENCES act_draft,
    line         bigint NOT NULL CHECK (line > 0),
    expediente   integer NOT NULL CHECK (expediente > 0),
    consecutive  integer NOT NULL CHECK (consecutive >= 0),
    column_code  text NOT NULL CHECK (column_code IN ('institutional', 'commercial_wholesale', 'commercial_final')),
    -- NULL: from this act on nothing binds here.
    amount       numeric(18,4) CHECK (amount > 0 AND amount <> 'NaN'),
    margin_kind  text NOT NULL CHECK (margin_kind IN ('pesos', 'none', 'rule')),
    margin       numeric(18,4) CHECK (margin >= 0 AND margin <> 'NaN'),
    market       text COLLATE "C",
    description  text NOT NULL,
    regulated_units numeric CHECK (regulated_units > 0 AND regulated_units <> 'NaN'),
    regulated_unit  text,
    CHECK ((margin_kind = 'pesos') = (margin IS NOT NULL)),
    PRIMARY KEY (draft_id, expediente, consecutive, column_code)
);

CREATE TABLE act_draft_market (
    draft_id     text COLLATE "C" NOT NULL REFERENCES act_draft,
    line         bigint NOT NULL CHECK (line > 0),
    market       text COLLATE "C" NOT NULL CHECK (market ~ '^[0-9A-Za-z]{1,20}$'),
    atc          text,
    ingredient   text NOT NULL CHECK (ingredient <> ''),
    form_group   text NOT NULL,
    unit_price   numeric(18,4) NOT NULL CHECK (unit_price > 0 AND unit_price <> 'NaN'),
    unit         text NOT NULL CHECK (unit <> ''),
    PRIMARY KEY (draft_id, market)
);

CREATE FUNCTION keep_published_draft() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.state IN ('published', 'withdrawn')
        OR (NEW.id, NEW.act_id, NEW.title, NEW.valid_from, NEW.supersedes, NEW.drafted_by) IS DISTINCT FROM
           (OLD.id, OLD.act_id, OLD.title, OLD.valid_from, OLD.supersedes, OLD.drafted_by)
        OR (OLD.state = 'approved' AND NEW.content_digest <> OLD.content_digest) THEN
        RAISE EXCEPTION 'act_draft % is % and cannot change', OLD.id, OLD.state USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER act_draft_kept BEFORE UPDATE OR DELETE ON act_draft FOR EACH ROW EXECUTE FUNCTION keep_published_draft();
CREATE TRIGGER act_draft_no_truncate BEFORE TRUNCATE ON act_draft FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE FUNCTION keep_draft_rows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' OR (SELECT state FROM act_draft WHERE id = NEW.draft_id) <> 'draft' THEN
        RAISE EXCEPTION '% cannot change', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER act_draft_ceiling_kept BEFORE INSERT OR UPDATE OR DELETE ON act_draft_ceiling FOR EACH ROW EXECUTE FUNCTION keep_draft_rows();
CREATE TRIGGER act_draft_market_kept BEFORE INSERT OR UPDATE OR DELETE ON act_draft_market FOR EACH ROW EXECUTE FUNCTION keep_draft_rows();

-- One row a publication; a correction of the same act is its next version.
CREATE TABLE act_publication (
    source_file_id bigint PRIMARY KEY REFERENCES source_file,
    act_id       text COLLATE "C" NOT NULL REFERENCES act,
    version      integer NOT NULL CHECK (version > 0),
    draft_id     text COLLATE "C" NOT NULL UNIQUE REFERENCES act_draft,
    valid_from   date NOT NULL,
    supersedes   text[] NOT NULL,
    title        text NOT NULL,
    issued_on    date,
    published_in text,
    subject_es   text NOT NULL,
    subject_en   text NOT NULL,
    source       text NOT NULL,
    content_digest text NOT NULL,
    published_by text COLLATE "C" NOT NULL REFERENCES principal,
    published_at timestamptz NOT NULL,
    UNIQUE (act_id, version)
);
CREATE TRIGGER act_publication_append_only BEFORE UPDATE OR DELETE ON act_publication FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER act_publication_no_truncate BEFORE TRUNCATE ON act_publication FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- When what was published here binds: at any instant of knowledge, at most one act for a market or CUM, channel and stage.
CREATE TABLE ceiling_validity (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    act_id       text COLLATE "C" NOT NULL REFERENCES act,
    subject      text COLLATE "C" NOT NULL CHECK (subject ~ '^(cum:[1-9][0-9]*-[0-9]+|market:[0-9A-Za-z]+)$'),
    channel      text COLLATE "C" NOT NULL CHECK (channel IN ('institutional', 'commercial')),
    stage        text COLLATE "C" NOT NULL CHECK (stage IN ('primary', 'secondary', 'final')),
    valid        daterange NOT NULL CHECK (NOT isempty(valid) AND NOT lower_inf(valid) AND lower_inc(valid)),
    recorded_in  bigint NOT NULL REFERENCES source_file,
    superseded_in bigint REFERENCES source_file,
    CONSTRAINT ceiling_validity_no_overlap
        EXCLUDE USING gist (subject WITH =, channel WITH =, stage WITH =, valid WITH &&) WHERE (superseded_in IS NULL)
);
CREATE INDEX ceiling_validity_by_act ON ceiling_validity (act_id) WHERE superseded_in IS NULL;
