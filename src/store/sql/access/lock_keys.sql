-- Serialises the making of keys, so that no principal gets a third. $1 the lock's number.
SELECT pg_advisory_xact_lock($1)
