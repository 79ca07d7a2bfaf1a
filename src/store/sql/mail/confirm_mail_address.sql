-- Confirms a person's address. $1 principal, $2 now.
UPDATE mail_address SET confirmed_at = $2 WHERE principal_id = $1 AND confirmed_at IS NULL
