-- Lets go of a watch after a success, or with nothing done. $1 watch, $2 held until (whoever holds it now is another otherwise).
UPDATE watch SET held_until = NULL, failures = 0, failing_since = NULL, next_attempt_at = clock_timestamp() WHERE id = $1 AND held_until = $2
