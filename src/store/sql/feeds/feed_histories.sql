-- Of each feed when its newest run ended, and how many failed since the last one that did not.
SELECT f.name, f.enabled, newest.ended_at, n.failures
FROM feed f JOIN feed_failures n ON n.feed = f.name LEFT JOIN LATERAL (
    SELECT coalesce(r.ended_at, r.started_at) AS ended_at FROM feed_run r WHERE r.feed = f.name ORDER BY r.id DESC LIMIT 1) newest ON true
ORDER BY f.ordinal
