-- The messages of a watch, sent and pending, newest first. $1 watch, $2 before this number or null, $3 limit.
SELECT m.number, m.id, m.kind, m.created_at, m.state, m.ended_at, m.changes, m.until_position, m.feed_run_id, a.attempts, a.last_at, a.outcome, a.status, a.milliseconds
FROM watch_message m
LEFT JOIN LATERAL (
    SELECT t.ordinal AS attempts, t.at AS last_at, t.outcome, t.status, t.milliseconds FROM watch_attempt t
    WHERE t.message_number = m.number ORDER BY t.ordinal DESC LIMIT 1
) a ON true
WHERE m.watch_id = $1 AND ($2::bigint IS NULL OR m.number < $2) ORDER BY m.number DESC LIMIT $3
