-- One watch of a principal. $1 id, $2 principal.
SELECT w.id, w.url, w.description, w.kinds, w.everything, w.created_at, w.confirmed_at, w.state, w.state_reason, w.generation, w.previous_until, w.failures,
    w.failing_since, CASE WHEN w.failures > 0 AND w.state = 'active' THEN w.next_attempt_at END AS next_attempt_at,
    ARRAY(SELECT p.expediente || '-' || p.consecutive FROM watch_product p WHERE p.watch_id = w.id ORDER BY p.expediente, p.consecutive) AS cums,
    (SELECT count(*) FROM watch_message m WHERE m.watch_id = w.id AND m.state = 'pending') AS pending
FROM watch w WHERE w.id = $1 AND w.principal_id = $2 AND w.state <> 'deleted'
