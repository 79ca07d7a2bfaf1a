-- The day on which a key last opened something. $1 id, $2 day in Colombia.
UPDATE api_key SET last_used_on = $2 WHERE id = $1 AND (last_used_on IS NULL OR last_used_on < $2)
