-- Claims watches with pending messages for some time. The claim of a service that dies ends with that time.
-- An import under way, which refers to the watch, does not stand in the way. $1 milliseconds, $2 at most.
UPDATE watch SET held_until = clock_timestamp() + $1::bigint * interval '1 millisecond'
WHERE id IN (
    SELECT w.id FROM watch w
    WHERE w.state = 'active' AND w.next_attempt_at <= clock_timestamp() AND (w.held_until IS NULL OR w.held_until <= clock_timestamp())
        AND EXISTS (SELECT FROM watch_message m WHERE m.watch_id = w.id AND m.state = 'pending')
    ORDER BY w.next_attempt_at, w.id LIMIT $2 FOR NO KEY UPDATE SKIP LOCKED
)
RETURNING id, held_until
