-- Imports run one at a time, so that knowledge time grows with source_file.id. $1 = the lock's number.
SELECT pg_advisory_xact_lock($1)
