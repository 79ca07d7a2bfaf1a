-- One program reads at a time; ends with the connection. $1 the lock's number.
SELECT pg_try_advisory_lock($1) AS mine
