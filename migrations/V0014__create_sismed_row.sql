-- Reports in one compact row each, with their first verdict; a big file is a partition of its own, loaded and indexed before it is attached.
--
-- A verdict's law side is not stored beside each report: law is never overwritten, so it is computed again as it was known. It is written
-- down (`basis`) where it accuses: in the evidence of a case.
SET lock_timeout = '2s';

-- What a judgement says, in words. The number packs headline, reason and the three prices (store/judgement_code.rs).
CREATE TABLE judgement_code (
    code            integer PRIMARY KEY CHECK (code >= 0),
    verdict         text NOT NULL,
    reason          text,
    minimum_verdict text NOT NULL,
    average_verdict text NOT NULL,
    maximum_verdict text NOT NULL,
    another_unit_fits boolean NOT NULL
);

CREATE FUNCTION sismed_flags(flags smallint) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(array_agg(name ORDER BY place), '{}') FROM unnest(ARRAY['price_missing', 'wide_range', 'average_outside_range', 'another_unit_fits',
        'duplicate_key', 'role_with_purchase', 'reimbursement_transaction', 'outlier', 'unit_confusion', 'reported_before']) WITH ORDINALITY AS known (name, place)
    WHERE flags & (1 << (place::integer - 1)) <> 0
$$;

CREATE TABLE sismed_row (
    -- The partition: 0 is shared by submissions and small files, else the file.
    part           bigint NOT NULL,
    id             bigint NOT NULL,
    source_file_id bigint NOT NULL,
    line           integer NOT NULL,
    judged         integer NOT NULL,
    expediente     integer NOT NULL,
    consecutive    integer NOT NULL,
    period_from    date NOT NULL,
    period_until   date NOT NULL,
    actor_role     smallint NOT NULL,
    transaction    smallint NOT NULL,
    -- 0 CM, 1 VN, 2 RC.
    operation      smallint NOT NULL,
    -- 0 A, 1 B, 2 C, 3 D.
    unit           smallint NOT NULL,
    -- One bit each, in the order of `sismed_flags`.
    flags          smallint NOT NULL,
    -- NULL: the file has a blank or a zero, which is "not reported", never a price of zero. NaN is above infinity.
    minimum        numeric,
    maximum        numeric,
    units          numeric,
    value          numeric,
    reporter_nit   text COLLATE "C",
    counterparty_nit text COLLATE "C",
    -- Who sold: the reporter of a sale, the counterparty of a purchase; NULL where the file does not say.
    seller_nit     text COLLATE "C",
    -- The import of the rectification that replaced this row.
    superseded_in  bigint,
    CONSTRAINT sismed_row_codes CHECK (line > 0 AND judged >= 0 AND expediente > 0 AND consecutive >= 0 AND period_until > period_from
        AND actor_role BETWEEN 1 AND 2 AND transaction BETWEEN 1 AND 5 AND operation BETWEEN 0 AND 2 AND unit BETWEEN 0 AND 3),
    CONSTRAINT sismed_row_amounts CHECK (minimum > 0 AND maximum > 0 AND units > 0 AND value > 0
        AND minimum < 'Infinity' AND maximum < 'Infinity' AND units < 'Infinity' AND value < 'Infinity'),
    PRIMARY KEY (id, part)
) PARTITION BY LIST (part);
CREATE INDEX sismed_row_by_product ON sismed_row (expediente, consecutive, period_from);
CREATE INDEX sismed_row_by_seller ON sismed_row (seller_nit, expediente, consecutive) WHERE seller_nit IS NOT NULL;

CREATE TABLE sismed_row_shared PARTITION OF sismed_row (
    FOREIGN KEY (source_file_id) REFERENCES source_file,
    FOREIGN KEY (reporter_nit) REFERENCES reporter,
    FOREIGN KEY (superseded_in) REFERENCES source_file
) FOR VALUES IN (0);
CREATE INDEX sismed_row_shared_by_file ON sismed_row_shared (source_file_id);

-- The verdicts that replaced a report's first one. The current one has no `superseded_in`.
CREATE TABLE reassessment (
    report_id     bigint NOT NULL,
    report_part   bigint NOT NULL,
    judged        integer NOT NULL REFERENCES judgement_code,
    -- Knowledge time: the import that brought this about, and the one that replaced it (`known_at` resolves to an import).
    recorded_in   bigint NOT NULL REFERENCES source_file,
    superseded_in bigint REFERENCES source_file,
    PRIMARY KEY (report_id, recorded_in),
    FOREIGN KEY (report_id, report_part) REFERENCES sismed_row (id, part)
);
CREATE UNIQUE INDEX reassessment_current ON reassessment (report_id) WHERE superseded_in IS NULL;
CREATE INDEX reassessment_by_import ON reassessment (recorded_in);

-- By which method and age limit an import judged.
ALTER TABLE source_file ADD COLUMN rule_version text, ADD COLUMN max_age_days integer;
UPDATE source_file SET rule_version = (SELECT rule_version FROM basis ORDER BY id DESC LIMIT 1);

-- What there is moves over.
CREATE FUNCTION pg_temp.finding(verdict text) RETURNS integer LANGUAGE sql IMMUTABLE AS $$
    SELECT array_position(ARRAY['within', 'above', 'no_ceiling_for_this_stage', 'not_regulated', 'cannot_compare'], verdict) - 1
$$;
CREATE FUNCTION pg_temp.judged(a assessment) RETURNS integer LANGUAGE sql IMMUTABLE AS $$
    -- `|` and `<<` bind alike here, from left to right.
    SELECT pg_temp.finding(a.verdict) | (pg_temp.finding(a.minimum_verdict) << 3) | (pg_temp.finding(a.average_verdict) << 6)
        | (pg_temp.finding(a.maximum_verdict) << 9) | (a.another_unit_fits::integer << 12)
        | (coalesce(array_position(ARRAY['unknown_medicine', 'market_unknown', 'unit_not_convertible', 'ceiling_list_out_of_date',
            'period_before_first_list', 'price_missing', 'amount_out_of_range', 'margin_rule_missing', 'ceiling_changed_in_period',
            'financing_not_verified', 'another_unit_fits'], a.reason), 0) << 13)
$$;
INSERT INTO judgement_code
SELECT DISTINCT pg_temp.judged(a), verdict, reason, minimum_verdict, average_verdict, maximum_verdict, another_unit_fits FROM assessment a;

INSERT INTO sismed_row
SELECT 0, r.id, r.source_file_id, r.line::integer, pg_temp.judged(first), r.expediente, r.consecutive, r.period_from, r.period_until,
    r.actor_role, r.transaction, array_position(ARRAY['CM', 'VN', 'RC'], r.operation) - 1, array_position(ARRAY['A', 'B', 'C', 'D'], r.unit) - 1,
    (SELECT coalesce(bit_or(1 << (array_position(sismed_flags(1023::smallint), flag) - 1)), 0) FROM unnest(r.flags) flag)::smallint,
    r.minimum, r.maximum, r.units, r.value, r.reporter_nit, r.counterparty_nit, r.seller_nit, r.superseded_in
FROM sismed_report r
CROSS JOIN LATERAL (SELECT a.* FROM assessment a WHERE a.report_id = r.id ORDER BY a.recorded_in, a.basis_id LIMIT 1) AS first;
INSERT INTO reassessment
SELECT a.report_id, 0, pg_temp.judged(a), a.recorded_in, a.superseded_in
FROM assessment a WHERE a.recorded_in > (SELECT min(f.recorded_in) FROM assessment f WHERE f.report_id = a.report_id);

ALTER TABLE case_evidence DROP CONSTRAINT case_evidence_report_id_fkey;
ALTER TABLE case_evidence ADD COLUMN report_part bigint NOT NULL DEFAULT 0;
ALTER TABLE case_evidence ALTER COLUMN report_part DROP DEFAULT;
ALTER TABLE case_evidence ADD FOREIGN KEY (report_id, report_part) REFERENCES sismed_row (id, part);
DROP FUNCTION pg_temp.judged(assessment);
DROP TABLE assessment;
DROP TABLE sismed_report;
-- The law side stays where it is evidence; everything else of it can be computed.
DELETE FROM basis b WHERE NOT EXISTS (SELECT FROM case_evidence e WHERE e.basis_id = b.id);

-- Reports in the words of SISMED.
CREATE VIEW sismed_report AS
SELECT part, id, source_file_id, line::bigint AS line, judged AS first_judged, expediente, consecutive, period_from, period_until, actor_role,
    (ARRAY['CM', 'VN', 'RC'])[operation + 1] AS operation, transaction, (ARRAY['A', 'B', 'C', 'D'])[unit + 1] AS unit, minimum, maximum, units, value,
    sismed_flags(flags) AS flags, reporter_nit, counterparty_nit, seller_nit, superseded_in
FROM sismed_row;

-- Every verdict there ever was, in words.
CREATE VIEW assessment AS
SELECT a.report_id, a.report_part, c.verdict, c.reason, c.minimum_verdict, c.average_verdict, c.maximum_verdict, c.another_unit_fits, a.recorded_in,
    a.superseded_in
FROM (
    SELECT r.id AS report_id, r.part AS report_part, r.judged, r.source_file_id AS recorded_in,
        least(r.superseded_in, (SELECT min(n.recorded_in) FROM reassessment n WHERE n.report_id = r.id)) AS superseded_in
    FROM sismed_row r
    UNION ALL
    SELECT report_id, report_part, judged, recorded_in, superseded_in FROM reassessment
) a
JOIN judgement_code c ON c.code = a.judged;

DO $$
BEGIN
    GRANT SELECT, INSERT ON sismed_row, reassessment, judgement_code TO termometro_service;
    GRANT SELECT ON sismed_report, assessment TO termometro_service;
    GRANT UPDATE (superseded_in) ON sismed_row, reassessment TO termometro_service;
    GRANT UPDATE (flags) ON sismed_row TO termometro_service;
    -- Rebuilt from the sources.
    GRANT UPDATE ON medicine TO termometro_service;
EXCEPTION WHEN undefined_object OR insufficient_privilege THEN
    RAISE NOTICE 'role termometro_service could not be granted the new tables here';
END $$;
