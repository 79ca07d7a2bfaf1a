-- It is done, however it ended. $1 request, $2 now.
UPDATE feed_request SET taken_at = $2 WHERE id = $1 AND taken_at IS NULL
