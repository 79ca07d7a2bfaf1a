-- A watch whose receiver has not echoed the challenge yet. $1 watch.
SELECT id, url, created_at, generation, coalesce(previous_until > clock_timestamp(), false) AS overlap, pepper_id, failures
FROM watch WHERE id = $1 AND confirmed_at IS NULL
