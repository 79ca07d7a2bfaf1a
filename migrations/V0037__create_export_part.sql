-- Open-data files in parts, whose bytes are stored once and compressed for all files that hold them; of a data set in periods, files of each period.
-- Files that were stored before stay as they are, in `export_piece`.
SET LOCAL lock_timeout = '3s';

-- Bytes that files share, found by their digest.
CREATE TABLE export_part (
    id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    sha256         text NOT NULL UNIQUE CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    bytes          bigint NOT NULL CHECK (bytes > 0),
    deflated_bytes bigint NOT NULL CHECK (deflated_bytes > 0),
    crc32          bigint NOT NULL CHECK (crc32 BETWEEN 0 AND 4294967295),
    -- Line ends in it.
    lines          bigint NOT NULL CHECK (lines >= 0)
);

-- Each 256 KiB of a part (the last of it may be shorter) as raw DEFLATE that ends on a whole byte and refers to nothing before it.
CREATE TABLE export_part_piece (
    part_id        bigint NOT NULL REFERENCES export_part ON DELETE CASCADE,
    ordinal        integer NOT NULL CHECK (ordinal >= 0),
    bytes          bytea NOT NULL CHECK (octet_length(bytes) BETWEEN 1 AND 524288),
    PRIMARY KEY (part_id, ordinal)
);
ALTER TABLE export_part_piece ALTER COLUMN bytes SET STORAGE EXTERNAL;

ALTER TABLE export_file
    -- Of a data set in periods: the period whose rows it has, where it has those alone. Such a file stays until no kept version names it.
    ADD COLUMN period         text COLLATE "C" CHECK (period ~ '^[0-9]{4}(-[0-9]{2})?$'),
    ADD COLUMN rows           bigint CHECK (rows >= 0),
    -- Of a file in parts: what its pieces are in a row, and the CRC-32 that a gzip file ends with.
    ADD COLUMN deflated_bytes bigint CHECK (deflated_bytes >= 0),
    ADD COLUMN crc32          bigint CHECK (crc32 BETWEEN 0 AND 4294967295),
    ADD CHECK ((deflated_bytes IS NULL) = (crc32 IS NULL) AND (period IS NULL) = (rows IS NULL));
ALTER TABLE export_file DROP CONSTRAINT export_file_format_check;
ALTER TABLE export_file ADD CONSTRAINT export_file_format_check
    CHECK (format IN ('csv', 'csv_excel_es', 'ndjson', 'parquet', 'xlsx', 'schema', 'manifest', 'diff'));
CREATE INDEX export_file_by_period ON export_file (period, export_id) WHERE period IS NOT NULL;

CREATE TABLE export_file_part (
    file_id        bigint NOT NULL REFERENCES export_file,
    ordinal        integer NOT NULL CHECK (ordinal >= 0),
    part_id        bigint NOT NULL REFERENCES export_part,
    -- Of a file of many parts: where its SHA-256 has come to after this one, so that the next version goes on from here.
    sha256_state   bytea,
    PRIMARY KEY (file_id, ordinal)
);
CREATE INDEX export_file_part_by_part ON export_file_part (part_id);

-- Files of periods whose bytes were deleted.
CREATE TABLE export_file_pruned (
    file_id        bigint PRIMARY KEY REFERENCES export_file,
    pruned_at      timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE TRIGGER export_file_pruned_append_only BEFORE UPDATE OR DELETE ON export_file_pruned FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER export_file_pruned_no_truncate BEFORE TRUNCATE ON export_file_pruned FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Files whose bytes are there.
CREATE VIEW kept_export_file AS
SELECT f.id, f.export_id, f.name, f.format, f.bytes, f.sha256, f.base_id, f.base_format, f.period, f.rows, f.deflated_bytes, f.crc32
FROM export_file f
WHERE CASE WHEN f.period IS NULL THEN NOT EXISTS (SELECT FROM export_pruned p WHERE p.export_id = f.export_id)
    ELSE NOT EXISTS (SELECT FROM export_file_pruned p WHERE p.file_id = f.id) END;

-- Parts never change, and go when no file has them any more: the reference holds them.
CREATE TRIGGER export_part_unchanged BEFORE UPDATE ON export_part FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER export_part_no_truncate BEFORE TRUNCATE ON export_part FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE FUNCTION keep_export_part_piece() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND NOT EXISTS (SELECT FROM export_part WHERE id = OLD.part_id) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION '% cannot change', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER export_part_piece_kept BEFORE UPDATE OR DELETE ON export_part_piece FOR EACH ROW EXECUTE FUNCTION keep_export_part_piece();
CREATE TRIGGER export_part_piece_no_truncate BEFORE TRUNCATE ON export_part_piece FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE FUNCTION keep_export_file_part() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND NOT EXISTS (SELECT FROM kept_export_file WHERE id = OLD.file_id) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION '% cannot change', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER export_file_part_kept BEFORE UPDATE OR DELETE ON export_file_part FOR EACH ROW EXECUTE FUNCTION keep_export_file_part();
CREATE TRIGGER export_file_part_no_truncate BEFORE TRUNCATE ON export_file_part FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- The newest import that the files of periods know; null: none of them was made yet.
ALTER TABLE export_mark ADD COLUMN periods_import bigint;

DO $$
BEGIN
    GRANT SELECT, INSERT ON export_part, export_part_piece, export_file_part, export_file_pruned TO termometro_service;
    GRANT DELETE ON export_part, export_file_part TO termometro_service;
    GRANT SELECT ON kept_export_file TO termometro_service;
EXCEPTION WHEN undefined_object OR insufficient_privilege THEN
    RAISE NOTICE 'role termometro_service could not be granted the new tables here';
END $$;
