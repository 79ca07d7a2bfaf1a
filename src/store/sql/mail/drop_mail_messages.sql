-- Messages of a person that no service has in hand end without being sent, for want of an address. $1 principal, $2 now.
UPDATE mail_message SET ended_at = $2, outcome = 'no_address'
WHERE principal_id = $1 AND ended_at IS NULL AND (held_until IS NULL OR held_until <= $2)
