-- Counts one more write of a day, of the key's principal or of all free keys that its network took. $1 key, $2 day.
INSERT INTO daily_write (holder, day, writes) SELECT coalesce(given_to, principal_id), $2::date, 1 FROM api_key WHERE id = $1
ON CONFLICT (holder, day) DO UPDATE SET writes = daily_write.writes + 1
RETURNING writes
