-- A large submission is judged, loaded and indexed before its turn among the imports, while small ones pass. It is prepared under a number a thousand ahead of
-- the newest, so that what passes meanwhile gets smaller ones: numbers stay in the order of commits, by which `known_at` goes. What is prepared and never
-- attached goes with its transaction.
SET LOCAL lock_timeout = '3s';

-- Nothing is written here: who prepares holds a lock of its own, so that no two prepare under one number.
CREATE FUNCTION reserve_file_number() RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT last_value + 1000 FROM source_file_id_seq
$$;

-- Under the lock of imports: the numbers go on after this one. False: a thousand others came in between, and it is past.
CREATE FUNCTION take_file_number(file bigint) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    newest bigint := (SELECT last_value FROM source_file_id_seq);
BEGIN
    IF file > newest + 1000 THEN
        RAISE EXCEPTION 'the number % was not reserved', file USING ERRCODE = 'invalid_parameter_value';
    END IF;
    IF file <= newest THEN
        RETURN false;
    END IF;
    PERFORM setval('source_file_id_seq', file);
    RETURN true;
END $$;

-- As before, and for a number that is reserved too. Its rows are read and flagged before it is attached.
CREATE OR REPLACE FUNCTION create_report_partition(file bigint) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    partition text := 'sismed_row_' || file;
BEGIN
    IF NOT EXISTS (SELECT FROM source_file WHERE id = file)
        AND NOT EXISTS (SELECT FROM source_file_id_seq WHERE file BETWEEN last_value + 1 AND last_value + 1000) THEN
        RAISE EXCEPTION 'there is no file %', file USING ERRCODE = 'foreign_key_violation';
    END IF;
    EXECUTE format('CREATE TABLE %I (LIKE sismed_row INCLUDING CONSTRAINTS)', partition);
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'termometro_service') THEN
        EXECUTE format('GRANT SELECT, INSERT, UPDATE (flags) ON %I TO termometro_service', partition);
    END IF;
    -- Until the transaction ends. An index is logged by whole pages, and PostgreSQL's own compression of them takes half the time of its build.
    -- An owner that may not change this waits longer.
    PERFORM set_config('wal_compression', CASE WHEN 'lz4' = ANY(s.enumvals) THEN 'lz4' ELSE 'off' END, true)
        FROM pg_settings s JOIN pg_roles r ON r.rolname = current_user AND r.rolsuper WHERE s.name = 'wal_compression';
END $$;

-- Indexes, and what every row of this partition has in common as constraints, so that attaching it reads no row. `submitted_by`: the NIT of who reported
-- all rows, null where the file does not say.
CREATE FUNCTION index_report_partition(file bigint, submitted_by text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp SET maintenance_work_mem = '256MB' SET max_parallel_maintenance_workers = 2 AS $$
DECLARE
    partition text := 'sismed_row_' || file;
    common text := CASE WHEN submitted_by IS NULL THEN 'IS NULL' ELSE format('= %L AND reporter_nit IS NOT NULL', submitted_by) END;
BEGIN
    IF submitted_by IS NOT NULL AND NOT EXISTS (SELECT FROM reporter WHERE nit = submitted_by) THEN
        RAISE EXCEPTION 'there is no reporter %', submitted_by USING ERRCODE = 'foreign_key_violation';
    END IF;
    EXECUTE format('ALTER TABLE %I ADD PRIMARY KEY (id, part)', partition);
    EXECUTE format('CREATE INDEX ON %I (expediente, consecutive, period_from)', partition);
    EXECUTE format('CREATE INDEX ON %I (seller_nit, expediente, consecutive) WHERE seller_nit IS NOT NULL', partition);
    EXECUTE format('ALTER TABLE %1$I ADD CHECK (part = %2$s AND part IS NOT NULL AND source_file_id = %2$s AND reporter_nit %3$s)', partition, file, common);
    EXECUTE format('ANALYZE %I', partition);
END $$;

-- The rest of the table sees it, with the indexes and constraints that it gets here unless it has them.
CREATE OR REPLACE FUNCTION attach_report_partition(file bigint, submitted_by text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp SET maintenance_work_mem = '256MB' SET max_parallel_maintenance_workers = 2 AS $$
DECLARE
    partition text := 'sismed_row_' || file;
BEGIN
    IF NOT EXISTS (SELECT FROM source_file WHERE id = file) THEN
        RAISE EXCEPTION 'there is no file %', file USING ERRCODE = 'foreign_key_violation';
    END IF;
    IF NOT EXISTS (SELECT FROM pg_index WHERE indrelid = partition::regclass AND indisprimary) THEN
        PERFORM index_report_partition(file, submitted_by);
    END IF;
    EXECUTE format('ALTER TABLE sismed_row ATTACH PARTITION %I FOR VALUES IN (%s)', partition, file);
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'termometro_service') THEN
        EXECUTE format('REVOKE ALL ON %I FROM termometro_service', partition);
    END IF;
END $$;

REVOKE ALL ON FUNCTION reserve_file_number(), take_file_number(bigint), index_report_partition(bigint, text) FROM PUBLIC;
DO $$
BEGIN
    GRANT EXECUTE ON FUNCTION reserve_file_number(), take_file_number(bigint), index_report_partition(bigint, text) TO termometro_service;
EXCEPTION WHEN undefined_object OR insufficient_privilege THEN
    RAISE NOTICE 'role termometro_service could not be granted the new functions here';
END $$;
