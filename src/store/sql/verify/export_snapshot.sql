-- The state that other connections are to read, too.
SELECT pg_export_snapshot() AS snapshot
