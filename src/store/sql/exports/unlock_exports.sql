-- The next one may make files. $1 the lock's number.
SELECT pg_advisory_unlock($1)
