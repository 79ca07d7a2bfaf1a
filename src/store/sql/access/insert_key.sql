-- A key; one of a regulator waits for its confirmation. $1 id, $2 principal, $3 kind, $4 scopes, $5 pepper id, $6 mac, $7 created, $8 expires,
-- $9 by whom it was made or null, $10 the network that took a free key or null.
INSERT INTO api_key (id, principal_id, kind, scopes, pepper_id, mac, created_at, expires_at, created_by, given_to)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
RETURNING needs_confirmation AS pending
