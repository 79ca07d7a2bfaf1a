-- Entries are added one at a time, in the order of commits. $1 the lock's number.
SELECT pg_advisory_xact_lock($1)
