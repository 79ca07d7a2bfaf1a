-- Contracts (SECOP II) and what happened to them. Whether an amount of an addition is the new total or what was added is not proven: it says which it
-- is, and nothing sums it.
SET LOCAL lock_timeout = '3s';

CREATE TABLE contract (
    source_file_id bigint NOT NULL REFERENCES source_file,
    line           bigint NOT NULL CHECK (line >= 1),
    contract_id    text COLLATE "C" NOT NULL CHECK (contract_id <> ''),
    process_id     text COLLATE "C",
    buyer_nit      text COLLATE "C" NOT NULL CHECK (buyer_nit ~ '^[89][0-9]{8}$'),
    buyer_name     text NOT NULL,
    seller_kind    text COLLATE "C" NOT NULL CHECK (seller_kind IN ('organisation', 'natural_person', 'not_stated')),
    seller_nit     text COLLATE "C" CHECK (seller_nit ~ '^[89][0-9]{8}$'),
    seller_name    text,
    signed_on      date,
    -- UNSPSC, digits only. 51 is drugs.
    category       text COLLATE "C" CHECK (category ~ '^[0-9]{2,8}$'),
    object         text,
    -- As published, and whether it is a draft, which binds nobody.
    state          text NOT NULL,
    is_draft       boolean NOT NULL,
    -- The value that the data set has; what the publisher says of additions stands beside it.
    value          numeric CHECK (value >= 0 AND value < 'Infinity'),
    added_days     integer CHECK (added_days >= 0),
    PRIMARY KEY (source_file_id, line),
    CHECK ((seller_kind = 'organisation') = (seller_nit IS NOT NULL)),
    CHECK (seller_kind <> 'natural_person' OR seller_name IS NULL)
);
CREATE INDEX contract_by_id ON contract (contract_id, source_file_id, line);
CREATE INDEX contract_by_buyer ON contract (buyer_nit, source_file_id, line);

CREATE TABLE contract_event (
    source_file_id bigint NOT NULL REFERENCES source_file,
    line           bigint NOT NULL CHECK (line >= 1),
    -- The publisher's number: several rows may speak of one event.
    event_id       text COLLATE "C" NOT NULL CHECK (event_id <> ''),
    contract_id    text COLLATE "C" NOT NULL CHECK (contract_id <> ''),
    kind           text COLLATE "C" NOT NULL CHECK (kind IN ('addition', 'reduction', 'extension', 'modification', 'suspension', 'other')),
    -- As published.
    kind_text      text NOT NULL,
    recorded_on    date,
    description    text,
    amount         numeric CHECK (amount > '-Infinity' AND amount < 'Infinity'),
    amount_means   text COLLATE "C" NOT NULL CHECK (amount_means IN ('total', 'delta', 'unknown')),
    PRIMARY KEY (source_file_id, line),
    CHECK (amount IS NOT NULL OR amount_means = 'unknown')
);
CREATE INDEX contract_event_by_contract ON contract_event (contract_id, source_file_id, recorded_on, line);

CREATE TRIGGER contract_append_only BEFORE UPDATE OR DELETE ON contract FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER contract_no_truncate BEFORE TRUNCATE ON contract FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER contract_event_append_only BEFORE UPDATE OR DELETE ON contract_event FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER contract_event_no_truncate BEFORE TRUNCATE ON contract_event FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

DO $$
BEGIN
    GRANT SELECT, INSERT ON contract, contract_event TO termometro_service;
EXCEPTION WHEN undefined_object OR insufficient_privilege THEN
    RAISE NOTICE 'role termometro_service could not be granted the new tables here';
END $$;
