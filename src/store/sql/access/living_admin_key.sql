-- The last end of the living keys that make keys, null when there is none, and whether there ever was one. $1 now, $2 pepper.
SELECT max(expires_at) FILTER (WHERE revoked_at IS NULL AND expires_at > $1 AND pepper_id = $2 AND mac IS NOT NULL) AS last_end, count(*) > 0 AS ever
FROM api_key WHERE 'keys:admin' = ANY(scopes)
