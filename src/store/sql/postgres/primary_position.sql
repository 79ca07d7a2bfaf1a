-- How far the log of the server that is written to has come. What was committed before this was asked lies before it.
SELECT pg_current_wal_insert_lsn() AS position
