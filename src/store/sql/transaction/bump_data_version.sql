-- A new version of the data, in the transaction that changes it; its commit notifies every service that listens.
WITH bumped AS (
    UPDATE data_version SET version = version + 1, changed_at = clock_timestamp(),
        sample_kinds = coalesce((SELECT array_agg(DISTINCT kind ORDER BY kind) FROM source_file WHERE sample AND ended_in IS NULL), '{}')
    RETURNING version
)
SELECT version, pg_notify('termometro_data_version', version::text) FROM bumped
