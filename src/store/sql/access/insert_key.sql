-- $1 id, $2 principal, $3 kind, $4 scopes, $5 pepper id, $6 mac, $7 created, $8 expires.
INSERT INTO api_key (id, principal_id, kind, scopes, pepper_id, mac, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
