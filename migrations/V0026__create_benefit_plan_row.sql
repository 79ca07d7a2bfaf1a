-- Whether the health system pays for a market (the benefit plan's list), and which codes exist (SISPRO's tables of CUM and IUM).
SET LOCAL lock_timeout = '3s';

CREATE TABLE benefit_plan_row (
    source_file_id bigint NOT NULL REFERENCES source_file,
    line           bigint NOT NULL CHECK (line >= 1),
    -- As printed: one code, several with `/` between them, or a group.
    atc            text NOT NULL,
    ingredient     text NOT NULL,
    -- Which forms and strengths are meant, in the list's words.
    forms          text NOT NULL,
    -- The clarifying text, where there is one.
    note           text,
    coverage       text COLLATE "C" NOT NULL CHECK (coverage IN ('financed', 'not_financed', 'conditioned', 'excluded')),
    PRIMARY KEY (source_file_id, line)
);

CREATE TABLE cum_code (
    source_file_id bigint NOT NULL REFERENCES source_file,
    line           bigint NOT NULL CHECK (line >= 1),
    expediente     integer NOT NULL CHECK (expediente > 0),
    consecutive    integer NOT NULL CHECK (consecutive >= 0),
    enabled        boolean NOT NULL,
    PRIMARY KEY (source_file_id, line)
);
CREATE INDEX cum_code_by_product ON cum_code (expediente, consecutive);

CREATE TABLE ium_code (
    source_file_id bigint NOT NULL REFERENCES source_file,
    line           bigint NOT NULL CHECK (line >= 1),
    ium            text COLLATE "C" NOT NULL CHECK (ium ~ '^[0-9][A-Z]([0-9]{6}|[0-9]{10}|[0-9]{13})$'),
    enabled        boolean NOT NULL,
    PRIMARY KEY (source_file_id, line)
);
CREATE INDEX ium_code_by_ium ON ium_code (ium);

-- As the catalogue states it; NULL where it is blank, or no IUM.
ALTER TABLE catalogue_row ADD COLUMN ium text COLLATE "C" CHECK (ium ~ '^[0-9][A-Z]([0-9]{6}|[0-9]{10}|[0-9]{13})$');
CREATE INDEX catalogue_row_by_ium ON catalogue_row (ium) WHERE ium IS NOT NULL;

CREATE TRIGGER benefit_plan_row_append_only BEFORE UPDATE OR DELETE ON benefit_plan_row FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER benefit_plan_row_no_truncate BEFORE TRUNCATE ON benefit_plan_row FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER cum_code_append_only BEFORE UPDATE OR DELETE ON cum_code FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER cum_code_no_truncate BEFORE TRUNCATE ON cum_code FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ium_code_append_only BEFORE UPDATE OR DELETE ON ium_code FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ium_code_no_truncate BEFORE TRUNCATE ON ium_code FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

DO $$
BEGIN
    GRANT SELECT, INSERT ON benefit_plan_row, cum_code, ium_code TO termometro_service;
EXCEPTION WHEN undefined_object OR insufficient_privilege THEN
    RAISE NOTICE 'role termometro_service could not be granted the new tables here';
END $$;
