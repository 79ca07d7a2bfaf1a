-- Of each feed when its newest run ended, and how many failed since the last one that did not.
SELECT f.name, f.enabled, newest.ended_at, (
        SELECT count(*) FROM feed_run r WHERE r.feed = f.name AND r.state = 'failed' AND r.id > coalesce((
            SELECT max(g.id) FROM feed_run g WHERE g.feed = f.name AND g.state NOT IN ('failed', 'running')), 0)) AS failures
FROM feed f LEFT JOIN LATERAL (
    SELECT coalesce(r.ended_at, r.started_at) AS ended_at FROM feed_run r WHERE r.feed = f.name ORDER BY r.id DESC LIMIT 1) newest ON true
ORDER BY f.ordinal
