-- Keys are made one at a time, so that nobody gets a third. $1 the lock's number.
SELECT pg_advisory_xact_lock($1)
