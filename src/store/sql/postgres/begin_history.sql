-- A new version of the data where another server has taken over since the last one (V0041 gives the number); no row where none has. Its commit notifies.
WITH begun AS (
    UPDATE data_version SET version = version + 1, changed_at = clock_timestamp() WHERE history IS DISTINCT FROM database_history()
    RETURNING version
)
SELECT version, pg_notify('termometro_data_version', version::text) FROM begun
