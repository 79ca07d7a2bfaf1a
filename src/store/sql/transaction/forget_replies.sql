-- Answers kept for a second try, some of those that are older. $1 days, $2 at most.
DELETE FROM idempotency_record WHERE ctid = ANY(ARRAY(
    SELECT ctid FROM idempotency_record WHERE at < clock_timestamp() - $1::integer * interval '1 day' ORDER BY at LIMIT $2))
