-- The next secret; until an instant the one before signs too. $1 watch, $2 instant, $3 pepper.
UPDATE watch SET generation = generation + 1, previous_until = CASE WHEN pepper_id = $3 THEN $2::timestamptz END, pepper_id = $3 WHERE id = $1
