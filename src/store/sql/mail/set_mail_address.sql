-- A person's address, not confirmed yet, instead of the one before. $1 principal, $2 address, $3 now.
INSERT INTO mail_address (principal_id, address, entered_at) VALUES ($1, $2, $3)
ON CONFLICT (principal_id) DO UPDATE SET address = EXCLUDED.address, entered_at = EXCLUDED.entered_at, confirmed_at = NULL
