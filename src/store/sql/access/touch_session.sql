-- A session is in use. $1 id, $2 now.
UPDATE browser_session SET seen_at = $2 WHERE id = $1 AND seen_at < $2 AND ended_at IS NULL
