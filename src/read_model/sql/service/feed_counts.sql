-- Enabled feeds that failed so often in a row, and those whose newest whole reading waits for a person. $1 how often.
SELECT count(*) FILTER (WHERE failures >= $1) AS failing, count(*) FILTER (WHERE waits) AS held
FROM (
    SELECT (SELECT count(*) FROM feed_run n WHERE n.feed = f.name AND n.state = 'failed' AND n.id > coalesce((
            SELECT max(g.id) FROM feed_run g WHERE g.feed = f.name AND g.state NOT IN ('failed', 'running')), 0)) AS failures,
        EXISTS (SELECT FROM feed_run r JOIN held_import h ON h.id = r.held_import_id WHERE r.feed = f.name AND h.state = 'held') AS waits
    FROM feed f WHERE f.enabled) counted
