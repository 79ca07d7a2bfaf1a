-- What public bodies bought, line by line (Tienda Virtual del Estado Colombiano): lines and orders as published. An edition of a list replaces the one
-- before it; what a line is called does not change with the edition (`id`). Of a seller who is a natural person nothing is kept: the number would be
-- that of an identity card (src/domain/identifier/taxpayer.rs).
SET LOCAL lock_timeout = '3s';

DO $$
DECLARE
    kinds text := pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = 'source_file'::regclass AND conname = 'source_file_kind_check';
BEGIN
    ALTER TABLE source_file DROP CONSTRAINT source_file_kind_check;
    EXECUTE 'ALTER TABLE source_file ADD CONSTRAINT source_file_kind_check '
        || replace(kinds, 'ARRAY[', 'ARRAY[''tvec_items''::text, ''tvec_orders''::text, ''secop_contracts''::text, ''secop_additions''::text, ');
END $$;

CREATE TABLE purchase_order (
    source_file_id bigint NOT NULL REFERENCES source_file,
    line           bigint NOT NULL CHECK (line >= 1),
    order_id       text COLLATE "C" NOT NULL CHECK (order_id <> ''),
    ordered_on     date,
    -- As published, and whether that says that nothing was bought.
    state          text NOT NULL,
    cancelled      boolean NOT NULL,
    framework      text,
    PRIMARY KEY (source_file_id, line)
);
CREATE INDEX purchase_order_by_order ON purchase_order (order_id, source_file_id, line);

-- An edition of a million lines is a partition of its own, loaded without indexes and attached last (V0094); what is written row by row is in the other one.
CREATE TABLE purchase (
    source_file_id bigint NOT NULL,
    line           integer NOT NULL CHECK (line >= 1),
    -- Made of what the line says: the same line in a later edition has the same. Lines that are alike in everything share it.
    id             bigint NOT NULL CHECK (id >= 0),
    order_id       text COLLATE "C" NOT NULL CHECK (order_id <> ''),
    ordered_on     date NOT NULL,
    -- Without its check digit.
    buyer_nit      text COLLATE "C" NOT NULL CHECK (buyer_nit::bigint BETWEEN 800000000 AND 999999999),
    buyer_name     text NOT NULL,
    seller_kind    text COLLATE "C" NOT NULL CHECK (seller_kind IN ('organisation', 'natural_person', 'not_stated')),
    seller_nit     text COLLATE "C" CHECK (seller_nit::bigint BETWEEN 800000000 AND 999999999),
    seller_name    text,
    item_text      text NOT NULL CHECK (item_text <> ''),
    -- NULL: not stated.
    price          numeric CHECK (price >= 0 AND price < 'Infinity'),
    -- Below zero: something came back.
    quantity       numeric CHECK (quantity > '-Infinity' AND quantity < 'Infinity'),
    unit_text      text,
    line_total     numeric CHECK (line_total > '-Infinity' AND line_total < 'Infinity'),
    -- Where the line itself states them; the order may, too.
    framework      text,
    state          text,
    currency       text COLLATE "C" NOT NULL CHECK (length(currency) = 3),
    is_return      boolean NOT NULL,
    -- In order, each once: such a line is counted, and left out of every figure.
    implausible    text[] NOT NULL CHECK (implausible <@ ARRAY['total_mismatch', 'quantity_too_large', 'price_zero', 'price_too_large', 'price_missing', 'quantity_missing']),
    PRIMARY KEY (source_file_id, line),
    CHECK (is_return = coalesce(quantity < 0, false)),
    CHECK ((seller_kind = 'organisation') = (seller_nit IS NOT NULL)),
    CHECK (seller_kind <> 'natural_person' OR seller_name IS NULL)
) PARTITION BY LIST (source_file_id);
CREATE TABLE purchase_shared PARTITION OF purchase DEFAULT;
CREATE INDEX purchase_by_id ON purchase (id);
CREATE INDEX purchase_by_buyer ON purchase (buyer_nit, source_file_id, ordered_on);

-- A foreign key asks for each row of a million: here those of a statement together.
CREATE FUNCTION require_file_of_purchases() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM (SELECT DISTINCT source_file_id FROM added) a
        WHERE NOT EXISTS (SELECT FROM source_file f WHERE f.id = a.source_file_id AND f.kind = 'tvec_items')) THEN
        RAISE EXCEPTION 'purchase: a row names a file of purchases that does not exist' USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER purchase_names_file AFTER INSERT ON purchase REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION require_file_of_purchases();

CREATE TRIGGER purchase_append_only BEFORE UPDATE OR DELETE ON purchase FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER purchase_no_truncate BEFORE TRUNCATE ON purchase FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER purchase_order_append_only BEFORE UPDATE OR DELETE ON purchase_order FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER purchase_order_no_truncate BEFORE TRUNCATE ON purchase_order FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- The edition of the lines that counts, and that of the orders: by the day it speaks for, then the newest.
CREATE VIEW purchase_edition AS
SELECT DISTINCT ON (kind) kind, id AS source_file_id, cut_date, recorded_at, rows_read, rows_accepted, rows_quarantined, rows_refused
FROM source_file WHERE kind IN ('tvec_items', 'tvec_orders', 'secop_contracts', 'secop_additions') AND ended_in IS NULL
ORDER BY kind, cut_date DESC NULLS LAST, id DESC;

-- Lines of the edition that counts, with what their order says. `counts`: bought, not returned, not cancelled, plausible, and under no framework
-- agreement of dispensing, whose prices are of a service with the medicine in it.
CREATE VIEW current_purchase AS
SELECT p.source_file_id, p.line, p.id, p.order_id, p.ordered_on, p.buyer_nit, p.buyer_name, p.seller_kind, p.seller_nit, p.seller_name, p.item_text,
    p.price, p.quantity, p.unit_text, p.line_total, coalesce(o.framework, p.framework) AS framework, coalesce(o.state, p.state) AS state, p.currency,
    p.is_return, coalesce(o.cancelled, false) AS cancelled, p.implausible,
    NOT p.is_return AND NOT coalesce(o.cancelled, false) AND p.implausible = '{}'
        AND translate(lower(coalesce(o.framework, p.framework, '')), 'óÓ', 'oo') !~ '\mdispensaci' AS counts
FROM purchase p
LEFT JOIN LATERAL (
    SELECT q.state, q.cancelled, q.framework FROM purchase_order q
    WHERE q.order_id = p.order_id AND q.source_file_id = (SELECT e.source_file_id FROM purchase_edition e WHERE e.kind = 'tvec_orders')
    ORDER BY q.line DESC LIMIT 1
) o ON true
WHERE p.source_file_id = (SELECT e.source_file_id FROM purchase_edition e WHERE e.kind = 'tvec_items');

DO $$
BEGIN
    GRANT SELECT, INSERT ON purchase, purchase_order TO termometro_service;
    GRANT SELECT ON purchase_edition, current_purchase TO termometro_service;
EXCEPTION WHEN undefined_object OR insufficient_privilege THEN
    RAISE NOTICE 'role termometro_service could not be granted the new tables here';
END $$;
