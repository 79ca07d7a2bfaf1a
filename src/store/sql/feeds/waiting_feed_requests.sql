-- What persons want of the feeds and nobody took up yet, in the order in which they said it. No parameters.
SELECT id, feed, release_run, requested_by, reason FROM feed_request WHERE taken_at IS NULL ORDER BY id LIMIT 20
