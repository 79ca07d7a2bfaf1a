-- A large submission becomes a partition of the reports, as a large file does. The service's account owns no table: these functions of the owner add
-- partitions for it, and do nothing else.
SET LOCAL lock_timeout = '3s';

-- An empty table for the rows of one file. It is no partition yet, so that loading it needs no indexes and nobody sees it.
CREATE FUNCTION create_report_partition(file bigint) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    partition text := 'sismed_row_' || file;
BEGIN
    IF NOT EXISTS (SELECT FROM source_file WHERE id = file) THEN
        RAISE EXCEPTION 'there is no file %', file USING ERRCODE = 'foreign_key_violation';
    END IF;
    EXECUTE format('CREATE TABLE %I (LIKE sismed_row INCLUDING CONSTRAINTS)', partition);
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'termometro_service') THEN
        EXECUTE format('GRANT INSERT ON %I TO termometro_service', partition);
    END IF;
    -- Until the transaction ends. An index is logged by whole pages, and PostgreSQL's own compression of them takes half the time of its build.
    -- An owner that may not change this waits longer.
    PERFORM set_config('wal_compression', CASE WHEN 'lz4' = ANY(s.enumvals) THEN 'lz4' ELSE 'off' END, true)
        FROM pg_settings s JOIN pg_roles r ON r.rolname = current_user AND r.rolsuper WHERE s.name = 'wal_compression';
END $$;

-- Indexes, what every row of this partition has in common as constraints, and the rest of the table sees it. `submitted_by`: the NIT of who reported
-- all rows, null where the file does not say.
CREATE FUNCTION attach_report_partition(file bigint, submitted_by text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
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
    EXECUTE format('ALTER TABLE sismed_row ATTACH PARTITION %I FOR VALUES IN (%s)', partition, file);
    EXECUTE format('ANALYZE %I', partition);
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'termometro_service') THEN
        EXECUTE format('REVOKE INSERT ON %I FROM termometro_service', partition);
    END IF;
END $$;

REVOKE ALL ON FUNCTION create_report_partition(bigint), attach_report_partition(bigint, text) FROM PUBLIC;
DO $$
BEGIN
    GRANT EXECUTE ON FUNCTION create_report_partition(bigint), attach_report_partition(bigint, text) TO termometro_service;
EXCEPTION WHEN undefined_object OR insufficient_privilege THEN
    RAISE NOTICE 'role termometro_service could not be granted the new functions here';
END $$;
