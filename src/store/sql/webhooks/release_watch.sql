-- Releases the claim on a watch after a success, or with nothing done. $1 watch, $2 claimed until (so that another service's claim stays).
UPDATE watch SET held_until = NULL, failures = 0, failing_since = NULL, next_attempt_at = clock_timestamp() WHERE id = $1 AND held_until = $2
