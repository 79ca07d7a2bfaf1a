-- Open-data files as they were published: versions of data sets, their files in pieces, and the differences from one version to the next.
SET lock_timeout = '2s';

-- One version of one data set. It exists because its bytes differ from those of the version before.
CREATE TABLE export (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    data_set     text COLLATE "C" NOT NULL CHECK (data_set ~ '^[a-z_]+$'),
    -- Counts the versions of the data set.
    ordinal      integer NOT NULL CHECK (ordinal > 0),
    version      text COLLATE "C" NOT NULL CHECK (version ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}\.[0-9]+(\.[0-9]+)?$'),
    data_version bigint NOT NULL,
    rows         bigint NOT NULL CHECK (rows >= 0),
    -- Of what its files say: schema, CSV and NDJSON.
    digest       text NOT NULL CHECK (digest ~ '^[0-9a-f]{64}$'),
    created_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    UNIQUE (data_set, version),
    UNIQUE (data_set, ordinal)
);
CREATE TRIGGER export_append_only BEFORE UPDATE OR DELETE ON export FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER export_no_truncate BEFORE TRUNCATE ON export FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE export_file (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    export_id    bigint NOT NULL REFERENCES export,
    name         text COLLATE "C" NOT NULL CHECK (name ~ '^[a-z0-9_.-]+$'),
    format       text COLLATE "C" NOT NULL CHECK (format IN ('csv', 'ndjson', 'parquet', 'schema', 'diff')),
    bytes        bigint NOT NULL CHECK (bytes >= 0),
    sha256       text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    -- Of a difference: the version to whose file it is applied, and which of its files that is.
    base_id      bigint REFERENCES export,
    base_format  text COLLATE "C" CHECK (base_format IN ('csv', 'ndjson')),
    UNIQUE (export_id, name),
    CHECK ((format = 'diff') = (base_id IS NOT NULL) AND (base_id IS NULL) = (base_format IS NULL) AND base_id < export_id)
);
CREATE TRIGGER export_file_append_only BEFORE UPDATE OR DELETE ON export_file FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER export_file_no_truncate BEFORE TRUNCATE ON export_file FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Versions whose bytes were let go of: what they were is still known, and answered with 410.
CREATE TABLE export_pruned (
    export_id    bigint PRIMARY KEY REFERENCES export,
    pruned_at    timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE TRIGGER export_pruned_append_only BEFORE UPDATE OR DELETE ON export_pruned FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER export_pruned_no_truncate BEFORE TRUNCATE ON export_pruned FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- The bytes, in pieces of 256 KiB; only the last one of a file is shorter.
CREATE TABLE export_piece (
    file_id      bigint NOT NULL REFERENCES export_file,
    ordinal      integer NOT NULL CHECK (ordinal >= 0),
    bytes        bytea NOT NULL CHECK (octet_length(bytes) BETWEEN 1 AND 262144),
    PRIMARY KEY (file_id, ordinal)
);
ALTER TABLE export_piece ALTER COLUMN bytes SET STORAGE EXTERNAL;

-- Pieces never change, and go only with their version.
CREATE FUNCTION keep_export_piece() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND EXISTS (SELECT FROM export_file f JOIN export_pruned p ON p.export_id = f.export_id WHERE f.id = OLD.file_id) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION '% cannot change', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER export_piece_kept BEFORE UPDATE OR DELETE ON export_piece FOR EACH ROW EXECUTE FUNCTION keep_export_piece();
CREATE TRIGGER export_piece_no_truncate BEFORE TRUNCATE ON export_piece FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- From which state the newest files were made, so that services on one database do not make them again for each other.
CREATE TABLE export_mark (
    only_row     boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    data_version bigint NOT NULL,
    -- Position in the audit log: cases are moved by deeds, without a new version of the data.
    position     bigint NOT NULL,
    program      text NOT NULL
);
INSERT INTO export_mark (data_version, position, program) VALUES (0, 0, '');

DO $$
BEGIN
    GRANT SELECT, INSERT ON export, export_file, export_pruned, export_piece, export_mark TO termometro_service;
    GRANT DELETE ON export_piece TO termometro_service;
    GRANT UPDATE ON export_mark TO termometro_service;
EXCEPTION WHEN undefined_object OR insufficient_privilege THEN
    RAISE NOTICE 'role termometro_service could not be granted the new tables here';
END $$;
