-- A message in hand has ended. $1 id, $2 until when it was in hand, $3 outcome, $4 now.
UPDATE mail_message SET ended_at = $4, outcome = $3, held_until = NULL WHERE id = $1 AND held_until = $2 AND ended_at IS NULL
