-- Which presentations reports name. That a report names a product is no change of the product: it is kept here, and not in the product's own row.
-- Filled by imports from now on; until then the products say it themselves, in `sources`.
SET LOCAL lock_timeout = '3s';

CREATE TABLE reported_product (
    expediente  integer NOT NULL CHECK (expediente > 0),
    consecutive integer NOT NULL CHECK (consecutive >= 0),
    PRIMARY KEY (expediente, consecutive)
);

DO $$
BEGIN
    GRANT SELECT, INSERT, DELETE ON reported_product TO termometro_service;
EXCEPTION WHEN undefined_object OR insufficient_privilege THEN
    RAISE NOTICE 'role termometro_service could not be granted the new table here';
END $$;
