-- The migrations that were applied.
SELECT version FROM refinery_schema_history ORDER BY version
