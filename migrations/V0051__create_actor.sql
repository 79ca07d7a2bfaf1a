-- Tables for lines of invoices that do not say it themselves: who the parties of a sale are, and what a source's prices are for, both dated;
-- and which article of an act says something. Each row cites where it was read. Lists of the first two are imported as any other, so that each is
-- an edition with its faults.
SET LOCAL lock_timeout = '3s';

DO $$
DECLARE
    kinds text := pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = 'source_file'::regclass AND conname = 'source_file_kind_check';
BEGIN
    ALTER TABLE source_file DROP CONSTRAINT source_file_kind_check;
    EXECUTE 'ALTER TABLE source_file ADD CONSTRAINT source_file_kind_check '
        || replace(kinds, 'ARRAY[', 'ARRAY[''actors''::text, ''unit_conventions''::text, ');
END $$;

CREATE TABLE actor (
    source_file_id bigint NOT NULL REFERENCES source_file,
    line           bigint NOT NULL CHECK (line >= 1),
    -- Without its check digit.
    nit            text COLLATE "C" NOT NULL CHECK (nit ~ '^[1-9][0-9]{5,9}$'),
    name           text NOT NULL CHECK (name <> ''),
    -- What it is where it sells, and at which stage; with whose money it buys. NULL: the row does not say it.
    seller         text COLLATE "C" CHECK (seller IN ('ips', 'other')),
    stage          text COLLATE "C" CHECK (stage IN ('primary', 'secondary', 'final')),
    channel        text COLLATE "C" CHECK (channel IN ('institutional', 'commercial')),
    valid_from     date NOT NULL,
    valid_until    date,
    citation       text NOT NULL CHECK (citation <> ''),
    PRIMARY KEY (source_file_id, line),
    CHECK (valid_until > valid_from),
    CHECK (num_nonnulls(seller, stage, channel) > 0)
);
CREATE INDEX actor_by_nit ON actor (nit, source_file_id);

CREATE TABLE unit_convention (
    source_file_id bigint NOT NULL REFERENCES source_file,
    line           bigint NOT NULL CHECK (line >= 1),
    -- Whose prices: of a seller, of a kind of document, or of a seller's documents of a kind.
    seller_nit     text COLLATE "C" CHECK (seller_nit ~ '^[1-9][0-9]{5,9}$'),
    document_kind  text COLLATE "C" CHECK (document_kind IN ('invoice', 'purchase_list', 'rips_bill')),
    per            text COLLATE "C" NOT NULL CHECK (per IN ('pack', 'primary_pack', 'dispensing_unit', 'regulated_unit')),
    valid_from     date NOT NULL,
    valid_until    date,
    citation       text NOT NULL CHECK (citation <> ''),
    PRIMARY KEY (source_file_id, line),
    CHECK (valid_until > valid_from),
    CHECK (num_nonnulls(seller_nit, document_kind) > 0)
);
CREATE INDEX unit_convention_by_seller ON unit_convention (seller_nit, source_file_id);

-- The lists of prices do not state it.
CREATE TABLE act_article (
    act_id     text COLLATE "C" NOT NULL REFERENCES act,
    -- ceiling: that its list binds; margin: that an IPS may add its margin.
    subject    text COLLATE "C" NOT NULL CHECK (subject IN ('ceiling', 'margin')),
    -- With the act that it is of: it may refer to another one.
    article_es text NOT NULL CHECK (article_es <> ''),
    article_en text NOT NULL CHECK (article_en <> ''),
    citation   text NOT NULL CHECK (citation <> ''),
    confirmed  boolean NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (act_id, subject)
);

INSERT INTO act_article (act_id, subject, article_es, article_en, citation, confirmed) VALUES
('circular-19-2024', 'margin', 'artículo 1, parágrafo 2, de la Circular 19 de 2024, y artículo 11 de la Circular 18 de 2024',
    'article 1, paragraph 2, of Circular 19 de 2024, and article 11 of Circular 18 de 2024',
    'yesidbadillo820-ship-it/motor-glosas-hus, leído del PDF de 45 páginas (fuente secundaria)', false);

CREATE TRIGGER actor_append_only BEFORE UPDATE OR DELETE ON actor FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER actor_no_truncate BEFORE TRUNCATE ON actor FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER unit_convention_append_only BEFORE UPDATE OR DELETE ON unit_convention FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER unit_convention_no_truncate BEFORE TRUNCATE ON unit_convention FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Statistics of what such an import fills.
DO $$
DECLARE
    known text := pg_get_functiondef('analyze_imported(text)'::regprocedure);
BEGIN
    EXECUTE replace(known, 'WHEN ''medicines''', 'WHEN ''actors'' THEN ANALYZE source_file, actor;
        WHEN ''unit_conventions'' THEN ANALYZE source_file, unit_convention;
        WHEN ''medicines''');
END $$;

DO $$
BEGIN
    GRANT SELECT, INSERT ON actor, unit_convention TO termometro_service;
    GRANT SELECT ON act_article TO termometro_service;
EXCEPTION WHEN undefined_object OR insufficient_privilege THEN
    RAISE NOTICE 'role termometro_service could not be granted the new tables here';
END $$;
