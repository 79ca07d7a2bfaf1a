-- What was let in as vital and not available (INVIMA's authorisations), and the peso's exchange rate to the dollar (TRM): two more data sets that
-- are imported, and read by themselves. No price and no verdict rests on them.
SET LOCAL lock_timeout = '3s';

-- Two kinds more than there are, whichever these are.
DO $$
DECLARE
    kinds text := pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = 'source_file'::regclass AND conname = 'source_file_kind_check';
BEGIN
    ALTER TABLE source_file DROP CONSTRAINT source_file_kind_check;
    EXECUTE 'ALTER TABLE source_file ADD CONSTRAINT source_file_kind_check '
        || replace(kinds, 'ARRAY[', 'ARRAY[''vital_not_available''::text, ''exchange_rates''::text, ');
END $$;

-- Without who asked, how much and for which diagnosis: a row for one patient would tell of that person.
CREATE TABLE vital_authorisation (
    source_file_id bigint NOT NULL REFERENCES source_file,
    line           bigint NOT NULL CHECK (line >= 1),
    authorised_on  date NOT NULL,
    request        text COLLATE "C" NOT NULL CHECK (request IN ('one_patient', 'several_patients', 'clinical_urgency')),
    -- NULL where the list has none.
    ium            text COLLATE "C" CHECK (ium ~ '^[0-9][A-Z]([0-9]{6}|[0-9]{10}|[0-9]{13})$'),
    -- In the list's words; a cell may name several.
    ingredient     text NOT NULL,
    strength       text,
    strength_unit  text,
    second_ingredient text,
    second_strength text,
    second_unit    text,
    form           text,
    brand          text,
    presentation   text,
    -- The names of the ingredients, folded and in order by domain::market::ingredients_key; and all names, folded, to search in.
    ingredients_key text COLLATE "C" NOT NULL,
    names          text COLLATE "C" NOT NULL,
    PRIMARY KEY (source_file_id, line)
);
CREATE INDEX vital_authorisation_by_day ON vital_authorisation (source_file_id, authorised_on DESC, line);
CREATE INDEX vital_authorisation_by_ium ON vital_authorisation (source_file_id, ium) WHERE ium IS NOT NULL;
CREATE INDEX vital_authorisation_by_ingredients ON vital_authorisation (source_file_id, ingredients_key);

CREATE TABLE exchange_rate (
    source_file_id bigint NOT NULL REFERENCES source_file,
    line           bigint NOT NULL CHECK (line >= 1),
    -- Pesos for one dollar of the United States, digit for digit.
    rate           numeric NOT NULL CHECK (rate > 0 AND rate < 'Infinity'),
    -- Both are included, as published: a weekend is one row for several days.
    first_day      date NOT NULL,
    last_day       date NOT NULL CHECK (last_day >= first_day),
    PRIMARY KEY (source_file_id, line)
);
CREATE INDEX exchange_rate_by_day ON exchange_rate (source_file_id, first_day DESC, line);

CREATE TRIGGER vital_authorisation_append_only BEFORE UPDATE OR DELETE ON vital_authorisation FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER vital_authorisation_no_truncate BEFORE TRUNCATE ON vital_authorisation FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER exchange_rate_append_only BEFORE UPDATE OR DELETE ON exchange_rate FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER exchange_rate_no_truncate BEFORE TRUNCATE ON exchange_rate FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

INSERT INTO feed (ordinal, name, kind, data_set, title_es, title_en, licence, enabled) VALUES
    (9, 'vital_not_available', 'vital_not_available', 'sdmr-tfmf', 'Medicamentos vitales no disponibles: autorizaciones del INVIMA',
        'Medicines that are vital and not available: INVIMA''s authorisations', 'CC BY-SA 4.0', true),
    (10, 'exchange_rates', 'exchange_rates', 'mcec-87by', 'Tasa de cambio del dólar (TRM)', 'Exchange rate of the dollar (TRM)', 'CC BY-SA 4.0', true);

CREATE OR REPLACE FUNCTION analyze_imported(imported text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    CASE imported
        WHEN 'catalogue' THEN ANALYZE source_file, catalogue_row;
        WHEN 'ceilings' THEN ANALYZE source_file, act, ceiling, market_price;
        WHEN 'thermometer' THEN ANALYZE source_file, thermometer_price;
        WHEN 'benefit_plan' THEN ANALYZE source_file, benefit_plan_row;
        WHEN 'cum_codes' THEN ANALYZE source_file, cum_code;
        WHEN 'ium_codes' THEN ANALYZE source_file, ium_code;
        WHEN 'vital_not_available' THEN ANALYZE source_file, vital_authorisation;
        WHEN 'exchange_rates' THEN ANALYZE source_file, exchange_rate;
        WHEN 'medicines' THEN ANALYZE medicine;
    END CASE;
END $$;

DO $$
BEGIN
    GRANT SELECT, INSERT ON vital_authorisation, exchange_rate TO termometro_service;
EXCEPTION WHEN undefined_object OR insufficient_privilege THEN
    RAISE NOTICE 'role termometro_service could not be granted the new tables here';
END $$;
