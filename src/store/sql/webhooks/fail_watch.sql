-- A try failed: the next one comes later, and after too long there is none.
-- $1 watch, $2 held until, $3 wait in milliseconds, $4 how long it may go on failing, $5 whether to give up at once, $6 why.
UPDATE watch SET failures = failures + 1, failing_since = coalesce(failing_since, clock_timestamp()), held_until = NULL,
    next_attempt_at = clock_timestamp() + $3::bigint * interval '1 millisecond',
    (state, state_reason) = (
        SELECT CASE WHEN ends THEN 'disabled' ELSE watch.state END, CASE WHEN ends THEN $6 ELSE watch.state_reason END
        FROM (SELECT watch.state = 'active' AND ($5::boolean
            OR clock_timestamp() - coalesce(watch.failing_since, clock_timestamp()) >= $4::bigint * interval '1 millisecond') AS ends) e
    )
WHERE id = $1 AND held_until = $2
RETURNING state = 'disabled' AS disabled, (SELECT p.kind FROM principal p WHERE p.id = watch.principal_id) AS owner_kind
