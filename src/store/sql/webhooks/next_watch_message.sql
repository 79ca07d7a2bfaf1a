-- The oldest message that a watch has not got, and how to send it. $1 watch.
SELECT m.number, m.id, m.watch_id, m.kind, m.created_at, m.positions, m.changes, m.until_position, m.payload, m.feed_run_id, w.url, w.generation,
    coalesce(w.previous_until > clock_timestamp(), false) AS overlap, w.pepper_id, w.failures
FROM watch_message m JOIN watch w ON w.id = m.watch_id
WHERE m.watch_id = $1 AND m.state = 'pending' ORDER BY m.number LIMIT 1
