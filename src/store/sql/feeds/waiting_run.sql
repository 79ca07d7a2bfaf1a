-- The feed of a run, and whether its file waits for a person. $1 run.
SELECT r.feed, r.held_import_id, coalesce(h.state = 'held', false) AS waits FROM feed_run r LEFT JOIN held_import h ON h.id = r.held_import_id WHERE r.id = $1
