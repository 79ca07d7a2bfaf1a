-- Its receiver echoed the challenge. $1 watch.
UPDATE watch SET confirmed_at = clock_timestamp() WHERE id = $1 AND confirmed_at IS NULL
