-- The position of the primary's log. Everything committed before this query lies before it.
SELECT pg_current_wal_insert_lsn() AS position
