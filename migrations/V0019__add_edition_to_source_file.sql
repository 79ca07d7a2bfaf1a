-- Which edition of a list counts: by the day its publisher says that it speaks for, not by the hour of its import. And how an import is taken back.
SET LOCAL lock_timeout = '3s';

ALTER TABLE source_file DROP CONSTRAINT source_file_kind_check;
ALTER TABLE source_file ADD CONSTRAINT source_file_kind_check CHECK (kind IN
    ('ceilings', 'sismed', 'thermometer', 'catalogue', 'benefit_plan', 'cum_codes', 'ium_codes', 'publication', 'submission', 'undo'));

ALTER TABLE source_file
    -- Where `cut_date` comes from: the file itself, its name, the person who imported it, or the first day of its newest act.
    ADD COLUMN cut_date_from text CHECK (cut_date_from IN ('file', 'name', 'given', 'acts')),
    -- Files of one kind and series are editions of the same list.
    ADD COLUMN series text COLLATE "C" NOT NULL DEFAULT '',
    -- The span that a file of reports covers, half-open.
    ADD COLUMN covers_from date,
    ADD COLUMN covers_until date CHECK (covers_until > covers_from),
    -- Columns that the layout does not know; their values are in `source_extra`.
    ADD COLUMN extra_columns text[] NOT NULL DEFAULT '{}',
    -- Invented data of this project.
    ADD COLUMN sample boolean NOT NULL DEFAULT false,
    -- The import from which this one no longer counts: an `undo`, or the first real file of a kind for the sample's.
    ADD COLUMN ended_in bigint REFERENCES source_file,
    -- The newest import that superseded reports of this file.
    ADD COLUMN reports_superseded_in bigint REFERENCES source_file,
    ADD CONSTRAINT source_file_ends_later CHECK (ended_in > id),
    ADD CONSTRAINT source_file_day_has_a_source CHECK (cut_date IS NOT NULL OR cut_date_from IS NULL),
    ADD CONSTRAINT source_file_reports_superseded_later CHECK (reports_superseded_in >= id);
UPDATE source_file SET series = layout, cut_date_from = CASE WHEN cut_date IS NOT NULL THEN 'file' END;
-- Before this migration a list without a stated day took the first day of its newest act.
UPDATE source_file f SET cut_date_from = 'acts'
WHERE f.kind = 'ceilings' AND f.cut_date = greatest(
    (SELECT max(valid_from) FROM ceiling WHERE source_file_id = f.id), (SELECT max(valid_from) FROM market_price WHERE source_file_id = f.id));

CREATE INDEX source_file_sample ON source_file (kind) WHERE sample AND ended_in IS NULL;

-- What was taken back may be imported again.
DROP INDEX source_file_content;
CREATE UNIQUE INDEX source_file_content ON source_file (kind, sha256) WHERE kind NOT IN ('submission', 'undo') AND ended_in IS NULL;

-- Whether a file counts, as known after the import `known`; NULL: now.
CREATE FUNCTION counts_at(id bigint, ended_in bigint, known bigint) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN known IS NULL THEN ended_in IS NULL ELSE id <= known AND (ended_in IS NULL OR ended_in > known) END;

-- Values of columns that a layout does not know, by line.
CREATE TABLE source_extra (
    source_file_id bigint NOT NULL REFERENCES source_file,
    line           bigint NOT NULL CHECK (line >= 1),
    extra_values   jsonb NOT NULL CHECK (jsonb_typeof(extra_values) = 'object'),
    PRIMARY KEY (source_file_id, line)
);
CREATE TRIGGER source_extra_append_only BEFORE UPDATE OR DELETE ON source_extra FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER source_extra_no_truncate BEFORE TRUNCATE ON source_extra FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Files that would have made the published data worse: nothing of them counts until a person releases them.
CREATE TABLE held_import (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind         text NOT NULL,
    name         text NOT NULL CHECK (name <> ''),
    sha256       text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    bytes        bigint NOT NULL CHECK (bytes >= 0),
    cut_date     date,
    given_cut_date date,
    rows_read        bigint NOT NULL,
    rows_accepted    bigint NOT NULL,
    rows_quarantined bigint NOT NULL,
    rows_refused     bigint NOT NULL,
    reasons      text[] NOT NULL CHECK (cardinality(reasons) > 0),
    -- The same in words, Spanish and English.
    reasons_es   text NOT NULL,
    reasons_en   text NOT NULL,
    held_at      timestamptz NOT NULL,
    state        text NOT NULL DEFAULT 'held' CHECK (state IN ('held', 'released', 'discarded')),
    decided_at   timestamptz,
    decided_by   text,
    source_file_id bigint REFERENCES source_file,
    CHECK (rows_read = rows_accepted + rows_quarantined + rows_refused),
    CHECK ((state = 'held') = (decided_at IS NULL) AND (decided_at IS NULL) = (decided_by IS NULL)),
    CHECK ((state = 'released') = (source_file_id IS NOT NULL))
);
CREATE UNIQUE INDEX held_import_content ON held_import (kind, sha256) WHERE state = 'held';

-- The file as it came, in pieces of at most one MiB; let go of when it is decided.
CREATE TABLE held_import_body (
    held_import_id bigint NOT NULL REFERENCES held_import,
    ordinal      integer NOT NULL CHECK (ordinal >= 0),
    bytes        bytea NOT NULL CHECK (octet_length(bytes) BETWEEN 1 AND 1048576),
    PRIMARY KEY (held_import_id, ordinal)
);
ALTER TABLE held_import_body ALTER COLUMN bytes SET STORAGE EXTERNAL;

-- Invented data are marked on acts too: they have ids of their own.
ALTER TABLE act ADD COLUMN sample boolean NOT NULL DEFAULT false;

-- Which kinds hold invented data now: read with every answer.
ALTER TABLE data_version ADD COLUMN sample_kinds text[] NOT NULL DEFAULT '{}';

-- A report that was superseded by an edition that was taken back counts again from then on, as a row of its own.
ALTER TABLE sismed_row ADD COLUMN recorded_in bigint;
-- Reports of a partition of their own may be superseded from now on: the rest of the check stays.
DO $$
DECLARE
    partition record;
BEGIN
    FOR partition IN
        SELECT c.relname, k.conname, substring(c.relname FROM '^sismed_row_([0-9]+)$') AS file
        FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid JOIN pg_constraint k ON k.conrelid = c.oid AND k.contype = 'c'
        WHERE i.inhparent = 'sismed_row'::regclass AND c.relname ~ '^sismed_row_[0-9]+$' AND pg_get_constraintdef(k.oid) LIKE '%superseded_in IS NULL%'
    LOOP
        EXECUTE format('ALTER TABLE %I DROP CONSTRAINT %I', partition.relname, partition.conname);
        -- What stood in the table until now satisfied the stricter check.
        EXECUTE format('ALTER TABLE %I ADD CHECK (part = %s AND part IS NOT NULL AND source_file_id = %s AND reporter_nit IS NULL) NOT VALID',
            partition.relname, partition.file, partition.file);
    END LOOP;
END $$;

CREATE OR REPLACE VIEW sismed_report AS
SELECT part, id, source_file_id, line::bigint AS line, judged AS first_judged, expediente, consecutive, period_from, period_until, actor_role,
    (ARRAY['CM', 'VN', 'RC'])[operation + 1] AS operation, transaction, (ARRAY['A', 'B', 'C', 'D'])[unit + 1] AS unit, minimum, maximum, units, value,
    sismed_flags(flags) AS flags, reporter_nit, counterparty_nit, seller_nit, superseded_in, coalesce(recorded_in, source_file_id) AS recorded_in
FROM sismed_row;

CREATE OR REPLACE VIEW assessment AS
SELECT a.report_id, a.report_part, c.verdict, c.reason, c.minimum_verdict, c.average_verdict, c.maximum_verdict, c.another_unit_fits, a.recorded_in,
    a.superseded_in
FROM (
    SELECT r.id AS report_id, r.part AS report_part, r.judged, coalesce(r.recorded_in, r.source_file_id) AS recorded_in,
        least(r.superseded_in, (SELECT min(n.recorded_in) FROM reassessment n WHERE n.report_id = r.id)) AS superseded_in
    FROM sismed_row r
    UNION ALL
    SELECT report_id, report_part, judged, recorded_in, superseded_in FROM reassessment
) a
JOIN judgement_code c ON c.code = a.judged;

-- The current table of ceilings, of the files that count.
CREATE OR REPLACE VIEW ceiling_table AS
WITH listed AS (
    SELECT c.id, c.source_file_id, f.kind, f.cut_date, c.expediente, c.consecutive, c.column_code, c.amount, c.margin_kind, c.margin, c.act_id, c.valid_from
    FROM ceiling c JOIN source_file f ON f.id = c.source_file_id WHERE c.kind = 'maximum' AND f.ended_in IS NULL
), silent AS (
    SELECT one.*, code.column_code AS left_out
    FROM (SELECT DISTINCT ON (source_file_id, expediente, consecutive) * FROM listed WHERE kind = 'ceilings'
        ORDER BY source_file_id, expediente, consecutive, id) one
    CROSS JOIN (VALUES ('institutional'), ('commercial_wholesale'), ('commercial_final')) code (column_code)
    WHERE NOT EXISTS (SELECT FROM ceiling c WHERE c.source_file_id = one.source_file_id AND c.kind = 'maximum'
        AND c.expediente = one.expediente AND c.consecutive = one.consecutive AND c.column_code = code.column_code)
), stated AS (
    SELECT 'cum:' || expediente || '-' || consecutive AS subject, expediente, consecutive, NULL::text AS market, column_code, amount, 'pack' AS per,
        margin_kind, margin, act_id, valid_from, cut_date, source_file_id, id FROM listed
    UNION ALL
    SELECT 'cum:' || expediente || '-' || consecutive, expediente, consecutive, NULL, left_out, NULL, 'pack',
        'none', NULL, act_id, valid_from, cut_date, source_file_id, id FROM silent
    UNION ALL
    -- A unit price binds institutional sales.
    SELECT 'market:' || m.market, NULL, NULL, m.market, 'institutional', m.unit_price, m.unit, 'rule', NULL, m.act_id, m.valid_from, f.cut_date,
        m.source_file_id, m.id FROM market_price m JOIN source_file f ON f.id = m.source_file_id WHERE f.ended_in IS NULL
), chosen AS (
    SELECT DISTINCT ON (subject COLLATE "C", column_code, valid_from) *
    FROM stated ORDER BY subject COLLATE "C", column_code, valid_from, cut_date DESC NULLS LAST, source_file_id DESC, id
), timed AS (
    SELECT *, lead(valid_from) OVER next AS valid_until, lead(act_id) OVER next AS ended_by, lead(amount) OVER next AS next_amount
    FROM chosen WINDOW next AS (PARTITION BY subject COLLATE "C", column_code ORDER BY valid_from)
)
SELECT 'ceiling:' || subject || ':' || column_code || ':' || valid_from AS key, subject || ':' || column_code AS place, expediente, consecutive,
    market COLLATE "C" AS market, column_code, trim_scale(amount) AS amount, per, margin_kind, trim_scale(margin) AS margin, act_id, valid_from,
    valid_until, ended_by, valid_until IS NOT NULL AND next_amount IS NULL AS withdrawn
FROM timed WHERE amount IS NOT NULL;

DO $$
BEGIN
    GRANT SELECT, INSERT ON source_extra, held_import, held_import_body TO termometro_service;
    GRANT UPDATE (state, decided_at, decided_by, source_file_id) ON held_import TO termometro_service;
    GRANT DELETE ON held_import_body TO termometro_service;
EXCEPTION WHEN undefined_object OR insufficient_privilege THEN
    RAISE NOTICE 'role termometro_service could not be granted the new tables here';
END $$;
