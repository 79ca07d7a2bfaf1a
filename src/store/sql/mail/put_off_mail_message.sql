-- A message in hand is tried again later. $1 id, $2 until when it was in hand, $3 outcome, $4 when.
UPDATE mail_message SET next_at = $4, outcome = $3, held_until = NULL WHERE id = $1 AND held_until = $2 AND ended_at IS NULL
