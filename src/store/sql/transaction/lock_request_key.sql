-- Two tries of one request wait for each other. $1 principal, $2 key.
SELECT pg_advisory_xact_lock(hashtextextended($1::text || ' ' || $2::text, 7))
