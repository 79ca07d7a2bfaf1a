-- Official data sets that are read by themselves, and each reading of one.
SET LOCAL lock_timeout = '3s';

-- What a row means to the program stands in src/domain/feeds/shipped.rs: a test holds the two together.
CREATE TABLE feed (
    name         text COLLATE "C" PRIMARY KEY CHECK (name ~ '^[a-z][a-z_]*$'),
    ordinal      smallint NOT NULL UNIQUE,
    -- The kind of file that it is imported as.
    kind         text COLLATE "C" NOT NULL,
    -- Its identifier on the portal.
    data_set     text COLLATE "C" NOT NULL UNIQUE CHECK (data_set ~ '^[a-z0-9]{4}-[a-z0-9]{4}$'),
    title_es     text NOT NULL,
    title_en     text NOT NULL,
    licence      text NOT NULL,
    enabled      boolean NOT NULL
);
INSERT INTO feed (ordinal, name, kind, data_set, title_es, title_en, licence, enabled) VALUES
    (1, 'catalogue', 'catalogue', 'i7cb-raxc', 'Catálogo de CUM: vigentes', 'CUM catalogue: in force', 'CC BY-SA 4.0', true),
    (2, 'catalogue_renewal', 'catalogue', 'vgr4-gemg', 'Catálogo de CUM: en trámite de renovación', 'CUM catalogue: renewal in progress', 'CC BY-SA 4.0', true),
    (3, 'catalogue_expired', 'catalogue', 'vwwf-4ftk', 'Catálogo de CUM: vencidos', 'CUM catalogue: expired', 'CC BY-SA 4.0', true),
    (4, 'catalogue_other', 'catalogue', 'spzp-dfuc', 'Catálogo de CUM: otros estados', 'CUM catalogue: other states', 'CC BY-SA 4.0', true),
    (5, 'ceilings', 'ceilings', 'nauz-qkjw', 'Precios máximos de venta', 'Maximum sale prices', 'CC BY-SA 4.0', true),
    (6, 'benefit_plan', 'benefit_plan', 'jtqe-tuvf', 'Medicamentos del plan de beneficios', 'Medicines of the benefit plan', 'CC BY-SA 4.0', true),
    (7, 'thermometer', 'thermometer', 'n4dj-8r7k', 'Termómetro de precios de Clic Salud', 'Clic Salud price thermometer', 'CC BY-SA 4.0', true),
    (8, 'sismed', 'sismed', '3he6-m866', 'SISMED, consulta pública (2017 a junio de 2019)', 'SISMED, public query (2017 to June 2019)', 'CC BY-SA 4.0', false);

-- A reading, from its first request to its end.
CREATE TABLE feed_run (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    feed         text COLLATE "C" NOT NULL REFERENCES feed,
    -- By whom: `schedule`, or the person who wanted it.
    started_by   text NOT NULL CHECK (started_by <> ''),
    started_at   timestamptz NOT NULL,
    ended_at     timestamptz,
    -- unchanged: what is there already; imported; held: the file waits for a person; failed: nothing came of it.
    state        text COLLATE "C" NOT NULL DEFAULT 'running' CHECK (state IN ('running', 'unchanged', 'imported', 'held', 'failed')),
    -- Where it was read.
    address      text NOT NULL,
    requests     bigint NOT NULL DEFAULT 0 CHECK (requests >= 0),
    -- What the publisher said before it was read, by which the next reading knows whether anything changed.
    publisher_updated_at timestamptz,
    publisher_rows   bigint CHECK (publisher_rows >= 0),
    publisher_newest text,
    columns      text[],
    etag         text,
    last_modified text,
    -- The file that was made of it.
    rows         bigint CHECK (rows >= 0),
    bytes        bigint CHECK (bytes >= 0),
    sha256       text CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    source_file_id bigint REFERENCES source_file,
    held_import_id bigint REFERENCES held_import,
    -- Why nothing of it counts: a code, and the same in words.
    fault        text COLLATE "C" CHECK (fault ~ '^[a-z0-9_]+$'),
    fault_es     text,
    fault_en     text,
    CHECK ((state = 'running') = (ended_at IS NULL)),
    CHECK (ended_at >= started_at),
    CHECK ((state = 'held') = (held_import_id IS NOT NULL)),
    CHECK ((state IN ('held', 'failed')) = (fault IS NOT NULL)),
    CHECK ((fault IS NULL) = (fault_es IS NULL) AND (fault IS NULL) = (fault_en IS NULL)),
    CHECK (state <> 'imported' OR (source_file_id IS NOT NULL AND sha256 IS NOT NULL))
);
CREATE INDEX feed_run_of_feed ON feed_run (feed, id DESC);
CREATE INDEX feed_run_of_file ON feed_run (source_file_id) WHERE source_file_id IS NOT NULL;
CREATE UNIQUE INDEX feed_run_one_at_a_time ON feed_run (feed) WHERE state = 'running';

-- Of a file that came by itself: the run that read it, and where.
ALTER TABLE source_file
    ADD COLUMN feed_run_id bigint REFERENCES feed_run,
    ADD COLUMN address text,
    ADD CONSTRAINT source_file_origin CHECK ((feed_run_id IS NULL) = (address IS NULL));

-- A run that has ended does not change.
CREATE FUNCTION keep_feed_run() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.state = 'running' AND (NEW.id, NEW.feed, NEW.started_at, NEW.started_by, NEW.address)
            IS NOT DISTINCT FROM (OLD.id, OLD.feed, OLD.started_at, OLD.started_by, OLD.address) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% cannot change', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER feed_run_kept BEFORE UPDATE OR DELETE ON feed_run FOR EACH ROW EXECUTE FUNCTION keep_feed_run();
CREATE TRIGGER feed_run_no_truncate BEFORE TRUNCATE ON feed_run FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

DO $$
BEGIN
    GRANT SELECT ON feed TO termometro_service;
    GRANT UPDATE (enabled) ON feed TO termometro_service;
    GRANT SELECT, INSERT ON feed_run TO termometro_service;
    GRANT UPDATE (state, ended_at, requests, publisher_updated_at, publisher_rows, publisher_newest, columns, etag, last_modified, rows, bytes, sha256,
        source_file_id, held_import_id, fault, fault_es, fault_en) ON feed_run TO termometro_service;
EXCEPTION WHEN undefined_object OR insufficient_privilege THEN
    RAISE NOTICE 'role termometro_service could not be granted the new tables here';
END $$;
