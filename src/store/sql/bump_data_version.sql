-- A new version of the data, in the transaction that changes it; at its commit every service that listens is told.
WITH bumped AS (UPDATE data_version SET version = version + 1, changed_at = clock_timestamp() RETURNING version)
SELECT version, pg_notify('termometro_data_version', version::text) FROM bumped
