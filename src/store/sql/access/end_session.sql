-- $1 id, $2 now, $3 why.
UPDATE browser_session SET ended_at = $2, ended_reason = $3 WHERE id = $1 AND ended_at IS NULL
