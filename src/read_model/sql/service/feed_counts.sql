-- Enabled feeds that failed so often in a row, and those whose newest whole reading waits for a person. $1 how often.
SELECT count(*) FILTER (WHERE failures >= $1) AS failing, count(*) FILTER (WHERE waits) AS held
FROM (
    SELECT n.failures,
        EXISTS (SELECT FROM feed_run r JOIN held_import h ON h.id = r.held_import_id WHERE r.feed = f.name AND h.state = 'held') AS waits
    FROM feed f JOIN feed_failures n ON n.feed = f.name WHERE f.enabled) counted
