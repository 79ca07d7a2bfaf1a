-- How far a standby has replayed that log; no row from a server that is none.
SELECT pg_last_wal_replay_lsn() AS position WHERE pg_is_in_recovery()
