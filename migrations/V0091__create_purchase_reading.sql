-- What a line of a purchase was read as, and what all products that it can mean agree on. It is made by a matcher of a version under the law as it was
-- known at an import; a later one replaces it and it stays readable.
SET LOCAL lock_timeout = '3s';

CREATE TABLE purchase_reading (
    source_file_id  bigint NOT NULL,
    line            integer NOT NULL,
    matcher_version smallint NOT NULL CHECK (matcher_version > 0),
    -- Knowledge time: the import that brought this about, and the one that replaced it.
    recorded_in     bigint NOT NULL,
    superseded_in   bigint CHECK (superseded_in > recorded_in),
    -- Presentations that the text can mean.
    set_size        integer NOT NULL CHECK (set_size >= 0),
    -- The only one; NULL if there are several or none.
    expediente      integer,
    consecutive     integer,
    -- The market of all of them; NULL if they are of several, or of none.
    market          text COLLATE "C" CHECK (market <> ''),
    -- How well the line says what was bought, and how it is known what its price is for: codes of src/domain/purchases/ and of domain/item_text/unit.rs.
    described       text COLLATE "C" NOT NULL CHECK (described <> ''),
    unit_basis      text COLLATE "C" NOT NULL CHECK (unit_basis <> ''),
    verdict         text COLLATE "C" NOT NULL CHECK (verdict IN ('above', 'within', 'no_ceiling_for_this_stage', 'not_regulated', 'cannot_compare')),
    reasons         text[] NOT NULL,
    -- The smallest of all readings, in percent.
    excess_percent  numeric CHECK (excess_percent >= 0 AND excess_percent < 'Infinity'),
    -- Pesos by the regulated unit and how many of those were bought, where every reading gives the same.
    regulated_unit  text COLLATE "C",
    regulated_price numeric CHECK (regulated_price > 0 AND regulated_price < 'Infinity'),
    regulated_units numeric CHECK (regulated_units > 0 AND regulated_units < 'Infinity'),
    -- 0: up to one, then by powers of ten; NULL without a quantity.
    quantity_band   smallint CHECK (quantity_band BETWEEN 0 AND 20),
    -- What it was judged by: the list in force when it was read, and the act of the ceiling that decides.
    ceilings_file_id bigint,
    act_id          text COLLATE "C",
    PRIMARY KEY (source_file_id, line, matcher_version, recorded_in),
    CHECK ((expediente IS NULL) = (consecutive IS NULL)),
    CHECK (expediente IS NULL OR set_size = 1),
    CHECK ((verdict = 'above') = (excess_percent IS NOT NULL)),
    CHECK (verdict NOT IN ('above', 'within') OR (set_size > 0 AND act_id IS NOT NULL)),
    CHECK (verdict <> 'cannot_compare' OR reasons <> '{}')
) PARTITION BY LIST (source_file_id);
CREATE TABLE purchase_reading_shared PARTITION OF purchase_reading DEFAULT;
CREATE UNIQUE INDEX purchase_reading_current ON purchase_reading (source_file_id, line, matcher_version) WHERE superseded_in IS NULL;
CREATE INDEX purchase_reading_by_market ON purchase_reading (market, source_file_id, line) WHERE market IS NOT NULL AND superseded_in IS NULL;
CREATE INDEX purchase_reading_by_product ON purchase_reading (expediente, consecutive, source_file_id, line)
    WHERE expediente IS NOT NULL AND superseded_in IS NULL;
CREATE INDEX purchase_reading_above ON purchase_reading (source_file_id, line) WHERE verdict = 'above' AND superseded_in IS NULL;

CREATE FUNCTION require_purchases_of_readings() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp
    SET enable_hashjoin = off SET enable_seqscan = off AS $$
BEGIN
    IF EXISTS (SELECT FROM added a WHERE NOT EXISTS (SELECT FROM purchase p WHERE p.source_file_id = a.source_file_id AND p.line = a.line)) THEN
        RAISE EXCEPTION 'purchase_reading: a row names a purchase that does not exist' USING ERRCODE = 'foreign_key_violation';
    END IF;
    IF EXISTS (SELECT FROM (SELECT DISTINCT recorded_in FROM added) a WHERE NOT EXISTS (SELECT FROM source_file f WHERE f.id = a.recorded_in)) THEN
        RAISE EXCEPTION 'purchase_reading: a row names an import that does not exist' USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER purchase_reading_names_purchases AFTER INSERT ON purchase_reading REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION require_purchases_of_readings();

-- It is replaced once, and says what it said.
CREATE FUNCTION keep_purchase_reading() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.superseded_in IS NULL AND NEW.superseded_in IS NOT NULL
        AND (to_jsonb(OLD) - 'superseded_in') IS NOT DISTINCT FROM (to_jsonb(NEW) - 'superseded_in') THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'purchase_reading: what was read does not change' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER purchase_reading_kept BEFORE UPDATE OR DELETE ON purchase_reading FOR EACH ROW EXECUTE FUNCTION keep_purchase_reading();
CREATE TRIGGER purchase_reading_no_truncate BEFORE TRUNCATE ON purchase_reading FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- The reading that counts of each line: that of the newest matcher.
CREATE VIEW current_purchase_reading AS
SELECT r.source_file_id, r.line, r.matcher_version, r.recorded_in, r.set_size, r.expediente, r.consecutive, r.market, r.described, r.unit_basis, r.verdict,
    r.reasons, r.excess_percent, r.regulated_unit, r.regulated_price, r.regulated_units, r.quantity_band, r.ceilings_file_id, r.act_id
FROM purchase_reading r
WHERE r.superseded_in IS NULL AND NOT EXISTS (
    SELECT FROM purchase_reading n WHERE n.source_file_id = r.source_file_id AND n.line = r.line AND n.superseded_in IS NULL
        AND n.matcher_version > r.matcher_version);

DO $$
BEGIN
    GRANT SELECT, INSERT ON purchase_reading TO termometro_service;
    GRANT UPDATE (superseded_in) ON purchase_reading TO termometro_service;
    GRANT SELECT ON current_purchase_reading TO termometro_service;
EXCEPTION WHEN undefined_object OR insufficient_privilege THEN
    RAISE NOTICE 'role termometro_service could not be granted the new tables here';
END $$;
