-- Enabled feeds that failed so often in a row, those whose newest whole reading waits for a person, and when one was last read well. $1 how often.
SELECT count(*) FILTER (WHERE failures >= $1) AS failing, count(*) FILTER (WHERE waits) AS held,
    (SELECT max(s.ended_at) FROM feed_run s WHERE s.state IN ('unchanged', 'imported')) AS last_success_at
FROM (
    SELECT n.failures,
        EXISTS (SELECT FROM feed_run r JOIN held_import h ON h.id = r.held_import_id WHERE r.feed = f.name AND h.state = 'held') AS waits
    FROM feed f JOIN feed_failures n ON n.feed = f.name WHERE f.enabled) counted
