-- One message for every live watch of feeds about a run whose file is held, or with which its feed has failed so often in a row. A feed that is read only
-- when a person says so is that person's affair. $1 run, $2 how often, $3 now.
INSERT INTO watch_message (id, watch_id, kind, created_at, positions, changes, until_position, feed_run_id)
SELECT 'msg_' || replace(gen_random_uuid()::text, '-', ''), w.id, 'change', $3, '{}', 0, (SELECT coalesce(max(position), 0) FROM change), r.id
FROM feed_run r JOIN feed f ON f.name = r.feed JOIN feed_failures n ON n.feed = r.feed CROSS JOIN watch w
WHERE r.id = $1 AND f.enabled AND (r.state = 'held' OR (r.state = 'failed' AND n.failures = $2)) AND w.state = 'active' AND 'feed' = ANY(w.kinds)
ORDER BY w.id
